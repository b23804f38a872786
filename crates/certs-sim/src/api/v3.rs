//! The operations of version 3, which most versions have.

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

use super::endpoint::{Endpoint, Guard};
use super::{permissions, reviewers};
use crate::auth::scope::Scope;

const READ: Guard = Guard::scope(Scope::CampaignRead);
const MANAGE: Guard = Guard::scope(Scope::CampaignManage);

pub(crate) const ENDPOINTS: &[Endpoint] = &[
    READ.get("/certifications", certifications::list),
    READ.get("/certifications/{id}", certifications::get),
    READ.get("/certifications/{id}/access-review-items", items::list),
    READ.get(
        "/certifications/{certificationId}/access-review-items/{itemId}/permissions",
        permissions::list,
    ),
    READ.get("/certifications/{id}/reviewers", reviewers::list),
    READ.get(
        "/certifications/{id}/decision-summary",
        decision_summary::get,
    ),
    READ.get(
        "/certifications/{id}/identity-summaries",
        identity_summaries::list,
    ),
    READ.get(
        "/certifications/{id}/identity-summaries/{identitySummaryId}",
        identity_summaries::get,
    ),
    READ.get(
        "/certifications/{id}/access-summaries/{type}",
        access_summaries::list,
    ),
    MANAGE.post("/certifications/{id}/decide", decide::post),
    MANAGE.post("/certifications/{id}/reassign", reassign::at_once),
    MANAGE.post("/certifications/{id}/reassign-async", reassign::as_task),
    MANAGE.post("/certifications/{id}/sign-off", sign_off::post),
    READ.get("/certification-tasks", tasks::list_pending),
    READ.get("/certification-tasks/{id}", tasks::get),
];
