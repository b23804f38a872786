//! A reassignment as an effect: how a part is sent, and what reading the certification shows.

use std::collections::HashSet;

use certs_raw::{Operation, beta, v3};
use futures_core::future::BoxFuture;

use super::group::{self, KeepTogether};
use super::named::ToReassign;
use crate::api::Api;
use crate::api::beta::BetaReview;
use crate::api::certifications::Review;
use crate::api::ids::{self, path_id};
use crate::api::list::List;
use crate::api::tasks::TaskHandle;
use crate::effects::journal::spec::{CallSpec, ItemSpec, ReassignMode};
use crate::effects::{Accepted, Effect, Observed, Probe};
use crate::error::{Error, Result};
use crate::filter::endpoint::Items;
use crate::filter::{Filter, IntoFilter as _, item, task};
use crate::http::retry::Idempotency;
use crate::model::{
    AccessReviewItem, Certification, ReassignReference, ReassignType, Task, TaskType, convert,
};

/// The most items or identities that the service reassigns at once.
pub const MAX_REASSIGN: usize = 50;

/// The most items or identities that the service reassigns in one background task.
pub const MAX_REASSIGN_ASYNC: usize = 500;

/// Items of one certification on their way to one reviewer.
pub(crate) struct Reassignment {
    pub(super) certification: String,
    pub(super) to: String,
    pub(super) reason: String,
    pub(super) mode: ReassignMode,
    pub(super) keep_together: KeepTogether,
    pub(super) named: Vec<ToReassign>,
}

/// The operation by which so many are reassigned.
pub(super) fn operation(mode: ReassignMode, count: usize) -> Operation {
    match mode {
        ReassignMode::Auto if count <= MAX_REASSIGN => {
            v3::builder::ReassignIdentityCertifications::OPERATION
        }
        ReassignMode::Auto | ReassignMode::Task => v3::builder::SubmitReassignCertsAsync::OPERATION,
        ReassignMode::BetaTask => beta::builder::SubmitReassignCertsAsync::OPERATION,
    }
}

impl Reassignment {
    fn review(&self, api: &Api) -> Review {
        Review {
            api: api.clone(),
            id: self.certification.clone(),
        }
    }

    fn references(&self, items: &[usize]) -> Vec<ReassignReference> {
        let references = items.iter().map(|item| self.named[*item].reference.clone());
        references.collect()
    }

    async fn send_part(&self, api: &Api, items: &[usize]) -> Result<Accepted> {
        let operation = operation(self.mode, items.len());
        let (to, reason) = (self.to.clone(), self.reason.clone());
        let once = Idempotency::NotIdempotent;
        if operation == v3::builder::ReassignIdentityCertifications::OPERATION {
            let request = || {
                let id = path_id("certification id", &self.certification)?;
                let body = convert::v3::review_reassign(self.references(items), to, reason);
                let request = api.raw().reassign_identity_certifications();
                Ok(request.id(id).body(body).request()?)
            };
            let certification: Option<Certification> = api.write(operation, once, request).await?;
            return Ok(Accepted::Done(certification.map(Box::new)));
        }
        let request = || {
            let id = path_id("certification id", &self.certification)?;
            let references = self.references(items);
            if self.mode == ReassignMode::BetaTask {
                let body = convert::beta::review_reassign(references, to, reason);
                let request = api.raw_beta().submit_reassign_certs_async();
                return Ok(request.id(id).body(body).request()?);
            }
            let body = convert::v3::review_reassign(references, to, reason);
            let request = api.raw().submit_reassign_certs_async();
            Ok(request.id(id).body(body).request()?)
        };
        let task: Option<Task> = api.write(operation, once, request).await?;
        Ok(match task.filter(|task| !task.id.is_empty()) {
            Some(task) if self.mode == ReassignMode::BetaTask => {
                Accepted::Task(Box::new(task.of_certification()))
            }
            Some(task) => Accepted::Task(Box::new(task)),
            // Which task it is, the pending ones may tell.
            None => Accepted::Unconfirmed,
        })
    }

    async fn probe_part(
        &self,
        api: &Api,
        items: &[usize],
        together: usize,
        ignore: &[String],
    ) -> Result<Probe> {
        // The tasks come first: what one has moved by the time it is not listed any more, the
        // items show.
        if operation(self.mode, together) != v3::builder::ReassignIdentityCertifications::OPERATION
        {
            let mut tasks = self.pending_tasks(api).await?;
            tasks.retain(|task| is_reassignment(task) && !ignore.contains(&task.id));
            match (tasks.pop(), tasks.is_empty()) {
                (None, _) => {}
                (Some(task), true) => {
                    return Ok(Probe {
                        items: Vec::new(),
                        task: Some(Box::new(task)),
                    });
                }
                // Somebody else reassigns as well, and nothing says whose is which.
                (Some(_), false) => {
                    return Ok(Probe {
                        items: vec![Observed::Unclear; items.len()],
                        task: None,
                    });
                }
            }
        }
        let review = self.review(api);
        let of = |wanted: ReassignType| {
            let references = items.iter().map(|item| &self.named[*item].reference);
            let references = references.filter(move |it| it.reassign_type == wanted);
            references.map(|it| it.id.as_str()).collect::<Vec<_>>()
        };
        let mut items_left = HashSet::new();
        for ids in ids::parts(&of(ReassignType::Item)) {
            let filter = item::id().is_in(ids.iter().copied()).into_filter();
            let listed = listed(&review, filter).await?;
            items_left.extend(listed.into_iter().map(|item| item.id));
        }
        let mut identities_left = HashSet::new();
        for ids in ids::parts(&of(ReassignType::IdentitySummary)) {
            let filter = item::identity_summary_id().is_in(ids.iter().copied());
            let listed = listed(&review, filter.into_filter()).await?;
            let summaries = listed.into_iter().filter_map(|item| item.identity_summary);
            identities_left.extend(summaries.map(|summary| summary.id));
        }
        let observed = items.iter().map(|item| {
            let ReassignReference { id, reassign_type } = &self.named[*item].reference;
            let is_left = match reassign_type {
                ReassignType::Item => items_left.contains(id),
                ReassignType::IdentitySummary => identities_left.contains(id),
                // No filter finds the items of a target.
                ReassignType::TargetSummary => return Observed::Unclear,
            };
            if is_left {
                Observed::NotMade
            } else {
                Observed::Made
            }
        });
        Ok(Probe {
            items: observed.collect(),
            task: None,
        })
    }

