//! Going on where a crash interrupted.

mod outcome;

use std::collections::HashMap;
use std::future::IntoFuture;
use std::time::Duration;

use futures_core::future::BoxFuture;

use crate::api::tasks::DEFAULT_TIMEOUT;
use crate::client::Client;
use crate::effects::journal::{Journal, Work};
use crate::error::Result;
use crate::progress::{ProgressReport, Reporter};
use crate::review::decide::{self, Options};
use crate::review::{reassign, sign_off};
use crate::time;

pub use outcome::{ResumeOutcome, ResumedDecisions, ResumedReassignment, ResumedSignOff};

impl Client {
    /// Finishes what a journal holds as unfinished. Await the result.
    ///
    /// What was under way when the journal ended is looked at, and sent again only if it is
    /// not done; what was not sent is sent; what was refused is left. A task that has taken on
    /// a part of a reassignment is waited for. What cannot be told stays
    /// [unknown](crate::Outcome::Unknown), and is looked at again when the journal is resumed
    /// again. A call whose plan was not written completely has sent nothing, and is dropped:
    /// repeat it. Resuming a journal that holds nothing unfinished sends nothing. There is an
    /// example at [`Journal`].
    ///
    /// It goes in the order of the journal, sign-offs last. A certification is signed off only
    /// if all that the journal holds of its decisions and reassignments is done by then, and,
    /// unless the sign-off was [unchecked](crate::SignOff::unchecked), if nothing else speaks
    /// against it.
    pub fn resume(&self, journal: &Journal) -> Resume {
        Resume {
            client: self.clone(),
            journal: journal.clone(),
            options: Options::default(),
            timeout: DEFAULT_TIMEOUT,
        }
    }
}

/// A journal that is about to be finished. Await it.
///
/// # Errors
///
/// An error means that nothing has been done: the journal is another tenant's, cannot be
/// written, or nothing of it could be sent, such as a sign-off that is
/// [not ready](crate::ErrorKind::NotReady).
#[derive(Debug)]
#[must_use = "nothing is resumed until this is awaited"]
pub struct Resume {
    client: Client,
    journal: Journal,
    options: Options,
    timeout: Duration,
}

impl Resume {
    /// How many batches are on their way at once, as [`Decide::concurrency`](crate::Decide::concurrency).
    pub fn concurrency(mut self, batches: usize) -> Self {
        self.options.concurrency = batches.max(1);
        self
    }

    /// For how long to wait at most, all in all: for tasks, and before sign-offs that were to
    /// [wait](crate::SignOff::wait). The default is 10 minutes; zero means to look once. A
    /// task that has not ended by then is [pending](crate::Outcome::Pending), and is waited for
    /// when the journal is resumed again.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Reports how many items and identities are dealt with, of how many.
    pub fn progress(mut self, tell: impl Fn(ProgressReport) + Send + Sync + 'static) -> Self {
        self.options.progress = Reporter::new(tell);
        self
    }

    /// Goes on. The same as awaiting this.
    ///
    /// # Errors
    ///
    /// Those of [`Resume`].
    pub async fn send(self) -> Result<ResumeOutcome> {
        self.await
    }

    async fn run(self) -> Result<ResumeOutcome> {
        self.journal.check(&self.client)?;
        let unfinished = self.journal.unfinished();
        let mut resumed = ResumeOutcome::new(unfinished.incomplete_calls.len());
        self.journal.drop_calls(unfinished.incomplete_calls).await?;

        let size: usize = unfinished.work.iter().map(size).sum();
        self.options.progress.total(size as u64);
        let started = time::now();
        // By certification, what is left undone that was to come before the sign-off.
        let mut left_undone: HashMap<String, String> = HashMap::new();
        for work in unfinished.work {
            let time_left = self.timeout.saturating_sub(started.elapsed());
            match work {
                Work::Decide {
                    certification,
                    decisions,
                } => {
                    let review = self.client.certification(&certification);
                    let options = Options {
                        journal: Some(self.journal.clone()),
                        ..self.options.clone()
                    };
                    let outcome = decide::resume(review, decisions, options).await;
                    if !outcome.is_complete() {
                        left_undone.insert(certification.clone(), outcome.to_string());
                    }
                    resumed.decided(certification, outcome);
                }
                Work::Reassign(unfinished) => {
                    let (certification, to) =
                        (unfinished.certification.clone(), unfinished.to.clone());
                    let (client, journal) = (&self.client, &self.journal);
                    let progress = &self.options.progress;
                    let outcome =
                        reassign::resume(client, journal, unfinished, time_left, progress).await;
                    if !outcome.is_complete() {
                        left_undone.insert(certification.clone(), outcome.to_string());
                    }
                    resumed.reassigned(certification, to, outcome);
                }
                Work::SignOff {
                    certification,
                    known,
                } => {
                    let review = self.client.certification(&certification);
                    let left_undone = left_undone.get(&certification).map(String::as_str);
                    let journal = &self.journal;
                    let outcome =
                        sign_off::resume(review, journal, known, left_undone, time_left).await;
                    resumed.signed_off(certification, outcome);
                }
            }
        }
        match resumed.failed_altogether() {
            Some(error) => Err(error.clone()),
            None => Ok(resumed),
        }
    }
}

/// How many items and identities it is about.
fn size(work: &Work) -> usize {
    match work {
        Work::Decide { decisions, .. } => decisions.len(),
        Work::Reassign(call) => call.parts.iter().map(|part| part.references.len()).sum(),
        Work::SignOff { .. } => 0,
    }
}

impl IntoFuture for Resume {
    type Output = Result<ResumeOutcome>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let progress = self.options.progress.clone();
            progress.scope(self.run()).await
        })
    }
}
