//! `GET /certifications/{id}/access-summaries/{type}`.

use std::collections::HashMap;

use super::access_summary::AccessSummary;
use crate::api::access;
use crate::api::endpoint::Call;
use crate::api::success::Success;
use crate::error::ApiError;
use crate::id::Id;
use crate::query::filter::{EQ_IN, EQ_NE, EQ_SW, Rule};
use crate::query::sort::Sortable;
use crate::query::{Row, Value};
use crate::state::State;
use crate::state::counters::Progress;
use crate::state::review::{Access, Certification};
use crate::state::table::Ix;
use crate::state::tenant::Tenant;
use crate::view::AccessType;

#[derive(Clone, Copy, Debug)]
enum Field {
    Completed,
    AccessId,
    AccessName,
    EntitlementSource,
    ProfileSource,
}

const RULES: &[Rule<Field>] = &[
    Rule::flag("completed", Field::Completed, EQ_NE),
    Rule::text("access.id", Field::AccessId, EQ_IN),
    Rule::text("access.name", Field::AccessName, EQ_SW),
    Rule::text("entitlement.sourceName", Field::EntitlementSource, EQ_SW),
    Rule::text("accessProfile.sourceName", Field::ProfileSource, EQ_SW),
];

const SORTABLE: &Sortable<Field> = &[("access.name", Field::AccessName)];

/// One access, and the progress of its items.
struct AccessRow<'a> {
    tenant: &'a Tenant,
    access: Access,
    progress: Progress,
}

impl Row for AccessRow<'_> {
    type Field = Field;

    fn value(&self, field: Field) -> Value<'_> {
        match field {
            Field::Completed => Value::Flag(self.progress.is_complete()),
            Field::AccessId => Value::Id(self.access.id(self.tenant)),
            Field::AccessName => Value::Text(self.access.name(self.tenant).folded()),
            Field::EntitlementSource => self
                .access
                .entitlement_source(self.tenant)
                .map_or(Value::Missing, |source| Value::Text(source.folded())),
            Field::ProfileSource => self
                .access
                .profile_source(self.tenant)
                .map_or(Value::Missing, |source| Value::Text(source.folded())),
        }
    }

    fn tie_break(&self) -> Id {
        self.access.id(self.tenant)
    }
}

pub(super) fn list(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let certification = access::certification(state, call, "id")?;
    let kind = call.path("type");
    let kind = AccessType::from_wire(kind).ok_or_else(|| {
        ApiError::illegal(format!(
            "The path parameter type is \"{kind}\", but it must be one of: {}.",
            AccessType::SPELLINGS.join(", ")
        ))
    })?;
    let page = call.page()?;
    let filter = call.filter(RULES)?;
    let order = call.order(SORTABLE)?;
    let rows = rows(state, certification, kind);
    let selection = call.select(rows.into_iter(), filter.as_ref(), order.as_ref(), page)?;
    let records: Vec<_> = selection
        .rows
        .iter()
        .map(|row| AccessSummary::new(row.tenant, row.access, None))
        .collect();
    Success::page(&records, selection.total, page)
}

/// Each access of a type once, in the order of the items; more than once where
/// reassignments have made duplicates.
fn rows(state: &State, certification: Ix<Certification>, kind: AccessType) -> Vec<AccessRow<'_>> {
    let mut places: HashMap<(Access, u32), usize> = HashMap::new();
    let mut rows: Vec<AccessRow<'_>> = Vec::new();
    for item in &state.certifications[certification].items {
        let item = &state.items[*item];
        if item.access.kind() != kind {
            continue;
        }
        let place = *places
            .entry((item.access, item.duplicate))
            .or_insert(rows.len());
        if place == rows.len() {
            rows.push(AccessRow {
                tenant: &state.tenant,
                access: item.access,
                progress: Progress::default(),
            });
        }
        rows[place].progress.add(item.decided.is_some());
    }
    rows
}
