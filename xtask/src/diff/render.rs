//! The ways to write a report.

mod group;
mod markdown;

use serde_json::json;

use super::change::Diff;
use super::levels::Level;

use group::{Group, groups};
pub(crate) use markdown::{markdown, sections};

/// How a report is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For a terminal.
    #[default]
    Text,
    /// For a changelog or a pull request.
    Markdown,
    /// For a program.
    Json,
}

/// Writes a report; without a line break at the end.
pub fn render(diff: &Diff, format: Format) -> String {
    match format {
        Format::Text => text(diff),
        Format::Markdown => markdown(diff, 2),
        Format::Json => json(diff),
    }
}

/// One line a change, the worst first, and a summary at the end.
fn text(diff: &Diff) -> String {
    let mut lines = Vec::new();
    for level in Level::ALL {
        for group in groups(diff.of(level)) {
            lines.push(line(level, &group));
            if group.at.len() > 1 {
                lines.extend(group.at.iter().map(|at| format!("{:9} {at}", "")));
            }
        }
    }
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines.push(diff.to_string());
    lines.join("\n")
}

fn line(level: Level, group: &Group<'_>) -> String {
    let place = group.place(str::to_owned);
    let detail = match group.change.detail.as_str() {
        "" => String::new(),
        detail => format!(": {detail}"),
    };
    format!("{level:9} {} {place}{detail}", group.change.code)
}

/// `{"level", "changes": [{"level", "code", "where", "operations", "detail"}]}`. The level
/// is that of the worst change, and `none` if nothing differs.
fn json(diff: &Diff) -> String {
    let changes: Vec<_> = diff
        .changes
        .iter()
        .map(|change| {
            json!({
                "level": change.level.as_str(),
                "code": change.code,
                "where": change.place,
                "operations": change.operations,
                "detail": change.detail,
            })
        })
        .collect();
    let report = json!({
        "level": diff.level().map_or("none", Level::as_str),
        "changes": changes,
    });
    // The alternate form of a value's Display is the indented one.
    format!("{report:#}")
}
