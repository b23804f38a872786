//! Giving items to another reviewer.

pub(super) mod certifications;
pub(super) mod effect;
mod group;
mod named;

use std::collections::HashMap;
use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use futures_core::future::BoxFuture;
use tracing::Instrument as _;

use crate::api::Api;
use crate::api::beta::BetaReview;
use crate::api::certifications::Review;
use crate::api::ids::{self, path_id};
use crate::api::tasks::DEFAULT_TIMEOUT;
use crate::effects::engine::{self, Settings};
use crate::effects::journal::Journal;
use crate::effects::journal::spec::ReassignMode;
use crate::effects::outcome::BulkOutcome;
use crate::error::{Error, Result};
use crate::model::{ReassignReference, ReassignType};
use crate::progress::{ProgressReport, Reporter};
use effect::Reassignment;

pub use certifications::{CertificationToReassign, MAX_CERTIFICATIONS, ReassignCertifications};
pub use effect::{MAX_REASSIGN, MAX_REASSIGN_ASYNC};
pub use group::KeepTogether;
pub use named::{IdentityToReassign, ItemToReassign, ToReassign};

/// How many things that cannot be reassigned an error names.
const NAMED: usize = 5;

impl Review {
    /// Gives items to another reviewer, who finds them in a certification of their own. Say
    /// what to give, then await the result.
    ///
    /// `to` is the new reviewer's identity id; `reason` is kept with the reassignment.
    ///
    /// ```
    /// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
    /// # example(async |client, review| { let to = another_reviewer(&client, &review).await?;
    /// use certs::filter::item;
    ///
    /// let open = review.items().filter(item::completed().eq(false)).in_stable_order();
    /// let open: Vec<_> = open.stream().try_collect().await?;
    ///
    /// let outcome = review
    ///     .reassign(&to, "on leave until May")
    ///     .items(&open)
    ///     .leave_out_own() // nobody may review their own access
    ///     .wait()
    ///     .await?;
    /// println!("{outcome}"); // 12 of 12 applied
    /// outcome.ensure_complete()?;
    /// # Ok(()) });
    /// ```
    pub fn reassign(&self, to: impl Into<String>, reason: impl Into<String>) -> Reassign {
        let mode = ReassignMode::Auto;
        Reassign::new(&self.api, &self.id, to.into(), reason.into(), mode)
    }
}

impl BetaReview {
    /// Gives items to another reviewer, always in the background. See [`Review::reassign`].
    ///
    /// The outcome of a request whose answer is lost is read through the certification APIs of
    /// the client's version, which have the items.
    pub fn reassign(&self, to: impl Into<String>, reason: impl Into<String>) -> Reassign {
        let mode = ReassignMode::BetaTask;
        Reassign::new(&self.api, &self.id, to.into(), reason.into(), mode)
    }
}

/// Sends a reassignment when it is awaited.
///
/// It takes any number of items and identities, in one list or several, and sends them one
/// request after another. What belongs together stays together: the service makes duplicate
/// summaries for the new reviewer when the items of one identity, or of one access, come in
/// several requests, or those of several in one. So each request has the items of one identity,
/// or of one access, whichever takes fewer requests; [`keep_together`](Self::keep_together)
/// chooses otherwise. Items that are given by their id alone are read first, to know whose they
/// are.
///
/// Up to [`MAX_REASSIGN`] items of a request are reassigned at once
/// (`POST /certifications/{id}/reassign`), more by a background task of up to
/// [`MAX_REASSIGN_ASYNC`] (`POST /certifications/{id}/reassign-async`), which is waited for only
/// if [`wait`](Self::wait) says so.
///
/// What is named twice is reassigned once.
///
/// # Lost answers
///
/// A request whose answer is lost is not sent again: it may still be on its way. Instead the
/// certification is read, for up to 6 seconds: what is not there (any more) counts as reassigned,
/// and what is still there as not attempted, so that it can be named again. If exactly one other
/// task is pending on the certification, that task is taken for the one whose answer was lost;
/// once it has been waited for, the items decide.
///
/// # When the future is dropped
///
/// The request that is on its way may be done or not; none is begun. With a journal,
/// [`Client::resume`](crate::Client::resume) finds out and goes on. Tasks go on by themselves.
///
/// # Errors
///
/// Refused before sending: no reviewer, no reason, an empty id, a certification that is signed,
/// where that is known, and access that the new reviewer would review of their own
/// ([`Error::items`] are then the ids to leave out, or
/// [`leave_out_own`](Self::leave_out_own) does that).
///
/// Any other error means that nothing has been done. Once something may have been, the result is
/// an [outcome](BulkOutcome) for each item; so `Ok` is not yet done: see
/// [`ensure_complete`](BulkOutcome::ensure_complete). A part that the service rejects (400) does
/// not keep the next from being sent. One for which the token is not good (401), may not (403) or
/// finds no certification (404), or that does not reach a working service, does.
#[must_use = "a reassignment does nothing until it is awaited"]
pub struct Reassign {
    api: Api,
    effect: Reassignment,
    leaves_out_own: bool,
    waits: bool,
    timeout: Duration,
    settings: Settings,
}

