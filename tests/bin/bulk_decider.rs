//! Decides on everything in a certification, with a journal: what a careful program does
//! each time it starts. Tests kill it.

use std::path::PathBuf;

use certs::model::ReviewDecision;
use certs::{Client, Journal, RequestBudget};

/// Small, so that there are many points to be killed at.
const BATCH: usize = 10;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || {
        arguments
            .next()
            .ok_or_else(|| anyhow::anyhow!("URL CERTIFICATION JOURNAL"))
    };
    let (base_url, certification, path) = (next()?, next()?, PathBuf::from(next()?));
    let client = Client::builder(base_url)
        .client_credentials(
            std::env::var("SAIL_CLIENT_ID")?,
            std::env::var("SAIL_CLIENT_SECRET")?,
        )
        .budget(RequestBudget::unlimited())
        .no_proxy()
        .build()?;

    let journal = match path.exists() {
        true => {
            let journal = Journal::open(&path).await?;
            let resumed = client.resume(&journal).await?;
            for decided in resumed.decisions() {
                decided.outcome.ensure_complete()?;
            }
            journal
        }
        false => Journal::create(&path).await?,
    };
    let review = client.certification(certification);
    let items: Vec<_> = review.items().stream().try_collect().await?;
    let decisions = items.iter().map(|item| decision(&item.id));
    let outcome = review
        .decide(decisions)
        .batch_size(BATCH)
        .concurrency(3)
        .journal(&journal);
    outcome.await?.ensure_complete()?;
    Ok(())
}

/// The decision that the test expects.
fn decision(item: &str) -> ReviewDecision {
    match item.bytes().last().unwrap_or_default() % 2 {
        0 => ReviewDecision::approve(item),
        _ => ReviewDecision::revoke(item),
    }
    .comment(format!("reviewed: {item}"))
}
