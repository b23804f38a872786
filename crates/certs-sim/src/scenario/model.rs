//! The format of scenario files.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::view::{
    AccessType, CampaignStatus, CampaignType, CommentRequirement, Decision, Phase, ReassignType,
    ReportType, Reviewer, TaskType, UserLevel,
};

/// Gives the parts of a scenario what they have in common.
macro_rules! parts {
    ($($(#[$outer:meta])* struct $name:ident { $($body:tt)* })+) => {
        $(
            $(#[$outer])*
            #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
            #[serde(rename_all = "camelCase", deny_unknown_fields)]
            #[cfg_attr(test, derive(schemars::JsonSchema))]
            #[non_exhaustive]
            pub struct $name { $($body)* }
        )+
    };
}

parts! {
    /// A tenant with its reviews at one moment. Identifiers are 32 hexadecimal digits, and other
    /// parts refer to them; dates follow RFC 3339.
    #[derive(Default)]
    struct Scenario {
        /// The path of the file's JSON Schema, for editors; ignored otherwise.
        #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
        pub schema: Option<String>,
        /// All identities. Each is a client with the secret `sim-secret`, except machine
        /// identities. The first ORG_ADMIN and the first CERT_ADMIN are the clients `sim-admin` and
        /// `sim-cert-admin`; one that is missing is added.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub identities: Vec<Identity>,
        /// Groups of people who review together.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub governance_groups: Vec<GovernanceGroup>,
        /// The systems that entitlements come from.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub sources: Vec<Source>,
        /// The access that sources grant.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub entitlements: Vec<Entitlement>,
        /// Bundles of entitlements of one source.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub access_profiles: Vec<AccessProfile>,
        /// Bundles of access profiles and entitlements.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub roles: Vec<Role>,
        /// The campaigns.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub campaigns: Vec<Campaign>,
        /// The certifications with their items, in the order in which lists show them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub certifications: Vec<Certification>,
        /// Pending and finished reassignments by task.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub tasks: Vec<Task>,
        /// The access that sign-offs have sent to be removed. Default: every revoked item of a
        /// signed certification.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub remediations: Option<Vec<Remediation>>,
        /// The identity attributes that are columns of reports.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub report_columns: Option<Vec<String>>,
        /// Templates from which campaigns are generated.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub campaign_templates: Vec<CampaignTemplate>,
        /// Filters that select the access that campaigns review; they filter nothing here.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub campaign_filters: Vec<CampaignFilter>,
    }

    /// Templates from which campaigns are generated.
    struct CampaignTemplate {
        /// Identifier.
        pub id: String,
        /// Name.
        pub name: String,
        /// Identifier of the identity that owns it. Default: `sim-admin`'s.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub owner: Option<String>,
        /// When it was created. Default: the start of the simulator.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub created: Option<Timestamp>,
        /// When it was changed last. Default: `created`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub modified: Option<Timestamp>,
        /// `description`, `deadlineDuration` and `campaign`, as the API spells them.
        pub fields: serde_json::Map<String, Value>,
        /// Its schedule, as the API spells it. It starts nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub schedule: Option<serde_json::Map<String, Value>>,
    }

    /// A filter that selects the access that campaigns review.
    struct CampaignFilter {
        /// Identifier.
        pub id: String,
        /// Identifier of the identity that owns it. Default: the system.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub owner: Option<String>,
        /// `name`, `mode` and the rest, as the API spells them.
        pub fields: serde_json::Map<String, Value>,
    }

    /// A person or a machine identity.
    struct Identity {
        /// Identifier, which is also the client id.
        pub id: String,
        /// Name.
        pub name: String,
        /// E-mail address.
        pub email: String,
        /// Their rights beyond their own reviews. Default: USER.
        #[serde(default, skip_serializing_if = "is_default")]
        pub level: UserLevel,
        /// Makes this a machine identity, and names its owner.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub machine_owner: Option<String>,
        /// When it was created. Default: the start of the simulator.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub created: Option<Timestamp>,
        /// When it was changed last. Default: `created`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub modified: Option<Timestamp>,
    }

    /// People who review together.
    struct GovernanceGroup {
        /// Identifier.
        pub id: String,
        /// Name.
        pub name: String,
        /// Identifiers of identities.
        #[serde(default)]
        pub members: Vec<String>,
    }

    /// A system that accounts and entitlements come from.
    struct Source {
        /// Identifier.
        pub id: String,
        /// Name.
        pub name: String,
        /// The type of the system. Default: `DelimitedFile`.
        #[serde(rename = "type", default = "source_type")]
        pub source_type: String,
    }

    /// A group, role or permission on a source.
    struct Entitlement {
        /// Identifier.
        pub id: String,
        /// Name.
        pub name: String,
        /// Identifier of the source.
        pub source: String,
        /// Description, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub description: Option<String>,
        /// Identifier of the identity that owns it, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub owner: Option<String>,
        /// The attribute of an account that holds it. Default: `groups`.
        #[serde(default = "attribute_name")]
        pub attribute_name: String,
        /// The value of the attribute. Default: the name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub attribute_value: Option<String>,
        /// The source's own type for it. Default: `group`.
        #[serde(default = "object_type")]
        pub source_schema_object_type: String,
        /// Whether it is privileged.
        #[serde(default, skip_serializing_if = "is_default")]
        pub privileged: bool,
        /// Whether it can be revoked. Default: true.
        #[serde(default = "yes", skip_serializing_if = "is_true")]
        pub revocable: bool,
        /// Whether it governs a cloud system.
        #[serde(default, skip_serializing_if = "is_default")]
        pub cloud_governed: bool,
        /// The data that it gives access to, if that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub data_access: Option<DataAccess>,
        /// The permissions behind it, in the order in which they are listed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub permissions: Vec<Permission>,
    }

    /// The data that an entitlement gives access to.
    struct DataAccess {
        /// Policies that apply.
        #[serde(default)]
        pub policies: Vec<String>,
        /// The categories that were found.
        #[serde(default)]
        pub categories: Vec<Category>,
        /// The impact of a leak.
        pub impact_score: String,
    }

    /// A kind of data.
    struct Category {
        /// Its name.
        pub value: String,
        /// How often it was found.
        #[serde(default)]
        pub match_count: u32,
    }

    /// Rights on one target.
    struct Permission {
        /// The target of the rights.
        pub target: String,
        /// The rights.
        pub rights: Vec<String>,
    }

    /// A bundle of entitlements of one source.
    struct AccessProfile {
        /// Identifier.
        pub id: String,
        /// Name.
        pub name: String,
        /// Identifier of the source.
        pub source: String,
        /// Description. Default: empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub description: String,
        /// Identifier of the identity that owns it, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub owner: Option<String>,
        /// Whether it is privileged.
        #[serde(default, skip_serializing_if = "is_default")]
        pub privileged: bool,
        /// Whether it governs a cloud system.
        #[serde(default, skip_serializing_if = "is_default")]
        pub cloud_governed: bool,
        /// When the access ends, if it does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub end_date: Option<Timestamp>,
        /// Identifiers of entitlements.
        #[serde(default)]
        pub entitlements: Vec<String>,
        /// When it was created. Default: the start of the simulator.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub created: Option<Timestamp>,
        /// When it was changed last. Default: `created`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub modified: Option<Timestamp>,
    }

    /// A bundle of access profiles and entitlements.
    struct Role {
        /// Identifier.
        pub id: String,
        /// Name.
        pub name: String,
        /// Description. Default: empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub description: String,
        /// Identifier of the identity that owns it, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub owner: Option<String>,
        /// Whether it is privileged.
        #[serde(default, skip_serializing_if = "is_default")]
        pub privileged: bool,
        /// Whether it can be revoked. Default: true.
        #[serde(default = "yes", skip_serializing_if = "is_true")]
        pub revocable: bool,
        /// When the access ends, if it does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub end_date: Option<Timestamp>,
        /// Identifiers of access profiles.
        #[serde(default)]
        pub access_profiles: Vec<String>,
        /// Identifiers of entitlements.
        #[serde(default)]
        pub entitlements: Vec<String>,
    }

    /// A campaign: a set of certifications with one purpose.
    struct Campaign {
        /// Identifier.
        pub id: String,
        /// Name.
        pub name: String,
        /// What it reviews.
        #[serde(rename = "type")]
        pub campaign_type: CampaignType,
        /// Description, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub description: Option<String>,
        /// Whether the accounts under review belong to identities. Default: true.
        #[serde(default = "yes", skip_serializing_if = "is_true")]
        pub correlated: bool,
        /// Which decisions need a comment. Default: NO_DECISIONS.
        #[serde(default = "no_comments")]
        pub mandatory_comment_requirement: CommentRequirement,
        /// Identifier of the identity that owns it. Default: `sim-admin`'s.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub owner: Option<String>,
        /// When it ends. Default: 30 days after the start.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub deadline: Option<Timestamp>,
        /// When it was created. Default: the start of the simulator.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub created: Option<Timestamp>,
        /// When it was changed last. Default: `created`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub modified: Option<Timestamp>,
        /// Its status. Default: follows from its certifications.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub status: Option<CampaignStatus>,
        /// When PENDING, ACTIVATING, COMPLETING or CANCELING ends. Default: by the simulator's task
        /// times.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub status_ends: Option<Timestamp>,
        /// The error of a campaign in ERROR.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub error: Option<String>,
        /// The decision about open items of a campaign in COMPLETING. Default: APPROVE.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub open_items: Option<Decision>,
        /// The last run of its reports.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub reports: Vec<Report>,
        /// Other fields, as the API spells them: `filter`, `searchCampaignInfo`,
        /// `emailNotificationEnabled` and the like.
        #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
        pub settings: serde_json::Map<String, Value>,
    }

    /// The last run of a report.
    struct Report {
        /// Which report.
        #[serde(rename = "type")]
        pub report_type: ReportType,
        /// Identifier of the result.
        pub id: String,
        /// When it was started.
        pub started: Timestamp,
        /// When it is ready.
        pub ends: Timestamp,
    }

    /// One reviewer's share of a campaign.
    struct Certification {
        /// Identifier.
        pub id: String,
        /// Name. Default: the campaign's and the reviewer's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// Identifier of the campaign.
        pub campaign: String,
        /// Who reviews.
        pub reviewer: Reviewer,
        /// Its phase. A SIGNED one has every decision. Default: ACTIVE.
        #[serde(default = "active")]
        pub phase: Phase,
        /// When it was created. Default: the start of the simulator.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub created: Option<Timestamp>,
        /// When it was changed last. Default: `created`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub modified: Option<Timestamp>,
        /// When it is due, if that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub due: Option<Timestamp>,
        /// When it was signed, for a SIGNED one. Default: `modified`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub signed: Option<Timestamp>,
        /// The origin of its items, if a reassignment made it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reassignment: Option<Reassignment>,
        /// Its error, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub error_message: Option<String>,
        /// Its items, in the order in which lists show them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub items: Vec<Item>,
        /// Additional fields of the response, which may override those of the simulator.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub extra: BTreeMap<String, Value>,
    }

    /// The origin of a certification's items.
    struct Reassignment {
        /// Identifier of another certification of the same campaign, or of this one if it was
        /// reassigned as a whole.
        pub from: String,
        /// The earlier reviewer. Default: the current one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reviewer: Option<Reviewer>,
        /// The reason that was given. Default: empty.
        #[serde(default)]
        pub comment: String,
    }

    /// One access of one identity, to be approved or revoked.
    struct Item {
        /// Identifier.
        pub id: String,
        /// Identifier of the identity whose access it is. Omitted in role composition campaigns.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub identity: Option<String>,
        /// The access of the identity.
        pub access: Access,
        /// The number of the duplicate review summary that it is in; 0 if reassignments have made
        /// no duplicate for it.
        #[serde(default, skip_serializing_if = "is_default")]
        pub duplicate_summary: u32,
        /// Whether responses name the access only in `entitlement`, `accessProfile` or `role`, with
        /// null for `access`.
        #[serde(default, skip_serializing_if = "is_default")]
        pub access_omitted: bool,
        /// Whether the identity gained the access since the last review.
        #[serde(default, skip_serializing_if = "is_default")]
        pub new_access: bool,
        /// The decision. Default: open.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub decision: Option<Decision>,
        /// The comment of the decision.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub comments: Option<String>,
        /// When the revoked access ends.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub proposed_end_date: Option<Timestamp>,
        /// Whether the decision was part of a larger one.
        #[serde(default, skip_serializing_if = "is_default")]
        pub bulk: bool,
        /// Additional fields of the response, such as `recommendation`, which may override those of
        /// the simulator.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub extra: BTreeMap<String, Value>,
    }

    /// An entitlement, an access profile or a role.
    struct Access {
        /// Which of them.
        #[serde(rename = "type")]
        pub access_type: AccessType,
        /// Identifier.
        pub id: String,
    }

    /// A reassignment in the background.
    struct Task {
        /// Identifier.
        pub id: String,
        /// The type of requester. Default: REASSIGN.
        #[serde(rename = "type", default = "reassign")]
        pub task_type: TaskType,
        /// Identifier of the certification that the items leave. Omitted if whole certifications
        /// are reassigned.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub certification: Option<String>,
        /// Identifiers of the certifications that go to another reviewer as a whole, all of one
        /// campaign.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub certifications: Vec<String>,
        /// Identifier of the identity that asked for it. Default: `sim-admin`'s.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub submitted_by: Option<String>,
        /// When it was created. Default: the start of the simulator.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub created: Option<Timestamp>,
        /// When it leaves QUEUED. Default: by the simulator's task times.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub starts: Option<Timestamp>,
        /// When it is done. Default: by the simulator's task times.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub ends: Option<Timestamp>,
        /// The things to reassign. They are checked when the task ends.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub reassign: Vec<Reference>,
        /// The new reviewer.
        pub reassign_to: String,
        /// The reason.
        pub reason: String,
        /// Its result. Default: pending.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub outcome: Option<Outcome>,
    }

    /// A thing that a reassignment names.
    struct Reference {
        /// The kind of thing that the identifier names.
        #[serde(rename = "type")]
        pub reassign_type: ReassignType,
        /// Identifier.
        pub id: String,
    }

    /// Access that a sign-off has sent to be removed.
    struct Remediation {
        /// Identifier of a revoked item of a signed certification.
        pub item: String,
        /// When the sign-off sent it.
        pub started: Timestamp,
    }
}

/// How a task ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "status",
    rename_all = "SCREAMING_SNAKE_CASE",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Outcome {
    /// The items have gone from one reviewer to another.
    Success {
        /// Identifier of the reviewer who had them.
        previous_owner: String,
        /// Identifier of the reviewer who has them.
        new_owner: String,
    },
    /// Nothing was changed.
    Error {
        /// The reasons.
        errors: Vec<String>,
    },
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn is_true(value: &bool) -> bool {
    *value
}

fn yes() -> bool {
    true
}

fn source_type() -> String {
    "DelimitedFile".to_owned()
}

fn attribute_name() -> String {
    "groups".to_owned()
}

fn object_type() -> String {
    "group".to_owned()
}

fn no_comments() -> CommentRequirement {
    CommentRequirement::NoDecisions
}

fn active() -> Phase {
    Phase::Active
}

fn reassign() -> TaskType {
    TaskType::Reassign
}
