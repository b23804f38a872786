//! The endpoints that filter or sort, as types.
//!
//! They have no values: they tell filters and sorters of one endpoint from those of
//! another, so that each list takes only its own.

use std::fmt::Debug;

use super::EndpointVocabulary;
use super::capability::Composable;
use super::rule::Rules;
use super::vocabulary::Sealed;

/// An endpoint that filters or sorts.
pub trait Endpoint: Sealed + Rules + Copy + Debug + PartialEq + Send + Sync + 'static {
    /// What it filters and sorts by.
    const VOCABULARY: EndpointVocabulary;
}

/// V3's list of certifications (`listIdentityCertifications`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Certifications {}

/// V3's list of access review items (`listIdentityAccessReviewItems`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Items {}

/// V3's counts of decisions (`getIdentityDecisionSummary`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DecisionSummaries {}

/// V3's list of identity summaries (`getIdentitySummaries`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdentitySummaries {}

/// V3's list of access summaries (`getIdentityAccessSummaries`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccessSummaries {}

/// V3's list of permissions (`getIdentityCertificationItemPermissions`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permissions {}

/// V3's list of reviewers (`listCertificationReviewers`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reviewers {}

/// V3's list of pending tasks (`getPendingCertificationTasks`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tasks {}

/// Beta's list of certifications (`listCertifications`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BetaCertifications {}

/// Beta's list of permissions (`getIdentityCertificationItemPermissions`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BetaPermissions {}

/// Beta's list of reviewers (`listCertificationReviewers`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BetaReviewers {}

/// All but the two lists of permissions. Which others there are is no help to someone who
/// combines permissions, so the compiler's messages leave them out.
macro_rules! composable {
    ($($endpoint:ident),+ $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl Composable for $endpoint {}
    )+};
}

composable! {
    Certifications,
    Items,
    DecisionSummaries,
    IdentitySummaries,
    AccessSummaries,
    Reviewers,
    Tasks,
    BetaCertifications,
    BetaReviewers,
}
