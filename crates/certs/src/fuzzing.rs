//! The ways in for fuzzing to what has no public one: what comes from the wire, without a
//! wire. Only under `--cfg fuzzing`, which cargo-fuzz sets, and no part of the API.

#![allow(missing_docs, reason = "named after what they read")]

use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::error::Error;
use crate::http::service::Received;
use crate::model;
use crate::model::decode::{Records, decode, decode_page, one_by_one};

/// The error that an answer becomes to a request with this secret; `None` if HTTP itself does not
/// let it pass.
pub fn refusal(
    status: u16,
    retry_after: Option<&[u8]>,
    body: &[u8],
    secret: &str,
) -> Option<Error> {
    let mut headers = HeaderMap::new();
    if let Some(after) = retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from_bytes(after).ok()?);
    }
    let received = Received {
        status: StatusCode::from_u16(status).ok()?,
        headers,
        body: body.to_vec().into(),
    };
    Some(Error::from_received(
        (&Method::GET, "/fuzzed"),
        &received,
        secret,
    ))
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
/// If a page that can be read strictly is not read the same leniently, and record by record.
pub fn page(text: &[u8]) -> Option<(usize, usize)> {
    const MAX: usize = 250;

    let lenient: Records<model::AccessReviewItem> = decode_page(text, MAX, true).ok()?;
    if let Ok(strict) = decode_page::<model::AccessReviewItem>(text, MAX, false) {
        assert_eq!(strict.items, lenient.items);
        assert!(lenient.unreadable.is_empty());
        let each = one_by_one::<model::AccessReviewItem>(text, MAX, false);
        assert_eq!(each.ok().map(|each| each.items), Some(strict.items));
    }
    assert!(lenient.received <= MAX);
    assert_eq!(lenient.items.len() + lenient.gaps.len(), lenient.received);
    Some((lenient.items.len(), lenient.received))
}
