//! A reassignment as an effect: how a part is sent, and how it is read back.

use std::collections::{HashMap, HashSet};

use certs_raw::{Operation, beta, v3};
use futures_core::future::BoxFuture;

use super::group::{self, KeepTogether};
use super::named::Named;
use crate::api::Api;
use crate::api::beta::BetaReview;
use crate::api::certifications::Review;
use crate::api::ids::{self, path_id};
use crate::api::list::List;
use crate::api::poll::is_passing;
use crate::api::tasks::TaskHandle;
use crate::effects::journal::OpenItems;
use crate::effects::journal::spec::{CallSpec, ItemSpec, ReassignMode, ReassignSpec};
use crate::effects::{Accepted, Asked, Effect, Observed, Probe};
use crate::error::{Error, Result};
use crate::filter::endpoint::{Certifications, Items};
use crate::filter::{Filter, certification, item};
use crate::http::retry::Idempotency;
use crate::model::{
    AccessReviewItem, Certification, Id, ReassignReference, ReassignType, Task, TaskType, convert,
};
use crate::review::{items_by_id, refusal_of_group};

/// The most items or identities that the service reassigns at once.
pub const MAX_REASSIGN: usize = 50;

/// The most items or identities that the service reassigns in one background task.
pub const MAX_REASSIGN_ASYNC: usize = 500;

/// The most certifications that the service gives to another reviewer in one background task.
pub const MAX_CERTIFICATIONS: usize = 250;

const AT_ONCE: Operation = v3::builder::ReassignIdentityCertifications::OPERATION;

/// Items of one certification, or certifications of one campaign, on their way to one reviewer.
#[derive(Debug)]
pub(crate) struct Reassignment {
    pub(in crate::review) spec: ReassignSpec,
    pub(in crate::review) keep_together: KeepTogether,
    pub(in crate::review) named: Vec<Named>,
}

/// The operation for a part of this size.
pub(super) fn operation(mode: ReassignMode, count: usize) -> Operation {
    match mode {
        ReassignMode::Auto if count <= MAX_REASSIGN => AT_ONCE,
        ReassignMode::Auto | ReassignMode::Task => v3::builder::SubmitReassignCertsAsync::OPERATION,
        ReassignMode::BetaTask => beta::builder::SubmitReassignCertsAsync::OPERATION,
        ReassignMode::Campaign => v3::builder::Move::OPERATION,
    }
}

impl Reassignment {
    /// A reassignment that names nothing yet.
    pub(super) fn new(spec: ReassignSpec) -> Self {
        Self {
            spec,
            keep_together: KeepTogether::default(),
            named: Vec::new(),
        }
    }

    /// Restores the items of a journal.
    pub(in crate::review) fn resumed(spec: ReassignSpec, items: OpenItems) -> Result<Self> {
        let is_of_a_campaign = spec.mode == ReassignMode::Campaign;
        let named = |ItemSpec {
                         id,
                         reference_type,
                         reviewer,
                         ..
                     }| {
            let kind = reference_type.map(|name| serde_json::from_value(name.into()));
            let kind = kind.transpose().ok();
            let kind = kind.filter(|kind: &Option<_>| kind.is_none() == is_of_a_campaign);
            let named = kind.map(|kind| Named {
                identity: reviewer.unwrap_or_default().into(),
                ..Named::new(id, kind)
            });
            named.ok_or_else(|| {
                Error::journal_says(
                    "the journal is damaged: a reassignment in it names things of an unknown type",
                )
            })
        };
        Ok(Self {
            named: items.into_iter().map(named).collect::<Result<_>>()?,
            // The parts in the journal are not cut again.
            keep_together: KeepTogether::Nothing,
            spec,
        })
    }

    async fn send_part(&self, api: &Api, items: &[usize]) -> Result<Accepted> {
        let operation = operation(self.spec.mode, items.len());
        let request = || {
            let id = path_id("certification id", &self.spec.certification)?;
            let (to, reason) = (self.spec.to.clone(), self.spec.reason.clone());
            let named = items.iter().map(|item| &self.named[*item]);
            if self.spec.mode == ReassignMode::Campaign {
                let ids = named.map(|named| named.id.to_string()).collect();
                let body = convert::v3::admin_reassign(ids, to, reason);
                return Ok(api.raw().move_().id(id).body(body).request()?);
            }
            let reference = |named: &Named| {
                let id = named.id.to_string();
                let reassign_type = named.reference_type?;
                Some(ReassignReference { id, reassign_type })
            };
            let references = named.filter_map(reference).collect();
            if self.spec.mode == ReassignMode::BetaTask {
                let body = convert::beta::review_reassign(references, to, reason);
                let request = api.raw_beta().submit_reassign_certs_async();
                return Ok(request.id(id).body(body).request()?);
            }
            let body = convert::v3::review_reassign(references, to, reason);
            Ok(if operation == AT_ONCE {
                let request = api.raw().reassign_identity_certifications();
                request.id(id).body(body).request()?
            } else {
                let request = api.raw().submit_reassign_certs_async();
                request.id(id).body(body).request()?
            })
        };
        let once = Idempotency::NotIdempotent;
        if operation == AT_ONCE {
            let certification: Option<Certification> = api.write(operation, once, request).await?;
            return Ok(Accepted::Done(certification.map(Box::new)));
        }
        let task: Option<Task> = api.write(operation, once, request).await?;
        // A response without the task's id is unconfirmed: the probe then finds the task.
        let task = task.map(|task| match self.spec.mode {
            ReassignMode::BetaTask => task.of_certification(),
            _ => task,
        });
        let task = task.filter(|task| task.id.get().is_some());
        Ok(task.map_or(Accepted::Unconfirmed, |task| Accepted::Task(Box::new(task))))
    }

