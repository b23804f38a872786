//! Reassignment: giving items to another reviewer.

pub(super) mod certifications;
pub(super) mod effect;
mod group;
mod named;

use std::collections::HashMap;

use super::certification_for;
use crate::api::Api;
use crate::api::awaited::awaited;
use crate::api::beta::BetaReview;
use crate::api::certifications::Review;
use crate::api::ids::{self, path_id};
use crate::effects::engine;
use crate::effects::journal::spec::{ReassignMode, ReassignSpec};
use crate::effects::outcome::BulkOutcome;
use crate::effects::settings::{Settings, settings};
use crate::error::{Error, Result};
use crate::model::{AccessReviewItem, Id, IdentitySummary, ReassignType};
use effect::Reassignment;
use named::Named;

pub use certifications::ReassignCertifications;
pub use effect::{MAX_CERTIFICATIONS, MAX_REASSIGN, MAX_REASSIGN_ASYNC};
pub use group::KeepTogether;
pub use named::ToReassign;

/// How many things that cannot be reassigned an error names.
const NAMED: usize = 5;

impl Review {
    /// Gives items to another reviewer, who finds them in a certification of their own. Choose the
    /// items, then await the result.
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
    pub fn reassign(&self, to: impl Into<Id>, reason: impl Into<String>) -> Reassign {
        let mode = ReassignMode::Auto;
        Reassign::new(&self.api, &self.id, &to.into(), reason.into(), mode)
    }
}

impl BetaReview {
    /// Gives items to another reviewer, always in the background. See [`Review::reassign`].
    ///
    /// If the response to a request is lost, its outcome is read with the client's version of the
    /// API, because beta does not have the items.
    pub fn reassign(&self, to: impl Into<Id>, reason: impl Into<String>) -> Reassign {
        let mode = ReassignMode::BetaTask;
        Reassign::new(&self.api, &self.id, &to.into(), reason.into(), mode)
    }
}

/// Sends a reassignment when it is awaited.
///
/// It takes any number of items and identities, in one list or several, and sends them one request
/// after another, so that [items that belong together](KeepTogether) stay together. Items given
/// only by their id are read first, to find out whose they are. Items that are named twice are
/// reassigned once.
///
/// Up to [`MAX_REASSIGN`] items of a request are reassigned at once (`POST
/// /certifications/{id}/reassign`), more by a background task of up to [`MAX_REASSIGN_ASYNC`]
/// (`POST /certifications/{id}/reassign-async`). The call waits for tasks only with
/// [`wait`](Self::wait).
///
/// # Lost responses
///
/// A request whose response is lost is not sent again: it may still be on its way. Instead, the
/// client reads for up to 6 seconds where the items are: [the guide](crate::guide::reassigning) has
/// a table. If exactly one other task is pending on the certification, it is assumed to be the one
/// whose response was lost; after waiting for it, the items are read to decide.
///
/// If it is [dropped](crate::guide::cancellation), it starts no further request, and the one on its
/// way may be done or not. Tasks continue.
///
/// # Errors
///
/// Refused before sending: no reviewer, no reason, a missing id, a certification that is known to be
/// signed, and the new reviewer's own access ([`Error::items`] then has the ids to leave out;
/// [`leave_out_own`](Self::leave_out_own) does it for you).
///
/// Any other error means that nothing was done. As soon as something may have been done, the result
/// is an [outcome](BulkOutcome) for each item, so `Ok` does not mean that all is done: see
/// [`ensure_complete`](BulkOutcome::ensure_complete). A part that the service rejects (400) does
/// not stop the parts after it; 401, 403, 404 and an unreachable service do.
#[derive(Debug)]
#[must_use = "a reassignment does nothing until it is awaited"]
pub struct Reassign {
    api: Api,
    effect: Reassignment,
    leaves_out_own: bool,
    settings: Settings,
}

settings!(Reassign: dry_run, journal, progress, timeout, wait);
awaited!(Reassign -> BulkOutcome, |call| {
    let ReassignSpec { certification, to, mode, .. } = &call.effect.spec;
    let span = tracing::info_span!("reassign", certification, to);
    (span, call.api.operation(effect::operation(*mode, 0)))
});

impl Reassign {
    fn new(api: &Api, certification: &Id, to: &Id, reason: String, mode: ReassignMode) -> Self {
        Self {
            api: api.clone(),
            effect: Reassignment::new(ReassignSpec {
                certification: certification.to_string(),
                to: to.to_string(),
                reason,
                mode,
            }),
            leaves_out_own: false,
            settings: Settings::default(),
        }
    }

    /// Reassigns these [access review items](AccessReviewItem), or those with these ids.
    pub fn items(self, items: impl IntoIterator<Item: Into<ToReassign<AccessReviewItem>>>) -> Self {
        let items = items.into_iter().map(Into::into);
        self.also(items.map(|item| item.named(Some(ReassignType::Item))))
    }

