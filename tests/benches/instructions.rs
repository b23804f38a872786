//! How many instructions an access review item costs: loops written by hand, the generated
//! client, and the facade. Unlike time, the same on every run and on a busy machine.
//!
//! ```sh
//! cargo bench -p certs-tests --bench instructions
//! ```
//!
//! There are three loops by hand: one decodes nine fields and drops the rest, one decodes every
//! field into structs of its own, and one into those of the facade.
//!
//! Needs valgrind. Each variant runs in a separate process, over a short list and a long one; the
//! difference leaves out the start of the process. Arguments name the variants to measure; the
//! default is all of them.

mod support;

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use certs::model::AccessReviewItem;
use support::lists::{
    Item, by_hand, facade, from_slice, from_str, generated, raw_client, through_the_facade,
};
use support::{PAGE, full, page_of, serve};
use tokio::runtime::{Builder, Runtime};

/// The variants, in the order of the report.
const WAYS: [&str; 9] = [
    "by hand, nine fields",
    "by hand, all fields",
    "by hand, the model",
    "generated client",
    "facade",
    "decoding nine fields",
    "decoding all fields",
    "decoding the model",
    "decoding the model, from_str",
];

/// The variant that ratios refer to.
const BASES: usize = 2;

const SHORT: usize = 10 * PAGE;
const LONG: usize = 50 * PAGE;

/// Marks the process that is measured.
const MEASURED: &str = "--measured";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [mark, way, server, items] = arguments.as_slice()
        && mark == MEASURED
    {
        let server = server.parse().expect("an address");
        let items = items.parse().expect("a number");
        assert_eq!(list(way, server, items), items);
        return;
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("instructions are counted with valgrind, which is not installed");
        return;
    }
    let runtime = Runtime::new().expect("a runtime");
    let [short, long] = [SHORT, LONG].map(|items| {
        let server = runtime.block_on(serve(items, Duration::ZERO));
        (server, items)
    });
    let bytes = runtime.block_on(page_of(short.0)).len() as f64 / PAGE as f64;
    println!(
        "{:<28} {:>10} {:>10} {:>13} {:>13}",
        "", "per item", "per byte", "nine fields", "all fields"
    );
    println!("({bytes:.0} bytes an item)");
    let is_asked = |way: &&str| {
        let mut asked = arguments
            .iter()
            .filter(|argument| !argument.starts_with('-'))
            .peekable();
        asked.peek().is_none() || asked.any(|asked| asked == way)
    };
    let mut bases = Vec::new();
    for way in WAYS.iter().filter(|way| is_asked(way)) {
        let more = count(way, long) - count(way, short);
        let each = more as f64 / (LONG - SHORT) as f64;
        if bases.len() < BASES {
            bases.push(each);
        }
        print!("{way:<28} {each:>10.0} {:>10.2}", each / bytes);
        for base in &bases {
            print!(" {:>12.2}x", each / base);
        }
        println!();
        std::io::stdout().flush().expect("somebody reads");
    }
}

/// Lists all items in this process.
fn list(way: &str, server: SocketAddr, items: usize) -> usize {
    // One thread, so that counts do not depend on scheduling.
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let http = reqwest::Client::new();
    runtime.block_on(async {
        match way {
            "by hand, nine fields" => by_hand::<Item>(&http, server, 1).await,
            "by hand, all fields" => by_hand::<full::Item>(&http, server, 1).await,
            "by hand, the model" => by_hand::<AccessReviewItem>(&http, server, 1).await,
            "generated client" => generated(&raw_client(server, &http)).await,
            "facade" => through_the_facade(&facade(server), 1).await,
            "decoding nine fields" => decode(server, items, from_slice::<Item>).await,
            "decoding all fields" => decode(server, items, from_slice::<full::Item>).await,
            "decoding the model" => decode(server, items, from_slice::<AccessReviewItem>).await,
            "decoding the model, from_str" => {
                decode(server, items, from_str::<AccessReviewItem>).await
            }
            _ => panic!("no such way: {way}"),
        }
    })
}

/// Decodes one page repeatedly, until this many items are decoded.
async fn decode<T>(server: SocketAddr, items: usize, page: fn(&[u8]) -> Vec<T>) -> usize {
    let body = page_of(server).await;
    (0..items / PAGE).map(|_| page(&body).len()).sum()
}

/// How many instructions a process that lists these items executes.
fn count(way: &str, (server, items): (SocketAddr, usize)) -> u64 {
    let out = std::env::var("CALLGRIND_OUT").unwrap_or_else(|_| "/dev/null".to_owned());
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", &format!("--callgrind-out-file={out}")])
        .arg(std::env::current_exe().expect("this program"))
        .args([MEASURED, way, &server.to_string(), &items.to_string()])
        .output()
        .expect("valgrind runs");
    let report = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{report}");
    let collected = report
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    let (_, count) = collected.unwrap_or_else(|| panic!("no count: {report}"));
    count.trim().parse().expect("a number")
}
