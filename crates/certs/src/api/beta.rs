//! The beta API: only the operations that beta has.

use bytes::Bytes;
use certs_raw::{Operation, beta};
use http::Request;

use super::Api;
use super::certifications::ReviewerIdentity;
use super::ids::path_id;
use super::list::{List, PagedEndpoint, Query, StableOrder, paged};
use super::permissions::ItemScope;
use super::tasks::TaskHandle;
use crate::error::Result;
use crate::filter::Sorter;
use crate::filter::beta::certification;
use crate::filter::endpoint::{BetaCertifications, BetaPermissions, BetaReviewers};
use crate::model::{Certification, Id, IdentityReference, Permission, Task};

/// The beta APIs of the same tenant, with the same connections and token.
///
/// Made by [`Client::beta`](crate::Client::beta). The vendor has deprecated every operation here in
/// favour of V3. Responses have the same types.
///
/// ```
/// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
/// # example(async |client, _| {
/// use certs::filter::beta::certification;
///
/// let page = client
///     .beta()
///     .certifications()
///     .filter(certification::completed().ne(true))
///     .send()
///     .await?;
/// println!("{} certifications have open decisions", page.items.len());
/// # Ok(()) });
/// ```
#[derive(Clone, Debug)]
pub struct BetaClient {
    pub(crate) api: Api,
}

impl BetaClient {
    /// Lists certifications that the token's owner may review (`GET /beta/certifications`).
    pub fn certifications(&self) -> List<BetaCertifications> {
        List::new(self.api.clone(), None)
    }

    /// A handle to the certification with this id. Nothing is sent yet.
    pub fn certification(&self, id: impl Into<Id>) -> BetaReview {
        BetaReview {
            api: self.api.clone(),
            id: id.into(),
        }
    }

    /// The generated beta client underneath. See [`Client::raw`](crate::Client::raw).
    #[must_use]
    pub fn raw(&self) -> &beta::Client {
        self.api.raw_beta()
    }
}

/// One certification, with the operations that beta has for it.
///
/// Made by [`BetaClient::certification`].
#[derive(Clone, Debug)]
pub struct BetaReview {
    pub(crate) api: Api,
    pub(crate) id: Id,
}

impl BetaReview {
    /// The certification's id.
    #[must_use]
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// Lists the certification's reviewers (`GET /beta/certifications/{id}/reviewers`).
    pub fn reviewers(&self) -> List<BetaReviewers> {
        List::new(self.api.clone(), self.id.clone())
    }

    /// Lists the permissions of an item's entitlement
    /// (`GET /beta/certifications/{id}/access-review-items/{item}/permissions`).
    pub fn permissions(&self, item_id: impl Into<Id>) -> List<BetaPermissions> {
        List::new(self.api.clone(), ItemScope::new(&self.id, item_id))
    }

    /// Gets the certification's tasks that are queued or in progress, all at once
    /// (`GET /beta/certifications/{id}/tasks-pending`).
    ///
    /// # Errors
    ///
    /// Errors are those of any call, such as not found or forbidden.
    pub async fn tasks_pending(&self) -> Result<Vec<Task>> {
        let request = || {
            let request = self
                .api
                .raw_beta()
                .get_identity_certification_pending_tasks();
            Ok(request
                .id(path_id("certification id", &self.id)?)
                .request()?)
        };
        let operation = beta::builder::GetIdentityCertificationPendingTasks::OPERATION;
        let pending = self
            .api
            .read::<Vec<Option<Task>>>(operation, request)
            .await?;
        let tasks = pending.body.into_iter().flatten();
        Ok(tasks.map(Task::of_certification).collect())
    }

    /// A handle to the task with this id, to read or wait for. Nothing is sent yet.
    pub fn task(&self, id: impl Into<Id>) -> TaskHandle {
        TaskHandle::of_beta(&self.api, &self.id, id.into())
    }
}

impl StableOrder for BetaCertifications {
    fn stable_order() -> Sorter<Self> {
        certification::name().asc().then(certification::due().asc())
    }
}

impl PagedEndpoint for BetaCertifications {
    type Scope = Option<ReviewerIdentity>;
    const OPERATION: Operation = beta::builder::ListCertifications::OPERATION;

    fn request(api: &Api, reviewer: Self::Scope, query: Query) -> Result<Request<Bytes>> {
        let mut request = paged!(api.raw_beta().list_certifications(), query, sorters);
        if let Some(reviewer) = reviewer {
            request = request.reviewer_identity(reviewer.into_wire()?);
        }
        Ok(request.request()?)
    }

    fn key(item: &Certification) -> Option<&str> {
        item.id.get()
    }
}

impl PagedEndpoint for BetaReviewers {
    type Scope = Id;
    const OPERATION: Operation = beta::builder::ListCertificationReviewers::OPERATION;

    fn request(api: &Api, id: Id, query: Query) -> Result<Request<Bytes>> {
        let request = api.raw_beta().list_certification_reviewers();
        let request = request.id(path_id("certification id", id)?);
        Ok(paged!(request, query, sorters).request()?)
    }

    fn key(item: &IdentityReference) -> Option<&str> {
        item.id.get()
    }
}

impl PagedEndpoint for BetaPermissions {
    type Scope = ItemScope;
    const OPERATION: Operation = beta::builder::GetIdentityCertificationItemPermissions::OPERATION;

    fn request(api: &Api, scope: ItemScope, query: Query) -> Result<Request<Bytes>> {
        let (certification, item) = scope.path_ids()?;
        let request = api.raw_beta().get_identity_certification_item_permissions();
        let request = request.certification_id(certification).item_id(item);
        Ok(paged!(request, query).request()?)
    }

    fn key(item: &Permission) -> Option<&str> {
        item.target.as_deref()
    }
}
