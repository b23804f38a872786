//! Counts of the decisions in a certification.

use super::Progress;
use super::progress::sum;
use super::record::record;

record! {
    /// How many decisions of each sort a certification has
    /// (`getIdentityDecisionSummary`, V3 only).
    ///
    /// "Made" counts every decision, "approved" and "revoked" what they were. Roles that
    /// follow from criteria can only be acknowledged, so the two need not add up to the
    /// first.
    pub struct DecisionSummary {
        /// Decisions made about entitlements.
        pub entitlement_decisions_made: Option<i32> => "entitlementDecisionsMade",
        /// Decisions made about access profiles.
        pub access_profile_decisions_made: Option<i32> => "accessProfileDecisionsMade",
        /// Decisions made about roles.
        pub role_decisions_made: Option<i32> => "roleDecisionsMade",
        /// Decisions made about accounts.
        pub account_decisions_made: Option<i32> => "accountDecisionsMade",
        /// Decisions about entitlements, made and open.
        pub entitlement_decisions_total: Option<i32> => "entitlementDecisionsTotal",
        /// Decisions about access profiles, made and open.
        pub access_profile_decisions_total: Option<i32> => "accessProfileDecisionsTotal",
        /// Decisions about roles, made and open.
        pub role_decisions_total: Option<i32> => "roleDecisionsTotal",
        /// Decisions about accounts, made and open.
        pub account_decisions_total: Option<i32> => "accountDecisionsTotal",
        /// Approved entitlements.
        pub entitlements_approved: Option<i32> => "entitlementsApproved",
        /// Revoked entitlements.
        pub entitlements_revoked: Option<i32> => "entitlementsRevoked",
        /// Approved access profiles.
        pub access_profiles_approved: Option<i32> => "accessProfilesApproved",
        /// Revoked access profiles.
        pub access_profiles_revoked: Option<i32> => "accessProfilesRevoked",
        /// Approved roles.
        pub roles_approved: Option<i32> => "rolesApproved",
        /// Revoked roles.
        pub roles_revoked: Option<i32> => "rolesRevoked",
        /// Approved accounts.
        pub accounts_approved: Option<i32> => "accountsApproved",
        /// Revoked accounts.
        pub accounts_revoked: Option<i32> => "accountsRevoked",
    }
}

impl DecisionSummary {
    /// How many decisions of all kinds of access are made.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress::new(
            [
                self.entitlement_decisions_made,
                self.access_profile_decisions_made,
                self.role_decisions_made,
                self.account_decisions_made,
            ],
            [
                self.entitlement_decisions_total,
                self.access_profile_decisions_total,
                self.role_decisions_total,
                self.account_decisions_total,
            ],
        )
    }

    /// The number of approvals of all kinds of access.
    #[must_use]
    pub fn approved(&self) -> i64 {
        sum([
            self.entitlements_approved,
            self.access_profiles_approved,
            self.roles_approved,
            self.accounts_approved,
        ])
    }

    /// The number of revocations of all kinds of access.
    #[must_use]
    pub fn revoked(&self) -> i64 {
        sum([
            self.entitlements_revoked,
            self.access_profiles_revoked,
            self.roles_revoked,
            self.accounts_revoked,
        ])
    }
}
