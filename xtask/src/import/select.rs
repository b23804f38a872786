//! Which operations of a checkout the manifest selects.
//!
//! Selection comes before everything else: only the path items that match a pattern are
//! opened, and only operations with a selected tag have their references resolved.

use std::iter::once;

use anyhow::{Result, bail};

use super::checkout::{Checkout, Place};
use crate::contract::METHODS;
use crate::manifest::Version;

/// An operation on a path that matches.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) path: String,
    /// Its method, in lower case.
    pub(super) method: &'static str,
    /// Its id; empty if it has none.
    pub(super) id: String,
    pub(super) operation: Place,
    pub(super) item: Place,
    tags: Vec<String>,
    /// Where a root names its path.
    named_at: String,
}

impl Operation {
    /// Method and path, as in the manifest.
    fn at(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }
}

/// What was selected, and what may be missing from an older release.
#[derive(Debug)]
pub(super) struct Selected {
    /// By path, then in the order of methods.
    pub(super) operations: Vec<Operation>,
    /// Operations that only later releases have, and those that the manifest does not name.
    pub(super) notes: Vec<String>,
    /// Paths that were passed over because they cannot be read.
    pub(super) warnings: Vec<String>,
}

/// Selects the operations of one version.
///
/// `date` is the day of the release, if it is known: an operation may be missing from a
/// release before its `since`, and from one of unknown date.
pub(super) fn select(
    checkout: &mut Checkout,
    version: &Version,
    roots: &[Place],
    date: Option<&str>,
) -> Result<Selected> {
    let selection = &version.selection;
    let mut warnings = Vec::new();
    let mut found: Vec<Operation> = Vec::new();
    for root in roots {
        let paths = root
            .node
            .get("paths")
            .map(|paths| paths.entries())
            .unwrap_or_default();
        for entry in paths {
            let path = &entry.key;
            if !selection.paths.iter().any(|pattern| matches(pattern, path)) {
                continue;
            }
            let item = match checkout.followed(&root.inside(&entry.value)) {
                // Its tags, which would say whether it is selected, cannot be seen. What the
                // manifest expects has to be readable; other paths are ignored.
                Err(error) if !selection.expects(path) => {
                    warnings.push(format!(
                        "{path} cannot be read, and nothing on it is expected: {error:#}"
                    ));
                    continue;
                }
                item => item?,
            };
            for operation in operations(checkout, path, &item, &root.line(entry.line))? {
                let at = operation.at();
                if let Some(first) = found.iter().find(|first| first.at() == at) {
                    bail!(
                        "`{at}` is both at {} and at {}",
                        first.named_at,
                        operation.named_at
                    );
                }
                found.push(operation);
            }
        }
    }
    let is_selected = |operation: &Operation| {
        operation
            .tags
            .iter()
            .any(|tag| selection.tags.contains(tag))
    };
    let (mut operations, others): (Vec<_>, Vec<_>) = found.into_iter().partition(is_selected);
    let rank = |method| METHODS.iter().position(|known| *known == method);
    operations.sort_by_key(|operation| (operation.path.clone(), rank(operation.method)));

    let mut notes = Vec::new();
    let mut listed = Vec::new();
    for expected in &selection.operations {
        let places = once(&expected.at).chain(&expected.formerly);
        let is_there =
            |place: &&String| operations.iter().any(|operation| operation.at() == **place);
        if let Some(place) = places.clone().find(is_there) {
            listed.push(place);
            continue;
        }
        let at = &expected.at;
        // Both dates are YYYY-MM-DD, which sorts as text.
        if (expected.since.as_deref()).is_some_and(|since| date.is_none_or(|date| date < since)) {
            notes.push(format!("not in this release: {at}"));
            continue;
        }
        let hint = match others
            .iter()
            .find(|other| places.clone().any(|place| *place == other.at()))
        {
            Some(other) => format!(
                "{} has it, with the tags [{}], and none of them is selected; add one to `tags` of \
                 the manifest",
                other.operation.origin(),
                other.tags.join(", ")
            ),
            None => format!(
                "{} has no such operation; if it moved, add its new place to `operations` of the \
                 manifest, and if it is gone, take it out",
                Vec::from_iter(roots.iter().map(Place::id)).join(", ")
            ),
        };
        bail!(
            "`{at}` of version {} is not in the checkout: {hint}",
            version.name()
        );
    }
    for (n, second) in operations.iter().enumerate() {
        let (at, id) = (second.at(), &second.id);
        let origin = second.operation.origin();
        if id.is_empty() {
            bail!("{origin}: {at} has no `operationId`");
        }
        if let Some(first) = operations.iter().take(n).find(|first| first.id == *id) {
            let first = format!("{} ({})", first.at(), first.operation.origin());
            bail!("operationId `{id}` belongs to two operations: {first} and {at} ({origin})");
        }
    }
    let unlisted = operations
        .iter()
        .map(Operation::at)
        .filter(|at| !listed.contains(&at));
    notes.extend(unlisted.map(|at| format!("new; add it to `operations` of the manifest: {at}")));
    Ok(Selected {
        operations,
        notes,
        warnings,
    })
}

/// The operations on one path.
fn operations(
    checkout: &mut Checkout,
    path: &str,
    item: &Place,
    named_at: &str,
) -> Result<Vec<Operation>> {
    let mut found = Vec::new();
    for entry in item.entries(path)? {
        let Some(method) = METHODS.into_iter().find(|method| *method == entry.key) else {
            continue;
        };
        let operation = checkout.followed(&item.inside(&entry.value))?;
        let id = operation.node.get("operationId").and_then(|id| id.as_str());
        let tags = operation
            .node
            .get("tags")
            .map(|tags| tags.items())
            .unwrap_or_default();
        found.push(Operation {
            path: path.to_owned(),
            method,
            id: id.unwrap_or_default().to_owned(),
            tags: tags
                .iter()
                .filter_map(|tag| Some(tag.as_str()?.to_owned()))
                .collect(),
            item: item.clone(),
            named_at: named_at.to_owned(),
            operation,
        });
    }
    Ok(found)
}

/// Whether a path matches a pattern: `*` is one segment, `**` any number, none included.
fn matches(pattern: &str, path: &str) -> bool {
    fn rest(pattern: &[&str], path: &[&str]) -> bool {
        match (pattern, path) {
            ([], []) => true,
            (["**", tail @ ..], _) => {
                rest(tail, path) || matches!(path, [_, path @ ..] if rest(pattern, path))
            }
            ([head, tail @ ..], [segment, path @ ..]) => {
                (*head == "*" || head == segment) && rest(tail, path)
            }
            _ => false,
        }
    }
    let pattern: Vec<&str> = pattern.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    rest(&pattern, &path)
}