    async fn probe_part(&self, api: &Api, asked: Asked<'_>) -> Result<Probe> {
        let named: Vec<_> = asked.items.iter().map(|item| &self.named[*item]).collect();
        // Tasks are read first. A task that ends in between has moved its items by the time they are
        // read.
        if operation(self.spec.mode, asked.together) != AT_ONCE {
            let mut tasks = self.pending_tasks(api).await?;
            tasks.retain(|task| is_reassignment(task) && !asked.other_tasks.contains(&task.id));
            if !tasks.is_empty() {
                return Ok(Probe {
                    tasks,
                    ..Probe::default()
                });
            }
        }
        if self.spec.mode == ReassignMode::Campaign {
            return self.probe_certifications(api, &named).await;
        }
        let of = |wanted: ReassignType| -> Vec<&str> {
            let named = named.iter().filter(|it| it.reference_type == Some(wanted));
            named.filter_map(|it| it.id.get()).collect()
        };
        let mut left = HashSet::new();
        for ids in ids::parts(&of(ReassignType::Item)) {
            let filter = item::id().is_in(ids.iter().copied());
            left.extend(self.listed(api, filter).await?.into_iter().map(|it| it.id));
        }
        for ids in ids::parts(&of(ReassignType::IdentitySummary)) {
            let filter = item::identity_summary_id().is_in(ids.iter().copied());
            let listed = self.listed(api, filter).await?.into_iter();
            left.extend(listed.filter_map(|it| Some(it.identity_summary?.id)));
        }
        let gone = named
            .iter()
            .filter(|it| it.is_item() && !left.contains(&it.id));
        let gone: Vec<_> = gone.filter_map(|it| it.id.get()).collect();
        let holders = self.holders(api, &gone).await?;
        Ok(Probe::of(named.iter().map(
            |it| match holders.get(&it.id) {
                // No filter selects the items of a target.
                _ if it.reference_type == Some(ReassignType::TargetSummary) => Observed::Unclear,
                _ if left.contains(&it.id) => Observed::NotMade,
                Some(reviewer) if *reviewer == self.spec.to => Observed::Made,
                Some(_) => Observed::Changed,
                None => Observed::MadeAsFarAsShown,
            },
        )))
    }

    async fn listed(&self, api: &Api, filter: Filter<Items>) -> Result<Vec<AccessReviewItem>> {
        let review = Review::new(api, &self.spec.certification);
        let items = review.items().filter(filter).in_stable_order();
        items.stream().try_collect().await
    }

    /// Finds the reviewers who have the items that left the certification, in the certifications
    /// that came from it. A limited token sees fewer of them.
    async fn holders(&self, api: &Api, gone: &[&str]) -> Result<HashMap<Id, Id>> {
        let mut holders = HashMap::new();
        if gone.is_empty() {
            return Ok(holders);
        }
        let certification = Review::new(api, &self.spec.certification).get().await;
        let Some(certification) = if_readable(certification)? else {
            return Ok(holders);
        };
        let Some(campaign) = certification.campaign_id() else {
            return Ok(holders);
        };
        let listed = certifications(api, certification::campaign_id().eq(campaign)).await;
        let listed = if_readable(listed)?.unwrap_or_default();
        for Certification {
            id,
            reassignment,
            reviewer,
            ..
        } in listed
        {
            let from = reassignment.and_then(|it| it.from);
            if from.is_none_or(|from| from.id != self.spec.certification) {
                continue;
            }
            let theirs = if_readable(items_by_id(&Review::new(api, id), gone).await)?;
            let reviewer = reviewer.unwrap_or_default().id;
            let theirs = theirs.unwrap_or_default().into_keys();
            holders.extend(theirs.map(|item| (item, reviewer.clone())));
        }
        Ok(holders)
    }

    async fn probe_certifications(&self, api: &Api, named: &[&Named]) -> Result<Probe> {
        let reviewers = reviewers(api, named.iter().copied()).await?;
        Ok(Probe::of(named.iter().map(
            |it| match reviewers.get(&it.id) {
                Some(reviewer) if *reviewer == self.spec.to => Observed::Made,
                Some(reviewer) if it.identity.get().is_some() && *reviewer != it.identity => {
                    Observed::Changed
                }
                Some(_) => Observed::NotMade,
                None => Observed::Unclear,
            },
        )))
    }

