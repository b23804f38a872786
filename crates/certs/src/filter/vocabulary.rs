//! The vocabulary of each endpoint: the fields that it filters and sorts by.
//!
//! The vendor describes the fields and operators in the prose of the parameters `filters` and
//! `sorters`; our contracts have them as `x-filters` and `x-sorters`. This is the same table, with
//! types and with the place of each field in the model. `cargo xtask check` compares the two.

#[macro_use]
mod macros;

use std::fmt;

use super::value::FieldValue;
use crate::model::{AccessSummary, CampaignReference, Record};

/// An endpoint that filters or sorts. Code outside this crate cannot name or implement it.
pub trait Endpoint: 'static {
    /// The records that its filters test: those that the endpoint lists or counts.
    type Record: Record + fmt::Debug + Send + Sync + Unpin + 'static;

    /// The fields that it filters and sorts by.
    const VOCABULARY: &'static EndpointVocabulary;

    /// The value of a record's field; `None` if records do not carry the field.
    fn value<'a>(record: &'a Self::Record, field: &str) -> Option<FieldValue<'a>>;
}

/// What one endpoint filters and sorts by, in the API's own terms.
#[derive(Clone, Copy, Debug)]
pub struct EndpointVocabulary {
    /// The fields that it filters or sorts by.
    pub(super) fields: &'static [FieldVocabulary],
    /// The fields that the list takes by a separate method instead.
    pub(super) parameters: &'static [&'static str],
    /// Whether it takes only one `and` or `or`, between conditions on different fields.
    pub(super) combines_once: bool,
}

/// A field that an endpoint filters or sorts by.
#[derive(Clone, Copy, Debug)]
pub(super) struct FieldVocabulary {
    /// The field's name on the wire.
    pub(super) name: &'static str,
    /// The operators that filters may compare it with; none if it is only for sorting.
    pub(super) operators: &'static [&'static str],
    /// Whether the list can be sorted by it.
    pub(super) sortable: bool,
    pub(super) values: Values,
}

/// What a field is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Values {
    Text,
    Id,
    Bool,
    /// One of these texts.
    Enumeration(&'static [&'static str]),
}

impl EndpointVocabulary {
    pub(super) fn filterable(&self) -> impl Iterator<Item = &'static FieldVocabulary> {
        let fields = self.fields.iter();
        fields.filter(|field| !field.operators.is_empty())
    }

    pub(super) fn sortable(&self) -> impl Iterator<Item = &'static FieldVocabulary> {
        self.fields.iter().filter(|field| field.sortable)
    }
}

