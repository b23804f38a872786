//! Giving whole certifications of a campaign to another reviewer.

use std::collections::HashSet;

use certs_raw::{Operation, v3};
use futures_core::future::BoxFuture;

use super::effect::{accepted, shown_by};
use super::{NAMED, check};
use crate::api::Api;
use crate::api::campaigns::CampaignHandle;
use crate::api::ids::{self, path_id};
use crate::api::list::List;
use crate::effects::engine;
use crate::effects::journal::spec::{CallSpec, ItemSpec, ReassignCertificationsSpec};
use crate::effects::outcome::BulkOutcome;
use crate::effects::settings::{Settings, awaited, settings};
use crate::effects::{Accepted, Asked, Effect, Observed, Probe};
use crate::error::{Error, Result};
use crate::filter::certification;
use crate::filter::endpoint::Certifications;
use crate::http::retry::Idempotency;
use crate::model::{Certification, convert};
use crate::review::pending_tasks;

/// The most certifications that the service gives to another reviewer in one background task.
pub const MAX_CERTIFICATIONS: usize = 250;

const OPERATION: Operation = v3::builder::Move::OPERATION;

impl CampaignHandle {
    /// Gives whole certifications of the campaign to another reviewer, with all decisions that
    /// are made (`POST /campaigns/{id}/reassign`). Say which, then await the result. For
    /// administrators: a reviewer gives items away by
    /// [`Review::reassign`](crate::Review::reassign).
    ///
    /// `to` is the new reviewer's identity id; `reason` is kept with the reassignment.
    ///
    /// ```
    /// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
    /// # example(async |client, review| { let deputy = another_reviewer(&client, &review).await?;
    /// # let id = review.get().await?.campaign_id().unwrap().to_owned();
    /// let campaign = client.campaign(id);
    /// let late = review.get().await?; // or those of `campaign.overview()`
    /// let outcome = campaign.reassign(&deputy, "on leave").certifications([&late]).wait().await?;
    /// println!("{outcome}"); // 1 of 1 applied
    /// # Ok(()) });
    /// ```
    pub fn reassign(
        &self,
        to: impl Into<String>,
        reason: impl Into<String>,
    ) -> ReassignCertifications {
        ReassignCertifications {
            api: self.api.clone(),
            spec: ReassignCertificationsSpec {
                campaign: self.id.clone(),
                to: to.into(),
                reason: reason.into(),
            },
            named: Vec::new(),
            settings: Settings::default(),
        }
    }
}

/// A certification that is to get another reviewer: a [`Certification`], of which it is known
/// whose it is and whether it is signed, or an id.
#[derive(Clone, Debug)]
pub struct CertificationToReassign {
    id: String,
    reviewer: Option<String>,
    is_signed: bool,
}

impl From<&Certification> for CertificationToReassign {
    fn from(certification: &Certification) -> Self {
        let reviewer = certification.reviewer.as_ref();
        Self {
            id: certification.id.clone(),
            reviewer: reviewer.map(|reviewer| reviewer.id.clone()),
            is_signed: certification.is_signed(),
        }
    }
}

impl From<String> for CertificationToReassign {
    fn from(id: String) -> Self {
        Self {
            id,
            reviewer: None,
            is_signed: false,
        }
    }
}

impl From<&String> for CertificationToReassign {
    fn from(id: &String) -> Self {
        Self::from(id.clone())
    }
}

impl From<&str> for CertificationToReassign {
    fn from(id: &str) -> Self {
        Self::from(id.to_owned())
    }
}

/// Sends a reassignment of whole certifications when it is awaited.
///
/// It takes any number, and sends them in parts of [`MAX_CERTIFICATIONS`], one after another.
/// Background tasks do the work, which are waited for only if [`wait`](Self::wait) says so. A
/// task does all of its part or nothing.
///
/// # Lost answers
///
/// A request whose answer is lost is not sent again. Instead the tasks and the certifications are
/// read: those that have the new reviewer are done.
///
/// # When the future is dropped
///
/// The request that is on its way may be done or not; none is begun. With a journal,
/// [`Client::resume`](crate::Client::resume) finds out and goes on. Tasks go on by themselves.
///
/// # Errors
///
/// Refused before sending: no reviewer, no reason, an empty id; and, where it is known, a
/// certification that is signed or that the new reviewer has already ([`Error::items`] are then
/// the ids to leave out). Any other error means that nothing has been done. Once something may
/// have been, the result is an [outcome](BulkOutcome) for each certification.
#[derive(Debug)]
#[must_use = "a reassignment does nothing until it is awaited"]
pub struct ReassignCertifications {
    api: Api,
    spec: ReassignCertificationsSpec,
    named: Vec<CertificationToReassign>,
    settings: Settings,
}

settings!(ReassignCertifications: dry_run, journal, progress, timeout, wait);
awaited!(ReassignCertifications -> BulkOutcome, |call| {
    let ReassignCertificationsSpec { campaign, to, .. } = &call.spec;
    let span = tracing::info_span!("reassign_certifications", campaign, to);
    (span, call.api.operation(OPERATION))
});

