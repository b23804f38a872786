//! Tasks: reassignments in the background.

use std::time::Duration;

use jiff::Timestamp;

use super::campaign::Campaign;
use super::reassign::{CertificationsRequest, ReassignRequest};
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
    /// A fifth of a second queued, four fifths running: long enough to observe, short enough to
    /// wait for.
    fn default() -> Self {
        Self {
            queued: Duration::from_millis(200),
            running: Duration::from_millis(800),
        }
    }
}

/// A reassignment that is accepted now and done later.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) id: Id,
    pub(crate) kind: TaskType,
    pub(crate) work: Work,
    pub(crate) submitter: Ix<Person>,
    pub(crate) created: Timestamp,
    pub(crate) starts: Timestamp,
    pub(crate) ends: Timestamp,
    pub(crate) outcome: Option<Outcome>,
}

/// What a task does.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    /// Items leave a certification.
    Items(Ix<Certification>, ReassignRequest),
    /// Certifications of a campaign get another reviewer.
    Certifications(Ix<Campaign>, CertificationsRequest),
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

    /// The certification that items leave.
    pub(crate) fn certification(&self) -> Option<Ix<Certification>> {
        match self.work {
            Work::Items(certification, _) => Some(certification),
            Work::Certifications(..) => None,
        }
    }

    /// Whether it changes this certification.
    pub(crate) fn changes(&self, certification: Ix<Certification>) -> bool {
        match &self.work {
            Work::Items(from, _) => *from == certification,
            Work::Certifications(_, request) => request.certifications.contains(&certification),
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

/// A task, or a campaign with a change, that is due.
enum Due {
    Task(Ix<Task>),
    Campaign(Ix<Campaign>),
}

impl Entity for Task {
    fn id(&self) -> Id {
        self.id
    }
}

impl State {
    /// Accepts a reassignment for later. It is checked when it is done.
    pub(crate) fn submit(
        &mut self,
        work: Work,
        kind: TaskType,
        submitter: Ix<Person>,
        id: Id,
        now: Timestamp,
    ) -> Result<Ix<Task>, ApiError> {
        if let Work::Items(certification, _) = work {
            self.require_unsigned(certification)?;
        }
        let starts = later(now, self.task_times.queued);
        let task = self.tasks.push(Task {
            id,
            kind,
            work,
            submitter,
            created: now,
            starts,
            ends: later(starts, self.task_times.running),
            outcome: None,
        });
        self.pending.push(task);
        Ok(task)
    }

    /// The certification or campaign that a task is about.
    pub(crate) fn task_target(&self, task: &Task) -> Id {
        match task.work {
            Work::Items(certification, _) => self.certifications[certification].id,
            Work::Certifications(campaign, _) => self.campaigns[campaign].id,
        }
    }

    /// Finishes the tasks and the changes of campaigns that are due, in the order in which they
    /// end. Time only passes between requests, so each step on the state begins with this.
    pub(crate) fn advance(&mut self, now: Timestamp) {
        let (due, pending): (Vec<_>, Vec<_>) = self
            .pending
            .iter()
            .partition(|task| self.tasks[**task].ends <= now);
        self.pending = pending;
        let tasks = due
            .into_iter()
            .map(|task| (self.tasks[task].ends, Due::Task(task)));
        let campaigns = self.campaigns.iter().filter_map(|(campaign, row)| {
            let transition = row.transition.filter(|transition| transition.ends <= now)?;
            Some((transition.ends, Due::Campaign(campaign)))
        });
        let mut due: Vec<_> = tasks.chain(campaigns).collect();
        due.sort_by_key(|(ends, _)| *ends);
        for (_, due) in due {
            match due {
                Due::Task(task) => {
                    let outcome = self.run(task);
                    self.tasks[task].outcome = Some(outcome);
                }
                Due::Campaign(campaign) => self.finish_transition(campaign),
            }
        }
    }

    fn run(&mut self, task: Ix<Task>) -> Outcome {
        let Task { ends, ref work, .. } = self.tasks[task];
        let reassigned = match work.clone() {
            Work::Items(certification, request) => self
                .new_reviewer(certification, &request.to)
                .and_then(|reviewer| {
                    self.reassign(certification, &request, Extent::Whole, ends)?;
                    Ok((self.reviewer_id(certification), reviewer))
                }),
            Work::Certifications(_, request) => {
                // The certifications may have several reviewers; the trail can name one.
                let first = request.certifications.first();
                let previous = first.map(|certification| self.reviewer_id(*certification));
                let done = self.reassign_certifications(&request, ends);
                done.map(|new| (previous.unwrap_or(self.tenant.people[new].id), new))
            }
        };
        match reassigned {
            Ok((previous, new)) => Outcome::Reassigned {
                previous,
                new: self.tenant.people[new].id,
            },
            Err(error) => Outcome::Failed(error.causes().to_vec()),
        }
    }
}
