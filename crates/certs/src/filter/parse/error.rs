//! Parse errors of filters and sorters, and their display.

use std::fmt::{self, Display, Formatter};

use crate::filter::error::Names;
use crate::filter::vocabulary::FieldVocabulary;

/// Why text is not a filter, or not a sorter, of its endpoint.
///
/// `Display` says where and what is wrong and, where possible, what to write instead, and shows the
/// place:
///
/// ```
/// use certs::filter::{Filter, endpoint::Certifications};
///
/// let text = "completed eq false\n  and phase == \"ACTIVE\"";
/// let error = text.parse::<Filter<Certifications>>().unwrap_err();
/// assert_eq!((error.line(), error.column()), (2, 13));
/// assert_eq!(
///     error.to_string(),
///     r#"line 2, column 13: write `eq` instead of `==`
///   |   and phase == "ACTIVE"
///   |             ^^"#,
/// );
/// ```
///
/// Of a long line only the surroundings of the place are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError(Box<Details>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Details {
    message: String,
    line: usize,
    column: usize,
    is_one_line: bool,
    excerpt: Excerpt,
}

impl ParseError {
    pub(in crate::filter) fn new(text: &str, fault: Fault) -> Self {
        let Fault { at, message } = fault;
        let before = text.chars().take(at.start);
        let (mut line, mut line_start) = (1, 0);
        for (index, character) in before.enumerate() {
            if character == '\n' {
                line += 1;
                line_start = index + 1;
            }
        }
        let shown = text.split('\n').nth(line - 1).unwrap_or_default();
        let in_line = Span {
            start: at.start - line_start,
            end: at.end - line_start,
        };
        Self(Box::new(Details {
            message,
            line,
            column: in_line.start + 1,
            is_one_line: !text.contains('\n'),
            excerpt: Excerpt::new(shown.strip_suffix('\r').unwrap_or(shown), in_line),
        }))
    }

    /// The line, counted from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.0.line
    }

    /// The column in the line: the first character has column 1. At the end of the text it
    /// is one past the last character.
    #[must_use]
    pub fn column(&self) -> usize {
        self.0.column
    }

    /// Where and what is wrong, on one line, without the excerpt.
    ///
    /// ```
    /// use certs::filter::{Sorter, endpoint::Reviewers};
    ///
    /// let error = "name,due".parse::<Sorter<Reviewers>>().unwrap_err();
    /// assert_eq!(
    ///     error.message(),
    ///     "column 6: cannot sort by `due`: the fields are `name`, `email`",
    /// );
    /// ```
    #[must_use]
    pub fn message(&self) -> String {
        let Details {
            message,
            line,
            column,
            ..
        } = &*self.0;
        if self.0.is_one_line {
            format!("column {column}: {message}")
        } else {
            format!("line {line}, column {column}: {message}")
        }
    }
}

impl Display for ParseError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.message(), self.0.excerpt)
    }
}

impl std::error::Error for ParseError {}

/// What is wrong, and where.
#[derive(Debug)]
pub(in crate::filter) struct Fault {
    at: Span,
    message: String,
}

/// A stretch of the text. Both ends count characters of the whole text from 0.
#[derive(Clone, Copy, Debug)]
pub(in crate::filter) struct Span {
    pub(in crate::filter) start: usize,
    pub(in crate::filter) end: usize,
}

impl Span {
    pub(super) fn one(start: usize) -> Self {
        let end = start + 1;
        Self { start, end }
    }

    pub(in crate::filter) fn fault(self, message: impl Into<String>) -> Fault {
        Fault {
            at: self,
            message: message.into(),
        }
    }

    /// The parser expected something else here; `found` is `None` at the end of the text.
    pub(in crate::filter) fn unexpected(
        self,
        expected: &str,
        found: Option<&impl ToString>,
    ) -> Fault {
        let found = found.map(ToString::to_string);
        let found = found.as_deref().map_or("the end".to_owned(), quoted);
        self.fault(format!("expected {expected}, found {found}"))
    }

    pub(super) fn instead(self, found: &str, write: &str) -> Fault {
        self.fault(format!("write `{write}` instead of {}", quoted(found)))
    }
}

/// Says that an endpoint cannot filter (or sort) by a field, and suggests a similar field, or says
/// that it can only sort (or filter) by this one.
pub(in crate::filter) fn unknown_field<'a>(
    what_for: &str,
    name: &str,
    known: impl Iterator<Item = &'a FieldVocabulary>,
    mut known_otherwise: impl Iterator<Item = &'a FieldVocabulary>,
) -> String {
    let known: Vec<_> = known.map(|field| field.name).collect();
    let shown = quoted(name);
    if known.is_empty() {
        format!("cannot {what_for} by {shown}: this list has no field to {what_for} by")
    } else if known_otherwise.any(|field| field.name == name) {
        let otherwise = if what_for == "sort" { "filter" } else { "sort" };
        format!(
            "cannot {what_for} by {shown}, only {otherwise} by it: the fields to {what_for} by \
             are {}",
            Names(&known)
        )
    } else {
        let hint = did_you_mean(name, &known);
        let hint = hint.unwrap_or_else(|| format!("the fields are {}", Names(&known)));
        format!("cannot {what_for} by {shown}: {hint}")
    }
}

/// The known name that differs from this one only in a few letters, in case, or in `_` for `.`.
pub(super) fn did_you_mean(name: &str, known: &[&str]) -> Option<String> {
    // A much longer text resembles no name, and the comparison takes time in proportion to the
    // product of both lengths.
    if name.len() > 64 {
        return None;
    }
    let comparable = |name: &str| name.to_lowercase().replace('_', ".");
    let wanted = comparable(name);
    let distance = |known: &str| strsim::damerau_levenshtein(&wanted, &comparable(known));
    let nearest = known.iter().min_by_key(|known| distance(known))?;
    let is_near = distance(nearest) <= (nearest.len() / 3).max(1);
    is_near.then(|| format!("did you mean `{nearest}`?"))
}

/// Text from outside, for a message: cut off if it is longer than any name.
pub(super) fn quoted(text: &str) -> String {
    const SHOWN: usize = 40;
    let mut rest = text.chars();
    let shown: String = rest.by_ref().take(SHOWN).map(visible).collect();
    let more = if rest.next().is_some() { "…" } else { "" };
    format!("`{shown}{more}`")
}

/// The part of a line around a place, and the place in it.
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

    fn new(line: &str, span: Span) -> Self {
        let start = span.start.saturating_sub(Self::BEFORE);
        let end = span.start + Self::AFTER;
        let mut rest = line.chars().skip(start);
        let mut shown: String = rest.by_ref().take(end - start).map(visible).collect();
        let marked = shown.chars().skip(span.start - start);
        let width = marked.take(span.end - span.start).count().max(1);
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
            width,
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

/// The character, or a substitute if it would shift the marks under the text or do worse: line
/// breaks, control characters, changes of writing direction, and invisible characters.
fn visible(character: char) -> char {
    match character {
        '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => '\u{fffd}',
        control if control.is_control() => '\u{fffd}',
        other => other,
    }
}
