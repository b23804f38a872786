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
use crate::error::Problem;
use crate::fault::line::Line;
use crate::fault::serve::{Served, deliver, serve};
use crate::fault::{Fault, Operation};

/// A request as it arrived, and the status that answered it. Secrets are left out.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The method, in upper case.
    pub method: String,
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

/// The last requests, in the order in which they were answered.
#[derive(Debug, Default)]
pub(crate) struct RequestLog(Mutex<VecDeque<RecordedRequest>>);

/// A simulator may run for weeks: it keeps what a test could want to see, no more.
const CAPACITY: usize = 10_000;

impl RequestLog {
    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        lock(&self.0).iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        lock(&self.0).clear();
    }

    fn add(&self, request: RecordedRequest) {
        let mut requests = lock(&self.0);
        if requests.len() == CAPACITY {
            requests.pop_front();
        }
        requests.push_back(request);
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
    let is_for_a_token = Operation::at(&parts.method, &path) == Some(Operation::Token);
    let line = line_of(&parts);
    let (body, served) = match axum::body::to_bytes(body, MAX_BODY).await {
        Ok(bytes) => {
            let request = Request::from_parts(parts, Body::from(bytes.clone()));
            // Only who reads a request for a token knows where its secret stands.
            let shown = (!is_for_a_token).then(|| shown_body(&bytes)).flatten();
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
    deliver(&app, &line, fault, response.unwrap_or_default()).await
}

/// Every connection has one; only a router that is called without a server has not.
fn line_of(parts: &Parts) -> Line {
    let info = parts.extensions.get::<ConnectInfo<Line>>();
    info.map_or_else(Line::default, |ConnectInfo(line)| line.clone())
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
