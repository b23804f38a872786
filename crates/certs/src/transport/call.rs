//! One call of a generated client, with its outcome in our terms.

use std::future::Future;

use bytes::Bytes;
use certs_raw::Operation;
use progenitor_client::{Error as RawError, ResponseValue};
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::context::Context;
use super::{carry, repair};
use crate::error::{Error, Result};
use crate::page::UnreadableRecord;

/// A decoded body with the headers it came with.
#[doc(hidden)]
#[derive(Debug)]
pub struct Answer<T> {
    pub(crate) body: T,
    pub(crate) headers: HeaderMap,
    /// Records that could not be read, if the caller wants to go on without them.
    pub(crate) unreadable: Vec<UnreadableRecord>,
}

/// Awaits a call of a generated client.
pub(crate) async fn call<T: DeserializeOwned>(
    operation: Operation,
    sent: impl Future<Output = Sent<T>>,
) -> Result<Answer<T>> {
    run(operation, false, sent).await
}

/// Awaits a write that its caller says may be sent twice.
pub(crate) async fn call_idempotent<T: DeserializeOwned>(
    operation: Operation,
    sent: impl Future<Output = Sent<T>>,
) -> Result<Answer<T>> {
    run(operation, true, sent).await
}

type Sent<T> = Result<ResponseValue<T>, RawError<()>>;

async fn run<T: DeserializeOwned>(
    operation: Operation,
    idempotent: bool,
    sent: impl Future<Output = Sent<T>>,
) -> Result<Answer<T>> {
    let context = Context::new(idempotent);
    match outcome(operation, &context, sent).await? {
        Outcome::Decoded(answer) => Ok(answer),
        Outcome::Undecoded(body, error) => {
            let misfit = match serde_json::from_slice::<Value>(&body) {
                Ok(value) => match repair::decode(value) {
                    Ok(body) => return Ok(repaired(&context, body, Vec::new())),
                    Err(misfit) => misfit.to_string(),
                },
                Err(_) => not_json(&body, &error),
            };
            Err(undecodable(operation, &context, misfit))
        }
    }
}

/// Awaits a call that answers a page. If `lenient`, a record that cannot be read becomes a
/// null and a report; if not, it fails the page.
pub(crate) async fn call_list<T: DeserializeOwned>(
    operation: Operation,
    lenient: bool,
    sent: impl Future<Output = Sent<Vec<Option<T>>>>,
) -> Result<Answer<Vec<Option<T>>>> {
    let context = Context::new(false);
    let (body, error) = match outcome(operation, &context, sent).await? {
        Outcome::Decoded(answer) => return Ok(answer),
        Outcome::Undecoded(body, error) => (body, error),
    };
    let Ok(page) = serde_json::from_slice::<Value>(&body) else {
        return Err(undecodable(operation, &context, not_json(&body, &error)));
    };
    let Value::Array(values) = page else {
        let why = "the answer is not as specified: expected a list".to_owned();
        return Err(undecodable(operation, &context, why));
    };
    let mut records = Vec::with_capacity(values.len());
    let mut unreadable = Vec::new();
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
                let why = format!("{misfit} (record {} of the page{id})", place + 1);
                return Err(undecodable(operation, &context, why));
            }
        }
    }
    Ok(repaired(&context, records, unreadable))
}

fn undecodable(operation: Operation, context: &Context, why: String) -> Error {
    let error = context.explain(Error::undecodable(operation, why));
    match context.take_answer() {
        Some((status, _)) => error.answered_with(status),
        None => error,
    }
}

fn repaired<T>(context: &Context, body: T, unreadable: Vec<UnreadableRecord>) -> Answer<T> {
    Answer {
        body,
        headers: context
            .take_answer()
            .map(|(_, headers)| headers)
            .unwrap_or_default(),
        unreadable,
    }
}

enum Outcome<T> {
    Decoded(Answer<T>),
    Undecoded(Bytes, serde_json::Error),
}

async fn outcome<T: DeserializeOwned>(
    operation: Operation,
    context: &std::sync::Arc<Context>,
    sent: impl Future<Output = Sent<T>>,
) -> Result<Outcome<T>> {
    let error = match context.scope(sent).await {
        Ok(value) => {
            let headers = value.headers().clone();
            let body = value.into_inner();
            return Ok(Outcome::Decoded(Answer {
                body,
                headers,
                unreadable: Vec::new(),
            }));
        }
        Err(RawError::InvalidResponsePayload(body, error)) => {
            return Ok(Outcome::Undecoded(body, error));
        }
        Err(error) => error,
    };
    let error = match error {
        RawError::UnexpectedResponse(mut response) => match carry::out_of(&mut response) {
            Some(error) => error,
            None => Error::from_response(operation, response).await,
        },
        RawError::CommunicationError(error)
        | RawError::ResponseBodyError(error)
        | RawError::InvalidUpgrade(error) => Error::from_http(operation, error),
        RawError::InvalidRequest(why) | RawError::Custom(why) => {
            Error::refused(why).during(operation)
        }
        // Neither can be: the first was taken out above, and the generated clients know no
        // typed error answers.
        RawError::InvalidResponsePayload(_, error) => {
            Error::undecodable(operation, error.to_string())
        }
        RawError::ErrorResponse(value) => Error::from_status(operation, value.status()),
    };
    Err(context.explain(error))
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
