//! Reviews a certification with a journal, as a careful program does each time it starts. Tests
//! kill it.

use std::path::PathBuf;

use certs::model::{AccessReviewItem, Decision, Id, ReviewDecision};
use certs::{Client, ItemOutcome, Journal, Outcome, RateLimit, Review};
use clap::Parser;
use jiff::Timestamp;

/// Small, so that there are many points at which to be killed.
const BATCH: usize = 10;

/// Decides on all items of a certification, in small batches.
#[derive(Parser)]
struct Options {
    base_url: String,
    certification: String,
    journal: PathBuf,
    /// First gives some items to this reviewer, and signs off at the end.
    #[arg(long)]
    to: Option<String>,
    /// Access that is revoked ends then.
    #[arg(long)]
    until: Option<Timestamp>,
    /// Decides on this item as well, among the first ten. The certification does not have it.
    #[arg(long)]
    stranger: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let client = Client::builder(&options.base_url)
        .client_credentials(
            std::env::var("SAIL_CLIENT_ID")?,
            std::env::var("SAIL_CLIENT_SECRET")?,
        )
        .rate_limit(RateLimit::unlimited())
        .no_proxy()
        .build()?;

    let journal = Journal::open_or_create(&options.journal).await?;
    let resumed = client.resume(&journal).await?;
    // Dropped calls are repeated below.
    if resumed.dropped_calls() == 0 {
        options.ensure_done(resumed.items())?;
    }
    let review = client.certification(&options.certification);
    if review.get().await?.is_signed() {
        return Ok(());
    }
    if let Some(to) = &options.to {
        reassign(&review, to, &journal).await?;
    }
    options.decide(&review, &journal).await?;
    if options.to.is_some() {
        review.sign_off().journal(&journal).await?;
    }
    Ok(())
}

/// Gives away what the test expects: a few at once, then as many in the background.
async fn reassign(review: &Review, to: &str, journal: &Journal) -> anyhow::Result<()> {
    let items: Vec<_> = review.items().stream().try_collect().await?;
    let goes = |item: &&AccessReviewItem| {
        let last = item.id.get().and_then(|id| id.bytes().last());
        last.is_some_and(|last| last.is_multiple_of(5))
    };
    let items: Vec<_> = items.iter().filter(goes).collect();
    for (n, items) in items.chunks(BATCH).enumerate() {
        let reassign = review.reassign(to, "on leave").journal(journal);
        let reassign = reassign.items(items.iter().copied());
        let outcome = if n.is_multiple_of(2) {
            reassign.await?
        } else {
            reassign.in_background().wait().await?
        };
        outcome.ensure_complete()?;
    }
    Ok(())
}

impl Options {
    async fn decide(&self, review: &Review, journal: &Journal) -> anyhow::Result<()> {
        let items: Vec<_> = review.items().stream().try_collect().await?;
        let mut ids: Vec<_> = items.into_iter().map(|item| item.id).collect();
        if let Some(stranger) = &self.stranger {
            ids.insert(BATCH / 2, stranger.into());
        }
        let decisions = ids.iter().filter_map(Id::get).map(|id| self.decision(id));
        let decide = review.decide(decisions).batch_size(BATCH).concurrency(3);
        let outcome = decide.journal(journal).await?;
        self.ensure_done(outcome.items())
    }

    /// The decision that the test expects.
    fn decision(&self, item: &str) -> ReviewDecision {
        let even = item.bytes().last().is_some_and(|last| last % 2 == 0);
        let decision = if even {
            ReviewDecision::approve(item)
        } else {
            ReviewDecision::revoke(item)
        };
        let decision = decision.comment(format!("reviewed: {item}"));
        match self.until {
            Some(until) if decision.decision == Decision::Revoke => {
                decision.proposed_end_date(until)
            }
            _ => decision,
        }
    }

    /// Everything is done but the stranger, which is refused.
    fn ensure_done<'a>(
        &self,
        items: impl IntoIterator<Item = &'a ItemOutcome>,
    ) -> anyhow::Result<()> {
        for item in items {
            let is_stranger = item.id.get() == self.stranger.as_deref();
            let is_right = if is_stranger {
                matches!(item.outcome, Outcome::Refused(_))
            } else {
                item.outcome.is_applied()
            };
            anyhow::ensure!(is_right, "{}: {}", item.id, item.outcome);
        }
        Ok(())
    }
}
