//! Imports campaigns, certifications and their items.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::Result;
use super::lookup::{find, id, new_id, owner, person};
use crate::clock::later;
use crate::scenario::model;
use crate::scenario::place::Place;
use crate::state::State;
use crate::state::campaign::{Campaign, Report, Stage, Transition, TransitionKind};
use crate::state::counters::Counters;
use crate::state::review::{Access, Certification, Decided, Extra, Item, Reassignment, Reviewer};
use crate::state::table::Ix;
use crate::state::tenant::{Person, Tenant};
use crate::text::Text;
use crate::view::{self, AccessType, CampaignStatus, Decision, Phase};

/// How long a campaign lasts if its end is not given.
const CAMPAIGN_LENGTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);

pub(super) fn add_campaigns(
    state: &mut State,
    campaigns: Vec<model::Campaign>,
    now: Timestamp,
) -> Result<()> {
    let list = Place::list("campaigns");
    for (position, row) in campaigns.into_iter().enumerate() {
        let place = list.entry(position);
        let model::Campaign {
            id,
            name,
            campaign_type,
            description,
            correlated,
            mandatory_comment_requirement,
            owner: owned_by,
            deadline,
            created,
            modified,
            status,
            status_ends,
            error,
            open_items,
            reports,
            settings,
        } = row;
        let created = created.unwrap_or(now);
        let default_end = later(
            later(now, state.task_times.queued),
            state.task_times.running,
        );
        state.campaigns.push(Campaign {
            id: new_id(&state.campaigns, &place, &id)?,
            name: Text::new(name),
            description: description.map(Into::into),
            kind: campaign_type,
            correlated,
            comments: mandatory_comment_requirement,
            owner: owner(&state.tenant, &place, owned_by.as_deref())?.unwrap_or(state.tenant.admin),
            deadline: deadline.unwrap_or_else(|| later(now, CAMPAIGN_LENGTH)),
            created,
            modified: modified.unwrap_or(created),
            stage: stage(status),
            transition: transition(status, open_items).map(|kind| Transition {
                kind,
                ends: status_ends.unwrap_or(default_end),
            }),
            error: match status {
                Some(CampaignStatus::Error) => Some(
                    error
                        .unwrap_or_else(|| "Something went wrong.".to_owned())
                        .into(),
                ),
                _ => None,
            },
            settings,
            reports: self::reports(&place, reports)?,
        });
    }
    Ok(())
}

/// The stage of a campaign, or the one that it is leaving.
fn stage(status: Option<CampaignStatus>) -> Stage {
    match status {
        None | Some(CampaignStatus::Pending | CampaignStatus::Staged | CampaignStatus::Error) => {
            Stage::Staged
        }
        Some(CampaignStatus::Activating | CampaignStatus::Canceling) => Stage::Staged,
        Some(CampaignStatus::Active | CampaignStatus::Completing) => Stage::Active,
        Some(CampaignStatus::Completed) => Stage::Completed,
        Some(CampaignStatus::Archived) => Stage::Archived,
    }
}

/// Sets the stage of campaigns without a status.
pub(super) fn set_stages(state: &mut State, untold: &[bool]) {
    let all: Vec<_> = state.campaigns.iter().map(|(ix, _)| ix).collect();
    for (campaign, untold) in all.into_iter().zip(untold) {
        if *untold {
            state.campaigns[campaign].stage = state.shown_stage(campaign);
        }
    }
}

fn transition(
    status: Option<CampaignStatus>,
    open_items: Option<Decision>,
) -> Option<TransitionKind> {
    match status? {
        CampaignStatus::Pending => Some(TransitionKind::Create),
        CampaignStatus::Canceling => Some(TransitionKind::Delete),
        CampaignStatus::Activating => Some(TransitionKind::Activate),
        CampaignStatus::Completing => Some(TransitionKind::Complete(
            open_items.unwrap_or(Decision::Approve),
        )),
        CampaignStatus::Staged
        | CampaignStatus::Active
        | CampaignStatus::Completed
        | CampaignStatus::Error
        | CampaignStatus::Archived => None,
    }
}

