//! Sorting: the `sorters` parameter.

use std::cmp::Ordering;

use super::{Row, Value};
use crate::error::ApiError;

/// The fields that an operation sorts by, as the API spells them.
pub(crate) type Sortable<F> = [(&'static str, F)];

/// An order of rows.
#[derive(Debug)]
pub(crate) struct Order<F> {
    keys: Vec<(F, Direction)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Ascending,
    Descending,
}

impl<F: Copy> Order<F> {
    /// Reads comma-separated field names. A `-` before a name means descending.
    pub(crate) fn parse(sorters: &str, sortable: &Sortable<F>) -> Result<Self, ApiError> {
        let mut keys = Vec::new();
        for sorter in sorters.split(',') {
            let sorter = sorter.trim();
            let (name, direction) = match sorter.strip_prefix('-') {
                Some(name) => (name, Direction::Descending),
                None => (sorter, Direction::Ascending),
            };
            let field = sortable.iter().find(|(known, _)| *known == name);
            let Some((_, field)) = field else {
                let known: Vec<_> = sortable.iter().map(|(known, _)| *known).collect();
                return Err(ApiError::illegal(format!(
                    "The query parameter sorters names \"{name}\", but the fields to sort by \
                     are: {}.",
                    known.join(", ")
                )));
            };
            keys.push((*field, direction));
        }
        Ok(Self { keys })
    }

    /// Compares two rows by every key, then by their identifiers.
    pub(crate) fn compare<R: Row<Field = F>>(&self, left: &R, right: &R) -> Ordering {
        self.keys
            .iter()
            .map(|(field, direction)| {
                let ordering = compare(&left.value(*field), &right.value(*field));
                match direction {
                    Direction::Ascending => ordering,
                    Direction::Descending => ordering.reverse(),
                }
            })
            .find(|ordering| ordering.is_ne())
            .unwrap_or_else(|| left.tie_break().cmp(&right.tie_break()))
    }
}

/// Compares two values of one field. Missing values come last.
fn compare(left: &Value<'_>, right: &Value<'_>) -> Ordering {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => left.cmp(right),
        (Value::Keyword(left), Value::Keyword(right)) => left.cmp(right),
        (Value::Moment(left), Value::Moment(right)) => left.cmp(right),
        (Value::Missing, Value::Missing) => Ordering::Equal,
        (Value::Missing, _) => Ordering::Greater,
        (_, Value::Missing) => Ordering::Less,
        // No operation sorts by anything else.
        _ => Ordering::Equal,
    }
}
