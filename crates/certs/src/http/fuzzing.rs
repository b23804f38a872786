//! The ways in for fuzzing to what has no public one: what comes from the wire, without a
//! wire. Only under `--cfg fuzzing`, which cargo-fuzz sets, and no part of the API.

#![allow(missing_docs, reason = "named after what they read")]

use certs_raw::Operation;
use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderValue, StatusCode};

use super::{Received, repair};
use crate::error::Error;
use crate::model;
use crate::model::reader;

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
    ($($name:ident: $model:ident;)+) => {$(
        /// A record as lists and single answers read it, with the second look and all.
        ///
        /// # Panics
        ///
        /// If the fast reader takes what `serde_json` does not, or for something else.
        pub fn $name(text: &str) -> Option<model::$model> {
            let exact = serde_json::from_str(text);
            if let Ok(fast) = reader::read::<model::$model>(text) {
                assert_eq!(exact.as_ref().ok(), Some(&fast), "{text}");
            }
            exact.ok().or_else(|| {
                let value = serde_json::from_str(text).ok()?;
                repair::decode::<model::$model>(value).ok()
            })
        }
    )+};
}

records! {
    certification: Certification;
    item: AccessReviewItem;
    identity_summary: IdentitySummary;
    access_summary: AccessSummary;
    decision_summary: DecisionSummary;
    task: Task;
    reviewer: IdentityReference;
    permission: Permission;
}
