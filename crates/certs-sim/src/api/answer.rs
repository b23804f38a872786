//! What an operation answers when all went well.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::error::ApiError;
use crate::query::page::Page;

/// JSON, written while the state is held so that it shows one moment.
#[derive(Debug)]
pub(crate) struct Answer {
    body: Vec<u8>,
    total: Option<usize>,
}

impl Answer {
    pub(crate) fn one(value: &impl Serialize) -> Result<Self, ApiError> {
        let body = serde_json::to_vec(value)
            .map_err(|error| ApiError::fault(format!("The answer cannot be written: {error}.")))?;
        Ok(Self { body, total: None })
    }

    /// A page of a collection of `total` records.
    pub(crate) fn page(
        records: &[impl Serialize],
        total: usize,
        page: Page,
    ) -> Result<Self, ApiError> {
        let mut answer = Self::one(&records)?;
        answer.total = page.count.then_some(total);
        Ok(answer)
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        const TOTAL: HeaderName = HeaderName::from_static("x-total-count");
        let mut response = Body::from(self.body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        if let Some(total) = self.total {
            headers.insert(TOTAL, total.into());
        }
        response
    }
}
