//! Errors of filters that the types cannot rule out.

use std::fmt::{self, Display, Formatter};

use super::parse::error::ParseError;
use crate::model::Id;

/// Why a filter is refused before it is sent, or cannot be evaluated.
///
/// ```
/// let nothing: Vec<String> = Vec::new();
/// let error = certs::filter::reviewer::id().is_in(nothing).check().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the filter `id in (...)` has no values: give at least one, or leave it out",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FilterError {
    /// An operator that takes a list was given an empty one. It is not sent because no
    /// interpretation is safe: the grammar has no empty list, and without the condition everything
    /// would be listed.
    #[error(
        "the filter `{field} {operator} (...)` has no values: give at least one, or leave it out"
    )]
    EmptyList {
        /// The field's name on the wire.
        field: &'static str,
        /// The operator on the wire: `in` or `ca`.
        operator: &'static str,
    },
    /// A field is compared with an id that is [missing](crate::model::Id). It is not sent because
    /// the service would look for records without an id.
    #[error("{}", Id::missing(format_args!("id to compare `{field}` with")))]
    MissingId {
        /// The field's name on the wire.
        field: &'static str,
    },
    /// A raw filter has no content.
    #[error("a raw filter is blank: give it a condition, or leave it out")]
    EmptyRaw,
    /// The list takes a single `and` or `or`, and no `not`. The list of permissions is one: it
    /// combines a condition on `target` with one on `rights`.
    #[error(
        "this list takes one `and` or `or`, between conditions on different fields ({}), and no \
         `not`: use a simpler filter, and select among the records with `matches`",
        Names(fields)
    )]
    NotCombinable {
        /// The fields whose conditions can be combined.
        fields: Vec<&'static str>,
    },
    /// Only from [`Filter::matches`](super::Filter::matches): a raw filter cannot be
    /// parsed, so it cannot be evaluated. The service may still take it.
    #[error("a raw filter cannot be evaluated: {}", .0.message())]
    UnreadableRaw(ParseError),
    /// Only from [`Filter::matches`](super::Filter::matches): the service knows the field, but its
    /// responses do not carry it.
    #[error("the field `{field}` cannot be evaluated: the records do not carry it")]
    NotInRecord {
        /// The field's name on the wire.
        field: &'static str,
    },
}

/// Names of fields, operators or values in a message, with commas between.
pub(super) struct Names<'a>(pub(super) &'a [&'static str]);

impl Display for Names<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            let separator = if index > 0 { ", " } else { "" };
            write!(f, "{separator}`{name}`")?;
        }
        Ok(())
    }
}
