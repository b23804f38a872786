//! Makes many decisions, and fails if each takes more than 400 bytes beyond the caller's own. The
//! server is in another process, so only the client is measured.
//!
//! ```console
//! $ many-decisions BASE_URL CERTIFICATION COUNT
//! ```

use anyhow::{Context as _, ensure};
use certs::model::ReviewDecision;
use certs::{Client, RateLimit};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The limit for each decision, in bytes. Requests and responses in flight are added.
const LIMIT: usize = 400;
const ON_THEIR_WAY: usize = 2 << 20;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [base_url, certification, count] = arguments.as_slice() else {
        anyhow::bail!("BASE_URL, CERTIFICATION and COUNT are needed");
    };
    let count: usize = count.parse().context("COUNT is a number")?;
    let client = Client::builder(base_url)
        .token("any")
        .rate_limit(RateLimit::unlimited())
        .build()?;
    let decision = |n| ReviewDecision::approve(format!("{n:032x}")).comment("still needed");
    let given: Vec<_> = (0..count).map(decision).collect();
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let outcome = client.certification(certification).decide(given).await?;
    outcome.ensure_complete()?;
    let taken = MEMORY.peak_usage().saturating_sub(before);
    println!("{outcome}: {} bytes each", taken / count);
    ensure!(
        taken <= count * LIMIT + ON_THEIR_WAY,
        "{taken} bytes for {count} decisions"
    );
    Ok(())
}
