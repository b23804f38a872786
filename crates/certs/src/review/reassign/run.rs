//! A reassignment from its first part to its last.
//!
//! The parts are sent one after another: each changes the same certification, and the service
//! does not say what becomes of two that change it at once. So a part that fails is known to
//! have failed by itself, a loss of all rights stops what would fail as well, and a look at
//! the certification after a lost answer shows the effect of that part and of no other.

use std::collections::HashSet;
use std::time::Duration;

use super::look::{Found, still_there, what_became_of};
use super::outcome::ReassignedPart;
use super::part::{Accepted, Order, reassign_part};
use super::plan::Planned;
use crate::effects::journal::{End, PartStanding, TaskOf};
use crate::effects::outcome::{NotAttempted, Outcome};
use crate::error::{Error, ErrorKind};
use crate::model::Task;
use crate::progress::Reporter;
use crate::time;

/// Deals with all parts, and waits for their tasks if there is a time for that. `tasks` are
/// those of parts of other calls.
pub(super) async fn run(
    order: &Order,
    planned: Vec<Planned>,
    tasks: HashSet<String>,
    wait: Option<Duration>,
    progress: &Reporter,
) -> Vec<ReassignedPart> {
    let started = time::now();
    let mut call = Call {
        order,
        tasks,
        stopped_by: None,
    };
    let mut parts = Vec::with_capacity(planned.len());
    for planned in planned {
        let under_way = call.deal_with(planned).await;
        let part = &under_way.part;
        call.tasks.extend(part.task().map(|task| task.id.clone()));
        if wait.is_none() || !part.outcome.is_pending() {
            progress.done(part.references.len());
        }
        parts.push(under_way);
    }
    if let Some(limit) = wait {
        let pending = |under_way: &&mut UnderWay| under_way.part.outcome.is_pending();
        for under_way in parts.iter_mut().filter(pending) {
            // They go on side by side, so waiting for one is waiting for all.
            let left = limit.saturating_sub(started.elapsed());
            call.wait_for(under_way, left).await;
            progress.done(under_way.part.references.len());
        }
    }
    parts.into_iter().map(|under_way| under_way.part).collect()
}

/// What the parts of a call share.
struct Call<'a> {
    order: &'a Order,
    /// The tasks of which it is known what they do to the certification.
    tasks: HashSet<String>,
    /// The error that makes it useless to send more.
    stopped_by: Option<Error>,
}

/// A part, and what has become of it so far.
struct UnderWay {
    planned: Planned,
    part: ReassignedPart,
    /// What lost the answer, if the task was only found and may be somebody else's.
    lost: Option<Error>,
}

impl UnderWay {
    fn ends(&mut self, outcome: Outcome) {
        self.part.outcome = outcome;
    }

    /// What a journal says of it.
    fn end(&self) -> Option<End> {
        if !self.part.outcome.is_pending() {
            return End::of(&self.part.outcome);
        }
        let task = self.part.task().filter(|task| !task.id.is_empty());
        Some(match task {
            Some(task) => End::Accepted(TaskOf {
                task: task.id.clone(),
                found: self.lost.is_some(),
            }),
            None => End::Unknown(WITHOUT_TASK.to_owned()),
        })
    }
}

const WITHOUT_TASK: &str =
    "the answer does not say which task does it; the list of pending tasks may";

