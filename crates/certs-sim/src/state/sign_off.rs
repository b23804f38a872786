//! Sign-off, and the remediation that it starts.

use jiff::Timestamp;

use super::State;
use super::review::{Certification, Item};
use super::table::Ix;
use crate::error::ApiError;
use crate::view::{Decision, Phase};

/// The removal of revoked access.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Remediation {
    pub(crate) item: Ix<Item>,
    pub(crate) started: Timestamp,
}

impl State {
    /// Makes a certification read-only and starts the remediation of what it revokes.
    pub(crate) fn sign_off(
        &mut self,
        certification: Ix<Certification>,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        self.require_active(certification)?;
        let decisions = self.certifications[certification].counters.decisions;
        if !decisions.is_complete() {
            return Err(ApiError::content(format!(
                "{} of {} decisions are not made yet.",
                decisions.total - decisions.done,
                decisions.total
            )));
        }
        if let Some(task) = self
            .pending
            .iter()
            .map(|task| &self.tasks[*task])
            .find(|task| task.changes(certification))
        {
            return Err(ApiError::content(format!(
                "The reassignment task {} is not finished yet.",
                task.id
            )));
        }
        self.seal(certification, now);
        Ok(())
    }

    /// Signs without checks, because the data set starts with signed certifications.
    pub(crate) fn seal(&mut self, certification: Ix<Certification>, now: Timestamp) {
        let row = &mut self.certifications[certification];
        row.phase = Phase::Signed;
        row.signed = Some(now);
        row.modified = now;
        self.remediate(certification, now);
    }

    /// Starts the remediation of everything that a signed certification revokes.
    pub(crate) fn remediate(&mut self, certification: Ix<Certification>, started: Timestamp) {
        let items = &self.certifications[certification].items;
        let revoked = items
            .iter()
            .copied()
            .filter(|item| self.is_revoked_for_good(*item));
        let remediations: Vec<_> = revoked.map(|item| Remediation { item, started }).collect();
        self.remediations.extend(remediations);
    }

    /// Whether an item was revoked and its certification signed.
    pub(crate) fn is_revoked_for_good(&self, item: Ix<Item>) -> bool {
        let Item {
            certification,
            ref decided,
            ..
        } = self.items[item];
        let is_revoked = decided
            .as_ref()
            .is_some_and(|decided| decided.decision == Decision::Revoke);
        is_revoked && self.certifications[certification].phase == Phase::Signed
    }
}
