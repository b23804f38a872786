//! Gathers evidence of one certification, and fails if that takes 64 MiB of memory or more. The
//! server is in another process, so only the client is measured.
//!
//! ```console
//! $ gather-evidence BASE_URL CERTIFICATION FOLDER
//! ```

use anyhow::{Context as _, ensure};
use certs::{Client, RateLimit};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const LIMIT_MIB: f32 = 64.0;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [base_url, certification, folder] = arguments.as_slice() else {
        anyhow::bail!("BASE_URL, CERTIFICATION and FOLDER are needed");
    };
    let client = Client::builder(base_url)
        .token("any")
        .rate_limit(RateLimit::unlimited())
        .no_proxy()
        .build()?;
    let evidence = client.evidence().certifications([certification]).grants();
    let manifest = evidence.write_to(folder).await.context("no evidence")?;
    let peak = MEMORY.peak_usage_as_mb();
    println!("{manifest}; {peak:.1} MiB at the most");
    ensure!(
        peak < LIMIT_MIB,
        "{peak:.1} MiB, and {LIMIT_MIB} are allowed"
    );
    Ok(())
}
