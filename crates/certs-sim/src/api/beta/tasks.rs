//! `POST /certifications/{id}/reassign-async` and the tasks of a certification.

use jiff::Timestamp;
use serde::Serialize;

use crate::api::endpoint::Call;
use crate::api::success::Success;
use crate::api::{access, reassignment};
use crate::error::ApiError;
use crate::id::Id;
use crate::state::State;
use crate::state::table::Ix;
use crate::state::task::Task;
use crate::view::{TaskStatus, TaskType};

/// `IdentityCertificationTask`. Beta has one type, whoever the requester is, and its errors are
/// plain text.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct IdentityCertificationTask<'a> {
    id: Id,
    certification_id: Id,
    #[serde(rename = "type")]
    kind: TaskType,
    status: TaskStatus,
    errors: &'a [String],
}

impl<'a> IdentityCertificationTask<'a> {
    fn new(state: &'a State, task: Ix<Task>, now: Timestamp) -> Self {
        let task = &state.tasks[task];
        Self {
            id: task.id,
            certification_id: state.task_target(task),
            kind: TaskType::Reassign,
            status: task.status(now),
            errors: task.errors(),
        }
    }
}

pub(super) fn submit_reassignment(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let certification = access::identity_certification(state, call)?;
    let task = reassignment::submit(state, call, certification)?;
    Success::one(&IdentityCertificationTask::new(state, task, call.now))
}

/// The certification's tasks that are not at their end. There are no pages.
pub(super) fn list_pending(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let certification = access::certification(state, call, "id")?;
    let tasks: Vec<_> = state
        .pending
        .iter()
        .filter(|task| state.tasks[**task].certification() == Some(certification))
        .map(|task| IdentityCertificationTask::new(state, *task, call.now))
        .collect();
    Success::one(&tasks)
}

pub(super) fn get(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let certification = access::certification(state, call, "id")?;
    let id = call.path("taskId");
    let task = Id::parse(id)
        .and_then(|id| state.tasks.find(id))
        .filter(|task| state.tasks[*task].certification() == Some(certification))
        .ok_or_else(|| {
            ApiError::not_found(format!(
                "The certification {} has no task \"{id}\".",
                state.certifications[certification].id
            ))
        })?;
    Success::one(&IdentityCertificationTask::new(state, task, call.now))
}
