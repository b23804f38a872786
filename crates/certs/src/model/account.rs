//! Accounts through which identities hold entitlements.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::open_enum::open_enum;
use super::schema::plain_descriptions;
use super::{Extra, ObjectType, timestamp, tolerant};

/// The account through which an identity holds an entitlement.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct Account {
    /// What the source itself calls the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub native_identity: Option<String>,
    /// Whether the account is switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Whether the account is locked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked: Option<bool>,
    /// The sort of object: [`ObjectType::Account`].
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ObjectType>,
    /// The account's id; empty when the answer has none.
    #[serde(
        deserialize_with = "tolerant::id",
        skip_serializing_if = "String::is_empty"
    )]
    #[schemars(with = "Option<String>")]
    pub id: String,
    /// The account's name. `None` when it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When the account was created.
    #[serde(with = "timestamp", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "timestamp::schema")]
    pub created: Option<Timestamp>,
    /// When the account was last changed.
    #[serde(with = "timestamp", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "timestamp::schema")]
    pub modified: Option<Timestamp>,
    /// How much the account is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity_insights: Option<ActivityInsights>,
    /// What the account is for. `None` when nobody wrote it down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The id of the governance group of a machine account. `None` for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub governance_group_id: Option<String>,
    /// The owner of a machine account. `None` for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<AccountOwner>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// The owner of a machine account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct AccountOwner {
    /// The owner's id; empty when the answer has none.
    #[serde(
        deserialize_with = "tolerant::id",
        skip_serializing_if = "String::is_empty"
    )]
    #[schemars(with = "Option<String>")]
    pub id: String,
    /// The sort of object: [`ObjectType::Identity`].
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ObjectType>,
    /// The name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// How much an account is used.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct ActivityInsights {
    /// The id of the account.
    #[serde(rename = "accountID", skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// On how many of the last 90 days the account was used: 0 to 90.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage_days: Option<i32>,
    /// Whether `usage_days` can be relied on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage_days_state: Option<UsageDaysState>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

open_enum! {
    /// Whether the number of days of use can be relied on.
    pub enum UsageDaysState {
        /// All days were looked at.
        Complete => "COMPLETE",
        /// The service cannot tell. A value of the API, not one that this version does
        /// not name: that is `Unrecognized`.
        Unknown => "UNKNOWN",
    }
}
