//! The memory of calls with very many items, beyond the caller's own: decisions, reassignments,
//! journals and evidence, from a thousand to a million. Fails if it exceeds 400 bytes an item, or
//! grows faster than the number of items.
//!
//! ```sh
//! cargo bench -p certs-tests --bench many
//! ```

use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use certs::model::ReviewDecision;
use certs::{Client, ErrorKind, Journal, RateLimit, RequestBody, RetryPolicy};
use http::{Method, Request, Response, Uri};
use peak_alloc::PeakAlloc;
use tokio::io::sink;
use tower::service_fn;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The limit for each item, in bytes; a constant amount is added.
const LIMIT: usize = 400;
const FIXED: usize = 1 << 20;

static TOO_MUCH: AtomicBool = AtomicBool::new(false);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let client = client();
    let review = client.certification("c-1");
    for count in [1_000, 10_000, 100_000, 1_000_000] {
        let given: Vec<_> = decisions(count).collect();
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
        resume(&client, count).await;
    }
    // Three lines for each decision.
    alone(&client, 333_333).await;
    for count in [1_000, 10_000, 60_000] {
        evidence(&client, count).await;
    }
    if TOO_MUCH.load(Ordering::Relaxed) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// Writes a journal of this many decisions, and opens it when everything is done.
async fn journal(client: &Client, count: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.jsonl");
    let journal = writer(&path).await;
    let given: Vec<_> = decisions(count).collect();
    let review = client.certification("c-1");
    let bytes = taken(async || {
        let decide = review.decide(given).journal(&journal).await;
        decide.expect("decided").ensure_complete().expect("all");
    });
    report("journal", count, bytes.await);
    drop(journal);
    reopen(client, "reopen", &path, count).await;
}

/// The same with a request for each decision, which makes the most lines.
async fn alone(client: &Client, count: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.jsonl");
    let journal = writer(&path).await;
    let review = client.certification("c-1");
    let decide = review.decide(decisions(count));
    let decide = decide.batch_size(1).journal(&journal).await;
    decide.expect("decided").ensure_complete().expect("all");
    drop(journal);
    let lines = std::fs::read(&path).expect("the journal");
    let lines = lines.iter().filter(|byte| **byte == b'\n').count();
    reopen(client, "lines", &path, lines).await;
}

async fn reopen(client: &Client, what: &str, path: &Path, count: usize) {
    let bytes = taken(async || {
        let journal = Journal::open(path).await.expect("the same journal");
        let resumed = client.resume(&journal).await.expect("nothing left");
        assert!(resumed.is_empty());
    });
    report(what, count, bytes.await);
}

/// Opens and resumes a journal of this many decisions, none of them sent.
async fn resume(client: &Client, count: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.jsonl");
    let journal = writer(&path).await;
    let review = unreachable().certification("c-1");
    let decide = review.decide(decisions(count));
    let error = decide
        .journal(&journal)
        .await
        .expect_err("nothing was sent");
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    drop((journal, review));
    let mut outcome = None;
    let bytes = taken(async || {
        let journal = Journal::open(&path).await.expect("the same journal");
        outcome = Some(client.resume(&journal).await.expect("resumed"));
    });
    let bytes = bytes.await;
    // The outcome, which holds the decisions, belongs to the caller.
    let before = MEMORY.current_usage();
    let resumed = outcome.expect("an outcome");
    resumed.ensure_complete().expect("all of them");
    assert_eq!(resumed.items().count(), count);
    drop(resumed);
    let outcome = before.saturating_sub(MEMORY.current_usage());
    report("resume", count, bytes.saturating_sub(outcome));
}

/// Gathers evidence of this many certifications by their ids.
async fn evidence(client: &Client, count: usize) {
    let given: Vec<_> = ids(count).collect();
    let mut manifest = None;
    let bytes = taken(async || {
        let evidence = client.evidence().certifications(given).csv("csv", sink());
        manifest = Some(evidence.write().await.expect("evidence"));
    });
    let bytes = bytes.await;
    // The manifest, which has an entry for each, belongs to the caller.
    let before = MEMORY.current_usage();
    assert_eq!(
        manifest.as_ref().map(|it| it.totals.certifications),
        Some(count as u64)
    );
    drop(manifest);
    let manifest = before.saturating_sub(MEMORY.current_usage());
    // Whole records are kept of certifications, so the limit does not apply.
    let bytes = bytes.saturating_sub(manifest) / count;
    println!("evidence  {count:>9} certifications {bytes:>5} bytes each");
}

/// A journal on a writer that does not wait for the disk.
async fn writer(path: &Path) -> Journal {
    let mut file = tokio::fs::File::create(path).await.expect("a file");
    file.set_max_buf_size(1 << 14);
    Journal::to_writer(file)
}

fn report(what: &str, count: usize, taken: usize) {
    println!("{what:<9} {count:>9} items {:>5} bytes each", taken / count);
    if taken > count * LIMIT + FIXED {
        println!("{what:<9} {count:>9} items: more than {LIMIT} bytes each");
        TOO_MUCH.store(true, Ordering::Relaxed);
    }
}

fn decisions(count: usize) -> impl Iterator<Item = ReviewDecision> {
    ids(count).map(|id| ReviewDecision::approve(id).comment("still needed"))
}

fn ids(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|n| format!("{n:032x}"))
}

/// The peak of memory during the call, in bytes above that before it.
async fn taken(call: impl AsyncFnOnce()) -> usize {
    let idle = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    call().await;
    MEMORY.peak_usage().saturating_sub(idle)
}

/// A client of a service that accepts every write and responds as briefly as possible.
fn client() -> Client {
    client_of(Ok)
}

/// A client whose reads work and whose writes find no connection.
fn unreachable() -> Client {
    client_of(|request| match *request.method() {
        Method::GET => Ok(request),
        _ => Err(io::ErrorKind::ConnectionRefused.into()),
    })
}

type Asked = Request<RequestBody>;

fn client_of(reach: fn(Asked) -> io::Result<Asked>) -> Client {
    let service = service_fn(move |request| async move {
        let (count, body) = response(reach(request)?.uri());
        let response = Response::builder().header("x-total-count", count);
        Ok::<_, io::Error>(response.body(Body::from(body)).expect("a response"))
    });
    Client::builder("http://127.0.0.1:9")
        .http_service(service)
        .token("a token")
        .rate_limit(RateLimit::unlimited())
        .retry(RetryPolicy::none())
        .build()
        .expect("a client")
}

fn response(uri: &Uri) -> (usize, String) {
    if uri.path().ends_with("/access-review-items") {
        return (0, "[]".to_owned());
    }
    if uri.path() != "/v3/certifications" {
        return (
            0,
            r#"{"id":"c-1","phase":"ACTIVE","reviewer":{"id":"p-0"}}"#.to_owned(),
        );
    }
    // The records that the filter names.
    let query = uri.query().unwrap_or_default().replace("%22", "\"");
    let texts = query.split('"').skip(1).step_by(2);
    let listed: Vec<_> = texts.map(|id| format!(r#"{{"id":"{id}"}}"#)).collect();
    (listed.len(), format!("[{}]", listed.join(",")))
}
