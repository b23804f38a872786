//! The HTTP face: which path is which operation.

mod access;
mod answer;
mod body;
mod campaign_reference;
mod certification_row;
mod endpoint;
mod home;
mod permissions;
mod reassignment;
mod reviewers;
mod time;
mod token;

mod beta;
mod v3;

use std::sync::Arc;

use axum::extract::{OriginalUri, Request};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Router, middleware};

use self::endpoint::routes;
use self::token::token;
use crate::app::App;
use crate::error::ApiError;
use crate::exchange::exchange;

/// Everything that a simulator answers.
pub(crate) fn router(app: Arc<App>) -> Router {
    let beta = routes(beta::ENDPOINTS)
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .layer(from_fn(deprecated));
    Router::new()
        .route("/", get(home::page))
        .route("/scenario", get(home::scenario))
        .route("/oauth/token", post(token))
        .nest("/v3", routes(v3::ENDPOINTS))
        .nest("/beta", beta)
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .layer(from_fn_with_state(Arc::clone(&app), exchange))
        .with_state(app)
}

async fn no_such_path(OriginalUri(uri): OriginalUri) -> ApiError {
    ApiError::not_found(format!("There is no operation at {}.", uri.path()))
}

async fn no_such_method(method: Method, OriginalUri(uri): OriginalUri) -> ApiError {
    ApiError::method_not_allowed(format!("{method} is no operation of {}.", uri.path()))
}

/// All beta operations are deprecated, and every answer says so.
async fn deprecated(request: Request, next: middleware::Next) -> Response {
    const DEPRECATED: HeaderName = HeaderName::from_static("x-deprecated");
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .insert(DEPRECATED, HeaderValue::from_static("true"));
    response
}
