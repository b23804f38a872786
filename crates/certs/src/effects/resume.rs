//! Resuming calls that a crash interrupted.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use super::Effect;
use super::engine;
use super::journal::spec::{CallSpec, ReassignMode};
use super::journal::{Journal, Lease, OpenItems, UnfinishedCall};
use super::outcome::{BulkOutcome, ItemOutcome};
use super::settings::{Settings, settings};
use crate::api::Api;
use crate::api::awaited::awaited;
use crate::error::{Error, Result};
use crate::model::Id;
use crate::time;

/// Makes an effect from its description in a journal. It may wait up to this long before it is
/// sent.
pub(crate) type Rebuild = fn(&Api, &CallSpec, OpenItems, Duration) -> Result<Box<dyn Effect>>;

/// Finishes the unfinished calls of a journal when it is awaited.
///
/// Everything is read again before it is sent: [the guide](crate::guide::recovery) has a table of
/// the cases. Items that somebody has decided or moved in the meantime are left alone. Items whose
/// state cannot be read stay [unknown](crate::Outcome::Unknown), and the next resume reads them
/// again. Resuming a finished journal sends nothing. There is an example at [`Journal`].
///
/// It follows the order of the journal, with sign-offs last. A certification is signed off only if
/// its decisions and reassignments in the journal are all done by then, and if it is ready, unless
/// the sign-off was [unchecked](crate::SignOff::unchecked). The timeout applies to tasks, and to
/// sign-offs that were to [wait](crate::SignOff::wait).
///
/// # Errors
///
/// An error means that nothing was done: the journal belongs to another tenant, is used by a call of
/// this program that has not ended, or cannot be written, or nothing in it could be sent, such as a sign-off that is [not
/// ready](crate::ErrorKind::NotReady).
#[derive(Debug)]
#[must_use = "nothing is resumed until this is awaited"]
pub struct Resume {
    api: Api,
    journal: Journal,
    rebuild: Rebuild,
    settings: Settings,
}

settings!(Resume: concurrency, dry_run, overwrite_changed, progress, timeout);
awaited!(Resume -> ResumeOutcome, |_| (tracing::info_span!("resume"), None));

impl Resume {
    pub(crate) fn new(api: &Api, journal: &Journal, rebuild: Rebuild) -> Self {
        Self {
            api: api.clone(),
            journal: journal.clone(),
            rebuild,
            settings: Settings {
                journal: Some(journal.clone()),
                waits: true,
                ..Settings::default()
            },
        }
    }

    async fn run(self) -> Result<ResumeOutcome> {
        let api = self.api.reporting(&self.settings.progress);
        self.journal.check(api.base_url())?;
        let lease = Lease::default();
        if !self.settings.dry_run {
            self.journal.lease_unfinished(&lease)?;
        }
        let is_sign_off = |spec: &CallSpec| matches!(spec, CallSpec::SignOff(_));
        let mut unfinished = self.journal.state().unfinished();
        unfinished.sort_by_key(|call| is_sign_off(&call.spec));
        let dropped_calls = if self.settings.dry_run {
            self.journal.state().incomplete().len()
        } else {
            self.journal.drop_incomplete_calls().await?
        };
        let (mut calls, mut failures) = (Vec::new(), Vec::new());
        let started = time::now();
        // By certification, the unfinished work that has to precede the sign-off.
        let mut left_undone: HashMap<Id, String> = HashMap::new();
        for UnfinishedCall { spec, items, parts } in unfinished {
            let certification = Id::from(spec.certification());
            let time_left = self.settings.timeout().saturating_sub(started.elapsed());
            let effect = (self.rebuild)(&api, &spec, items, time_left)?;
            let blocked = left_undone.get(&certification);
            let blocked = blocked.filter(|_| is_sign_off(&spec)).map(|undone| {
                Error::not_ready(format!(
                    "certification {certification} is not signed off, because other work on it in \
                     the journal is not done: {undone}. Resume again when it can be done"
                ))
            });
            let settings = Settings {
                timeout: Some(time_left),
                blocked,
                ..self.settings.clone()
            };
            let finished = engine::finish(&api, &*effect, Some(parts), &settings);
            let (outcome, failure) = finished.await?;
            failures.push(failure);
            if !outcome.is_complete() {
                left_undone.insert(certification.clone(), outcome.to_string());
            }
            calls.push(ResumedCall {
                certification,
                action: Action::of(spec),
                outcome,
            });
        }
        match failures.into_iter().collect::<Option<Vec<_>>>() {
            Some(failures) if !failures.is_empty() => Err(failures[0].clone()),
            _ => Ok(ResumeOutcome {
                calls,
                dropped_calls,
            }),
        }
    }
}

