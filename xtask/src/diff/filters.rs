//! What a list can be filtered and sorted by.

use std::collections::BTreeSet;

use super::change::{Changes, set_changes};
use super::levels::OperationChange::*;
use super::operations::Pair;
use crate::contract::{Operation, texts};

/// Compares fields, operators and orders of one operation.
pub(super) fn compare(pair: &Pair<'_>, changes: &mut Changes) {
    let id = pair.new.id;
    let at = format!("{} query:filters", pair.new.at());
    let mut report = |change, detail: String| changes.operation(change, &at, [id], detail);

    let (mut old, new) = (pair.old.filters(), pair.new.filters());
    for (field, now) in &new {
        let Some(before) = old.remove(field) else {
            let operators: Vec<_> = now.iter().copied().collect();
            report(
                FilterFieldAdded,
                format!("{field} {}", operators.join(", ")),
            );
            continue;
        };
        let changes = [FilterOperatorRemoved, FilterOperatorAdded];
        for (change, operator) in set_changes(&before, now, changes) {
            report(change, format!("{field} {operator}"));
        }
    }
    for field in old.keys() {
        report(FilterFieldRemoved, (*field).to_owned());
    }
    let (before, after) = (Composite::of(&pair.old), Composite::of(&pair.new));
    if before != after {
        // More in one way, less in another: what is less may be in use.
        let is_extended = after.contains(&before);
        let change = if is_extended {
            FilterCompositeExtended
        } else {
            FilterCompositeRestricted
        };
        report(change, format!("{before} -> {after}"));
    }

    let at = format!("{} query:sorters", pair.new.at());
    let (old, new) = (pair.old.sorters(), pair.new.sorters());
    for (change, field) in set_changes(&old, &new, [SorterRemoved, SorterAdded]) {
        changes.operation(change, &at, [id], *field);
    }
}

/// How comparisons may be joined; if not specified, in every way.
#[derive(Debug, PartialEq, Eq)]
struct Composite<'a>(Option<(BTreeSet<&'a str>, bool)>);

impl<'a> Composite<'a> {
    fn of(operation: &Operation<'a>) -> Self {
        Composite(operation.node.get("x-filters-composite").map(|composite| {
            (
                texts(&composite["operators"]).collect(),
                composite["single"] == true,
            )
        }))
    }

    /// Whether everything that the other allows is allowed here.
    fn contains(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some((operators, single)), Some((others, other_single))) => {
                others.is_subset(operators) && (!single || *other_single)
            }
        }
    }
}

impl std::fmt::Display for Composite<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Some((operators, single)) = &self.0 else {
            return f.write_str("any");
        };
        let operators: Vec<_> = operators.iter().copied().collect();
        let once = if *single { ", once" } else { "" };
        write!(f, "{}{once}", operators.join(", "))
    }
}
