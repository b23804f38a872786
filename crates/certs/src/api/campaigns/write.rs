//! What the writes of campaigns, templates and filters have in common.

use bytes::Bytes;
use certs_raw::Operation;
use http::Request;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::api::Api;
use crate::error::{Error, Result};
use crate::http::retry::Idempotency;

impl Api {
    /// Creates something. An answer that does not say what was made is an error: it was made all
    /// the same.
    pub(super) async fn create<T: DeserializeOwned>(
        &self,
        operation: Operation,
        request: impl FnOnce() -> Result<Request<Bytes>>,
    ) -> Result<T> {
        let answer = self.write(operation, Idempotency::NotIdempotent, request);
        answer.await?.ok_or_else(|| {
            let why = "it is created, and the answer does not say which one it is: find it by its \
                       name in the list";
            let error = Error::undecodable(why).of_write();
            error.during(self.operation(operation))
        })
    }

    /// Sets something to what it may already be, so that it can be sent again, and returns it as
    /// it is then: as it was answered, or else as it is read.
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
            Some(answered) => Ok(answered),
            None => read().await,
        }
    }

    /// Sends what is answered without anything to know.
    pub(super) async fn order(
        &self,
        operation: Operation,
        idempotency: Idempotency,
        request: impl FnOnce() -> Result<Request<Bytes>>,
    ) -> Result<()> {
        let answer = self.write::<IgnoredAny>(operation, idempotency, request);
        answer.await.map(drop)
    }
}
