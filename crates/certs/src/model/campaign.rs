//! The campaign that a certification is part of.

use super::ObjectType;
use super::open_enum::open_enum;
use super::record::record;

record! {
    /// The campaign that a certification is part of. Beta calls it `campaignRef`.
    pub struct CampaignReference {
        /// The campaign's id; empty when the answer has none.
        pub id: String => "id",
        /// The campaign's name.
        pub name: Option<String> => "name",
        /// The type of object: [`ObjectType::Campaign`].
        pub kind: Option<ObjectType> => "type",
        /// What the campaign reviews, and by whom.
        pub campaign_type: Option<CampaignType> => "campaignType",
        /// The administrator's words about the campaign. `None` if there are none.
        pub description: Option<String> => "description",
        /// Whether the accounts under review belong to known identities.
        pub correlated_status: Option<CorrelatedStatus> => "correlatedStatus",
        /// Which decisions the service refuses without a comment.
        pub mandatory_comment_requirement: Option<MandatoryCommentRequirement> => "mandatoryCommentRequirement",
    }
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
