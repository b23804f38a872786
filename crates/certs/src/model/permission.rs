//! Permissions behind an entitlement.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schema::plain_descriptions;
use super::{Extra, tolerant};

/// What an entitlement allows on one target
/// (`getIdentityCertificationItemPermissions`).
///
/// The contents come from the connected systems as they are: spelling and meaning
/// differ from one to the next.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct Permission {
    /// The actions that are allowed on the target, such as `SELECT`.
    #[serde(deserialize_with = "tolerant::list")]
    #[schemars(with = "Option<Vec<Option<String>>>")]
    pub rights: Vec<String>,
    /// What the rights apply to, such as a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
}
