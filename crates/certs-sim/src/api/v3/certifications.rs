//! `GET /certifications` and `GET /certifications/{id}`.

use super::dto::IdentityCertification;
use crate::api::access;
use crate::api::certification_row::{Field, select};
use crate::api::endpoint::Call;
use crate::api::success::Success;
use crate::error::ApiError;
use crate::query::filter::{EQ, EQ_IN, Rule};
use crate::state::State;
use crate::view::Phase;

const RULES: &[Rule<Field>] = &[
    Rule::text("id", Field::Id, EQ_IN),
    Rule::text("campaign.id", Field::CampaignId, EQ_IN),
    Rule::keyword("phase", Field::Phase, Phase::SPELLINGS, EQ),
    Rule::flag("completed", Field::Completed, EQ),
];

pub(super) fn list(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let state = &*state;
    let (selection, page) = select(state, call, RULES, "reviewer-identity")?;
    let records: Vec<_> = selection
        .rows
        .iter()
        .map(|row| IdentityCertification::with_extra(state, row.certification))
        .collect();
    Success::page(&records, selection.total, page)
}

pub(super) fn get(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let certification = access::identity_certification(state, call)?;
    IdentityCertification::respond(state, certification)
}
