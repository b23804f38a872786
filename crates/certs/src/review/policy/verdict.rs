//! Verdicts: the decisions of a policy's rules.

use std::sync::Arc;

use jiff::Timestamp;

use crate::error::{Error, Result};
use crate::model::{AccessReviewItem, Decision, ReviewDecision};

/// The decision of a [`Policy`](super::Policy)'s rule about the items that it matches.
///
/// In [configuration files](super::Policy#in-configuration-files) it is a table of `decision`,
/// `comment` and `end_date`, or text: `approve` or `revoke`, perhaps with a comment after a
/// colon.
///
/// ```
/// use certs::Verdict;
///
/// let lose = Verdict::revoke().comment("project has ended");
/// assert_eq!("revoke: project has ended".parse(), Ok(lose.clone()));
/// let table = r#"{ "decision": "revoke", "comment": "project has ended" }"#;
/// assert_eq!(serde_json::from_str::<Verdict>(table)?, lose);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    pub(super) decision: Decision,
    pub(super) comment: Option<Arc<str>>,
    pub(super) proposed_end_date: Option<Timestamp>,
}

impl Verdict {
    /// A verdict that the identity keeps the access.
    #[must_use]
    pub fn approve() -> Self {
        Self::new(Decision::Approve)
    }

    /// A verdict that the identity loses the access.
    #[must_use]
    pub fn revoke() -> Self {
        Self::new(Decision::Revoke)
    }

    /// Sets the comment.
    #[must_use]
    pub fn comment(mut self, comment: impl Into<Arc<str>>) -> Self {
        self.comment = Some(comment.into());
        self
    }

    /// Sets when the access should end. Only for revocations: a policy with any other end date is
    /// refused.
    #[must_use]
    pub fn proposed_end_date(mut self, date: Timestamp) -> Self {
        self.proposed_end_date = Some(date);
        self
    }

    pub(super) fn new(decision: Decision) -> Self {
        Self {
            decision,
            comment: None,
            proposed_end_date: None,
        }
    }

    pub(super) fn about(&self, item: &AccessReviewItem) -> ReviewDecision {
        let mut decision = match self.decision {
            Decision::Revoke => item.revoke(),
            _ => item.approve(),
        }
        .bulk(true);
        decision.comments = self.comment.as_deref().map(str::to_owned);
        decision.proposed_end_date = self.proposed_end_date;
        decision
    }

    pub(super) fn check(&self, index: usize) -> Result<()> {
        if self.proposed_end_date.is_some() && self.decision != Decision::Revoke {
            return Err(Error::refused(format!(
                "rule {} of the policy has an end date, which goes with {} only",
                index + 1,
                Decision::Revoke
            )));
        }
        Ok(())
    }
}
