//! What can be wrong with a filter that compiles.

use super::parse::error::ParseError;

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
    /// reading of it would be safe: the grammar has no empty list, and leaving the
    /// condition out would list everything.
    #[error(
        "the filter `{field} {operator} (...)` has no values: give at least one, or leave it out"
    )]
    EmptyList {
        /// The field's name on the wire.
        field: &'static str,
        /// The operator on the wire: `in` or `ca`.
        operator: &'static str,
    },
    /// A raw filter has no content.
    #[error("a raw filter is blank: give it a condition, or leave it out")]
    EmptyRaw,
    /// Only from [`Filter::matches`](super::Filter::matches): this version cannot read a
    /// raw filter. The service may.
    #[error("a raw filter cannot be evaluated")]
    UnreadableRaw(#[source] ParseError),
    /// Only from [`Filter::matches`](super::Filter::matches): the service knows the field,
    /// but its answers do not carry it.
    #[error("the field `{field}` cannot be evaluated: the records do not carry it")]
    NotInRecord {
        /// The field's name on the wire.
        field: &'static str,
    },
}
