//! What only a person can decide about a release.

use std::collections::BTreeSet;

use super::Step;
use crate::diff::Diff;
use crate::import::Imported;

/// What is left to do about one version.
pub(super) fn of(
    imported: &Imported,
    diff: &Diff,
    items: &[BTreeSet<String>; 2],
    notes: Vec<String>,
) -> Vec<String> {
    let mut found = notes;
    for operation in &imported.contract.unlisted {
        found.push(format!(
            "{operation}: selected by its tag but not named; add it to `operations` of \
             openapi/manifest.toml, and a call to certs if it is to be offered"
        ));
    }
    for operation in &imported.contract.absent {
        found.push(format!("{operation}: not in this release"));
    }
    found.extend(fields(items));
    for change in &diff.changes {
        let place = &change.place;
        let detail = &change.detail;
        match change.code.as_str() {
            code @ ("filter-field-added"
            | "filter-field-removed"
            | "filter-operator-added"
            | "filter-operator-removed"
            | "sorter-added"
            | "sorter-removed") => found.push(format!(
                "{place}: {code}: {detail}; bring crates/certs/src/filter/vocabulary in line"
            )),
            code if code.ends_with("-enum-value-added")
                || code.ends_with("-enum-value-removed") =>
            {
                found.push(format!(
                    "{place}: {}: {detail}; bring the enum of certs::model in line",
                    code.split_once('-').map_or(code, |(_, code)| code)
                ));
            }
            "param-added"
            | "required-param-added"
            | "param-removed"
            | "operation-removed"
            | "operation-moved"
            | "operation-id-changed" => found.push(format!(
                "{place}: {}; follow in crates/certs/src/resource",
                change.code
            )),
            _ => {}
        }
    }
    // What a request and an answer share is one decision.
    let mut seen = BTreeSet::new();
    found.retain(|line| seen.insert(line.clone()));
    found
}

/// Fields that the model does not know, or knows and does not find.
fn fields([before, after]: &[BTreeSet<String>; 2]) -> Vec<String> {
    let field = |item: &str| {
        let path = item.strip_prefix("field types::")?;
        // Builders are no types of answers.
        (!path.starts_with("builder::")).then(|| path.replacen("::", ".", 1))
    };
    let path = |item: &str| {
        let field = field(item)?;
        field.split_once(": ").map(|(path, _)| path.to_owned())
    };
    let paths = |items: &BTreeSet<String>| -> BTreeSet<String> {
        items.iter().filter_map(|item| path(item)).collect()
    };
    let (old, new) = (paths(before), paths(after));
    let model = "crates/certs/src/model";
    let known = |name: &str| {
        let of = name.split('.').next().unwrap_or(name);
        before.contains(&format!("struct types::{of}"))
    };
    let mut found = Vec::new();
    for name in new.difference(&old).filter(|name| known(name)) {
        found.push(format!(
            "{name}: a new field; certs-tests fails, or certs does not compile, until {model} has it"
        ));
    }
    for name in old.difference(&new) {
        found.push(format!(
            "{name}: the field is gone; certs-tests fails until it and {model} do without it"
        ));
    }
    for item in after.difference(before) {
        if let Some(name) = path(item)
            && old.contains(&name)
        {
            found.push(format!(
                "{name}: another type; certs-tests may fail until {model} follows"
            ));
        }
    }
    found
}

/// The list for a terminal, with what comes after it.
pub(super) fn text(steps: &[Step]) -> String {
    let lines = lines(steps, "  ");
    if lines.is_empty() {
        return "nothing is left to decide".to_owned();
    }
    format!("to decide:\n{}", lines.join("\n"))
}

/// The list for a pull request.
pub(super) fn markdown(steps: &[Step]) -> String {
    let lines = lines(steps, "- [ ] ");
    if lines.is_empty() {
        return "Nothing.".to_owned();
    }
    lines.join("\n")
}

fn lines(steps: &[Step], bullet: &str) -> Vec<String> {
    steps
        .iter()
        .flat_map(|step| {
            let lines = step.undecided.iter();
            lines.map(move |line| format!("{bullet}{}: {line}", step.version))
        })
        .collect()
}
