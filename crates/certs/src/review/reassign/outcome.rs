//! What became of a reassignment.

use std::fmt;

use super::part::Accepted;
use crate::effects::outcome::Outcome;
use crate::error::{Error, Result};
use crate::model::{Certification, ReassignReference, Task};

/// What became of a reassignment, part by part: every item or identity that was named is in
/// exactly one part.
///
/// Printed, it is one line: `1200 to reassign: 1000 done, 200 pending`.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[must_use = "a part of the reassignment may not have been done"]
pub struct ReassignOutcome {
    parts: Vec<ReassignedPart>,
}

/// One request of a reassignment, and what became of what it named.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReassignedPart {
    pub(super) references: Vec<ReassignReference>,
    pub(super) accepted: Option<Accepted>,
    pub(super) outcome: Outcome,
}

impl ReassignedPart {
    /// What it named, in the order in which that was given.
    #[must_use]
    pub fn references(&self) -> &[ReassignReference] {
        &self.references
    }

    /// What became of all that it named: the service does all of a request or nothing.
    #[must_use]
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// The task that does it, as it was seen last. `None` if it was done at once, or did not
    /// come to a task.
    #[must_use]
    pub fn task(&self) -> Option<&Task> {
        match &self.accepted {
            Some(Accepted::AsTask(task)) => Some(task),
            Some(Accepted::AtOnce(_)) | None => None,
        }
    }

    /// The certification that it was taken from, as it was left. `None` if a task did or does
    /// it, or if nothing answered so.
    #[must_use]
    pub fn certification(&self) -> Option<&Certification> {
        match &self.accepted {
            Some(Accepted::AtOnce(certification)) => Some(certification),
            Some(Accepted::AsTask(_)) | None => None,
        }
    }

    /// Whether the service took it on, or may have.
    fn may_have_had_effect(&self) -> bool {
        let is_open = self.outcome.is_pending() || self.outcome.is_unknown();
        self.accepted.is_some() || self.outcome.is_applied() || is_open
    }
}

impl ReassignOutcome {
    pub(super) fn new(parts: Vec<ReassignedPart>) -> Self {
        Self { parts }
    }

    /// An error if nothing was done at all, so that an error says just that.
    pub(super) fn of(parts: Vec<ReassignedPart>) -> Result<Self> {
        if !parts.iter().any(ReassignedPart::may_have_had_effect) {
            let mut errors = parts.iter().filter_map(|part| part.outcome.error());
            if let Some(error) = errors.next() {
                return Err(error.clone());
            }
        }
        Ok(Self { parts })
    }

    /// The error that kept every single part from being sent, if that is what happened.
    pub(crate) fn failed_altogether(&self) -> Option<&Error> {
        let all = self
            .parts
            .iter()
            .all(|part| part.outcome.is_not_attempted());
        self.parts.first().filter(|_| all)?.outcome.error()
    }

    /// The parts, in the order of what was given. With a [journal](crate::Reassign::journal),
    /// those that it holds already come first.
    #[must_use]
    pub fn parts(&self) -> &[ReassignedPart] {
        &self.parts
    }

    /// The tasks that do it in the background, each as it was seen last.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.parts.iter().filter_map(ReassignedPart::task)
    }

    /// Whether all of it is done. A task that nobody has waited for is not.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.parts.iter().all(|part| part.outcome.is_applied())
    }

    /// An error, unless all of it is done.
    ///
    /// # Errors
    ///
    /// The error of the first part that is not done; [`TaskPending`](crate::ErrorKind::TaskPending) for a task
    /// that nobody has waited for. What the other parts have done stays done.
    pub fn ensure_complete(&self) -> Result<()> {
        for part in &self.parts {
            if let Some(error) = part.outcome.error() {
                return Err(error.clone());
            }
            if !part.outcome.is_applied() {
                let task = part.task().map_or("", |task| task.id.as_str());
                let why = format!("task {task} was not waited for. Wait for it, it goes on");
                return Err(Error::task_pending(why));
            }
        }
        Ok(())
    }

    fn count(&self, wanted: impl Fn(&Outcome) -> bool) -> usize {
        let parts = self.parts.iter().filter(|part| wanted(&part.outcome));
        parts.map(|part| part.references.len()).sum()
    }
}

impl fmt::Display for ReassignOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to reassign", self.count(|_| true))?;
        let counts = [
            ("done", self.count(Outcome::is_applied)),
            ("pending", self.count(Outcome::is_pending)),
            ("refused", self.count(Outcome::is_refused)),
            ("unknown", self.count(Outcome::is_unknown)),
            ("not attempted", self.count(Outcome::is_not_attempted)),
        ];
        let mut before = ": ";
        for (what, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
            write!(f, "{before}{count} {what}")?;
            before = ", ";
        }
        Ok(())
    }
}
