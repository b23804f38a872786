//! The state of the tenant and everything that changes it.
//!
//! Each request is one step on it: the caller finishes the tasks that are due, and holds the lock
//! from then until the response is written.

pub(crate) mod campaign;
pub(crate) mod counters;
pub(crate) mod decide;
pub(crate) mod inspect;
pub(crate) mod reassign;
mod recount;
pub(crate) mod replica;
pub(crate) mod review;
pub(crate) mod sign_off;
pub(crate) mod table;
pub(crate) mod task;
pub(crate) mod template;
pub(crate) mod tenant;

use self::campaign::Campaign;
use self::counters::SummaryKey;
use self::review::{Certification, Item, Reviewer};
use self::sign_off::Remediation;
use self::table::{Ix, Table};
use self::task::{Task, TaskTimes};
use self::template::{CampaignFilter, Template};
use self::tenant::{Person, Tenant};
use crate::error::ApiError;
use crate::id::Id;
use crate::view::Phase;

/// Everything that a simulator knows.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) tenant: Tenant,
    pub(crate) campaigns: Table<Campaign>,
    pub(crate) certifications: Table<Certification>,
    pub(crate) items: Table<Item>,
    pub(crate) tasks: Table<Task>,
    /// Tasks without an outcome.
    pub(crate) pending: Vec<Ix<Task>>,
    pub(crate) remediations: Vec<Remediation>,
    /// Identity attributes that reports have as columns; `None` if nobody has set them.
    pub(crate) report_columns: Option<Vec<String>>,
    pub(crate) templates: Vec<Template>,
    pub(crate) campaign_filters: Vec<CampaignFilter>,
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
            report_columns: None,
            templates: Vec::new(),
            campaign_filters: Vec::new(),
            task_times,
        }
    }

    /// The identity summary of a person is one certification's view of them.
    pub(crate) fn identity_summary_id(
        &self,
        certification: Ix<Certification>,
        summary: SummaryKey,
    ) -> Id {
        let SummaryKey { person, duplicate } = summary;
        let id = self.certifications[certification]
            .id
            .derive(self.tenant.people[person].id);
        if duplicate == 0 {
            return id;
        }
        id.derive(Id::new(duplicate.into()))
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

/// Which part of a request with several entries is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it or nothing.
    #[default]
    Whole,
    /// The entries before the first bad one, or the first half; then the request is refused.
    InPart,
}

impl Extent {
    /// The entries to do of those accepted before `refusal`, and the result.
    fn of<T>(
        self,
        mut accepted: Vec<T>,
        refusal: Option<ApiError>,
    ) -> Result<(Vec<T>, Result<(), ApiError>), ApiError> {
        match (self, refusal) {
            (Self::Whole, None) => Ok((accepted, Ok(()))),
            (Self::Whole, Some(refusal)) => Err(refusal),
            (Self::InPart, Some(refusal)) => Ok((accepted, Err(refusal))),
            (Self::InPart, None) => {
                let half = accepted.len() / 2;
                accepted.truncate(half);
                let refusal = ApiError::content(format!("[{half}]: it was made to fail."));
                Ok((accepted, Err(refusal)))
            }
        }
    }
}

#[cfg(test)]
mod tests;
