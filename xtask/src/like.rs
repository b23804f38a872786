//! Versions that are like another: they have no client of their own, because the other version's
//! does for both. That is true as long as their contracts differ only in what is known.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::diff::{Change, REQUIRED};
use crate::manifest::{Difference, Likeness, Manifest, PathRule, Version};
use crate::todo::BLANK;
use crate::{diff, yaml};

/// Codes, by their ends, of changes that only affect names in Rust. Nothing is generated from a
/// version that is like another.
const NAMES: [&str; 4] = [
    "extension-changed",
    "operation-id-changed",
    "schema-renamed",
    "type-replaced",
];

/// Why one client is enough for both, for the codes, by their ends, where the reason is always the
/// same.
const REASONS: [(&str, &str); 8] = [
    ("response-property-added", "It is kept in `extra`."),
    (
        "response-property-removed",
        "Every field of the model may be absent or null.",
    ),
    (
        "response-enum-value-added",
        "The model keeps a value that it does not name.",
    ),
    (
        "response-enum-value-removed",
        "The model may name a value that is not returned.",
    ),
    (
        "request-property-removed",
        "The client leaves out what it does not set.",
    ),
    (
        "filter-field-removed",
        "The service refuses a filter by it, and the error says so.",
    ),
    ("operation-removed", "A call of it is an error: not found."),
    ("deprecated", "What is deprecated works."),
];

/// Compares each version that is like another with that one, as they are vendored. Says in one line
/// what was compared; nothing if there is no such version.
pub(crate) fn check(manifest: &Manifest) -> Result<Option<String>> {
    let mut compared = Vec::new();
    let vendored = |version: &Version| {
        version.verify()?;
        yaml::load_json(&version.contract_path())
    };
    for version in manifest.versions() {
        let Some(likeness) = version.likeness() else {
            continue;
        };
        let other = vendored(manifest.version(&likeness.version)?)?;
        compare(version, likeness, vendored(version)?, other)?;
        compared.push(format!("{} like {}", version.name(), likeness.version));
    }
    Ok((!compared.is_empty()).then(|| compared.join(", ")))
}

/// The differences between the contracts of a version and of the one that it is like.
fn differences(
    version: &Version,
    likeness: &Likeness,
    contract: Value,
    mut other: Value,
) -> Result<Vec<Change>> {
    let (name, like) = (version.name(), &likeness.version);
    servers(&mut other, |url| path_start(url).to_owned());
    let contract = without_rule(contract, &likeness.path);
    let mut changes = diff::compare(other, contract)
        .with_context(|| format!("version {name} cannot be compared with {like}"))?
        .changes;
    changes.retain(|change| !NAMES.iter().any(|end| change.code.ends_with(end)));
    Ok(changes)
}

/// The differences that the manifest does not list yet, with the reason if it is always the same.
///
/// # Errors
///
/// If the contracts cannot be compared.
pub fn unlisted(
    version: &Version,
    likeness: &Likeness,
    contract: Value,
    other: Value,
) -> Result<Vec<Difference>> {
    let changes = differences(version, likeness, contract, other)?.into_iter();
    let unlisted = changes.filter_map(|change| {
        let is = change.to_string();
        let reason = REASONS.iter().find(|(end, _)| change.code.ends_with(end));
        // The client always sends what the other version requires.
        let reason = reason.filter(|_| !change.detail.ends_with(REQUIRED));
        let because = reason.map_or(BLANK, |(_, because)| because).to_owned();
        let is_known = likeness.differences.iter().any(|known| known.covers(&is));
        (!is_known).then_some(Difference { is, because })
    });
    Ok(unlisted.collect())
}

/// Fails if the contracts differ in something that the manifest does not list, or if it lists
/// something in which they do not differ.
///
/// # Errors
///
/// These, each with what to write into the manifest.
pub fn compare(
    version: &Version,
    likeness: &Likeness,
    contract: Value,
    other: Value,
) -> Result<()> {
    let (name, like) = (version.name(), &likeness.version);
    let found = differences(version, likeness, contract, other)?;
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    let known = || likeness.differences.iter();
    let mut problems = Vec::new();
    for line in &found {
        if !known().any(|known| known.covers(line)) {
            problems.push(format!(
                "{name} differs from {like}: {line}\n    if the client of {like} does for both, add \
                 to `differences` of [version.{name}] in openapi/manifest.toml: {{ is = {}, because \
                 = \"…\" }}; if not, {name} is not like {like}: remove `like`, and give it a client",
                toml_edit::Value::from(line.as_str())
            ));
        }
    }
    for known in known().filter(|known| !found.iter().any(|line| known.covers(line))) {
        problems.push(format!(
            "{name} does not differ from {like} any more in this: {}\n    remove it from \
             `differences` of [version.{name}] in openapi/manifest.toml",
            known.is
        ));
    }
    for Difference { is, .. } in known().filter(|known| known.because.trim().is_empty()) {
        problems.push(format!(
            "{name}: a known difference has no reason: {is}; say in `because` why one client does \
             for both"
        ));
    }
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    Ok(())
}

/// The contract with its paths and servers as the other version would have them.
fn without_rule(mut contract: Value, rule: &PathRule) -> Value {
    servers(&mut contract, |url| {
        let plain = url.strip_suffix(&rule.base).unwrap_or(url);
        plain.to_owned()
    });
    if let Some(Value::Object(paths)) = contract.get_mut("paths") {
        *paths = std::mem::take(paths)
            .into_iter()
            .map(|(path, item)| (rule.undo(&path), item))
            .collect();
    }
    contract
}

fn servers(contract: &mut Value, url: impl Fn(&str) -> String) {
    let servers = contract.get_mut("servers").and_then(Value::as_array_mut);
    for server in servers.into_iter().flatten() {
        if let Some(Value::String(text)) = server.get_mut("url") {
            *text = url(text);
        }
    }
}

/// A URL up to its path.
fn path_start(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let path = url.get(host..).and_then(|rest| rest.find('/'));
    path.and_then(|path| url.get(..host + path)).unwrap_or(url)
}
