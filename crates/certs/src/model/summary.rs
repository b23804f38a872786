//! Counts of the decisions in a certification.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::progress::sum;
use super::schema::plain_descriptions;
use super::{Extra, Progress};

/// How many decisions of each sort a certification has
/// (`getIdentityDecisionSummary`, V3 only).
///
/// "Made" counts every decision, "approved" and "revoked" what they were. Roles that
/// follow from criteria can only be acknowledged, so the two need not add up to the
/// first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct DecisionSummary {
    /// Decisions made about entitlements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entitlement_decisions_made: Option<i32>,
    /// Decisions made about access profiles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_profile_decisions_made: Option<i32>,
    /// Decisions made about roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_decisions_made: Option<i32>,
    /// Decisions made about accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_decisions_made: Option<i32>,
    /// Decisions about entitlements, made and open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entitlement_decisions_total: Option<i32>,
    /// Decisions about access profiles, made and open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_profile_decisions_total: Option<i32>,
    /// Decisions about roles, made and open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_decisions_total: Option<i32>,
    /// Decisions about accounts, made and open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_decisions_total: Option<i32>,
    /// Approved entitlements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entitlements_approved: Option<i32>,
    /// Revoked entitlements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entitlements_revoked: Option<i32>,
    /// Approved access profiles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_profiles_approved: Option<i32>,
    /// Revoked access profiles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_profiles_revoked: Option<i32>,
    /// Approved roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles_approved: Option<i32>,
    /// Revoked roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles_revoked: Option<i32>,
    /// Approved accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accounts_approved: Option<i32>,
    /// Revoked accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accounts_revoked: Option<i32>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

impl DecisionSummary {
    /// How many of all decisions, whatever they are about, are made.
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

    /// How many approvals there are, whatever they are about.
    #[must_use]
    pub fn approved(&self) -> i64 {
        sum([
            self.entitlements_approved,
            self.access_profiles_approved,
            self.roles_approved,
            self.accounts_approved,
        ])
    }

    /// How many revocations there are, whatever they are about.
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
