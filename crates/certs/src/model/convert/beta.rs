//! Beta's types.

use super::shared::shared_conversions;
use crate::model::{Task, TaskTargetType};

shared_conversions!(beta);

answers! {
    CertificationDto => Certification,
    IdentityCertificationTask => Task,
}

/// Beta's tasks are about certifications, and say so by the name of the field alone.
pub(crate) fn task(mut task: Task) -> Task {
    if task.target_id.is_some() && task.target_type.is_none() {
        task.target_type = Some(TaskTargetType::Certification);
    }
    task
}
