//! One call of a generated client, with its outcome in our terms.

use std::future::Future;

use certs_raw::Operation;
use progenitor_client::{Error as RawError, ResponseValue};
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

use super::carry;
use crate::error::Error;

/// A decoded body with the headers it came with.
#[doc(hidden)]
pub struct Answer<T> {
    pub(crate) body: T,
    pub(crate) headers: HeaderMap,
}

/// Awaits a call of a generated client.
pub(crate) async fn call<T: DeserializeOwned>(
    operation: Operation,
    sent: impl Future<Output = Result<ResponseValue<T>, RawError<()>>>,
) -> Result<Answer<T>, Error> {
    let error = match sent.await {
        Ok(value) => {
            let headers = value.headers().clone();
            return Ok(Answer {
                body: value.into_inner(),
                headers,
            });
        }
        Err(error) => error,
    };
    Err(match error {
        RawError::UnexpectedResponse(mut response) => match carry::out_of(&mut response) {
            Some(error) => error,
            None => Error::from_response(operation, response).await,
        },
        RawError::InvalidResponsePayload(body, error) => {
            Error::undecodable::<T>(operation, &body, error)
        }
        RawError::CommunicationError(error)
        | RawError::ResponseBodyError(error)
        | RawError::InvalidUpgrade(error) => Error::from_http(operation, error),
        RawError::InvalidRequest(why) | RawError::Custom(why) => {
            Error::refused(why).during(operation)
        }
        // The generated clients know no typed error answers.
        RawError::ErrorResponse(value) => Error::from_status(operation, value.status()),
    })
}
