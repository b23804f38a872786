//! Campaigns, which an administrator starts and which consist of certifications.

use jiff::Timestamp;

use super::open_enum::open_enum;
use super::record::record;
use super::{ErrorMessage, Id, ObjectType};

record! {
    /// A campaign (`Campaign`, and `SlimCampaign` with its first fields only).
    ///
    /// A list returns slim campaigns, in which fields from `modified` on are `None`, unless it
    /// requests [full](crate::List::full) ones.
    pub struct Campaign {
        /// The campaign's id.
        pub id: Id => "id",
        /// The campaign's name. Two campaigns may have the same.
        pub name: Option<String> => "name",
        /// The description.
        pub description: Option<String> => "description",
        /// When the campaign ends.
        pub deadline: Option<Timestamp> => "deadline",
        /// What the campaign reviews, and by whom. [`scope`](Self::scope) has the details.
        pub campaign_type: Option<CampaignType> => "type",
        /// Whether reviewers get emails about it.
        pub email_notification_enabled: Option<bool> => "emailNotificationEnabled",
        /// Whether open items may be revoked at the end.
        pub auto_revoke_allowed: Option<bool> => "autoRevokeAllowed",
        /// Whether reviewers see recommendations. False if the tenant has none.
        pub recommendations_enabled: Option<bool> => "recommendationsEnabled",
        /// The campaign's status.
        pub status: Option<CampaignStatus> => "status",
        /// Whether the accounts under review belong to known identities.
        pub correlated_status: Option<CorrelatedStatus> => "correlatedStatus",
        /// When the campaign was created.
        pub created: Option<Timestamp> => "created",
        /// How many certifications it has.
        pub total_certifications: Option<i32> => "totalCertifications",
        /// How many of them are signed off.
        pub completed_certifications: Option<i32> => "completedCertifications",
        /// Errors and warnings.
        pub alerts: Vec<CampaignAlert> => "alerts",
        /// When the campaign was last changed.
        pub modified: Option<Timestamp> => "modified",
        /// Which filter chose what is reviewed. `None` for the tenant's default one.
        pub filter: Option<ObjectReference> => "filter",
        /// Whether a change of an end date needs a comment.
        pub sunset_comments_required: Option<bool> => "sunsetCommentsRequired",
        /// What a source owner campaign reviews.
        pub source_owner: Option<SourceOwnerCampaign> => "sourceOwnerCampaignInfo",
        /// What a search campaign reviews, and who.
        pub search: Option<SearchCampaign> => "searchCampaignInfo",
        /// What a role composition campaign reviews, and who.
        pub role_composition: Option<RoleCompositionCampaign> => "roleCompositionCampaignInfo",
        /// What a machine account campaign reviews, and who.
        pub machine_account: Option<MachineAccountCampaign> => "machineAccountCampaignInfo",
        /// Sources in the campaign with entitlements that the tenant does not manage.
        pub sources_with_orphan_entitlements: Vec<ObjectReference> => "sourcesWithOrphanEntitlements",
        /// Which decisions the service refuses without a comment.
        pub mandatory_comment_requirement: Option<MandatoryCommentRequirement> => "mandatoryCommentRequirement",
    }
}

impl Campaign {
    /// The scope of the review, by campaign type. `None` if the response names no type.
    ///
    /// ```
    /// use certs::model::{Campaign, CampaignScope};
    ///
    /// let campaign: Campaign = serde_json::from_str(
    ///     r#"{"id": "k-1", "type": "SOURCE_OWNER", "sourceOwnerCampaignInfo": {"sourceIds": ["s-1"]}}"#,
    /// )?;
    /// let Some(CampaignScope::SourceOwner(Some(scope))) = campaign.scope() else { panic!() };
    /// assert_eq!(scope.source_ids, ["s-1"]);
    ///
    /// let newer: Campaign = serde_json::from_str(r#"{"id": "k-2", "type": "AGENT"}"#)?;
    /// assert!(matches!(newer.scope(), Some(CampaignScope::Unrecognized("AGENT"))));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn scope(&self) -> Option<CampaignScope<'_>> {
        Some(match self.campaign_type.as_ref()? {
            CampaignType::Manager => CampaignScope::Manager,
            CampaignType::SourceOwner => CampaignScope::SourceOwner(self.source_owner.as_ref()),
            CampaignType::Search => CampaignScope::Search(self.search.as_ref()),
            CampaignType::RoleComposition => {
                CampaignScope::RoleComposition(self.role_composition.as_ref())
            }
            CampaignType::MachineAccount => {
                CampaignScope::MachineAccount(self.machine_account.as_ref())
            }
            other => CampaignScope::Unrecognized(other.as_str()),
        })
    }

    /// Whether it has this status.
    #[must_use]
    pub fn is_in(&self, status: &CampaignStatus) -> bool {
        self.status.as_ref() == Some(status)
    }

    /// Whether it has this status, or the response has none.
    pub(crate) fn may_be(&self, status: &CampaignStatus) -> bool {
        self.status.is_none() || self.is_in(status)
    }

    /// Whether its deadline has passed. False without a deadline.
    #[must_use]
    pub fn is_past_due(&self, now: Timestamp) -> bool {
        self.deadline.is_some_and(|deadline| deadline < now)
    }
}

