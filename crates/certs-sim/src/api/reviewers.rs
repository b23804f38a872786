//! `GET /certifications/{id}/reviewers`, the same in every version.

use serde::Serialize;

use super::access;
use super::endpoint::Call;
use super::success::Success;
use crate::error::ApiError;
use crate::id::Id;
use crate::query::filter::{EQ_IN, EQ_SW, Rule};
use crate::query::sort::Sortable;
use crate::query::{Row, Value};
use crate::state::State;
use crate::state::review::Reviewer;
use crate::state::table::Ix;
use crate::state::tenant::{Person, Tenant};
use crate::text::Text;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Field {
    Id,
    Name,
    Email,
}

const RULES: &[Rule<Field>] = &[
    Rule::text("id", Field::Id, EQ_IN),
    Rule::text("name", Field::Name, EQ_SW),
    Rule::text("email", Field::Email, EQ_SW),
];

const SORTABLE: &Sortable<Field> = &[("name", Field::Name), ("email", Field::Email)];

impl Row for &Person {
    type Field = Field;

    fn value(&self, field: Field) -> Value<'_> {
        match field {
            Field::Id => Value::Id(self.id),
            Field::Name => Value::Text(self.name.folded()),
            Field::Email => Value::Text(self.email.folded()),
        }
    }

    fn tie_break(&self) -> Id {
        self.id
    }
}

/// `IdentityReferenceWithNameAndEmail`.
#[derive(Serialize)]
pub(crate) struct IdentityReference<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: Id,
    name: &'a Text,
    email: &'a Text,
}

impl<'a> IdentityReference<'a> {
    pub(crate) fn new(tenant: &'a Tenant, person: Ix<Person>) -> Self {
        Self::from_row(&tenant.people[person])
    }

    fn from_row(person: &'a Person) -> Self {
        Self {
            kind: "IDENTITY",
            id: person.id,
            name: &person.name,
            email: &person.email,
        }
    }
}

pub(crate) fn list(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let certification = access::certification(state, call, "id")?;
    let page = call.page()?;
    let filter = call.filter(RULES)?;
    let order = call.order(SORTABLE)?;
    let reviewers = match &state.certifications[certification].reviewer {
        Reviewer::Identity(person) => std::slice::from_ref(person),
        Reviewer::Group(group) => &state.tenant.groups[*group].members,
    };
    let rows = reviewers.iter().map(|person| &state.tenant.people[*person]);
    let selection = call.select(rows, filter.as_ref(), order.as_ref(), page)?;
    let records: Vec<_> = selection
        .rows
        .into_iter()
        .map(IdentityReference::from_row)
        .collect();
    Success::page(&records, selection.total, page)
}