impl Reassign {
    fn new(api: &Api, certification: &str, to: String, reason: String, mode: ReassignMode) -> Self {
        Self {
            api: api.clone(),
            effect: Reassignment {
                certification: certification.to_owned(),
                to,
                reason,
                mode,
                keep_together: KeepTogether::default(),
                named: Vec::new(),
            },
            leaves_out_own: false,
            waits: false,
            timeout: DEFAULT_TIMEOUT,
            settings: Settings::default(),
        }
    }

    /// Gives these access review items: [items](crate::model::AccessReviewItem), or ids.
    pub fn items<I: Into<ItemToReassign>>(self, items: impl IntoIterator<Item = I>) -> Self {
        self.references(items.into_iter().map(Into::into))
    }

    /// Gives all items of these identities: [summaries](crate::model::IdentitySummary), or the
    /// ids of summaries, which are not the identities' own.
    pub fn identities<I: Into<IdentityToReassign>>(
        self,
        identities: impl IntoIterator<Item = I>,
    ) -> Self {
        self.references(identities.into_iter().map(Into::into))
    }

    /// Gives whatever the references name.
    pub fn references<R: Into<ToReassign>>(
        mut self,
        references: impl IntoIterator<Item = R>,
    ) -> Self {
        let named = references.into_iter().map(Into::into);
        self.effect.named.extend(named);
        self
    }

    /// What the items of one request have in common.
    pub fn keep_together(mut self, what: KeepTogether) -> Self {
        self.effect.keep_together = what;
        self
    }

    /// Leaves out the new reviewer's own access, which nobody may review, instead of refusing
    /// the call.
    pub fn leave_out_own(mut self) -> Self {
        self.leaves_out_own = true;
        self
    }

    /// Only says what would be reassigned: the outcome has everything, none of it attempted. It is
    /// checked, and nothing is sent but reads.
    pub fn dry_run(mut self) -> Self {
        self.settings.dry_run = true;
        self
    }

    /// Has it done by background tasks however little it is: the answer comes at once, and the
    /// items move later.
    pub fn in_background(mut self) -> Self {
        if self.effect.mode == ReassignMode::Auto {
            self.effect.mode = ReassignMode::Task;
        }
        self
    }

    /// Waits until all tasks have ended, for at most 10 minutes or the
    /// [`timeout`](Self::timeout). By default their items are
    /// [pending](crate::Outcome::Pending).
    pub fn wait(mut self) -> Self {
        self.waits = true;
        self
    }

    /// For how long to [`wait`](Self::wait) at most, from the first request on and for all tasks
    /// together. Items whose task has not ended by then are pending.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Writes to a journal what is about to be sent and how it ended, so that a crash can be
    /// recovered from; [the same call again](Journal#the-same-call-again) skips what was given to
    /// the same reviewer, and leaves what a task does to that task.
    pub fn journal(mut self, journal: &Journal) -> Self {
        self.settings.journal = Some(journal.clone());
        self
    }

