//! Which operations of a checkout the manifest selects.
//!
//! Selection comes before everything else: only the path items that match a pattern are
//! opened, and only operations with a selected tag have their references resolved.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};

use super::checkout::{Checkout, Origin, Place};
use super::facts::{expect_mapping, is_reference};
use crate::contract::METHODS;
use crate::manifest::{Expected, Selection, Version};

#[derive(Debug)]
pub(super) struct Selected {
    pub(super) path: String,
    /// Its method, in lower case.
    pub(super) method: &'static str,
    pub(super) id: String,
    pub(super) operation: Place,
    pub(super) item: Place,
}

/// What was selected, and what may be missing from an older release.
#[derive(Debug)]
pub(super) struct Outcome {
    /// By path, then in the order of methods.
    pub(super) operations: Vec<Selected>,
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
) -> Result<Outcome> {
    let selection = &version.selection;
    let mut seen = Seen::default();
    for root in roots {
        let Some(paths) = root.node.get("paths") else {
            continue;
        };
        for entry in paths.entries() {
            if selection
                .paths
                .iter()
                .any(|pattern| matches(pattern, &entry.key))
            {
                let entry_at = root.line(entry.line);
                let item = root.inside(&entry.value);
                seen.path_item(checkout, selection, &entry.key, &item, &entry_at)?;
            }
        }
    }
    let (mut notes, listed) = missing(version, &seen, roots, date)?;
    let mut operations = std::mem::take(&mut seen.selected);
    operations.sort_by_key(|selected| {
        let rank = METHODS.iter().position(|method| *method == selected.method);
        (selected.path.clone(), rank)
    });
    refuse_shared_ids(&operations)?;
    let places = operations.iter().map(Selected::at);
    let unlisted = places.filter(|at| !listed.contains(at));
    notes.extend(unlisted.map(|at| format!("new; add it to `operations` of the manifest: {at}")));
    Ok(Outcome {
        operations,
        notes,
        warnings: seen.warnings,
    })
}

impl Selected {
    /// Method and path, as in the manifest.
    pub(super) fn at(&self) -> String {
        at(self.method, &self.path)
    }
}

fn at(method: &str, path: &str) -> String {
    format!("{} {path}", method.to_uppercase())
}

/// What the matching paths hold, selected or not.
#[derive(Debug, Default)]
struct Seen {
    selected: Vec<Selected>,
    /// Every operation met, by method and path.
    all: BTreeMap<String, Met>,
    warnings: Vec<String>,
}

#[derive(Debug)]
struct Met {
    /// Where a root names its path.
    path: Origin,
    operation: Origin,
    tags: Vec<String>,
}

impl Seen {
    fn path_item(
        &mut self,
        checkout: &mut Checkout,
        selection: &Selection,
        path: &str,
        item: &Place,
        named_at: &Origin,
    ) -> Result<()> {
        let item = match followed(checkout, item) {
            Ok(item) => item,
            // Its tags, which would say whether it is selected, cannot be seen. What the
            // manifest expects has to be readable; other paths are ignored.
            Err(error) if !selection.expects(path) => {
                self.warnings.push(format!(
                    "{path} cannot be read, and nothing on it is expected: {error}"
                ));
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        expect_mapping(&item, path)?;
        for method in METHODS {
            let Some(node) = item.node.get(method) else {
                continue;
            };
            let operation = followed(checkout, &item.inside(node))?;
            let at = at(method, path);
            let tags: Vec<String> = operation
                .node
                .get("tags")
                .map(|tags| tags.items())
                .unwrap_or_default()
                .iter()
                .filter_map(|tag| tag.as_str().map(str::to_owned))
                .collect();
            let is_selected = tags.iter().any(|tag| selection.tags.contains(tag));
            let origin = operation.origin();
            let met = Met {
                path: named_at.clone(),
                operation: origin.clone(),
                tags,
            };
            if let Some(first) = self.all.insert(at.clone(), met) {
                bail!("`{at}` is both at {} and at {named_at}", first.path);
            }
            if !is_selected {
                continue;
            }
            let id = operation
                .node
                .get("operationId")
                .and_then(|id| id.as_str())
                .with_context(|| format!("{origin}: {at} has no `operationId`"))?
                .to_owned();
            self.selected.push(Selected {
                path: path.to_owned(),
                method,
                id,
                operation,
                item: item.clone(),
            });
        }
        Ok(())
    }
}

/// The place itself, or what it refers to.
fn followed(checkout: &mut Checkout, place: &Place) -> Result<Place> {
    match place.reference()? {
        Some((text, origin)) => checkout.follow(place, text, &origin, is_reference),
        None => Ok(place.clone()),
    }
}

/// Fails if an expected operation is not there; otherwise says of each that is excused, and
/// which method and path each of the others has in this release.
fn missing(
    version: &Version,
    seen: &Seen,
    roots: &[Place],
    date: Option<&str>,
) -> Result<(Vec<String>, Vec<String>)> {
    let mut excused = Vec::new();
    let mut listed = Vec::new();
    for expected in &version.selection.operations {
        let names = || std::iter::once(&expected.at).chain(&expected.formerly);
        let is_there =
            |name: &&String| seen.selected.iter().any(|selected| selected.at() == **name);
        if let Some(name) = names().find(is_there) {
            listed.push(name.clone());
        } else if is_excused(expected, date) {
            excused.push(format!("not in this release: {}", expected.at));
        } else {
            let hint = match names().find_map(|name| seen.all.get(name)) {
                Some(met) => format!(
                    "{} has it, with the tags [{}], and none of them is selected; \
                     add one to `tags` of the manifest",
                    met.operation,
                    met.tags.join(", ")
                ),
                None => format!(
                    "{} has no such operation; if it moved, add its new place to `operations` \
                     of the manifest, and if it is gone, take it out",
                    roots.iter().map(Place::id).collect::<Vec<_>>().join(", ")
                ),
            };
            bail!(
                "`{}` of version {} is not in the checkout: {hint}",
                expected.at,
                version.name()
            );
        }
    }
    Ok((excused, listed))
}

fn is_excused(expected: &Expected, date: Option<&str>) -> bool {
    match (&expected.since, date) {
        // Both are YYYY-MM-DD, which sorts as text.
        (Some(since), Some(date)) => date < since.as_str(),
        (Some(_), None) => true,
        (None, _) => false,
    }
}

fn refuse_shared_ids(operations: &[Selected]) -> Result<()> {
    let mut ids: BTreeMap<&str, &Selected> = BTreeMap::new();
    for selected in operations {
        if let Some(first) = ids.insert(&selected.id, selected) {
            let [first, second] = [first, selected]
                .map(|selected| format!("{} ({})", selected.at(), selected.operation.origin()));
            let id = &selected.id;
            bail!("operationId `{id}` belongs to two operations: {first} and {second}");
        }
    }
    Ok(())
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
