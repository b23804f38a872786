//! Beta's types.

use super::shared::shared_conversions;
use super::{date, under};
use crate::model::{ErrorMessage, TaskTargetType};

shared_conversions!(beta);

pub(crate) fn certification(raw: raw::CertificationDto) -> model::Certification {
    let raw::CertificationDto {
        campaign_ref,
        completed,
        decisions_made,
        decisions_total,
        due,
        entities_completed,
        entities_total,
        error_message,
        has_errors,
        id,
        name,
        phase,
        reassignment: reassigned,
        reviewer: by,
        signed,
        mut extra,
    } = raw;
    let created = under(&mut extra, "created", None);
    let modified = under(&mut extra, "modified", None);
    model::Certification {
        id: id.unwrap_or_default(),
        name,
        campaign: under(&mut extra, "campaign", campaign_ref.map(campaign)),
        completed,
        identities_completed: under(&mut extra, "identitiesCompleted", entities_completed),
        identities_total: under(&mut extra, "identitiesTotal", entities_total),
        created: date(&mut extra, "created", created),
        modified: date(&mut extra, "modified", modified),
        decisions_made,
        decisions_total,
        due: date(&mut extra, "due", due),
        signed: date(&mut extra, "signed", signed),
        reviewer: by.map(reviewer),
        reassignment: reassigned.map(|raw| Box::new(reassignment(raw))),
        has_errors,
        error_message,
        phase: phase.map(|phase| open(phase.as_str())),
        extra,
    }
}

fn reviewer(raw: raw::Reviewer) -> model::Reviewer {
    let raw::Reviewer {
        email,
        id,
        name,
        type_,
        mut extra,
    } = raw;
    let created = under(&mut extra, "created", None);
    let modified = under(&mut extra, "modified", None);
    model::Reviewer {
        id: id.unwrap_or_default(),
        name,
        email,
        reviewer_type: type_.map(|kind| open(kind.as_str())),
        created: date(&mut extra, "created", created),
        modified: date(&mut extra, "modified", modified),
        extra,
    }
}

pub(crate) fn task(raw: raw::IdentityCertificationTask) -> model::Task {
    let raw::IdentityCertificationTask {
        certification_id,
        errors,
        id,
        status,
        type_,
        mut extra,
    } = raw;
    let is_about_a_certification = certification_id.is_some();
    let target_type = is_about_a_certification.then_some(TaskTargetType::Certification);
    let created = under(&mut extra, "created", None);
    model::Task {
        id: id.unwrap_or_default(),
        task_type: type_.map(|kind| open(kind.as_str())),
        // Beta's tasks are about certifications and say so by the name of the field.
        target_type: under(&mut extra, "targetType", target_type),
        target_id: under(&mut extra, "targetId", certification_id),
        status: status.map(|status| open(status.as_str())),
        errors: list(errors, |text| ErrorMessage {
            text: Some(text),
            ..ErrorMessage::default()
        }),
        reassignment_trails: under(&mut extra, "reassignmentTrailDTOs", None).unwrap_or_default(),
        created: date(&mut extra, "created", created),
        extra,
    }
}
