//! Who may call an operation, by which tokens.

use std::collections::BTreeSet;

use serde_json::Value;

use super::change::Changes;
use super::levels::OperationChange::*;
use super::operations::Pair;
use crate::contract::{Contract, Operation, both, entries, list, shown};

/// Compares what an operation requires, by itself or by the document's default.
pub(super) fn compare(pair: &mut Pair<'_, '_>) {
    let (before, after) = (required(&pair.old), required(&pair.new));
    if before != after {
        let detail = format!("{} -> {}", listed(&before), listed(&after));
        pair.report(SecurityChanged, "", detail);
    }
}

/// Compares the schemes by which tokens are got.
pub(super) fn schemes(old: Contract<'_>, new: Contract<'_>, changes: &mut Changes) {
    let schemes = |contract: Contract<'_>| contract.0["components"]["securitySchemes"].clone();
    let ids = new.operation_ids();
    for (name, (before, after)) in both(&schemes(old), &schemes(new)) {
        if before == after {
            continue;
        }
        let detail = match (before, after) {
            (None, _) => "added".to_owned(),
            (_, None) => "removed".to_owned(),
            (Some(before), Some(after)) => differences("", before, after).join("; "),
        };
        changes.operation(
            SecuritySchemeChanged,
            &format!("securitySchemes.{name}"),
            ids.iter().copied(),
            detail,
        );
    }
}

/// The leaves that differ, with their places.
fn differences(place: &str, old: &Value, new: &Value) -> Vec<String> {
    if old.is_object() && new.is_object() {
        let members = both(old, new).into_iter();
        let differences = members.flat_map(|(key, (before, after))| {
            let place = format!("{place}.{key}");
            let none = &Value::Null;
            differences(&place, before.unwrap_or(none), after.unwrap_or(none))
        });
        return differences.collect();
    }
    let word = |value: &Value| match value {
        Value::Null => "none".to_owned(),
        value => shown(value),
    };
    let place = place.trim_start_matches('.');
    let difference = format!("{place}: {} -> {}", word(old), word(new));
    (old != new).then_some(difference).into_iter().collect()
}

/// Alternatives, each a set of scheme and scope. Order means nothing.
type Required = BTreeSet<BTreeSet<String>>;

fn required(operation: &Operation<'_>) -> Required {
    let own = operation.node.get("security");
    let alternatives = own.or_else(|| operation.contract.0.get("security"));
    let alternatives = alternatives.into_iter().flat_map(list);
    let schemes = alternatives.map(|alternative| {
        let schemes = entries(alternative).flat_map(|(scheme, scopes)| {
            let scoped = list(scopes).map(|scope| format!("{scheme}:{}", shown(scope)));
            let scoped: Vec<_> = scoped.collect();
            if scoped.is_empty() {
                vec![scheme.to_owned()]
            } else {
                scoped
            }
        });
        schemes.collect()
    });
    schemes.collect()
}

fn listed(required: &Required) -> String {
    if required.is_empty() {
        return "none".to_owned();
    }
    let alternatives: Vec<_> = required
        .iter()
        .map(|alternative| match alternative.len() {
            0 => "nothing".to_owned(),
            _ => Vec::from_iter(alternative.iter().map(String::as_str)).join(" and "),
        })
        .collect();
    alternatives.join(" or ")
}
