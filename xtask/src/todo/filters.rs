//! What lists filter and sort by: the client's vocabulary is the contract's.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::model::innermost;
use super::sources::{Declaration, Filterable, Vocabulary};
use super::{BLANK, FILTERS, Input, Lines, Stage, Write, rust_name};
use crate::contract::{Contract, Operation};

/// Operations whose filters join two comparisons at most, once, with `and` or `or`: their fields
/// make terms of their own instead of general expressions. All others join without bounds.
const PAIRS: [&str; 1] = ["getIdentityCertificationItemPermissions"];

/// What an operation declares of a field.
#[derive(Default, PartialEq, Eq)]
struct Declared<'a> {
    operators: BTreeSet<&'a str>,
    is_sortable: bool,
}

pub(super) fn find(
    input: &Input<'_>,
    known: &[Vocabulary],
    model: &[Declaration],
    renamings: &BTreeMap<String, String>,
    lines: &mut Lines,
) {
    let version = input.version.name();
    for operation in Contract(&input.noted.contract).operations() {
        let declared = declared(&operation);
        composite(version, &operation, lines);
        let vocabulary = known
            .iter()
            .find(|known| known.version == version && is_of(known, &operation, renamings));
        match vocabulary {
            Some(vocabulary) => compare(version, &operation, &declared, (vocabulary, model), lines),
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
    gone(input, known, renamings, lines);
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

/// Whether a vocabulary is that of an operation, which may have had another id.
fn is_of(
    vocabulary: &Vocabulary,
    operation: &Operation<'_>,
    renamings: &BTreeMap<String, String>,
) -> bool {
    let renamed = renamings.get(&vocabulary.operation);
    renamed.unwrap_or(&vocabulary.operation) == operation.id
}

/// Endpoints that the contract does not have.
fn gone(
    input: &Input<'_>,
    known: &[Vocabulary],
    renamings: &BTreeMap<String, String>,
    lines: &mut Lines,
) {
    let operations = Contract(&input.noted.contract).operations();
    for vocabulary in known {
        let is_there = operations
            .iter()
            .any(|operation| is_of(vocabulary, operation, renamings));
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
fn declared<'a>(operation: &Operation<'a>) -> BTreeMap<&'a str, Declared<'a>> {
    let mut found: BTreeMap<&str, Declared<'_>> = BTreeMap::new();
    for (field, operators) in operation.filters() {
        found.entry(field).or_default().operators = operators;
    }
    for field in operation.sorters() {
        found.entry(field).or_default().is_sortable = true;
    }
    found
}

fn compare(
    version: &str,
    operation: &Operation<'_>,
    declared: &BTreeMap<&str, Declared<'_>>,
    (vocabulary, model): (&Vocabulary, &[Declaration]),
    lines: &mut Lines,
) {
    let at = operation.at();
    let file = &vocabulary.file;
    for (name, declared) in declared {
        let line = line(name, declared, value(name, vocabulary, model));
        match vocabulary.fields.iter().find(|field| field.name == *name) {
            None => {
                let text = format!("            /// {BLANK}\n            {line}");
                let what = format!("{at}: `{name}` is missing");
                let write = vec![Write::Before(vocabulary.end, text)];
                lines.insert(Stage::Filters, version, file, what, write);
            }
            Some(field) if declared.operators.is_empty() && !field.operators.is_empty() => {
                let file = format!("{file}:{}", field.line);
                let what = format!("{at}: it should say `{line}`");
                lines.add(Stage::Filters, version, &file, what);
            }
            Some(field) if !is_as(field, declared) => {
                let what = format!("{at}: `{name}` has other comparisons or another order");
                let write = instead(field, line, declared);
                lines.insert(Stage::Filters, version, file, what, vec![write]);
            }
            Some(_) => {}
        }
    }
    for field in &vocabulary.fields {
        let file = format!("{file}:{}", field.line);
        if !declared.contains_key(field.name.as_str()) {
            let what = format!("{at} does not have `{}` any more; remove it", field.name);
            lines.add(Stage::Filters, version, &file, what);
        } else if field.docs.trim() == BLANK {
            let what = format!("{at}: say what `{}` is", field.name);
            lines.add(Stage::Filters, version, &file, what);
        }
    }
}

fn is_as(field: &Filterable, declared: &Declared<'_>) -> bool {
    let operators: BTreeSet<&str> = field.operators.iter().map(String::as_str).collect();
    operators == declared.operators && field.is_sortable == declared.is_sortable
}

/// What a field's line says, and what it should. A field to sort by only becomes one to filter by;
/// the others keep where records have them, which may be on the next line.
fn instead(field: &Filterable, line: String, declared: &Declared<'_>) -> Write {
    let Filterable {
        name, rust_name, ..
    } = field;
    let sort = |is_sortable| if is_sortable { " sort" } else { "" };
    let (old, new) = if field.operators.is_empty() {
        (format!("{rust_name} => \"{name}\" sort;"), line)
    } else {
        let old = format!(
            "[{}]{}",
            field.operators.join(", "),
            sort(field.is_sortable)
        );
        (
            old,
            format!("[{}]{}", operators(declared), sort(declared.is_sortable)),
        )
    };
    Write::Instead(field.line, old, new)
}

/// The type of a field's values, and where a record of the model has one.
fn value(name: &str, vocabulary: &Vocabulary, model: &[Declaration]) -> (String, String) {
    let of = model
        .iter()
        .find(|declaration| declaration.name == vocabulary.record);
    let Some(member) = of.and_then(|declaration| declaration.member(name)) else {
        return ("String".to_owned(), " = not_in_record".to_owned());
    };
    let (record, field) = (&vocabulary.name, &member.name);
    let held = match (&*member.kind, innermost(&member.kind)) {
        ("Id", _) => format!("{record}.{field}.get()"),
        (_, "String") => format!("{record}.{field}.as_deref()"),
        (_, "bool" | "i32" | "i64" | "f64" | "Timestamp") => format!("{record}.{field}"),
        _ => format!("{record}.{field}.as_ref()"),
    };
    (
        innermost(&member.kind).to_owned(),
        format!(" = |{record}| {held}"),
    )
}

/// `name: String => "name" [eq, sw] sort = |book| book.name.as_deref();`, or `name => "name" sort;`
fn line(name: &str, declared: &Declared<'_>, (kind, held): (String, String)) -> String {
    let field = rust_name(name);
    if declared.operators.is_empty() {
        return format!("{field} => \"{name}\" sort;");
    }
    let operators = operators(declared);
    let sort = if declared.is_sortable { " sort" } else { "" };
    format!("{field}: {kind} => \"{name}\" [{operators}]{sort}{held};")
}

/// `eq` first, as people read it.
fn operators(declared: &Declared<'_>) -> String {
    let mut operators: Vec<&str> = declared.operators.iter().copied().collect();
    operators.sort_by_key(|operator| (*operator != "eq", *operator));
    operators.join(", ")
}
