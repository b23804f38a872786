//! Columns of tables: what CSV and Parquet need to know about a type of rows.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Serialize;

/// A type whose values are rows of a file.
pub(super) trait Row: Serialize + Default + Send + Sync {
    /// The names of the columns, in order.
    const COLUMNS: &'static [&'static str];

    /// The values, in the order of the columns.
    fn cells(&self) -> impl Iterator<Item = Cell<'_>>;
}

/// A value of a table.
#[derive(Debug, PartialEq)]
pub(super) enum Cell<'a> {
    /// Text that somebody wrote.
    Text(Option<Cow<'a, str>>),
    Flag(Option<bool>),
    Count(u64),
    Time(Option<Timestamp>),
}

/// Implements [`Row`] and `columns()`. It names each field once and takes the row apart without
/// `..`: a field that is forgotten here, or added to the struct only, does not compile.
macro_rules! columns {
    ($row:ident: $($kind:ident $field:ident,)+) => {
        impl $row {
            /// The names of the columns in CSV and Parquet files, in order.
            #[must_use]
            pub const fn columns() -> &'static [&'static str] {
                &[$(stringify!($field)),+]
            }
        }

        impl $crate::evidence::columns::Row for $row {
            const COLUMNS: &'static [&'static str] = Self::columns();

            fn cells(&self) -> impl Iterator<Item = $crate::evidence::columns::Cell<'_>> {
                use $crate::evidence::columns::Cell;

                let Self { $($field),+ } = self;
                [$(columns!(@ $kind $field)),+].into_iter()
            }
        }
    };
    (@ text $field:ident) => { Cell::Text($field.as_deref().map(Into::into)) };
    (@ given $field:ident) => { Cell::Text(Some($field.as_str().into())) };
    (@ name $field:ident) => { Cell::Text($field.as_ref().map(|name| name.as_str().into())) };
    (@ flag $field:ident) => { Cell::Flag(*$field) };
    (@ count $field:ident) => { Cell::Count(*$field) };
    (@ time $field:ident) => { Cell::Time(*$field) };
    (@ always $field:ident) => { Cell::Time(Some(*$field)) };
    (@ json $field:ident) => { Cell::Text($crate::evidence::columns::json($field)) };
}
pub(super) use columns;

/// A list as JSON text; an empty one is null.
pub(super) fn json<T: Serialize>(list: &[T]) -> Option<Cow<'static, str>> {
    if list.is_empty() {
        return None;
    }
    // Lists of texts can always be written as JSON.
    serde_json::to_string(list).ok().map(Cow::Owned)
}
