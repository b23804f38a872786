//! The endpoints that filter or sort, as types.
//!
//! They have no values: they tell filters and sorters of one endpoint from those of
//! another, so that each list takes only its own.

/// The list of certifications (`listIdentityCertifications`).
#[derive(Debug)]
pub enum Certifications {}

/// The list of access review items (`listIdentityAccessReviewItems`).
#[derive(Debug)]
pub enum Items {}

/// The counts of decisions (`getIdentityDecisionSummary`).
#[derive(Debug)]
pub enum DecisionSummaries {}

/// The list of identity summaries (`getIdentitySummaries`).
#[derive(Debug)]
pub enum IdentitySummaries {}

/// The list of access summaries (`getIdentityAccessSummaries`).
#[derive(Debug)]
pub enum AccessSummaries {}

/// The list of permissions (`getIdentityCertificationItemPermissions`).
#[derive(Debug)]
pub enum Permissions {}

/// The list of reviewers (`listCertificationReviewers`).
#[derive(Debug)]
pub enum Reviewers {}

/// The list of pending tasks (`getPendingCertificationTasks`).
#[derive(Debug)]
pub enum Tasks {}

/// The list of campaigns (`getActiveCampaigns`).
#[derive(Debug)]
pub enum Campaigns {}

/// The list of campaign templates (`getCampaignTemplates`).
#[derive(Debug)]
pub enum CampaignTemplates {}

/// Beta's list of certifications (`listCertifications`).
#[derive(Debug)]
pub enum BetaCertifications {}

/// Beta's list of permissions (`getIdentityCertificationItemPermissions`).
#[derive(Debug)]
pub enum BetaPermissions {}

/// Beta's list of reviewers (`listCertificationReviewers`).
#[derive(Debug)]
pub enum BetaReviewers {}
