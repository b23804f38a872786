//! Certifications as V3 shows them.

use serde::Serialize;

use crate::api::campaign_reference::CampaignReference;
use crate::api::success::{Success, WithExtra};
use crate::api::time::Time;
use crate::error::ApiError;
use crate::id::Id;
use crate::state::State;
use crate::state::review::{self, Certification};
use crate::state::table::Ix;
use crate::text::Text;
use crate::view::Phase;

/// `IdentityCertificationDto`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IdentityCertification<'a> {
    id: Id,
    name: &'a Text,
    campaign: CampaignReference<'a>,
    completed: bool,
    identities_completed: u32,
    identities_total: u32,
    created: Time,
    modified: Time,
    decisions_made: u32,
    decisions_total: u32,
    due: Option<Time>,
    signed: Option<Time>,
    reviewer: Reviewer<'a>,
    reassignment: Option<Reassignment<'a>>,
    has_errors: bool,
    error_message: Option<&'a str>,
    phase: Phase,
}

#[derive(Serialize)]
struct Reviewer<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: Id,
    name: &'a Text,
    email: Option<&'a Text>,
    created: Option<Time>,
    modified: Option<Time>,
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

impl<'a> IdentityCertification<'a> {
    pub(super) fn new(state: &'a State, certification: Ix<Certification>) -> Self {
        let row = &state.certifications[certification];
        Self {
            id: row.id,
            name: &row.name,
            campaign: CampaignReference::new(&state.campaigns[row.campaign]),
            completed: row.counters.decisions.is_complete(),
            identities_completed: row.counters.identities.done,
            identities_total: row.counters.identities.total,
            created: Time(row.created),
            modified: Time(row.modified),
            decisions_made: row.counters.decisions.done,
            decisions_total: row.counters.decisions.total,
            due: row.due.map(Time),
            signed: row.signed.map(Time),
            reviewer: Reviewer::new(state, row.reviewer),
            reassignment: row.reassignment.as_ref().map(|reassignment| Reassignment {
                from: CertificationReference::new(state, reassignment),
                comment: &reassignment.comment,
            }),
            has_errors: row.error.is_some(),
            error_message: row.error.as_deref(),
            phase: row.phase,
        }
    }

    pub(super) fn with_extra(
        state: &'a State,
        certification: Ix<Certification>,
    ) -> WithExtra<'a, Self> {
        WithExtra {
            record: Self::new(state, certification),
            extra: state.certifications[certification].extra.as_deref(),
        }
    }

    /// The response of every operation that changes a certification.
    pub(super) fn respond(
        state: &'a State,
        certification: Ix<Certification>,
    ) -> Result<Success, ApiError> {
        Success::one(&Self::with_extra(state, certification))
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
                    created: Some(Time(person.created)),
                    modified: Some(Time(person.modified)),
                }
            }
            review::Reviewer::Group(group) => {
                let group = &state.tenant.groups[group];
                Self {
                    kind: "GOVERNANCE_GROUP",
                    id: group.id,
                    name: &group.name,
                    email: None,
                    created: None,
                    modified: None,
                }
            }
        }
    }
}

impl<'a> CertificationReference<'a> {
    fn new(state: &'a State, reassignment: &review::Reassignment) -> Self {
        let row = &state.certifications[reassignment.from];
        Self {
            kind: "CERTIFICATION",
            id: row.id,
            name: &row.name,
            reviewer: Reviewer::new(state, reassignment.reviewer),
        }
    }
}
