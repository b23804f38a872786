//! Fields and their operators: one trait for each operator.

use std::marker::PhantomData;

use super::Filter;
use super::expression::{Expression, Order, Test};
use super::sorter::Sorter;
use super::value::{Literal, Value};
use super::vocabulary::Endpoint;

/// A field that an endpoint filters or sorts by, made by the functions of the
/// vocabulary modules such as [`certification`](super::certification).
///
/// All operators are methods here. The docs of a field's function say which of them it has, with an
/// example. A value is `&str` or `String` for text, an [`Id`](crate::model::Id) or text for an id,
/// a `bool`, or an enumeration of [`model`](crate::model). A string is not a value of an
/// enumeration: turn it into one with `parse()`.
#[derive(Clone, Copy, Debug)]
#[must_use = "a field alone is not a filter and not a sorter"]
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
    pub fn eq(self, value: impl Into<K::Value>) -> Filter<K::Endpoint>
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
    pub fn ne(self, value: impl Into<K::Value>) -> Filter<K::Endpoint>
    where
        K: SupportsNe,
    {
        Self::compare(Test::Ne(literal(value)))
    }

    /// The field has one of these values (`in`). A list without values is refused before
    /// anything is sent: see [`Filter::check`].
    ///
    /// ```
    /// use certs::filter::item;
    ///
    /// let filter = item::identity_summary_id().is_in(["a", "b"]);
    /// assert_eq!(filter.to_string(), r#"identitySummary.id in ("a","b")"#);
    /// ```
    #[must_use]
    pub fn is_in<I>(self, values: I) -> Filter<K::Endpoint>
    where
        K: SupportsIn,
        I: IntoIterator<Item: Into<K::Value>>,
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
    pub fn starts_with(self, prefix: impl Into<K::Value>) -> Filter<K::Endpoint>
    where
        K: SupportsStartsWith,
    {
        Self::compare(Test::StartsWith(literal(prefix)))
    }

    /// The field comes before this value in the order of texts (`lt`). The service does not
    /// document whether case matters; [`Filter::matches`] ignores case.
    ///
    /// ```
    /// use certs::filter::campaign_template;
    ///
    /// let filter = campaign_template::name().less_than("M");
    /// assert_eq!(filter.to_string(), r#"name lt "M""#);
    /// ```
    #[must_use]
    pub fn less_than(self, bound: impl Into<K::Value>) -> Filter<K::Endpoint>
    where
        K: SupportsOrder,
    {
        Self::compare(Test::Ordered(Order::Below, literal(bound)))
    }

    /// The field is this value or comes before it in the order of texts (`le`).
    ///
    /// ```
    /// use certs::filter::campaign_template;
    ///
    /// let filter = campaign_template::name().at_most("M");
    /// assert_eq!(filter.to_string(), r#"name le "M""#);
    /// ```
    #[must_use]
    pub fn at_most(self, bound: impl Into<K::Value>) -> Filter<K::Endpoint>
    where
        K: SupportsOrder,
    {
        Self::compare(Test::Ordered(Order::AtMost, literal(bound)))
    }

    /// The field comes after this value in the order of texts (`gt`).
    ///
    /// ```
    /// use certs::filter::campaign_template;
    ///
    /// let filter = campaign_template::name().greater_than("M");
    /// assert_eq!(filter.to_string(), r#"name gt "M""#);
    /// ```
    #[must_use]
    pub fn greater_than(self, bound: impl Into<K::Value>) -> Filter<K::Endpoint>
    where
        K: SupportsOrder,
    {
        Self::compare(Test::Ordered(Order::Above, literal(bound)))
    }

    /// The field is this value or comes after it in the order of texts (`ge`).
    ///
    /// ```
    /// use certs::filter::campaign_template;
    ///
    /// let filter = campaign_template::name().at_least("M");
    /// assert_eq!(filter.to_string(), r#"name ge "M""#);
    /// ```
    #[must_use]
    pub fn at_least(self, bound: impl Into<K::Value>) -> Filter<K::Endpoint>
    where
        K: SupportsOrder,
    {
        Self::compare(Test::Ordered(Order::AtLeast, literal(bound)))
    }

    /// The field, a list, has all of these values (`ca`). A list without values is
    /// refused before anything is sent: see [`Filter::check`].
    ///
    /// ```
    /// use certs::filter::permission;
    ///
    /// let filter = permission::rights().contains_all(["SELECT", "UPDATE"]);
    /// assert_eq!(filter.to_string(), r#"rights ca ("SELECT","UPDATE")"#);
    /// ```
    #[must_use]
    pub fn contains_all<I>(self, values: I) -> Filter<K::Endpoint>
    where
        K: SupportsContainsAll,
        I: IntoIterator<Item: Into<K::Value>>,
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
        Sorter::by(K::NAME, false)
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
        Sorter::by(K::NAME, true)
    }

    fn compare(test: Test) -> Filter<K::Endpoint> {
        Expression::comparison(K::NAME, test).into()
    }
}

