//! Shared by all writes of campaigns, templates and filters.

use bytes::Bytes;
use certs_raw::Operation;
use http::Request;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::api::Api;
use crate::error::{Error, Result};
use crate::http::retry::Idempotency;

impl Api {
    /// Creates something. If the response does not say what was created, the error says that it
    /// was.
    pub(super) async fn create<T: DeserializeOwned>(
        &self,
        operation: Operation,
        request: impl FnOnce() -> Result<Request<Bytes>>,
    ) -> Result<T> {
        let response = self.write(operation, Idempotency::NotIdempotent, request);
        response.await?.ok_or_else(|| {
            let why = "it is created, and the response does not say which one it is: find it by its \
                       name in the list";
            let error = Error::undecodable(why).of_write();
            error.during(self.operation(operation))
        })
    }

    /// Makes a change that is safe to send twice, and returns the result: from the response, or by
    /// reading it if the response is empty.
    pub(super) async fn set<T: DeserializeOwned>(
        &self,
        operation: Operation,
        request: impl FnOnce() -> Result<Request<Bytes>>,
        read: impl AsyncFnOnce() -> Result<T>,
    ) -> Result<T> {
        match self
            .write(operation, Idempotency::Idempotent, request)
            .await?
        {
            Some(received) => Ok(received),
            None => read().await,
        }
    }

    /// Sends a write whose response holds nothing of use.
    pub(super) async fn order(
        &self,
        operation: Operation,
        idempotency: Idempotency,
        request: impl FnOnce() -> Result<Request<Bytes>>,
    ) -> Result<()> {
        let response = self.write::<IgnoredAny>(operation, idempotency, request);
        response.await.map(drop)
    }
}
