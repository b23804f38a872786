//! Tasks: reassignments that take their time.

use std::time::Duration;

use jiff::Timestamp;

use super::reassign::ReassignRequest;
use super::review::Certification;
use super::table::{Entity, Ix};
use super::tenant::Person;
use super::{Extent, State};
use crate::clock::later;
use crate::error::ApiError;
use crate::id::Id;
use crate::view::{TaskStatus, TaskType};

/// How long a task takes, by the simulator's clock.
///
/// ```
/// use std::time::Duration;
/// use certs_sim::TaskTimes;
///
/// let at_once = TaskTimes { queued: Duration::ZERO, running: Duration::ZERO };
/// assert_ne!(at_once, TaskTimes::default());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskTimes {
    /// How long a task stays QUEUED.
    pub queued: Duration,
    /// How long it is IN_PROGRESS afterwards.
    pub running: Duration,
}

impl Default for TaskTimes {
    /// A fifth of a second queued, four fifths running: long enough to be seen, short
    /// enough to wait for.
    fn default() -> Self {
        Self {
            queued: Duration::from_millis(200),
            running: Duration::from_millis(800),
        }
    }
}

/// A reassignment that was accepted and is done later.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) id: Id,
    pub(crate) kind: TaskType,
    pub(crate) certification: Ix<Certification>,
    pub(crate) submitter: Ix<Person>,
    pub(crate) created: Timestamp,
    pub(crate) starts: Timestamp,
    pub(crate) ends: Timestamp,
    pub(crate) request: ReassignRequest,
    pub(crate) outcome: Option<Outcome>,
}

/// How a task ended.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// The items have gone from one reviewer to another.
    Reassigned { previous: Id, new: Id },
    /// Nothing was changed, for these reasons.
    Failed(Vec<String>),
}

impl Task {
    pub(crate) fn status(&self, now: Timestamp) -> TaskStatus {
        match self.outcome {
            Some(Outcome::Reassigned { .. }) => TaskStatus::Success,
            Some(Outcome::Failed(_)) => TaskStatus::Error,
            None if now < self.starts => TaskStatus::Queued,
            None => TaskStatus::InProgress,
        }
    }

    pub(crate) fn errors(&self) -> &[String] {
        match &self.outcome {
            Some(Outcome::Failed(reasons)) => reasons,
            Some(Outcome::Reassigned { .. }) | None => &[],
        }
    }

    /// From which identity to which the items went.
    pub(crate) fn trail(&self) -> Option<(Id, Id)> {
        match self.outcome {
            Some(Outcome::Reassigned { previous, new }) => Some((previous, new)),
            Some(Outcome::Failed(_)) | None => None,
        }
    }
}

impl Entity for Task {
    fn id(&self) -> Id {
        self.id
    }
}

impl State {
    /// Accepts a reassignment for later. Whether it can be done shows when it is done.
    pub(crate) fn submit(
        &mut self,
        certification: Ix<Certification>,
        kind: TaskType,
        submitter: Ix<Person>,
        request: ReassignRequest,
        id: Id,
        now: Timestamp,
    ) -> Result<Ix<Task>, ApiError> {
        self.require_unsigned(certification)?;
        let starts = later(now, self.task_times.queued);
        let task = self.tasks.push(Task {
            id,
            kind,
            certification,
            submitter,
            created: now,
            starts,
            ends: later(starts, self.task_times.running),
            request,
            outcome: None,
        });
        self.pending.push(task);
        Ok(task)
    }

    /// Finishes the tasks whose time has come, in the order in which they end. Time
    /// only passes between requests, so each step on the state begins with this.
    pub(crate) fn advance(&mut self, now: Timestamp) {
        let (mut due, pending): (Vec<_>, Vec<_>) = self
            .pending
            .iter()
            .partition(|task| self.tasks[**task].ends <= now);
        self.pending = pending;
        due.sort_by_key(|task: &Ix<Task>| self.tasks[*task].ends);
        for task in due {
            let outcome = self.run(task);
            self.tasks[task].outcome = Some(outcome);
        }
    }

    fn run(&mut self, task: Ix<Task>) -> Outcome {
        let Task {
            certification,
            ends,
            ref request,
            ..
        } = self.tasks[task];
        let request = request.clone();
        let reassigned = self
            .new_reviewer(certification, &request.to)
            .and_then(|reviewer| {
                self.reassign(certification, &request, Extent::Whole, ends)?;
                Ok(self.tenant.people[reviewer].id)
            });
        match reassigned {
            Ok(new) => Outcome::Reassigned {
                previous: self.reviewer_id(certification),
                new,
            },
            Err(error) => Outcome::Failed(error.causes().to_vec()),
        }
    }
}
