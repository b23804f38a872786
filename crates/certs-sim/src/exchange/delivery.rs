//! Delivers a response to the client, or fails to.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;

use crate::app::App;
use crate::connection::Connection;
use crate::fault::Fault;

/// Into how many pieces a dripping body is cut.
const DROPS: usize = 64;

/// How large the pieces of a huge body are.
const PIECE: u64 = 64 * 1024;

/// Sends a response as the fault requires. The request is already in the log, so a client that sees
/// the effect can find it there.
pub(crate) async fn deliver(
    app: &App,
    connection: &Connection,
    fault: Option<Fault>,
    response: Response,
) -> Response {
    match fault {
        Some(Fault::ResetBefore | Fault::ResetAfter) => reset(connection),
        Some(Fault::SilenceBefore | Fault::SilenceAfter) => {
            app.until_stopped().await;
            reset(connection)
        }
        Some(Fault::Latency(wait)) => {
            tokio::time::sleep(wait).await;
            response
        }
        Some(Fault::TruncatedBody) => truncated(connection, response).await,
        Some(Fault::SlowDrip(pause)) => dripping(response, pause).await,
        Some(Fault::HugeBody(blanks)) => huge(response, blanks).await,
        _ => response,
    }
}

/// The response on a reset connection does not matter: it is not sent.
fn reset(connection: &Connection) -> Response {
    connection.reset();
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// Promises the whole body and sends half of it.
async fn truncated(connection: &Connection, response: Response) -> Response {
    let connection = connection.clone();
    rebuilt(response, |body| {
        let length = HeaderValue::from(body.len());
        let half = body.slice(..body.len() / 2);
        let body = stream::unfold(Some(half), move |half| {
            let connection = connection.clone();
            async move {
                match half {
                    Some(half) => Some((Ok(half), None)),
                    None => {
                        // An error now would also discard the half that waits to be sent.
                        connection.flushed().await;
                        Some((Err(io::Error::from(io::ErrorKind::UnexpectedEof)), None))
                    }
                }
            }
        });
        (Some(length), Body::from_stream(body))
    })
    .await
}

async fn dripping(response: Response, pause: Duration) -> Response {
    rebuilt(response, |body| {
        let length = HeaderValue::from(body.len());
        let drop = body.len().div_ceil(DROPS).max(1);
        let body = stream::unfold(body, move |mut rest| async move {
            if rest.is_empty() {
                return None;
            }
            tokio::time::sleep(pause).await;
            let next = rest.split_to(drop.min(rest.len()));
            Some((Ok::<_, Infallible>(next), rest))
        });
        (Some(length), Body::from_stream(body))
    })
    .await
}

/// Leading blanks change only the length of JSON.
async fn huge(response: Response, blanks: u64) -> Response {
    rebuilt(response, |body| {
        let body = stream::unfold((blanks, Some(body)), |(blanks, body)| async move {
            if blanks > 0 {
                let piece = blanks.min(PIECE);
                let bytes = vec![b' '; usize::try_from(piece).unwrap_or(1)];
                let rest = blanks - piece;
                return Some((Ok::<_, Infallible>(Bytes::from(bytes)), (rest, body)));
            }
            body.map(|body| (Ok(body), (0, None)))
        });
        (None, Body::from_stream(body))
    })
    .await
}

/// The same response with another body, whose length may be announced.
async fn rebuilt(
    response: Response,
    body: impl FnOnce(Bytes) -> (Option<HeaderValue>, Body),
) -> Response {
    let (mut parts, old) = response.into_parts();
    let (length, body) = body(whole(old).await);
    parts.headers.remove(CONTENT_LENGTH);
    if let Some(length) = length {
        parts.headers.insert(CONTENT_LENGTH, length);
    }
    Response::from_parts(parts, body)
}

/// Reads a body of this process: it is in memory, so reading cannot fail.
pub(super) async fn whole(body: Body) -> Bytes {
    axum::body::to_bytes(body, usize::MAX)
        .await
        .unwrap_or_default()
}
