//! Access review items.

use super::record::record;
use super::{
    AccessSummary, Decision, Entitlement, Grant, Id, ObjectType, Origin, Recommendation,
    ReviewDecision,
};

record! {
    /// One question to decide: may this identity keep this access?
    /// (`listIdentityAccessReviewItems`, V3 only.)
    pub struct AccessReviewItem {
        /// The access under review.
        pub access_summary: Option<AccessSummary> => "accessSummary",
        /// The identity that holds the access.
        pub identity_summary: Option<IdentitySummary> => "identitySummary",
        /// The item's id, which a decision names.
        pub id: Id => "id",
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
    /// # item.id = "item-1".into();
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

    /// The id of the access under review, which the filter `access.id` tests. Read from the role,
    /// access profile or entitlement if the response has no `access`.
    #[must_use]
    pub fn access_id(&self) -> Option<&str> {
        self.access_summary.as_ref()?.access_id()
    }

    /// The name of the access under review, which the filter `access.name` tests. Read from the
    /// role, access profile or entitlement if the response has no `access`.
    #[must_use]
    pub fn access_name(&self) -> Option<&str> {
        self.access_summary.as_ref()?.access_name()
    }

    /// The type of the access under review, which the filter `access.type` tests. If the response
    /// has no `access`, it comes from the details.
    #[must_use]
    pub fn access_type(&self) -> Option<&ObjectType> {
        self.access_summary.as_ref()?.access_type()
    }

    /// The source of the entitlement under review. `None` for access profiles and
    /// roles, for which the service names no source: those of what they contain are in
    /// [`grants`](Self::grants).
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
        self.identity_summary.as_ref()?.identity_id.get()
    }

    /// The entitlement under review; `None` for access profiles and roles.
    #[must_use]
    pub fn entitlement(&self) -> Option<&Entitlement> {
        self.access_summary.as_ref()?.entitlement.as_deref()
    }

    /// Every entitlement that the access under review grants, with the path to it.
    ///
    /// An entitlement grants itself, an access profile its entitlements, and a role its own
    /// and those of its access profiles.
    ///
    /// ```
    /// # use certs::model::AccessReviewItem;
    /// let item: AccessReviewItem = serde_json::from_str(
    ///     r#"{"id": "i-1", "accessSummary": {"role": {"name": "Clerk", "accessProfiles": [
    ///         {"name": "Payroll", "entitlements": [{"name": "pay", "privileged": true}]}
    ///     ]}}}"#,
    /// )?;
    /// let grants: Vec<_> = item.grants().map(|grant| grant.to_string()).collect();
    /// assert_eq!(grants, ["Clerk > Payroll > pay"]);
    /// assert!(item.is_privileged() && !item.is_marked_privileged());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn grants(&self) -> impl Iterator<Item = Grant<'_>> {
        let access = self.access_summary.as_ref().into_iter();
        access.flat_map(AccessSummary::grants)
    }

    /// Whether the access under review, or anything inside it, is marked as privileged.
    ///
    /// A [policy](crate::Policy) should use this one: a role that is not marked can grant an
    /// entitlement that is.
    #[must_use]
    pub fn is_privileged(&self) -> bool {
        let access = self.access_summary.as_ref();
        access.is_some_and(AccessSummary::is_privileged)
    }

    /// Whether the access under review is itself marked as privileged, whatever is inside it.
    #[must_use]
    pub fn is_marked_privileged(&self) -> bool {
        let access = self.access_summary.as_ref();
        access.is_some_and(AccessSummary::is_marked_privileged)
    }

    /// The service's recommendation.
    ///
    /// The service sends it in responses although the specification does not declare it there, so
    /// it is in `extra`. `None` if the response has none.
    ///
    /// ```
    /// # use certs::model::AccessReviewItem;
    /// let item: AccessReviewItem = serde_json::from_str(
    ///     r#"{"id": "i-1", "recommendation": {"recommendation": "NO", "reasons": ["unused"]}}"#,
    /// )?;
    /// let recommendation = item.recommendation().unwrap();
    /// assert_eq!(recommendation.recommendation.as_deref(), Some("NO"));
    /// assert_eq!(recommendation.reasons, ["unused"]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn recommendation(&self) -> Option<Recommendation> {
        Recommendation::from_response(self.extra.get("recommendation")?)
    }
}

record! {
    /// One identity's part of a certification (`CertificationIdentitySummary`, V3 only).
    pub struct IdentitySummary {
        /// The id of the summary, not of the identity.
        pub id: Id => "id",
        /// The identity's name.
        pub name: Option<String> => "name",
        /// The id of the identity itself.
        pub identity_id: Id => "identityId",
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
