//! What a field, or a whole endpoint, can do: one trait for each operator.
//!
//! All of them are sealed. They are public because they stand in the bounds of
//! [`Field`](super::Field)'s methods, and because the compiler's messages name them.

use std::fmt::Debug;

use super::endpoint::Endpoint;
use super::expr::Term;
use super::operand::Value;
use super::vocabulary::Sealed;

/// A field of an endpoint's vocabulary.
pub trait FieldKind: Sealed + Copy + Debug + Send + Sync + 'static {
    /// The endpoint whose vocabulary it belongs to.
    type Endpoint: Endpoint;
    /// The type of the values that it is compared with.
    type Value: Value;
    /// What a comparison of it makes: a [`Filter`](super::Filter), or for permissions a
    /// term that can be combined once.
    type Term: Term;
    /// The field's name on the wire.
    const NAME: &'static str;
}

/// The value type of fields that lists are sorted by but not filtered by. It has no
/// values.
#[derive(Clone, Copy, Debug)]
pub enum SortOnly {}

/// Fields with the operator `eq`.
#[diagnostic::on_unimplemented(
    message = "the API has no operator `eq` for the field `{Self}`",
    label = "`eq` is not supported here",
    note = "the docs of the function that names the field list its operators; they differ \
            between endpoints and between V3 and beta"
)]
pub trait SupportsEq: FieldKind {}

/// Fields with the operator `ne`.
#[diagnostic::on_unimplemented(
    message = "the API has no operator `ne` for the field `{Self}`",
    label = "`ne` is not supported here",
    note = "where the field has `eq`, negate that: `!field().eq(value)`",
    note = "the docs of the function that names the field list its operators; they differ \
            between endpoints and between V3 and beta"
)]
pub trait SupportsNe: FieldKind {}

/// Fields with the operator `in`.
#[diagnostic::on_unimplemented(
    message = "the API has no operator `in` for the field `{Self}`",
    label = "`is_in` is not supported here",
    note = "where the field has `eq`, combine comparisons with `or`",
    note = "the docs of the function that names the field list its operators; they differ \
            between endpoints and between V3 and beta"
)]
pub trait SupportsIn: FieldKind {}

/// Fields with the operator `sw`.
#[diagnostic::on_unimplemented(
    message = "the API has no operator `sw` for the field `{Self}`",
    label = "`starts_with` is not supported here",
    note = "the docs of the function that names the field list its operators; they differ \
            between endpoints and between V3 and beta"
)]
pub trait SupportsStartsWith: FieldKind {}

/// Fields with the operator `ca`.
#[diagnostic::on_unimplemented(
    message = "the API has no operator `ca` for the field `{Self}`",
    label = "`contains_all` is not supported here",
    note = "the docs of the function that names the field list its operators; they differ \
            between endpoints and between V3 and beta"
)]
pub trait SupportsContainsAll: FieldKind {}

/// Fields that a list can be sorted by.
#[diagnostic::on_unimplemented(
    message = "the API does not sort by the field `{Self}`",
    label = "cannot be sorted by",
    note = "the docs of the function that names the field say whether it can be sorted by"
)]
pub trait Sortable: FieldKind {}

/// Endpoints whose filters combine freely.
#[diagnostic::on_unimplemented(
    message = "filters of `{Self}` cannot be combined further",
    label = "already as large as the API allows",
    note = "permissions take a single `and` or `or`, between a term about `target` and one \
            about `rights`"
)]
pub trait Composable: Endpoint {}
