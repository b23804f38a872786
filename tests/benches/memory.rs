//! The memory of streaming 100,000 access review items, one page after the other and with eight at
//! once, through the facade and by a loop written by hand. Fails if the facade takes more than 20
//! MiB above idle, or more than 1.5 times as much as the loop. Then the memory of evidence of as
//! many items, in all formats; the limit is 64 MiB.
//!
//! ```sh
//! cargo bench -p certs-tests --bench memory
//! ```

mod support;

use std::time::Duration;

use peak_alloc::PeakAlloc;
use support::lists::{Item, by_hand, facade, through_the_facade};
use support::{CERTIFICATION, serve};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const ITEMS: usize = 100_000;
const LIMIT_MIB: f32 = 20.0;
const LIMIT_RATIO: f32 = 1.5;
const EVIDENCE_LIMIT_MIB: f32 = 64.0;

#[tokio::main]
async fn main() {
    // The server's pages exist before and after, and its responses are not copied.
    let server = serve(ITEMS, Duration::ZERO).await;
    let http = reqwest::Client::new();
    let client = facade(server);
    for at_once in [1, 8] {
        let least = peak(async || by_hand::<Item>(&http, server, at_once).await).await;
        let ours = peak(async || through_the_facade(&client, at_once).await).await;
        let ratio = ours / least;
        println!("{ITEMS} items, {at_once} page(s) at once, above idle:");
        println!("  by hand {least:>5.1} MiB");
        println!("  facade  {ours:>5.1} MiB {ratio:>5.2} x");
        assert!(ours < LIMIT_MIB, "more than {LIMIT_MIB} MiB");
        assert!(ratio < LIMIT_RATIO, "more than {LIMIT_RATIO} times");
    }
    evidence(&client).await;
}

async fn evidence(client: &certs::Client) {
    let folder = tempfile::tempdir().expect("a folder");
    let idle = MEMORY.current_usage_as_mb();
    MEMORY.reset_peak_usage();
    let evidence = client.evidence().certifications([CERTIFICATION]);
    let manifest = evidence.write_to(folder.path()).await.expect("evidence");
    let peak = MEMORY.peak_usage_as_mb() - idle;
    println!("evidence of {manifest}: {peak:.1} MiB above idle");
    for file in &manifest.files {
        println!("  {}: {} bytes", file.name, file.bytes);
    }
    assert!(manifest.complete, "{:?}", manifest.discrepancies);
    assert_eq!(manifest.totals.items, ITEMS as u64);
    assert!(
        peak < EVIDENCE_LIMIT_MIB,
        "more than {EVIDENCE_LIMIT_MIB} MiB"
    );
    manifest.verify(folder.path()).expect("what was written");
}

/// The peak of memory during the work, in MiB above that before it.
async fn peak(list: impl AsyncFn() -> usize) -> f32 {
    let idle = MEMORY.current_usage_as_mb();
    MEMORY.reset_peak_usage();
    assert_eq!(list().await, ITEMS);
    MEMORY.peak_usage_as_mb() - idle
}
