//! Text to a sorter of one endpoint: names of fields with commas between, `-` before those
//! that sort descending.

use super::error::{ParseError, ParseErrorKind};
use super::{Fault, Span};
use crate::filter::sorter::Key;

/// Reads a sorter with the fields that an endpoint sorts by.
pub(in crate::filter) fn sorter(
    text: &str,
    sortable: &'static [&'static str],
) -> Result<Vec<Key>, ParseError> {
    let mut column = 0;
    text.split(',')
        .map(|part| {
            let start = column + leading_spaces(part);
            column += part.chars().count() + 1;
            key(part.trim(), start, sortable)
        })
        .collect::<Result<_, _>>()
        .map_err(|fault| ParseError::new(text, fault))
}

fn leading_spaces(part: &str) -> usize {
    part.chars().take_while(|next| next.is_whitespace()).count()
}

fn key(part: &str, start: usize, sortable: &'static [&'static str]) -> Result<Key, Fault> {
    let (name, descending) = match part.strip_prefix('-') {
        Some(name) => (name, true),
        None => (part, false),
    };
    let at = Span {
        start,
        end: start + part.chars().count(),
    };
    if name.is_empty() {
        return Err(at.fault(ParseErrorKind::Unexpected {
            expected: "a field to sort by",
            found: (!part.is_empty()).then(|| part.to_owned()),
        }));
    }
    match sortable.iter().find(|known| **known == name) {
        Some(field) => Ok(Key { field, descending }),
        None => Err(at.fault(ParseErrorKind::NotSortable {
            field: name.to_owned(),
            known: sortable,
        })),
    }
}