    /// Reads the reviewers of certifications that are named only by their id, so that later reads
    /// can be compared with them.
    pub(super) async fn read_reviewers(&mut self, api: &Api) -> Result<()> {
        let is_unknown = |it: &&Named| it.identity.get().is_none();
        let read = reviewers(api, self.named.iter().filter(is_unknown)).await;
        let mut read = if_readable(read)?.unwrap_or_default();
        for named in &mut self.named {
            if let Some(reviewer) = read.remove(&named.id) {
                named.identity = reviewer;
            }
        }
        Ok(())
    }

    /// The tasks that are pending on the certification, or campaign.
    async fn pending_tasks(&self, api: &Api) -> Result<Vec<Task>> {
        if self.spec.mode == ReassignMode::BetaTask {
            let review = BetaReview {
                api: api.clone(),
                id: self.spec.certification.as_str().into(),
            };
            return review.tasks_pending().await;
        }
        crate::review::pending_tasks(api, &self.spec.certification).await
    }
}

impl Effect for Reassignment {
    fn operation(&self) -> Operation {
        operation(self.spec.mode, self.named.len())
    }

    fn certification(&self) -> &str {
        &self.spec.certification
    }

    fn is_of_a_campaign(&self) -> bool {
        self.spec.mode == ReassignMode::Campaign
    }

    fn len(&self) -> usize {
        self.named.len()
    }

    fn id(&self, item: usize) -> &Id {
        &self.named[item].id
    }

    fn is_absolute(&self) -> bool {
        false
    }

    fn cut(&self, items: Vec<usize>) -> Vec<Vec<usize>> {
        let (keep, max) = if self.is_of_a_campaign() {
            (KeepTogether::Nothing, MAX_CERTIFICATIONS)
        } else {
            (self.keep_together, MAX_REASSIGN_ASYNC)
        };
        group::cut(&self.named, items, keep, max)
    }

    fn send<'a>(&'a self, api: &'a Api, items: &'a [usize]) -> BoxFuture<'a, Result<Accepted>> {
        Box::pin(self.send_part(api, items))
    }

    fn probe<'a>(&'a self, api: &'a Api, asked: Asked<'a>) -> BoxFuture<'a, Result<Probe>> {
        Box::pin(self.probe_part(api, asked))
    }

    fn task(&self, api: &Api, id: &Id) -> TaskHandle {
        if self.spec.mode == ReassignMode::BetaTask {
            TaskHandle::of_beta(api, &self.spec.certification, id)
        } else {
            TaskHandle::new(api, id)
        }
    }

    fn refusal(&self, certification: &Certification) -> Option<&'static str> {
        if certification.is_signed() {
            Some("signed off: its items stay with their reviewer")
        } else {
            refusal_of_group(certification)
        }
    }

    fn spec(&self) -> CallSpec {
        CallSpec::Reassign(self.spec.clone())
    }

    fn item_spec(&self, item: usize) -> ItemSpec {
        let Named {
            id,
            reference_type,
            identity,
            ..
        } = &self.named[item];
        let reviewer = identity.get().filter(|_| self.is_of_a_campaign());
        ItemSpec {
            id: id.to_string(),
            reference_type: reference_type.map(|it| it.as_str().to_owned()),
            reviewer: reviewer.map(str::to_owned),
            ..ItemSpec::default()
        }
    }
}

async fn certifications(api: &Api, filter: Filter<Certifications>) -> Result<Vec<Certification>> {
    let list = List::new(api.clone(), None).filter(filter);
    list.in_stable_order().stream().try_collect().await
}

/// The reviewers of certifications, by the certifications' ids.
async fn reviewers(api: &Api, of: impl Iterator<Item = &Named>) -> Result<HashMap<Id, Id>> {
    let ids: Vec<_> = of.filter_map(|named| named.id.get()).collect();
    let mut reviewers = HashMap::new();
    for ids in ids::parts(&ids) {
        let filter = certification::id().is_in(ids.iter().copied());
        let listed = certifications(api, filter).await?.into_iter();
        reviewers.extend(listed.filter_map(|it| Some((it.id, it.reviewer?.id))));
    }
    Ok(reviewers)
}

/// `None` if the token may not read it, or the service does not show it.
fn if_readable<T>(read: Result<T>) -> Result<Option<T>> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(error) if is_passing(&error) => Err(error),
        Err(_) => Ok(None),
    }
}

/// Whether a task may be a reassignment. An unknown kind may be.
fn is_reassignment(task: &Task) -> bool {
    match &task.task_type {
        Some(TaskType::Reassign | TaskType::AdminReassign) | None => true,
        Some(other) => matches!(other, TaskType::Unrecognized(_)),
    }
}
