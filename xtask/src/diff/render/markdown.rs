//! A report for a changelog or a pull request.

use std::collections::BTreeMap;

use super::group::{Group, groups};
use crate::diff::change::{Change, Diff};
use crate::diff::levels::Level;

/// More operations than these are counted, not named.
const NAMED: usize = 6;

/// A section for each level that has changes, and at the end what its codes mean.
/// `heading` is the depth of the sections' headings.
pub(crate) fn markdown(diff: &Diff, heading: usize) -> String {
    if diff.changes.is_empty() {
        return "Nothing has changed.".to_owned();
    }
    format!("{}\n\n{}", sections(diff, heading), legend(diff))
}

/// The sections alone.
pub(crate) fn sections(diff: &Diff, heading: usize) -> String {
    let mut blocks = Vec::new();
    let marks = "#".repeat(heading);
    for level in Level::ALL {
        let groups = groups(diff.of(level));
        if groups.is_empty() {
            continue;
        }
        blocks.push(format!("{marks} {}", title(level)));
        let items: Vec<_> = groups.iter().map(item).collect();
        blocks.push(items.join("\n"));
    }
    blocks.join("\n\n")
}

fn title(level: Level) -> &'static str {
    match level {
        Level::Breaking => "Breaking",
        Level::Source => "Source: the same on the wire, code may have to change",
        Level::Notice => "Notice: may matter at run time",
        Level::Additive => "Additive",
    }
}

fn item(group: &Group<'_>) -> String {
    let change = group.change;
    let mut text = format!("- `{}` {}", change.code, group.place(code));
    if !change.detail.is_empty() {
        text.push_str(&format!(": {}", code(&change.detail)));
    }
    match group.at.as_slice() {
        [] => text.push_str(&affected(change)),
        [_] => {}
        many => {
            for at in many {
                text.push_str(&format!("\n  - {}", code(at)));
            }
        }
    }
    text
}

/// The operations that a change of a component reaches.
fn affected(change: &Change) -> String {
    let count = change.operations.len();
    if count == 0 {
        return String::new();
    }
    if count > NAMED {
        return format!(" ({count} operations)");
    }
    let names: Vec<_> = change.operations.iter().map(|id| code(id)).collect();
    format!(" ({})", names.join(", "))
}

/// Inline code: nothing in it is Markdown.
fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

fn legend(diff: &Diff) -> String {
    let codes: BTreeMap<&str, &str> = diff
        .changes
        .iter()
        .map(|change| (change.code.as_str(), change.why))
        .collect();
    let lines: Vec<_> = codes
        .iter()
        .map(|(code, why)| format!("- `{code}`: {why}"))
        .collect();
    format!(
        "<details><summary>What the codes mean</summary>\n\n{}\n\n</details>",
        lines.join("\n")
    )
}
