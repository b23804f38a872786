//! Access under review, and what access profiles and roles are made of.

use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schema::plain_descriptions;
use super::{Entitlement, Extra, IdentityReference, ObjectType, timestamp, tolerant};

/// The access that an item is about (V3 only): what it is called, and its details
/// under the sort of access that it is. The other two of `entitlement`,
/// `access_profile` and `role` are `None`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct AccessSummary {
    /// Id, name and sort of the access.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access: Option<AccessReference>,
    /// The details, when the access is an entitlement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entitlement: Option<Box<Entitlement>>,
    /// The details, when the access is an access profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_profile: Option<Box<AccessProfile>>,
    /// The details, when the access is a role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Box<Role>>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Id, name and sort of the access under review.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct AccessReference {
    /// The sort of access: entitlement, access profile, role.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ObjectType>,
    /// The id of the access; empty when the answer has none.
    #[serde(
        deserialize_with = "tolerant::id",
        skip_serializing_if = "String::is_empty"
    )]
    #[schemars(with = "Option<String>")]
    pub id: String,
    /// The name of the access.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A bundle of entitlements (`ReviewableAccessProfile`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct AccessProfile {
    /// The access profile's id; empty when the answer has none.
    #[serde(
        deserialize_with = "tolerant::id",
        skip_serializing_if = "String::is_empty"
    )]
    #[schemars(with = "Option<String>")]
    pub id: String,
    /// The access profile's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether it gives unusually far-reaching rights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privileged: Option<bool>,
    /// Whether it is governed as cloud access.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloud_governed: Option<bool>,
    /// When the identity's access ends. `None` when it does not.
    #[serde(with = "timestamp", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "timestamp::schema")]
    pub end_date: Option<Timestamp>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<IdentityReference>,
    /// The entitlements that it gives.
    #[serde(deserialize_with = "tolerant::list")]
    #[schemars(with = "Option<Vec<Option<Entitlement>>>")]
    pub entitlements: Vec<Entitlement>,
    /// When it was created.
    #[serde(with = "timestamp", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "timestamp::schema")]
    pub created: Option<Timestamp>,
    /// When it was last changed.
    #[serde(with = "timestamp", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "timestamp::schema")]
    pub modified: Option<Timestamp>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A bundle of access that goes with a position (`ReviewableRole`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct Role {
    /// The role's id; empty when the answer has none.
    #[serde(
        deserialize_with = "tolerant::id",
        skip_serializing_if = "String::is_empty"
    )]
    #[schemars(with = "Option<String>")]
    pub id: String,
    /// The role's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether it gives unusually far-reaching rights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privileged: Option<bool>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<IdentityReference>,
    /// Whether it can be taken away. One that follows from criteria cannot: it can only
    /// be acknowledged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocable: Option<bool>,
    /// When the identity's access ends. `None` when it does not.
    #[serde(with = "timestamp", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "timestamp::schema")]
    pub end_date: Option<Timestamp>,
    /// The access profiles that it gives.
    #[serde(deserialize_with = "tolerant::list")]
    #[schemars(with = "Option<Vec<Option<AccessProfile>>>")]
    pub access_profiles: Vec<AccessProfile>,
    /// The entitlements that it gives directly.
    #[serde(deserialize_with = "tolerant::list")]
    #[schemars(with = "Option<Vec<Option<Entitlement>>>")]
    pub entitlements: Vec<Entitlement>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A sort of access to summarise (`getIdentityAccessSummaries`).
///
/// Closed, unlike [`ObjectType`]: it is only ever sent, and the service refuses what it
/// does not list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub enum AccessType {
    /// Roles.
    Role,
    /// Access profiles.
    AccessProfile,
    /// Entitlements.
    Entitlement,
}

impl AccessType {
    /// The text on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Role => "ROLE",
            Self::AccessProfile => "ACCESS_PROFILE",
            Self::Entitlement => "ENTITLEMENT",
        }
    }
}

impl fmt::Display for AccessType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl From<AccessType> for ObjectType {
    fn from(access_type: AccessType) -> Self {
        match access_type {
            AccessType::Role => Self::Role,
            AccessType::AccessProfile => Self::AccessProfile,
            AccessType::Entitlement => Self::Entitlement,
        }
    }
}
