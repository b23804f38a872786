//! How many instructions an access review item costs: a loop written by hand, the generated
//! client, and the facade. Unlike time, the same on every run and on a busy machine.
//!
//! ```sh
//! cargo bench -p certs-tests --bench instructions
//! ```
//!
//! Needs valgrind. Each way runs in a process of its own, apart from the server, over a short
//! list and a long one, and what counts is the difference: the start of a process is not what
//! is measured. Arguments name the ways to measure, all of them by default.

mod support;

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use certs::model::AccessReviewItem;
use support::lists::{
    by_hand, facade, from_slice, from_str, generated, raw_client, through_the_facade,
};
use support::{PAGE, page_of, serve};
use tokio::runtime::{Builder, Runtime};

/// What is counted, in the order of the report; ratios are to the first.
const WAYS: [&str; 7] = [
    "by hand",
    "by hand, from_str",
    "generated client",
    "facade",
    "decoding by hand",
    "decoding by hand, from_str",
    "decoding the model, from_str",
];

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
        "{:<28} {:>14} {:>12} {:>7}",
        "", "per item", "per byte", "ratio"
    );
    println!("({bytes:.0} bytes an item)");
    let is_asked = |way: &&str| {
        let mut asked = arguments
            .iter()
            .filter(|argument| !argument.starts_with('-'))
            .peekable();
        asked.peek().is_none() || asked.any(|asked| asked == way)
    };
    let mut base = None;
    for way in WAYS.iter().filter(|way| is_asked(way)) {
        let more = count(way, long) - count(way, short);
        let each = more as f64 / (LONG - SHORT) as f64;
        let base = *base.get_or_insert(each);
        println!(
            "{way:<28} {each:>14.0} {:>12.2} {:>6.2}x",
            each / bytes,
            each / base
        );
        std::io::stdout().flush().expect("somebody reads");
    }
}

/// Lists all items in this process.
fn list(way: &str, server: SocketAddr, items: usize) -> usize {
    // One thread, so that nothing depends on who gets which task.
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let http = reqwest::Client::new();
    runtime.block_on(async {
        match way {
            "by hand" => by_hand(&http, server, 1, from_slice).await,
            "by hand, from_str" => by_hand(&http, server, 1, from_str).await,
            "generated client" => generated(&raw_client(server, &http)).await,
            "facade" => through_the_facade(&facade(server), 1).await,
            "decoding by hand" => decode(server, items, |page| from_slice(page).len()).await,
            "decoding by hand, from_str" => {
                decode(server, items, |page| from_str(page).len()).await
            }
            "decoding the model, from_str" => decode(server, items, model).await,
            _ => panic!("no such way: {way}"),
        }
    })
}

/// Decodes one page as often as it takes, without asking for any other.
async fn decode(server: SocketAddr, items: usize, page_len: impl Fn(&[u8]) -> usize) -> usize {
    let page = page_of(server).await;
    (0..items / PAGE).map(|_| page_len(&page)).sum()
}

fn model(page: &[u8]) -> usize {
    let page = std::str::from_utf8(page).expect("UTF-8");
    let items: Vec<AccessReviewItem> = serde_json::from_str(page).expect("items");
    items.len()
}

/// How many instructions a process executes that lists these items.
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
