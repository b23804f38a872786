//! The wire form of a filter.

use std::fmt::{self, Display, Formatter, Write};

use super::expr::{Expr, Literal, Test};

/// How tightly an expression holds together, loosest first.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Precedence {
    /// Text that nobody has parsed may hold anything, so it binds loosest of all.
    Raw,
    Or,
    And,
    Not,
    Comparison,
}

impl Expr {
    fn precedence(&self) -> Precedence {
        match self {
            Self::Raw(_) => Precedence::Raw,
            Self::Or(_) => Precedence::Or,
            Self::And(_) => Precedence::And,
            Self::Not(_) => Precedence::Not,
            Self::Comparison { .. } => Precedence::Comparison,
        }
    }

    /// Writes the expression as part of another, in parentheses if it would fall apart
    /// there.
    fn write_within(&self, outer: Precedence, f: &mut Formatter<'_>) -> fmt::Result {
        if self.precedence() < outer {
            write!(f, "({self})")
        } else {
            write!(f, "{self}")
        }
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Comparison { field, test } => write!(f, "{field} {test}"),
            Self::Not(inner) => {
                f.write_str("not ")?;
                inner.write_within(self.precedence(), f)
            }
            Self::And(terms) => write_joined(terms, " and ", self.precedence(), f),
            Self::Or(terms) => write_joined(terms, " or ", self.precedence(), f),
            Self::Raw(text) => f.write_str(text),
        }
    }
}

fn write_joined(
    terms: &[Expr],
    separator: &str,
    precedence: Precedence,
    f: &mut Formatter<'_>,
) -> fmt::Result {
    for (index, term) in terms.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        term.write_within(precedence, f)?;
    }
    Ok(())
}

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.operator())?;
        match self {
            Self::Eq(value) | Self::Ne(value) | Self::StartsWith(value) => value.fmt(f),
            Self::In(values) | Self::ContainsAll(values) => write_list(values, f),
        }
    }
}

fn write_list(values: &[Literal], f: &mut Formatter<'_>) -> fmt::Result {
    f.write_char('(')?;
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            f.write_char(',')?;
        }
        value.fmt(f)?;
    }
    f.write_char(')')
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Text(text) => write_quoted(text, f),
        }
    }
}

/// The grammar knows two escapes, for the quote and for the backslash. `#`, `%` and `&`
/// are left to the encoding of the URL.
fn write_quoted(text: &str, f: &mut Formatter<'_>) -> fmt::Result {
    f.write_char('"')?;
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(character)?;
    }
    f.write_char('"')
}
