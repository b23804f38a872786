//! A careful program that uses the client.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, bail};
use certs::filter::{certification, item};
use certs::model::{Certification, Id, Phase, ReviewDecision};
use certs::{Client, Error, ErrorKind, KeepTogether, List, ListEndpoint, Outcome, Review};
use futures_util::stream::{self, TryStreamExt as _};

/// How often a read is repeated before the robot gives up.
const TRIES: usize = 40;

/// The pause between two of them.
const PAUSE: Duration = Duration::from_secs(1);

/// Every accepted task has ended after this time.
const TASK: Duration = Duration::from_secs(3);

/// The number of items in a reassignment.
const REASSIGNED: usize = 5;

/// Which certifications have some of their items reassigned: enough to test it often, few enough to
/// leave most unchanged.
const EVERY: usize = 4;

/// What was done, as far as the robot knows.
#[derive(Clone, Debug, Default)]
pub(super) struct Done {
    pub(super) signed: usize,
    pub(super) reassigned_at_once: usize,
    pub(super) reassigned_as_task: usize,
    /// Writes whose response did not show whether they were done.
    pub(super) unknown: usize,
    /// Reads that were repeated because the response was incomplete.
    pub(super) incomplete: usize,
    /// Reads that were repeated because they failed despite the client's own retries.
    pub(super) failed_reads: usize,
}

/// Reviews everything.
#[derive(Debug)]
pub(super) struct Robot {
    client: Client,
    batch: usize,
    done: Mutex<Done>,
}

/// The comment of a decision on an item, which is unique.
pub(super) fn comment(item: &str) -> String {
    format!("reviewed: {item}")
}

/// Whether the item is approved. Half of them are.
pub(super) fn approves(item: &str) -> bool {
    item.bytes().last().is_some_and(|byte| byte % 2 == 0)
}

impl Robot {
    pub(super) fn new(client: Client, batch: usize) -> Self {
        Self {
            client,
            batch,
            done: Mutex::default(),
        }
    }

    pub(super) fn done(&self) -> Done {
        self.note(|done| done.clone())
    }

