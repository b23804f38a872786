//! Tasks.

use super::{FieldValue, Matchable};
use crate::filter::endpoint::Tasks;
use crate::model::{Task, TaskType};

impl Matchable for Tasks {
    type Record = Task;

    fn value<'a>(task: &'a Task, field: &str) -> Option<FieldValue<'a>> {
        Some(match field {
            "id" => FieldValue::id(&task.id),
            "targetId" => FieldValue::text(task.target_id.as_deref()),
            "type" => FieldValue::text(task.task_type.as_ref().map(TaskType::as_str)),
            _ => return None,
        })
    }
}
