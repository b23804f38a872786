//! The outcomes of the items of a call.

use std::fmt;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::model::{Certification, Id, ReviewDecision, Task};

/// The outcome for one item of a call that changes access.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// It is done: the service's response or reading it back showed it.
    Applied,
    /// It is done as far as responses show. The response to the request was lost, and no other
    /// response shows the rest: the end date or recommendation of a decision, or, if the token may
    /// not read it, who has an item that has left the certification.
    AppliedUnverified,
    /// The service has accepted it and does it in the background: a task that had not ended when it
    /// was last seen. The error says why the call did not wait until then; `None` if it was not
    /// asked to wait.
    Pending(Option<Error>),
    /// It is not done, and sending it again would fail again. The error says why.
    Refused(Error),
    /// The request was sent, its response was lost, and reading back did not settle whether it was
    /// done. The error says how the response was lost.
    Unknown(Error),
    /// It is not done: it was not sent, or certainly did not arrive.
    NotAttempted(NotAttempted),
}

/// Why an item was not attempted.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum NotAttempted {
    /// The call was a dry run.
    DryRun,
    /// Somebody has changed or moved the item since the effect was planned. It is overwritten only
    /// with [`overwrite_changed`](crate::Resume::overwrite_changed).
    ChangedMeanwhile,
    /// This error ended the call, or kept the item's request from being sent. Sending the item
    /// again may succeed.
    Failed(Error),
}

impl Outcome {
    /// Whether it is done.
    #[must_use]
    pub fn is_applied(&self) -> bool {
        matches!(self, Self::Applied | Self::AppliedUnverified)
    }

    /// The error, if there is one.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Refused(error)
            | Self::Unknown(error)
            | Self::Pending(Some(error))
            | Self::NotAttempted(NotAttempted::Failed(error)) => Some(error),
            _ => None,
        }
    }

    /// The outcome in a word or two, without the reason: `applied`, `refused`, `changed
    /// meanwhile`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::AppliedUnverified => "applied, not verifiable",
            Self::Pending(_) => "pending",
            Self::Refused(_) => "refused",
            Self::Unknown(_) => "unknown",
            Self::NotAttempted(NotAttempted::ChangedMeanwhile) => "changed meanwhile",
            Self::NotAttempted(_) => "not attempted",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())?;
        match self.error() {
            Some(error) => write!(f, ": {error}"),
            None => Ok(()),
        }
    }
}

/// One item of a call, and what happened to it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ItemOutcome {
    /// The id of the access review item, the summary or the certification that the call was about.
    pub id: Id,
    /// Its outcome.
    pub outcome: Outcome,
    /// The decision that the call was to send, if it was one.
    pub decision: Option<Arc<ReviewDecision>>,
    /// The rule of a [`Policy`](crate::Policy) that made the decision, if one did.
    pub rule: Option<RuleMatch>,
    /// The task that does it in the background, as it was last seen, if there is one.
    pub task: Option<Arc<Task>>,
}

/// Which rule of a policy made a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleMatch {
    /// How many rules are before it. [`Policy::otherwise`](crate::Policy::otherwise) counts
    /// as the last.
    pub index: usize,
    /// Its [name](crate::Policy::named), if it has one.
    pub name: Option<Arc<str>>,
}

/// The result of a call that takes any number of items: an [`Outcome`] for each.
///
/// Such a call sends several requests. If one of them fails, the others may have been done, so each
/// item has its own outcome. It prints as one line: `5 of 7 applied, 1 refused, 1 unknown`.
#[derive(Clone, Debug)]
#[must_use = "some items may not be done: check `items()`, or call `ensure_complete()`"]
pub struct BulkOutcome {
    pub(crate) items: Vec<ItemOutcome>,
    pub(crate) left_open: Vec<Id>,
    pub(crate) certification: Option<Certification>,
}

impl BulkOutcome {
    /// Every item, in the order in which they were given.
    #[must_use]
    pub fn items(&self) -> &[ItemOutcome] {
        &self.items
    }

    /// The items that are done.
    pub fn applied(&self) -> impl Iterator<Item = &ItemOutcome> {
        self.that(Outcome::is_applied)
    }

