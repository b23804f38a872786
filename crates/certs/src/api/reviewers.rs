//! Reviewers of a certification.

use bytes::Bytes;
use certs_raw::{Operation, v3};
use http::Request;

use super::Api;
use super::certifications::Review;
use super::ids::path_id;
use super::list::{List, PagedEndpoint, Query, paged};
use crate::error::Result;
use crate::filter::endpoint::Reviewers;
use crate::model::{Id, IdentityReference};

impl Review {
    /// Lists the certification's reviewers (`GET /certifications/{id}/reviewers`).
    pub fn reviewers(&self) -> List<Reviewers> {
        List::new(self.api.clone(), self.id.clone())
    }
}

impl PagedEndpoint for Reviewers {
    type Scope = Id;
    const OPERATION: Operation = v3::builder::ListCertificationReviewers::OPERATION;

    fn request(api: &Api, id: Id, query: Query) -> Result<Request<Bytes>> {
        let request = api.raw().list_certification_reviewers();
        let request = request.id(path_id("certification id", id)?);
        Ok(paged!(request, query, sorters).request()?)
    }

    fn key(item: &IdentityReference) -> Option<&str> {
        item.id.get()
    }
}