/// The result of resuming a journal: an outcome for each call that was unfinished.
///
/// It prints as one line.
#[derive(Clone, Debug)]
#[must_use = "some items may not be done: check `calls()`, or call `ensure_complete()`"]
pub struct ResumeOutcome {
    calls: Vec<ResumedCall>,
    dropped_calls: usize,
}

/// A call that was unfinished, and the outcome of its remaining items.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ResumedCall {
    /// The certification's id; the campaign's if whole certifications are reassigned.
    pub certification: Id,
    /// The purpose of the call.
    pub action: Action,
    /// The outcomes of its items that were unfinished.
    pub outcome: BulkOutcome,
}

/// The purpose of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// To decide.
    Decide,
    /// To reassign.
    Reassign {
        /// The new reviewer's identity id.
        to: Id,
    },
    /// To reassign whole certifications of a campaign.
    ReassignCertifications {
        /// The new reviewer's identity id.
        to: Id,
    },
    /// To sign off.
    SignOff,
}

impl Action {
    fn of(spec: CallSpec) -> Self {
        match spec {
            CallSpec::Decide(_) => Self::Decide,
            CallSpec::Reassign(spec) if spec.mode == ReassignMode::Campaign => {
                Self::ReassignCertifications { to: spec.to.into() }
            }
            CallSpec::Reassign(spec) => Self::Reassign { to: spec.to.into() },
            CallSpec::SignOff(_) => Self::SignOff,
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decide => f.write_str("decisions"),
            Self::Reassign { to } => write!(f, "reassignment to {to}"),
            Self::ReassignCertifications { to } => write!(f, "certifications to {to}"),
            Self::SignOff => f.write_str("sign-off"),
        }
    }
}

impl ResumeOutcome {
    /// The calls that were unfinished, in the order in which they were resumed.
    #[must_use]
    pub fn calls(&self) -> &[ResumedCall] {
        &self.calls
    }

    /// Every item of every call.
    pub fn items(&self) -> impl Iterator<Item = &ItemOutcome> {
        self.calls.iter().flat_map(|call| call.outcome.items())
    }

    /// How many calls were dropped, because the program ended before their plan was written
    /// completely. They sent nothing.
    #[must_use]
    pub fn dropped_calls(&self) -> usize {
        self.dropped_calls
    }

    /// Whether nothing was left to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty() && self.dropped_calls == 0
    }

    /// Whether everything that was planned is done now, and no call was dropped. Items of a task
    /// that has not ended are not done.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.dropped_calls == 0 && self.calls.iter().all(|call| call.outcome.is_complete())
    }

    /// Returns an error unless it [is complete](Self::is_complete).
    ///
    /// # Errors
    ///
    /// The error of the first call that is not complete, as [`BulkOutcome::ensure_complete`]
    /// returns it, or one that says to repeat the dropped calls.
    pub fn ensure_complete(&self) -> Result<()> {
        for call in &self.calls {
            call.outcome.ensure_complete()?;
        }
        match self.dropped_calls {
            0 => Ok(()),
            dropped => Err(Error::journal_says(&format!(
                "calls that were interrupted before anything was sent: {dropped}. Repeat them"
            ))),
        }
    }
}

impl fmt::Display for ResumeOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing was left to do");
        }
        let calls = self.calls.iter().map(|call| {
            let (certification, action) = (&call.certification, &call.action);
            format!("certification {certification}, {action}: {}", call.outcome)
        });
        let dropped = (self.dropped_calls > 0).then(|| {
            let count = self.dropped_calls;
            format!("calls that were dropped before anything was sent: {count}")
        });
        let parts: Vec<_> = calls.chain(dropped).collect();
        f.write_str(&parts.join("; "))
    }
}
