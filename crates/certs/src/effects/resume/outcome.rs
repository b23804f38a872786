//! What came of resuming.

use std::fmt;

use crate::effects::outcome::{NotAttempted, Outcome};
use crate::error::{Error, Result};
use crate::review::decide::DecideOutcome;
use crate::review::reassign::ReassignOutcome;

/// What came of resuming a journal.
///
/// Printed, it is one line.
#[derive(Clone, Debug)]
#[must_use = "items may have been refused or not attempted: look, or `ensure_complete()`"]
pub struct ResumeOutcome {
    decided: Vec<ResumedDecisions>,
    reassigned: Vec<ResumedReassignment>,
    signed_off: Vec<ResumedSignOff>,
    dropped_calls: usize,
}

/// What came of the unfinished decisions of one certification.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ResumedDecisions {
    /// The certification's id.
    pub certification: String,
    /// What came of its decisions; only of those that were unfinished.
    pub outcome: DecideOutcome,
}

/// What came of an unfinished reassignment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ResumedReassignment {
    /// The id of the certification that it takes from.
    pub certification: String,
    /// The new reviewer's identity id.
    pub to: String,
    /// What came of its parts; only of those that were unfinished.
    pub outcome: ReassignOutcome,
}

/// What came of an unfinished sign-off.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ResumedSignOff {
    /// The certification's id.
    pub certification: String,
    /// Whether it is signed off.
    pub outcome: Outcome,
}

impl ResumeOutcome {
    pub(super) fn new(dropped_calls: usize) -> Self {
        Self {
            decided: Vec::new(),
            reassigned: Vec::new(),
            signed_off: Vec::new(),
            dropped_calls,
        }
    }

    pub(super) fn decided(&mut self, certification: String, outcome: DecideOutcome) {
        self.decided.push(ResumedDecisions {
            certification,
            outcome,
        });
    }

    pub(super) fn reassigned(
        &mut self,
        certification: String,
        to: String,
        outcome: ReassignOutcome,
    ) {
        self.reassigned.push(ResumedReassignment {
            certification,
            to,
            outcome,
        });
    }

    pub(super) fn signed_off(&mut self, certification: String, outcome: Outcome) {
        self.signed_off.push(ResumedSignOff {
            certification,
            outcome,
        });
    }

    /// The first error, if nothing at all could be sent.
    pub(super) fn failed_altogether(&self) -> Option<&Error> {
        let decided = self
            .decided
            .iter()
            .map(|one| one.outcome.failed_altogether());
        let reassigned = self.reassigned.iter();
        let reassigned = reassigned.map(|one| one.outcome.failed_altogether());
        let signed_off = self.signed_off.iter().map(|one| match &one.outcome {
            Outcome::NotAttempted(NotAttempted::Failed(error)) => Some(error),
            _ => None,
        });
        let failures = decided.chain(reassigned).chain(signed_off);
        failures.collect::<Option<Vec<_>>>()?.first().copied()
    }

    /// What came of unfinished decisions, one certification after the other.
    #[must_use]
    pub fn decisions(&self) -> &[ResumedDecisions] {
        &self.decided
    }

    /// What came of unfinished reassignments, one call after the other.
    #[must_use]
    pub fn reassignments(&self) -> &[ResumedReassignment] {
        &self.reassigned
    }

    /// What came of unfinished sign-offs.
    #[must_use]
    pub fn sign_offs(&self) -> &[ResumedSignOff] {
        &self.signed_off
    }

    /// How many calls were dropped, because the program ended before their plan was written
    /// completely. Nothing of them was ever sent.
    #[must_use]
    pub fn dropped_calls(&self) -> usize {
        self.dropped_calls
    }

    /// Whether nothing was left to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let nothing =
            self.decided.is_empty() && self.reassigned.is_empty() && self.signed_off.is_empty();
        nothing && self.dropped_calls == 0
    }

    /// Whether everything that was planned is done now, and no call was dropped. A task that
    /// has not ended is not done.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.dropped_calls == 0
            && self.decided.iter().all(|one| one.outcome.is_complete())
            && self.reassigned.iter().all(|one| one.outcome.is_complete())
            && self.signed_off.iter().all(|one| one.outcome.is_applied())
    }

    /// An error unless it [is complete](Self::is_complete).
    ///
    /// # Errors
    ///
    /// The first that there is of the decisions, as [`DecideOutcome::ensure_complete`] has it,
    /// of the reassignments, as [`ReassignOutcome::ensure_complete`] has it, or of the
    /// sign-offs; or one that says to repeat the calls that were dropped.
    pub fn ensure_complete(&self) -> Result<()> {
        for one in &self.decided {
            one.outcome.ensure_complete()?;
        }
        for one in &self.reassigned {
            one.outcome.ensure_complete()?;
        }
        let mut errors = self.signed_off.iter().filter_map(|one| one.outcome.error());
        if let Some(error) = errors.next() {
            return Err(error.clone());
        }
        match self.dropped_calls {
            0 => Ok(()),
            dropped => Err(Error::journal_says(&format!(
                "calls whose plan was not written completely: {dropped}. Nothing of them was \
                 sent: repeat them"
            ))),
        }
    }
}

impl fmt::Display for ResumeOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing was left to do");
        }
        let mut separator = "";
        let mut part = |f: &mut fmt::Formatter<'_>,
                        certification: &str,
                        what: &dyn fmt::Display|
         -> fmt::Result {
            write!(f, "{separator}certification {certification}: {what}")?;
            separator = "; ";
            Ok(())
        };
        for one in &self.decided {
            part(f, &one.certification, &one.outcome)?;
        }
        for one in &self.reassigned {
            part(f, &one.certification, &one.outcome)?;
        }
        for one in &self.signed_off {
            part(f, &one.certification, &signed_off(&one.outcome))?;
        }
        if self.dropped_calls > 0 {
            write!(
                f,
                "{separator}calls that were dropped before anything was sent: {}",
                self.dropped_calls
            )?;
        }
        Ok(())
    }
}

fn signed_off(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Applied => "signed off",
        Outcome::Refused(_) => "the sign-off was refused",
        Outcome::Unknown(_) | Outcome::Pending(_) => "whether it is signed off is unknown",
        Outcome::NotAttempted(_) => "not signed off",
    }
}
