//! The state of the tenant and everything that changes it.
//!
//! A request is one step on it: the caller holds the lock from the moment the tasks
//! that are due have been finished until the answer is written.

pub(crate) mod counters;
pub(crate) mod decide;
pub(crate) mod inspect;
pub(crate) mod reassign;
mod recount;
pub(crate) mod review;
pub(crate) mod sign_off;
pub(crate) mod table;
pub(crate) mod task;
pub(crate) mod tenant;

use self::review::{Campaign, Certification, Item, Reviewer};
use self::sign_off::Remediation;
use self::table::{Ix, Table};
use self::task::{Task, TaskTimes};
use self::tenant::{Person, Tenant};
use crate::error::ApiError;
use crate::id::Id;
use crate::view::Phase;

/// Everything that a simulator knows.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) tenant: Tenant,
    pub(crate) campaigns: Table<Campaign>,
    pub(crate) certifications: Table<Certification>,
    pub(crate) items: Table<Item>,
    pub(crate) tasks: Table<Task>,
    /// Tasks without an outcome.
    pub(crate) pending: Vec<Ix<Task>>,
    pub(crate) remediations: Vec<Remediation>,
    pub(crate) task_times: TaskTimes,
}

impl State {
    pub(crate) fn new(tenant: Tenant, task_times: TaskTimes) -> Self {
        Self {
            tenant,
            campaigns: Table::new(),
            certifications: Table::new(),
            items: Table::new(),
            tasks: Table::new(),
            pending: Vec::new(),
            remediations: Vec::new(),
            task_times,
        }
    }

    /// The identity summary of a person is one certification's view of them.
    pub(crate) fn identity_summary_id(
        &self,
        certification: Ix<Certification>,
        person: Ix<Person>,
    ) -> Id {
        self.certifications[certification]
            .id
            .derive(self.tenant.people[person].id)
    }

    /// Whether `person` reviews it, alone or as a member of a governance group.
    pub(crate) fn is_reviewer(&self, certification: Ix<Certification>, person: Ix<Person>) -> bool {
        match self.certifications[certification].reviewer {
            Reviewer::Identity(reviewer) => reviewer == person,
            Reviewer::Group(group) => self.tenant.groups[group].members.contains(&person),
        }
    }

    /// Signed certifications are read-only.
    fn require_unsigned(&self, certification: Ix<Certification>) -> Result<(), ApiError> {
        match self.certifications[certification].phase {
            Phase::Signed => Err(ApiError::content(format!(
                "The certification {} is signed off and cannot be changed.",
                self.certifications[certification].id
            ))),
            Phase::Staged | Phase::Active => Ok(()),
        }
    }

    /// Decisions and sign-off are for certifications whose campaign has begun.
    fn require_active(&self, certification: Ix<Certification>) -> Result<(), ApiError> {
        self.require_unsigned(certification)?;
        match self.certifications[certification].phase {
            Phase::Staged => Err(ApiError::content(format!(
                "The certification {} is staged: its campaign is not active yet.",
                self.certifications[certification].id
            ))),
            Phase::Active | Phase::Signed => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
