//! The operations of version 3, which most versions have.

mod access_summaries;
mod access_summary;
mod campaign_filters;
mod campaigns;
mod certifications;
mod decide;
mod decision_summary;
mod dto;
mod identity_summaries;
mod items;
mod reassign;
mod sign_off;
mod tasks;
mod templates;

use super::endpoint::{Endpoint, Guard};
use super::{permissions, reviewers};
use crate::auth::scope::Scope;

const READ: Guard = Guard::scopes(&[Scope::CampaignRead]);
const MANAGE: Guard = Guard::scopes(&[Scope::CampaignManage]);
const CAMPAIGN: Guard = Guard::scopes(&[Scope::CampaignManage, Scope::CampaignRead]);
const CAMPAIGNS: Guard = Guard::scopes(&[
    Scope::CampaignReportManage,
    Scope::CampaignReportRead,
    Scope::CampaignManage,
    Scope::CampaignRead,
]);
const REPORTS: Guard = Guard::scopes(&[Scope::CampaignReportManage, Scope::CampaignReportRead]);
const TEMPLATE: Guard =
    Guard::scopes(&[Scope::CampaignTemplateManage, Scope::CampaignTemplateRead]);
const MANAGE_TEMPLATE: Guard = Guard::scopes(&[Scope::CampaignTemplateManage]);
const SCHEDULE: Guard = Guard::scopes(&[Scope::CampaignTemplateScheduleRead]);
const FILTER: Guard = Guard::scopes(&[Scope::CampaignFilterRead]);
const MANAGE_FILTER: Guard = Guard::scopes(&[Scope::CampaignFilterManage]);
const RUN: Guard = Guard::scopes(&[Scope::CampaignReportManage]);

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
    CAMPAIGNS.get("/campaigns", campaigns::list),
    MANAGE.post("/campaigns", campaigns::create::post),
    MANAGE.post("/campaigns/delete", campaigns::life::delete),
    CAMPAIGN.get(
        "/campaigns/reports-configuration",
        campaigns::reports::configuration,
    ),
    MANAGE.put(
        "/campaigns/reports-configuration",
        campaigns::reports::configure,
    ),
    CAMPAIGN.get("/campaigns/{id}", campaigns::get),
    CAMPAIGN.patch("/campaigns/{id}", campaigns::update::patch),
    MANAGE.post("/campaigns/{id}/activate", campaigns::life::activate),
    MANAGE.post("/campaigns/{id}/complete", campaigns::life::complete),
    MANAGE.post("/campaigns/{id}/reassign", campaigns::reassign::post),
    RUN.post(
        "/campaigns/{id}/run-remediation-scan",
        campaigns::reports::scan,
    ),
    REPORTS.get("/campaigns/{id}/reports", campaigns::reports::list),
    RUN.post("/campaigns/{id}/run-report/{type}", campaigns::reports::run),
    TEMPLATE.get("/campaign-templates", templates::list),
    MANAGE_TEMPLATE.post("/campaign-templates", templates::post),
    TEMPLATE.get("/campaign-templates/{id}", templates::get),
    MANAGE_TEMPLATE.patch("/campaign-templates/{id}", templates::patch),
    MANAGE_TEMPLATE.delete("/campaign-templates/{id}", templates::delete),
    MANAGE_TEMPLATE.post("/campaign-templates/{id}/generate", templates::generate),
    SCHEDULE.get("/campaign-templates/{id}/schedule", templates::schedule),
    MANAGE_TEMPLATE.put("/campaign-templates/{id}/schedule", templates::set_schedule),
    MANAGE_TEMPLATE.delete(
        "/campaign-templates/{id}/schedule",
        templates::delete_schedule,
    ),
    MANAGE_FILTER.get("/campaign-filters", campaign_filters::list),
    MANAGE_FILTER.post("/campaign-filters", campaign_filters::post),
    MANAGE_FILTER.post("/campaign-filters/delete", campaign_filters::delete),
    FILTER.get("/campaign-filters/{id}", campaign_filters::get),
    MANAGE_FILTER.post("/campaign-filters/{id}", campaign_filters::replace),
];
