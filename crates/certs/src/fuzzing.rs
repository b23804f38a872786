//! The ways in for fuzzing to what has no public one: what comes from the wire, without a
//! wire. Only under `--cfg fuzzing`, which cargo-fuzz sets, and no part of the API.

#![allow(missing_docs, reason = "named after what they read")]

use certs_raw::Operation;
use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::error::Error;
use crate::http::service::Received;
use crate::model;
use crate::model::decode::{Records, decode, decode_page};

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
        /// A record as it is answered.
        pub fn $name(text: &[u8]) -> Option<model::$model> {
            decode(text).ok()
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

/// How many items of a page can be read, and how many of its places are taken.
///
/// # Panics
///
/// If a page that can be read strictly is not read the same leniently.
pub fn page(text: &[u8]) -> Option<(usize, usize)> {
    const MAX: usize = 250;

    let lenient: Records<model::AccessReviewItem> = decode_page(text, MAX, true).ok()?;
    if let Ok(strict) = decode_page::<model::AccessReviewItem>(text, MAX, false) {
        assert_eq!(strict.items, lenient.items);
        assert!(lenient.unreadable.is_empty());
    }
    assert!(lenient.received <= MAX);
    assert_eq!(lenient.items.len() + lenient.gaps.len(), lenient.received);
    Some((lenient.items.len(), lenient.received))
}