    /// Reports how far it is, in items and identities, each time that changes. What is waited for
    /// is done when its task has ended.
    pub fn progress(mut self, report: impl Fn(ProgressReport) + Send + Sync + 'static) -> Self {
        self.settings.progress = Reporter::new(report);
        self
    }

    /// Sends the reassignment. The same as awaiting this.
    ///
    /// # Errors
    ///
    /// Those of [`Reassign`].
    pub async fn send(self) -> Result<BulkOutcome> {
        self.await
    }

    async fn run(self) -> Result<BulkOutcome> {
        let mut effect = self.effect;
        let leaves_out = self.leaves_out_own;
        path_id("certification id", &effect.certification)?;
        let api = self.api.reporting(&self.settings.progress);
        effect.named = once(effect.named);
        let ids = effect.named.iter().map(|named| &named.reference.id);
        check("things to reassign", ids, &effect.to, &effect.reason)?;
        // Before anything is read, and again with what was read.
        effect.named = without_own(effect.named, &effect.to, leaves_out)?;
        group::look(
            &effect.review(&api),
            effect.keep_together,
            &mut effect.named,
        )
        .await?;
        effect.named = without_own(effect.named, &effect.to, leaves_out)?;
        let settings = Settings {
            wait: self.waits.then_some(self.timeout),
            ..self.settings
        };
        engine::run(&api, &effect, &settings).await
    }
}

impl IntoFuture for Reassign {
    type Output = Result<BulkOutcome>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Reassignment {
            certification, to, ..
        } = &self.effect;
        let span = tracing::info_span!("reassign", certification, to);
        let during = self.api.operation(effect::operation(self.effect.mode, 0));
        let run = async move { self.run().await.map_err(|error| error.during(during)) };
        Box::pin(run.instrument(span))
    }
}

/// Each thing where it was first named. Naming it again changes nothing, as when lists overlap
/// from which it was taken, but may tell whose access it is.
fn once(named: Vec<ToReassign>) -> Vec<ToReassign> {
    let mut places: HashMap<ReassignReference, usize> = HashMap::new();
    let mut kept: Vec<ToReassign> = Vec::with_capacity(named.len());
    for named in named {
        if let Some(place) = places.get(&named.reference) {
            let kept = &mut kept[*place];
            kept.identity = kept.identity.take().or(named.identity);
            kept.access = kept.access.take().or(named.access);
        } else {
            places.insert(named.reference.clone(), kept.len());
            kept.push(named);
        }
    }
    kept
}

fn check<'a>(
    what: &str,
    mut ids: impl Iterator<Item = &'a String>,
    to: &str,
    reason: &str,
) -> Result<()> {
    let refused = |why: &str| Err(Error::refused(why));
    if ids.any(String::is_empty) {
        return refused(&format!("one of the {what} has an empty id"));
    }
    if to.is_empty() {
        return refused("the new reviewer's id is empty");
    }
    if reason.trim().is_empty() {
        return refused("a reassignment needs a reason");
    }
    Ok(())
}

/// What is not the new reviewer's own access.
fn without_own(mut named: Vec<ToReassign>, to: &str, leaves_out: bool) -> Result<Vec<ToReassign>> {
    let is_own = |named: &mut ToReassign| named.identity.as_deref() == Some(to);
    let own: Vec<_> = named.extract_if(.., is_own).collect();
    if own.is_empty() || leaves_out {
        return Ok(named);
    }
    let labels: Vec<_> = own.iter().map(|named| label(&named.reference)).collect();
    let own = own.into_iter().map(|named| named.reference.id).collect();
    Err(Error::refused(format!(
        "{to} would review their own access. Leave out {}, or call `leave_out_own()`",
        ids::first(&labels, NAMED)
    ))
    .about(own))
}

fn label(reference: &ReassignReference) -> String {
    let what = match reference.reassign_type {
        ReassignType::Item => "item",
        ReassignType::IdentitySummary => "identity summary",
        ReassignType::TargetSummary => "target summary",
    };
    format!("{what} {}", reference.id)
}

impl fmt::Debug for Reassign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reassign")
            .field("certification", &self.effect.certification)
            .field("to", &self.effect.to)
            .field("references", &self.effect.named.len())
            .finish_non_exhaustive()
    }
}
