//! Access review items: the things to decide about.

use super::record::record;
use super::{
    AccessReference, AccessSummary, Decision, Entitlement, ObjectType, Origin, ReviewDecision,
};

record! {
    /// One thing to decide about: may this identity keep this access?
    /// (`listIdentityAccessReviewItems`, V3 only.)
    pub struct AccessReviewItem {
        /// The access under review.
        pub access_summary: Option<AccessSummary> => "accessSummary",
        /// The identity that holds the access.
        pub identity_summary: Option<IdentitySummary> => "identitySummary",
        /// The item's id, which a decision names; empty when the answer has none.
        pub id: String => "id",
        /// Whether the item is decided.
        pub completed: Option<bool> => "completed",
        /// Whether the identity gained the access only recently.
        pub new_access: Option<bool> => "newAccess",
        /// The decision. `None` while there is none.
        pub decision: Option<Decision> => "decision",
        /// The reviewer's comment on the decision. `None` when there is none.
        pub comments: Option<String> => "comments",
    }
    beside {
        /// The certification that it was listed in.
        pub(crate) origin: Origin,
    }
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
        ReviewDecision::approve(&self.id).listed_in(Origin::of(self))
    }

    /// The decision that the identity loses this access.
    #[must_use]
    pub fn revoke(&self) -> ReviewDecision {
        ReviewDecision::revoke(&self.id).listed_in(Origin::of(self))
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

record! {
    /// One identity's part of a certification (`CertificationIdentitySummary`, V3 only).
    pub struct IdentitySummary {
        /// The id of the summary, not of the identity; empty when the answer has none.
        pub id: String => "id",
        /// The identity's name.
        pub name: Option<String> => "name",
        /// The id of the identity itself.
        pub identity_id: Option<String> => "identityId",
        /// Whether everything about this identity is decided.
        pub completed: Option<bool> => "completed",
    }
}

impl IdentitySummary {
    /// Whether everything about this identity is decided.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.completed == Some(true)
    }
}
