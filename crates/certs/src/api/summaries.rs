//! Certification summaries: counts of decisions, and what is reviewed by identity and by
//! access.

use bytes::Bytes;
use certs_raw::{Operation, v3};
use http::Request;

use super::Api;
use super::awaited::awaited;
use super::certifications::Review;
use super::ids::path_id;
use super::list::{List, PagedEndpoint, Query, StableOrder, paged};
use crate::error::{Error, Result};
use crate::filter::endpoint::{AccessSummaries, DecisionSummaries, IdentitySummaries};
use crate::filter::{Filter, Sorter, access_summary, identity_summary};
use crate::model::{AccessSummary, AccessType, DecisionSummary, Id, IdentitySummary, convert};

impl Review {
    /// Counts the decisions that are made and due (`GET /certifications/{id}/decision-summary`).
    /// The request is sent when the result is awaited.
    ///
    /// ```
    /// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
    /// # example(async |_, review| {
    /// let summary = review.decision_summary().await?;
    /// println!(
    ///     "{}: {} approved, {} revoked",
    ///     summary.progress(),
    ///     summary.approved(),
    ///     summary.revoked()
    /// );
    /// # Ok(()) });
    /// ```
    pub fn decision_summary(&self) -> GetDecisionSummary {
        GetDecisionSummary {
            review: self.clone(),
            filter: None,
        }
    }

    /// Lists the identities whose access is reviewed
    /// (`GET /certifications/{id}/identity-summaries`).
    ///
    /// ```
    /// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
    /// # example(async |_, review| {
    /// use certs::filter::{decision_summary, identity_summary};
    ///
    /// let open = review
    ///     .identity_summaries()
    ///     .filter(identity_summary::completed().eq(false))
    ///     .in_stable_order();
    /// let mut open = open.stream();
    /// while let Some(identity) = open.try_next().await? {
    ///     let of_identity = decision_summary::identity_summary_id().eq(&identity.id);
    ///     let summary = review.decision_summary().filter(of_identity).await?;
    ///     println!("{:?}: {}", identity.name, summary.progress());
    /// }
    /// # Ok(()) });
    /// ```
    pub fn identity_summaries(&self) -> List<IdentitySummaries> {
        List::new(self.api.clone(), self.id.clone())
    }

    /// Gets one identity whose access is reviewed, by the id of its summary
    /// (`GET /certifications/{id}/identity-summaries/{summary}`).
    ///
    /// ```
    /// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
    /// # example(async |_, review| {
    /// let items = review.items().page_size(1).send().await?.items;
    /// if let Some(identity) = &items[0].identity_summary {
    ///     let now = review.identity_summary(&identity.id).await?;
    ///     println!("{:?} is decided: {}", now.name, now.is_completed());
    /// }
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    ///
    /// Errors are those of any call, such as not found or forbidden.
    pub async fn identity_summary(&self, id: impl Into<Id>) -> Result<IdentitySummary> {
        let id = id.into();
        let request = || {
            let request = self.api.raw().get_identity_summary();
            let request = request.id(self.path_id()?);
            let summary = path_id("identity summary id", &id)?;
            Ok(request.identity_summary_id(summary).request()?)
        };
        let operation = v3::builder::GetIdentitySummary::OPERATION;
        Ok(self.api.read(operation, request).await?.body)
    }

    /// Lists the access of one type that is reviewed
    /// (`GET /certifications/{id}/access-summaries/{type}`).
    ///
    /// ```
    /// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
    /// # example(async |_, review| {
    /// use certs::filter::access_summary;
    /// use certs::model::AccessType;
    ///
    /// for access_type in [AccessType::Role, AccessType::AccessProfile, AccessType::Entitlement] {
    ///     let open = review
    ///         .access_summaries(access_type)
    ///         .filter(access_summary::completed().eq(false))
    ///         .in_stable_order();
    ///     let open: Vec<_> = open.stream().try_collect().await?;
    ///     println!("{access_type}: {}", open.len());
    /// }
    /// # Ok(()) });
    /// ```
    pub fn access_summaries(&self, access_type: AccessType) -> List<AccessSummaries> {
        List::new(self.api.clone(), (self.id.clone(), access_type))
    }
}

/// Counts decisions when it is awaited.
///
/// # Errors
///
/// Refused before sending if the filter has an empty list. Other errors are those of any call.
#[derive(Clone, Debug)]
#[must_use = "decisions are counted when this is awaited"]
pub struct GetDecisionSummary {
    review: Review,
    filter: Option<Filter<DecisionSummaries>>,
}

impl GetDecisionSummary {
    /// Counts only what the filter matches.
    pub fn filter(mut self, filter: Filter<DecisionSummaries>) -> Self {
        self.filter = Some(filter);
        self
    }

    async fn run(self) -> Result<DecisionSummary> {
        let Self { review, filter } = self;
        let request = || {
            let request = review.api.raw().get_identity_decision_summary();
            let mut request = request.id(review.path_id()?);
            if let Some(filter) = filter {
                let checked = filter.check();
                checked.map_err(|error| Error::refused(error.to_string()))?;
                request = request.filters(filter.to_string());
            }
            Ok(request.request()?)
        };
        let operation = v3::builder::GetIdentityDecisionSummary::OPERATION;
        Ok(review.api.read(operation, request).await?.body)
    }
}

awaited!(GetDecisionSummary -> DecisionSummary);

impl StableOrder for IdentitySummaries {
    fn stable_order() -> Sorter<Self> {
        identity_summary::name().asc()
    }
}

impl PagedEndpoint for IdentitySummaries {
    type Scope = Id;
    const OPERATION: Operation = v3::builder::GetIdentitySummaries::OPERATION;

    fn request(api: &Api, id: Id, query: Query) -> Result<Request<Bytes>> {
        let request = api.raw().get_identity_summaries();
        let request = request.id(path_id("certification id", id)?);
        Ok(paged!(request, query, sorters).request()?)
    }

    fn key(item: &IdentitySummary) -> Option<&str> {
        item.id.get()
    }
}

impl StableOrder for AccessSummaries {
    fn stable_order() -> Sorter<Self> {
        access_summary::access_name().asc()
    }
}

impl PagedEndpoint for AccessSummaries {
    type Scope = (Id, AccessType);
    const OPERATION: Operation = v3::builder::GetIdentityAccessSummaries::OPERATION;

    fn request(api: &Api, scope: Self::Scope, query: Query) -> Result<Request<Bytes>> {
        let (id, access_type) = scope;
        let request = api.raw().get_identity_access_summaries();
        let request = request.id(path_id("certification id", id)?);
        let request = request.type_(convert::v3::access_type(access_type));
        Ok(paged!(request, query, sorters).request()?)
    }

    fn key(item: &AccessSummary) -> Option<&str> {
        item.access_id()
    }
}
