//! What a list can be filtered and sorted by.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::Changes;
use super::levels::OperationChange;
use super::operations::Pair;
use crate::contract::Operation;

type Fields = BTreeMap<String, BTreeSet<String>>;

/// Compares fields, operators and orders of one operation.
pub(super) fn compare(pair: &Pair<'_>, changes: &mut Changes) {
    let id = pair.new.id;
    let at = format!("{} query:filters", pair.new.at());
    let mut report = |change, detail: String| changes.operation(change, &at, [id], detail);

    let (old, new) = (fields(&pair.old), fields(&pair.new));
    for (field, operators) in &old {
        match new.get(field) {
            None => report(OperationChange::FilterFieldRemoved, field.clone()),
            Some(now) => {
                for operator in operators.difference(now) {
                    report(
                        OperationChange::FilterOperatorRemoved,
                        format!("{field} {operator}"),
                    );
                }
                for operator in now.difference(operators) {
                    report(
                        OperationChange::FilterOperatorAdded,
                        format!("{field} {operator}"),
                    );
                }
            }
        }
    }
    for (field, operators) in &new {
        if !old.contains_key(field) {
            let operators: Vec<_> = operators.iter().map(String::as_str).collect();
            report(
                OperationChange::FilterFieldAdded,
                format!("{field} {}", operators.join(", ")),
            );
        }
    }
    let (before, after) = (Composite::of(&pair.old), Composite::of(&pair.new));
    if before != after {
        let change = if before.contains(&after) {
            OperationChange::FilterCompositeRestricted
        } else if after.contains(&before) {
            OperationChange::FilterCompositeExtended
        } else {
            // More in one way, less in another: what is less may be in use.
            OperationChange::FilterCompositeRestricted
        };
        report(change, format!("{before} -> {after}"));
    }

    let at = format!("{} query:sorters", pair.new.at());
    let (old, new) = (sorters(&pair.old), sorters(&pair.new));
    for field in old.difference(&new) {
        changes.operation(OperationChange::SorterRemoved, &at, [id], field.clone());
    }
    for field in new.difference(&old) {
        changes.operation(OperationChange::SorterAdded, &at, [id], field.clone());
    }
}

/// Filterable fields with their operators.
fn fields(operation: &Operation<'_>) -> Fields {
    let fields = operation.node.get("x-filters").and_then(Value::as_object);
    fields
        .into_iter()
        .flatten()
        .map(|(field, operators)| (field.clone(), texts(Some(operators))))
        .collect()
}

/// Sortable fields.
fn sorters(operation: &Operation<'_>) -> BTreeSet<String> {
    texts(operation.node.get("x-sorters"))
}

fn texts(list: Option<&Value>) -> BTreeSet<String> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// How comparisons may be joined; if not specified, in every way.
#[derive(Debug, PartialEq, Eq)]
struct Composite(Option<(BTreeSet<String>, bool)>);

impl Composite {
    fn of(operation: &Operation<'_>) -> Self {
        Composite(operation.node.get("x-filters-composite").map(|composite| {
            let single = composite.get("single") == Some(&Value::Bool(true));
            (texts(composite.get("operators")), single)
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

impl std::fmt::Display for Composite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Some((operators, single)) = &self.0 else {
            return f.write_str("any");
        };
        let operators: Vec<_> = operators.iter().map(String::as_str).collect();
        let once = if *single { ", once" } else { "" };
        write!(f, "{}{once}", operators.join(", "))
    }
}
