//! Certifications: finding them, and the handle to one.

use certs_raw::Operation;

use super::{Fetching, Sealed, beta, paged, path_id, v3};
use crate::api::beta::{BetaClient, BetaReview};
use crate::api::list::{List, Listed, Query};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::filter::endpoint::{BetaCertifications, Certifications};
use crate::filter::{self, certification};
use crate::http::{call, call_list};
use crate::model::{Certification, IdentityReference, Reviewer};

/// Whose certifications or tasks to list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReviewerIdentity {
    /// The owner of the token.
    Me,
    /// The identity of this id.
    Id(String),
}

impl ReviewerIdentity {
    /// The value of the parameter. Without a value it would not narrow the list.
    pub(crate) fn into_wire(self, operation: Operation) -> Result<String> {
        match self {
            Self::Me => Ok("me".to_owned()),
            Self::Id(id) if id.is_empty() => {
                let why = "the reviewer's id is empty: the answer it came from did not carry one";
                Err(Error::refused(why).during(operation))
            }
            Self::Id(id) => Ok(id),
        }
    }
}

impl From<&str> for ReviewerIdentity {
    fn from(id: &str) -> Self {
        Self::Id(id.to_owned())
    }
}

impl From<String> for ReviewerIdentity {
    fn from(id: String) -> Self {
        Self::Id(id)
    }
}

impl From<&String> for ReviewerIdentity {
    fn from(id: &String) -> Self {
        Self::Id(id.clone())
    }
}

impl From<&Reviewer> for ReviewerIdentity {
    fn from(reviewer: &Reviewer) -> Self {
        Self::Id(reviewer.id.clone())
    }
}

impl From<&IdentityReference> for ReviewerIdentity {
    fn from(identity: &IdentityReference) -> Self {
        Self::Id(identity.id.clone())
    }
}

impl Client {
    /// Lists certifications that the token's owner may review (`GET /v3/certifications`).
    pub fn certifications(&self) -> List<Certifications> {
        List::new(self.clone(), None)
    }

    /// The certification of this id, to be worked on. Nothing is sent yet, and whether it
    /// exists shows with the first call.
    pub fn certification(&self, id: impl Into<String>) -> Review {
        Review {
            client: self.clone(),
            id: id.into(),
        }
    }
}

impl List<Certifications> {
    /// Lists only the certifications of this reviewer.
    pub fn reviewer(mut self, reviewer: impl Into<ReviewerIdentity>) -> Self {
        self.scope = Some(reviewer.into());
        self
    }

    /// Orders the list by name and due date, which decisions do not change, after any
    /// sorters that are set already. Records that are equal in all of it keep no order, and
    /// what a filter on decisions lists shifts all the same.
    pub fn in_stable_order(self) -> Self {
        self.sort(certification::name().asc())
            .sort(certification::due().asc())
    }
}

impl Sealed for Certifications {}

impl Listed for Certifications {
    type Item = Certification;
    type Scope = Option<ReviewerIdentity>;
    const OPERATION: Operation = v3("list_identity_certifications");

    fn fetch(client: Client, reviewer: Self::Scope, query: Query) -> Fetching<Certification> {
        Box::pin(async move {
            let mut request = paged!(client.raw().list_identity_certifications(), query, sorters);
            if let Some(reviewer) = reviewer {
                request = request.reviewer_identity(reviewer.into_wire(Self::OPERATION)?);
            }
            call_list(Self::OPERATION, query.lenient, request.send()).await
        })
    }

    fn key(item: &Certification) -> &str {
        &item.id
    }
}

impl BetaClient {
    /// Lists certifications that the token's owner may review (`GET /beta/certifications`).
    pub fn certifications(&self) -> List<BetaCertifications> {
        List::new(self.client.clone(), None)
    }

    /// The certification of this id, to be worked on. Nothing is sent yet.
    pub fn certification(&self, id: impl Into<String>) -> BetaReview {
        BetaReview {
            client: self.client.clone(),
            id: id.into(),
        }
    }
}

impl List<BetaCertifications> {
    /// Lists only the certifications of this reviewer.
    pub fn reviewer(mut self, reviewer: impl Into<ReviewerIdentity>) -> Self {
        self.scope = Some(reviewer.into());
        self
    }

    /// Orders the list by name and due date, which decisions do not change, after any
    /// sorters that are set already. Records that are equal in all of it keep no order, and
    /// what a filter on decisions lists shifts all the same.
    pub fn in_stable_order(self) -> Self {
        self.sort(filter::beta::certification::name().asc())
            .sort(filter::beta::certification::due().asc())
    }
}

impl Sealed for BetaCertifications {}

impl Listed for BetaCertifications {
    type Item = Certification;
    type Scope = Option<ReviewerIdentity>;
    const OPERATION: Operation = beta("list_certifications");

    fn fetch(client: Client, reviewer: Self::Scope, query: Query) -> Fetching<Certification> {
        Box::pin(async move {
            let mut request = paged!(client.raw_beta().list_certifications(), query, sorters);
            if let Some(reviewer) = reviewer {
                request = request.reviewer_identity(reviewer.into_wire(Self::OPERATION)?);
            }
            call_list(Self::OPERATION, query.lenient, request.send()).await
        })
    }

    fn key(item: &Certification) -> &str {
        &item.id
    }
}

/// One certification, to be worked on: its items, its decisions, its end.
///
/// Made by [`Client::certification`]. It holds an id and a client, no data; clones are
/// cheap.
///
/// Certifications that are assigned to a governance group can be listed but not worked on:
/// the service answers 400 to most calls here.
#[derive(Clone, Debug)]
pub struct Review {
    pub(crate) client: Client,
    pub(crate) id: String,
}

impl Review {
    /// The certification's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Gets the certification as it is now (`GET /v3/certifications/{id}`).
    ///
    /// # Errors
    ///
    /// Not found, forbidden, and whatever else the call meets.
    pub async fn get(&self) -> Result<Certification> {
        const OPERATION: Operation = v3("get_identity_certification");
        let request = self
            .client
            .raw()
            .get_identity_certification()
            .id(self.path_id(OPERATION)?);
        Ok(call(OPERATION, request.send()).await?.body)
    }

    pub(crate) fn path_id(&self, operation: Operation) -> Result<String> {
        path_id("certification id", self.id.clone()).map_err(|error| error.during(operation))
    }
}
