//! What data an entitlement opens.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schema::plain_descriptions;
use super::{Extra, tolerant};

/// What data an entitlement opens, as found by data access security.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct DataAccess {
    /// The policies that the data falls under.
    #[serde(deserialize_with = "tolerant::list")]
    #[schemars(with = "Option<Vec<Option<DataAccessPolicy>>>")]
    pub policies: Vec<DataAccessPolicy>,
    /// The categories that were found in the data.
    #[serde(deserialize_with = "tolerant::list")]
    #[schemars(with = "Option<Vec<Option<DataAccessCategory>>>")]
    pub categories: Vec<DataAccessCategory>,
    /// How bad a leak would be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impact_score: Option<ImpactScore>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A policy that data falls under.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct DataAccessPolicy {
    /// The policy's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A category that was found in data.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct DataAccessCategory {
    /// The category's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// How often it was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub match_count: Option<i64>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// How bad a leak of data would be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct ImpactScore {
    /// The score in words. The specification lists no values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
}
