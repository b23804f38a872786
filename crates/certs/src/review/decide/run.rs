//! All batches of a call.

use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::source::Chosen;
use super::{DecideOutcome, DecidedItem, Options, check};
use crate::api::certifications::Review;
use crate::effects::journal::{Effect, EffectId, Journal, Standing};
use crate::effects::outcome::{NotAttempted, Outcome};
use crate::error::{Error, Result};
use crate::model::{Certification, ReviewDecision};

/// A call that is under way: what its batches share.
pub(super) struct Call {
    pub(super) review: Review,
    pub(super) options: Options,
    /// What ended the call, if something did.
    stopped: Mutex<Option<Error>>,
    newest: Mutex<Option<Certification>>,
}

/// Decisions that go in one request.
#[derive(Debug)]
pub(super) struct Batch {
    /// Under which number it stands in the journal, if there is one.
    pub(super) effect: Option<EffectId>,
    pub(super) wanted: Vec<Wanted>,
}

/// A decision to make, and where it stands among all.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) place: usize,
    pub(super) decision: ReviewDecision,
    /// Whether it may be made, by what is known so far.
    pub(super) may_be_made: bool,
}

/// What became of a decision.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) wanted: Wanted,
    pub(super) outcome: Outcome,
}

/// Checks and makes decisions.
pub(super) async fn all(review: Review, chosen: Chosen, options: Options) -> Result<DecideOutcome> {
    options.progress.total(chosen.decisions.len() as u64);
    check::decisions(&review.id, &chosen.decisions)?;
    if let Some(journal) = &options.journal {
        journal.check(&review.client)?;
    }
    check::comments(&review, &chosen.decisions).await?;
    let outcome = match options.dry_run {
        true => {
            let dry_run = Outcome::NotAttempted(NotAttempted::DryRun);
            let outcomes = vec![dry_run; chosen.decisions.len()];
            outcome(chosen, outcomes, None)
        }
        false => make(review, chosen, options).await,
    };
    match outcome.failed_altogether() {
        Some(error) => Err(error.clone()),
        None => Ok(outcome),
    }
}

/// Makes decisions that a journal holds as unfinished. They were checked before they were
/// written there.
pub(crate) async fn resume(
    review: Review,
    decisions: Vec<ReviewDecision>,
    options: Options,
) -> DecideOutcome {
    make(review, Chosen::given(decisions), options).await
}

async fn make(review: Review, chosen: Chosen, options: Options) -> DecideOutcome {
    let call = Call {
        review,
        options,
        stopped: Mutex::default(),
        newest: Mutex::default(),
    };
    // Those that are not sent are done already, as the journal says.
    let mut outcomes = vec![Outcome::Applied; chosen.decisions.len()];
    let wanted = call.wanted(&chosen.decisions);
    let done = outcomes.len() - wanted.len();
    call.options.progress.done(done);
    let batches = call.plan(wanted).await;
    for Ended { wanted, outcome } in call.send(batches).await {
        outcomes[wanted.place] = outcome;
    }
    let newest = call.newest.into_inner();
    outcome(
        chosen,
        outcomes,
        newest.unwrap_or_else(PoisonError::into_inner),
    )
}

fn outcome(
    chosen: Chosen,
    outcomes: Vec<Outcome>,
    certification: Option<Certification>,
) -> DecideOutcome {
    let mut rules = chosen.rules.into_iter();
    let items = chosen.decisions.into_iter().zip(outcomes);
    let items = items.map(|(decision, outcome)| DecidedItem {
        decision,
        rule: rules.next(),
        outcome,
    });
    DecideOutcome::new(items.collect(), chosen.left_open, certification)
}

impl Call {
    /// The decisions that the journal does not say are made.
    fn wanted(&self, decisions: &[ReviewDecision]) -> Vec<Wanted> {
        let standing = |decision| match &self.options.journal {
            Some(journal) => journal.standing(&self.review.id, decision),
            None => Standing::New,
        };
        let wanted = decisions.iter().enumerate();
        wanted
            .filter_map(|(place, decision)| {
                let may_be_made = match standing(decision) {
                    Standing::New => false,
                    Standing::Sent => true,
                    Standing::Applied => return None,
                };
                let decision = decision.clone();
                Some(Wanted {
                    place,
                    decision,
                    may_be_made,
                })
            })
            .collect()
    }

    /// Cuts decisions into batches, in their order, and writes them into the journal. If that
    /// fails, the call is over before it begins.
    async fn plan(&self, mut wanted: Vec<Wanted>) -> Vec<Batch> {
        let mut batches = Vec::new();
        while !wanted.is_empty() {
            let rest = wanted.split_off(wanted.len().min(self.options.batch_size));
            batches.push(Batch {
                effect: None,
                wanted: std::mem::replace(&mut wanted, rest),
            });
        }
        if let Some(journal) = &self.options.journal
            && !batches.is_empty()
        {
            match self.write_plan(journal, &batches).await {
                Ok(ids) => {
                    for (batch, id) in batches.iter_mut().zip(ids) {
                        batch.effect = Some(id);
                    }
                }
                Err(error) => self.stop(&error),
            }
        }
        batches
    }

    async fn write_plan(&self, journal: &Journal, batches: &[Batch]) -> Result<Vec<EffectId>> {
        let effect = |batch: &Batch| Effect::Decide {
            certification: self.review.id.clone(),
            decisions: batch
                .wanted
                .iter()
                .map(|wanted| wanted.decision.clone())
                .collect(),
        };
        let effects = batches.iter().map(effect).collect();
        journal.plan(&self.review.client, effects).await
    }

    /// Sends the batches in their order, several at a time.
    async fn send(&self, batches: Vec<Batch>) -> Vec<Ended> {
        let mut waiting = batches.into_iter();
        let mut under_way = FuturesUnordered::new();
        for batch in waiting.by_ref().take(self.options.concurrency) {
            under_way.push(self.batch(batch));
        }
        let mut all = Vec::new();
        while let Some(ended) = under_way.next().await {
            self.options.progress.done(ended.len());
            all.extend(ended);
            if let Some(batch) = waiting.next() {
                under_way.push(self.batch(batch));
            }
        }
        all
    }

    /// What ended the call: nothing more is to be sent.
    pub(super) fn stopped(&self) -> Option<Error> {
        lock(&self.stopped).clone()
    }

    /// Ends the call, unless something has before.
    pub(super) fn stop(&self, why: &Error) {
        lock(&self.stopped).get_or_insert_with(|| why.clone());
    }

    /// Keeps the newer of two answers: they may overtake each other.
    pub(super) fn answered(&self, certification: Certification) {
        let mut newest = lock(&self.newest);
        let is_newer = |newest: &Certification| newest.modified <= certification.modified;
        if newest.as_ref().is_none_or(is_newer) {
            *newest = Some(certification);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
