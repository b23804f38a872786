//! Imports tasks and remediations.

use jiff::Timestamp;

use super::Result;
use super::lookup::{find, find_all, id, new_id, person};
use crate::clock::later;
use crate::scenario::model;
use crate::scenario::place::Place;
use crate::state::State;
use crate::state::reassign::{CertificationsRequest, ReassignRequest, Reference};
use crate::state::sign_off::Remediation;
use crate::state::task::{Outcome, Task, Work};

pub(super) fn add_tasks(state: &mut State, tasks: Vec<model::Task>, now: Timestamp) -> Result<()> {
    let list = Place::list("tasks");
    for (position, row) in tasks.into_iter().enumerate() {
        let place = list.entry(position);
        let model::Task {
            id,
            task_type,
            certification,
            certifications,
            submitted_by,
            created,
            starts,
            ends,
            reassign,
            reassign_to,
            reason,
            outcome,
        } = row;
        let created = created.unwrap_or(now);
        let starts = starts.unwrap_or_else(|| later(created, state.task_times.queued));
        let work = if let Some(certification) = certification {
            let field = place.field("certification");
            let certification = find(
                &state.certifications,
                "certification",
                field,
                &certification,
            )?;
            let reference = |model::Reference { reassign_type, id }| Reference {
                kind: reassign_type,
                id,
            };
            let request = ReassignRequest {
                references: reassign.into_iter().map(reference).collect(),
                to: reassign_to,
                reason,
            };
            Work::Items(certification, request)
        } else {
            let field = place.field("certifications");
            let certifications = find_all(
                &state.certifications,
                "certification",
                field,
                &certifications,
            )?;
            let mut campaigns = certifications
                .iter()
                .map(|certification| state.certifications[*certification].campaign);
            let first = campaigns
                .next()
                .ok_or_else(|| place.refuse("it needs either certification or certifications"))?;
            if campaigns.any(|campaign| campaign != first) {
                return Err(field.refuse("they belong to different campaigns"));
            }
            let request = CertificationsRequest {
                certifications,
                to: reassign_to,
                reason,
            };
            Work::Certifications(first, request)
        };
        let task = Task {
            id: new_id(&state.tasks, &place, &id)?,
            kind: task_type,
            work,
            submitter: submitted_by
                .map(|by| person(&state.tenant, place.field("submittedBy"), &by))
                .transpose()?
                .unwrap_or(state.tenant.admin),
            created,
            starts,
            ends: ends.unwrap_or_else(|| later(starts, state.task_times.running)),
            outcome: outcome
                .map(|outcome| self::outcome(place.field("outcome"), outcome))
                .transpose()?,
        };
        let is_pending = task.outcome.is_none();
        let ix = state.tasks.push(task);
        if is_pending {
            state.pending.push(ix);
        }
    }
    Ok(())
}

fn outcome(place: Place<'_>, outcome: model::Outcome) -> Result<Outcome> {
    match outcome {
        model::Outcome::Success {
            previous_owner,
            new_owner,
        } => Ok(Outcome::Reassigned {
            previous: id(place.field("previousOwner"), &previous_owner)?,
            new: id(place.field("newOwner"), &new_owner)?,
        }),
        model::Outcome::Error { errors } => Ok(Outcome::Failed(errors)),
    }
}

pub(super) fn add_remediations(
    state: &mut State,
    remediations: Option<Vec<model::Remediation>>,
) -> Result<()> {
    let Some(remediations) = remediations else {
        let certifications: Vec<_> = state.certifications.iter().map(|(ix, _)| ix).collect();
        for certification in certifications {
            if let Some(signed) = state.certifications[certification].signed {
                state.remediate(certification, signed);
            }
        }
        return Ok(());
    };
    let list = Place::list("remediations");
    for (position, row) in remediations.into_iter().enumerate() {
        let entry = list.entry(position);
        let place = entry.field("item");
        let model::Remediation { item, started } = row;
        let ix = find(&state.items, "item", place, &item)?;
        if !state.is_revoked_for_good(ix) {
            return Err(place.refuse(format!(
                "\"{item}\" is not a revoked item of a signed certification"
            )));
        }
        state.remediations.push(Remediation { item: ix, started });
    }
    Ok(())
}
