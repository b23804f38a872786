//! `POST /certifications/{id}/decide`.

use serde_json::Value;

use super::dto::IdentityCertification;
use crate::api::access;
use crate::api::body::{self, Object};
use crate::api::endpoint::Call;
use crate::api::success::Success;
use crate::error::ApiError;
use crate::state::State;
use crate::state::decide::DecisionRequest;
use crate::view::Decision;

/// The most decisions in one request.
const MAX_DECISIONS: usize = 250;

pub(super) fn post(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let certification = access::identity_certification(state, call)?;
    let value = body::parse(call)?;
    let decisions = body::list(&value, "", MAX_DECISIONS)?
        .iter()
        .enumerate()
        .map(|(position, decision)| read(decision, position))
        .collect::<Result<_, _>>()?;
    state.decide(certification, decisions, call.extent, call.now)?;
    IdentityCertification::respond(state, certification)
}

/// `ReviewDecision`.
fn read(value: &Value, position: usize) -> Result<DecisionRequest, ApiError> {
    let object = Object::read(value, format!("[{position}]"))?;
    if let Some(recommendation) = object.optional_object("recommendation")? {
        recommendation.optional_text("recommendation")?;
        recommendation.check_texts("reasons")?;
        recommendation.optional_time("timestamp")?;
    }
    Ok(DecisionRequest {
        item: object.text("id")?.to_owned(),
        decision: object.keyword("decision", Decision::SPELLINGS, Decision::from_wire)?,
        bulk: object.flag("bulk")?,
        comments: object.optional_text("comments")?.map(str::to_owned),
        proposed_end_date: object.optional_time("proposedEndDate")?,
    })
}
