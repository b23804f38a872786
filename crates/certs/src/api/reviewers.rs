//! Reviewers of a certification.

use certs_raw::Operation;

use super::certifications::Review;
use super::{Fetching, Sealed, beta, paged, path_id, v3};
use crate::api::beta::BetaReview;
use crate::api::list::{List, Listed, Query};
use crate::client::Client;
use crate::filter::endpoint::{BetaReviewers, Reviewers};
use crate::http::call_list;
use crate::model::IdentityReference;

impl Review {
    /// Lists who reviews (`GET /v3/certifications/{id}/reviewers`).
    pub fn reviewers(&self) -> List<Reviewers> {
        List::new(self.client.clone(), self.id.clone())
    }
}

impl BetaReview {
    /// Lists who reviews (`GET /beta/certifications/{id}/reviewers`).
    pub fn reviewers(&self) -> List<BetaReviewers> {
        List::new(self.client.clone(), self.id.clone())
    }
}

macro_rules! listed {
    ($endpoint:ident, $version:ident, $raw:ident) => {
        impl Sealed for $endpoint {}

        impl Listed for $endpoint {
            type Item = IdentityReference;
            type Scope = String;
            const OPERATION: Operation = $version("list_certification_reviewers");

            fn fetch(client: Client, id: String, query: Query) -> Fetching<IdentityReference> {
                Box::pin(async move {
                    let id = path_id("certification id", id)
                        .map_err(|error| error.during(Self::OPERATION))?;
                    let request = client.$raw().list_certification_reviewers().id(id);
                    let request = paged!(request, query, sorters);
                    call_list(Self::OPERATION, query.lenient, request.send()).await
                })
            }

            fn key(item: &IdentityReference) -> &str {
                &item.id
            }
        }
    };
}

listed!(Reviewers, v3, raw);
listed!(BetaReviewers, beta, raw_beta);
