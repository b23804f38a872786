//! What the generator noted: sentences that are missing or apply to nothing, and choices that it
//! had to make.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result};
use heck::ToUpperCamelCase as _;

use super::sources::{self, File};
use super::{BLANK, Input, Lines, Stage, Write, docs_of};
use crate::normalise::Note;
use crate::workspace::Workspace;

/// `decided` are the places of values that the model keeps as JSON on purpose.
pub(super) fn find(
    workspace: &Workspace,
    inputs: &[Input<'_>],
    decided: &BTreeSet<String>,
    client: &[File],
    lines: &mut Lines,
) -> Result<()> {
    for input in inputs {
        let version = input.version.name();
        let file = docs_of(workspace, input);
        let path = workspace.root().join(&file);
        let text = if path.is_file() {
            fs::read_to_string(path).with_context(|| format!("{file} cannot be read"))?
        } else {
            String::new()
        };
        let blanks = text
            .lines()
            .filter(|line| line.trim_end().ends_with(&format!(": {BLANK}")));
        let blanks = blanks.count();
        if blanks > 0 {
            let what = format!("write the sentences that are still `{BLANK}`: {blanks}");
            lines.add(Stage::Overlays, version, &file, what);
        }
        let end = text.lines().count() + 1;
        let mut stale: Vec<&str> = input.noted.notes.iter().filter_map(stale_target).collect();
        for note in &input.noted.notes {
            match note {
                Note::Undescribed {
                    target,
                    is_operation,
                } => match take_like(&mut stale, target) {
                    Some(old) => {
                        let (from, to) = (format!("target: {old}"), format!("target: {target}"));
                        let at = text
                            .lines()
                            .position(|line| line.trim_end().ends_with(&from));
                        let write = at.map(|at| Write::Instead(at + 1, from, to));
                        let what = format!("`{old}` is called `{target}` now; rename it");
                        let write = write.into_iter().collect();
                        lines.insert(Stage::Overlays, version, &file, what, write);
                        let client = sources::without(client, &input.others(inputs));
                        renamed(version, [old, target], &client, lines);
                    }
                    None => {
                        let text = if *is_operation {
                            format!("  - target: {target}\n    update:\n      summary: {BLANK}")
                        } else {
                            format!("  - target: {target}\n    update:\n      description: {BLANK}")
                        };
                        let write = Write::Before(end, text);
                        let what = format!("{target} has no sentence");
                        lines.insert(Stage::Overlays, version, &file, what, vec![write]);
                    }
                },
                Note::StaleSentence { .. } => {}
                Note::Union { place, .. } if decided.contains(place) => {}
                Note::Union { .. } | Note::Choice(_) => {
                    lines.add(Stage::Overlays, version, &file, note.to_string())
                }
            }
        }
        for target in stale {
            let what = format!("`{target}` matches nothing any more; remove its sentence");
            lines.add(Stage::Overlays, version, &file, what);
        }
    }
    Ok(())
}

/// Where the client names the generated type of a schema that has another name now.
fn renamed(version: &str, targets: [&str; 2], client: &[File], lines: &mut Lines) {
    let name = |target: &str| {
        target
            .rsplit('.')
            .next()
            .unwrap_or(target)
            .to_upper_camel_case()
    };
    let [old, new] = targets.map(name);
    for file in client {
        let lines_of = sources::lines_of(file, &["raw", ":", ":", &old]).into_iter();
        let writes =
            lines_of.map(|line| Write::Instead(line, format!("raw::{old}"), format!("raw::{new}")));
        let writes: Vec<_> = writes.collect();
        if !writes.is_empty() {
            let what = format!("the generated `{old}` is called `{new}` now");
            lines.insert(Stage::Calls, version, &file.path, what, writes);
        }
    }
}

fn stale_target(note: &Note) -> Option<&str> {
    match note {
        Note::StaleSentence { target, .. } => Some(target),
        _ => None,
    }
}

/// Takes the target that is most probably the old name of another: both begin or end with the same
/// letters, for more than half of the longer name.
fn take_like<'a>(stale: &mut Vec<&'a str>, target: &str) -> Option<&'a str> {
    let name = |target: &str| target.rsplit('.').next().unwrap_or(target).to_lowercase();
    let new = name(target);
    let at = stale.iter().position(|old| {
        let is_schema = |target: &str| target.starts_with("$.components.schemas.");
        let old_name = name(old);
        let prefix = common(old_name.chars(), new.chars());
        let suffix = common(old_name.chars().rev(), new.chars().rev());
        is_schema(old)
            && is_schema(target)
            && 2 * prefix.max(suffix) > old_name.len().max(new.len())
    })?;
    Some(stale.remove(at))
}

fn common(a: impl Iterator<Item = char>, b: impl Iterator<Item = char>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).count()
}
