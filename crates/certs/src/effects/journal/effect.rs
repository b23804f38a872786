//! What a journal can hold: things that a program does to a tenant.

use serde::{Deserialize, Serialize};

use crate::effects::outcome::{NotAttempted, Outcome};
use crate::error::{Error, ErrorKind};
use crate::model::{ReassignReference, ReviewDecision};
use crate::review::reassign::Way;

/// One write, as it is sent: everything that is needed to send it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Effect {
    /// A batch of decisions.
    Decide {
        certification: String,
        decisions: Vec<ReviewDecision>,
    },
    /// One part of a reassignment.
    Reassign {
        certification: String,
        to: String,
        reason: String,
        way: Way,
        references: Vec<ReassignReference>,
    },
    /// A sign-off.
    SignOff {
        certification: String,
        /// Whether it is sent only if nothing is left to do.
        checked: bool,
        /// Whether it waits until nothing is left to do.
        waits: bool,
    },
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
    /// A task does it in the background. Another end may follow.
    Accepted(TaskOf),
}

/// The task that does a part of a reassignment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TaskOf {
    pub(crate) task: String,
    /// Whether the answer that named the task was lost, and the task found afterwards. It may
    /// be somebody else's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) found: bool,
}

impl End {
    /// What a journal says of an outcome. `None` if there is nothing to say: what is pending
    /// was taken on by a task, and [`Accepted`](Self::Accepted) said so then.
    pub(crate) fn of(outcome: &Outcome) -> Option<Self> {
        let why = Error::to_string;
        Some(match outcome {
            Outcome::Applied => Self::Applied,
            Outcome::Refused(error) => Self::refusal(error),
            Outcome::Unknown(error) => Self::Unknown(why(error)),
            Outcome::NotAttempted(NotAttempted::Failed(error)) => Self::NotApplied(why(error)),
            Outcome::Pending(_) | Outcome::NotAttempted(NotAttempted::DryRun) => return None,
        })
    }

    /// A refusal, unless it is of the caller and not of what was asked for: then it may be
    /// worth sending again as it is, with other rights.
    fn refusal(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Unauthorized | ErrorKind::Forbidden | ErrorKind::NotFound => {
                Self::NotApplied(error.to_string())
            }
            _ => Self::Refused(error.to_string()),
        }
    }
}
