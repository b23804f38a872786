//! Reassignment of whole certifications of a campaign.

use super::effect::{self, Reassignment};
use super::named::ToReassign;
use super::{check, once, refuse};
use crate::api::Api;
use crate::api::awaited::awaited;
use crate::api::campaigns::CampaignHandle;
use crate::api::ids::path_id;
use crate::effects::engine;
use crate::effects::journal::spec::{ReassignMode, ReassignSpec};
use crate::effects::outcome::BulkOutcome;
use crate::effects::settings::{Settings, settings};
use crate::error::Result;
use crate::model::{Certification, Id};

impl CampaignHandle {
    /// Gives whole certifications of the campaign to another reviewer, with the decisions already
    /// made (`POST /campaigns/{id}/reassign`). Choose them, then await the result. This is for
    /// administrators; a reviewer gives items away with
    /// [`Review::reassign`](crate::Review::reassign).
    ///
    /// `to` is the new reviewer's identity id; `reason` is kept with the reassignment.
    ///
    /// ```
    /// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
    /// # example_of_a_campaign(async |_, campaign| {
    /// let overview = campaign.overview().await?;
    /// let late = overview.late().next().ok_or("nobody is late")?;
    /// // Reviewers who have signed everything come last.
    /// let deputy = overview.reviewers().last().ok_or("nobody reviews")?.reviewer();
    /// let reassign = campaign.reassign(&deputy.id, "on leave").certifications(late.open());
    /// println!("{}", reassign.wait().await?); // 1 of 1 applied
    /// # Ok(()) });
    /// ```
    pub fn reassign(&self, to: impl Into<Id>, reason: impl Into<String>) -> ReassignCertifications {
        let spec = ReassignSpec {
            certification: self.id.to_string(),
            to: to.into().to_string(),
            reason: reason.into(),
            mode: ReassignMode::Campaign,
        };
        ReassignCertifications {
            api: self.api.clone(),
            effect: Reassignment::new(spec),
            settings: Settings::default(),
        }
    }
}

/// Sends a reassignment of whole certifications when it is awaited.
///
/// It takes any number, and sends them in parts of
/// [`MAX_CERTIFICATIONS`](crate::MAX_CERTIFICATIONS), one after another. Background tasks do the
/// work; the call waits for them only with [`wait`](Self::wait). A task does all of its part or
/// nothing.
///
/// A request whose response is lost is not sent again. Instead, the client reads the tasks and the
/// certifications: those with the new reviewer are done.
///
/// If it is [dropped](crate::guide::cancellation), it starts no further request, and the one on its
/// way may be done or not. Tasks continue.
///
/// # Errors
///
/// Refused before sending: no reviewer, no reason, a missing id, and a certification that is known
/// to be signed or to have the new reviewer already ([`Error::items`](crate::Error::items) then has
/// the ids to leave out). Any other error means that nothing was done. As soon as something may
/// have been done, the result is an [outcome](BulkOutcome) for each certification.
#[derive(Debug)]
#[must_use = "a reassignment does nothing until it is awaited"]
pub struct ReassignCertifications {
    api: Api,
    effect: Reassignment,
    settings: Settings,
}

settings!(ReassignCertifications: dry_run, journal, progress, timeout, wait);
awaited!(ReassignCertifications -> BulkOutcome, |call| {
    let ReassignSpec { certification, to, mode, .. } = &call.effect.spec;
    let span = tracing::info_span!("reassign_certifications", campaign = certification, to);
    (span, call.api.operation(effect::operation(*mode, 0)))
});

impl ReassignCertifications {
    /// Reassigns these [certifications](Certification), or those with these ids. Duplicates are
    /// ignored.
    pub fn certifications(
        mut self,
        certifications: impl IntoIterator<Item: Into<ToReassign<Certification>>>,
    ) -> Self {
        let certifications = certifications.into_iter().map(Into::into);
        let named = certifications.map(|certification| certification.named(None));
        self.effect.named.extend(named);
        self
    }

    async fn run(self) -> Result<BulkOutcome> {
        let mut effect = self.effect;
        let ReassignSpec {
            certification, to, ..
        } = &effect.spec;
        path_id("campaign id", certification)?;
        let api = self.api.reporting(&self.settings.progress);
        check("certifications", &effect)?;
        effect.named = once(effect.named);
        let signed = "signed certifications cannot be reassigned";
        refuse(&effect.named, signed, "", |it| it.is_signed)?;
        let theirs = format!("{to} is already the reviewer of some of these certifications");
        refuse(&effect.named, &theirs, "", |it| it.identity == *to)?;
        if self.settings.journal.is_some() && !self.settings.dry_run {
            effect.read_reviewers(&api).await?;
        }
        engine::run(&api, &effect, &self.settings).await
    }
}
