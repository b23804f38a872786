//! Going on where a crash interrupted.

use std::fmt;
use std::future::IntoFuture;

use futures_core::future::BoxFuture;

use crate::client::Client;
use crate::error::{Error, Result};
use crate::journal::Journal;
use crate::progress::{ProgressReport, Reporter};
use crate::resource::decide::{self, DecideOutcome, Options};

impl Client {
    /// Finishes what a journal holds as unfinished. Await the result.
    ///
    /// What was under way when the journal ended is read back, and sent again only if it is
    /// not done; what was not sent is sent; what was refused is left. A call whose plan was not
    /// written completely has sent nothing, and is dropped: repeat it. Resuming a journal that
    /// holds nothing unfinished sends nothing. There is an example at [`Journal`].
    pub fn resume(&self, journal: &Journal) -> Resume {
        Resume {
            client: self.clone(),
            journal: journal.clone(),
            options: Options::default(),
        }
    }
}

/// A journal that is about to be finished. Await it.
///
/// # Errors
///
/// An error means that nothing has been done: the journal is another tenant's, cannot be
/// written, or nothing of it could be sent.
#[derive(Debug)]
#[must_use = "nothing is resumed until this is awaited"]
pub struct Resume {
    client: Client,
    journal: Journal,
    options: Options,
}

impl Resume {
    /// How many batches are on their way at once, as [`Decide::concurrency`](crate::Decide::concurrency).
    pub fn concurrency(mut self, batches: usize) -> Self {
        self.options.concurrency = batches.max(1);
        self
    }

    /// Reports how many items are dealt with, of how many.
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
        if let Some((_, effect, _)) = unfinished.others.first() {
            return Err(Error::refused(format!(
                "the journal holds {} that is unfinished, which this version cannot resume",
                effect.what()
            )));
        }
        let dropped_calls = unfinished.incomplete_calls.len();
        self.journal.drop_calls(unfinished.incomplete_calls).await?;

        let sizes = unfinished.decisions.iter().map(|(_, open)| open.len());
        self.options.progress.total(sizes.sum::<usize>() as u64);
        let mut decided = Vec::new();
        for (certification, decisions) in unfinished.decisions {
            let review = self.client.certification(&certification);
            let options = Options {
                journal: Some(self.journal.clone()),
                ..self.options.clone()
            };
            let outcome = decide::resume(review, decisions, options).await;
            decided.push(ResumedDecisions {
                certification,
                outcome,
            });
        }
        let failures = decided.iter().map(|one| one.outcome.failed_altogether());
        match failures.collect::<Option<Vec<_>>>().as_deref() {
            Some([first, ..]) => Err((*first).clone()),
            _ => Ok(ResumeOutcome {
                decided,
                dropped_calls,
            }),
        }
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

/// What came of resuming a journal.
///
/// Printed, it is one line.
#[derive(Clone, Debug)]
#[must_use = "items may have been refused or not attempted: look, or `ensure_complete()`"]
pub struct ResumeOutcome {
    decided: Vec<ResumedDecisions>,
    dropped_calls: usize,
}

/// What came of the unfinished decisions of one certification.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ResumedDecisions {
    /// The certification's id.
    pub certification: String,
    /// What came of its decisions; only of those that were unfinished.
    pub outcome: DecideOutcome,
}

impl ResumeOutcome {
    /// What came of unfinished decisions, one certification after the other.
    #[must_use]
    pub fn decisions(&self) -> &[ResumedDecisions] {
        &self.decided
    }

    /// How many calls were dropped, because the program ended before their plan was written
    /// completely. Nothing of them was ever sent.
    #[must_use]
    pub fn dropped_calls(&self) -> usize {
        self.dropped_calls
    }

    /// Whether nothing was left to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.decided.is_empty() && self.dropped_calls == 0
    }

    /// Whether everything that was planned is done now, and no call was dropped.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.dropped_calls == 0 && self.decided.iter().all(|one| one.outcome.is_complete())
    }

    /// An error unless it [is complete](Self::is_complete).
    ///
    /// # Errors
    ///
    /// That of the first certification, as [`DecideOutcome::ensure_complete`] has it, or one
    /// that says to repeat the calls that were dropped.
    pub fn ensure_complete(&self) -> Result<()> {
        for one in &self.decided {
            one.outcome.ensure_complete()?;
        }
        match self.dropped_calls {
            0 => Ok(()),
            dropped => Err(Error::journal_says(&format!(
                "calls whose plan was not written completely: {dropped}. Nothing of them was \
                 sent: repeat them"
            ))),
        }
    }
}

impl fmt::Display for ResumeOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing was left to do");
        }
        let mut separator = "";
        for ResumedDecisions {
            certification,
            outcome,
        } in &self.decided
        {
            write!(f, "{separator}certification {certification}: {outcome}")?;
            separator = "; ";
        }
        if self.dropped_calls > 0 {
            write!(
                f,
                "{separator}calls that were dropped before anything was sent: {}",
                self.dropped_calls
            )?;
        }
        Ok(())
    }
}
