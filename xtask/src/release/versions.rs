//! Which version the crates should have next, by what their users' code sees.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use anyhow::{Context, Result};

use super::Step;
use crate::diff::Level;

/// How much the next version differs from the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Bump {
    None,
    Minor,
    Breaking,
}

/// What to do about the version, which the crates share.
#[derive(Debug)]
pub(super) struct Suggestion {
    bump: Bump,
    from: Number,
    why: String,
}

impl fmt::Display for Suggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Suggestion { bump, from, why } = self;
        match bump {
            Bump::None => write!(f, "version {from}: no new one; {why}"),
            _ => write!(f, "version {from} -> {}: {why}", from.next(*bump)),
        }
    }
}

/// Suggests a version, measured from the one in the workspace's manifest: the generated client
/// and the facade each ask for one, and the larger step counts.
pub(super) fn suggest(steps: &[Step], cargo_manifest: &Path) -> Result<Suggestion> {
    let from = current(cargo_manifest)?;
    let (raw, why_raw) = raw(steps);
    let (facade, why_facade) = facade(steps);
    let (bump, why) = if raw >= facade {
        (raw, format!("certs-raw: {why_raw}"))
    } else {
        (facade, format!("certs: {why_facade}"))
    };
    Ok(Suggestion { bump, from, why })
}

/// Generated structs have all their fields in the open: a field more breaks whoever writes
/// one down, so only what is new altogether is an addition.
fn raw(steps: &[Step]) -> (Bump, String) {
    let mut gone = 0;
    let mut fields = 0;
    let mut new = 0;
    for step in steps {
        let [before, after] = &step.items;
        gone += before.difference(after).count();
        let added: Vec<_> = after.difference(before).collect();
        fields += added
            .iter()
            .filter(|item| is_field_of(item, before))
            .count();
        new += added.len();
    }
    if gone > 0 {
        (
            Bump::Breaking,
            format!("public items that changed or went: {gone}"),
        )
    } else if fields > 0 {
        (
            Bump::Breaking,
            format!("new fields in structs that users can write down: {fields}"),
        )
    } else if new > 0 {
        (Bump::Minor, format!("new public items: {new}"))
    } else {
        (Bump::None, "its public items are the same".to_owned())
    }
}

/// Whether an item is a field of a struct that was there already.
fn is_field_of(item: &str, before: &BTreeSet<String>) -> bool {
    item.strip_prefix("field ")
        .and_then(|field| field.split_once(": "))
        .and_then(|(path, _)| path.rsplit_once("::"))
        .is_some_and(|(of, _)| before.contains(&format!("struct {of}")))
}

/// The facade hides what is merely generated differently; what breaks on the wire breaks
/// its users too, and the rest is something to take up.
fn facade(steps: &[Step]) -> (Bump, String) {
    match steps.iter().filter_map(|step| step.diff.level()).max() {
        Some(Level::Breaking) => (
            Bump::Breaking,
            "something that worked stops working, unless the facade can hide it".to_owned(),
        ),
        Some(Level::Additive | Level::Notice | Level::Source) => (
            Bump::Minor,
            "there is something new to offer or to document".to_owned(),
        ),
        None => (Bump::None, "nothing differs".to_owned()),
    }
}

/// `major.minor.patch`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Number(u64, u64, u64);

impl Number {
    /// The next version by Cargo's rules: before 1.0.0, the second number says that
    /// something breaks.
    fn next(self, bump: Bump) -> Self {
        let Number(major, minor, patch) = self;
        match (bump, major) {
            (Bump::None, _) => self,
            (Bump::Breaking, 0) | (Bump::Minor, 1..) => Number(major, minor + 1, 0),
            (Bump::Breaking, _) => Number(major + 1, 0, 0),
            (Bump::Minor, 0) => Number(major, minor, patch + 1),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

fn current(cargo_manifest: &Path) -> Result<Number> {
    let at = || cargo_manifest.display().to_string();
    let text = std::fs::read_to_string(cargo_manifest)
        .with_context(|| format!("{} cannot be read", at()))?;
    let manifest: toml_edit::DocumentMut = text
        .parse()
        .with_context(|| format!("{} is no TOML", at()))?;
    let version = manifest
        .get("workspace")
        .and_then(|workspace| workspace.get("package")?.get("version")?.as_str());
    version
        .and_then(|version| {
            let mut numbers = version.split('.').map(|number| number.parse().ok());
            Some(Number(numbers.next()??, numbers.next()??, numbers.next()??))
        })
        .with_context(|| format!("{} has no workspace.package.version such as 0.1.0", at()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_version() {
        let next = |bump| (Number(0, 3, 1).next(bump), Number(1, 3, 1).next(bump));
        assert_eq!(next(Bump::Breaking), (Number(0, 4, 0), Number(2, 0, 0)));
        assert_eq!(next(Bump::Minor), (Number(0, 3, 2), Number(1, 4, 0)));
        assert_eq!(next(Bump::None), (Number(0, 3, 1), Number(1, 3, 1)));
    }

    #[test]
    fn a_field_of_a_known_struct_is_told_from_one_of_a_new_struct() {
        let before = BTreeSet::from(["struct types::Book".to_owned()]);
        assert!(is_field_of(
            "field types::Book::title: Option<String>",
            &before
        ));
        assert!(!is_field_of("field types::Loan::id: String", &before));
        assert!(!is_field_of("struct types::Book", &before));
    }
}
