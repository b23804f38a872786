//! `GET /certifications`.

use serde::Serialize;

use crate::api::campaign_reference::CampaignReference;
use crate::api::certification_row::{Field, select};
use crate::api::endpoint::Call;
use crate::api::success::Success;
use crate::api::time::Time;
use crate::error::ApiError;
use crate::id::Id;
use crate::query::filter::{EQ, EQ_IN, EQ_NE, Rule};
use crate::state::State;
use crate::state::review::{self, Certification};
use crate::state::table::Ix;
use crate::text::Text;
use crate::view::{CampaignType, Phase};

const RULES: &[Rule<Field>] = &[
    Rule::text("id", Field::Id, EQ_IN),
    Rule::keyword("phase", Field::Phase, Phase::SPELLINGS, EQ),
    Rule::flag("completed", Field::Completed, EQ_NE),
    Rule::keyword(
        "campaignRef.campaignType",
        Field::CampaignType,
        CampaignType::SPELLINGS,
        EQ_IN,
    ),
    Rule::text("campaignRef.id", Field::CampaignId, EQ_IN),
];

/// `CertificationDto`. The specification declares neither `id` nor `name`, requires
/// a `campaignOwner` that it does not declare, and calls `signed` never null: the
/// service sends the first two, and has nothing but null before a sign-off.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CertificationDto<'a> {
    id: Id,
    name: &'a Text,
    campaign_ref: CampaignReference<'a>,
    campaign_owner: Reviewer<'a>,
    phase: Phase,
    due: Time,
    signed: Option<Time>,
    reviewer: Reviewer<'a>,
    reassignment: Option<Reassignment<'a>>,
    has_errors: bool,
    error_message: Option<&'a str>,
    completed: bool,
    decisions_made: u32,
    decisions_total: u32,
    entities_completed: u32,
    entities_total: u32,
}

#[derive(Serialize)]
struct Reviewer<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: Id,
    name: &'a Text,
    email: Option<&'a Text>,
}

#[derive(Serialize)]
struct Reassignment<'a> {
    from: CertificationReference<'a>,
    comment: &'a str,
}

#[derive(Serialize)]
struct CertificationReference<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: Id,
    name: &'a Text,
    reviewer: Reviewer<'a>,
}

impl<'a> CertificationDto<'a> {
    fn new(state: &'a State, certification: Ix<Certification>) -> Self {
        let row = &state.certifications[certification];
        let campaign = &state.campaigns[row.campaign];
        Self {
            id: row.id,
            name: &row.name,
            campaign_ref: CampaignReference::new(campaign),
            campaign_owner: Reviewer::new(state, review::Reviewer::Identity(campaign.owner)),
            phase: row.phase,
            // Beta has no certification without a due date: one that has none yet is
            // due when its campaign ends.
            due: Time(row.due.unwrap_or(campaign.deadline)),
            signed: row.signed.map(Time),
            reviewer: Reviewer::new(state, row.reviewer),
            reassignment: row.reassignment.as_ref().map(|reassignment| {
                let from = &state.certifications[reassignment.from];
                Reassignment {
                    from: CertificationReference {
                        kind: "CERTIFICATION",
                        id: from.id,
                        name: &from.name,
                        reviewer: Reviewer::new(state, reassignment.reviewer),
                    },
                    comment: &reassignment.comment,
                }
            }),
            has_errors: row.error.is_some(),
            error_message: row.error.as_deref(),
            completed: row.counters.decisions.is_complete(),
            decisions_made: row.counters.decisions.done,
            decisions_total: row.counters.decisions.total,
            entities_completed: row.counters.entities.done,
            entities_total: row.counters.entities.total,
        }
    }
}

impl<'a> Reviewer<'a> {
    fn new(state: &'a State, reviewer: review::Reviewer) -> Self {
        match reviewer {
            review::Reviewer::Identity(person) => {
                let person = &state.tenant.people[person];
                Self {
                    kind: "IDENTITY",
                    id: person.id,
                    name: &person.name,
                    email: Some(&person.email),
                }
            }
            review::Reviewer::Group(group) => {
                let group = &state.tenant.groups[group];
                Self {
                    kind: "GOVERNANCE_GROUP",
                    id: group.id,
                    name: &group.name,
                    email: None,
                }
            }
        }
    }
}

pub(super) fn list(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let state = &*state;
    // The parameter is spelled like this on the wire.
    let (selection, page) = select(state, call, RULES, "reviewer-identitiy")?;
    let records: Vec<_> = selection
        .rows
        .iter()
        .map(|row| CertificationDto::new(state, row.certification))
        .collect();
    Success::page(&records, selection.total, page)
}
