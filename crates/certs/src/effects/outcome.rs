//! What became of the parts of a bulk call.

use crate::error::Error;

/// What became of one item of a call that takes any number of them.
///
/// Such a call is cut into several requests. When one of them fails, the others may have
/// had their effect, so the answer is one of these for each item, and no item is without
/// one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// It is done: the service said so, or reading it back showed it.
    Applied,
    /// It is not done, and would not be if it were sent again as it is. The error says why.
    Refused(Error),
    /// The service has taken it on and does it in the background: a task that had not ended
    /// when it was last looked at. The error says why nobody waited until it had; there is
    /// none if nobody was asked to wait.
    Pending(Option<Error>),
    /// The request was sent, its answer was lost, and reading back did not settle whether it
    /// was done. The error is the one that lost the answer.
    Unknown(Error),
    /// It is not done: it was not sent, or surely did not arrive.
    NotAttempted(NotAttempted),
}

/// Why an item was not attempted.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum NotAttempted {
    /// The call was a dry run.
    DryRun,
    /// This error ended the call, or kept the item's request from being sent. Sent again,
    /// the item may well be done.
    Failed(Error),
}

impl Outcome {
    /// Whether it is done.
    #[must_use]
    pub fn is_applied(&self) -> bool {
        matches!(self, Self::Applied)
    }

    /// Whether it was refused.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Refused(_))
    }

    /// Whether it is done in the background and had not ended yet.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        matches!(self, Self::Pending(_))
    }

    /// Whether it is not known if it is done.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// Whether it was not attempted.
    #[must_use]
    pub fn is_not_attempted(&self) -> bool {
        matches!(self, Self::NotAttempted(_))
    }

    /// What went wrong, if something did.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Refused(error)
            | Self::Unknown(error)
            | Self::Pending(Some(error))
            | Self::NotAttempted(NotAttempted::Failed(error)) => Some(error),
            Self::Applied | Self::Pending(None) | Self::NotAttempted(NotAttempted::DryRun) => None,
        }
    }
}
