//! One call of a generated client, with its outcome in our terms.
//!
//! The generated client builds the request. Its answer is decoded here, from text that is
//! checked once and straight into the model.

use std::future::Future;

use certs_raw::Operation;
use progenitor_client::{Error as RawError, ResponseValue};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::context::Context;
use super::received::Received;
use super::records::{self, Records};
use super::{carry, repair};
use crate::api::page::UnreadableRecord;
use crate::error::{Error, Result};
use crate::model::convert::Answers;
use crate::model::reader::{self, Unusual};

/// A decoded body with the headers it came with.
#[doc(hidden)]
#[derive(Debug)]
pub struct Answer<T> {
    pub(crate) body: T,
    pub(crate) headers: HeaderMap,
    /// Records that could not be read, if the caller wants to go on without them.
    pub(crate) unreadable: Vec<UnreadableRecord>,
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
    let mut body = match decode(&received.body, reader::read) {
        Ok(body) => body,
        Err(error) => {
            let repaired = match serde_json::from_slice::<Value>(&received.body) {
                Ok(value) => repair::decode(value).map_err(|misfit| misfit.to_string()),
                Err(_) => Err(not_json(&received.body, &error)),
            };
            repaired.map_err(|why| undecodable(operation, &context, &received, why))?
        }
    };
    R::complete(&mut body);
    Ok(Answer {
        body,
        headers: received.headers,
        unreadable: Vec::new(),
    })
}

/// Awaits a call that answers a page. If `lenient`, a record that cannot be read becomes a
/// null and a report; if not, it fails the page.
pub(crate) async fn call_list<R: Answers>(
    operation: Operation,
    lenient: bool,
    sent: impl Future<Output = Sent<Vec<Option<R>>>>,
) -> Result<Answer<Records<R::Model>>> {
    let context = Context::new(false);
    let received = received(operation, &context, sent).await?;
    let mut unreadable = Vec::new();
    let mut body: Records<R::Model> = match decode(&received.body, records::read) {
        Ok(records) => records,
        Err(error) => one_by_one(&received.body, &error, lenient, &mut unreadable)
            .map_err(|why| undecodable(operation, &context, &received, why))?,
    };
    body.items.iter_mut().for_each(R::complete);
    Ok(Answer {
        body,
        headers: received.headers,
        unreadable,
    })
}

/// Decodes the records of a page that could not be decoded as a whole, or tells why not.
fn one_by_one<T: DeserializeOwned>(
    body: &[u8],
    error: &serde_json::Error,
    lenient: bool,
    unreadable: &mut Vec<UnreadableRecord>,
) -> Result<Records<T>, String> {
    let page = serde_json::from_slice(body).map_err(|_| not_json(body, error))?;
    let Value::Array(values) = page else {
        return Err("the answer is not as specified: expected a list".to_owned());
    };
    let mut records = Records::default();
    for (place, value) in values.into_iter().enumerate() {
        let id = value.get("id").and_then(Value::as_str).map(str::to_owned);
        match repair::decode(value) {
            Ok(record) => records.push(record),
            Err(misfit) if lenient => {
                records.push(None);
                let place = u32::try_from(place).unwrap_or(u32::MAX);
                unreadable.push(UnreadableRecord {
                    place,
                    id,
                    reason: misfit.to_string(),
                });
            }
            Err(misfit) => {
                let id = id.map(|id| format!(", id {id}")).unwrap_or_default();
                return Err(format!("{misfit} (record {} of the page{id})", place + 1));
            }
        }
    }
    Ok(records)
}

/// Decodes a body the fast way if that can.
fn decode<T: DeserializeOwned>(
    body: &[u8],
    read: fn(&str) -> Result<T, Unusual>,
) -> serde_json::Result<T> {
    // One check of the whole text costs less than one of each string in it.
    let read = std::str::from_utf8(body)
        .map_err(|_| Unusual)
        .and_then(read);
    read.or_else(|Unusual| serde_json::from_slice(body))
}

fn undecodable(operation: Operation, context: &Context, received: &Received, why: String) -> Error {
    context
        .explain(Error::undecodable(operation, why))
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

fn not_json(body: &[u8], error: &serde_json::Error) -> String {
    if body.is_empty() {
        return "the answer is empty".to_owned();
    }
    if error.is_eof() {
        return format!("the answer breaks off after {} bytes", body.len());
    }
    format!(
        "the answer is not JSON, from line {}, column {}",
        error.line(),
        error.column()
    )
}

impl std::fmt::Display for repair::Misfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the answer is not as specified: at `{}`", self.path)?;
        match &self.expected {
            Some(expected) => write!(f, ", expected {expected}"),
            None => Ok(()),
        }
    }
}
