//! Version 3.

mod access_summaries;
mod access_summary;
mod certifications;
mod decide;
mod decision_summary;
mod dto;
mod identity_summaries;
mod items;
mod reassign;
mod sign_off;
mod tasks;

use std::sync::Arc;

use axum::Router;

use super::operation::Gate;
use super::{Version, permissions, reviewers};
use crate::app::App;
use crate::auth::scope::Scope;

pub(crate) fn routes() -> Router<Arc<App>> {
    let read = Gate::scope(Version::V3, Scope::CampaignRead);
    let manage = Gate::scope(Version::V3, Scope::CampaignManage);
    Router::new()
        .route("/certifications", read.get(certifications::list))
        .route("/certifications/{id}", read.get(certifications::get))
        .route(
            "/certifications/{id}/access-review-items",
            read.get(items::list),
        )
        .route(
            "/certifications/{certificationId}/access-review-items/{itemId}/permissions",
            read.get(permissions::list),
        )
        .route("/certifications/{id}/reviewers", read.get(reviewers::list))
        .route(
            "/certifications/{id}/decision-summary",
            read.get(decision_summary::get),
        )
        .route(
            "/certifications/{id}/identity-summaries",
            read.get(identity_summaries::list),
        )
        .route(
            "/certifications/{id}/identity-summaries/{identitySummaryId}",
            read.get(identity_summaries::get),
        )
        .route(
            "/certifications/{id}/access-summaries/{type}",
            read.get(access_summaries::list),
        )
        .route("/certifications/{id}/decide", manage.post(decide::post))
        .route(
            "/certifications/{id}/reassign",
            manage.post(reassign::at_once),
        )
        .route(
            "/certifications/{id}/reassign-async",
            manage.post(reassign::as_task),
        )
        .route("/certifications/{id}/sign-off", manage.post(sign_off::post))
        .route("/certification-tasks", read.get(tasks::list_pending))
        .route("/certification-tasks/{id}", read.get(tasks::get))
}
