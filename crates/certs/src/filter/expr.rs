//! The tree behind a filter, without types: which fields and values may stand in it is
//! the business of the vocabulary.

use super::FilterError;

/// A condition on the elements of a list.
///
/// Kept in one form, so that equal conditions written differently are equal trees:
/// `And` and `Or` hold at least two terms, none of their own kind, and `Not` never
/// holds a `Not`.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    Comparison { field: &'static str, test: Test },
    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Raw(String),
}

/// What a field is compared with, and how.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    Eq(Literal),
    Ne(Literal),
    StartsWith(Literal),
    In(Vec<Literal>),
    ContainsAll(Vec<Literal>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    Text(String),
    Bool(bool),
}

impl Test {
    /// The operator on the wire.
    pub(super) fn operator(&self) -> &'static str {
        match self {
            Self::Eq(_) => "eq",
            Self::Ne(_) => "ne",
            Self::StartsWith(_) => "sw",
            Self::In(_) => "in",
            Self::ContainsAll(_) => "ca",
        }
    }
}

impl Expr {
    pub(super) fn and(self, other: Self) -> Self {
        let mut terms = self.into_conjuncts();
        terms.extend(other.into_conjuncts());
        Self::And(terms)
    }

    pub(super) fn or(self, other: Self) -> Self {
        let mut terms = self.into_disjuncts();
        terms.extend(other.into_disjuncts());
        Self::Or(terms)
    }

    pub(super) fn not(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// The field that is compared, if this is a comparison.
    pub(super) fn field(&self) -> Option<&'static str> {
        match self {
            Self::Comparison { field, .. } => Some(field),
            _ => None,
        }
    }

    /// What the types cannot rule out: a list without elements, a raw text without
    /// content. The service would answer 400 to both.
    pub(super) fn check(&self) -> Result<(), FilterError> {
        match self {
            Self::Comparison { field, test } => match test {
                Test::In(values) | Test::ContainsAll(values) if values.is_empty() => {
                    Err(FilterError::EmptyList {
                        field,
                        operator: test.operator(),
                    })
                }
                _ => Ok(()),
            },
            Self::Not(inner) => inner.check(),
            Self::And(terms) | Self::Or(terms) => terms.iter().try_for_each(Self::check),
            Self::Raw(text) if text.trim().is_empty() => Err(FilterError::EmptyRaw),
            Self::Raw(_) => Ok(()),
        }
    }

    fn into_conjuncts(self) -> Vec<Self> {
        match self {
            Self::And(terms) => terms,
            other => vec![other],
        }
    }

    fn into_disjuncts(self) -> Vec<Self> {
        match self {
            Self::Or(terms) => terms,
            other => vec![other],
        }
    }
}

/// What a comparison makes: a filter, or a half of one.
#[doc(hidden)]
#[allow(
    unreachable_pub,
    reason = "the bound of a public type; Rust 1.88 does not see that"
)]
pub trait Term {
    fn from_expr(expr: Expr) -> Self;
}
