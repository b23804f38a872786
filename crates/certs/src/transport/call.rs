//! One call of a generated client, with its outcome in our terms.
//!
//! The generated client builds the request. Its answer is decoded straight into the model.

use std::future::Future;

use certs_raw::Operation;
use progenitor_client::{Error as RawError, ResponseValue};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use super::body::Received;
use super::carry;
use super::context::Context;
use crate::error::{Error, Result};
use crate::model::convert::Answers;
use crate::model::decode::{DecodeError, Records, decode, decode_page};

/// A decoded body with the headers it came with.
#[doc(hidden)]
#[derive(Debug)]
pub struct Answer<T> {
    pub(crate) body: T,
    pub(crate) headers: HeaderMap,
}

/// What awaiting a call of a generated client gives. Which type of the model an answer is
/// decoded into follows from `R`; of this type itself there never is a value.
type Sent<R> = Result<ResponseValue<R>, RawError<()>>;

/// Awaits a call of a generated client.
pub(crate) async fn call<R: Answers>(
    operation: Operation,
    sent: impl Future<Output = Sent<R>>,
) -> Result<Answer<R::Model>> {
    run(operation, false, sent).await
}

/// Awaits a write that its caller says may be sent twice.
pub(crate) async fn call_idempotent<R: Answers>(
    operation: Operation,
    sent: impl Future<Output = Sent<R>>,
) -> Result<Answer<R::Model>> {
    run(operation, true, sent).await
}

async fn run<R: Answers>(
    operation: Operation,
    idempotent: bool,
    sent: impl Future<Output = Sent<R>>,
) -> Result<Answer<R::Model>> {
    let context = Context::new(idempotent);
    let received = received(operation, &context, sent).await?;
    let mut body = decode(&received.body)
        .map_err(|error| undecodable(operation, &context, &received, &error))?;
    R::complete(&mut body);
    Ok(Answer {
        body,
        headers: received.headers,
    })
}

/// More records than any page may have: a page that is larger was not what was asked for.
const MAX_RECORDS: usize = 10_000;

/// Awaits a call that answers a page. If `lenient`, a record that cannot be read does not fail
/// the page.
pub(crate) async fn call_list<R: Answers>(
    operation: Operation,
    lenient: bool,
    sent: impl Future<Output = Sent<Vec<Option<R>>>>,
) -> Result<Answer<Records<R::Model>>> {
    let context = Context::new(false);
    let received = received(operation, &context, sent).await?;
    let mut body: Records<R::Model> = decode_page(&received.body, MAX_RECORDS, lenient)
        .map_err(|error| undecodable(operation, &context, &received, &error))?;
    body.items.iter_mut().for_each(R::complete);
    Ok(Answer {
        body,
        headers: received.headers,
    })
}

fn undecodable(
    operation: Operation,
    context: &Context,
    received: &Received,
    error: &DecodeError,
) -> Error {
    context
        .explain(Error::undecodable(operation, error.to_string()))
        .answered_with(received.status)
}

/// Awaits the answer and takes it from the generated client before that decodes it.
async fn received<R>(
    operation: Operation,
    context: &std::sync::Arc<Context>,
    sent: impl Future<Output = Sent<R>>,
) -> Result<Received> {
    let outcome = match context.scope(sent).await {
        Err(RawError::UnexpectedResponse(mut response)) => {
            carry::out_of(&mut response).unwrap_or_else(|| Err(passed_by(operation)))
        }
        Err(RawError::InvalidRequest(why) | RawError::Custom(why)) => {
            Err(Error::refused(why).during(operation))
        }
        Err(
            RawError::CommunicationError(error)
            | RawError::ResponseBodyError(error)
            | RawError::InvalidUpgrade(error),
        ) => Err(Error::from_http(operation, error)),
        // The answer never gets as far as this: the executor gave it to its carrier.
        Ok(_) | Err(RawError::InvalidResponsePayload(..) | RawError::ErrorResponse(_)) => {
            Err(passed_by(operation))
        }
    };
    let outcome = outcome.and_then(|received| match received.status {
        // The one success that both specifications know.
        StatusCode::OK => Ok(received),
        _ => Err(Error::from_received(operation, &received)),
    });
    outcome.map_err(|error| context.explain(error))
}

fn passed_by(operation: Operation) -> Error {
    Error::undecodable(operation, "the answer did not come through the client")
}
