//! `GET /certifications/{id}/decision-summary`.

use serde::Serialize;

use super::items::{Field, ItemRow};
use crate::api::access;
use crate::api::endpoint::Call;
use crate::api::success::Success;
use crate::error::ApiError;
use crate::query::filter::{EQ_IN, Rule};
use crate::state::State;
use crate::state::review::Decided;
use crate::view::{AccessType, Decision};

const RULES: &[Rule<Field>] = &[Rule::text("identitySummary.id", Field::SummaryId, EQ_IN)];

/// `IdentityCertDecisionSummary`. No item is about an account as such, so those
/// counters stay at 0.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct DecisionSummary {
    entitlement_decisions_made: u32,
    access_profile_decisions_made: u32,
    role_decisions_made: u32,
    account_decisions_made: u32,
    entitlement_decisions_total: u32,
    access_profile_decisions_total: u32,
    role_decisions_total: u32,
    account_decisions_total: u32,
    entitlements_approved: u32,
    entitlements_revoked: u32,
    access_profiles_approved: u32,
    access_profiles_revoked: u32,
    roles_approved: u32,
    roles_revoked: u32,
    accounts_approved: u32,
    accounts_revoked: u32,
}

impl DecisionSummary {
    fn add(&mut self, kind: AccessType, decided: Option<&Decided>) {
        let (total, made, approved, revoked) = match kind {
            AccessType::Entitlement => (
                &mut self.entitlement_decisions_total,
                &mut self.entitlement_decisions_made,
                &mut self.entitlements_approved,
                &mut self.entitlements_revoked,
            ),
            AccessType::AccessProfile => (
                &mut self.access_profile_decisions_total,
                &mut self.access_profile_decisions_made,
                &mut self.access_profiles_approved,
                &mut self.access_profiles_revoked,
            ),
            AccessType::Role => (
                &mut self.role_decisions_total,
                &mut self.role_decisions_made,
                &mut self.roles_approved,
                &mut self.roles_revoked,
            ),
        };
        *total += 1;
        match decided.map(|decided| decided.decision) {
            None => return,
            Some(Decision::Approve) => *approved += 1,
            Some(Decision::Revoke) => *revoked += 1,
        }
        *made += 1;
    }
}

pub(super) fn get(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let certification = access::certification(state, call, "id")?;
    let filter = call.filter(RULES)?;
    let state = &*state;
    let mut summary = DecisionSummary::default();
    for item in &state.certifications[certification].items {
        let row = ItemRow {
            state,
            item: &state.items[*item],
        };
        if filter.as_ref().is_none_or(|filter| filter.matches(&row)) {
            summary.add(row.item.access.kind(), row.item.decided.as_ref());
        }
    }
    Success::one(&summary)
}
