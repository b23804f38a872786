//! Which operation of one contract is which of the other, and what changed about it.

use serde_json::Value;

use super::change::{Changes, flipped, from_to};
use super::levels::{Direction, OperationChange, OperationChange::*};
use super::schemas::Schemas;
use super::{bodies, filters, parameters, security};
use crate::contract::{Contract, Operation, both, list, shown};

/// An operation on both sides, and where its differences go.
pub(super) struct Pair<'c, 'o> {
    pub(super) old: Operation<'c>,
    pub(super) new: Operation<'c>,
    changes: &'o mut Changes,
}

impl<'c> Pair<'c, '_> {
    /// A change of a `part` of the operation, or of the operation itself.
    pub(super) fn report(
        &mut self,
        change: OperationChange,
        part: &str,
        detail: impl Into<String>,
    ) {
        let place = self.place(part);
        self.changes
            .operation(change, &place, [self.new.id], detail);
    }

    /// What changed about the schema of a `part`.
    pub(super) fn schemas(
        &mut self,
        old: &'c Value,
        new: &'c Value,
        direction: Direction,
        part: &str,
    ) {
        let place = self.place(part);
        let (old, new) = ((self.old.contract, old), (self.new.contract, new));
        Schemas::compare(old, new, direction, &place, self.new.id, self.changes);
    }

    fn place(&self, part: &str) -> String {
        let at = self.new.at();
        format!("{at} {part}").trim_end().to_owned()
    }
}

pub(super) fn compare(old: Contract<'_>, new: Contract<'_>, changes: &mut Changes) {
    let (mut removed, mut added) = (old.operations(), new.operations());
    for (old, new) in pairs(&mut removed, &mut added) {
        let mut pair = Pair { old, new, changes };
        itself(&mut pair);
        security::compare(&mut pair);
        filters::compare(&mut pair);
        parameters::compare(&mut pair);
        bodies::compare(&mut pair);
    }
    for (change, operations) in [(OperationRemoved, removed), (OperationAdded, added)] {
        for operation in operations {
            let id = operation.id;
            changes.operation(change, &operation.at(), [id], id);
        }
    }
}

/// Takes the pairs out of both sides: first operations with the same method and path, whatever the
/// path calls its parameters; then those with the same method and id, which moved; then those whose
/// paths differ only in number (`summary`, `summaries`) or by a version in between.
fn pairs<'c>(
    old: &mut Vec<Operation<'c>>,
    new: &mut Vec<Operation<'c>>,
) -> Vec<(Operation<'c>, Operation<'c>)> {
    type Key = fn(&Operation<'_>) -> String;
    let same_path: Key = |operation| anonymous(operation.path);
    let same_id: Key = |operation| operation.id.to_owned();
    let same_words: Key = |operation| words(operation.path);

    let mut pairs = Vec::new();
    for key in [same_path, same_id, same_words] {
        old.retain(|before| {
            let is_it =
                |after: &Operation<'_>| after.method == before.method && key(after) == key(before);
            // Two of the kind would be a guess.
            let only = new.iter().filter(|after| is_it(after)).count() == 1;
            match new.iter().position(is_it).filter(|_| only) {
                Some(index) => pairs.push((*before, new.remove(index))),
                None => return true,
            }
            false
        });
    }
    pairs
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

/// For each parameter of the path, what both sides call it.
pub(super) fn path_parameters<'c>(pair: &Pair<'c, '_>) -> Vec<(&'c str, &'c str)> {
    let old = parameter_names(pair.old.path).into_iter();
    old.zip(parameter_names(pair.new.path)).collect()
}

/// The changes of the operation as a whole.
fn itself(pair: &mut Pair<'_, '_>) {
    let (old, new) = (pair.old, pair.new);
    if anonymous(old.path) != anonymous(new.path) {
        pair.report(OperationMoved, "", format!("{} -> {}", old.path, new.path));
    }
    if old.id != new.id {
        pair.report(OperationIdChanged, "", format!("{} -> {}", old.id, new.id));
    }
    let deprecated = [OperationDeprecated, OperationUndeprecated];
    if let Some(change) = flipped(old.is_deprecated(), new.is_deprecated(), deprecated) {
        pair.report(change, "", "");
    }
    let servers = |operation: Operation<'_>| {
        let own = operation.node.get("servers");
        urls(own.or_else(|| operation.item.get("servers")))
    };
    if servers(old) != servers(new) {
        let detail = format!("{} -> {}", servers(old), servers(new));
        pair.report(ServersChanged, "", detail);
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
        pair.report(change, "", format!("{name}: {}", from_to(before, after)));
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
