//! The ways in for fuzzing to what has no public one: what comes from the wire, without a
//! wire. Only under `--cfg fuzzing`, which cargo-fuzz sets, and no part of the API.

#![allow(missing_docs, reason = "named after what they read")]

use certs_raw::{Operation, beta, v3};
use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::Value;

use super::{Received, repair};
use crate::error::Error;
use crate::model;
use crate::model::convert;

/// The error that an answer becomes; `None` if HTTP itself does not let it pass.
pub fn refusal(status: u16, retry_after: Option<&[u8]>, body: &[u8]) -> Option<Error> {
    let mut headers = HeaderMap::new();
    if let Some(after) = retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from_bytes(after).ok()?);
    }
    let received = Received {
        status: StatusCode::from_u16(status).ok()?,
        headers,
        body: body.to_vec().into(),
    };
    let operation = Operation {
        version: "v3",
        id: "fuzzed",
    };
    Some(Error::from_received(operation, &received))
}

macro_rules! records {
    ($($name:ident: $raw:ty, $convert:path => $model:ty;)+) => {$(
        /// A record as lists and single answers read it, with the second look and all.
        pub fn $name(record: &Value) -> Option<$model> {
            repair::decode::<$raw>(record.clone()).ok().map($convert)
        }
    )+};
}

records! {
    certification: v3::types::IdentityCertificationDto, convert::v3::certification
        => model::Certification;
    item: v3::types::AccessReviewItem, convert::v3::access_review_item
        => model::AccessReviewItem;
    identity_summary: v3::types::CertificationIdentitySummary, convert::v3::identity_summary
        => model::IdentitySummary;
    access_summary: v3::types::AccessSummary, convert::v3::access_summary
        => model::AccessSummary;
    decision_summary: v3::types::IdentityCertDecisionSummary, convert::v3::decision_summary
        => model::DecisionSummary;
    task: v3::types::CertificationTask, convert::v3::task => model::Task;
    reviewer: v3::types::IdentityReferenceWithNameAndEmail, convert::v3::identity_reference
        => model::IdentityReference;
    permission: v3::types::PermissionDto, convert::v3::permission => model::Permission;
    beta_certification: beta::types::CertificationDto, convert::beta::certification
        => model::Certification;
    beta_task: beta::types::IdentityCertificationTask, convert::beta::task => model::Task;
}
