//! Evaluating a filter on a record of the model.

mod access;
mod certification;
mod item;
mod permission;
mod reviewer;
mod task;
mod value;

pub(super) use value::FieldValue;

use super::endpoint::Endpoint;
use super::expr::{Expr, Literal, Test};
use super::{Filter, FilterError, parse};

/// Endpoints whose filters can be evaluated on records: all of them.
pub trait Matchable: Endpoint {
    /// What a filter is about: what the endpoint lists, or for counts what is counted.
    type Record;

    /// The value of a field that filters may name; `None` if records do not carry it.
    #[doc(hidden)]
    fn value<'a>(record: &'a Self::Record, field: &str) -> Option<FieldValue<'a>>;
}

impl<E: Matchable> Filter<E> {
    /// Whether a record is one that the filter lists, by the same rules as the service.
    ///
    /// For tests of a filter, for narrowing down what is at hand without another call, and
    /// for checking an answer.
    ///
    /// - **Text** is compared without regard to case, as the service does with nearly all
    ///   fields; also in `sw` and `ca`. Only case is folded: accents and blanks count.
    /// - **What a record does not have** (absent, null, an empty id) has no value: `eq`,
    ///   `in`, `sw` and `ca` do not hold for it. `ne` does, and so does `!` of a comparison
    ///   that does not hold: every filter holds or does not, and `ne` stays the opposite of
    ///   `eq`.
    /// - **`type` of an item** is the type of its access, as `access.type` is.
    /// - **`accessProfile.sourceName`** is taken from the access profile's entitlements, of
    ///   which all are of its source: records name no source for the profile itself.
    /// - **A raw part** is evaluated if it could also have been
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
    /// [`FilterError`] if the filter would not be sent ([`check`](Self::check)), if it has
    /// a raw part that cannot be parsed, or if it is about something that records do not
    /// carry, as `completed` of access summaries. It depends on the filter alone: if one
    /// record can be evaluated, all can.
    pub fn matches(&self, record: &E::Record) -> Result<bool, FilterError> {
        self.check()?;
        holds::<E>(&self.expr, record)
    }
}

/// Looks at every term, also when some have decided: whether a filter can be evaluated
/// must not depend on the record.
fn holds<E: Matchable>(expr: &Expr, record: &E::Record) -> Result<bool, FilterError> {
    match expr {
        Expr::Comparison { field, test } => match E::value(record, field) {
            Some(value) => Ok(test.holds(value)),
            None => Err(FilterError::NotInRecord { field }),
        },
        Expr::Not(inner) => Ok(!holds::<E>(inner, record)?),
        Expr::And(terms) => terms
            .iter()
            .try_fold(true, |all, term| Ok(holds::<E>(term, record)? && all)),
        Expr::Or(terms) => terms
            .iter()
            .try_fold(false, |any, term| Ok(holds::<E>(term, record)? || any)),
        Expr::Raw(text) => {
            let parsed = parse::filter(text, E::RULES).map_err(FilterError::UnreadableRaw)?;
            holds::<E>(&parsed, record)
        }
    }
}

impl Test {
    fn holds(&self, value: FieldValue<'_>) -> bool {
        let is = |wanted: &Literal| value.is(wanted);
        match self {
            Self::Eq(wanted) => is(wanted),
            Self::Ne(wanted) => !is(wanted),
            Self::In(wanted) => wanted.iter().any(is),
            Self::StartsWith(prefix) => value.starts_with(prefix),
            Self::ContainsAll(wanted) => wanted.iter().all(|wanted| value.contains(wanted)),
        }
    }
}
