//! A report for a program.

use serde_json::json;

use crate::diff::change::Diff;
use crate::diff::levels::Level;

/// `{"level", "changes": [{"level", "code", "where", "operations", "detail"}]}`. The level
/// is that of the worst change, and `none` if nothing differs.
pub(super) fn json(diff: &Diff) -> String {
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
