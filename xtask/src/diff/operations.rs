//! Which operation of one contract is which of the other, and what changed about it.

use serde_json::Value;

use super::change::{Changes, flipped, from_to};
use super::levels::OperationChange::*;
use super::{bodies, filters, parameters, security};
use crate::contract::{Contract, Operation, both, list, shown};

#[derive(Clone, Copy, Debug)]
pub(super) struct Pair<'c> {
    pub(super) old: Operation<'c>,
    pub(super) new: Operation<'c>,
}

pub(super) fn compare(old: Contract<'_>, new: Contract<'_>, changes: &mut Changes) {
    let Pairing {
        pairs,
        removed,
        added,
    } = pair(old.operations(), new.operations());
    for operation in removed {
        let at = operation.at();
        let detail = operation.id;
        changes.operation(OperationRemoved, &at, [detail], detail);
    }
    for operation in added {
        let at = operation.at();
        let detail = operation.id;
        changes.operation(OperationAdded, &at, [detail], detail);
    }
    for pair in pairs {
        itself(&pair, changes);
        security::compare(&pair, changes);
        filters::compare(&pair, changes);
        parameters::compare(&pair, changes);
        bodies::compare(&pair, changes);
    }
}

#[derive(Debug, Default)]
struct Pairing<'c> {
    pairs: Vec<Pair<'c>>,
    removed: Vec<Operation<'c>>,
    added: Vec<Operation<'c>>,
}

/// Pairs operations: first those with the same method and path, whatever the path calls
/// its parameters; then those with the same method and id, which moved; then those whose
/// paths differ only in number (`summary`, `summaries`) or by a version in between.
fn pair<'c>(old: Vec<Operation<'c>>, new: Vec<Operation<'c>>) -> Pairing<'c> {
    type Key = fn(&Operation<'_>) -> String;
    let same_path: Key = |operation| format!("{} {}", operation.method, anonymous(operation.path));
    let same_id: Key = |operation| format!("{} {}", operation.method, operation.id);
    let same_words: Key = |operation| format!("{} {}", operation.method, words(operation.path));

    let mut pairing = Pairing {
        pairs: Vec::new(),
        removed: old,
        added: new,
    };
    for key in [same_path, same_id, same_words] {
        let mut left = Vec::new();
        for before in std::mem::take(&mut pairing.removed) {
            let wanted = key(&before);
            let is_it = |after: &Operation<'_>| key(after) == wanted;
            // Two of the kind would be a guess.
            let only = pairing.added.iter().filter(|after| is_it(after)).count() == 1;
            match pairing.added.iter().position(is_it).filter(|_| only) {
                Some(index) => pairing.pairs.push(Pair {
                    old: before,
                    new: pairing.added.remove(index),
                }),
                None => left.push(before),
            }
        }
        pairing.removed = left;
    }
    pairing
}

/// A path without the names of its parameters.
fn anonymous(path: &str) -> String {
    path.split('/')
        .map(|segment| if is_parameter(segment) { "{}" } else { segment })
        .collect::<Vec<_>>()
        .join("/")
}

/// A path in the singular and without versions.
fn words(path: &str) -> String {
    let is_version = |segment: &str| {
        segment.strip_prefix('v').is_some_and(|digits| {
            !digits.is_empty() && digits.chars().all(|char| char.is_ascii_digit())
        })
    };
    let singular = |segment: &str| match segment.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => segment.trim_end_matches('s').to_owned(),
    };
    anonymous(path)
        .split('/')
        .filter(|segment| !is_version(segment))
        .map(singular)
        .collect::<Vec<_>>()
        .join("/")
}

fn is_parameter(segment: &str) -> bool {
    segment.starts_with('{') && segment.ends_with('}')
}

/// The names of a path's parameters, in its order.
fn parameter_names(path: &str) -> Vec<&str> {
    path.split('/')
        .filter(|segment| is_parameter(segment))
        .map(|segment| segment.trim_matches(['{', '}']))
        .collect()
}

/// For each parameter of the new path, what the old path called it.
pub(super) fn renamed_path_parameters<'c>(pair: &Pair<'c>) -> Vec<(&'c str, &'c str)> {
    parameter_names(pair.old.path)
        .into_iter()
        .zip(parameter_names(pair.new.path))
        .collect()
}

/// The changes of the operation as a whole.
fn itself(pair: &Pair<'_>, changes: &mut Changes) {
    let Pair { old, new } = pair;
    let at = new.at();
    let mut report = |change, detail: String| changes.operation(change, &at, [new.id], detail);

    if anonymous(old.path) != anonymous(new.path) {
        report(OperationMoved, format!("{} -> {}", old.path, new.path));
    }
    if old.id != new.id {
        report(OperationIdChanged, format!("{} -> {}", old.id, new.id));
    }
    let deprecated = [OperationDeprecated, OperationUndeprecated];
    if let Some(change) = flipped(old.is_deprecated(), new.is_deprecated(), deprecated) {
        report(change, String::new());
    }
    let servers = |operation: &Operation<'_>| {
        let own = operation.node.get("servers");
        urls(own.or_else(|| operation.item.get("servers")))
    };
    if servers(old) != servers(new) {
        report(
            ServersChanged,
            format!("{} -> {}", servers(old), servers(new)),
        );
    }
    for (name, (before, after)) in both(old.node, new.node) {
        let change = match name {
            // Compared field by field elsewhere.
            "x-filters" | "x-sorters" | "x-filters-composite" => continue,
            _ if !name.starts_with("x-") || before == after => continue,
            // Which users may call it.
            "x-sailpoint-userLevels" => UserLevelsChanged,
            _ => ExtensionChanged,
        };
        report(change, format!("{name}: {}", from_to(before, after)));
    }
}

/// The addresses of servers, variables included.
pub(super) fn urls(servers: Option<&Value>) -> String {
    let servers: Vec<_> = servers
        .into_iter()
        .flat_map(list)
        .map(|server| {
            let url = server.get("url").map_or(String::new(), shown);
            match server.get("variables") {
                Some(variables) => format!("{url} {variables}"),
                None => url,
            }
        })
        .collect();
    if servers.is_empty() {
        "none".to_owned()
    } else {
        servers.join(", ")
    }
}
