//! The cost of one call beyond the network: the same request to the same server, through the facade
//! and through reqwest alone, decoded into the same type. The difference is the cost of token, rate
//! limiter, retry loop and span.
//!
//! ```sh
//! cargo bench -p certs-tests --bench call_cost
//! ```
#![expect(
    clippy::disallowed_methods,
    reason = "what is measured takes real time"
)]

mod support;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use certs::model::Certification;
use support::lists::facade;
use support::{CERTIFICATION, serve};
use tokio::runtime::{Builder, Runtime};

const CALLS: usize = 5_000;

fn main() {
    // The server runs on its own threads, which are not counted.
    let servers = Runtime::new().expect("a runtime");
    let server = servers.block_on(serve(1, Duration::ZERO));
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let http = reqwest::Client::new();
    let client = facade(server);
    let by_hand = || runtime.block_on(by_hand(&http, server));
    let through_the_facade = || runtime.block_on(through_the_facade(&client));

    // In turns, so that other work on the machine affects both alike.
    let mut times = [Vec::with_capacity(CALLS), Vec::with_capacity(CALLS)];
    for _ in 0..CALLS {
        times[0].push(time(&by_hand));
        times[1].push(time(&through_the_facade));
    }
    let [by_hand_takes, facade_takes] = times.map(median);
    println!("median of {CALLS} calls");
    println!("  by hand {by_hand_takes:>7.1} µs");
    println!(
        "  facade  {facade_takes:>7.1} µs, {:+.1} µs",
        facade_takes - by_hand_takes
    );

    let [by_hand_makes, facade_makes] = [allocations(&by_hand), allocations(&through_the_facade)];
    println!("allocations of a call");
    println!("  by hand {by_hand_makes:>7}");
    println!(
        "  facade  {facade_makes:>7}, {:+}",
        facade_makes - by_hand_makes
    );
}

async fn by_hand(http: &reqwest::Client, server: SocketAddr) -> Certification {
    let url = format!("http://{server}/v3/certifications/{CERTIFICATION}");
    let response = http.get(url).bearer_auth("benchmark").send().await;
    let body = response.expect("a response").bytes().await.expect("a body");
    serde_json::from_slice(&body).expect("a certification")
}

async fn through_the_facade(client: &certs::Client) -> Certification {
    let certification = client.certification(CERTIFICATION);
    certification.get().await.expect("a certification")
}

fn time(call: &impl Fn() -> Certification) -> Duration {
    let began = Instant::now();
    let certification = call();
    let took = began.elapsed();
    assert_eq!(certification.id, CERTIFICATION);
    took
}

/// In microseconds.
fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e6
}

/// Allocations of one call on this thread, the client's only one. The least of several calls,
/// because a connection's buffers grow occasionally.
fn allocations(call: &impl Fn() -> Certification) -> i64 {
    let once = |_| allocation_counter::measure(|| drop(call())).count_total;
    let least = (0..100).map(once).min().expect("a hundred");
    i64::try_from(least).expect("fewer")
}
