//! How much memory streaming takes: 100,000 access review items, one page after the other and
//! with eight ahead. Fails if it is more than 20 MiB above idle. Then how much evidence of as
//! many takes, in all formats, which has to be less than 64 MiB.
//!
//! ```sh
//! cargo bench -p certs-tests --bench memory
//! ```

mod support;

use std::time::Duration;

use futures_util::TryStreamExt as _;
use peak_alloc::PeakAlloc;
use support::{CERTIFICATION, serve};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const ITEMS: usize = 100_000;
const LIMIT_MIB: f32 = 20.0;
const EVIDENCE_LIMIT_MIB: f32 = 64.0;

#[tokio::main]
async fn main() {
    // The server's pages are there before and after, and its answers are not copied.
    let server = serve(ITEMS, Duration::ZERO).await;
    let client = certs::Client::builder(format!("http://{server}"))
        .token("benchmark")
        .budget(certs::RequestBudget::unlimited())
        .build()
        .expect("a client");
    for ahead in [1, 8] {
        let idle = MEMORY.current_usage_as_mb();
        MEMORY.reset_peak_usage();
        let items = client
            .certification(CERTIFICATION)
            .items()
            .fetch_ahead(ahead)
            .stream();
        let count = items
            .try_fold(0, async |count, _| Ok(count + 1))
            .await
            .expect("items");
        let peak = MEMORY.peak_usage_as_mb() - idle;
        println!("{count} items, {ahead} page(s) ahead: {peak:.1} MiB above idle");
        assert_eq!(count, ITEMS);
        assert!(peak < LIMIT_MIB, "more than {LIMIT_MIB} MiB");
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
