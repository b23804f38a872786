//! The filter and sorter fields of certifications, in every version.

use super::access::{ReviewerFilter, may_touch};
use super::endpoint::Call;
use crate::error::ApiError;
use crate::id::Id;
use crate::query::filter::Rule;
use crate::query::page::Page;
use crate::query::select::Selection;
use crate::query::sort::Sortable;
use crate::query::{Row, Value};
use crate::state::State;
use crate::state::review::Certification;
use crate::state::table::Ix;

/// The fields by which lists of certifications can be filtered or sorted. Each version has a
/// subset.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Field {
    Id,
    CampaignId,
    CampaignType,
    Phase,
    Completed,
    Name,
    Due,
    Signed,
}

/// The sorters of every version.
const SORTABLE: &Sortable<Field> = &[
    ("name", Field::Name),
    ("due", Field::Due),
    ("signed", Field::Signed),
];

#[derive(Clone, Copy)]
pub(crate) struct CertificationRow<'a> {
    state: &'a State,
    row: &'a Certification,
    pub(crate) certification: Ix<Certification>,
}

impl Row for CertificationRow<'_> {
    type Field = Field;

    fn value(&self, field: Field) -> Value<'_> {
        let campaign = &self.state.campaigns[self.row.campaign];
        match field {
            Field::Id => Value::Id(self.row.id),
            Field::CampaignId => Value::Id(campaign.id),
            Field::CampaignType => Value::Keyword(campaign.kind.as_str()),
            Field::Phase => Value::Keyword(self.row.phase.as_str()),
            Field::Completed => Value::Flag(self.row.counters.decisions.is_complete()),
            Field::Name => Value::Text(self.row.name.folded()),
            Field::Due => self.row.due.map_or(Value::Missing, Value::Moment),
            Field::Signed => self.row.signed.map_or(Value::Missing, Value::Moment),
        }
    }

    fn tie_break(&self) -> Id {
        self.row.id
    }
}

/// A page of the certifications that the caller may access.
pub(crate) fn select<'a>(
    state: &'a State,
    call: &Call,
    rules: &[Rule<Field>],
    reviewer_parameter: &str,
) -> Result<(Selection<CertificationRow<'a>>, Page), ApiError> {
    let page = call.page()?;
    let filter = call.filter(rules)?;
    let order = call.order(SORTABLE)?;
    let reviewer = ReviewerFilter::read(state, call, reviewer_parameter);
    let rows = state
        .live_certifications()
        .map(|(certification, row)| CertificationRow {
            state,
            row,
            certification,
        })
        .filter(|row| {
            reviewer.admits(state, row.certification) && may_touch(state, call, row.certification)
        });
    let selection = call.select(rows, filter.as_ref(), order.as_ref(), page)?;
    Ok((selection, page))
}
