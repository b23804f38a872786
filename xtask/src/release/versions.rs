//! Which version the crates should have next, by what changed. It is a suggestion: `cargo
//! semver-checks` looks at the code that was made of it.

use std::fmt;
use std::path::Path;

use anyhow::{Context, Result};
use semver::Version;

use super::Step;
use crate::diff::{Change, Level};

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
    from: Version,
    why: String,
}

impl fmt::Display for Suggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Suggestion { bump, from, why } = self;
        match bump {
            Bump::None => write!(f, "version {from}: no new one; {why}"),
            _ => write!(f, "version {from} -> {}: {why}", next(from, *bump)),
        }
    }
}

/// Suggests a version, measured from the one in the workspace's manifest.
pub(super) fn suggest(steps: &[Step], cargo_manifest: &Path) -> Result<Suggestion> {
    let changes: Vec<&Change> = steps.iter().flat_map(|step| &step.diff.changes).collect();
    let (bump, why) = bump(&changes);
    Ok(Suggestion {
        bump,
        from: current(cargo_manifest)?,
        why,
    })
}

/// The step that the worst change asks for.
fn bump(changes: &[&Change]) -> (Bump, String) {
    let count =
        |is_it: &dyn Fn(&Change) -> bool| changes.iter().filter(|change| is_it(change)).count();
    let breaking = count(&|change| change.level == Level::Breaking);
    let source = count(&|change| change.level == Level::Source);
    // All fields of generated structs are public: one more breaks code that constructs one.
    let fields = count(&|change| change.code.ends_with("property-added"));
    if breaking > 0 {
        (
            Bump::Breaking,
            format!("what worked stops working: {breaking} changes"),
        )
    } else if source > 0 {
        (
            Bump::Breaking,
            format!("certs-raw's items are others: {source} changes"),
        )
    } else if fields > 0 {
        (
            Bump::Breaking,
            format!("certs-raw's structs have new fields: {fields}"),
        )
    } else if !changes.is_empty() {
        (
            Bump::Minor,
            format!("there is something new: {} changes", changes.len()),
        )
    } else {
        (Bump::None, "nothing differs".to_owned())
    }
}

/// The next version by Cargo's rules: before 1.0.0, the second number says that something breaks.
fn next(from: &Version, bump: Bump) -> Version {
    let Version {
        major,
        minor,
        patch,
        ..
    } = *from;
    match (bump, major) {
        (Bump::None, _) => from.clone(),
        (Bump::Breaking, 0) | (Bump::Minor, 1..) => Version::new(major, minor + 1, 0),
        (Bump::Breaking, _) => Version::new(major + 1, 0, 0),
        (Bump::Minor, 0) => Version::new(major, minor, patch + 1),
    }
}

fn current(cargo_manifest: &Path) -> Result<Version> {
    let at = cargo_manifest.display();
    let text =
        std::fs::read_to_string(cargo_manifest).with_context(|| format!("{at} cannot be read"))?;
    let manifest: toml_edit::DocumentMut =
        text.parse().with_context(|| format!("{at} is not TOML"))?;
    let workspace = manifest.get("workspace");
    let version = workspace.and_then(|table| table.get("package")?.get("version")?.as_str());
    let version = version.with_context(|| format!("{at} has no workspace.package.version"))?;
    Version::parse(version).with_context(|| at.to_string())
}
