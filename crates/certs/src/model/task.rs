//! Tasks: work that the service does after it has answered.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::open_enum::open_enum;
use super::schema::plain_descriptions;
use super::{ErrorMessage, Extra, timestamp, tolerant};

/// Work that the service does in the background, such as a reassignment:
/// `CertificationTask` in V3, `IdentityCertificationTask` in beta.
///
/// V3's list of tasks holds only pending ones; how a task ended, only the task by its
/// id shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct Task {
    /// The task's id; empty when the answer has none.
    #[serde(
        deserialize_with = "tolerant::id",
        skip_serializing_if = "String::is_empty"
    )]
    #[schemars(with = "Option<String>")]
    pub id: String,
    /// What the task does.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub task_type: Option<TaskType>,
    /// What sort of thing `target_id` names. V3 only: in beta it is always a
    /// certification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_type: Option<TaskTargetType>,
    /// The id of the certification or campaign that the task works on. Beta:
    /// `certificationId`.
    #[serde(alias = "certificationId", skip_serializing_if = "Option::is_none")]
    pub target_id: Option<String>,
    /// How far the task is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<TaskStatus>,
    /// What went wrong. In beta these are bare strings: they become messages with only
    /// a text.
    #[serde(deserialize_with = "messages_or_texts")]
    #[schemars(with = "Option<Vec<Option<ErrorMessage>>>")]
    pub errors: Vec<ErrorMessage>,
    /// The reassignments that would have led to somebody reviewing their own access.
    /// V3 only.
    #[serde(rename = "reassignmentTrailDTOs", deserialize_with = "tolerant::list")]
    #[schemars(with = "Option<Vec<Option<ReassignmentTrail>>>")]
    pub reassignment_trails: Vec<ReassignmentTrail>,
    /// When the task was created. V3 only.
    #[serde(with = "timestamp", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "timestamp::schema")]
    pub created: Option<Timestamp>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Task {
    /// Whether the task waits or works. A status that this version does not name is
    /// neither pending nor finished.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.has_status(TaskStatus::Queued) || self.has_status(TaskStatus::InProgress)
    }

    /// Whether the task has ended, well or badly.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.succeeded() || self.failed()
    }

    /// Whether the task has ended well.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.has_status(TaskStatus::Success)
    }

    /// Whether the task has ended badly; `errors` say why.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.has_status(TaskStatus::Error)
    }

    fn has_status(&self, status: TaskStatus) -> bool {
        self.status == Some(status)
    }
}

open_enum! {
    /// What a task does.
    pub enum TaskType {
        /// Reassigns items at a reviewer's wish.
        Reassign => "REASSIGN",
        /// Reassigns items at an administrator's wish.
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
    /// What sort of thing a task works on.
    pub enum TaskTargetType {
        /// A certification.
        Certification => "CERTIFICATION",
        /// A whole campaign.
        Campaign => "CAMPAIGN",
    }
}

open_enum! {
    /// How far a task is.
    pub enum TaskStatus {
        /// Waiting to start.
        Queued => "QUEUED",
        /// At work.
        InProgress => "IN_PROGRESS",
        /// Ended well.
        Success => "SUCCESS",
        /// Ended badly.
        Error => "ERROR",
    }
}

/// One step of the reassignments that would have made somebody their own reviewer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
#[schemars(transform = plain_descriptions)]
pub struct ReassignmentTrail {
    /// The id of the identity that had to decide before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_owner: Option<String>,
    /// The id of the identity that had to decide afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_owner: Option<String>,
    /// How the step came about. The specification lists no values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reassignment_type: Option<String>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

fn messages_or_texts<'de, D>(deserializer: D) -> Result<Vec<ErrorMessage>, D::Error>
where
    D: Deserializer<'de>,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum MessageOrText {
        Text(String),
        Message(ErrorMessage),
    }

    let errors: Vec<MessageOrText> = tolerant::list(deserializer)?;
    Ok(errors
        .into_iter()
        .map(|error| match error {
            MessageOrText::Message(message) => message,
            MessageOrText::Text(text) => ErrorMessage {
                text: Some(text),
                ..ErrorMessage::default()
            },
        })
        .collect())
}
