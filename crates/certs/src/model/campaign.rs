//! The campaign that a certification is part of.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::open_enum::open_enum;
use super::schema::plain_descriptions;
use super::{Extra, ObjectType, tolerant};

/// The campaign that a certification is part of. Beta calls it `campaignRef`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct CampaignReference {
    /// The campaign's id; empty when the answer has none.
    #[serde(
        deserialize_with = "tolerant::id",
        skip_serializing_if = "String::is_empty"
    )]
    #[schemars(with = "Option<String>")]
    pub id: String,
    /// The campaign's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The sort of object: [`ObjectType::Campaign`].
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ObjectType>,
    /// What the campaign reviews, and by whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign_type: Option<CampaignType>,
    /// The administrator's words about the campaign. `None` when there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether the accounts under review belong to known identities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlated_status: Option<CorrelatedStatus>,
    /// Which decisions the service refuses without a comment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mandatory_comment_requirement: Option<MandatoryCommentRequirement>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

open_enum! {
    /// What a campaign reviews, and by whom.
    pub enum CampaignType {
        /// Managers review the access of their reports.
        Manager => "MANAGER",
        /// Owners of sources review the access to their sources.
        SourceOwner => "SOURCE_OWNER",
        /// Chosen reviewers review what a search found.
        Search => "SEARCH",
        /// Chosen reviewers review what roles are made of.
        RoleComposition => "ROLE_COMPOSITION",
        /// Owners of machine accounts review those accounts.
        MachineAccount => "MACHINE_ACCOUNT",
    }
}

open_enum! {
    /// Whether the accounts under review belong to known identities.
    pub enum CorrelatedStatus {
        /// Every account belongs to an identity.
        Correlated => "CORRELATED",
        /// Only accounts that belong to no identity with an authoritative account; occurs
        /// in source owner campaigns only.
        Uncorrelated => "UNCORRELATED",
    }
}

open_enum! {
    /// Which decisions need a comment.
    pub enum MandatoryCommentRequirement {
        /// Approvals and revocations.
        AllDecisions => "ALL_DECISIONS",
        /// Revocations.
        RevokeOnlyDecisions => "REVOKE_ONLY_DECISIONS",
        /// None; the service's default.
        NoDecisions => "NO_DECISIONS",
    }
}
