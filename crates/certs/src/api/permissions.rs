//! Permissions: what an entitlement under review lets its holder do.

use certs_raw::Operation;

use super::certifications::Review;
use super::{Fetching, Sealed, beta, paged, path_id, v3};
use crate::api::beta::BetaReview;
use crate::api::list::{List, Listed, Query};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::filter::endpoint::{BetaPermissions, Permissions};
use crate::http::call_list;
use crate::model::Permission;

/// Which item of which certification.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct Scope {
    certification: String,
    item: String,
}

impl Scope {
    fn path_ids(self, operation: Operation) -> Result<(String, String)> {
        let refused = |error: Error| error.during(operation);
        let certification = path_id("certification id", self.certification).map_err(refused)?;
        Ok((
            certification,
            path_id("item id", self.item).map_err(refused)?,
        ))
    }
}

impl Review {
    /// Lists the permissions of an item's entitlement
    /// (`GET /v3/certifications/{id}/access-review-items/{item}/permissions`).
    pub fn permissions(&self, item_id: impl Into<String>) -> List<Permissions> {
        let scope = Scope {
            certification: self.id.clone(),
            item: item_id.into(),
        };
        List::new(self.client.clone(), scope)
    }
}

impl BetaReview {
    /// Lists the permissions of an item's entitlement
    /// (`GET /beta/certifications/{id}/access-review-items/{item}/permissions`).
    pub fn permissions(&self, item_id: impl Into<String>) -> List<BetaPermissions> {
        let scope = Scope {
            certification: self.id.clone(),
            item: item_id.into(),
        };
        List::new(self.client.clone(), scope)
    }
}

macro_rules! listed {
    ($endpoint:ident, $version:ident, $raw:ident) => {
        impl Sealed for $endpoint {}

        impl Listed for $endpoint {
            type Item = Permission;
            type Scope = Scope;
            const OPERATION: Operation = $version("get_identity_certification_item_permissions");

            fn fetch(client: Client, scope: Scope, query: Query) -> Fetching<Permission> {
                Box::pin(async move {
                    let (certification, item) = scope.path_ids(Self::OPERATION)?;
                    let request = client.$raw().get_identity_certification_item_permissions();
                    let request = request.certification_id(certification).item_id(item);
                    let request = paged!(request, query);
                    call_list(Self::OPERATION, query.lenient, request.send()).await
                })
            }

            fn key(item: &Permission) -> &str {
                item.target.as_deref().unwrap_or_default()
            }
        }
    };
}

listed!(Permissions, v3, raw);
listed!(BetaPermissions, beta, raw_beta);
