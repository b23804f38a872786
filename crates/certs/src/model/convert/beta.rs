//! Beta's types.

use super::date;
use super::shared::shared_conversions;
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
    model::Certification {
        id: id.unwrap_or_default(),
        name,
        campaign: campaign_ref.map(campaign),
        completed,
        identities_completed: entities_completed,
        identities_total: entities_total,
        created: None,
        modified: None,
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
        extra,
    } = raw;
    model::Reviewer {
        id: id.unwrap_or_default(),
        name,
        email,
        reviewer_type: type_.map(|kind| open(kind.as_str())),
        created: None,
        modified: None,
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
        extra,
    } = raw;
    model::Task {
        id: id.unwrap_or_default(),
        task_type: type_.map(|kind| open(kind.as_str())),
        // Beta's tasks are about certifications and say so by the name of the field.
        target_type: certification_id
            .is_some()
            .then_some(TaskTargetType::Certification),
        target_id: certification_id,
        status: status.map(|status| open(status.as_str())),
        errors: list(errors, |text| ErrorMessage {
            text: Some(text),
            ..ErrorMessage::default()
        }),
        reassignment_trails: Vec::new(),
        created: None,
        extra,
    }
}
