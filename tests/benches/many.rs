//! How much memory calls with very many items take, beyond what the caller has: decisions,
//! reassignments, journals and evidence, from a thousand to a million. Fails if it is more than
//! 400 bytes an item, or grows faster than the number of items.
//!
//! ```sh
//! cargo bench -p certs-tests --bench many
//! ```

use std::convert::Infallible;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use certs::model::ReviewDecision;
use certs::{Client, Journal, RateLimit, RequestBody};
use http::{Request, Response, Uri};
use peak_alloc::PeakAlloc;
use tokio::io::sink;
use tower::service_fn;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// For each item, at the most; what does not grow with them comes to it.
const LIMIT: usize = 400;
const FIXED: usize = 1 << 20;

static TOO_MUCH: AtomicBool = AtomicBool::new(false);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let client = client();
    let review = client.certification("c-1");
    for count in [1_000, 10_000, 100_000, 1_000_000] {
        let given: Vec<_> = ids(count).map(ReviewDecision::approve).collect();
        let bytes = taken(async || {
            let outcome = review.decide(given).await.expect("decided");
            outcome.ensure_complete().expect("all of them");
        });
        report("decide", count, bytes.await);

        let items: Vec<_> = ids(count).collect();
        let bytes = taken(async || {
            let reassign = review.reassign("p-1", "on leave").items(items).await;
            drop(reassign.expect("reassigned"));
        });
        report("reassign", count, bytes.await);
    }
    for count in [1_000, 10_000, 100_000, 1_000_000] {
        journal(&client, count).await;
    }
    for count in [1_000, 10_000, 60_000] {
        let given: Vec<_> = ids(count).collect();
        let bytes = taken(async || {
            let evidence = client.evidence().certifications(given).csv("csv", sink());
            let manifest = evidence.write().await.expect("evidence");
            assert_eq!(manifest.totals.certifications, count as u64);
        });
        // The manifest has an entry for each, which the caller gets.
        println!(
            "evidence  {count:>9} certifications {:>5} bytes each",
            bytes.await / count
        );
    }
    if TOO_MUCH.load(Ordering::Relaxed) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// A journal of so many decisions, written, opened again, and resumed.
async fn journal(client: &Client, count: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.jsonl");
    let journal = Journal::create(&path).await.expect("a journal");
    let given: Vec<_> = ids(count).map(ReviewDecision::approve).collect();
    let review = client.certification("c-1");
    let bytes = taken(async || {
        let decide = review.decide(given).batch_size(10).journal(&journal);
        decide
            .await
            .expect("decided")
            .ensure_complete()
            .expect("all");
    });
    report("journal", count, bytes.await);
    drop(journal);
    let text = std::fs::metadata(&path).expect("the file").len();
    let bytes = taken(async || {
        let journal = Journal::open(&path).await.expect("the same journal");
        let resumed = client.resume(&journal).await.expect("nothing left");
        assert!(resumed.is_empty());
    });
    // The text itself is read at once.
    let taken = bytes
        .await
        .saturating_sub(usize::try_from(text).unwrap_or(0));
    report("resume", count, taken);
}

fn report(what: &str, count: usize, taken: usize) {
    println!("{what:<9} {count:>9} items {:>5} bytes each", taken / count);
    if taken > count * LIMIT + FIXED {
        println!("{what:<9} {count:>9} items: more than {LIMIT} bytes each");
        TOO_MUCH.store(true, Ordering::Relaxed);
    }
}

fn ids(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|n| format!("{n:032x}"))
}

/// The most memory that was taken at once, in bytes above what was taken before.
async fn taken(call: impl AsyncFnOnce()) -> usize {
    let idle = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    call().await;
    MEMORY.peak_usage().saturating_sub(idle)
}

/// Does what it is asked for, and answers with as little as possible.
fn client() -> Client {
    let service = service_fn(|request: Request<RequestBody>| async move {
        let (count, body) = answer(request.uri());
        let answer = Response::builder().header("x-total-count", count);
        Ok::<_, Infallible>(answer.body(Body::from(body)).expect("a response"))
    });
    Client::builder("http://127.0.0.1:9")
        .http_service(service)
        .token("a token")
        .rate_limit(RateLimit::unlimited())
        .build()
        .expect("a client")
}

fn answer(uri: &Uri) -> (usize, String) {
    if uri.path().ends_with("/access-review-items") {
        return (0, "[]".to_owned());
    }
    if uri.path() != "/v3/certifications" {
        return (
            0,
            r#"{"id":"c-1","phase":"ACTIVE","reviewer":{"id":"p-0"}}"#.to_owned(),
        );
    }
    // Those that the filter names.
    let query = uri.query().unwrap_or_default().replace("%22", "\"");
    let texts = query.split('"').skip(1).step_by(2);
    let listed: Vec<_> = texts.map(|id| format!(r#"{{"id":"{id}"}}"#)).collect();
    (listed.len(), format!("[{}]", listed.join(",")))
}
