//! `POST /certifications/{id}/reassign` and `/reassign-async`.

use super::dto::IdentityCertification;
use super::tasks::CertificationTask;
use crate::api::endpoint::Call;
use crate::api::success::Success;
use crate::api::{access, reassignment};
use crate::error::ApiError;
use crate::state::State;

pub(super) fn at_once(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let certification = access::identity_certification(state, call)?;
    let request = reassignment::read(call, reassignment::MAX_AT_ONCE)?;
    state.reassign(certification, &request, call.extent, call.now)?;
    IdentityCertification::respond(state, certification)
}

pub(super) fn as_task(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let certification = access::identity_certification(state, call)?;
    let task = reassignment::submit(state, call, certification)?;
    Success::one(&CertificationTask::new(state, task, call.now))
}
