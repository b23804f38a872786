//! Decisions about access review items.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::open_enum::open_enum;
#[cfg(feature = "schemars")]
use super::schema::{self, plain_descriptions};
use super::{Id, Origin, timestamp};

open_enum! {
    /// A decision about an access review item.
    ///
    /// Responses can hold values beyond these two: access that follows from a role's criteria can
    /// only be acknowledged.
    pub enum Decision {
        /// The identity keeps the access.
        Approve => "APPROVE",
        /// The identity loses the access, once the certification is signed off.
        Revoke => "REVOKE",
    }
}

/// A decision to send (`makeIdentityDecision`). A decision can be changed by sending
/// another one until the certification is signed off.
///
/// ```
/// use certs::model::ReviewDecision;
///
/// let keep = ReviewDecision::approve("item-1").comment("needed for the audit");
/// assert_eq!(
///     serde_json::to_value(&keep)?,
///     serde_json::json!({
///         "id": "item-1",
///         "decision": "APPROVE",
///         "bulk": false,
///         "comments": "needed for the audit",
///     }),
/// );
///
/// let lose = ReviewDecision::revoke("item-2")
///     .proposed_end_date("2027-01-31T00:00:00Z".parse()?)
///     .bulk(true);
/// assert_eq!(
///     serde_json::to_value(&lose)?,
///     serde_json::json!({
///         "id": "item-2",
///         "decision": "REVOKE",
///         "proposedEndDate": "2027-01-31T00:00:00.000Z",
///         "bulk": true,
///     }),
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub struct ReviewDecision {
    /// The id of the access review item.
    #[cfg_attr(feature = "schemars", schemars(with = "String"))]
    pub id: Id,
    /// What is decided.
    pub decision: Decision,
    /// When the access should end. Only with [`Decision::Revoke`].
    #[serde(default, with = "timestamp", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time_or_null"))]
    pub proposed_end_date: Option<Timestamp>,
    /// Whether the item was decided together with others, in bulk.
    #[serde(default)]
    pub bulk: bool,
    /// What the service recommended, to be recorded with the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recommendation: Option<Recommendation>,
    /// The reviewer's reason. The campaign may require one: see
    /// [`MandatoryCommentRequirement`](super::MandatoryCommentRequirement).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comments: Option<String>,
    /// The certification that the item was listed in.
    #[serde(skip)]
    pub(crate) origin: Origin,
}

impl ReviewDecision {
    /// A decision that the identity keeps the access of this item.
    #[must_use]
    pub fn approve(item_id: impl Into<Id>) -> Self {
        Self::new(item_id, Decision::Approve)
    }

    /// A decision that the identity loses the access of this item.
    #[must_use]
    pub fn revoke(item_id: impl Into<Id>) -> Self {
        Self::new(item_id, Decision::Revoke)
    }

    fn new(item_id: impl Into<Id>, decision: Decision) -> Self {
        Self {
            id: item_id.into(),
            decision,
            proposed_end_date: None,
            bulk: false,
            recommendation: None,
            comments: None,
            origin: Origin::default(),
        }
    }

    pub(super) fn listed_in(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    /// Sets the comment.
    #[must_use]
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comments = Some(comment.into());
        self
    }

    /// Sets whether the item was decided together with others, in bulk.
    #[must_use]
    pub fn bulk(mut self, bulk: bool) -> Self {
        self.bulk = bulk;
        self
    }

    /// Sets when the access should end. The service accepts it only with a revocation.
    #[must_use]
    pub fn proposed_end_date(mut self, date: Timestamp) -> Self {
        self.proposed_end_date = Some(date);
        self
    }

    /// Records what the service recommended when the decision was made.
    #[must_use]
    pub fn recommendation(mut self, recommendation: Recommendation) -> Self {
        self.recommendation = Some(recommendation);
        self
    }
}

/// What the service's access intelligence recommends, or recommended when a decision was made
/// (`ReviewRecommendation`). Sent to keep it with the decision. Items carry it, too, though the
/// specification does not say so: [`AccessReviewItem::recommendation`].
///
/// [`AccessReviewItem::recommendation`]: super::AccessReviewItem::recommendation
///
/// ```
/// use certs::model::{Recommendation, ReviewDecision};
///
/// let recommendation = Recommendation::new("REVOKE")
///     .reason("nobody else in the department has it")
///     .timestamp("2026-11-01T08:00:00Z".parse()?);
/// let decision = ReviewDecision::revoke("item-1").recommendation(recommendation);
/// # assert!(decision.recommendation.is_some());
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub struct Recommendation {
    /// The recommendation. `None` when none was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recommendation: Option<String>,
    /// The reasons for it.
    pub reasons: Vec<String>,
    /// When it was made.
    #[serde(with = "timestamp", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time_or_null"))]
    pub timestamp: Option<Timestamp>,
}

impl Recommendation {
    /// Reads the recommendation of a response, as far as possible.
    pub(super) fn from_response(value: &Value) -> Option<Self> {
        if let Value::String(text) = value {
            return Some(Self::new(text));
        }
        let fields = value.as_object()?;
        let text = |name| fields.get(name).and_then(Value::as_str);
        let reasons = fields.get("reasons").and_then(Value::as_array);
        let reasons = reasons.into_iter().flatten().filter_map(Value::as_str);
        Some(Self {
            recommendation: text("recommendation").map(str::to_owned),
            reasons: reasons.map(str::to_owned).collect(),
            timestamp: text("timestamp").and_then(timestamp::parse),
        })
    }

    /// A recommendation, without reasons yet.
    #[must_use]
    pub fn new(recommendation: impl Into<String>) -> Self {
        Self {
            recommendation: Some(recommendation.into()),
            ..Self::default()
        }
    }

    /// Adds a reason.
    #[must_use]
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.reasons.push(reason.into());
        self
    }

    /// Sets when the recommendation was made.
    #[must_use]
    pub fn timestamp(mut self, timestamp: Timestamp) -> Self {
        self.timestamp = Some(timestamp);
        self
    }
}
