//! Listing access review items: a loop written by hand, the generated client, and the facade,
//! one page after the other and with eight at once, without latency and with 20 ms of it.
//!
//! ```sh
//! cargo bench -p certs-tests --bench listing
//! ```
//!
//! The ratios to the loop written by hand are printed at the end, of the fastest run of each:
//! whatever else the machine does only ever adds. `LISTING_ITEMS` sets the number of items,
//! 100,000 by default; that takes ten minutes, most of them waiting.

mod support;

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use criterion::{Criterion, Throughput};
use support::lists::{Item, by_hand, facade, generated, raw_client, through_the_facade};
use support::serve;
use tokio::runtime::Runtime;

const AT_ONCE: usize = 8;

fn main() {
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    let runtime = Runtime::new().expect("a runtime");
    let items = std::env::var("LISTING_ITEMS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(100_000);
    let groups = [
        ("0 ms", items, Duration::ZERO),
        ("20 ms", items, Duration::from_millis(20)),
    ];
    for (name, items, latency) in groups {
        let server = runtime.block_on(serve(items, latency));
        group(&mut criterion, &runtime, name, server, items);
    }
    criterion.final_summary();
    for (name, ..) in groups {
        ratios(name);
    }
}

const BY_HAND: &str = "by hand";
const BY_HAND_AT_ONCE: &str = "by hand, 8 at once";
const SEQUENTIAL: [&str; 3] = [BY_HAND, "generated client", "facade"];
const CONCURRENT: [&str; 2] = [BY_HAND_AT_ONCE, "facade, fetch_ahead(8)"];

fn group(
    criterion: &mut Criterion,
    runtime: &Runtime,
    name: &str,
    server: SocketAddr,
    items: usize,
) {
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(items as u64));
    let http = reqwest::Client::new();
    let raw = raw_client(server, &http);
    let facade = facade(server);
    let mut bench = |name: &str, list: &mut dyn FnMut() -> usize| {
        group.bench_function(name, |bencher| bencher.iter(|| assert_eq!(list(), items)));
    };
    bench(SEQUENTIAL[0], &mut || {
        runtime.block_on(by_hand::<Item>(&http, server, 1))
    });
    bench(SEQUENTIAL[1], &mut || runtime.block_on(generated(&raw)));
    bench(SEQUENTIAL[2], &mut || {
        runtime.block_on(through_the_facade(&facade, 1))
    });
    bench(CONCURRENT[0], &mut || {
        runtime.block_on(by_hand::<Item>(&http, server, AT_ONCE))
    });
    bench(CONCURRENT[1], &mut || {
        runtime.block_on(through_the_facade(&facade, AT_ONCE))
    });
    group.finish();
}

/// Prints the fastest of the runs that criterion has written down, and their ratios.
fn ratios(group: &str) {
    println!("\n{group} latency");
    for names in [&SEQUENTIAL[..], &CONCURRENT[..]] {
        let Some(base) = names.first().and_then(|name| fastest(group, name)) else {
            continue;
        };
        for name in names {
            if let Some(fastest) = fastest(group, name) {
                println!("  {name:<24} {fastest:>8.3} s  {:>5.2} x", fastest / base);
            }
        }
    }
}

/// The seconds of the fastest run.
fn fastest(group: &str, name: &str) -> Option<f64> {
    // Criterion replaces what a file name cannot hold.
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or("../target".to_owned());
    let path = Path::new(&target)
        .join("criterion")
        .join(group)
        .join(name)
        .join("new/sample.json");
    let sample: serde_json::Value = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
    let [times, runs] = ["times", "iters"].map(|of| sample[of].as_array());
    let each = times?.iter().zip(runs?);
    let seconds = each.filter_map(|(time, runs)| Some(time.as_f64()? / runs.as_f64()? / 1e9));
    seconds.reduce(f64::min)
}