vocabulary! {
    /// Fields of the endpoints that all versions but beta share.
    pub(super) mod shared = "v3" at "certs::filter" {
        /// Fields of the list of certifications (`listIdentityCertifications`).
        mod certification for Certifications of Certification = "listIdentityCertifications",
            beside reviewer
        {
            /// The certification's id.
            id: Id => "id" [eq, in] = |certification| certification.id.get();
            /// The id of its campaign.
            campaign_id: Id => "campaign.id" [eq, in]
                = |certification| campaign_id(certification.campaign.as_ref());
            /// Its phase: staged, active or signed.
            phase: Phase => "phase" [eq] = |certification| certification.phase.as_ref();
            /// Whether every decision is made.
            completed: bool => "completed" [eq] = |certification| certification.completed;
            /// When the decisions are due.
            due => "due" sort;
            /// The certification's name.
            name => "name" sort;
            /// When the reviewer signed off.
            signed => "signed" sort;
        }

        /// Fields of the list of access review items (`listIdentityAccessReviewItems`).
        mod item for Items of AccessReviewItem = "listIdentityAccessReviewItems" {
            /// The item's id.
            id: Id => "id" [eq, in] = |item| item.id.get();
            /// The type of the item, which is that of its access.
            item_type: ObjectType => "type" [eq] = |item| item.access_type();
            /// The type of the access under review.
            access_type: ObjectType => "access.type" [eq] sort = |item| item.access_type();
            /// Whether the item is decided.
            completed: bool => "completed" [eq, ne] = |item| item.completed;
            /// The id of the identity summary that the item belongs to.
            identity_summary_id: Id => "identitySummary.id" [eq, in]
                = |item| item.identity_summary.as_ref().and_then(|summary| summary.id.get());
            /// The name of the identity that has the access.
            identity_summary_name: String => "identitySummary.name" [eq, sw] sort
                = |item| item.identity_name();
            /// The id of the access under review.
            access_id: Id => "access.id" [eq, in] = |item| item.access_id();
            /// The name of the access under review.
            access_name: String => "access.name" [eq, sw] sort = |item| item.access_name();
            /// The source of the entitlement under review.
            entitlement_source_name: String => "entitlement.sourceName" [eq, sw] sort
                = |item| item.access_summary.as_ref().and_then(entitlement_source);
            /// The source of the access profile under review.
            access_profile_source_name: String => "accessProfile.sourceName" [eq, sw] sort
                = |item| item.access_summary.as_ref().and_then(access_profile_source);
        }

        /// Fields of the counts of decisions (`getIdentityDecisionSummary`). What is
        /// filtered are the items whose decisions are counted.
        mod decision_summary for DecisionSummaries of AccessReviewItem
            = "getIdentityDecisionSummary"
        {
            /// The id of the identity summary whose decisions are counted.
            identity_summary_id: Id => "identitySummary.id" [eq, in]
                = |item| item.identity_summary.as_ref().and_then(|summary| summary.id.get());
        }

        /// Fields of the list of identity summaries (`getIdentitySummaries`).
        mod identity_summary for IdentitySummaries of IdentitySummary = "getIdentitySummaries" {
            /// The summary's id.
            id: Id => "id" [eq, in] = |summary| summary.id.get();
            /// Whether everything about the identity is decided.
            completed: bool => "completed" [eq, ne] = |summary| summary.completed;
            /// The identity's name.
            name: String => "name" [eq, sw] sort = |summary| summary.name.as_deref();
        }

        /// Fields of the list of access summaries (`getIdentityAccessSummaries`).
        mod access_summary for AccessSummaries of AccessSummary = "getIdentityAccessSummaries" {
            /// Whether everything about the access is decided.
            completed: bool => "completed" [eq, ne] = not_in_record;
            /// The id of the access.
            access_id: Id => "access.id" [eq, in] = |summary| summary.access_id();
            /// The name of the access.
            access_name: String => "access.name" [eq, sw] sort
                = |summary| summary.access_name();
            /// The source of the entitlement.
            entitlement_source_name: String => "entitlement.sourceName" [eq, sw]
                = |summary| entitlement_source(summary);
            /// The source of the access profile.
            access_profile_source_name: String => "accessProfile.sourceName" [eq, sw]
                = |summary| access_profile_source(summary);
        }

        /// Fields of the list of permissions (`getIdentityCertificationItemPermissions`).
        ///
        /// A filter has at most one `and` or one `or`, between a condition on
        /// [`target`](permission::target) and one on [`rights`](permission::rights), and no
        /// `not`. A larger one is refused before it is sent.
        mod permission for Permissions of Permission = "getIdentityCertificationItemPermissions",
            combined once
        {
            /// What the permission applies to.
            target: String => "target" [eq, sw] = |permission| permission.target.as_deref();
            /// What the permission allows.
            rights: String => "rights" [ca] = |permission| &permission.rights;
        }

        /// Fields of the list of reviewers (`listCertificationReviewers`).
        mod reviewer for Reviewers of IdentityReference = "listCertificationReviewers" {
            /// The reviewer's id.
            id: Id => "id" [eq, in] = |reviewer| reviewer.id.get();
            /// The reviewer's name.
            name: String => "name" [eq, sw] sort = |reviewer| reviewer.name.as_deref();
            /// The reviewer's email address.
            email: String => "email" [eq, sw] sort = |reviewer| reviewer.email.as_deref();
        }

        /// Fields of the list of pending tasks (`getPendingCertificationTasks`).
        mod task for Tasks of Task = "getPendingCertificationTasks", beside reviewer {
            /// The task's id.
            id: Id => "id" [eq, in] = |task| task.id.get();
            /// The id of the certification or campaign that the task works on.
            target_id: Id => "targetId" [eq, in] = |task| task.target_id.get();
            /// What the task does.
            task_type: TaskType => "type" [eq, in] = |task| task.task_type.as_ref();
        }

        /// Fields of the list of campaigns (`getActiveCampaigns`).
        mod campaign for Campaigns of Campaign = "getActiveCampaigns" {
            /// The campaign's id.
            id: Id => "id" [eq, in] = |campaign| campaign.id.get();
            /// The campaign's name.
            name: String => "name" [eq, sw] sort = |campaign| campaign.name.as_deref();
            /// Its status.
            status: CampaignStatus => "status" [eq, in] = |campaign| campaign.status.as_ref();
            /// When it was created.
            created => "created" sort;
        }

        /// Fields of the list of campaign templates (`getCampaignTemplates`).
        mod campaign_template for CampaignTemplates of CampaignTemplate = "getCampaignTemplates" {
            /// The template's id.
            id: Id => "id" [eq, ge, gt, in, le, lt, ne, sw] = |template| template.id.get();
            /// The template's name.
            name: String => "name" [eq, ge, gt, in, le, lt, ne, sw] sort
                = |template| template.name.as_deref();
            /// When it was created.
            created => "created" sort;
            /// When it was last changed.
            modified => "modified" sort;
        }
    }

    /// Fields of beta's endpoints.
    ///
    /// Even for fields with the same name, filters of beta and of other versions have different
    /// types: each list takes only its own.
    ///
    /// ```
    /// use certs::filter::beta::certification;
    ///
    /// assert_eq!(certification::completed().ne(true).to_string(), "completed ne true");
    /// ```
    pub mod beta = "beta" at "certs::filter::beta" {
        /// Fields of beta's list of certifications (`listCertifications`).
        mod certification for BetaCertifications of Certification = "listCertifications",
            beside reviewer
        {
            /// The certification's id.
            id: Id => "id" [eq, in] = |certification| certification.id.get();
            /// Its phase: staged, active or signed.
            phase: Phase => "phase" [eq] = |certification| certification.phase.as_ref();
            /// Whether every decision is made.
            completed: bool => "completed" [eq, ne] = |certification| certification.completed;
            /// What its campaign reviews, and by whom.
            campaign_type: CampaignType => "campaignRef.campaignType" [eq, in]
                = |certification| campaign_type(certification.campaign.as_ref());
            /// The id of its campaign.
            campaign_id: Id => "campaignRef.id" [eq, in]
                = |certification| campaign_id(certification.campaign.as_ref());
            /// When the decisions are due.
            due => "due" sort;
            /// The certification's name.
            name => "name" sort;
            /// When the reviewer signed off.
            signed => "signed" sort;
        }

        /// Fields of beta's list of permissions
        /// (`getIdentityCertificationItemPermissions`).
        ///
        /// A filter has at most one `and` or one `or`, between a condition on
        /// [`target`](permission::target) and one on [`rights`](permission::rights), and no
        /// `not`. A larger one is refused before it is sent.
        mod permission for BetaPermissions of Permission
            = "getIdentityCertificationItemPermissions", combined once
        {
            /// What the permission applies to.
            target: String => "target" [eq, sw] = |permission| permission.target.as_deref();
            /// What the permission allows.
            rights: String => "rights" [ca] = |permission| &permission.rights;
        }

        /// Fields of beta's list of reviewers (`listCertificationReviewers`).
        mod reviewer for BetaReviewers of IdentityReference = "listCertificationReviewers" {
            /// The reviewer's id.
            id: Id => "id" [eq, in] = |reviewer| reviewer.id.get();
            /// The reviewer's name.
            name: String => "name" [eq, sw] sort = |reviewer| reviewer.name.as_deref();
            /// The reviewer's email address.
            email: String => "email" [eq, sw] sort = |reviewer| reviewer.email.as_deref();
        }
    }
}

fn campaign_id(campaign: Option<&CampaignReference>) -> Option<&str> {
    campaign?.id.get()
}

fn campaign_type(campaign: Option<&CampaignReference>) -> Option<&crate::model::CampaignType> {
    campaign?.campaign_type.as_ref()
}

fn entitlement_source(summary: &AccessSummary) -> Option<&str> {
    summary.entitlement.as_ref()?.source_name.as_deref()
}

/// An access profile is made from one source, which its entitlements name.
fn access_profile_source(summary: &AccessSummary) -> Option<&str> {
    let entitlements = &summary.access_profile.as_ref()?.entitlements;
    entitlements
        .iter()
        .find_map(|entitlement| entitlement.source_name.as_deref())
}
