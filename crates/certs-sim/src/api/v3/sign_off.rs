//! `POST /certifications/{id}/sign-off`.

use super::dto::IdentityCertification;
use crate::api::access;
use crate::api::answer::Answer;
use crate::api::endpoint::Call;
use crate::error::ApiError;
use crate::state::State;

pub(super) fn post(state: &mut State, call: &Call) -> Result<Answer, ApiError> {
    let certification = access::identity_certification(state, call)?;
    state.sign_off(certification, call.now)?;
    IdentityCertification::answer(state, certification)
}
