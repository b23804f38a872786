//! What can be wrong with the text of a filter or sorter, and how it is shown.

use std::fmt::{self, Display, Formatter};

use super::{Fault, Span};

/// Why text is no filter, or no sorter, of its endpoint.
///
/// `Display` says what is wrong at which column, and shows the place:
///
/// ```
/// use certs::filter::{Filter, ParseErrorKind, endpoint::Certifications};
///
/// let error = r#"completed eq false and phase sw "ACT""#
///     .parse::<Filter<Certifications>>()
///     .unwrap_err();
/// assert_eq!(error.column(), 30);
/// assert!(matches!(
///     error.kind(),
///     ParseErrorKind::UnsupportedOperator { field: "phase", .. },
/// ));
/// assert_eq!(
///     error.to_string(),
///     r#"column 30: `phase` has no operator `sw` here: it has `eq`
///   | completed eq false and phase sw "ACT"
///   |                              ^^"#,
/// );
/// ```
///
/// Of a long text only the surroundings of the place are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError(Box<Details>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Details {
    kind: ParseErrorKind,
    column: usize,
    excerpt: Excerpt,
}

/// What is wrong with the text of a filter or sorter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// Something else should stand here.
    #[error("expected {expected}, found {}", found.as_deref().map_or(Found::End, Found::Text))]
    Unexpected {
        /// What should.
        expected: &'static str,
        /// What does; `None` at the end of the text.
        found: Option<String>,
    },
    /// A quoted text has no closing quote.
    #[error("the quote that opens here is not closed")]
    UnclosedText,
    /// Within quotes, a backslash stands before something other than `"` and `\`.
    #[error(r#"a backslash in quotes stands only before `"` and `\`: write `\\` for one"#)]
    Escape {
        /// What stands after the backslash.
        escaped: char,
    },
    /// Parentheses and negations stand too deep in one another.
    #[error("nested more than {limit} levels deep")]
    TooDeep {
        /// How deep they may.
        limit: usize,
    },
    /// The endpoint does not filter by such a field.
    #[error(
        "no field {} to filter by: there are {}",
        Found::Text(field),
        ListEndpoint(known)
    )]
    UnknownField {
        /// What stands where a field should.
        field: String,
        /// The fields that the endpoint filters by.
        known: Vec<&'static str>,
    },
    /// The field does not have this operator, or nothing has it.
    #[error(
        "`{field}` has no operator {} here: it has {}",
        Found::Text(operator),
        ListEndpoint(supported)
    )]
    UnsupportedOperator {
        /// The field.
        field: &'static str,
        /// What stands where an operator should.
        operator: String,
        /// The operators that the field has. All are written in lower case.
        supported: &'static [&'static str],
    },
    /// The value is of a type that the field does not have.
    #[error("`{field}` is compared with {expected}")]
    WrongType {
        /// The field.
        field: &'static str,
        /// What it is compared with.
        expected: &'static str,
    },
    /// The value is none that this version knows for the field. For one that is new to the
    /// service, build the filter in code, or send it with
    /// [`Filter::raw`](crate::filter::Filter::raw).
    #[error(
        "`{field}` has no known value {}: there are {}",
        Found::Text(value),
        ListEndpoint(known)
    )]
    UnknownValue {
        /// The field.
        field: &'static str,
        /// The value.
        value: String,
        /// The values that are known.
        known: &'static [&'static str],
    },
    /// The endpoint combines filters only once, and only comparisons of two fields.
    #[error(
        "this endpoint takes one `and` or `or` in all, between comparisons of {}, and no \
         `not`",
        ListEndpoint(fields)
    )]
    NotCombinable {
        /// The fields whose comparisons can be combined.
        fields: Vec<&'static str>,
    },
    /// The endpoint does not sort by such a field.
    #[error("cannot sort by {}: {}", Found::Text(field), Sortable(known))]
    NotSortable {
        /// What stands where a field should.
        field: String,
        /// The fields that the endpoint sorts by.
        known: &'static [&'static str],
    },
}

impl ParseError {
    pub(super) fn new(text: &str, fault: Fault) -> Self {
        let Fault { span, kind } = fault;
        Self(Box::new(Details {
            kind,
            column: span.start + 1,
            excerpt: Excerpt::new(text, span),
        }))
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> &ParseErrorKind {
        &self.0.kind
    }

    /// Where: the first character has column 1. At the end of the text it is one past the
    /// last character.
    #[must_use]
    pub fn column(&self) -> usize {
        self.0.column
    }

    /// What is wrong and where, on one line, for where there is only room for one.
    ///
    /// ```
    /// use certs::filter::{Sorter, endpoint::Reviewers};
    ///
    /// let error = "name,due".parse::<Sorter<Reviewers>>().unwrap_err();
    /// assert_eq!(error.message(), "column 6: cannot sort by `due`: there are `name`, `email`");
    /// ```
    #[must_use]
    pub fn message(&self) -> String {
        format!("column {}: {}", self.0.column, self.0.kind)
    }
}

impl Display for ParseError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Details {
            kind,
            column,
            excerpt,
        } = &*self.0;
        write!(f, "column {column}: {kind}\n{excerpt}")
    }
}

impl std::error::Error for ParseError {}

/// The part of the text around a place, and the place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Excerpt {
    text: String,
    indent: usize,
    width: usize,
}

impl Excerpt {
    /// How many characters are shown before the place, and how many from it on.
    const BEFORE: usize = 40;
    const AFTER: usize = 40;

    fn new(text: &str, span: Span) -> Self {
        let start = span.start.saturating_sub(Self::BEFORE);
        let end = span.start + Self::AFTER;
        let mut rest = text.chars().skip(start);
        let mut shown: String = rest.by_ref().take(end - start).map(visible).collect();
        let mut indent = span.start - start;
        if start > 0 {
            shown.insert(0, '…');
            indent += 1;
        }
        if rest.next().is_some() {
            shown.push('…');
        }
        Self {
            text: shown,
            indent,
            width: (span.end.min(end) - span.start).max(1),
        }
    }
}

impl Display for Excerpt {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self {
            text,
            indent,
            width,
        } = self;
        write!(f, "  | {text}\n  | {:indent$}{:^<width$}", "", "")
    }
}

/// The character, or a mark in its place if it would move the marks under the text, or
/// worse: line breaks, control characters, and those that turn the direction of writing.
fn visible(character: char) -> char {
    match character {
        '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        control if control.is_control() => '\u{fffd}',
        other => other,
    }
}

/// What stands in the text, in a message.
enum Found<'a> {
    Text(&'a str),
    End,
}

impl Found<'_> {
    /// A name that is longer than this is none.
    const SHOWN: usize = 40;
}

impl Display for Found<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self::Text(text) = self else {
            return f.write_str("the end");
        };
        let mut rest = text.chars();
        let shown: String = rest.by_ref().take(Self::SHOWN).map(visible).collect();
        let more = if rest.next().is_some() { "…" } else { "" };
        write!(f, "`{shown}{more}`")
    }
}

/// Names, with commas between.
struct ListEndpoint<'a>(&'a [&'static str]);

impl Display for ListEndpoint<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            let separator = if index > 0 { ", " } else { "" };
            write!(f, "{separator}`{name}`")?;
        }
        Ok(())
    }
}

/// The fields to sort by, if any.
struct Sortable<'a>(&'a [&'static str]);

impl Display for Sortable<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            [] => f.write_str("this list has no order to choose"),
            known => write!(f, "there are {}", ListEndpoint(known)),
        }
    }
}
