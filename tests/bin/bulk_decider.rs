//! Reviews a certification, with a journal: what a careful program does each time it starts.
//! Tests kill it.
//!
//! It decides on all items. If a new reviewer is named, it first gives some items to them, and
//! signs off in the end.

use std::path::PathBuf;

use certs::model::{AccessReviewItem, ReviewDecision};
use certs::{Client, Journal, RateLimit, Review};

/// Small, so that there are many points to be killed at.
const BATCH: usize = 10;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || {
        arguments
            .next()
            .ok_or_else(|| anyhow::anyhow!("URL CERTIFICATION JOURNAL [REVIEWER]"))
    };
    let (base_url, certification, path) = (next()?, next()?, PathBuf::from(next()?));
    let new_reviewer = next().ok();
    let client = Client::builder(base_url)
        .client_credentials(
            std::env::var("SAIL_CLIENT_ID")?,
            std::env::var("SAIL_CLIENT_SECRET")?,
        )
        .rate_limit(RateLimit::unlimited())
        .no_proxy()
        .build()?;

    let journal = match path.exists() {
        true => {
            let journal = Journal::open(&path).await?;
            let resumed = client.resume(&journal).await?;
            // What was dropped is done below, as if it were new.
            if !resumed.is_complete() && resumed.dropped_calls() == 0 {
                anyhow::bail!("{resumed}");
            }
            journal
        }
        false => Journal::create(&path).await?,
    };
    let review = client.certification(certification);
    if review.get().await?.is_signed() {
        return Ok(());
    }
    if let Some(to) = &new_reviewer {
        reassign(&review, to, &journal).await?;
    }
    decide(&review, &journal).await?;
    if new_reviewer.is_some() {
        review.sign_off().journal(&journal).await?;
    }
    Ok(())
}

/// Gives away what the test expects: a few at once, then as many in the background.
async fn reassign(review: &Review, to: &str, journal: &Journal) -> anyhow::Result<()> {
    let items: Vec<_> = review.items().stream().try_collect().await?;
    let goes = |item: &&AccessReviewItem| {
        item.id
            .bytes()
            .last()
            .is_some_and(|last| last.is_multiple_of(5))
    };
    let items: Vec<_> = items.iter().filter(goes).collect();
    for (n, items) in items.chunks(BATCH).enumerate() {
        let reassign = review.reassign(to, "on leave").journal(journal);
        let reassign = reassign.items(items.iter().copied());
        let outcome = match n % 2 {
            0 => reassign.await?,
            _ => reassign.in_background().wait().await?,
        };
        outcome.ensure_complete()?;
    }
    Ok(())
}

async fn decide(review: &Review, journal: &Journal) -> anyhow::Result<()> {
    let items: Vec<_> = review.items().stream().try_collect().await?;
    let decisions = items.iter().map(|item| decision(&item.id));
    let decide = review.decide(decisions).batch_size(BATCH).concurrency(3);
    decide.journal(journal).await?.ensure_complete()?;
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
