//! The body of reassign and reassign-async, the same in every version.

use super::body::{self, Object};
use super::endpoint::Call;
use crate::error::ApiError;
use crate::state::reassign::{ReassignRequest, Reference};
use crate::state::table::Ix;
use crate::state::task::{Task, Work};
use crate::state::{State, review};
use crate::view::{ReassignType, TaskType};

/// The most references in a reassignment that is done at once.
pub(crate) const MAX_AT_ONCE: usize = 50;
/// The most references in a reassignment that becomes a task.
const MAX_AS_TASK: usize = 500;

/// `ReviewReassign`.
pub(crate) fn read(call: &Call, max: usize) -> Result<ReassignRequest, ApiError> {
    let value = body::parse(call)?;
    let object = Object::read(&value, "")?;
    let references = object
        .list("reassign", max)?
        .iter()
        .enumerate()
        .map(|(position, reference)| {
            let reference = Object::read(reference, format!("reassign[{position}]"))?;
            Ok(Reference {
                kind: reference.keyword(
                    "type",
                    ReassignType::SPELLINGS,
                    ReassignType::from_wire,
                )?,
                id: reference.text("id")?.to_owned(),
            })
        })
        .collect::<Result<_, _>>()?;
    Ok(ReassignRequest {
        references,
        to: object.text("reassignTo")?.to_owned(),
        reason: object.text("reason")?.to_owned(),
    })
}

/// Accepts a reassignment as a task.
pub(crate) fn submit(
    state: &mut State,
    call: &Call,
    certification: Ix<review::Certification>,
) -> Result<Ix<Task>, ApiError> {
    let request = read(call, MAX_AS_TASK)?;
    let kind = if state.is_reviewer(certification, call.caller.person) {
        TaskType::Reassign
    } else {
        TaskType::AdminReassign
    };
    let Call { new_id, now, .. } = *call;
    let work = Work::Items(certification, request);
    state.submit(work, kind, call.caller.person, new_id, now)
}
