//! Entry points for fuzzing: decoders of the service's responses, which have no public function of
//! their own. Compiled only with `--cfg fuzzing`, which cargo-fuzz sets; not part of the API.

#![allow(missing_docs, reason = "named after what they read")]

use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::error::Error;
use crate::http::service::Received;
use crate::model;
use crate::model::decode::{Records, decode, decode_page, one_by_one};

/// The error of a failed request that carried this secret; `None` if the response is not valid
/// HTTP.
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
        /// Decodes a record of a response.
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

/// The number of items of a page that can be read, and the number of all its elements.
///
/// # Panics
///
/// If strict, lenient and one-by-one decoding of a page differ.
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
