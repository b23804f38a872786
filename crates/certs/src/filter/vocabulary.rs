//! What each endpoint of each version filters and sorts by.
//!
//! Upstream, the fields and operators stand in the prose of the parameters `filters`
//! and `sorters`; the vendored contract holds them as `x-filters` and `x-sorters`. This
//! is the same table with types. [`VOCABULARY`] gives it back as data, so that a test can
//! hold the two against each other.

#[macro_use]
mod macros;

/// Keeps the traits of filters to the fields and endpoints of this file.
pub trait Sealed {}

/// What one endpoint filters and sorts by, in the API's own terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndpointVocabulary {
    /// The version of the API: `v3` or `beta`.
    pub version: &'static str,
    /// The operation's id in that version's specification.
    pub operation_id: &'static str,
    /// The fields that it filters by, each with its operators.
    pub filters: &'static [(&'static str, &'static [&'static str])],
    /// The fields that it sorts by.
    pub sorters: &'static [&'static str],
}

vocabulary! {
    /// Fields of V3's endpoints.
    pub(super) mod v3 = "v3" at "certs::filter" {
        /// Fields of V3's list of certifications (`listIdentityCertifications`).
        mod certification for Certifications = "listIdentityCertifications" {
            /// The certification's id.
            id: String => "id" [eq, in];
            /// The id of its campaign.
            campaign_id: String => "campaign.id" [eq, in];
            /// Where it is in its life.
            phase: Phase => "phase" [eq];
            /// Whether every decision is made.
            completed: bool => "completed" [eq];
            /// When the decisions are due.
            due: SortOnly => "due" [] sort;
            /// The certification's name.
            name: SortOnly => "name" [] sort;
            /// When the reviewer signed off.
            signed: SortOnly => "signed" [] sort;
        }

        /// Fields of V3's list of access review items
        /// (`listIdentityAccessReviewItems`).
        mod item for Items = "listIdentityAccessReviewItems" {
            /// The item's id.
            id: String => "id" [eq, in];
            /// What sort of item it is.
            item_type: ObjectType => "type" [eq];
            /// What sort of access is under review.
            access_type: ObjectType => "access.type" [eq] sort;
            /// Whether the item is decided.
            completed: bool => "completed" [eq, ne];
            /// The id of the identity summary that the item belongs to.
            identity_summary_id: String => "identitySummary.id" [eq, in];
            /// The name of the identity that holds the access.
            identity_summary_name: String => "identitySummary.name" [eq, sw] sort;
            /// The id of the access under review.
            access_id: String => "access.id" [eq, in];
            /// The name of the access under review.
            access_name: String => "access.name" [eq, sw] sort;
            /// The source of the entitlement under review.
            entitlement_source_name: String => "entitlement.sourceName" [eq, sw] sort;
            /// The source of the access profile under review.
            access_profile_source_name: String => "accessProfile.sourceName" [eq, sw] sort;
        }

        /// Fields of V3's counts of decisions (`getIdentityDecisionSummary`).
        mod decision_summary for DecisionSummaries = "getIdentityDecisionSummary" {
            /// The id of the identity summary whose decisions are counted.
            identity_summary_id: String => "identitySummary.id" [eq, in];
        }

        /// Fields of V3's list of identity summaries (`getIdentitySummaries`).
        mod identity_summary for IdentitySummaries = "getIdentitySummaries" {
            /// The summary's id.
            id: String => "id" [eq, in];
            /// Whether everything about the identity is decided.
            completed: bool => "completed" [eq, ne];
            /// The identity's name.
            name: String => "name" [eq, sw] sort;
        }

        /// Fields of V3's list of access summaries (`getIdentityAccessSummaries`).
        mod access_summary for AccessSummaries = "getIdentityAccessSummaries" {
            /// Whether everything about the access is decided.
            completed: bool => "completed" [eq, ne];
            /// The id of the access.
            access_id: String => "access.id" [eq, in];
            /// The name of the access.
            access_name: String => "access.name" [eq, sw] sort;
            /// The source of the entitlement.
            entitlement_source_name: String => "entitlement.sourceName" [eq, sw];
            /// The source of the access profile.
            access_profile_source_name: String => "accessProfile.sourceName" [eq, sw];
        }

        /// Fields of V3's list of permissions
        /// (`getIdentityCertificationItemPermissions`).
        ///
        /// A filter holds at most one `and` or one `or`, between a condition on
        /// [`target`](permission::target) and one on
        /// [`rights`](permission::rights).
        mod permission for Permissions = "getIdentityCertificationItemPermissions" {
            /// What the permission applies to.
            target: String => "target" [eq, sw] -> TargetTerm;
            /// What the permission allows.
            rights: String => "rights" [ca] -> RightsTerm;
        }

        /// Fields of V3's list of reviewers (`listCertificationReviewers`).
        mod reviewer for Reviewers = "listCertificationReviewers" {
            /// The reviewer's id.
            id: String => "id" [eq, in];
            /// The reviewer's name.
            name: String => "name" [eq, sw] sort;
            /// The reviewer's email address.
            email: String => "email" [eq, sw] sort;
        }

        /// Fields of V3's list of pending tasks (`getPendingCertificationTasks`).
        mod task for Tasks = "getPendingCertificationTasks" {
            /// The task's id.
            id: String => "id" [eq, in];
            /// The id of the certification or campaign that the task works on.
            target_id: String => "targetId" [eq, in];
            /// What the task does.
            task_type: TaskType => "type" [eq, in];
        }
    }

    /// Fields of beta's endpoints.
    ///
    /// Where beta and V3 name the same field they still make different filters: each
    /// list takes those of its own version.
    ///
    /// ```
    /// use certs::filter::beta::certification;
    ///
    /// assert_eq!(certification::completed().ne(true).to_string(), "completed ne true");
    /// ```
    pub mod beta = "beta" at "certs::filter::beta" {
        /// Fields of beta's list of certifications (`listCertifications`).
        mod certification for BetaCertifications = "listCertifications" {
            /// The certification's id.
            id: String => "id" [eq, in];
            /// Where it is in its life.
            phase: Phase => "phase" [eq];
            /// Whether every decision is made.
            completed: bool => "completed" [eq, ne];
            /// What its campaign reviews, and by whom.
            campaign_type: CampaignType => "campaignRef.campaignType" [eq, in];
            /// The id of its campaign.
            campaign_id: String => "campaignRef.id" [eq, in];
            /// When the decisions are due.
            due: SortOnly => "due" [] sort;
            /// The certification's name.
            name: SortOnly => "name" [] sort;
            /// When the reviewer signed off.
            signed: SortOnly => "signed" [] sort;
        }

        /// Fields of beta's list of permissions
        /// (`getIdentityCertificationItemPermissions`).
        ///
        /// A filter holds at most one `and` or one `or`, between a condition on
        /// [`target`](permission::target) and one on
        /// [`rights`](permission::rights).
        mod permission for BetaPermissions = "getIdentityCertificationItemPermissions" {
            /// What the permission applies to.
            target: String => "target" [eq, sw] -> TargetTerm;
            /// What the permission allows.
            rights: String => "rights" [ca] -> RightsTerm;
        }

        /// Fields of beta's list of reviewers (`listCertificationReviewers`).
        mod reviewer for BetaReviewers = "listCertificationReviewers" {
            /// The reviewer's id.
            id: String => "id" [eq, in];
            /// The reviewer's name.
            name: String => "name" [eq, sw] sort;
            /// The reviewer's email address.
            email: String => "email" [eq, sw] sort;
        }
    }
}
