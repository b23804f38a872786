//! Listing access review items: a loop written by hand, the generated client, and the facade,
//! one page after the other and with eight at once, without latency and with 20 ms of it.
//!
//! ```sh
//! cargo bench -p certs-tests --bench listing
//! ```
//!
//! At the end, prints the ratios to the loop written by hand, each from its fastest run: other work
//! on the machine only adds time. `LISTING_ITEMS` sets the number of items, 100,000 by default;
//! that takes ten minutes, mostly waiting.
#![expect(
    clippy::disallowed_methods,
    reason = "what is measured takes real time"
)]

mod support;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use support::lists::{Item, by_hand, facade, generated, raw_client, through_the_facade};
use support::serve;
use tokio::runtime::Runtime;

/// How often each variant runs, in turns.
const RUNS: usize = 10;

const AT_ONCE: usize = 8;

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    let items = std::env::var("LISTING_ITEMS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(100_000);
    for latency in [0, 20] {
        println!("\n{latency} ms latency");
        let server = runtime.block_on(serve(items, Duration::from_millis(latency)));
        compare(&runtime, server, items);
    }
}

/// A variant: its name, and a function that lists and returns the number of items.
type Way<'a> = (&'a str, &'a dyn Fn() -> usize);

fn compare(runtime: &Runtime, server: SocketAddr, items: usize) {
    let http = reqwest::Client::new();
    let raw = raw_client(server, &http);
    let facade = facade(server);
    let by_hand = |at_once| runtime.block_on(by_hand::<Item>(&http, server, at_once));
    let through_the_facade = |ahead| runtime.block_on(through_the_facade(&facade, ahead));
    let sequential: [Way; 3] = [
        ("by hand", &|| by_hand(1)),
        ("generated client", &|| runtime.block_on(generated(&raw))),
        ("facade", &|| through_the_facade(1)),
    ];
    let concurrent: [Way; 2] = [
        ("by hand, 8 at once", &|| by_hand(AT_ONCE)),
        ("facade, fetch_ahead(8)", &|| through_the_facade(AT_ONCE)),
    ];
    ratios(&sequential, items);
    ratios(&concurrent, items);
}

/// Prints the fastest run of each variant, and its ratio to the first.
fn ratios(ways: &[Way], items: usize) {
    let mut fastest = vec![Duration::MAX; ways.len()];
    for _ in 0..RUNS {
        for ((_, list), fastest) in ways.iter().zip(&mut fastest) {
            let begin = Instant::now();
            assert_eq!(list(), items);
            *fastest = begin.elapsed().min(*fastest);
        }
    }
    for ((name, _), run) in ways.iter().zip(&fastest) {
        let ratio = run.div_duration_f64(fastest[0]);
        println!("  {name:<24} {:>8.3} s  {ratio:>5.2} x", run.as_secs_f64());
    }
}
