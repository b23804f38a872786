//! Certifications: finding them, and the handle to one.

use bytes::Bytes;
use certs_raw::{Operation, v3};
use http::Request;

use super::Api;
use super::ids::{path_id, required};
use super::list::{PagedEndpoint, Query, StableOrder, paged};
use crate::error::Result;
use crate::filter::endpoint::Certifications;
use crate::filter::{Sorter, certification};
use crate::model::{Certification, Id};

/// Whose certifications or tasks to list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReviewerIdentity {
    /// The owner of the token.
    Me,
    /// The identity of this id.
    Id(Id),
}

impl ReviewerIdentity {
    /// The value of the parameter. An empty value would not narrow the list.
    pub(super) fn into_wire(self) -> Result<String> {
        match self {
            Self::Me => Ok("me".to_owned()),
            Self::Id(id) => required("reviewer's id", &id).map(str::to_owned),
        }
    }
}

impl<I: Into<Id>> From<I> for ReviewerIdentity {
    fn from(id: I) -> Self {
        Self::Id(id.into())
    }
}

impl StableOrder for Certifications {
    fn stable_order() -> Sorter<Self> {
        certification::name().asc().then(certification::due().asc())
    }
}

impl PagedEndpoint for Certifications {
    type Scope = Option<ReviewerIdentity>;
    const OPERATION: Operation = v3::builder::ListIdentityCertifications::OPERATION;

    fn request(api: &Api, reviewer: Self::Scope, query: Query) -> Result<Request<Bytes>> {
        let mut request = paged!(api.raw().list_identity_certifications(), query, sorters);
        if let Some(reviewer) = reviewer {
            request = request.reviewer_identity(reviewer.into_wire()?);
        }
        Ok(request.request()?)
    }

    fn key(item: &Certification) -> Option<&str> {
        item.id.get()
    }
}

/// One certification to work on: its items, decisions and sign-off.
///
/// Made by [`Client::certification`](crate::Client::certification). It holds an id and a client,
/// but no data; clones are cheap.
///
/// Certifications that are assigned to a governance group can be listed but not worked on: the
/// service returns 400 for most calls here.
#[derive(Clone, Debug)]
pub struct Review {
    pub(crate) api: Api,
    pub(crate) id: Id,
}

impl Review {
    pub(crate) fn new(api: &Api, id: impl Into<Id>) -> Self {
        Self {
            api: api.clone(),
            id: id.into(),
        }
    }

    /// The certification's id.
    #[must_use]
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// Gets the certification (`GET /certifications/{id}`).
    ///
    /// # Errors
    ///
    /// Errors are those of any call, such as not found or forbidden.
    pub async fn get(&self) -> Result<Certification> {
        let request = || {
            let request = self.api.raw().get_identity_certification();
            Ok(request.id(self.path_id()?).request()?)
        };
        let operation = v3::builder::GetIdentityCertification::OPERATION;
        Ok(self.api.read(operation, request).await?.body)
    }

    pub(crate) fn path_id(&self) -> Result<String> {
        path_id("certification id", &self.id)
    }
}
