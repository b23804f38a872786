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
use crate::api::tasks::TaskHandle;
use crate::effects::journal::spec::{CallSpec, ItemSpec, ReassignMode, ReassignSpec};
use crate::effects::{Accepted, Asked, Effect, Observed, Probe};
use crate::error::{Error, Result};
use crate::filter::endpoint::Items;
use crate::filter::{IntoFilter, item};
use crate::http::retry::Idempotency;
use crate::model::{
    AccessReviewItem, Certification, ReassignReference, ReassignType, Task, TaskType, convert,
};
use crate::review::{pending_tasks, refusal_of_group};

/// The most items or identities that the service reassigns at once.
pub const MAX_REASSIGN: usize = 50;

/// The most items or identities that the service reassigns in one background task.
pub const MAX_REASSIGN_ASYNC: usize = 500;

const AT_ONCE: Operation = v3::builder::ReassignIdentityCertifications::OPERATION;

/// Items of one certification on their way to one reviewer.
#[derive(Debug)]
pub(crate) struct Reassignment {
    pub(in crate::review) spec: ReassignSpec,
    pub(in crate::review) keep_together: KeepTogether,
    pub(in crate::review) named: Vec<ToReassign>,
}

/// The operation by which so many are reassigned.
pub(super) fn operation(mode: ReassignMode, count: usize) -> Operation {
    match mode {
        ReassignMode::Auto if count <= MAX_REASSIGN => AT_ONCE,
        ReassignMode::Auto | ReassignMode::Task => v3::builder::SubmitReassignCertsAsync::OPERATION,
        ReassignMode::BetaTask => beta::builder::SubmitReassignCertsAsync::OPERATION,
    }
}

impl Reassignment {
    pub(super) fn review(&self, api: &Api) -> Review {
        Review::new(api, &self.spec.certification)
    }

    async fn send_part(&self, api: &Api, items: &[usize]) -> Result<Accepted> {
        let operation = operation(self.spec.mode, items.len());
        let request = || {
            let id = path_id("certification id", &self.spec.certification)?;
            let references = items.iter().map(|item| self.named[*item].reference.clone());
            let (references, to, reason) = (
                references.collect(),
                self.spec.to.clone(),
                self.spec.reason.clone(),
            );
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
        Ok(accepted(if self.spec.mode == ReassignMode::BetaTask {
            task.map(Task::of_certification)
        } else {
            task
        }))
    }

    async fn probe_part(&self, api: &Api, asked: Asked<'_>) -> Result<Probe> {
        let Asked {
            items, together, ..
        } = asked;
        // The tasks come first: what one has moved by the time it is not listed any more, the
        // items show.
        if operation(self.spec.mode, together) != AT_ONCE {
            let tasks = self.pending_tasks(api).await?;
            if let Some(probe) = shown_by(tasks, asked) {
                return Ok(probe);
            }
        }
        let review = self.review(api);
        let references = || items.iter().map(|item| &self.named[*item].reference);
        let of = |wanted: ReassignType| -> Vec<&str> {
            let references = references().filter(|it| it.reassign_type == wanted);
            references.map(|it| it.id.as_str()).collect()
        };
        let mut items_left = HashSet::new();
        for ids in ids::parts(&of(ReassignType::Item)) {
            let listed = listed(&review, item::id().is_in(ids.iter().copied())).await?;
            items_left.extend(listed.into_iter().map(|item| item.id));
        }
        let mut identities_left = HashSet::new();
        for ids in ids::parts(&of(ReassignType::IdentitySummary)) {
            let filter = item::identity_summary_id().is_in(ids.iter().copied());
            let listed = listed(&review, filter).await?;
            let summaries = listed.into_iter().filter_map(|item| item.identity_summary);
            identities_left.extend(summaries.map(|summary| summary.id));
        }
        Ok(Probe::of(references().map(|reference| {
            let left = match reference.reassign_type {
                ReassignType::Item => &items_left,
                ReassignType::IdentitySummary => &identities_left,
                // No filter finds the items of a target.
                ReassignType::TargetSummary => return Observed::Unclear,
            };
            if left.contains(&reference.id) {
                Observed::NotMade
            } else {
                Observed::Made
            }
        })))
    }

    async fn pending_tasks(&self, api: &Api) -> Result<Vec<Task>> {
        if self.spec.mode == ReassignMode::BetaTask {
            let review = BetaReview {
                api: api.clone(),
                id: self.spec.certification.clone(),
            };
            return review.tasks_pending().await;
        }
        pending_tasks(api, &self.spec.certification).await
    }
}

impl Effect for Reassignment {
    fn operation(&self) -> Operation {
        operation(self.spec.mode, self.named.len())
    }

    fn certification(&self) -> &str {
        &self.spec.certification
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

    fn probe<'a>(&'a self, api: &'a Api, asked: Asked<'a>) -> BoxFuture<'a, Result<Probe>> {
        Box::pin(self.probe_part(api, asked))
    }

    fn task(&self, api: &Api, id: &str) -> TaskHandle {
        if self.spec.mode == ReassignMode::BetaTask {
            TaskHandle::of_beta(api, &self.spec.certification, id.to_owned())
        } else {
            TaskHandle::new(api, id.to_owned())
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
        let ReassignReference { id, reassign_type } = &self.named[item].reference;
        ItemSpec {
            id: id.clone(),
            reference_type: Some(reassign_type.as_str().to_owned()),
            ..ItemSpec::default()
        }
    }
}

/// What a journal says is reassigned.
pub(in crate::review) fn named(item: ItemSpec) -> Result<ToReassign> {
    let types = [
        ReassignType::Item,
        ReassignType::IdentitySummary,
        ReassignType::TargetSummary,
    ];
    let named = item.reference_type.as_deref();
    let named = types.into_iter().find(|it| named == Some(it.as_str()));
    let reassign_type = named.ok_or_else(|| {
        Error::journal_says("the journal is damaged: a reassignment in it is not whole")
    })?;
    let id = item.id;
    Ok(ReassignReference { id, reassign_type }.into())
}

async fn listed(review: &Review, filter: impl IntoFilter<Items>) -> Result<Vec<AccessReviewItem>> {
    let items = review.items().filter(filter).in_stable_order();
    items.stream().try_collect().await
}

/// How a service that does it in a task has accepted a reassignment.
pub(super) fn accepted(task: Option<Task>) -> Accepted {
    // Without an id, the pending tasks may tell which it is.
    let task = task.filter(|task| !task.id.is_empty());
    task.map_or(Accepted::Unconfirmed, |task| Accepted::Task(Box::new(task)))
}

/// What pending tasks show of a reassignment, if any of them may be its own.
pub(super) fn shown_by(mut tasks: Vec<Task>, asked: Asked<'_>) -> Option<Probe> {
    tasks.retain(|task| is_reassignment(task) && !asked.other_tasks.contains(&task.id));
    let task = tasks.pop()?;
    Some(if tasks.is_empty() {
        Probe {
            task: Some(Box::new(task)),
            ..Probe::default()
        }
    } else {
        // Somebody else reassigns as well, and nothing says whose is which.
        Probe::of(vec![Observed::Unclear; asked.items.len()])
    })
}

/// One of a kind that nobody knows may be one.
fn is_reassignment(task: &Task) -> bool {
    match &task.task_type {
        Some(TaskType::Reassign | TaskType::AdminReassign) | None => true,
        Some(other) => !other.is_recognized(),
    }
}
