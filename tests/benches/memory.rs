//! How much memory streaming takes: 100,000 access review items, one page after the other and
//! with eight ahead. Fails if it is more than 20 MiB above idle.
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
}
