//! The steps of every request: read, fault or process, record, deliver.

mod delivery;
mod serve;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tokio::time::timeout;

use self::delivery::deliver;
use self::serve::{Served, serve};
use crate::app::App;
use crate::auth::grant_request::without_secret;
use crate::connection::Connection;
use crate::error::ApiError;
use crate::log::{KeptBody, RecordedRequest};
use crate::operation::Operation;
use crate::version::Version;

/// Attached to a response: the loggable body of its request.
#[derive(Clone)]
pub(crate) struct ShownBody(pub(crate) Option<String>);

/// The largest body that is read. 500 references or 250 decisions with long comments
/// are far below it.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// Keeps a record of every request, whatever happens to it.
pub(crate) async fn exchange(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let method = parts.method.as_str().to_owned();
    let path = parts.uri.path().to_owned();
    let query = parts.uri.query().map(without_secret);
    let headers = shown_headers(&parts.headers);
    let operation = Operation::at(&parts.method, &path);
    let connection = connection(&parts);
    connection.begins_request();
    let received = timeout(app.receive_timeout, axum::body::to_bytes(body, MAX_BODY)).await;
    let (body, served) = match received {
        Ok(Ok(bytes)) => {
            let request = Request::from_parts(parts, Body::from(bytes.clone()));
            let served = serve(&app, request, &bytes, next).await;
            (KeptBody::AsSent(bytes), served)
        }
        Ok(Err(_)) => (KeptBody::Nothing, refused(too_large())),
        Err(_) => (KeptBody::Nothing, refused(too_slow(app.receive_timeout))),
    };
    connection.has_response();
    let Served {
        response,
        processed,
        fault,
    } = served;
    let shown = response
        .as_ref()
        .and_then(|response| response.extensions().get::<ShownBody>());
    let body = match shown {
        Some(ShownBody(Some(shown))) => KeptBody::Text(shown.clone()),
        // Only the code that parses a token request knows where its secret is.
        _ if operation == Some(Operation::Token) => KeptBody::Nothing,
        _ => body,
    };
    let record = RecordedRequest {
        operation,
        version: Version::of(&path).map(|(version, _)| version),
        method,
        path,
        query,
        body: None,
        headers,
        status: response
            .as_ref()
            .map_or(0, |response| response.status().as_u16()),
        fault,
        processed,
    };
    app.log.add(record, body);
    deliver(&app, &connection, fault, response.unwrap_or_default()).await
}

/// Both the socket and the service attach the connection to each request.
fn connection(parts: &Parts) -> Connection {
    let info = parts.extensions.get::<ConnectInfo<Connection>>();
    info.map_or_else(Connection::in_process, |ConnectInfo(connection)| {
        connection.clone()
    })
}

fn refused(error: ApiError) -> Served {
    Served {
        response: Some(error.into_response()),
        processed: false,
        fault: None,
    }
}

fn too_large() -> ApiError {
    ApiError::content(format!(
        "The body was cut off or is larger than {MAX_BODY} bytes."
    ))
}

fn too_slow(limit: Duration) -> ApiError {
    ApiError::timeout(format!("The body did not arrive within {limit:?}."))
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
