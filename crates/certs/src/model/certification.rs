//! Certifications: one reviewer's part of a campaign.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::open_enum::open_enum;
use super::schema::plain_descriptions;
use super::{CampaignReference, Extra, ObjectType, Progress, Reviewer, timestamp, tolerant};

/// One reviewer's part of a campaign: `IdentityCertificationDto` in V3,
/// `CertificationDto` in beta.
///
/// "Completed" and "signed" are two things: a certification is completed when every
/// decision is made, and signed, thus read-only, when its reviewer has signed off.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct Certification {
    /// The certification's id, which every later call about it needs; empty when the
    /// answer has none. Beta's specification does not declare it.
    #[serde(
        deserialize_with = "tolerant::id",
        skip_serializing_if = "String::is_empty"
    )]
    #[schemars(with = "Option<String>")]
    pub id: String,
    /// The certification's name. Beta's specification does not declare it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The campaign that it is part of. Beta: `campaignRef`.
    #[serde(alias = "campaignRef", skip_serializing_if = "Option::is_none")]
    pub campaign: Option<CampaignReference>,
    /// Whether every decision is made; says nothing about the sign-off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed: Option<bool>,
    /// How many identities have all their decisions made. Beta: `entitiesCompleted`,
    /// which also counts access profiles, roles and the like.
    #[serde(alias = "entitiesCompleted", skip_serializing_if = "Option::is_none")]
    pub identities_completed: Option<i32>,
    /// How many identities there are. Beta: `entitiesTotal`, which also counts access
    /// profiles, roles and the like.
    #[serde(alias = "entitiesTotal", skip_serializing_if = "Option::is_none")]
    pub identities_total: Option<i32>,
    /// When it was created. V3 only.
    #[serde(with = "timestamp", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "timestamp::schema")]
    pub created: Option<Timestamp>,
    /// When it was last changed. V3 only.
    #[serde(with = "timestamp", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "timestamp::schema")]
    pub modified: Option<Timestamp>,
    /// How many decisions (approve, revoke, acknowledge) are made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decisions_made: Option<i32>,
    /// How many decisions there are to make in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decisions_total: Option<i32>,
    /// When the decisions are due. `None` when there is no due date, as before the
    /// campaign starts.
    #[serde(with = "timestamp", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "timestamp::schema")]
    pub due: Option<Timestamp>,
    /// When the reviewer signed off. `None` until then.
    #[serde(with = "timestamp", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "timestamp::schema")]
    pub signed: Option<Timestamp>,
    /// Who has to decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewer: Option<Reviewer>,
    /// Where the certification came from when it was reassigned. `None` for one that
    /// never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reassignment: Option<Box<Reassignment>>,
    /// Whether something went wrong on the service's side; `error_message` says what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_errors: Option<bool>,
    /// What went wrong. `None` when nothing did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// Where the certification is in its life.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// Fields that the specification does not name, such as beta's `campaignOwner`.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Certification {
    /// Whether every decision is made. Not the same as [`is_signed`](Self::is_signed).
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.completed == Some(true)
    }

    /// Whether the reviewer has signed off, after which nothing can be changed.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.phase == Some(Phase::Signed) || self.signed.is_some()
    }

    /// How many of the decisions are made.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress::new([self.decisions_made], [self.decisions_total])
    }
}

open_enum! {
    /// Where a certification is in its life.
    pub enum Phase {
        /// Waiting for its campaign to start.
        Staged => "STAGED",
        /// Open for decisions.
        Active => "ACTIVE",
        /// Signed off, and read-only from then on.
        Signed => "SIGNED",
    }
}

/// Where a reassigned certification came from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct Reassignment {
    /// The certification that the items were in before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<CertificationReference>,
    /// The reason that was given for the reassignment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A certification by name, with its reviewer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct CertificationReference {
    /// The certification's id; empty when the answer has none.
    #[serde(
        deserialize_with = "tolerant::id",
        skip_serializing_if = "String::is_empty"
    )]
    #[schemars(with = "Option<String>")]
    pub id: String,
    /// The certification's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The sort of object: [`ObjectType::Certification`].
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ObjectType>,
    /// Who reviews it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewer: Option<Reviewer>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
}
