//! The beta version: six operations, all deprecated.

mod certifications;
mod tasks;

use std::sync::Arc;

use axum::Router;

use super::operation::Gate;
use super::{Version, permissions, reviewers};
use crate::app::App;
use crate::auth::scope::Scope;

pub(crate) fn routes() -> Router<Arc<App>> {
    let read = Gate::scope(Version::Beta, Scope::CertificationRead);
    let write = Gate::scope(Version::Beta, Scope::CertificationWrite);
    Router::new()
        .route(
            "/certifications",
            Gate::any(Version::Beta).get(certifications::list),
        )
        .route("/certifications/{id}/reviewers", read.get(reviewers::list))
        .route(
            "/certifications/{certificationId}/access-review-items/{itemId}/permissions",
            read.get(permissions::list),
        )
        .route(
            "/certifications/{id}/reassign-async",
            write.post(tasks::submit_reassignment),
        )
        .route(
            "/certifications/{id}/tasks-pending",
            read.get(tasks::list_pending),
        )
        .route("/certifications/{id}/tasks/{taskId}", read.get(tasks::get))
}