fn literal<V: Value>(value: impl Into<V>) -> Literal {
    value.into().into_literal()
}

/// A field of an endpoint's vocabulary. Nobody needs to name this trait and those of the operators:
/// they are in the bounds of [`Field`]'s methods and in the compiler's messages.
pub trait FieldKind: Copy + 'static {
    /// The endpoint whose vocabulary it belongs to.
    type Endpoint: Endpoint;
    /// The type of the values that it is compared with.
    type Value: Value;
    /// The field's name on the wire.
    const NAME: &'static str;
}

/// Fields with the operator `eq`.
#[diagnostic::on_unimplemented(
    message = "the API has no operator `eq` for the field `{Self}`",
    label = "`eq` is not supported here",
    note = "the docs of the function that names the field list its operators; they differ \
            between endpoints, and between beta and the other versions"
)]
pub trait SupportsEq: FieldKind {}

/// Fields with the operator `ne`.
#[diagnostic::on_unimplemented(
    message = "the API has no operator `ne` for the field `{Self}`",
    label = "`ne` is not supported here",
    note = "where the field has `eq`, negate that: `!field().eq(value)`",
    note = "the docs of the function that names the field list its operators; they differ \
            between endpoints, and between beta and the other versions"
)]
pub trait SupportsNe: FieldKind {}

/// Fields with the operator `in`.
#[diagnostic::on_unimplemented(
    message = "the API has no operator `in` for the field `{Self}`",
    label = "`is_in` is not supported here",
    note = "where the field has `eq`, combine comparisons with `or`",
    note = "the docs of the function that names the field list its operators; they differ \
            between endpoints, and between beta and the other versions"
)]
pub trait SupportsIn: FieldKind {}

/// Fields with the operator `sw`.
#[diagnostic::on_unimplemented(
    message = "the API has no operator `sw` for the field `{Self}`",
    label = "`starts_with` is not supported here",
    note = "the docs of the function that names the field list its operators; they differ \
            between endpoints, and between beta and the other versions"
)]
pub trait SupportsStartsWith: FieldKind {}

/// Fields with the operators `lt`, `le`, `gt` and `ge`.
#[diagnostic::on_unimplemented(
    message = "the API has no operators `lt`, `le`, `gt` and `ge` for the field `{Self}`",
    label = "an order is not supported here",
    note = "the docs of the function that names the field list its operators; they differ \
            between endpoints, and between beta and the other versions"
)]
pub trait SupportsOrder: FieldKind {}

/// Fields with the operator `ca`.
#[diagnostic::on_unimplemented(
    message = "the API has no operator `ca` for the field `{Self}`",
    label = "`contains_all` is not supported here",
    note = "the docs of the function that names the field list its operators; they differ \
            between endpoints, and between beta and the other versions"
)]
pub trait SupportsContainsAll: FieldKind {}

/// Fields that a list can be sorted by.
#[diagnostic::on_unimplemented(
    message = "the API does not sort by the field `{Self}`",
    label = "cannot be sorted by",
    note = "the docs of the function that names the field say whether it can be sorted by"
)]
pub trait Sortable: FieldKind {}
