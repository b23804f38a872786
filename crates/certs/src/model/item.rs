//! Access review items: the things to decide about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schema::plain_descriptions;
use super::{
    AccessReference, AccessSummary, Decision, Entitlement, Extra, ObjectType, Origin,
    ReviewDecision, tolerant,
};

/// One thing to decide about: may this identity keep this access?
/// (`listIdentityAccessReviewItems`, V3 only.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct AccessReviewItem {
    /// The access under review.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_summary: Option<AccessSummary>,
    /// The identity that holds the access.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_summary: Option<IdentitySummary>,
    /// The item's id, which a decision names; empty when the answer has none.
    #[serde(
        deserialize_with = "tolerant::id",
        skip_serializing_if = "String::is_empty"
    )]
    #[schemars(with = "Option<String>")]
    pub id: String,
    /// Whether the item is decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed: Option<bool>,
    /// Whether the identity gained the access only recently.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_access: Option<bool>,
    /// The decision. `None` while there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// The reviewer's comment on the decision. `None` when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<String>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
    /// The certification that it was listed in.
    #[serde(skip)]
    pub(crate) origin: Origin,
}

impl AccessReviewItem {
    /// The decision that the identity keeps this access.
    ///
    /// ```
    /// # use certs::model::{AccessReviewItem, Decision};
    /// # let mut item = AccessReviewItem::default();
    /// # item.id = "item-1".to_owned();
    /// let decision = item.approve().comment("still on the payroll team");
    /// assert_eq!(decision.id, item.id);
    /// assert_eq!(decision.decision, Decision::Approve);
    /// ```
    #[must_use]
    pub fn approve(&self) -> ReviewDecision {
        ReviewDecision::approve(&self.id).listed_in(&self.origin)
    }

    /// The decision that the identity loses this access.
    #[must_use]
    pub fn revoke(&self) -> ReviewDecision {
        ReviewDecision::revoke(&self.id).listed_in(&self.origin)
    }

    /// Whether the item is decided.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.completed == Some(true)
    }

    /// The id of the access under review: what the filter `access.id` looks at.
    #[must_use]
    pub fn access_id(&self) -> Option<&str> {
        self.access().map(|access| access.id.as_str())
    }

    /// The name of the access under review: what the filter `access.name` looks at.
    #[must_use]
    pub fn access_name(&self) -> Option<&str> {
        self.access()?.name.as_deref()
    }

    /// What sort of access is under review: what the filter `access.type` looks at.
    #[must_use]
    pub fn access_type(&self) -> Option<&ObjectType> {
        self.access()?.kind.as_ref()
    }

    /// The source of the entitlement under review. `None` for access profiles and
    /// roles, for which the service names no source.
    #[must_use]
    pub fn source_name(&self) -> Option<&str> {
        let entitlement = self.access_summary.as_ref()?.entitlement.as_ref()?;
        entitlement.source_name.as_deref()
    }

    /// The name of the identity that holds the access.
    #[must_use]
    pub fn identity_name(&self) -> Option<&str> {
        self.identity_summary.as_ref()?.name.as_deref()
    }

    /// The id of the identity that holds the access, who may not review it.
    #[must_use]
    pub fn identity_id(&self) -> Option<&str> {
        self.identity_summary.as_ref()?.identity_id.as_deref()
    }

    /// The entitlement under review; `None` for access profiles and roles.
    #[must_use]
    pub fn entitlement(&self) -> Option<&Entitlement> {
        self.access_summary.as_ref()?.entitlement.as_deref()
    }

    /// Whether the access under review, of whatever sort, is marked as privileged.
    #[must_use]
    pub fn is_privileged(&self) -> bool {
        let Some(access) = &self.access_summary else {
            return false;
        };
        let entitlement = access.entitlement.as_ref().and_then(|held| held.privileged);
        let profile = access
            .access_profile
            .as_ref()
            .and_then(|held| held.privileged);
        let role = access.role.as_ref().and_then(|held| held.privileged);
        entitlement.or(profile).or(role) == Some(true)
    }

    fn access(&self) -> Option<&AccessReference> {
        self.access_summary.as_ref()?.access.as_ref()
    }
}

/// One identity's part of a certification (`CertificationIdentitySummary`, V3 only).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct IdentitySummary {
    /// The id of the summary, not of the identity; empty when the answer has none.
    #[serde(
        deserialize_with = "tolerant::id",
        skip_serializing_if = "String::is_empty"
    )]
    #[schemars(with = "Option<String>")]
    pub id: String,
    /// The identity's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The id of the identity itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_id: Option<String>,
    /// Whether everything about this identity is decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed: Option<bool>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

impl IdentitySummary {
    /// Whether everything about this identity is decided.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.completed == Some(true)
    }
}