    /// The items that a task does in the background.
    pub fn pending(&self) -> impl Iterator<Item = &ItemOutcome> {
        self.that(|outcome| matches!(outcome, Outcome::Pending(_)))
    }

    /// The items that the service refused, and would refuse again.
    pub fn refused(&self) -> impl Iterator<Item = &ItemOutcome> {
        self.that(|outcome| matches!(outcome, Outcome::Refused(_)))
    }

    /// The items that may or may not be done.
    pub fn unknown(&self) -> impl Iterator<Item = &ItemOutcome> {
        self.that(|outcome| matches!(outcome, Outcome::Unknown(_)))
    }

    /// The items that are not done, and may be done by trying again.
    pub fn not_attempted(&self) -> impl Iterator<Item = &ItemOutcome> {
        self.that(|outcome| matches!(outcome, Outcome::NotAttempted(_)))
    }

    /// The tasks that do it in the background, each once and as it was last seen.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        let mut last: Option<&Task> = None;
        let tasks = self.items.iter().filter_map(|item| item.task.as_deref());
        tasks.filter(move |task| {
            let is_other = last.is_none_or(|last| last.id != task.id);
            last = Some(task);
            is_other
        })
    }

    /// The ids of the items that a policy was asked about and has no rule for, in the order of
    /// the list. Empty if decisions were given.
    #[must_use]
    pub fn left_open(&self) -> &[Id] {
        &self.left_open
    }

    /// The certification from the newest response. `None` if no response had it, as in a dry run.
    #[must_use]
    pub fn certification(&self) -> Option<&Certification> {
        self.certification.as_ref()
    }

    /// Whether every item is done. Items that a policy [left open](Self::left_open) do not count.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.items.iter().all(|item| item.outcome.is_applied())
    }

    /// Returns an error unless every item is done, for callers that need all of them.
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
    /// The first item's error, with its kind, what the service said and its tracking id, preceded
    /// by the counts and with the ids of all that are not done among its
    /// [`items`](Error::items). Of kind [`TaskPending`](crate::ErrorKind::TaskPending) if only
    /// tasks that nobody waited for are left.
    pub fn ensure_complete(&self) -> Result<()> {
        let left = |item: &&ItemOutcome| !item.outcome.is_applied();
        let Some(first) = self.items.iter().find(left) else {
            return Ok(());
        };
        let failed = self.items.iter().find_map(|item| item.outcome.error());
        let error = match (failed, &first.outcome) {
            (Some(error), _) => error.clone(),
            (None, Outcome::Pending(_)) => Error::task_pending(format!(
                "task {} has not ended. Wait for it",
                first
                    .task
                    .as_ref()
                    .map_or_else(Id::default, |task| task.id.clone())
            )),
            (None, Outcome::NotAttempted(NotAttempted::DryRun)) => {
                Error::refused("it was a dry run, so nothing was sent")
            }
            (None, _) => Error::refused(format!(
                "somebody has changed item {} since this was planned, so it was left alone. Check \
                 it, or set `overwrite_changed`",
                first.id
            )),
        };
        let ids = self.items.iter().filter(left).map(|item| item.id.clone());
        let context = format!("{self}; the first because of");
        Err(error.with_context(&context).about(ids.collect()))
    }

    fn that(&self, is: impl Fn(&Outcome) -> bool) -> impl Iterator<Item = &ItemOutcome> {
        self.items.iter().filter(move |item| is(&item.outcome))
    }
}

impl fmt::Display for BulkOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |word| self.that(move |outcome| outcome.as_str() == word).count();
        write!(
            f,
            "{} of {} applied",
            self.applied().count(),
            self.items.len()
        )?;
        match count("applied, not verifiable") {
            0 => {}
            unverified => write!(f, " ({unverified} of them not verifiable)")?,
        }
        for word in [
            "pending",
            "refused",
            "unknown",
            "changed meanwhile",
            "not attempted",
        ] {
            match count(word) {
                0 => {}
                some => write!(f, ", {some} {word}")?,
            }
        }
        match self.left_open.len() {
            0 => Ok(()),
            count => write!(f, ", {count} left open by the policy"),
        }
    }
}
