//! A reassignment from its first part to its last.
//!
//! The parts are sent one after another: each changes the same certification, and the service
//! does not say what becomes of two that change it at once. So a part that fails is known to
//! have failed by itself, a loss of all rights stops what would fail as well, and a look at
//! the certification after a lost answer shows the effect of that part and of no other.

use std::collections::HashSet;
use std::time::Duration;

use super::look::{Found, still_there, what_became_of};
use super::outcome::{ReassignOutcome, ReassignedPart};
use super::part::{Accepted, Order, reassign_part};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{ReassignReference, Task};
use crate::outcome::{NotAttempted, Outcome};
use crate::progress::Reporter;
use crate::time;

/// Sends all parts, and waits for their tasks if there is a time for that.
pub(super) async fn run(
    order: &Order,
    references: Vec<ReassignReference>,
    wait: Option<Duration>,
    progress: &Reporter,
) -> Result<ReassignOutcome> {
    progress.total(references.len() as u64);
    let started = time::now();
    let is_waited_for = |part: &ReassignedPart| wait.is_some() && part.outcome.is_pending();

    let mut parts: Vec<ReassignedPart> = Vec::new();
    let mut tasks = HashSet::new();
    let mut stopped_by: Option<Error> = None;
    for references in order.parts(references) {
        let part = match &stopped_by {
            Some(error) => ReassignedPart {
                references,
                accepted: None,
                outcome: not_attempted(error.clone()),
            },
            None => {
                let (part, stop) = attempt(order, references, &tasks).await;
                stopped_by = stop;
                part
            }
        };
        tasks.extend(part.task().map(|task| task.id.clone()));
        if !is_waited_for(&part) {
            progress.done(part.references.len());
        }
        parts.push(part);
    }

    if let Some(limit) = wait {
        for part in parts.iter_mut().filter(|part| is_waited_for(part)) {
            // They go on side by side, so waiting for one is waiting for all.
            wait_for(order, part, limit.saturating_sub(started.elapsed())).await;
            progress.done(part.references.len());
        }
    }
    ReassignOutcome::of(parts)
}

/// Sends one part and finds out what became of it; and the error that makes it useless to
/// send others.
async fn attempt(
    order: &Order,
    references: Vec<ReassignReference>,
    tasks: &HashSet<String>,
) -> (ReassignedPart, Option<Error>) {
    let mut accepted = None;
    let (outcome, stop) = match reassign_part(order, references.clone()).await {
        Ok(answer) => {
            let outcome = match &answer {
                Accepted::AtOnce(_) => Outcome::Applied,
                Accepted::AsTask(task) => of_task(order, task),
            };
            accepted = Some(answer);
            (outcome, None)
        }
        Err(error) if error.may_have_taken_effect() => {
            match what_became_of(order, &references, tasks).await {
                Ok(Found::Moved) => (Outcome::Applied, None),
                Ok(Found::StillThere) => (not_attempted(error.seen_without_effect()), None),
                Ok(Found::Task(task)) => {
                    accepted = Some(Accepted::AsTask(task));
                    (Outcome::Pending(Some(error)), None)
                }
                Ok(Found::Unclear) => (Outcome::Unknown(error), None),
                Err(looking) => (Outcome::Unknown(error), Some(looking)),
            }
        }
        Err(error) => match error.kind() {
            ErrorKind::InvalidRequest => (Outcome::Refused(error), None),
            ErrorKind::Unauthorized | ErrorKind::Forbidden | ErrorKind::NotFound => {
                (Outcome::Refused(error.clone()), Some(error))
            }
            _ => (not_attempted(error.clone()), Some(error)),
        },
    };
    let part = ReassignedPart {
        references,
        accepted,
        outcome,
    };
    (part, stop)
}

/// Waits for the task of a part that has one.
async fn wait_for(order: &Order, part: &mut ReassignedPart, limit: Duration) {
    let Some(Accepted::AsTask(task)) = &mut part.accepted else {
        return;
    };
    if task.id.is_empty() {
        let why = "the answer does not say which task does it; the list of pending tasks may";
        let error = Error::undecodable(order.way.operation(), why);
        part.outcome = Outcome::Pending(Some(error));
        return;
    }
    let handle = order.task(&task.id);
    let ended = match handle.until_ended(limit).await {
        Ok(ended) => ended,
        Err(error) => {
            part.outcome = Outcome::Pending(Some(error));
            return;
        }
    };
    **task = ended;
    let outcome = of_task(order, task);
    // A task that was only found, and not answered, may be somebody else's.
    part.outcome = match (&part.outcome, outcome) {
        (Outcome::Pending(Some(lost)), Outcome::Applied) => {
            match still_there(order, &part.references).await {
                Ok(Found::StillThere) => not_attempted(lost.clone().seen_without_effect()),
                Ok(_) => Outcome::Applied,
                Err(_) => Outcome::Unknown(lost.clone()),
            }
        }
        (_, outcome) => outcome,
    };
}

fn of_task(order: &Order, task: &Task) -> Outcome {
    if !task.is_finished() {
        return Outcome::Pending(None);
    }
    match order.task(&task.id).succeeded(task.clone()) {
        Ok(_) => Outcome::Applied,
        Err(error) => Outcome::Refused(error),
    }
}

fn not_attempted(error: Error) -> Outcome {
    Outcome::NotAttempted(NotAttempted::Failed(error))
}
