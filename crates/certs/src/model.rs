//! The types of requests and responses, the same for every version of the API.
//!
//! V3 and beta name some things differently (`campaign` and `campaignRef`,
//! `identitiesTotal` and `entitiesTotal`, `targetId` and `certificationId`). Here each
//! thing has one name, V3's; JSON with beta's names decodes as well.
//!
//! # What to expect of every type
//!
//! - **Nearly everything is optional.** The service leaves out and nulls fields that its
//!   specification requires, so a field is `None` when the response has no value for it. A list
//!   that is missing or null is empty, and a missing or null id is a missing [`Id`].
//! - **Enumerations are open.** A value that this version does not name is kept in `Unrecognized`
//!   and never fails a response.
//! - **Nothing is dropped.** Fields that the specification does not name are in
//!   `extra`.
//! - **No field fails a record.** A value of another JSON type than the field's is in `extra`,
//!   under the field's name, and the field is `None`. Numbers and truth values written as text are
//!   accepted, and so are whole numbers written as `5.0`.
//! - **Names.** Fields carry their JSON names in snake case. JSON's `type` is `kind`
//!   where it says which type of object something is ([`ObjectType`]) and
//!   `reviewer_type`, `task_type`, ... where it has an enumeration of its own.
//! - **Dates** are [`jiff::Timestamp`]s. They are read leniently: a time without an offset is UTC,
//!   and a bare date is its midnight. Text that is not a date is in `extra`. They are written in
//!   UTC with three, six or nine fractional digits.
//!
//! The types of responses are `#[non_exhaustive]` because the service adds fields; to make one in a
//! test, decode it from JSON or start from `Default`.
//!
//! ```
//! use certs::model::{Certification, Phase};
//!
//! # fn main() -> Result<(), serde_json::Error> {
//! let certification: Certification = serde_json::from_str(
//!     r#"{"id": "c-1", "phase": "ACTIVE", "due": null, "decisionsMade": 3,
//!         "decisionsTotal": 8, "riskScore": 7}"#,
//! )?;
//! assert_eq!(certification.phase, Some(Phase::Active));
//! assert_eq!(certification.due, None);
//! assert_eq!(certification.progress().to_string(), "3/8");
//! assert_eq!(certification.extra["riskScore"], 7);
//! # Ok(())
//! # }
//! ```

mod access;
mod account;
mod campaign;
mod campaign_filter;
mod campaign_report;
mod campaign_template;
mod certification;
pub(crate) mod convert;
mod data_access;
mod decision;
pub(crate) mod decode;
mod entitlement;
mod error_message;
mod field;
mod grant;
mod id;
mod item;
mod object_type;
mod open_enum;
mod origin;
mod permission;
mod progress;
mod reassign;
mod record;
mod reviewer;
#[cfg(feature = "schemars")]
pub(crate) mod schema;
mod summary;
mod task;
pub(crate) mod timestamp;

pub use access::{AccessProfile, AccessSummary, AccessType, Role};
pub use account::{Account, AccountOwner, ActivityInsights, UsageDaysState};
pub use campaign::{
    AccessConstraint, AlertLevel, Campaign, CampaignAlert, CampaignReference, CampaignScope,
    CampaignStatus, CampaignType, ConstraintOperator, CorrelatedStatus, MachineAccountCampaign,
    MachineAccountReviewer, MandatoryCommentRequirement, ObjectReference, RoleCompositionCampaign,
    SearchCampaign, SearchType, SourceOwnerCampaign,
};
pub(crate) use campaign_filter::CampaignFilterPage;
pub use campaign_filter::{
    CampaignFilter, CampaignFilterMode, CriterionOperation, CriterionType, FilterCriterion,
};
pub use campaign_report::{CampaignReport, CampaignReportsConfig, ReportStatus, ReportType};
pub use campaign_template::{
    CampaignTemplate, Schedule, ScheduleType, ScheduleValues, ScheduleValuesType,
};
pub use certification::{Certification, CertificationReference, Phase, Reassignment};
pub use data_access::{DataAccess, DataAccessCategory, DataAccessPolicy, ImpactScore};
pub use decision::{Decision, Recommendation, ReviewDecision};
pub use entitlement::Entitlement;
pub use error_message::{ErrorMessage, LocaleOrigin};
pub use grant::Grant;
pub use id::Id;
pub use item::{AccessReviewItem, IdentitySummary};
pub use object_type::ObjectType;
pub(crate) use origin::{Origin, Seen};
pub use permission::Permission;
pub use progress::Progress;
pub(crate) use reassign::{ReassignReference, ReassignType};
pub(crate) use record::Record;
pub use reviewer::{IdentityReference, Reviewer, ReviewerType};
pub use summary::DecisionSummary;
pub use task::{ReassignmentTrail, Task, TaskStatus, TaskTargetType, TaskType};

/// The parts of a response that its type has no place for, under their JSON names: fields that the
/// specification does not name, and values of another JSON type than the field's. For a list, these
/// are the elements that the field could not take.
///
/// A whole number of more than 64 bits is kept as text with all its digits.
pub type Extra = serde_json::Map<String, serde_json::Value>;
