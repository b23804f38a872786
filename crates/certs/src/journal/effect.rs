//! What a journal can hold: things that a program does to a tenant.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::model::{ReassignReference, ReviewDecision};
use crate::outcome::{NotAttempted, Outcome};

/// One write, as it is sent: everything that is needed to send it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Effect {
    /// A batch of decisions.
    Decide {
        certification: String,
        decisions: Vec<ReviewDecision>,
    },
    /// A reassignment, at once or as a task.
    Reassign {
        certification: String,
        to: String,
        reason: String,
        references: Vec<ReassignReference>,
        in_background: bool,
    },
    /// A sign-off.
    SignOff { certification: String },
}

impl Effect {
    /// What it is, for messages.
    pub(crate) fn what(&self) -> &'static str {
        match self {
            Self::Decide { .. } => "a batch of decisions",
            Self::Reassign { .. } => "a reassignment",
            Self::SignOff { .. } => "a sign-off",
        }
    }
}

/// The number of an effect in its journal.
pub(crate) type EffectId = u64;

/// What became of an effect, or of some items of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum End {
    /// It is done.
    Applied,
    /// It is not done, and would not be if it were sent again.
    Refused(String),
    /// It is not done.
    NotApplied(String),
    /// It was sent, and may be done.
    Unknown(String),
}

impl End {
    /// What a journal says of an outcome. `None` if there is nothing to say.
    pub(crate) fn of(outcome: &Outcome) -> Option<Self> {
        let why = Error::to_string;
        Some(match outcome {
            Outcome::Applied => Self::Applied,
            Outcome::Refused(error) => Self::Refused(why(error)),
            Outcome::Unknown(error) => Self::Unknown(why(error)),
            Outcome::NotAttempted(NotAttempted::Failed(error)) => Self::NotApplied(why(error)),
            Outcome::Pending(_) | Outcome::NotAttempted(NotAttempted::DryRun) => return None,
        })
    }
}
