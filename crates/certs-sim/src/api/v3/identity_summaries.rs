//! `GET /certifications/{id}/identity-summaries` and one of them.

use serde::Serialize;

use crate::api::access;
use crate::api::endpoint::Call;
use crate::api::success::Success;
use crate::error::ApiError;
use crate::id::Id;
use crate::query::filter::{EQ_IN, EQ_NE, EQ_SW, Rule};
use crate::query::sort::Sortable;
use crate::query::{Row, Value};
use crate::state::State;
use crate::state::counters::{Progress, SummaryKey};
use crate::state::review::Certification;
use crate::state::table::Ix;
use crate::text::Text;

#[derive(Clone, Copy, Debug)]
pub(super) enum Field {
    Id,
    Completed,
    Name,
}

const RULES: &[Rule<Field>] = &[
    Rule::text("id", Field::Id, EQ_IN),
    Rule::flag("completed", Field::Completed, EQ_NE),
    Rule::text("name", Field::Name, EQ_SW),
];

const SORTABLE: &Sortable<Field> = &[("name", Field::Name)];

/// `CertificationIdentitySummary`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IdentitySummary<'a> {
    id: Id,
    name: &'a Text,
    identity_id: Id,
    completed: bool,
}

impl<'a> IdentitySummary<'a> {
    /// A summary of the certification.
    pub(super) fn new(
        state: &'a State,
        certification: Ix<Certification>,
        summary: SummaryKey,
    ) -> Self {
        let progress = state.certifications[certification].counters.of(summary);
        Self::with(state, certification, summary, progress.is_complete())
    }

    fn with(
        state: &'a State,
        certification: Ix<Certification>,
        summary: SummaryKey,
        completed: bool,
    ) -> Self {
        let row = &state.tenant.people[summary.person];
        Self {
            id: state.identity_summary_id(certification, summary),
            name: &row.name,
            identity_id: row.id,
            completed,
        }
    }
}

impl Row for IdentitySummary<'_> {
    type Field = Field;

    fn value(&self, field: Field) -> Value<'_> {
        match field {
            Field::Id => Value::Id(self.id),
            Field::Completed => Value::Flag(self.completed),
            Field::Name => Value::Text(self.name.folded()),
        }
    }

    fn tie_break(&self) -> Id {
        self.id
    }
}

fn all(
    state: &State,
    certification: Ix<Certification>,
) -> impl Iterator<Item = IdentitySummary<'_>> {
    state.certifications[certification]
        .counters
        .summaries
        .iter()
        .map(move |(summary, progress): &(SummaryKey, Progress)| {
            IdentitySummary::with(state, certification, *summary, progress.is_complete())
        })
}

pub(super) fn list(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let certification = access::certification(state, call, "id")?;
    let page = call.page()?;
    let filter = call.filter(RULES)?;
    let order = call.order(SORTABLE)?;
    let rows = all(state, certification);
    let selection = call.select(rows, filter.as_ref(), order.as_ref(), page)?;
    Success::page(&selection.rows, selection.total, page)
}

pub(super) fn get(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let certification = access::certification(state, call, "id")?;
    let id = call.path("identitySummaryId");
    let summary = Id::parse(id)
        .and_then(|id| all(state, certification).find(|summary| summary.id == id))
        .ok_or_else(|| {
            ApiError::not_found(format!(
                "The certification {} has no identity summary \"{id}\".",
                state.certifications[certification].id
            ))
        })?;
    Success::one(&summary)
}
