//! One line for the same change of many operations.
//!
//! A parameter that a dozen operations share changes a dozen times. People want to read
//! that once; programs get every change by itself.

use std::collections::BTreeMap;

use crate::diff::change::Change;

/// Changes that differ only in their operation.
#[derive(Debug)]
pub(super) struct Group<'d> {
    /// The first of them.
    pub(super) change: &'d Change,
    /// What of the operations changed: `query:limit`. Empty if they changed themselves, or
    /// if the change is in a component.
    pub(super) part: &'d str,
    /// `METHOD /path` of each; none if the change is in a component.
    pub(super) at: Vec<&'d str>,
}

impl Group<'_> {
    /// What changed, for people; names are written by `code`.
    pub(super) fn place(&self, code: impl Fn(&str) -> String) -> String {
        match (self.at.len(), self.part) {
            (0 | 1, _) => code(&self.change.place),
            (many, "") => format!("{many} operations"),
            (many, part) => format!("{} of {many} operations", code(part)),
        }
    }
}

/// Groups the changes of one level; their order stays.
pub(super) fn groups<'d>(changes: impl Iterator<Item = &'d Change>) -> Vec<Group<'d>> {
    let mut groups: Vec<Group<'d>> = Vec::new();
    let mut known: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    for change in changes {
        let (at, part) = split(&change.place);
        let Some(at) = at else {
            groups.push(Group {
                change,
                part: "",
                at: Vec::new(),
            });
            continue;
        };
        let key = (change.code.as_str(), part, change.detail.as_str());
        match known.get(&key).and_then(|index| groups.get_mut(*index)) {
            Some(group) => group.at.push(at),
            None => {
                known.insert(key, groups.len());
                groups.push(Group {
                    change,
                    part,
                    at: vec![at],
                });
            }
        }
    }
    groups
}

/// `METHOD /path` of a place, and what comes after.
fn split(place: &str) -> (Option<&str>, &str) {
    let Some((method, rest)) = place.split_once(' ') else {
        return (None, place);
    };
    if !rest.starts_with('/') || !method.chars().all(|char| char.is_ascii_uppercase()) {
        return (None, place);
    }
    match rest.split_once(' ') {
        Some((path, part)) => (place.get(..method.len() + 1 + path.len()), part),
        None => (Some(place), ""),
    }
}
