//! Beta's types.

use super::Answers;
use super::shared::shared_conversions;
use crate::model::{Task, TaskTargetType};

shared_conversions!(beta);

answers! {
    CertificationDto => Certification,
}

impl Answers for raw::IdentityCertificationTask {
    type Model = Task;

    /// Beta's tasks are about certifications, and say so by the name of the field alone.
    fn complete(task: &mut Task) {
        if task.target_id.is_some() && task.target_type.is_none() {
            task.target_type = Some(TaskTargetType::Certification);
        }
    }
}