fn reports(campaign: &Place<'_>, reports: Vec<model::Report>) -> Result<Vec<Report>> {
    let list = campaign.field("reports");
    let read = |(position, row): (usize, model::Report)| {
        let model::Report {
            report_type,
            id: text,
            started,
            ends,
        } = row;
        Ok(Report {
            kind: report_type,
            id: id(list.entry(position).field("id"), &text)?,
            started,
            ends,
        })
    };
    reports.into_iter().enumerate().map(read).collect()
}

pub(super) fn add_certifications(
    state: &mut State,
    certifications: Vec<model::Certification>,
    now: Timestamp,
) -> Result<()> {
    let list = Place::list("certifications");
    let items = certifications.iter().map(|row| row.items.len()).sum();
    state.items.reserve(items);
    let mut reassignments = Vec::new();
    for (position, row) in certifications.into_iter().enumerate() {
        let place = list.entry(position);
        let model::Certification {
            id,
            name,
            campaign,
            reviewer: reviewed_by,
            phase,
            created,
            modified,
            due,
            signed,
            reassignment,
            error_message,
            items,
            extra,
        } = row;
        let campaign = find(
            &state.campaigns,
            "campaign",
            place.field("campaign"),
            &campaign,
        )?;
        let reviewer = reviewer(&state.tenant, place.field("reviewer"), &reviewed_by)?;
        let created = created.unwrap_or(now);
        let modified = modified.unwrap_or(created);
        let name = name.unwrap_or_else(|| {
            let reviewer = match reviewer {
                Reviewer::Identity(person) => &state.tenant.people[person].name,
                Reviewer::Group(group) => &state.tenant.groups[group].name,
            };
            let campaign = &state.campaigns[campaign].name;
            format!("{} - {}", campaign.as_str(), reviewer.as_str())
        });
        let certification = state.certifications.push(Certification {
            id: new_id(&state.certifications, &place, &id)?,
            name: Text::new(name),
            campaign,
            reviewer,
            phase,
            created,
            modified,
            due,
            signed: signed_at(&place, phase, signed, modified)?,
            reassignment: None,
            error: error_message.map(Into::into),
            items: Vec::new(),
            counters: Counters::default(),
            extra: boxed(extra),
        });
        add_items(state, certification, place.field("items"), items)?;
        if phase == Phase::Signed
            && !state.certifications[certification]
                .counters
                .decisions
                .is_complete()
        {
            return Err(place
                .field("phase")
                .refuse("every item of a SIGNED certification needs a decision"));
        }
        if let Some(reassignment) = reassignment {
            reassignments.push((certification, position, reassignment));
        }
    }
    // A certification may come before the one that its items came from.
    for (certification, position, reassignment) in reassignments {
        let row = list.entry(position);
        let place = row.field("reassignment");
        set_reassignment(state, certification, place.field("from"), reassignment)?;
    }
    Ok(())
}

fn reviewer(tenant: &Tenant, place: Place<'_>, reviewer: &view::Reviewer) -> Result<Reviewer> {
    let place = place.field("id");
    match reviewer {
        view::Reviewer::Identity(id) => person(tenant, place, id).map(Reviewer::Identity),
        view::Reviewer::GovernanceGroup(id) => {
            find(&tenant.groups, "governance group", place, id).map(Reviewer::Group)
        }
    }
}

fn signed_at(
    row: &Place<'_>,
    phase: Phase,
    signed: Option<Timestamp>,
    modified: Timestamp,
) -> Result<Option<Timestamp>> {
    match (phase, signed) {
        (Phase::Signed, signed) => Ok(Some(signed.unwrap_or(modified))),
        (Phase::Staged | Phase::Active, None) => Ok(None),
        (Phase::Staged | Phase::Active, Some(_)) => Err(row.field("signed").refuse(format!(
            "only a SIGNED certification can have this date, and this one is {phase}"
        ))),
    }
}