impl Call<'_> {
    /// Finds out what has become of a part, and sends it unless it is done or may be.
    async fn deal_with(&mut self, planned: Planned) -> UnderWay {
        let part = ReassignedPart {
            references: planned.references.clone(),
            accepted: None,
            outcome: Outcome::Applied,
        };
        let mut under_way = UnderWay {
            planned,
            part,
            lost: None,
        };
        match under_way.planned.standing.clone() {
            PartStanding::Applied => {}
            PartStanding::Accepted(task) => self.look_at_task(&mut under_way, task).await,
            PartStanding::Sent => {
                if !self.look_for_earlier(&mut under_way).await {
                    self.send(&mut under_way).await;
                }
            }
            PartStanding::New => self.send(&mut under_way).await,
        }
        under_way
    }

    /// Looks at the task that has taken a part on in an earlier run.
    async fn look_at_task(&mut self, under_way: &mut UnderWay, known: TaskOf) {
        let way = under_way.planned.way;
        if known.found {
            under_way.lost = Some(Error::of_earlier_run(way.operation()));
        }
        match self.order.task(way, &known.task).get().await {
            Ok(task) => self.take_in(under_way, task).await,
            // Nothing says for how long the service remembers tasks.
            Err(error) if error.is_not_found() => {
                let left = still_there(self.order, &under_way.part.references).await;
                under_way.ends(match left {
                    Ok(Found::Moved) => Outcome::Applied,
                    Ok(_) | Err(_) => Outcome::Unknown(error),
                });
            }
            Err(error) => {
                let task = Task {
                    id: known.task,
                    ..Task::default()
                };
                under_way.part.accepted = Some(Accepted::AsTask(Box::new(task)));
                under_way.ends(Outcome::Pending(Some(error)));
            }
        }
        if !under_way.part.outcome.is_pending() {
            self.note(under_way).await;
        }
    }

    /// Looks for what became of a part that may have been sent in an earlier run. False if
    /// it is not done and can be sent.
    async fn look_for_earlier(&mut self, under_way: &mut UnderWay) -> bool {
        let lost = Error::of_earlier_run(under_way.planned.way.operation());
        let found = match &self.stopped_by {
            Some(error) => Err(error.clone()),
            None => self.what_became_of(under_way).await,
        };
        match found {
            Ok(Found::StillThere) => false,
            found => {
                self.settle(under_way, found, lost);
                self.note(under_way).await;
                true
            }
        }
    }

    /// Sends a part, once, and finds out what became of it.
    async fn send(&mut self, under_way: &mut UnderWay) {
        if self.stopped_by.is_none() {
            let announced = under_way.planned.record.sending().await;
            self.stopped_by = announced.err();
        }
        if let Some(error) = &self.stopped_by {
            return under_way.ends(not_attempted(error.clone()));
        }
        let (way, references) = (under_way.planned.way, under_way.part.references.clone());
        match reassign_part(self.order, way, references).await {
            Ok(Accepted::AsTask(task)) => self.take_in(under_way, *task).await,
            Ok(at_once @ Accepted::AtOnce(_)) => under_way.part.accepted = Some(at_once),
            Err(error) if error.may_have_taken_effect() => {
                let found = self.what_became_of(under_way).await;
                self.settle(under_way, found, error);
            }
            Err(error) => match error.kind() {
                ErrorKind::InvalidRequest => under_way.ends(Outcome::Refused(error)),
                ErrorKind::Unauthorized | ErrorKind::Forbidden | ErrorKind::NotFound => {
                    under_way.ends(Outcome::Refused(error.clone()));
                    self.stopped_by = Some(error);
                }
                _ => {
                    under_way.ends(not_attempted(error.clone()));
                    self.stopped_by = Some(error);
                }
            },
        }
        self.note(under_way).await;
    }

    async fn what_became_of(&self, under_way: &UnderWay) -> crate::Result<Found> {
        let UnderWay { planned, part, .. } = under_way;
        what_became_of(self.order, planned.way, &part.references, &self.tasks).await
    }

    /// Takes in what a look has shown of a part whose answer this error lost.
    fn settle(&mut self, under_way: &mut UnderWay, found: crate::Result<Found>, lost: Error) {
        match found {
            Ok(Found::Moved) => under_way.ends(Outcome::Applied),
            Ok(Found::StillThere) => under_way.ends(not_attempted(lost.seen_without_effect())),
            Ok(Found::Task(task)) => {
                under_way.part.accepted = Some(Accepted::AsTask(task));
                under_way.ends(Outcome::Pending(Some(lost.clone())));
                under_way.lost = Some(lost);
            }
            Ok(Found::Unclear) => under_way.ends(Outcome::Unknown(lost)),
            Err(looking) => {
                under_way.ends(Outcome::Unknown(lost));
                self.stopped_by.get_or_insert(looking);
            }
        }
    }

    /// Waits for the task of a part that has one.
    async fn wait_for(&mut self, under_way: &mut UnderWay, limit: Duration) {
        let way = under_way.planned.way;
        let id = under_way.part.task().map(|task| task.id.clone());
        let ended = match id.filter(|id| !id.is_empty()) {
            Some(id) => self.order.task(way, &id).until_ended(limit).await,
            None => Err(Error::undecodable(way.operation(), WITHOUT_TASK)),
        };
        match ended {
            Ok(task) => {
                self.take_in(under_way, task).await;
                self.note(under_way).await;
            }
            Err(error) => under_way.ends(Outcome::Pending(Some(error))),
        }
    }

    /// Takes in how far the task of a part is.
    async fn take_in(&self, under_way: &mut UnderWay, task: Task) {
        let handle = self.order.task(under_way.planned.way, &task.id);
        let outcome = match (task.is_finished(), &under_way.lost) {
            (false, lost) => Outcome::Pending(lost.clone()),
            (true, lost) => match (handle.succeeded(task.clone()), lost) {
                (Err(error), _) => Outcome::Refused(error),
                (Ok(_), None) => Outcome::Applied,
                // A task that was only found, and not answered, may be somebody else's.
                (Ok(_), Some(lost)) => {
                    match still_there(self.order, &under_way.part.references).await {
                        Ok(Found::StillThere) => not_attempted(lost.clone().seen_without_effect()),
                        Ok(_) => Outcome::Applied,
                        Err(_) => Outcome::Unknown(lost.clone()),
                    }
                }
            },
        };
        under_way.part.accepted = Some(Accepted::AsTask(Box::new(task)));
        under_way.ends(outcome);
    }

    /// Writes down what became of a part. If that fails, nothing more is sent.
    async fn note(&mut self, under_way: &UnderWay) {
        if let Some(end) = under_way.end()
            && let Err(error) = under_way.planned.record.ended(end).await
        {
            self.stopped_by.get_or_insert(error);
        }
    }
}

fn not_attempted(error: Error) -> Outcome {
    Outcome::NotAttempted(NotAttempted::Failed(error))
}
