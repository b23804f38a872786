//! The HTTP API: maps paths to operations.

mod access;
mod body;
mod campaign_reference;
mod certification_row;
mod endpoint;
mod home;
mod patch;
mod permissions;
mod reassignment;
mod reviewers;
mod success;
mod time;
mod token;

mod beta;
mod v3;

use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, Uri};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Router, middleware};
use tower_http::cors::{AllowHeaders, Any, CorsLayer};

use self::endpoint::{Endpoint, routes};
use self::token::token;
use crate::app::App;
use crate::error::ApiError;
use crate::exchange::exchange;
use crate::version::{Contract, Version};

/// The router of all that a simulator serves.
pub(crate) fn router(app: Arc<App>) -> Router {
    let router = Version::ALL.iter().fold(Router::new(), |router, version| {
        router.merge(routes(*version, endpoints(*version)))
    });
    let router = router
        .route("/", get(home::page))
        .route("/scenario", get(home::scenario))
        .route("/oauth/token", post(token))
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .layer(from_fn(deprecated))
        .layer(from_fn_with_state(Arc::clone(&app), exchange));
    let router = if app.cors {
        router.layer(cors())
    } else {
        router
    };
    router.with_state(app)
}

/// Web pages of any origin may send requests: nothing here needs protection.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods(Any)
        // A wildcard would not include `authorization`.
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(Any)
}

/// The operations of a version.
fn endpoints(version: Version) -> &'static [Endpoint] {
    match version.contract() {
        Contract::V3 => v3::ENDPOINTS,
        Contract::Beta => beta::ENDPOINTS,
    }
}

async fn no_such_path(uri: Uri) -> ApiError {
    ApiError::not_found(format!("There is no operation at {}.", uri.path()))
}

async fn no_such_method(method: Method, uri: Uri) -> ApiError {
    ApiError::method_not_allowed(format!("{method} is not an operation of {}.", uri.path()))
}

/// Marks every response of a deprecated version.
async fn deprecated(request: Request, next: middleware::Next) -> Response {
    const DEPRECATED: HeaderName = HeaderName::from_static("x-deprecated");
    let version = Version::of(request.uri().path());
    let is_deprecated = version.is_some_and(|(version, _)| version.is_deprecated());
    let mut response = next.run(request).await;
    if is_deprecated {
        response
            .headers_mut()
            .insert(DEPRECATED, HeaderValue::from_static("true"));
    }
    response
}