    fn note<T>(&self, note: impl FnOnce(&mut Done) -> T) -> T {
        note(&mut self.done.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Repeats until nothing is open, because reassignments create new certifications.
    pub(super) async fn campaign(&self, workers: usize) -> anyhow::Result<()> {
        for round in 0.. {
            let open = self.open_certifications().await?;
            if open.is_empty() {
                return Ok(());
            }
            let reviewers: Vec<_> = open.iter().map(reviewer).collect();
            let reviewers = &reviewers;
            stream::iter(open.iter().enumerate().map(Ok))
                .try_for_each_concurrent(workers, |(n, certification)| async move {
                    let review = self.client.certification(&certification.id);
                    // Reassigning in each round would never end.
                    if round == 0 && n % EVERY == 0 {
                        let others = reviewers.iter().cycle().skip(n + 1);
                        let others: Vec<_> = others.take(reviewers.len()).collect();
                        let as_task = n % (2 * EVERY) == 0;
                        self.reassign(&review, &others, as_task).await?;
                    }
                    self.decide(&review).await?;
                    self.sign_off(&review).await
                })
                .await?;
        }
        Ok(())
    }

    async fn open_certifications(&self) -> anyhow::Result<Vec<Certification>> {
        let list = || {
            self.client
                .certifications()
                .filter(certification::phase().eq(Phase::Active))
                .in_stable_order()
        };
        // Skips what cannot be reviewed through the API.
        let of_groups =
            |row: &Certification| row.reviewer.as_ref().map(|r| r.is_governance_group());
        let complete = |row: &Certification| row.id.get().and(reviewer(row).get()).is_some();
        let mut rows = self.whole(list, complete).await.context("what is open")?;
        rows.retain(|row| of_groups(row) == Some(false));
        Ok(rows)
    }

    async fn open_items(&self, review: &Review) -> anyhow::Result<Vec<String>> {
        let list = || {
            review
                .items()
                .filter(item::completed().eq(false))
                .in_stable_order()
        };
        let rows = self.whole(list, |row| row.id.get().is_some()).await;
        let rows = rows.context("the open items")?;
        Ok(rows.into_iter().map(|row| row.id.to_string()).collect())
    }

    /// All records of a list. Reads again if a record is incomplete, or missing although it was
    /// counted.
    async fn whole<E: ListEndpoint>(
        &self,
        list: impl Fn() -> List<E>,
        is_complete: impl Fn(&E::Item) -> bool,
    ) -> anyhow::Result<Vec<E::Item>> {
        self.insist(async || {
            let mut pages = list().with_total().fetch_ahead(4).pages();
            let (mut rows, mut total) = (Vec::new(), None);
            while let Some(page) = pages.try_next().await? {
                total = page.total.or(total);
                rows.extend(page.items);
            }
            let whole = total == Some(rows.len() as u64) && rows.iter().all(&is_complete);
            Ok(whole.then_some(rows))
        })
        .await
    }

    /// Reads until the response is complete. Temporary failures are no reason to give up.
    async fn insist<T>(
        &self,
        ask: impl AsyncFn() -> Result<Option<T>, Error>,
    ) -> anyhow::Result<T> {
        let mut last = None;
        for _ in 0..TRIES {
            match ask().await {
                Ok(Some(whole)) => return Ok(whole),
                Ok(None) => self.note(|done| done.incomplete += 1),
                Err(error) if passes(&error) => {
                    self.note(|done| done.failed_reads += 1);
                    last = Some(error);
                }
                Err(error) => return Err(error.into()),
            }
            tokio::time::sleep(PAUSE).await;
        }
        bail!("no whole response in {TRIES} tries; the last error was {last:?}")
    }

    /// The result of a write: done, or to be read back.
    fn written<T>(&self, outcome: Result<T, Error>) -> anyhow::Result<Option<T>> {
        match outcome {
            Ok(value) => Ok(Some(value)),
            Err(error) if passes(&error) => {
                if leaves_it_open(&error) {
                    self.note(|done| done.unknown += 1);
                }
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Decides in concurrent batches, then decides what is still open.
    async fn decide(&self, review: &Review) -> anyhow::Result<()> {
        for _ in 0..TRIES {
            let open = self.open_items(review).await?;
            if open.is_empty() {
                return Ok(());
            }
            let decisions = open.iter().map(|id| {
                if approves(id) {
                    ReviewDecision::approve(id).comment(comment(id))
                } else {
                    ReviewDecision::revoke(id).comment(comment(id))
                }
            });
            let decide = review.decide(decisions).batch_size(self.batch);
            let decided = self.written(decide.concurrency(usize::MAX).await);
            let Some(outcome) = decided.context("deciding")? else {
                continue;
            };
            self.note(|done| done.unknown += outcome.unknown().count());
            for item in outcome.items() {
                if let Some(error) = item.outcome.error()
                    && !passes(error)
                {
                    return Err(error.clone()).context("deciding");
                }
            }
        }
        bail!("certification {} does not get done", review.id())
    }

    async fn sign_off(&self, review: &Review) -> anyhow::Result<()> {
        for _ in 0..TRIES {
            let written = self.written(review.sign_off().unchecked().await);
            let done = written.context("signing off")?.is_some() || self.is_signed(review).await?;
            if done {
                self.note(|done| done.signed += 1);
                return Ok(());
            }
        }
        bail!("certification {} does not get signed", review.id())
    }

    async fn is_signed(&self, review: &Review) -> anyhow::Result<bool> {
        // An unknown phase shows nothing.
        self.insist(async || {
            Ok(match review.get().await?.phase {
                Some(Phase::Signed) => Some(true),
                Some(Phase::Active) => Some(false),
                _ => None,
            })
        })
        .await
    }

    /// Gives a few items to the first other reviewer who may have them.
    async fn reassign(&self, review: &Review, others: &[&Id], as_task: bool) -> anyhow::Result<()> {
        let mut items = self.open_items(review).await?;
        if items.len() < 2 * REASSIGNED {
            return Ok(());
        }
        items.truncate(REASSIGNED);
        for other in others {
            if self.reassign_to(review, other, &items, as_task).await? {
                self.note(|done| {
                    if as_task {
                        done.reassigned_as_task += 1
                    } else {
                        done.reassigned_at_once += 1
                    }
                });
                return Ok(());
            }
        }
        bail!("nobody may have items of certification {}", review.id())
    }

    /// Whether the other reviewer has the items now. Nobody reviews their own access.
    async fn reassign_to(
        &self,
        review: &Review,
        other: &Id,
        items: &[String],
        as_task: bool,
    ) -> anyhow::Result<bool> {
        for _ in 0..TRIES {
            let reassign = review.reassign(other, "on leave").items(items);
            // One request, so that it is one effect.
            let reassign = reassign.keep_together(KeepTogether::Nothing);
            let reassign = if as_task {
                reassign.in_background().wait()
            } else {
                reassign
            };
            let outcome = reassign.await;
            if outcome.as_ref().is_err_and(Error::is_invalid_request) {
                return Ok(false);
            }
            let outcome = self.written(outcome).context("reassigning")?;
            match outcome.as_ref().map(|outcome| &outcome.items()[0].outcome) {
                Some(Outcome::Applied) => return Ok(true),
                Some(Outcome::Refused(_)) => return Ok(false),
                Some(Outcome::Unknown(_)) => self.note(|done| done.unknown += 1),
                _ => {}
            }
            // By then, a task that could not be waited for has ended.
            tokio::time::sleep(TASK).await;
            let left: HashSet<_> = self.open_items(review).await?.into_iter().collect();
            if !left.contains(&items[0]) {
                return Ok(true);
            }
        }
        bail!("items of certification {} do not move", review.id())
    }
}

fn reviewer(row: &Certification) -> Id {
    let reviewer = row.reviewer.as_ref();
    reviewer.map(|r| r.id.clone()).unwrap_or_default()
}

/// Whether the next attempt may succeed.
fn passes(error: &Error) -> bool {
    let nothing_was_done = matches!(
        error.kind(),
        ErrorKind::Connect | ErrorKind::RateLimited | ErrorKind::Unauthorized
    );
    nothing_was_done || leaves_it_open(error)
}

/// Whether a failed write may have been done.
fn leaves_it_open(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Interrupted
            | ErrorKind::Timeout
            | ErrorKind::Decode
            | ErrorKind::TooLarge
            | ErrorKind::Server
    )
}
