//! `POST /campaigns/{id}/activate`, `/complete`, and `POST /campaigns/delete`.

use serde_json::json;

use super::{find, require_admin};
use crate::api::body::{self, Object};
use crate::api::endpoint::Call;
use crate::api::success::Success;
use crate::error::ApiError;
use crate::state::State;
use crate::view::Decision;

pub(crate) fn activate(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let campaign = find(state, call)?;
    if !call.body.is_empty() {
        let value = body::parse(call)?;
        if let Some(zone) = Object::read(&value, "")?.optional_text("timeZone")?
            && !is_offset(zone)
        {
            return Err(ApiError::illegal(format!(
                "timeZone is \"{zone}\", but it must be Z or an offset from UTC."
            )));
        }
    }
    state.activate(campaign, call.now)?;
    Success::accepted(&json!({}))
}

/// `Z`, `±hh`, `±hhmm` or `±hh:mm`.
fn is_offset(zone: &str) -> bool {
    let is_sign = |first: char| first == '+' || first == '-';
    zone == "Z"
        || zone.strip_prefix(is_sign).is_some_and(|digits| {
            let digits = digits.replace(':', "");
            matches!(digits.len(), 2 | 4) && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
}

pub(crate) fn complete(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    const ACTION: &str = "autoCompleteAction";
    let campaign = find(state, call)?;
    let mut decision = Decision::Approve;
    if !call.body.is_empty() {
        let value = body::parse(call)?;
        let options = Object::read(&value, "")?;
        if options.optional_text(ACTION)?.is_some() {
            decision = options.keyword(ACTION, Decision::SPELLINGS, Decision::from_wire)?;
        }
    }
    state.complete(campaign, decision, call.now)?;
    Success::accepted(&json!({}))
}

pub(crate) fn delete(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    require_admin(call)?;
    let value = body::parse(call)?;
    let ids = Object::read(&value, "")?.texts("ids")?;
    let campaigns: Vec<_> = ids
        .iter()
        .map(|id| state.campaign(id))
        .collect::<Result<_, _>>()?;
    state.delete_campaigns(&campaigns, call.now)?;
    Success::accepted(&json!({}))
}
