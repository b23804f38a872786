//! People and groups: who reviews, who owns.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::open_enum::open_enum;
use super::schema::plain_descriptions;
use super::{Extra, ObjectType, timestamp, tolerant};

/// Who has to make a certification's decisions: one identity or a governance group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct Reviewer {
    /// The id of the identity or governance group; empty when the answer has none.
    #[serde(
        deserialize_with = "tolerant::id",
        skip_serializing_if = "String::is_empty"
    )]
    #[schemars(with = "Option<String>")]
    pub id: String,
    /// The name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The identity's email address. `None` for a governance group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether an identity or a governance group reviews.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub reviewer_type: Option<ReviewerType>,
    /// When the identity or group was created. V3 only.
    #[serde(with = "timestamp", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "timestamp::schema")]
    pub created: Option<Timestamp>,
    /// When the identity or group was last changed. V3 only.
    #[serde(with = "timestamp", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "timestamp::schema")]
    pub modified: Option<Timestamp>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Reviewer {
    /// Whether a governance group reviews. Such a certification can be listed, but the
    /// service refuses to answer or change it by id.
    #[must_use]
    pub fn is_governance_group(&self) -> bool {
        self.reviewer_type == Some(ReviewerType::GovernanceGroup)
    }
}

open_enum! {
    /// What a reviewer is.
    pub enum ReviewerType {
        /// One identity.
        Identity => "IDENTITY",
        /// A group, any member of which may decide.
        GovernanceGroup => "GOVERNANCE_GROUP",
    }
}

/// An identity with its name and email (`IdentityReferenceWithNameAndEmail`): an owner
/// of access, or a reviewer as `listCertificationReviewers` lists them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct IdentityReference {
    /// The sort of object: [`ObjectType::Identity`].
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ObjectType>,
    /// The identity's id; empty when the answer has none.
    #[serde(
        deserialize_with = "tolerant::id",
        skip_serializing_if = "String::is_empty"
    )]
    #[schemars(with = "Option<String>")]
    pub id: String,
    /// The name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The email address. `None` when the identity has none, whatever the
    /// specification of V3 says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
}
