//! Filters, alone and combined.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Not;

use super::FilterError;
use super::capability::Composable;
use super::endpoint::Endpoint;
use super::expr::{Expr, Term};

/// A condition on the elements that endpoint `E` lists.
///
/// Made by the operators of a [`Field`](super::Field), combined with
/// [`and`](Self::and), [`or`](Self::or) and `!`, or
/// [read from text](super#in-configuration-files). `Display` writes the value of the query
/// parameter `filters`, before URL encoding.
#[derive(Clone, PartialEq)]
pub struct Filter<E> {
    pub(super) expr: Expr,
    endpoint: PhantomData<E>,
}

impl<E: Endpoint> Filter<E> {
    /// A filter in the API's own syntax, sent as it is: the way out when the service
    /// learns something that this version does not know.
    ///
    /// Nothing is checked except that it is not blank: text that this version should
    /// understand is better [parsed](super#in-configuration-files). Combined with other
    /// filters it is put in parentheses. [`matches`](Self::matches) can evaluate it only
    /// as far as it could be parsed.
    ///
    /// ```
    /// use certs::filter::{Filter, certification};
    ///
    /// let raw = Filter::raw(r#"name co "audit" or name co "legal""#);
    /// assert_eq!(
    ///     certification::completed().eq(false).and(raw).to_string(),
    ///     r#"completed eq false and (name co "audit" or name co "legal")"#,
    /// );
    /// ```
    #[must_use]
    pub fn raw(text: impl Into<String>) -> Self {
        Self::from_expr(Expr::Raw(text.into()))
    }

    /// Finds what the types cannot rule out. Lists check their filter before they send
    /// it.
    ///
    /// # Errors
    ///
    /// [`FilterError`] when the operator `in` or `ca` has no values, or when a raw
    /// filter is blank.
    ///
    /// ```
    /// use certs::filter::{FilterError, item};
    ///
    /// let nothing: [&str; 0] = [];
    /// let error = item::access_id().is_in(nothing).check().unwrap_err();
    /// assert!(matches!(error, FilterError::EmptyList { field: "access.id", .. }));
    /// ```
    pub fn check(&self) -> Result<(), FilterError> {
        self.expr.check()
    }

    /// Both conditions hold. Binds tighter than [`or`](Self::or); parentheses appear
    /// where they are needed.
    ///
    /// ```
    /// use certs::filter::item::{access_id, completed, identity_summary_id};
    ///
    /// let either = access_id().eq("a").or(identity_summary_id().eq("b"));
    /// assert_eq!(
    ///     either.and(completed().eq(false)).to_string(),
    ///     r#"(access.id eq "a" or identitySummary.id eq "b") and completed eq false"#,
    /// );
    /// ```
    #[must_use]
    pub fn and(self, other: Self) -> Self
    where
        E: Composable,
    {
        Self::from_expr(self.expr.and(other.expr))
    }

    /// At least one of the conditions holds.
    ///
    /// ```
    /// use certs::filter::task::{id, target_id};
    ///
    /// let filter = id().eq("a").or(target_id().eq("b"));
    /// assert_eq!(filter.to_string(), r#"id eq "a" or targetId eq "b""#);
    /// ```
    #[must_use]
    pub fn or(self, other: Self) -> Self
    where
        E: Composable,
    {
        Self::from_expr(self.expr.or(other.expr))
    }
}

/// The condition does not hold.
///
/// ```
/// use certs::filter::item::{access_name, completed};
///
/// let filter = !completed().eq(true);
/// assert_eq!(filter.to_string(), "not completed eq true");
///
/// let filter = !access_name().starts_with("SAP").or(filter);
/// assert_eq!(
///     filter.to_string(),
///     r#"not (access.name sw "SAP" or not completed eq true)"#,
/// );
/// ```
impl<E: Composable> Not for Filter<E> {
    type Output = Self;

    fn not(self) -> Self {
        Self::from_expr(self.expr.not())
    }
}

impl<E> Term for Filter<E> {
    fn from_expr(expr: Expr) -> Self {
        Self {
            expr,
            endpoint: PhantomData,
        }
    }
}

/// What the list of endpoint `E` takes as its filter: a [`Filter`] of that endpoint, and
/// for permissions also a [`TargetTerm`](super::TargetTerm) or
/// [`RightsTerm`](super::RightsTerm) alone.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a filter for `{E}`",
    label = "belongs to another endpoint or version",
    note = "each list takes the fields of its own module: `filter::certification` for V3's \
            certifications, `filter::beta::certification` for beta's, ..."
)]
pub trait IntoFilter<E> {
    /// The filter itself.
    fn into_filter(self) -> Filter<E>;
}

impl<E> IntoFilter<E> for Filter<E> {
    fn into_filter(self) -> Self {
        self
    }
}

impl<E> fmt::Display for Filter<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expr.fmt(f)
    }
}

impl<E> fmt::Debug for Filter<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filter({})", self.expr)
    }
}
