//! What clients have sent.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use crate::app::{App, lock};
use crate::auth::grant_request::without_secret;
use crate::connection::Connection;
use crate::error::Problem;
use crate::fault::serve::{Served, deliver, serve};
use crate::fault::{Fault, Operation};

/// A request as it arrived, and the status that answered it. Secrets are left out.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The method, in upper case.
    pub method: String,
    /// What it asks for, if its address is one of the API.
    pub operation: Option<Operation>,
    /// The path as on the wire, still percent-encoded.
    pub path: String,
    /// The query string as on the wire, still percent-encoded.
    pub query: Option<String>,
    /// The body: parsed if it is JSON, otherwise its text as a JSON string. A token
    /// request is shown as a url-encoded form, in whichever form it came.
    pub body: Option<Value>,
    /// The headers, by their names in lower case; several of one name are joined.
    pub headers: BTreeMap<String, String>,
    /// The status of the answer; of one that was lost on its way, too. 0 if there was
    /// none.
    pub status: u16,
    /// What went wrong with it on purpose.
    pub fault: Option<Fault>,
    /// Whether the API did what it asks for: it got there and was not refused, whatever
    /// was answered in the end.
    pub processed: bool,
}

/// How many requests there were, and what they came to. Unlike the requests themselves they
/// are all counted, however many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Traffic {
    /// Requests by operation, whatever they were answered.
    pub requests: BTreeMap<Operation, u64>,
    /// Requests that were refused with 429 because the rate limit was used up. A fault that
    /// says 429 does not count.
    pub rate_limited: u64,
    /// Tokens that were given.
    pub tokens_issued: u64,
}

impl Traffic {
    /// Requests for one operation.
    #[must_use]
    pub fn of(&self, operation: Operation) -> u64 {
        self.requests.get(&operation).copied().unwrap_or_default()
    }

    fn count(&mut self, request: &RecordedRequest) {
        if let Some(operation) = request.operation {
            *self.requests.entry(operation).or_default() += 1;
        }
        self.rate_limited += u64::from(request.status == 429 && request.fault.is_none());
        let is_token = request.operation == Some(Operation::Token) && request.processed;
        self.tokens_issued += u64::from(is_token);
    }
}

/// The last requests, in the order in which they were answered, and a count of all.
#[derive(Debug, Default)]
pub(crate) struct RequestLog(Mutex<Log>);

#[derive(Debug, Default)]
struct Log {
    last: VecDeque<RecordedRequest>,
    traffic: Traffic,
}

/// A simulator may run for weeks: it keeps what a test could want to see, no more.
const CAPACITY: usize = 10_000;

impl RequestLog {
    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        lock(&self.0).last.iter().cloned().collect()
    }

    pub(crate) fn traffic(&self) -> Traffic {
        lock(&self.0).traffic.clone()
    }

    pub(crate) fn clear(&self) {
        *lock(&self.0) = Log::default();
    }

    fn add(&self, request: RecordedRequest) {
        let mut log = lock(&self.0);
        log.traffic.count(&request);
        if log.last.len() == CAPACITY {
            log.last.pop_front();
        }
        log.last.push_back(request);
    }
}

/// On an answer: how the body of its request may be shown.
#[derive(Clone)]
pub(crate) struct ShownBody(pub(crate) Option<String>);

/// The largest body that is read. 500 references or 250 decisions with long comments
/// are far below it.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// Keeps a record of every request, whatever becomes of it.
pub(crate) async fn record(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let method = parts.method.as_str().to_owned();
    let path = parts.uri.path().to_owned();
    let query = parts.uri.query().map(without_secret);
    let headers = shown_headers(&parts.headers);
    let operation = Operation::at(&parts.method, &path);
    let connection = connection(&parts);
    let (body, served) = match axum::body::to_bytes(body, MAX_BODY).await {
        Ok(bytes) => {
            let request = Request::from_parts(parts, Body::from(bytes.clone()));
            // Only who reads a request for a token knows where its secret stands.
            let shown = (operation != Some(Operation::Token))
                .then(|| shown_body(&bytes))
                .flatten();
            (shown, serve(&app, request, &bytes, next).await)
        }
        Err(_) => (None, too_large()),
    };
    let Served {
        response,
        processed,
        fault,
    } = served;
    let shown = response
        .as_ref()
        .and_then(|response| response.extensions().get::<ShownBody>());
    let body = match shown {
        Some(ShownBody(shown)) => shown.clone().map(Value::String),
        None => body,
    };
    app.log.add(RecordedRequest {
        method,
        operation,
        path,
        query,
        body,
        headers,
        status: response
            .as_ref()
            .map_or(0, |response| response.status().as_u16()),
        fault,
        processed,
    });
    deliver(&app, &connection, fault, response.unwrap_or_default()).await
}

/// Both ways in, the socket and the service, say on which connection a request came.
fn connection(parts: &Parts) -> Connection {
    let info = parts.extensions.get::<ConnectInfo<Connection>>();
    info.map_or_else(Connection::in_process, |ConnectInfo(connection)| {
        connection.clone()
    })
}

fn too_large() -> Served {
    let problem = Problem::content(format!(
        "The body was cut off or is larger than {MAX_BODY} bytes."
    ));
    Served {
        response: Some(problem.into_response()),
        processed: false,
        fault: None,
    }
}

fn shown_headers(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut shown: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in headers {
        let value = if name == AUTHORIZATION {
            "[redacted]".into()
        } else {
            String::from_utf8_lossy(value.as_bytes())
        };
        shown
            .entry(name.as_str().to_owned())
            .and_modify(|joined| {
                joined.push_str(", ");
                joined.push_str(&value);
            })
            .or_insert_with(|| value.into_owned());
    }
    shown
}

fn shown_body(bytes: &[u8]) -> Option<Value> {
    if bytes.is_empty() {
        return None;
    }
    let json = serde_json::from_slice(bytes);
    Some(json.unwrap_or_else(|_| Value::String(String::from_utf8_lossy(bytes).into_owned())))
}
