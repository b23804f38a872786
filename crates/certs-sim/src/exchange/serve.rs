//! Decides whether a request is processed, and makes the response.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::delivery::whole;
use crate::app::App;
use crate::error::ApiError;
use crate::fault::corrupt::{break_json, null, numbers_as_text, unknown_enum};
use crate::fault::{Fault, Hit};
use crate::state::Extent;
use crate::sync::lock;

/// The result of a request before its response is delivered.
pub(crate) struct Served {
    /// `None` if no response will ever be sent.
    pub(crate) response: Option<Response>,
    pub(crate) processed: bool,
    pub(crate) fault: Option<Fault>,
}

/// Processes a request, unless a fault prevents it.
pub(crate) async fn serve(app: &App, mut request: Request, body: &Bytes, next: Next) -> Served {
    let hit = app.faults.hit(request.method(), request.uri().path());
    let fault = hit.map(|hit| hit.fault);
    if fault == Some(Fault::InPart) {
        request.extensions_mut().insert(Extent::InPart);
    } else if let Some(fault) = fault
        && !fault.processes()
    {
        return Served {
            response: unprocessed(app, fault, request.headers(), body),
            processed: false,
            fault: Some(fault),
        };
    }
    let parent = parent(request.uri().path());
    let response = next.run(request).await;
    let processed = response.status().is_success();
    let response = match hit {
        Some(hit) => altered(hit, &parent, response).await,
        None => response,
    };
    Served {
        response: Some(response),
        processed,
        fault,
    }
}

/// The response to a request that is not processed.
fn unprocessed(app: &App, fault: Fault, headers: &HeaderMap, body: &Bytes) -> Option<Response> {
    Some(match fault {
        Fault::TooManyRequests { retry_after } => {
            let error = ApiError::RateLimited { retry_after: 0 }.into_response();
            with_retry_after(error, retry_after)
        }
        Fault::Unavailable { retry_after } => {
            with_retry_after(StatusCode::SERVICE_UNAVAILABLE.into_response(), retry_after)
        }
        Fault::InternalError => ApiError::fault("It was made to fail.").into_response(),
        Fault::BadGateway => page(StatusCode::BAD_GATEWAY, "502 Bad Gateway"),
        Fault::ExpiredToken => {
            if let Some(token) = headers
                .get(AUTHORIZATION)
                .and_then(|value| value.to_str().ok())
            {
                let token = token.split_once(' ').map_or(token, |(_, token)| token);
                lock(&app.tokens).revoke(token.trim());
            }
            ApiError::Unauthorized.into_response()
        }
        Fault::Echo => echo(headers, body),
        // Requests with other faults are processed, or never get a response.
        _ => return None,
    })
}

/// The response to a request that is processed, perhaps with another body.
async fn altered(Hit { fault, pick }: Hit, parent: &str, mut response: Response) -> Response {
    if response.status().is_success()
        && let Some((status, has_body)) = other_success(fault)
    {
        *response.status_mut() = status;
        if status == StatusCode::SEE_OTHER
            && let Ok(parent) = HeaderValue::from_str(parent)
        {
            response.headers_mut().insert(LOCATION, parent);
        }
        if !has_body {
            *response.body_mut() = Body::empty();
            for header in [CONTENT_LENGTH, CONTENT_TYPE] {
                response.headers_mut().remove(header);
            }
        }
        return response;
    }
    if fault == Fault::GatewayTimeout {
        let mut page = page(StatusCode::GATEWAY_TIMEOUT, "504 Gateway Time-out");
        // The extensions say how the log may record the request.
        std::mem::swap(page.extensions_mut(), response.extensions_mut());
        return page;
    }
    let change: fn(&[u8], u64) -> Option<Vec<u8>> = match fault {
        Fault::InvalidJson => |body, _| Some(break_json(body)),
        Fault::UnknownEnumValue => unknown_enum,
        Fault::NullField => null,
        Fault::NumbersAsText => |body, _| numbers_as_text(body),
        _ => return response,
    };
    let (mut parts, body) = response.into_parts();
    let body = whole(body).await;
    let body = match change(&body, pick) {
        Some(changed) => {
            parts.headers.remove(CONTENT_LENGTH);
            Body::from(changed)
        }
        None => Body::from(body),
    };
    Response::from_parts(parts, body)
}

/// The success status in place of 200, and whether the response keeps its body.
fn other_success(fault: Fault) -> Option<(StatusCode, bool)> {
    Some(match fault {
        Fault::Created { body } => (StatusCode::CREATED, body),
        Fault::Accepted { body } => (StatusCode::ACCEPTED, body),
        Fault::NoContent => (StatusCode::NO_CONTENT, false),
        Fault::SeeOther => (StatusCode::SEE_OTHER, false),
        _ => return None,
    })
}

/// The path without its last segment.
fn parent(path: &str) -> String {
    path.rsplit_once('/')
        .map_or("", |(parent, _)| parent)
        .to_owned()
}

fn with_retry_after(mut response: Response, wait: Option<std::time::Duration>) -> Response {
    response.headers_mut().remove(RETRY_AFTER);
    if let Some(wait) = wait {
        response
            .headers_mut()
            .insert(RETRY_AFTER, wait.as_secs().into());
    }
    response
}

/// The response of a proxy in place of the service.
fn page(status: StatusCode, title: &str) -> Response {
    let html = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1>\
         </center>\r\n</body>\r\n</html>\r\n"
    );
    (status, [(CONTENT_TYPE, "text/html")], html).into_response()
}

fn echo(headers: &HeaderMap, body: &Bytes) -> Response {
    let mut text = String::from("request failed\n");
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        text.push_str(&format!("{name}: {value}\n"));
    }
    text.push_str(&String::from_utf8_lossy(body));
    (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
}