fn set_reassignment(
    state: &mut State,
    certification: Ix<Certification>,
    place: Place<'_>,
    reassignment: model::Reassignment,
) -> Result<()> {
    let model::Reassignment {
        from,
        reviewer: by,
        comment,
    } = reassignment;
    let ix = find(&state.certifications, "certification", place, &from)?;
    let campaign = state.certifications[certification].campaign;
    if ix == certification && by.is_none() || state.certifications[ix].campaign != campaign {
        return Err(place.refuse(format!(
            "\"{from}\" is not another certification of the same campaign"
        )));
    }
    let had = match by {
        Some(by) => reviewer(&state.tenant, place, &by)?,
        None => state.certifications[ix].reviewer,
    };
    state.certifications[certification].reassignment = Some(Reassignment {
        from: ix,
        reviewer: had,
        comment: comment.into(),
    });
    Ok(())
}

fn add_items(
    state: &mut State,
    certification: Ix<Certification>,
    list: Place<'_>,
    items: Vec<model::Item>,
) -> Result<()> {
    let reviewer = state.certifications[certification].reviewer;
    for (position, row) in items.into_iter().enumerate() {
        let place = list.entry(position);
        let decided = decided(&place, &row)?;
        let model::Item {
            id,
            identity,
            access,
            duplicate_summary,
            access_omitted,
            new_access,
            decision: _,
            comments: _,
            proposed_end_date: _,
            bulk: _,
            extra,
        } = row;
        let subject = identity
            .map(|identity| subject(&state.tenant, place.field("identity"), reviewer, &identity))
            .transpose()?;
        let item = state.items.push(Item {
            id: new_id(&state.items, &place, &id)?,
            certification,
            subject,
            access: reviewed(&state.tenant, place.field("access"), &access)?,
            duplicate: duplicate_summary,
            access_omitted,
            extra: boxed(extra),
            new_access,
            decided,
        });
        state.certifications[certification].items.push(item);
    }
    state.recount(certification);
    Ok(())
}

fn boxed(extra: Extra) -> Option<Box<Extra>> {
    (!extra.is_empty()).then(|| Box::new(extra))
}

fn subject(
    tenant: &Tenant,
    place: Place<'_>,
    reviewer: Reviewer,
    identity: &str,
) -> Result<Ix<Person>> {
    let subject = find(&tenant.people, "identity", place, identity)?;
    if reviewer == Reviewer::Identity(subject) {
        return Err(place.refuse("nobody may review their own access"));
    }
    Ok(subject)
}

fn decided(place: &Place<'_>, item: &model::Item) -> Result<Option<Decided>> {
    let Some(decision) = item.decision else {
        if item.comments.is_some() || item.proposed_end_date.is_some() || item.bulk {
            return Err(place.refuse("comments, proposedEndDate and bulk need a decision"));
        }
        return Ok(None);
    };
    if decision == Decision::Approve && item.proposed_end_date.is_some() {
        return Err(place
            .field("proposedEndDate")
            .refuse("only a REVOKE decision can have one"));
    }
    Ok(Some(Decided {
        decision,
        comments: item.comments.as_deref().map(Arc::from),
        proposed_end_date: item.proposed_end_date,
        bulk: item.bulk,
    }))
}

fn reviewed(tenant: &Tenant, place: Place<'_>, access: &model::Access) -> Result<Access> {
    let model::Access { access_type, id } = access;
    let place = place.field("id");
    match access_type {
        AccessType::Entitlement => {
            find(&tenant.entitlements, "entitlement", place, id).map(Access::Entitlement)
        }
        AccessType::AccessProfile => {
            find(&tenant.profiles, "access profile", place, id).map(Access::Profile)
        }
        AccessType::Role => find(&tenant.roles, "role", place, id).map(Access::Role),
    }
}
