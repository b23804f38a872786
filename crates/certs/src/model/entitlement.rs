//! Entitlements: single rights on a source.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schema::plain_descriptions;
use super::{Account, DataAccess, Extra, IdentityReference, tolerant};

/// A single right on a source, such as a group's membership
/// (`ReviewableEntitlement`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct Entitlement {
    /// The entitlement's id; empty when the answer has none.
    #[serde(
        deserialize_with = "tolerant::id",
        skip_serializing_if = "String::is_empty"
    )]
    #[schemars(with = "Option<String>")]
    pub id: String,
    /// The entitlement's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is for. `None` when nobody wrote it down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether it gives unusually far-reaching rights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privileged: Option<bool>,
    /// Who answers for it. `None` when nobody does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<IdentityReference>,
    /// The account attribute that holds the entitlement, such as `memberOf`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute_name: Option<String>,
    /// The attribute's value that stands for this entitlement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute_value: Option<String>,
    /// The source's own type for such an object, such as `group`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_schema_object_type: Option<String>,
    /// The name of the source that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_name: Option<String>,
    /// The sort of source, in the words of its connector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_type: Option<String>,
    /// The id of the source that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_id: Option<String>,
    /// Whether it stands for permissions that can be listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_permissions: Option<bool>,
    /// Whether it is itself a permission of an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_permission: Option<bool>,
    /// Whether it can be taken away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocable: Option<bool>,
    /// Whether it is governed as cloud access.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloud_governed: Option<bool>,
    /// Whether `data_access` says what data it opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contains_data_access: Option<bool>,
    /// What data it opens. `None` when that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_access: Option<Box<DataAccess>>,
    /// The account through which the identity holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Box<Account>>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
}
