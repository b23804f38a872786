//! Collections: filtering, sorting and paging of rows.

pub(crate) mod filter;
pub(crate) mod page;
pub(crate) mod params;
pub(crate) mod select;
pub(crate) mod sort;

use jiff::Timestamp;

use crate::id::Id;
use crate::text::Text;

/// A row of a collection, as filters and sorters see it.
pub(crate) trait Row {
    /// The fields of the row.
    type Field: Copy;

    /// The value of a field.
    fn value(&self, field: Self::Field) -> Value<'_>;

    /// The tie-breaker that gives otherwise equal rows a fixed order.
    fn tie_break(&self) -> Id;
}

/// The value of a field, in the form in which it is compared.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    /// The row has no value.
    Missing,
    /// Folded text.
    Text(&'a str),
    Id(Id),
    /// One of a fixed set, as the API spells it.
    Keyword(&'static str),
    Flag(bool),
    Moment(Timestamp),
    Words(&'a [Text]),
}
