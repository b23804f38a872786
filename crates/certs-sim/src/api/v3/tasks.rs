//! `GET /certification-tasks` and `GET /certification-tasks/{id}`.

use jiff::Timestamp;
use serde::Serialize;

use crate::api::access::{ReviewerFilter, may_touch};
use crate::api::endpoint::Call;
use crate::api::success::Success;
use crate::api::time::Time;
use crate::error::{ApiError, Message};
use crate::id::Id;
use crate::query::filter::{EQ_IN, Rule};
use crate::query::{Row, Value};
use crate::state::State;
use crate::state::table::Ix;
use crate::state::task::{Task, Work};
use crate::view::{TaskStatus, TaskType};

/// The types that the API knows, though only the two reassignments happen here.
const TYPES: &[&str] = &[
    "REASSIGN",
    "ADMIN_REASSIGN",
    "COMPLETE_CERTIFICATION",
    "FINISH_CERTIFICATION",
    "COMPLETE_CAMPAIGN",
    "ACTIVATE_CAMPAIGN",
    "CAMPAIGN_CREATE",
    "CAMPAIGN_DELETE",
];

#[derive(Clone, Copy, Debug)]
enum Field {
    Id,
    TargetId,
    Type,
}

const RULES: &[Rule<Field>] = &[
    Rule::text("id", Field::Id, EQ_IN),
    Rule::text("targetId", Field::TargetId, EQ_IN),
    Rule::keyword("type", Field::Type, TYPES, EQ_IN),
];

struct TaskRow<'a> {
    state: &'a State,
    task: Ix<Task>,
}

impl Row for TaskRow<'_> {
    type Field = Field;

    fn value(&self, field: Field) -> Value<'_> {
        let task = &self.state.tasks[self.task];
        match field {
            Field::Id => Value::Id(task.id),
            Field::TargetId => Value::Id(self.state.task_target(task)),
            Field::Type => Value::Keyword(task.kind.as_str()),
        }
    }

    fn tie_break(&self) -> Id {
        self.state.tasks[self.task].id
    }
}

/// `CertificationTask`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CertificationTask<'a> {
    id: Id,
    #[serde(rename = "type")]
    kind: TaskType,
    target_type: &'static str,
    target_id: Id,
    status: TaskStatus,
    errors: Vec<Message<'a>>,
    // The vendor's spelling of this field fits no rule.
    #[serde(rename = "reassignmentTrailDTOs")]
    reassignment_trail: Vec<ReassignmentTrail>,
    created: Time,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReassignmentTrail {
    previous_owner: Id,
    new_owner: Id,
    reassignment_type: &'static str,
}

impl<'a> CertificationTask<'a> {
    pub(super) fn new(state: &'a State, task: Ix<Task>, now: Timestamp) -> Self {
        let task = &state.tasks[task];
        Self {
            id: task.id,
            kind: task.kind,
            target_type: match task.work {
                Work::Items(..) => "CERTIFICATION",
                Work::Certifications(..) => "CAMPAIGN",
            },
            target_id: state.task_target(task),
            status: task.status(now),
            errors: task
                .errors()
                .iter()
                .map(|reason| Message::new(reason))
                .collect(),
            reassignment_trail: task
                .trail()
                .map(|(previous_owner, new_owner)| ReassignmentTrail {
                    previous_owner,
                    new_owner,
                    reassignment_type: "MANUAL_REASSIGNMENT",
                })
                .into_iter()
                .collect(),
            created: Time(task.created),
        }
    }
}

/// The tasks that are not at their end and that the caller reviews.
pub(super) fn list_pending(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let state = &*state;
    let page = call.page()?;
    let filter = call.filter(RULES)?;
    let reviewer = ReviewerFilter::read(state, call, "reviewer-identity");
    let rows = state
        .pending
        .iter()
        .filter(|task| {
            match state.tasks[**task].certification() {
                Some(certification) => {
                    reviewer.admits(state, certification) && may_touch(state, call, certification)
                }
                // Of a campaign, which is nobody's review.
                None => call.caller.is_admin() && reviewer.is_anybody(),
            }
        })
        .map(|task| TaskRow { state, task: *task });
    let selection = call.select(rows, filter.as_ref(), None, page)?;
    let records: Vec<_> = selection
        .rows
        .iter()
        .map(|row| CertificationTask::new(state, row.task, call.now))
        .collect();
    Success::page(&records, selection.total, page)
}

pub(super) fn get(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let id = call.path("id");
    let task = Id::parse(id)
        .and_then(|id| state.tasks.find(id))
        .ok_or_else(|| ApiError::not_found(format!("There is no task \"{id}\".")))?;
    let row = &state.tasks[task];
    let may_see = match row.certification() {
        Some(certification) => may_touch(state, call, certification),
        None => call.caller.is_admin(),
    };
    if row.submitter == call.caller.person || may_see {
        return Success::one(&CertificationTask::new(state, task, call.now));
    }
    Err(ApiError::forbidden(format!(
        "The task {id} is about a certification that you do not review."
    )))
}
