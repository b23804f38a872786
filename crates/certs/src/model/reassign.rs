//! References of a reassignment: items, and review summaries.

use serde::{Deserialize, Serialize};

/// One thing to give to another reviewer (`ReassignReference`). `cargo xtask check` compares these
/// names with the contract.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReassignReference {
    /// The id of the thing.
    pub(crate) id: String,
    /// What kind of thing the id names.
    #[serde(rename = "type")]
    pub(crate) reassign_type: ReassignType,
}

/// What kind of thing a [`ReassignReference`] names.
///
/// Closed, unlike the enumerations of responses: it is only ever sent, and the service refuses what
/// it does not list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ReassignType {
    /// The summary of something other than an identity.
    TargetSummary,
    /// An access review item.
    Item,
    /// The summary of an identity.
    IdentitySummary,
}

impl ReassignType {
    /// The text on the wire.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::TargetSummary => "TARGET_SUMMARY",
            Self::Item => "ITEM",
            Self::IdentitySummary => "IDENTITY_SUMMARY",
        }
    }
}
