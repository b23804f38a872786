//! `POST /certifications/{id}/sign-off`.

use super::dto::IdentityCertification;
use crate::api::access;
use crate::api::endpoint::Call;
use crate::api::success::Success;
use crate::error::ApiError;
use crate::state::State;

pub(super) fn post(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let certification = access::identity_certification(state, call)?;
    state.sign_off(certification, call.now)?;
    IdentityCertification::respond(state, certification)
}