/// What a campaign reviews ([`Campaign::scope`]): with the details of its type, which slim
/// campaigns do not have.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum CampaignScope<'a> {
    /// The access of everybody, by their managers.
    Manager,
    /// The access to sources, by their owners.
    SourceOwner(Option<&'a SourceOwnerCampaign>),
    /// What a search found.
    Search(Option<&'a SearchCampaign>),
    /// What roles are made of.
    RoleComposition(Option<&'a RoleCompositionCampaign>),
    /// Machine accounts.
    MachineAccount(Option<&'a MachineAccountCampaign>),
    /// A type that this version does not name. Its details are in the campaign's `extra`.
    Unrecognized(&'a str),
}

open_enum! {
    /// The status of a campaign.
    pub enum CampaignStatus {
        /// Its certifications are being created.
        Pending => "PENDING",
        /// Ready to be checked and activated.
        Staged => "STAGED",
        /// Being deleted.
        Canceling => "CANCELING",
        /// Being activated.
        Activating => "ACTIVATING",
        /// Reviewers decide.
        Active => "ACTIVE",
        /// Being completed.
        Completing => "COMPLETING",
        /// Completed; nothing can be changed.
        Completed => "COMPLETED",
        /// Something went wrong; see `alerts`.
        Error => "ERROR",
        /// Archived, and no longer in use.
        Archived => "ARCHIVED",
    }
}

record! {
    /// A message about a campaign, for administrators.
    pub struct CampaignAlert {
        /// How serious it is.
        pub level: Option<AlertLevel> => "level",
        /// Its text, in one or several languages.
        pub localizations: Vec<ErrorMessage> => "localizations",
    }
}

open_enum! {
    /// How serious an alert is.
    pub enum AlertLevel {
        /// Something went wrong.
        Error => "ERROR",
        /// Something may go wrong.
        Warn => "WARN",
        /// Good to know.
        Info => "INFO",
    }
}

record! {
    /// A campaign filter, a source, an identity or a governance group, by id and name.
    pub struct ObjectReference {
        /// The type of object.
        pub kind: Option<ObjectType> => "type",
        /// The object's id.
        pub id: Id => "id",
        /// The object's name.
        pub name: Option<String> => "name",
    }
}

record! {
    /// What a source owner campaign reviews.
    pub struct SourceOwnerCampaign {
        /// The ids of the sources.
        pub source_ids: Vec<Id> => "sourceIds",
    }
}

record! {
    /// What a search campaign reviews, and who.
    pub struct SearchCampaign {
        /// Whether the search is for identities or for access.
        pub search_type: Option<SearchType> => "type",
        /// The description of the search.
        pub description: Option<String> => "description",
        /// The reviewer of everything. `None` if managers review.
        pub reviewer: Option<ObjectReference> => "reviewer",
        /// The search.
        pub query: Option<String> => "query",
        /// The ids of the identities, if they were named instead.
        pub identity_ids: Vec<Id> => "identityIds",
        /// Leaves out identities without this access.
        pub access_constraints: Vec<AccessConstraint> => "accessConstraints",
    }
}

open_enum! {
    /// What a search campaign is about.
    pub enum SearchType {
        /// Identities, and all that they have.
        Identity => "IDENTITY",
        /// Access, and those who have it.
        Access => "ACCESS",
    }
}

record! {
    /// Access of one kind that a search campaign is narrowed to.
    pub struct AccessConstraint {
        /// The kind of access.
        pub access_type: Option<ObjectType> => "type",
        /// The ids of the access, if some was selected.
        pub ids: Vec<Id> => "ids",
        /// Whether the listed access was selected, or all of the kind.
        pub operator: Option<ConstraintOperator> => "operator",
    }
}

open_enum! {
    /// How much of a kind of access is selected.
    pub enum ConstraintOperator {
        /// All of it.
        All => "ALL",
        /// The listed ids.
        Selected => "SELECTED",
    }
}

record! {
    /// What a role composition campaign reviews, and who.
    pub struct RoleCompositionCampaign {
        /// The reviewer of everything. `None` if the owners of the roles review.
        pub reviewer: Option<ObjectReference> => "reviewer",
        /// The ids of the roles, if they were named. Without ids and search, all roles.
        pub role_ids: Vec<Id> => "roleIds",
        /// The identity that gets a task for each revocation.
        pub remediator: Option<ObjectReference> => "remediatorRef",
        /// The search for roles.
        pub query: Option<String> => "query",
        /// The description of the search.
        pub description: Option<String> => "description",
    }
}

record! {
    /// What a machine account campaign reviews, and who.
    pub struct MachineAccountCampaign {
        /// The ids of the sources.
        pub source_ids: Vec<Id> => "sourceIds",
        /// Who reviews.
        pub reviewer_type: Option<MachineAccountReviewer> => "reviewerType",
    }
}

open_enum! {
    /// Who reviews machine accounts.
    pub enum MachineAccountReviewer {
        /// The owner of the account.
        AccountOwner => "ACCOUNT_OWNER",
    }
}

record! {
    /// The campaign that a certification is part of. Beta calls it `campaignRef`.
    pub struct CampaignReference {
        /// The campaign's id.
        pub id: Id => "id",
        /// The campaign's name.
        pub name: Option<String> => "name",
        /// The type of object: [`ObjectType::Campaign`].
        pub kind: Option<ObjectType> => "type",
        /// What the campaign reviews, and by whom.
        pub campaign_type: Option<CampaignType> => "campaignType",
        /// The description. `None` if there is none.
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
