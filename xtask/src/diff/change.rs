//! What was found, in an order that does not depend on how it was found.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use super::levels::{Direction, Level, OperationChange, Row, SchemaChange, Then};
use crate::contract::shown;

/// One difference between two contracts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// How much it matters.
    pub level: Level,
    /// Its stable word.
    pub code: String,
    /// `Schema.property`, or `METHOD /path` and what of it.
    pub place: String,
    /// The ids of the operations that it affects.
    pub operations: BTreeSet<String>,
    /// What was and what is.
    pub detail: String,
    /// Why it matters.
    pub why: &'static str,
    /// What it asks of those who keep the crates.
    pub then: Then,
}

impl fmt::Display for Change {
    /// One line, without the level.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.place)?;
        match self.detail.as_str() {
            "" => Ok(()),
            detail => write!(f, ": {detail}"),
        }
    }
}

/// All differences between two contracts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// From the worst to the least, then by code, place and detail.
    pub changes: Vec<Change>,
}

impl Diff {
    /// The worst level; none if nothing differs.
    pub fn level(&self) -> Option<Level> {
        self.changes.iter().map(|change| change.level).max()
    }

    pub(crate) fn of(&self, level: Level) -> impl Iterator<Item = &Change> {
        self.changes
            .iter()
            .filter(move |change| change.level == level)
    }
}

impl fmt::Display for Diff {
    /// How many changes of each level there are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.changes.is_empty() {
            return f.write_str("no difference");
        }
        let counts = Level::ALL.map(|level| format!("{} {level}", self.of(level).count()));
        f.write_str(&counts.join(", "))
    }
}

/// The first change if something became true, the second if it became false.
pub(super) fn flipped<C>(was: bool, is: bool, [on, off]: [C; 2]) -> Option<C> {
    match (was, is) {
        (false, true) => Some(on),
        (true, false) => Some(off),
        _ => None,
    }
}

/// What one set has and another does not, each with the change that this is.
pub(super) fn set_changes<'s, T: Ord, C: Copy>(
    old: &'s BTreeSet<T>,
    new: &'s BTreeSet<T>,
    [removed, added]: [C; 2],
) -> Vec<(C, &'s T)> {
    let gone = old.difference(new).map(|item| (removed, item));
    gone.chain(new.difference(old).map(|item| (added, item)))
        .collect()
}

/// Two values, either of which may be missing.
pub(super) fn from_to(old: Option<&Value>, new: Option<&Value>) -> String {
    let word = |value: Option<&Value>| value.map_or("none".to_owned(), shown);
    format!("{} -> {}", word(old), word(new))
}

/// Collects changes by code, place and detail. The same one found in several places is one change
/// that affects several operations.
#[derive(Debug, Default)]
pub(super) struct Changes(BTreeMap<(String, String, String), Change>);

impl Changes {
    /// A change of an operation, or of the document.
    pub(super) fn operation<'o>(
        &mut self,
        change: OperationChange,
        place: &str,
        operations: impl IntoIterator<Item = &'o str>,
        detail: impl Into<String>,
    ) {
        let Row {
            code,
            level,
            why,
            then,
        } = change.row();
        self.add(Change {
            level,
            code: code.to_owned(),
            place: place.to_owned(),
            operations: operations.into_iter().map(str::to_owned).collect(),
            detail: detail.into(),
            why,
            then,
        });
    }

    pub(super) fn schema(
        &mut self,
        change: SchemaChange,
        direction: Direction,
        place: &str,
        operation: &str,
        detail: impl Into<String>,
    ) {
        self.add(Change {
            level: change.level(direction),
            code: change.code(direction),
            place: place.to_owned(),
            operations: [operation.to_owned()].into(),
            detail: detail.into(),
            why: change.row().why,
            then: change.then(direction),
        });
    }

    fn add(&mut self, change: Change) {
        let Change {
            code,
            place,
            detail,
            ..
        } = &change;
        let key = (code.clone(), place.clone(), detail.clone());
        match self.0.get_mut(&key) {
            Some(known) => known.operations.extend(change.operations),
            None => {
                self.0.insert(key, change);
            }
        }
    }

    /// Everything, in order.
    pub(super) fn finish(mut self) -> Diff {
        // A schema that responses and errors share changes once: the error's line, which comes
        // first, would only repeat the other.
        for (key, change) in std::mem::take(&mut self.0).into_iter().rev() {
            let (code, place, detail) = &key;
            let twin = code.replacen("error-", "response-", 1);
            let twin = (twin, place.clone(), detail.clone());
            match self.0.get_mut(&twin) {
                Some(known) => known.operations.extend(change.operations),
                None => {
                    self.0.insert(key, change);
                }
            }
        }
        let mut changes: Vec<Change> = self.0.into_values().collect();
        // Keys are sorted already, and the sort is stable.
        changes.sort_by_key(|change| std::cmp::Reverse(change.level));
        Diff { changes }
    }
}
