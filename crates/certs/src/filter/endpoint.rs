//! The endpoints that filter or sort, as types.
//!
//! They have no values: they tell filters and sorters of one endpoint from those of
//! another, so that each list takes only its own.

/// The list of certifications (`listIdentityCertifications`), of type
/// [`Certification`](crate::model::Certification).
#[derive(Debug)]
pub enum Certifications {}

/// The list of access review items (`listIdentityAccessReviewItems`), of type
/// [`AccessReviewItem`](crate::model::AccessReviewItem).
#[derive(Debug)]
pub enum Items {}

/// The counts of decisions (`getIdentityDecisionSummary`). Filters select the
/// [`AccessReviewItem`](crate::model::AccessReviewItem)s that are counted.
#[derive(Debug)]
pub enum DecisionSummaries {}

/// The list of identity summaries (`getIdentitySummaries`), of type
/// [`IdentitySummary`](crate::model::IdentitySummary).
#[derive(Debug)]
pub enum IdentitySummaries {}

/// The list of access summaries (`getIdentityAccessSummaries`), of type
/// [`AccessSummary`](crate::model::AccessSummary).
#[derive(Debug)]
pub enum AccessSummaries {}

/// The list of permissions (`getIdentityCertificationItemPermissions`), of type
/// [`Permission`](crate::model::Permission).
#[derive(Debug)]
pub enum Permissions {}

/// The list of reviewers (`listCertificationReviewers`), of type
/// [`IdentityReference`](crate::model::IdentityReference).
#[derive(Debug)]
pub enum Reviewers {}

/// The list of pending tasks (`getPendingCertificationTasks`), of type
/// [`Task`](crate::model::Task).
#[derive(Debug)]
pub enum Tasks {}

/// The list of campaigns (`getActiveCampaigns`), of type
/// [`Campaign`](crate::model::Campaign).
#[derive(Debug)]
pub enum Campaigns {}

/// The list of campaign templates (`getCampaignTemplates`), of type
/// [`CampaignTemplate`](crate::model::CampaignTemplate).
#[derive(Debug)]
pub enum CampaignTemplates {}

/// Beta's list of certifications (`listCertifications`), of type
/// [`Certification`](crate::model::Certification).
#[derive(Debug)]
pub enum BetaCertifications {}

/// Beta's list of permissions (`getIdentityCertificationItemPermissions`), of type
/// [`Permission`](crate::model::Permission).
#[derive(Debug)]
pub enum BetaPermissions {}

/// Beta's list of reviewers (`listCertificationReviewers`), of type
/// [`IdentityReference`](crate::model::IdentityReference).
#[derive(Debug)]
pub enum BetaReviewers {}
