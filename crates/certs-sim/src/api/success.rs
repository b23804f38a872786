//! Successful responses of operations.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::ser::Error as _;
use serde::{Serialize, Serializer};

use crate::error::ApiError;
use crate::query::page::Page;
use crate::state::review::Extra;

/// JSON, written under the lock of the state so that it is consistent.
#[derive(Debug)]
pub(crate) struct Success {
    body: Vec<u8>,
    total: Option<usize>,
    status: StatusCode,
}

impl Success {
    pub(crate) fn one(value: &impl Serialize) -> Result<Self, ApiError> {
        let body = serde_json::to_vec(value).map_err(|error| {
            ApiError::fault(format!("The response cannot be written: {error}."))
        })?;
        Ok(Self {
            body,
            total: None,
            status: StatusCode::OK,
        })
    }

    /// The same, for something that is done later.
    pub(crate) fn accepted(value: &impl Serialize) -> Result<Self, ApiError> {
        Ok(Self {
            status: StatusCode::ACCEPTED,
            ..Self::one(value)?
        })
    }

    /// A response without content that confirms success.
    pub(crate) fn nothing() -> Self {
        Self {
            body: Vec::new(),
            total: None,
            status: StatusCode::NO_CONTENT,
        }
    }

    /// A page of a collection of `total` records.
    pub(crate) fn page(
        records: &[impl Serialize],
        total: usize,
        page: Page,
    ) -> Result<Self, ApiError> {
        let mut response = Self::one(&records)?;
        response.total = page.count.then_some(total);
        Ok(response)
    }
}

impl IntoResponse for Success {
    fn into_response(self) -> Response {
        const TOTAL: HeaderName = HeaderName::from_static("x-total-count");
        let mut response = Body::from(self.body).into_response();
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if self.status == StatusCode::NO_CONTENT {
            headers.remove(header::CONTENT_TYPE);
        } else {
            let json = HeaderValue::from_static("application/json");
            headers.insert(header::CONTENT_TYPE, json);
        }
        if let Some(total) = self.total {
            headers.insert(TOTAL, total.into());
        }
        response
    }
}

/// A record with additional fields, which may override those of the simulator.
pub(crate) struct WithExtra<'a, T> {
    pub(crate) record: T,
    pub(crate) extra: Option<&'a Extra>,
}

impl<T: Serialize> Serialize for WithExtra<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(extra) = self.extra else {
            return self.record.serialize(serializer);
        };
        let mut record = serde_json::to_value(&self.record).map_err(S::Error::custom)?;
        if let Some(fields) = record.as_object_mut() {
            let extra = extra.iter();
            fields.extend(extra.map(|(name, value)| (name.clone(), value.clone())));
        }
        record.serialize(serializer)
    }
}
