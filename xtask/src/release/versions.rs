//! Which version the crates should have next, by what changed. It is a suggestion: `cargo
//! semver-checks` looks at the code that was made of it.

use std::path::Path;

use anyhow::{Context, Result};
use semver::Version;

use super::Step;
use crate::diff::Level;

/// What to do about the version, which the crates share, measured from the one in the workspace's
/// manifest.
pub(super) fn suggest(steps: &[Step], cargo_manifest: &Path) -> Result<String> {
    let from = current(cargo_manifest)?;
    let changes = || steps.iter().flat_map(|step| &step.diff.changes);
    let of_level = |level| changes().filter(|change| change.level == level).count();
    // All fields of generated structs are public: one more breaks code that constructs one.
    let is_field = |code: &str| code.ends_with("property-added");
    let fields = changes().filter(|change| is_field(&change.code)).count();
    let (breaks, why) = match (of_level(Level::Breaking), of_level(Level::Source), fields) {
        (0, 0, 0) => match changes().count() {
            0 => return Ok(format!("version {from}: no new one; nothing differs")),
            new => (false, format!("there is something new: {new} changes")),
        },
        (0, 0, fields) => (
            true,
            format!("certs-raw's structs have new fields: {fields}"),
        ),
        (0, source, _) => (
            true,
            format!("certs-raw's items are others: {source} changes"),
        ),
        (breaking, ..) => (
            true,
            format!("what worked stops working: {breaking} changes"),
        ),
    };
    // By Cargo's rules: before 1.0.0, the second number says that something breaks.
    let next = match (breaks, from.major) {
        (true, 0) | (false, 1..) => Version::new(from.major, from.minor + 1, 0),
        (true, _) => Version::new(from.major + 1, 0, 0),
        (false, 0) => Version::new(0, from.minor, from.patch + 1),
    };
    Ok(format!("version {from} -> {next}: {why}"))
}

fn current(cargo_manifest: &Path) -> Result<Version> {
    let at = cargo_manifest.display();
    let text = std::fs::read_to_string(cargo_manifest);
    let text = text.with_context(|| format!("{at} cannot be read"))?;
    let manifest: toml_edit::DocumentMut =
        text.parse().with_context(|| format!("{at} is not TOML"))?;
    let workspace = manifest.get("workspace");
    let version = workspace.and_then(|table| table.get("package")?.get("version")?.as_str());
    let version = version.with_context(|| format!("{at} has no workspace.package.version"))?;
    Version::parse(version).with_context(|| at.to_string())
}
