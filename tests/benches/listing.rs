//! Listing access review items: a loop written by hand, the generated client, and the facade,
//! one page after the other and with eight at once, without latency and with 20 ms of it.
//!
//! ```sh
//! cargo bench -p certs-tests --bench listing
//! ```
//!
//! The ratios to the loop written by hand are printed at the end. `LISTING_ITEMS` sets the
//! number of items (100,000 without latency; with latency a fifth of it).

mod support;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use certs_raw::{Execute, Executing, Operation};
use criterion::{Criterion, Throughput};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde::Deserialize;
use support::{CERTIFICATION, PAGE, serve};
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
        ("20 ms", items / 5, Duration::from_millis(20)),
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
    let facade = certs::Client::builder(format!("http://{server}"))
        .token("benchmark")
        .budget(certs::RequestBudget::unlimited())
        .build()
        .expect("a client");
    let mut bench = |name: &str, list: &mut dyn FnMut() -> usize| {
        group.bench_function(name, |bencher| bencher.iter(|| assert_eq!(list(), items)));
    };
    bench(SEQUENTIAL[0], &mut || {
        runtime.block_on(by_hand(&http, server, 1))
    });
    bench(SEQUENTIAL[1], &mut || runtime.block_on(generated(&raw)));
    bench(SEQUENTIAL[2], &mut || {
        runtime.block_on(through_the_facade(&facade, 1))
    });
    bench(CONCURRENT[0], &mut || {
        runtime.block_on(by_hand(&http, server, AT_ONCE))
    });
    bench(CONCURRENT[1], &mut || {
        runtime.block_on(through_the_facade(&facade, AT_ONCE))
    });
    group.finish();
}

/// What somebody writes who needs these fields and nothing else.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "decoding them is what is measured")]
struct Item {
    id: String,
    completed: bool,
    decision: Option<String>,
    comments: Option<String>,
    access_summary: AccessSummary,
    identity_summary: Option<IdentitySummary>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "decoding them is what is measured")]
struct AccessSummary {
    access: Access,
    entitlement: Option<Entitlement>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "decoding them is what is measured")]
struct Access {
    #[serde(rename = "type")]
    kind: String,
    id: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "decoding them is what is measured")]
struct Entitlement {
    name: String,
    source_name: String,
    privileged: bool,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "decoding them is what is measured")]
struct IdentitySummary {
    id: String,
    name: String,
}

async fn by_hand(http: &reqwest::Client, server: SocketAddr, at_once: usize) -> usize {
    let page = |offset: usize| {
        let path = format!("v3/certifications/{CERTIFICATION}/access-review-items");
        let request = http
            .get(format!(
                "http://{server}/{path}?limit={PAGE}&offset={offset}"
            ))
            .bearer_auth("benchmark");
        tokio::spawn(async move {
            let body = request
                .send()
                .await
                .expect("an answer")
                .bytes()
                .await
                .expect("a body");
            serde_json::from_slice::<Vec<Item>>(&body)
                .expect("items")
                .len()
        })
    };
    let mut pages = stream::iter((0..).step_by(PAGE))
        .map(page)
        .buffered(at_once);
    let mut items = 0;
    while let Some(page) = pages.next().await {
        let received = page.expect("no panic");
        items += received;
        if received < PAGE {
            break;
        }
    }
    items
}

async fn generated(client: &certs_raw::v3::Client) -> usize {
    let mut items = 0;
    loop {
        let call = client.list_identity_access_review_items().id(CERTIFICATION);
        let offset = i32::try_from(items).expect("fewer items");
        let page = call
            .limit(PAGE as i32)
            .offset(offset)
            .send()
            .await
            .expect("a page");
        items += page.len();
        if page.len() < PAGE {
            return items;
        }
    }
}

async fn through_the_facade(client: &certs::Client, at_once: usize) -> usize {
    let items = client
        .certification(CERTIFICATION)
        .items()
        .fetch_ahead(at_once)
        .stream();
    items
        .try_fold(0, async |items, _| Ok(items + 1))
        .await
        .expect("items")
}

fn raw_client(server: SocketAddr, http: &reqwest::Client) -> certs_raw::v3::Client {
    #[derive(Debug)]
    struct WithToken(reqwest::Client);
    impl Execute for WithToken {
        fn execute(&self, mut request: reqwest::Request, _: Operation) -> Executing<'_> {
            let token = reqwest::header::HeaderValue::from_static("Bearer benchmark");
            request
                .headers_mut()
                .insert(reqwest::header::AUTHORIZATION, token);
            Box::pin(self.0.execute(request))
        }
    }
    let execute = Arc::new(WithToken(http.clone()));
    certs_raw::v3::Client::new_with_client(&format!("http://{server}/v3"), http.clone(), execute)
}

/// Prints the medians that criterion has written, and their ratios.
fn ratios(group: &str) {
    println!("\n{group} latency");
    for names in [&SEQUENTIAL[..], &CONCURRENT[..]] {
        let Some(base) = names.first().and_then(|name| median(group, name)) else {
            continue;
        };
        for name in names {
            if let Some(median) = median(group, name) {
                println!("  {name:<24} {median:>8.3} s  {:>5.2} x", median / base);
            }
        }
    }
}

fn median(group: &str, name: &str) -> Option<f64> {
    // Criterion replaces what a file name cannot hold.
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or("../target".to_owned());
    let path = Path::new(&target)
        .join("criterion")
        .join(group)
        .join(name)
        .join("new/estimates.json");
    let estimates: serde_json::Value = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
    Some(estimates["median"]["point_estimate"].as_f64()? / 1e9)
}