    /// Reassigns all items of these identities: [summaries](IdentitySummary), or ids of summaries,
    /// which differ from the identities' ids.
    pub fn identities(
        self,
        identities: impl IntoIterator<Item: Into<ToReassign<IdentitySummary>>>,
    ) -> Self {
        let summaries = identities.into_iter().map(Into::into);
        self.also(summaries.map(|summary| summary.named(Some(ReassignType::IdentitySummary))))
    }

    /// Reassigns all items about these targets, by the ids of their summaries, in campaigns that
    /// review something other than identities.
    pub fn targets(self, ids: impl IntoIterator<Item: Into<Id>>) -> Self {
        let named = |id| Named::new(id, Some(ReassignType::TargetSummary));
        self.also(ids.into_iter().map(named))
    }

    fn also(mut self, named: impl Iterator<Item = Named>) -> Self {
        self.effect.named.extend(named);
        self
    }

    /// Sets what the items of one request have in common.
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

    /// Uses background tasks for any number of items: the response comes at once, and the items
    /// move later.
    pub fn in_background(mut self) -> Self {
        if self.effect.spec.mode == ReassignMode::Auto {
            self.effect.spec.mode = ReassignMode::Task;
        }
        self
    }

    async fn run(self) -> Result<BulkOutcome> {
        let mut effect = self.effect;
        path_id("certification id", &effect.spec.certification)?;
        let api = self.api.reporting(&self.settings.progress);
        check("things to reassign", &effect)?;
        effect.named = once(effect.named);
        // Checked with what is known, and again after reading the rest.
        let leaves_out = self.leaves_out_own;
        without_own(&mut effect, leaves_out)?;
        effect.read_items(&api).await?;
        without_own(&mut effect, leaves_out)?;
        if self.settings.dry_run {
            certification_for(&api, &effect).await?;
        }
        engine::run(&api, &effect, &self.settings).await
    }
}

/// Keeps the first of equal things. Others, as from overlapping lists, can only add whose access it
/// is.
fn once(named: Vec<Named>) -> Vec<Named> {
    let mut places = HashMap::new();
    let mut kept: Vec<Named> = Vec::with_capacity(named.len());
    for named in named {
        let place = *places
            .entry((named.reference_type, named.id.clone()))
            .or_insert(kept.len());
        match kept.get_mut(place) {
            Some(kept) => {
                if kept.identity.get().is_none() {
                    kept.identity = named.identity;
                }
                if kept.access.get().is_none() {
                    kept.access = named.access;
                }
                kept.is_signed |= named.is_signed;
            }
            None => kept.push(named),
        }
    }
    kept
}

/// Finds the mistakes that reassignments of any kind can have.
fn check(what: &str, effect: &Reassignment) -> Result<()> {
    let ReassignSpec { to, reason, .. } = &effect.spec;
    for named in &effect.named {
        ids::required(format_args!("id of one of the {what}"), &named.id)?;
    }
    ids::required("new reviewer's id", &Id::from(to))?;
    if reason.trim().is_empty() {
        let why = "the reason is empty: a reassignment needs one";
        return Err(Error::refused(why));
    }
    Ok(())
}

/// Refuses the call if any of these are named, and says what to leave out, `or` what else to do.
fn refuse(named: &[Named], why: &str, or: &str, is_wrong: impl Fn(&Named) -> bool) -> Result<()> {
    let wrong: Vec<_> = named.iter().filter(|named| is_wrong(named)).collect();
    if wrong.is_empty() {
        return Ok(());
    }
    let labels: Vec<_> = wrong.iter().map(|named| label(named)).collect();
    let labels = ids::first(&labels, NAMED);
    let ids = wrong.iter().map(|named| named.id.clone()).collect();
    Err(Error::refused(format!("{why}. Leave out {labels}{or}")).about(ids))
}

fn label(named: &Named) -> String {
    let what = match named.reference_type {
        Some(ReassignType::Item) => "item ",
        Some(ReassignType::IdentitySummary) => "identity summary ",
        Some(ReassignType::TargetSummary) => "target summary ",
        None => "",
    };
    format!("{what}{}", named.id)
}

/// Removes the new reviewer's own access, or refuses the call because of it.
fn without_own(effect: &mut Reassignment, leaves_out: bool) -> Result<()> {
    let to = &effect.spec.to;
    let is_own = |named: &Named| named.identity == *to;
    if leaves_out {
        effect.named.retain(|named| !is_own(named));
        return Ok(());
    }
    let why = format!("{to} would review their own access");
    refuse(&effect.named, &why, ", or call `leave_out_own()`", is_own)
}
