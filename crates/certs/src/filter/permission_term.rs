//! The two halves of a filter for permissions.
//!
//! That endpoint takes at most one `and` or `or`, and only between a condition on
//! `target` and one on `rights`. The halves therefore have types of their own: each
//! combines with the other only, and what comes out combines with nothing.

use std::fmt;
use std::marker::PhantomData;

use super::expr::{Expr, Term};
use super::vocabulary::Sealed;
use super::{Filter, IntoFilter};

/// A condition on one of the two fields of a permission: a filter already, or half of one.
/// Lists take it as it is; `Filter::from` makes it a [`Filter`] with all its methods.
///
/// ```
/// use certs::filter::permission::{rights, target};
///
/// let select = rights().contains_all(["SELECT"]);
/// assert_eq!(
///     target().eq("SYS.USER$").and(select).to_string(),
///     r#"target eq "SYS.USER$" and rights ca ("SELECT")"#,
/// );
/// ```
#[derive(Clone, PartialEq)]
pub struct PermissionTerm<E, S> {
    expr: Expr,
    about: PhantomData<(E, S)>,
}

/// A condition on what a permission applies to.
pub type TargetTerm<E> = PermissionTerm<E, Target>;

/// A condition on what a permission allows.
pub type RightsTerm<E> = PermissionTerm<E, Rights>;

/// What a permission applies to: one subject of a [`PermissionTerm`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {}

/// What a permission allows: one subject of a [`PermissionTerm`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rights {}

/// What combines with a [`PermissionTerm`] about `S`: one about the other field, of the
/// same version.
#[diagnostic::on_unimplemented(
    message = "a permission's condition on `{S}` cannot be combined with `{Self}`",
    label = "expected a condition on the other field",
    note = "permissions take a single `and` or `or`, between a term about `target` and one \
            about `rights`"
)]
pub trait OtherHalf<E, S>: Sealed {
    #[doc(hidden)]
    fn into_expr(self) -> Expr;
}

impl<E, S> PermissionTerm<E, S> {
    /// Both conditions hold. The result is complete: it combines no further.
    ///
    /// ```
    /// use certs::filter::permission::{rights, target};
    ///
    /// let filter = rights().contains_all(["DROP"]).and(target().starts_with("SYS."));
    /// assert_eq!(filter.to_string(), r#"rights ca ("DROP") and target sw "SYS.""#);
    /// ```
    #[must_use]
    pub fn and(self, other: impl OtherHalf<E, S>) -> Filter<E> {
        Filter::from_expr(self.expr.and(other.into_expr()))
    }

    /// At least one of the conditions holds. The result is complete: it combines no
    /// further.
    ///
    /// ```
    /// use certs::filter::permission::{rights, target};
    ///
    /// let filter = rights().contains_all(["DROP"]).or(target().starts_with("SYS."));
    /// assert_eq!(filter.to_string(), r#"rights ca ("DROP") or target sw "SYS.""#);
    /// ```
    #[must_use]
    pub fn or(self, other: impl OtherHalf<E, S>) -> Filter<E> {
        Filter::from_expr(self.expr.or(other.into_expr()))
    }
}

impl<E, S> Sealed for PermissionTerm<E, S> {}

// The note on the trait says it better than a list of these two.
#[diagnostic::do_not_recommend]
impl<E> OtherHalf<E, Rights> for TargetTerm<E> {
    fn into_expr(self) -> Expr {
        self.expr
    }
}

#[diagnostic::do_not_recommend]
impl<E> OtherHalf<E, Target> for RightsTerm<E> {
    fn into_expr(self) -> Expr {
        self.expr
    }
}

impl<E, S> Term for PermissionTerm<E, S> {
    fn from_expr(expr: Expr) -> Self {
        Self {
            expr,
            about: PhantomData,
        }
    }
}

impl<E, S> From<PermissionTerm<E, S>> for Filter<E> {
    fn from(term: PermissionTerm<E, S>) -> Self {
        Self::from_expr(term.expr)
    }
}

impl<E, S> IntoFilter<E> for PermissionTerm<E, S> {
    fn into_filter(self) -> Filter<E> {
        self.into()
    }
}

impl<E, S> fmt::Display for PermissionTerm<E, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expr.fmt(f)
    }
}

impl<E, S> fmt::Debug for PermissionTerm<E, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PermissionTerm({})", self.expr)
    }
}
