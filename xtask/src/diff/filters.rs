//! What a list can be filtered and sorted by.

use std::collections::BTreeSet;

use super::change::set_changes;
use super::levels::OperationChange::*;
use super::operations::Pair;
use crate::contract::{Operation, texts};

/// Compares fields, operators and orders of one operation.
pub(super) fn compare(pair: &mut Pair<'_, '_>) {
    let part = "query:filters";
    let (mut old, new) = (pair.old.filters(), pair.new.filters());
    for (field, now) in &new {
        let Some(before) = old.remove(field) else {
            let operators: Vec<_> = now.iter().copied().collect();
            let detail = format!("{field} {}", operators.join(", "));
            pair.report(FilterFieldAdded, part, detail);
            continue;
        };
        let changes = [FilterOperatorRemoved, FilterOperatorAdded];
        for (change, operator) in set_changes(&before, now, changes) {
            pair.report(change, part, format!("{field} {operator}"));
        }
    }
    for field in old.keys() {
        pair.report(FilterFieldRemoved, part, *field);
    }
    let (before, after) = (composite(&pair.old), composite(&pair.new));
    if before != after {
        // More in one way, less in another: what is less may be in use.
        let is_extended = match (&before, &after) {
            (Some(before), Some(after)) => before.is_subset(after),
            (_, after) => after.is_none(),
        };
        let change = if is_extended {
            FilterCompositeExtended
        } else {
            FilterCompositeRestricted
        };
        let detail = format!("{} -> {}", shown(before), shown(after));
        pair.report(change, part, detail);
    }

    let (old, new) = (pair.old.sorters(), pair.new.sorters());
    for (change, field) in set_changes(&old, &new, [SorterRemoved, SorterAdded]) {
        pair.report(change, "query:sorters", *field);
    }
}

/// How comparisons may be joined, and whether several times; if not specified, in every way.
fn composite<'c>(operation: &Operation<'c>) -> Option<BTreeSet<&'c str>> {
    let composite = operation.node.get("x-filters-composite")?;
    let repeated = (composite["single"] != true).then_some(REPEATED);
    Some(texts(&composite["operators"]).chain(repeated).collect())
}

/// Beside the operators that join comparisons: more than one may.
const REPEATED: &str = "repeated";

fn shown(composite: Option<BTreeSet<&str>>) -> String {
    let Some(mut operators) = composite else {
        return "any".to_owned();
    };
    let once = if operators.remove(REPEATED) {
        ""
    } else {
        ", once"
    };
    let operators: Vec<_> = operators.into_iter().collect();
    format!("{}{once}", operators.join(", "))
}
