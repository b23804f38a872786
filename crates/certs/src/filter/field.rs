//! Fields and their operators.

use std::marker::PhantomData;

use super::capability::{
    FieldKind, Sortable, SupportsContainsAll, SupportsEq, SupportsIn, SupportsNe,
    SupportsStartsWith,
};
use super::expr::{Expr, Literal, Term, Test};
use super::operand::{Operand, Value};
use super::sorter::Sorter;

/// A field that an endpoint filters or sorts by, made by the functions of the
/// vocabulary modules such as [`certification`](super::certification).
///
/// All operators are here; which of them a field has depends on the field.
#[derive(Clone, Copy, Debug)]
#[must_use = "a field alone is no filter and no sorter"]
pub struct Field<K> {
    kind: PhantomData<K>,
}

impl<K: FieldKind> Field<K> {
    pub(super) const fn new() -> Self {
        Self { kind: PhantomData }
    }

    /// The field has this value (`eq`).
    ///
    /// ```
    /// use certs::filter::item;
    ///
    /// let filter = item::access_name().eq(r#"the "big" one"#);
    /// assert_eq!(filter.to_string(), r#"access.name eq "the \"big\" one""#);
    /// ```
    #[must_use]
    pub fn eq(self, value: impl Operand<K::Value>) -> K::Term
    where
        K: SupportsEq,
    {
        Self::compare(Test::Eq(literal(value)))
    }

    /// The field has another value (`ne`).
    ///
    /// ```
    /// use certs::filter::item;
    ///
    /// assert_eq!(item::completed().ne(true).to_string(), "completed ne true");
    /// ```
    #[must_use]
    pub fn ne(self, value: impl Operand<K::Value>) -> K::Term
    where
        K: SupportsNe,
    {
        Self::compare(Test::Ne(literal(value)))
    }

    /// The field has one of these values (`in`). A list without values is refused before
    /// anything is sent: see [`Filter::check`](super::Filter::check).
    ///
    /// ```
    /// use certs::filter::item;
    ///
    /// let filter = item::identity_summary_id().is_in(["a", "b"]);
    /// assert_eq!(filter.to_string(), r#"identitySummary.id in ("a","b")"#);
    /// ```
    #[must_use]
    pub fn is_in<I>(self, values: I) -> K::Term
    where
        K: SupportsIn,
        I: IntoIterator<Item: Operand<K::Value>>,
    {
        Self::compare(Test::In(values.into_iter().map(literal).collect()))
    }

    /// The field begins with this text (`sw`).
    ///
    /// ```
    /// use certs::filter::reviewer;
    ///
    /// assert_eq!(reviewer::name().starts_with("Ada").to_string(), r#"name sw "Ada""#);
    /// ```
    #[must_use]
    pub fn starts_with(self, prefix: impl Operand<K::Value>) -> K::Term
    where
        K: SupportsStartsWith,
    {
        Self::compare(Test::StartsWith(literal(prefix)))
    }

    /// The field, a list, has all of these values (`ca`). A list without values is
    /// refused before anything is sent: see [`Filter::check`](super::Filter::check).
    ///
    /// ```
    /// use certs::filter::permission;
    ///
    /// let filter = permission::rights().contains_all(["SELECT", "UPDATE"]);
    /// assert_eq!(filter.to_string(), r#"rights ca ("SELECT","UPDATE")"#);
    /// ```
    #[must_use]
    pub fn contains_all<I>(self, values: I) -> K::Term
    where
        K: SupportsContainsAll,
        I: IntoIterator<Item: Operand<K::Value>>,
    {
        Self::compare(Test::ContainsAll(values.into_iter().map(literal).collect()))
    }

    /// Sorts by the field, smallest first.
    ///
    /// ```
    /// assert_eq!(certs::filter::certification::due().asc().to_string(), "due");
    /// ```
    #[must_use]
    pub fn asc(self) -> Sorter<K::Endpoint>
    where
        K: Sortable,
    {
        Sorter::ascending(K::NAME)
    }

    /// Sorts by the field, largest first.
    ///
    /// ```
    /// assert_eq!(certs::filter::item::access_name().desc().to_string(), "-access.name");
    /// ```
    #[must_use]
    pub fn desc(self) -> Sorter<K::Endpoint>
    where
        K: Sortable,
    {
        Sorter::descending(K::NAME)
    }

    fn compare(test: Test) -> K::Term {
        K::Term::from_expr(Expr::Comparison {
            field: K::NAME,
            test,
        })
    }
}

fn literal<V: Value>(operand: impl Operand<V>) -> Literal {
    operand.into_value().into_literal()
}
