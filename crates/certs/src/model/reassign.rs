//! What a reassignment names.

use std::fmt;

use serde::{Deserialize, Serialize};

#[cfg(feature = "schemars")]
use super::schema::plain_descriptions;
use super::{AccessReviewItem, IdentitySummary};

/// One thing to hand to another reviewer (`ReassignReference`): an access review item,
/// or everything about an identity.
///
/// ```
/// use certs::model::ReassignReference;
///
/// let reference = ReassignReference::item("item-1");
/// assert_eq!(
///     serde_json::to_value(&reference)?,
///     serde_json::json!({"id": "item-1", "type": "ITEM"}),
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub struct ReassignReference {
    /// The id of the thing.
    pub id: String,
    /// What kind of thing the id names.
    #[serde(rename = "type")]
    pub reassign_type: ReassignType,
}

impl ReassignReference {
    /// One access review item, by [`AccessReviewItem::id`].
    #[must_use]
    pub fn item(id: impl Into<String>) -> Self {
        Self::new(id, ReassignType::Item)
    }

    /// All items of one identity, by [`IdentitySummary::id`] (not the identity's own id).
    #[must_use]
    pub fn identity(id: impl Into<String>) -> Self {
        Self::new(id, ReassignType::IdentitySummary)
    }

    /// All items about one target, by the id of its summary, in campaigns that review
    /// something other than identities.
    #[must_use]
    pub fn target_summary(id: impl Into<String>) -> Self {
        Self::new(id, ReassignType::TargetSummary)
    }

    fn new(id: impl Into<String>, reassign_type: ReassignType) -> Self {
        Self {
            id: id.into(),
            reassign_type,
        }
    }
}

impl From<&AccessReviewItem> for ReassignReference {
    fn from(item: &AccessReviewItem) -> Self {
        Self::item(&item.id)
    }
}

impl From<&IdentitySummary> for ReassignReference {
    fn from(summary: &IdentitySummary) -> Self {
        Self::identity(&summary.id)
    }
}

/// What kind of thing a [`ReassignReference`] names.
///
/// Closed, unlike the enumerations of answers: it is only ever sent, and the service
/// refuses what it does not list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub enum ReassignType {
    /// The summary of something other than an identity.
    TargetSummary,
    /// An access review item.
    Item,
    /// The summary of an identity.
    IdentitySummary,
}

impl ReassignType {
    /// The text on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TargetSummary => "TARGET_SUMMARY",
            Self::Item => "ITEM",
            Self::IdentitySummary => "IDENTITY_SUMMARY",
        }
    }
}

impl fmt::Display for ReassignType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
