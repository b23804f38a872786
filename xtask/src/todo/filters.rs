//! What lists filter and sort by: the client's vocabulary is the contract's.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase as _;
use serde_json::Value;

use super::sources::{Filterable, Vocabulary};
use super::{BLANK, FILTERS, Input, Insertion, Lines, Stage};
use crate::contract::{Contract, Operation, entries};

/// Operations whose filters join two comparisons at most, once, with `and` or `or`: their fields
/// make terms of their own instead of general expressions. All others join without bounds.
const PAIRS: [&str; 1] = ["getIdentityCertificationItemPermissions"];

/// What an operation declares of a field.
#[derive(Default, PartialEq, Eq)]
struct Declared {
    operators: BTreeSet<String>,
    is_sortable: bool,
}

pub(super) fn find(input: &Input<'_>, known: &[Vocabulary], lines: &mut Lines) {
    let version = input.version.name();
    for operation in Contract(&input.noted.contract).operations() {
        let declared = declared(&operation);
        composite(version, &operation, lines);
        let vocabulary = known
            .iter()
            .find(|known| known.version == version && known.operation == operation.id);
        match vocabulary {
            Some(vocabulary) => compare(version, &operation, &declared, vocabulary, lines),
            None if declared.is_empty() => {}
            None => lines.add(
                Stage::Filters,
                version,
                &format!("{FILTERS}/vocabulary.rs"),
                format!(
                    "{}: it filters or sorts by {}; add a `mod … = \"{}\"`",
                    operation.at(),
                    declared.keys().copied().collect::<Vec<_>>().join(", "),
                    operation.id
                ),
            ),
        }
    }
    gone(input, known, lines);
}

/// How comparisons may be joined.
fn composite(version: &str, operation: &Operation<'_>, lines: &mut Lines) {
    let declared = &operation.node["x-filters-composite"];
    let pair = serde_json::json!({"operators": ["and", "or"], "single": true});
    let is_pair = PAIRS.contains(&operation.id);
    if (is_pair && *declared != pair) || (!is_pair && !declared.is_null()) {
        let known = if is_pair { "one `and` or `or`" } else { "any" };
        let now = match declared {
            Value::Null => "any".to_owned(),
            rules => rules.to_string(),
        };
        lines.add(
            Stage::Filters,
            version,
            &format!("{FILTERS}/vocabulary.rs"),
            format!(
                "{}: comparisons are joined by {now} now, and by {known} here; follow, and \
                 bring PAIRS in xtask/src/todo/filters.rs in line",
                operation.at()
            ),
        );
    }
}

/// Endpoints that the contract does not have.
fn gone(input: &Input<'_>, known: &[Vocabulary], lines: &mut Lines) {
    let operations = Contract(&input.noted.contract).operations();
    for vocabulary in known {
        let is_there = operations
            .iter()
            .any(|operation| operation.id == vocabulary.operation);
        if vocabulary.version == input.version.name() && !is_there {
            lines.add(
                Stage::Filters,
                input.version.name(),
                &vocabulary.file,
                format!("there is no `{}` any more; remove it", vocabulary.operation),
            );
        }
    }
}

/// The fields by which an operation filters and sorts.
fn declared<'a>(operation: &Operation<'a>) -> BTreeMap<&'a str, Declared> {
    let mut found: BTreeMap<&str, Declared> = BTreeMap::new();
    for (field, operators) in entries(&operation.node["x-filters"]) {
        let operators = operators.as_array().into_iter().flatten();
        found.entry(field).or_default().operators = operators
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
    }
    let sorters = operation.node["x-sorters"].as_array();
    for field in sorters.into_iter().flatten().filter_map(Value::as_str) {
        found.entry(field).or_default().is_sortable = true;
    }
    found
}

fn compare(
    version: &str,
    operation: &Operation<'_>,
    declared: &BTreeMap<&str, Declared>,
    vocabulary: &Vocabulary,
    lines: &mut Lines,
) {
    let at = operation.at();
    let file = &vocabulary.file;
    let mut add =
        |file: &str, what, write| lines.insert(Stage::Filters, version, file, what, write);
    for (name, declared) in declared {
        let found = vocabulary.fields.iter().find(|field| field.name == *name);
        match found {
            None => {
                let write = Insertion {
                    before: vocabulary.end,
                    text: format!(
                        "            /// {BLANK}\n            {}",
                        line(name, declared)
                    ),
                };
                let what = format!("{at}: `{name}` is missing; complete it as its neighbours are");
                add(file, what, vec![write]);
            }
            Some(field) if !is_as(field, declared) => {
                let what = format!("{at}: it should say `{}`", line(name, declared));
                add(&format!("{file}:{}", field.line), what, Vec::new());
            }
            Some(_) => {}
        }
    }
    for field in &vocabulary.fields {
        if !declared.contains_key(field.name.as_str()) {
            let what = format!("{at} does not have `{}` any more; remove it", field.name);
            add(&format!("{file}:{}", field.line), what, Vec::new());
        }
    }
}

fn is_as(field: &Filterable, declared: &Declared) -> bool {
    (&field.operators, field.is_sortable) == (&declared.operators, declared.is_sortable)
}

/// `name: String => "name" [eq, sw] sort;`, or `name => "name" sort;`
fn line(name: &str, declared: &Declared) -> String {
    let field = name.replace('.', "_").to_snake_case();
    if declared.operators.is_empty() {
        return format!("{field} => \"{name}\" sort;");
    }
    // `eq` first, as people read it.
    let mut operators: Vec<&str> = declared.operators.iter().map(String::as_str).collect();
    operators.sort_by_key(|operator| (*operator != "eq", *operator));
    let sort = if declared.is_sortable { " sort" } else { "" };
    format!(
        "{field}: String => \"{name}\" [{}]{sort};",
        operators.join(", ")
    )
}