impl ReassignCertifications {
    /// Gives these [certifications](Certification), or those of these ids. What is named twice is
    /// given once.
    pub fn certifications<C: Into<CertificationToReassign>>(
        mut self,
        certifications: impl IntoIterator<Item = C>,
    ) -> Self {
        self.named
            .extend(certifications.into_iter().map(Into::into));
        self
    }

    async fn run(self) -> Result<BulkOutcome> {
        path_id("campaign id", &self.spec.campaign)?;
        let api = self.api.reporting(&self.settings.progress);
        let effect = Moving {
            certifications: checked(self.named, &self.spec.to, &self.spec.reason)?,
            spec: self.spec,
        };
        engine::run(&api, &effect, &self.settings).await
    }
}

/// The ids, each once, if nothing that is known speaks against it.
fn checked(named: Vec<CertificationToReassign>, to: &str, reason: &str) -> Result<Vec<String>> {
    let ids = named.iter().map(|named| &named.id);
    check("certifications", ids, to, reason)?;
    let refuse = |why: &str, is_it: &dyn Fn(&CertificationToReassign) -> bool| {
        let found = named.iter().filter(|named| is_it(named));
        let found: Vec<_> = found.map(|named| named.id.clone()).collect();
        if found.is_empty() {
            return Ok(());
        }
        let named = ids::first(&found, NAMED);
        Err(Error::refused(format!("{why}. Leave out {named}")).about(found))
    };
    refuse(
        "certifications that are signed stay with their reviewer",
        &|it| it.is_signed,
    )?;
    refuse(
        &format!("{to} has certifications that are named already"),
        &|it| it.reviewer.as_deref() == Some(to),
    )?;
    let mut seen = HashSet::new();
    let ids = named.into_iter().map(|named| named.id);
    Ok(ids.filter(|id| seen.insert(id.clone())).collect())
}

/// Certifications of one campaign on their way to one reviewer.
pub(in crate::review) struct Moving {
    pub(in crate::review) spec: ReassignCertificationsSpec,
    pub(in crate::review) certifications: Vec<String>,
}

impl Effect for Moving {
    fn operation(&self) -> Operation {
        OPERATION
    }

    fn certification(&self) -> &str {
        &self.spec.campaign
    }

    fn is_of_a_campaign(&self) -> bool {
        true
    }

    fn len(&self) -> usize {
        self.certifications.len()
    }

    fn id(&self, item: usize) -> &str {
        &self.certifications[item]
    }

    fn is_absolute(&self) -> bool {
        false
    }

    fn cut(&self, items: Vec<usize>) -> Vec<Vec<usize>> {
        items
            .chunks(MAX_CERTIFICATIONS)
            .map(<[_]>::to_vec)
            .collect()
    }

    fn send<'a>(&'a self, api: &'a Api, items: &'a [usize]) -> BoxFuture<'a, Result<Accepted>> {
        let request = || {
            let ids = items.iter().map(|item| self.certifications[*item].clone());
            let body = convert::v3::admin_reassign(
                ids.collect(),
                self.spec.to.clone(),
                self.spec.reason.clone(),
            );
            let request = api.raw().move_();
            let request = request.id(path_id("campaign id", &self.spec.campaign)?);
            Ok(request.body(body).request()?)
        };
        Box::pin(async move {
            let once = Idempotency::NotIdempotent;
            Ok(accepted(api.write(OPERATION, once, request).await?))
        })
    }

    fn probe<'a>(&'a self, api: &'a Api, asked: Asked<'a>) -> BoxFuture<'a, Result<Probe>> {
        Box::pin(async move {
            // The tasks come first: what one has moved by the time it is not listed any more, the
            // certifications show.
            let tasks = pending_tasks(api, &self.spec.campaign).await?;
            if let Some(probe) = shown_by(tasks, asked) {
                return Ok(probe);
            }
            let ids: Vec<_> = asked.items.iter().map(|item| self.id(*item)).collect();
            let mut found: Vec<Certification> = Vec::new();
            for ids in ids::parts(&ids) {
                let filter = certification::id().is_in(ids.iter().copied());
                let list = List::<Certifications>::new(api.clone(), None).filter(filter);
                let listed = list.in_stable_order().stream().try_collect::<Vec<_>>();
                found.extend(listed.await?);
            }
            Ok(Probe::of(ids.iter().map(|id| {
                let certification = found.iter().find(|found| found.id == *id);
                match certification.and_then(|found| found.reviewer.as_ref()) {
                    Some(reviewer) if reviewer.id == self.spec.to => Observed::Made,
                    Some(_) => Observed::NotMade,
                    None => Observed::Unclear,
                }
            })))
        })
    }

    fn refusal(&self, _: &Certification) -> Option<&'static str> {
        None
    }

    fn spec(&self) -> CallSpec {
        CallSpec::ReassignCertifications(self.spec.clone())
    }

    fn item_spec(&self, item: usize) -> ItemSpec {
        ItemSpec {
            id: self.certifications[item].clone(),
            ..ItemSpec::default()
        }
    }
}
