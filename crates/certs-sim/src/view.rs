//! Typed read access to the state of a simulator, for tests that pick an identifier or check the
//! effect of a request.
//!
//! These are copies: they show the state at the moment of the call.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Declares an enum whose variants have a spelling on the wire.
macro_rules! wire_enum {
    (
        $(#[$outer:meta])*
        $name:ident { $( $(#[$inner:meta])* $variant:ident = $wire:literal ),+ $(,)? }
    ) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$inner])* $variant, )+
        }

        impl $name {
            /// The values as the API spells them.
            pub const SPELLINGS: &'static [&'static str] = &[$($wire),+];

            /// The value as the API spells it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $( Self::$variant => $wire, )+
                }
            }

            /// Reads the spelling of the API, which is exact about case.
            #[must_use]
            pub fn from_wire(text: &str) -> Option<Self> {
                match text {
                    $( $wire => Some(Self::$variant), )+
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::from_wire(&text)
                    .ok_or_else(|| serde::de::Error::unknown_variant(&text, Self::SPELLINGS))
            }
        }

        #[cfg(test)]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "enum": Self::SPELLINGS })
            }
        }
    };
}

wire_enum! {
    /// The phase of a certification.
    Phase {
        /// Prepared; not yet open for decisions.
        Staged = "STAGED",
        /// Open for decisions.
        Active = "ACTIVE",
        /// Signed off, read-only.
        Signed = "SIGNED",
    }
}

wire_enum! {
    /// What a campaign reviews.
    CampaignType {
        /// Managers review the access of their reports.
        Manager = "MANAGER",
        /// Owners of a source review who has access to it.
        SourceOwner = "SOURCE_OWNER",
        /// Reviewers check the result of a search.
        Search = "SEARCH",
        /// Reviewers check the content of roles.
        RoleComposition = "ROLE_COMPOSITION",
        /// Reviewers check accounts of machines.
        MachineAccount = "MACHINE_ACCOUNT",
    }
}

wire_enum! {
    /// Which decisions of a campaign need a comment.
    CommentRequirement {
        /// All of them.
        AllDecisions = "ALL_DECISIONS",
        /// Those that revoke.
        RevokeOnlyDecisions = "REVOKE_ONLY_DECISIONS",
        /// None.
        NoDecisions = "NO_DECISIONS",
    }
}

wire_enum! {
    /// What a reviewer decides about an item.
    Decision {
        /// The access stays.
        Approve = "APPROVE",
        /// The access goes.
        Revoke = "REVOKE",
    }
}

wire_enum! {
    /// What an identity may do beyond its own reviews.
    UserLevel {
        /// Nothing.
        User = "USER",
        /// See and change every certification.
        OrgAdmin = "ORG_ADMIN",
        /// See and change every certification.
        CertAdmin = "CERT_ADMIN",
    }
}

impl Default for UserLevel {
    /// Nothing.
    fn default() -> Self {
        Self::User
    }
}

wire_enum! {
    /// What kind of access an item is about.
    AccessType {
        /// A single entitlement.
        Entitlement = "ENTITLEMENT",
        /// An access profile.
        AccessProfile = "ACCESS_PROFILE",
        /// A role.
        Role = "ROLE",
    }
}

wire_enum! {
    /// The status of a campaign, as far as the simulator has it.
    CampaignStatus {
        /// On its way to be staged.
        Pending = "PENDING",
        /// Not begun.
        Staged = "STAGED",
        /// On its way to be deleted.
        Canceling = "CANCELING",
        /// On its way to be active.
        Activating = "ACTIVATING",
        /// Reviewers decide.
        Active = "ACTIVE",
        /// On its way to be completed.
        Completing = "COMPLETING",
        /// Everything is signed.
        Completed = "COMPLETED",
        /// Something went wrong when it was made.
        Error = "ERROR",
        /// Kept, and no longer in use.
        Archived = "ARCHIVED",
    }
}

wire_enum! {
    /// A report of a campaign.
    ReportType {
        /// The contents of the campaign.
        Composition = "CAMPAIGN_COMPOSITION_REPORT",
        /// Which revocations have been carried out.
        RemediationStatus = "CAMPAIGN_REMEDIATION_STATUS_REPORT",
        /// The progress of the campaign.
        Status = "CAMPAIGN_STATUS_REPORT",
        /// Who signed off what.
        SignOff = "CERTIFICATION_SIGNOFF_REPORT",
    }
}

wire_enum! {
    /// The status of a task.
    TaskStatus {
        /// Accepted, not begun.
        Queued = "QUEUED",
        /// Begun.
        InProgress = "IN_PROGRESS",
        /// Done.
        Success = "SUCCESS",
        /// Failed, and nothing was changed.
        Error = "ERROR",
    }
}

