//! A report for a terminal.

use super::group::{Group, groups};
use crate::diff::change::Diff;
use crate::diff::levels::Level;

/// One line a change, the worst first, and a summary at the end.
pub(super) fn text(diff: &Diff) -> String {
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