    async fn pending_tasks(&self, api: &Api) -> Result<Vec<Task>> {
        if self.mode == ReassignMode::BetaTask {
            let review = BetaReview {
                api: api.clone(),
                id: self.certification.clone(),
            };
            return review.tasks_pending().await;
        }
        let on_it = task::target_id().eq(&self.certification);
        let tasks = List::new(api.clone(), None).filter(on_it).stream();
        tasks.try_collect().await
    }
}

impl Effect for Reassignment {
    fn operation(&self) -> Operation {
        operation(self.mode, self.named.len())
    }

    fn certification(&self) -> &str {
        &self.certification
    }

    fn len(&self) -> usize {
        self.named.len()
    }

    fn id(&self, item: usize) -> &str {
        &self.named[item].reference.id
    }

    fn is_absolute(&self) -> bool {
        false
    }

    fn cut(&self, items: Vec<usize>) -> Vec<Vec<usize>> {
        group::cut(&self.named, items, self.keep_together, MAX_REASSIGN_ASYNC)
    }

    fn send<'a>(&'a self, api: &'a Api, items: &'a [usize]) -> BoxFuture<'a, Result<Accepted>> {
        Box::pin(self.send_part(api, items))
    }

    fn probe<'a>(
        &'a self,
        api: &'a Api,
        items: &'a [usize],
        together: usize,
        ignore: &'a [String],
    ) -> BoxFuture<'a, Result<Probe>> {
        Box::pin(self.probe_part(api, items, together, ignore))
    }

    fn task(&self, api: &Api, id: &str) -> TaskHandle {
        if self.mode == ReassignMode::BetaTask {
            TaskHandle::of_beta(api, &self.certification, id.to_owned())
        } else {
            TaskHandle::new(api, id.to_owned())
        }
    }

    fn is_refused_by(&self, certification: &Certification) -> bool {
        let reviewer = certification.reviewer.as_ref();
        certification.is_signed() || reviewer.is_some_and(|it| it.is_governance_group())
    }

    fn spec(&self) -> CallSpec {
        CallSpec::Reassign {
            certification: self.certification.clone(),
            to: self.to.clone(),
            reason: self.reason.clone(),
            mode: self.mode,
        }
    }

    fn item_spec(&self, item: usize) -> ItemSpec {
        let ReassignReference { id, reassign_type } = &self.named[item].reference;
        ItemSpec {
            id: id.clone(),
            reference_type: Some(reassign_type.as_str().to_owned()),
            ..ItemSpec::default()
        }
    }
}

/// A reassignment as a journal holds it. It was checked before it was written there.
pub(in crate::review) fn rebuild(spec: &CallSpec, items: Vec<ItemSpec>) -> Result<Reassignment> {
    let damaged =
        || Error::journal_says("the journal is damaged: a reassignment in it is not whole");
    let CallSpec::Reassign {
        certification,
        to,
        reason,
        mode,
    } = spec
    else {
        return Err(damaged());
    };
    let named = |item: ItemSpec| {
        let types = [
            ReassignType::Item,
            ReassignType::IdentitySummary,
            ReassignType::TargetSummary,
        ];
        let named = item.reference_type.as_deref();
        let is_it = |it: &ReassignType| named == Some(it.as_str());
        let reference = match types.into_iter().find(is_it) {
            Some(ReassignType::Item) => ReassignReference::item(item.id),
            Some(ReassignType::IdentitySummary) => ReassignReference::identity(item.id),
            Some(ReassignType::TargetSummary) => ReassignReference::target_summary(item.id),
            None => return Err(damaged()),
        };
        Ok(ToReassign::from(reference))
    };
    Ok(Reassignment {
        certification: certification.clone(),
        to: to.clone(),
        reason: reason.clone(),
        mode: *mode,
        // It was cut when it was planned.
        keep_together: KeepTogether::Nothing,
        named: items.into_iter().map(named).collect::<Result<_>>()?,
    })
}

async fn listed(review: &Review, filter: Filter<Items>) -> Result<Vec<AccessReviewItem>> {
    let items = review.items().filter(filter).in_stable_order();
    items.stream().try_collect().await
}

/// One of a kind that nobody knows may be one.
pub(super) fn is_reassignment(task: &Task) -> bool {
    match &task.task_type {
        Some(TaskType::Reassign | TaskType::AdminReassign) | None => true,
        Some(other) => !other.is_recognized(),
    }
}
