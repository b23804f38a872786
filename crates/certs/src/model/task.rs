//! Tasks: work that the service does after it has responded.

use jiff::Timestamp;

use super::open_enum::open_enum;
use super::record::record;
use super::{ErrorMessage, Id};

record! {
    /// Work that the service does in the background, such as a reassignment:
    /// `CertificationTask` in V3, `IdentityCertificationTask` in beta.
    ///
    /// V3's list of tasks holds only pending ones; to see how a task ended, get it by its id.
    pub struct Task {
        /// The task's id.
        pub id: Id => "id",
        /// What the task does.
        pub task_type: Option<TaskType> => "type",
        /// What kind of thing `target_id` names. V3 only: in beta it is always a
        /// certification.
        pub target_type: Option<TaskTargetType> => "targetType",
        /// The id of the certification or campaign that the task works on. Beta:
        /// `certificationId`.
        pub target_id: Id => "targetId" | "certificationId",
        /// The task's status.
        pub status: Option<TaskStatus> => "status",
        /// The errors. In beta these are bare strings, which become messages with only a text.
        pub errors: Vec<ErrorMessage> => "errors",
        /// The reassignments that would have led to somebody reviewing their own access.
        /// V3 only.
        pub reassignment_trails: Vec<ReassignmentTrail> => "reassignmentTrailDTOs",
        /// When the task was created. V3 only.
        pub created: Option<Timestamp> => "created",
    }
}

impl Task {
    /// Whether the task is queued or running. A status that this version does not name is neither
    /// pending nor finished.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.has_status(TaskStatus::Queued) || self.has_status(TaskStatus::InProgress)
    }

    /// Whether the task has ended, with success or without.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.succeeded() || self.failed()
    }

    /// Whether the task has succeeded.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.has_status(TaskStatus::Success)
    }

    /// Whether the task has failed; `errors` says why.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.has_status(TaskStatus::Error)
    }

    /// Beta's tasks are about certifications; only the field's name shows it.
    pub(crate) fn of_certification(mut self) -> Self {
        if self.target_id.get().is_some() {
            self.target_type
                .get_or_insert(TaskTargetType::Certification);
        }
        self
    }

    fn has_status(&self, status: TaskStatus) -> bool {
        self.status == Some(status)
    }
}

open_enum! {
    /// What a task does.
    pub enum TaskType {
        /// Reassigns items for a reviewer.
        Reassign => "REASSIGN",
        /// Reassigns items for an administrator.
        AdminReassign => "ADMIN_REASSIGN",
        /// Completes a certification.
        CompleteCertification => "COMPLETE_CERTIFICATION",
        /// Finishes a certification.
        FinishCertification => "FINISH_CERTIFICATION",
        /// Completes a campaign.
        CompleteCampaign => "COMPLETE_CAMPAIGN",
        /// Starts a campaign.
        ActivateCampaign => "ACTIVATE_CAMPAIGN",
        /// Creates a campaign.
        CampaignCreate => "CAMPAIGN_CREATE",
        /// Deletes a campaign.
        CampaignDelete => "CAMPAIGN_DELETE",
    }
}

open_enum! {
    /// What kind of thing a task works on.
    pub enum TaskTargetType {
        /// A certification.
        Certification => "CERTIFICATION",
        /// A whole campaign.
        Campaign => "CAMPAIGN",
    }
}

open_enum! {
    /// The status of a task.
    pub enum TaskStatus {
        /// Waiting to start.
        Queued => "QUEUED",
        /// Running.
        InProgress => "IN_PROGRESS",
        /// Succeeded.
        Success => "SUCCESS",
        /// Failed.
        Error => "ERROR",
    }
}

record! {
    /// One step of the reassignments that would have made somebody their own reviewer.
    pub struct ReassignmentTrail {
        /// The id of the identity that had to decide before.
        pub previous_owner: Id => "previousOwner",
        /// The id of the identity that had to decide afterwards.
        pub new_owner: Id => "newOwner",
        /// How the step came about. The specification lists no values.
        pub reassignment_type: Option<String> => "reassignmentType",
    }
}
