//! Access review items: what a certification asks its reviewer to decide.

use bytes::Bytes;
use certs_raw::{Operation, v3};
use http::Request;

use super::Api;
use super::certifications::Review;
use super::ids::{path_id, required};
use super::list::{List, PagedEndpoint, Query, StableOrder, paged};
use crate::error::{Error, Result};
use crate::filter::endpoint::Items;
use crate::filter::{Sorter, item};
use crate::model::{AccessReviewItem, Id, Origin};

/// The certification, and the access, whose items are listed.
#[doc(hidden)]
#[derive(Clone, Debug, Default)]
pub struct Scope {
    certification: Id,
    entitlements: Option<Vec<Id>>,
    access_profiles: Option<Vec<Id>>,
    roles: Option<Vec<Id>>,
}

impl Review {
    /// Lists what is to be decided (`GET /certifications/{id}/access-review-items`).
    pub fn items(&self) -> List<Items> {
        let scope = Scope {
            certification: self.id.clone(),
            ..Scope::default()
        };
        List::new(self.api.clone(), scope)
    }
}

/// `entitlements`, `access_profiles` and `roles` exclude one another: the service takes one,
/// and a list with two is refused before it is sent.
impl List<Items> {
    /// Lists only items about these entitlements.
    pub fn entitlements(mut self, ids: impl IntoIterator<Item: Into<Id>>) -> Self {
        self.scope.entitlements = Some(ids.into_iter().map(Into::into).collect());
        self
    }

    /// Lists only items about these access profiles.
    pub fn access_profiles(mut self, ids: impl IntoIterator<Item: Into<Id>>) -> Self {
        self.scope.access_profiles = Some(ids.into_iter().map(Into::into).collect());
        self
    }

    /// Lists only items about these roles.
    pub fn roles(mut self, ids: impl IntoIterator<Item: Into<Id>>) -> Self {
        self.scope.roles = Some(ids.into_iter().map(Into::into).collect());
        self
    }
}

impl Scope {
    /// At most one of the three is set.
    fn check(&self) -> Result<()> {
        let set = [
            ("entitlements", &self.entitlements),
            ("access_profiles", &self.access_profiles),
            ("roles", &self.roles),
        ];
        let named: Vec<_> = set
            .iter()
            .filter(|(_, ids)| ids.is_some())
            .map(|(n, _)| *n)
            .collect();
        if named.len() > 1 {
            return Err(Error::refused(format!(
                "{} cannot be combined: make a separate list for each",
                named.join(" and ")
            )));
        }
        Ok(())
    }
}

/// Ids with commas between, as the three parameters take them.
fn comma_separated(what: &str, ids: &[Id]) -> Result<String> {
    if ids.is_empty() {
        return Err(Error::refused(format!(
            "the list of {what} is empty: leave it out, or name one"
        )));
    }
    let one = |id| match required(format_args!("id of one of the {what}"), id)? {
        id if id.contains(',') => Err(Error::refused(format!(
            "`{id}` cannot be one of the {what}: ids have no comma"
        ))),
        id => Ok(id),
    };
    let ids: Vec<_> = ids.iter().map(one).collect::<Result<_>>()?;
    Ok(ids.join(","))
}

impl StableOrder for Items {
    fn stable_order() -> Sorter<Self> {
        item::identity_summary_name()
            .asc()
            .then(item::access_type().asc())
            .then(item::access_name().asc())
    }
}

impl PagedEndpoint for Items {
    type Scope = Scope;
    const OPERATION: Operation = v3::builder::ListIdentityAccessReviewItems::OPERATION;

    fn request(api: &Api, scope: Scope, query: Query) -> Result<Request<Bytes>> {
        scope.check()?;
        let id = path_id("certification id", &scope.certification)?;
        let request = api.raw().list_identity_access_review_items().id(id);
        let mut request = paged!(request, query, sorters);
        if let Some(ids) = scope.entitlements {
            request = request.entitlements(comma_separated("entitlements", &ids)?);
        }
        if let Some(ids) = scope.access_profiles {
            request = request.access_profiles(comma_separated("access profiles", &ids)?);
        }
        if let Some(ids) = scope.roles {
            request = request.roles(comma_separated("roles", &ids)?);
        }
        Ok(request.request()?)
    }

    fn complete(scope: &Scope, item: &mut AccessReviewItem) {
        item.origin = Origin::new(&scope.certification);
    }

    fn key(item: &AccessReviewItem) -> Option<&str> {
        item.id.get()
    }
}
