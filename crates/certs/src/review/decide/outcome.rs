//! What came of deciding, item by item.

use std::fmt;
use std::sync::Arc;

use super::OPERATION;
use crate::effects::outcome::{NotAttempted, Outcome};
use crate::error::{Error, Result};
use crate::model::{Certification, ReviewDecision};

/// What came of deciding: an [`Outcome`] for each item.
///
/// Printed, it is one line with the counts.
#[derive(Clone, Debug)]
#[must_use = "items may have been refused or not attempted: look, or `ensure_complete()`"]
pub struct DecideOutcome {
    items: Vec<DecidedItem>,
    left_open: Vec<String>,
    certification: Option<Certification>,
}

/// What came of one decision.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DecidedItem {
    /// The decision as it was to be sent, with the item's id.
    pub decision: ReviewDecision,
    /// The rule that made the decision. `None` if it was given, not made by a
    /// [`Policy`](crate::Policy).
    pub rule: Option<RuleMatch>,
    /// What became of it.
    pub outcome: Outcome,
}

/// Which rule of a policy made a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleMatch {
    /// How many rules stand before it. [`Policy::otherwise`](crate::Policy::otherwise) counts
    /// as the last.
    pub index: usize,
    /// Its [name](crate::Policy::named), if it has one.
    pub name: Option<Arc<str>>,
}

impl DecidedItem {
    /// The item's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.decision.id
    }
}

impl DecideOutcome {
    pub(crate) fn new(
        items: Vec<DecidedItem>,
        left_open: Vec<String>,
        certification: Option<Certification>,
    ) -> Self {
        Self {
            items,
            left_open,
            certification,
        }
    }

    /// Every item that was to be decided, in the order in which the decisions were given.
    #[must_use]
    pub fn items(&self) -> &[DecidedItem] {
        &self.items
    }

    /// The items whose decisions are made.
    pub fn applied(&self) -> impl Iterator<Item = &DecidedItem> {
        self.that(Outcome::is_applied)
    }

    /// The items whose decisions the service refused, and would refuse again.
    pub fn refused(&self) -> impl Iterator<Item = &DecidedItem> {
        self.that(Outcome::is_refused)
    }

    /// The items of which it is not known whether their decisions are made.
    pub fn unknown(&self) -> impl Iterator<Item = &DecidedItem> {
        self.that(Outcome::is_unknown)
    }

    /// The items whose decisions are not made, and may be made by deciding again.
    pub fn not_attempted(&self) -> impl Iterator<Item = &DecidedItem> {
        self.that(Outcome::is_not_attempted)
    }

    /// The ids of the items that a policy looked at and has no rule for, in the order of
    /// the list. Empty if decisions were given.
    #[must_use]
    pub fn left_open(&self) -> &[String] {
        &self.left_open
    }

    /// The certification as the last answer has it. `None` if no request was answered, as in
    /// a dry run.
    #[must_use]
    pub fn certification(&self) -> Option<&Certification> {
        self.certification.as_ref()
    }

    /// Whether every decision is made. What a policy [left open](Self::left_open) was not to
    /// be decided, so it does not count.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.items.iter().all(|item| item.outcome.is_applied())
    }

    /// An error unless every decision is made: for callers to whom some is not enough.
    ///
    /// ```
    /// # async fn run(review: certs::Review, decisions: Vec<certs::model::ReviewDecision>)
    /// # -> certs::Result<()> {
    /// review.decide(decisions).await?.ensure_complete()?;
    /// review.sign_off().await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// The first item's error, with its kind, what the service said and its tracking id,
    /// preceded by the counts.
    pub fn ensure_complete(&self) -> Result<()> {
        if self.is_complete() {
            return Ok(());
        }
        let first = self.items.iter().find_map(|item| item.outcome.error());
        Err(match first {
            Some(error) => error.clone().with_context(&self.to_string()),
            None => Error::refused(format!("{self}: it was a dry run, so nothing was sent"))
                .during(OPERATION),
        })
    }

    /// The error that kept every single item from being sent, if that is what happened.
    pub(crate) fn failed_altogether(&self) -> Option<&Error> {
        let failure = |item: &DecidedItem| {
            matches!(
                &item.outcome,
                Outcome::NotAttempted(NotAttempted::Failed(error))
                    if !error.may_have_taken_effect()
            )
        };
        let all = self.items.iter().all(failure);
        self.items.first().filter(|_| all)?.outcome.error()
    }

    fn that(&self, is: fn(&Outcome) -> bool) -> impl Iterator<Item = &DecidedItem> {
        self.items.iter().filter(move |item| is(&item.outcome))
    }
}

impl fmt::Display for DecideOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {} decisions made",
            self.applied().count(),
            self.items.len()
        )?;
        for (count, what) in [
            (self.refused().count(), "refused"),
            (self.unknown().count(), "unknown"),
            (self.not_attempted().count(), "not attempted"),
            (self.left_open.len(), "left open by the policy"),
        ] {
            if count > 0 {
                write!(f, ", {count} {what}")?;
            }
        }
        Ok(())
    }
}
