//! `GET /certifications/{certificationId}/access-review-items/{itemId}/permissions`,
//! the same in every version.

use serde::Serialize;

use super::access;
use super::endpoint::Call;
use super::success::Success;
use crate::error::ApiError;
use crate::id::Id;
use crate::query::filter::{CA, EQ_SW, Rule};
use crate::query::{Row, Value};
use crate::state::State;
use crate::state::review::Access;
use crate::state::tenant::Permission;
use crate::text::Text;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Field {
    Target,
    Rights,
}

const RULES: &[Rule<Field>] = &[
    Rule::text("target", Field::Target, EQ_SW),
    Rule::text("rights", Field::Rights, CA),
];

impl Row for &Permission {
    type Field = Field;

    fn value(&self, field: Field) -> Value<'_> {
        match field {
            Field::Target => Value::Text(self.target.folded()),
            Field::Rights => Value::Words(&self.rights),
        }
    }

    fn tie_break(&self) -> Id {
        self.id
    }
}

#[derive(Serialize)]
struct PermissionDto<'a> {
    rights: &'a [Text],
    target: &'a Text,
}

pub(crate) fn list(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let certification = access::certification(state, call, "certificationId")?;
    let item = access::item(state, call, certification)?;
    let page = call.page()?;
    let filter = call.filter_pair(RULES)?;
    // Only an entitlement has permissions of its own.
    let permissions: &[Permission] = match state.items[item].access {
        Access::Entitlement(ix) => &state.tenant.entitlements[ix].permissions,
        Access::Profile(_) | Access::Role(_) => &[],
    };
    let selection = call.select(permissions.iter(), filter.as_ref(), None, page)?;
    let records: Vec<_> = selection
        .rows
        .into_iter()
        .map(|permission| PermissionDto {
            rights: &permission.rights,
            target: &permission.target,
        })
        .collect();
    Success::page(&records, selection.total, page)
}
