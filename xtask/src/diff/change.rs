//! What was found, in an order that does not depend on how it was found.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::levels::{Direction, Level, OperationChange, SchemaChange, Then};

/// One difference between two contracts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// How much it matters.
    pub(crate) level: Level,
    /// Its stable word.
    pub(crate) code: String,
    /// `Schema.property`, or `METHOD /path` and what of it.
    pub(crate) place: String,
    /// The ids of the operations that it affects.
    pub(crate) operations: BTreeSet<String>,
    /// What was and what is.
    pub(crate) detail: String,
    /// Why it has that level.
    pub(crate) why: &'static str,
    /// What it asks of those who keep the crates.
    pub(crate) then: Then,
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
pub(crate) struct Diff {
    /// From the worst to the least, then by code, place and detail.
    pub(crate) changes: Vec<Change>,
}

impl Diff {
    /// The worst level; none if nothing differs.
    pub(crate) fn level(&self) -> Option<Level> {
        self.changes.iter().map(|change| change.level).max()
    }

    /// The changes of one level.
    pub(crate) fn of(&self, level: Level) -> impl Iterator<Item = &Change> {
        self.changes
            .iter()
            .filter(move |change| change.level == level)
    }
}

/// Code, place and detail: what makes two changes the same one.
type Key = (String, String, String);

/// What goes with a key.
#[derive(Debug)]
struct Found {
    level: Level,
    operations: BTreeSet<String>,
    why: &'static str,
    then: Then,
}

/// Collects changes. The same one found on several ways is one change that affects
/// several operations.
#[derive(Debug, Default)]
pub(super) struct Changes {
    found: BTreeMap<Key, Found>,
}

impl Changes {
    /// A change of an operation, or of the document.
    pub(super) fn operation<'o>(
        &mut self,
        change: OperationChange,
        place: &str,
        operations: impl IntoIterator<Item = &'o str>,
        detail: impl Into<String>,
    ) {
        let key = (change.code().to_owned(), place.to_owned(), detail.into());
        self.add(
            key,
            change.level(),
            operations,
            (change.why(), change.then()),
        );
    }

    /// A change of a schema.
    pub(super) fn schema(
        &mut self,
        change: SchemaChange,
        direction: Direction,
        place: &str,
        operation: &str,
        detail: impl Into<String>,
    ) {
        let key = (change.code(direction), place.to_owned(), detail.into());
        let then = change.then(direction);
        self.add(
            key,
            change.level(direction),
            [operation],
            (change.why(), then),
        );
    }

    fn add<'o>(
        &mut self,
        key: Key,
        level: Level,
        operations: impl IntoIterator<Item = &'o str>,
        (why, then): (&'static str, Then),
    ) {
        let found = self.found.entry(key).or_insert_with(|| Found {
            level,
            operations: BTreeSet::new(),
            why,
            then,
        });
        found
            .operations
            .extend(operations.into_iter().map(str::to_owned));
    }

    /// Everything, in order.
    pub(super) fn finish(mut self) -> Diff {
        self.fold_errors();
        let mut changes: Vec<_> = self
            .found
            .into_iter()
            .map(|((code, place, detail), found)| Change {
                level: found.level,
                code,
                place,
                operations: found.operations,
                detail,
                why: found.why,
                then: found.then,
            })
            .collect();
        // Keys are sorted already, and the sort is stable.
        changes.sort_by_key(|change| std::cmp::Reverse(change.level));
        Diff { changes }
    }

    /// A schema that answers and errors share changes once: the error's line would only
    /// repeat the other.
    fn fold_errors(&mut self) {
        let errors: Vec<Key> = self
            .found
            .keys()
            .filter(|(code, ..)| code.starts_with("error-"))
            .cloned()
            .collect();
        for key in errors {
            let (code, place, detail) = &key;
            let twin = (
                code.replacen("error-", "response-", 1),
                place.clone(),
                detail.clone(),
            );
            if !self.found.contains_key(&twin) {
                continue;
            }
            let folded = self.found.remove(&key);
            if let (Some(folded), Some(known)) = (folded, self.found.get_mut(&twin)) {
                known.operations.extend(folded.operations);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_change_found_twice_is_one_that_affects_two_operations() {
        let mut changes = Changes::default();
        for operation in ["b", "a", "b"] {
            changes.schema(
                SchemaChange::PropertyRemoved,
                Direction::Response,
                "Book.title",
                operation,
                "",
            );
        }
        changes.schema(
            SchemaChange::PropertyRemoved,
            Direction::Error,
            "Book.title",
            "c",
            "",
        );
        let diff = changes.finish();
        assert_eq!(diff.changes.len(), 1);
        assert_eq!(
            diff.changes[0].operations,
            ["a", "b", "c"].map(str::to_owned).into()
        );
        assert_eq!(diff.level(), Some(Level::Breaking));
    }

    #[test]
    fn the_worst_comes_first() {
        let mut changes = Changes::default();
        changes.operation(OperationChange::ParamAdded, "a", ["x"], "");
        changes.operation(OperationChange::ParamRemoved, "z", ["x"], "");
        let levels: Vec<_> = changes.finish().changes.iter().map(|c| c.level).collect();
        assert_eq!(levels, [Level::Breaking, Level::Additive]);
    }
}
