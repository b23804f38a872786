//! All batches of a call.

use std::sync::{Mutex, PoisonError};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::source::Chosen;
use super::{DecideOutcome, DecidedItem, Options, check};
use crate::error::{Error, Result};
use crate::model::{Certification, ReviewDecision};
use crate::outcome::{NotAttempted, Outcome};
use crate::resource::certifications::Review;

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
    pub(super) wanted: Vec<Wanted>,
}

/// A decision to make, and where it stands among all.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) place: usize,
    pub(super) decision: ReviewDecision,
    /// Whether its item shows what it says, without showing all of it.
    pub(super) may_be_made: bool,
}

/// What became of the decision at a place.
pub(super) type Ended = (usize, Outcome);

/// Checks and makes decisions.
pub(super) async fn all(review: Review, chosen: Chosen, options: Options) -> Result<DecideOutcome> {
    let Chosen {
        decisions,
        rules,
        left_open,
    } = chosen;
    options.progress.total(decisions.len() as u64);
    check::decisions(&review.id, &decisions)?;
    check::comments(&review, &decisions).await?;

    let mut outcomes = vec![Outcome::NotAttempted(NotAttempted::DryRun); decisions.len()];
    let mut certification = None;
    if !options.dry_run {
        let call = Call {
            review,
            options,
            stopped: Mutex::default(),
            newest: Mutex::default(),
        };
        let batches = batches(&decisions, call.options.batch_size);
        for (place, outcome) in call.send(batches).await {
            outcomes[place] = outcome;
        }
        certification = call.newest.into_inner().unwrap_or_default();
    }
    let mut rules = rules.into_iter();
    let items = decisions.into_iter().zip(outcomes);
    let items = items.map(|(decision, outcome)| DecidedItem {
        decision,
        rule: rules.next(),
        outcome,
    });
    let outcome = DecideOutcome::new(items.collect(), left_open, certification);
    match outcome.failed_altogether() {
        Some(error) => Err(error.clone()),
        None => Ok(outcome),
    }
}

/// Cuts decisions into batches, in their order.
fn batches(decisions: &[ReviewDecision], size: usize) -> Vec<Batch> {
    let wanted: Vec<_> = decisions
        .iter()
        .enumerate()
        .map(|(place, decision)| Wanted {
            place,
            decision: decision.clone(),
            may_be_made: false,
        })
        .collect();
    wanted
        .chunks(size)
        .map(|wanted| Batch {
            wanted: wanted.to_vec(),
        })
        .collect()
}

impl Call {
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
        if newest
            .as_ref()
            .is_none_or(|newest| newest.modified <= certification.modified)
        {
            *newest = Some(certification);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
