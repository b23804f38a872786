//! Filters of one endpoint: an expression with the endpoint in its type.

use std::fmt::{self, Debug, Display, Formatter};
use std::marker::PhantomData;
use std::ops::Not;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::FilterError;
use super::expression::Expression;
use super::parse::{self, error::ParseError};
use super::vocabulary::Endpoint;

/// A condition on the records that endpoint `E` lists.
///
/// Made by the operators of a [`Field`](super::Field), combined with [`and`](Self::and),
/// [`or`](Self::or) and `!`, or [read from text](super#in-configuration-files). `Display`
/// writes the value of the query parameter `filters`, before URL encoding.
pub struct Filter<E> {
    expression: Expression,
    endpoint: PhantomData<E>,
}

impl<E> Filter<E> {
    /// A filter in the API's own syntax, sent as it is: the escape hatch for what the service
    /// accepts and this version does not know.
    ///
    /// The text is only checked for being blank. If this version should understand it,
    /// [parse](super#in-configuration-files) it instead. Combined with other filters it is put in
    /// parentheses. [`matches`](Self::matches) can evaluate it only if it could be parsed.
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
        Expression::raw(text.into()).into()
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
    pub fn and(self, other: Self) -> Self {
        self.expression.and(other.expression).into()
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
    pub fn or(self, other: Self) -> Self {
        self.expression.or(other.expression).into()
    }
}

impl<E: Endpoint> Filter<E> {
    /// Checks what the types cannot. Lists check their filter before they send it.
    ///
    /// # Errors
    ///
    /// [`FilterError`] if the operator `in` or `ca` has no values, if an id is missing, if a raw
    /// filter is blank, or if a filter for permissions is more than a condition on `target`, one on
    /// `rights`, or one of each with one `and` or `or` between.
    ///
    /// ```
    /// use certs::filter::{FilterError, item};
    ///
    /// let nothing: [&str; 0] = [];
    /// let error = item::access_id().is_in(nothing).check().unwrap_err();
    /// assert!(matches!(error, FilterError::EmptyList { field: "access.id", .. }));
    /// ```
    pub fn check(&self) -> Result<(), FilterError> {
        self.expression.check(E::VOCABULARY)
    }

    /// Whether the filter would list a record, by the same rules as the service.
    ///
    /// Use it to test a filter, to narrow down records without another call, or to check a
    /// response.
    ///
    /// - **Text** is compared without regard to case, as the service does with nearly all
    ///   fields; also in `sw` and `ca`. Only case is folded, final sigma included: accents
    ///   and blanks count.
    /// - **A missing value** (absent, null, a missing id) is equal to nothing: `eq`, `in`, `sw` and
    ///   `ca` do not hold for it. `ne` holds, and so does the negation of a comparison that does
    ///   not hold: every filter either holds or does not, and `ne` is the opposite of `eq`.
    /// - **`type` of an item** is the type of its access, as `access.type` is.
    /// - **`accessProfile.sourceName`** is the source of the access profile's
    ///   entitlements, which all have the same: records name no source for the profile
    ///   itself.
    /// - **A raw part** is evaluated if it can be
    ///   [parsed](super#in-configuration-files).
    ///
    /// ```
    /// use certs::filter::certification;
    /// use certs::model::{Certification, Phase};
    ///
    /// let due = certification::phase()
    ///     .eq(Phase::Active)
    ///     .and(certification::completed().eq(false));
    ///
    /// let mut certification = Certification::default();
    /// certification.phase = Some(Phase::Active);
    /// assert_eq!(due.matches(&certification), Ok(false)); // `completed` is absent
    ///
    /// certification.completed = Some(false);
    /// assert_eq!(due.matches(&certification), Ok(true));
    /// ```
    ///
    /// # Errors
    ///
    /// [`FilterError`] if the filter would not be sent ([`check`](Self::check)), if it has a raw
    /// part that cannot be parsed, or if it is about something that records do not carry, as
    /// `completed` of access summaries. The error depends on the filter alone: if one record can be
    /// evaluated, all can.
    pub fn matches(&self, record: &E::Record) -> Result<bool, FilterError> {
        self.check()?;
        self.expression.holds::<E>(record)
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
impl<E> Not for Filter<E> {
    type Output = Self;

    fn not(self) -> Self {
        self.expression.not().into()
    }
}

impl<E> From<Expression> for Filter<E> {
    fn from(expression: Expression) -> Self {
        Self {
            expression,
            endpoint: PhantomData,
        }
    }
}

impl<E> Clone for Filter<E> {
    fn clone(&self) -> Self {
        self.expression.clone().into()
    }
}

impl<E> PartialEq for Filter<E> {
    fn eq(&self, other: &Self) -> bool {
        self.expression == other.expression
    }
}

impl<E> Display for Filter<E> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.expression)
    }
}

impl<E> Debug for Filter<E> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Filter({})", self.expression)
    }
}

/// Reads the API's own syntax, with the fields and operators of this endpoint.
///
/// ```
/// use certs::filter::{Filter, certification, endpoint::Certifications};
/// use certs::model::Phase;
///
/// let filter: Filter<Certifications> = r#"phase eq "ACTIVE" and completed eq false"#.parse()?;
/// assert_eq!(
///     filter,
///     certification::phase().eq(Phase::Active).and(certification::completed().eq(false)),
/// );
/// # Ok::<(), certs::filter::ParseError>(())
/// ```
impl<E: Endpoint> FromStr for Filter<E> {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        parse::filter(text, E::VOCABULARY).map(Self::from)
    }
}

impl<E> Serialize for Filter<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, E: Endpoint> Deserialize<'de> for Filter<E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
