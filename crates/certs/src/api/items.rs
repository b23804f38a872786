//! Access review items: what a certification asks its reviewer to decide.

use certs_raw::Operation;

use super::certifications::Review;
use super::{Fetching, Sealed, paged, path_id, v3};
use crate::api::list::{List, Listed, Query};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::filter::endpoint::Items;
use crate::filter::item;
use crate::http::call_list;
use crate::model::{AccessReviewItem, Origin};

/// Which certification's items, and of which access.
#[doc(hidden)]
#[derive(Clone, Debug, Default)]
pub struct Scope {
    certification: String,
    entitlements: Option<Vec<String>>,
    access_profiles: Option<Vec<String>>,
    roles: Option<Vec<String>>,
}

impl Review {
    /// Lists what is to be decided (`GET /v3/certifications/{id}/access-review-items`).
    pub fn items(&self) -> List<Items> {
        let scope = Scope {
            certification: self.id.clone(),
            ..Scope::default()
        };
        List::new(self.client.clone(), scope)
    }
}

/// `entitlements`, `access_profiles` and `roles` exclude one another: the service takes one,
/// and a list with two is refused before it is sent.
impl List<Items> {
    /// Lists only items about these entitlements.
    pub fn entitlements<S: Into<String>>(mut self, ids: impl IntoIterator<Item = S>) -> Self {
        self.scope.entitlements = Some(ids.into_iter().map(Into::into).collect());
        self
    }

    /// Lists only items about these access profiles.
    pub fn access_profiles<S: Into<String>>(mut self, ids: impl IntoIterator<Item = S>) -> Self {
        self.scope.access_profiles = Some(ids.into_iter().map(Into::into).collect());
        self
    }

    /// Lists only items about these roles.
    pub fn roles<S: Into<String>>(mut self, ids: impl IntoIterator<Item = S>) -> Self {
        self.scope.roles = Some(ids.into_iter().map(Into::into).collect());
        self
    }

    /// Orders the list by identity, access type and access name, which decisions do not change,
    /// after any sorters that are set already. Records that are equal in all of it keep no
    /// order, and what a filter on decisions lists shifts all the same.
    pub fn in_stable_order(self) -> Self {
        self.sort(item::identity_summary_name().asc())
            .sort(item::access_type().asc())
            .sort(item::access_name().asc())
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
                "{} exclude one another: ask for each in a list of its own",
                named.join(" and ")
            )));
        }
        Ok(())
    }
}

/// Ids with commas between, as the three parameters take them.
fn comma_separated(what: &str, ids: Vec<String>) -> Result<String> {
    if ids.is_empty() {
        return Err(Error::refused(format!(
            "the list of {what} is empty: leave it away, or name one"
        )));
    }
    if let Some(id) = ids.iter().find(|id| id.is_empty() || id.contains(',')) {
        return Err(Error::refused(format!(
            "`{id}` cannot be one of the {what}: ids are not empty and have no comma"
        )));
    }
    Ok(ids.join(","))
}

impl Sealed for Items {}

impl Listed for Items {
    type Item = AccessReviewItem;
    type Scope = Scope;
    const OPERATION: Operation = v3("list_identity_access_review_items");

    fn fetch(client: Client, scope: Scope, query: Query) -> Fetching<AccessReviewItem> {
        Box::pin(async move {
            let refused = |error: Error| error.during(Self::OPERATION);
            scope.check().map_err(refused)?;
            let Scope {
                certification,
                entitlements,
                access_profiles,
                roles,
            } = scope;
            let origin = Origin::new(&certification);
            let id = path_id("certification id", certification).map_err(refused)?;
            let request = client.raw().list_identity_access_review_items().id(id);
            let mut request = paged!(request, query, sorters);
            if let Some(ids) = entitlements {
                let ids = comma_separated("entitlements", ids).map_err(refused)?;
                request = request.entitlements(ids);
            }
            if let Some(ids) = access_profiles {
                let ids = comma_separated("access profiles", ids).map_err(refused)?;
                request = request.access_profiles(ids);
            }
            if let Some(ids) = roles {
                request = request.roles(comma_separated("roles", ids).map_err(refused)?);
            }
            let mut answer = call_list(Self::OPERATION, query.lenient, request.send()).await?;
            for item in &mut answer.body.items {
                item.origin = origin.clone();
            }
            Ok(answer)
        })
    }

    fn key(item: &AccessReviewItem) -> &str {
        &item.id
    }
}
