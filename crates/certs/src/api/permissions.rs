//! Permissions: what an entitlement under review lets its holder do.

use bytes::Bytes;
use certs_raw::{Operation, v3};
use http::Request;

use super::Api;
use super::certifications::Review;
use super::ids::path_id;
use super::list::{List, PagedEndpoint, Query, paged};
use crate::error::Result;
use crate::filter::endpoint::Permissions;
use crate::model::{Id, Permission};

/// The certification, and the item.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct ItemScope {
    certification: Id,
    item: Id,
}

impl ItemScope {
    pub(super) fn new(certification: &Id, item: impl Into<Id>) -> Self {
        Self {
            certification: certification.clone(),
            item: item.into(),
        }
    }

    pub(super) fn path_ids(&self) -> Result<(String, String)> {
        let certification = path_id("certification id", &self.certification)?;
        Ok((certification, path_id("item id", &self.item)?))
    }
}

impl Review {
    /// Lists the permissions of an item's entitlement
    /// (`GET /certifications/{id}/access-review-items/{item}/permissions`).
    pub fn permissions(&self, item_id: impl Into<Id>) -> List<Permissions> {
        List::new(self.api.clone(), ItemScope::new(&self.id, item_id))
    }
}

impl PagedEndpoint for Permissions {
    type Scope = ItemScope;
    const OPERATION: Operation = v3::builder::GetIdentityCertificationItemPermissions::OPERATION;

    fn request(api: &Api, scope: ItemScope, query: Query) -> Result<Request<Bytes>> {
        let (certification, item) = scope.path_ids()?;
        let request = api.raw().get_identity_certification_item_permissions();
        let request = request.certification_id(certification).item_id(item);
        Ok(paged!(request, query).request()?)
    }

    fn key(item: &Permission) -> Option<&str> {
        item.target.as_deref()
    }
}