wire_enum! {
    /// Who asked for a reassignment.
    TaskType {
        /// The reviewer.
        Reassign = "REASSIGN",
        /// An administrator.
        AdminReassign = "ADMIN_REASSIGN",
    }
}

wire_enum! {
    /// What the identifier in a reassignment names.
    ReassignType {
        /// An access: every item about it.
        TargetSummary = "TARGET_SUMMARY",
        /// One item.
        Item = "ITEM",
        /// An identity summary: every item of that identity.
        IdentitySummary = "IDENTITY_SUMMARY",
    }
}

/// A campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Campaign {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it reviews.
    pub campaign_type: CampaignType,
    /// Which decisions need a comment.
    pub comment_requirement: CommentRequirement,
    /// Its status.
    pub status: CampaignStatus,
    /// When it ends.
    pub deadline: Timestamp,
}

/// Who reviews a certification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    content = "id",
    rename_all = "SCREAMING_SNAKE_CASE",
    deny_unknown_fields
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Reviewer {
    /// One identity, by its identifier, which is also a client id.
    Identity(String),
    /// A governance group, by its identifier. The API refuses most operations on such
    /// a certification.
    GovernanceGroup(String),
}

impl Reviewer {
    /// The identifier of the identity or of the governance group.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Identity(id) | Self::GovernanceGroup(id) => id,
        }
    }
}

/// A certification.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Certification {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// The campaign it belongs to.
    pub campaign_id: String,
    /// What that campaign reviews.
    pub campaign_type: CampaignType,
    /// Which decisions need a comment.
    pub comment_requirement: CommentRequirement,
    /// Its phase.
    pub phase: Phase,
    /// Who reviews it.
    pub reviewer: Reviewer,
    /// When it is due; some staged ones have no date yet.
    pub due: Option<Timestamp>,
    /// When it was signed off.
    pub signed: Option<Timestamp>,
    /// Items with a decision.
    pub decisions_made: u32,
    /// All items.
    pub decisions_total: u32,
    /// Identities of whom every item is decided.
    pub identities_completed: u32,
    /// Identities under review.
    pub identities_total: u32,
    /// Review summaries, of identities and of accesses, that reassignments have made beyond
    /// one for each.
    pub duplicate_summaries: usize,
    /// The certification that its items were reassigned from.
    pub reassigned_from: Option<String>,
    /// Its error, if any.
    pub error_message: Option<String>,
}

impl Certification {
    /// Whether every decision is made; it may still be open.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.decisions_made == self.decisions_total
    }
}

/// An access review item.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Item {
    /// Identifier.
    pub id: String,
    /// The certification that it is in now.
    pub certification_id: String,
    /// The identity whose access it is; `None` in a role composition campaign.
    pub identity_id: Option<String>,
    /// The summary of that identity in this certification.
    pub identity_summary_id: Option<String>,
    /// What kind of access.
    pub access_type: AccessType,
    /// Which access.
    pub access_id: String,
    /// Name of the access.
    pub access_name: String,
    /// Whether responses name the access only in `entitlement`, `accessProfile` or `role`, with
    /// null for `accessSummary.access`, as the service does for a large share of items.
    pub access_omitted: bool,
    /// Whether the access, or anything that it gives, is marked privileged.
    pub grants_privileged: bool,
    /// Whether the access itself is marked privileged.
    pub is_privileged: bool,
    /// How many permissions it gives.
    pub permissions: usize,
    /// What was decided.
    pub decision: Option<Decision>,
    /// The comment of the decision.
    pub comments: Option<String>,
    /// When the revoked access ends.
    pub proposed_end_date: Option<Timestamp>,
    /// Whether the client marked the decision as part of a larger one.
    pub bulk: Option<bool>,
}

/// An identity.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identity {
    /// Identifier, which for a person is also a client id.
    pub id: String,
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// A machine identity has no credentials and reviews nothing.
    pub is_machine: bool,
}

/// A task.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Task {
    /// Identifier.
    pub id: String,
    /// Who asked for it.
    pub task_type: TaskType,
    /// The certification, or campaign, that it changes.
    pub target_id: String,
    /// Its status.
    pub status: TaskStatus,
    /// Why it failed.
    pub errors: Vec<String>,
}

/// Access that a sign-off has sent to be removed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Remediation {
    /// The item that was revoked.
    pub item_id: String,
    /// The certification that was signed off.
    pub certification_id: String,
    /// The identity whose access it is; `None` in a role composition campaign.
    pub identity_id: Option<String>,
    /// Which access.
    pub access_id: String,
    /// When the sign-off started it.
    pub started: Timestamp,
    /// When the reviewer wants the access to end, if not at once.
    pub proposed_end_date: Option<Timestamp>,
}
