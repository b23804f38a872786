//! `openapi/manifest.toml`: which versions of the API there are, where each contract came
//! from, and what import selects. Everything that differs between versions is data there.

use std::collections::BTreeMap;
use std::iter::once;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use toml_edit::{DocumentMut, Item};

use crate::files::File;

/// The manifest's name inside the folder of contracts.
const FILE: &str = "manifest.toml";

/// The manifest, read and checked for form.
#[derive(Debug)]
pub struct Manifest {
    path: PathBuf,
    text: String,
    versions: Vec<Version>,
}

/// How a version that the client of another serves differs from it: the same operations, at other
/// paths.
#[derive(Debug, Clone)]
pub struct Likeness {
    /// The other version.
    pub version: String,
    /// How the path of an operation is made.
    pub path: PathRule,
    /// In what else the two are known to differ.
    pub differences: Vec<Difference>,
}

/// A known difference from the other version.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// The line of `cargo xtask diff`, without its level; `code *` for every line of that code.
    pub is: String,
    /// Why the client of the other version does for both.
    pub because: String,
}

impl Difference {
    /// Whether a line says this.
    pub(crate) fn covers(&self, line: &str) -> bool {
        match self.is.strip_suffix(" *") {
            Some(code) => line.split_once(' ').is_some_and(|(of, _)| of == code),
            None => self.is == line,
        }
    }
}

/// How a version appears in a path: `/v2024/{service}/{rest}`, `/{service}/v1/{rest}`. What comes
/// before `{service}` is the end of its servers' URLs.
#[derive(Debug, Clone)]
pub struct PathRule {
    /// `/v2024`, or nothing.
    pub base: String,
    /// `/v1`, or nothing: what is between the service and the rest.
    pub between: String,
}

impl PathRule {
    fn parse(text: &str) -> Option<Self> {
        let (base, rest) = text.split_once("/{service}")?;
        let between = rest.strip_suffix("/{rest}")?;
        let is_path = |part: &str| part.is_empty() || part.starts_with('/');
        (is_path(base) && is_path(between)).then(|| Self {
            base: base.to_owned(),
            between: between.to_owned(),
        })
    }

    /// A path of the other version, as this one has it.
    fn apply(&self, path: &str) -> String {
        let (service, rest) = after_service(path);
        format!("{service}{}{rest}", self.between)
    }

    /// A path of this version, as the other one has it; the path itself if it is not made by
    /// this rule.
    pub fn undo(&self, path: &str) -> String {
        let (service, rest) = after_service(path);
        match rest.strip_prefix(&self.between) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("{service}{rest}"),
            _ => path.to_owned(),
        }
    }
}

/// A path in two: `/certifications`, and what follows.
fn after_service(path: &str) -> (&str, &str) {
    let end = path.get(1..).and_then(|path| path.find('/'));
    path.split_at(end.map_or(path.len(), |end| end + 1))
}

/// Where a contract came from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its URL.
    pub repository: String,
    /// The commit that was imported: 40 hexadecimal digits.
    pub commit: String,
    /// The day of that commit, `YYYY-MM-DD`.
    pub date: String,
}

/// What import takes from a checkout.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    /// Root documents, relative to the checkout.
    pub roots: Vec<String>,
    /// Paths worth opening. `*` matches one segment, `**` any number.
    #[serde(default)]
    pub paths: Vec<String>,
    /// An operation is taken if it has one of these tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The operations that must be found, so that one that vanishes is noticed.
    #[serde(default)]
    pub operations: Vec<Expected>,
    /// Component names for files whose stem is taken by another schema.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
}

/// An operation that the selection must contain.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Method and path, such as `GET /certifications/{id}`.
    pub at: String,
    /// Where older releases had it.
    #[serde(default)]
    pub formerly: Vec<String>,
    /// The first release known to have it; it may be missing from older ones.
    pub since: Option<String>,
}

/// One version of the API.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    #[serde(skip)]
    name: String,
    #[serde(skip)]
    folder: PathBuf,
    /// Our title for the contract.
    pub title: String,
    like: Option<String>,
    path: Option<String>,
    #[serde(default)]
    differences: Vec<Difference>,
    #[serde(skip)]
    likeness: Option<Likeness>,
    /// The first release known to have it, if older ones do not.
    pub since: Option<String>,
    contract: PathBuf,
    #[serde(default)]
    overlays: Vec<PathBuf>,
    /// The sha256 that the vendored contract must have.
    pub sha256: String,
    /// Where the vendored contract came from.
    pub source: Source,
    /// What import takes from a checkout.
    pub selection: Selection,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: BTreeMap<String, Version>,
}

impl Manifest {
    /// Reads `manifest.toml` in the folder of contracts.
    pub fn load(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        let shown = path.display();
        let text = std::fs::read_to_string(&path).with_context(|| shown.to_string())?;
        let document: Document =
            toml_edit::de::from_str(&text).with_context(|| shown.to_string())?;
        let mut versions = Vec::new();
        for (name, version) in &document.version {
            let mut version = version.clone();
            version.name.clone_from(name);
            version.folder = folder.to_owned();
            let likeness = version.take_selection(&document.version);
            likeness.with_context(|| format!("{shown}: version {name}"))?;
            versions.push(version);
        }
        Ok(Manifest {
            path,
            text,
            versions,
        })
    }

    /// All versions, by name.
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// The versions that have a client of their own.
    pub fn clients(&self) -> impl Iterator<Item = &Version> {
        let versions = self.versions.iter();
        versions.filter(|version| version.likeness.is_none())
    }

    /// One version; the error names those that there are.
    pub fn version(&self, name: &str) -> Result<&Version> {
        let found = self.versions.iter().find(|version| version.name == name);
        found.with_context(|| {
            let names = self
                .versions
                .iter()
                .map(|version| format!("`{}`", version.name));
            let (path, known) = (self.path.display(), Vec::from_iter(names).join(", "));
            format!("{path} has no version `{name}`; it has {known}")
        })
    }

    /// The manifest's text with new checksums and sources, everything else (comments, order,
    /// spacing) as it was.
    pub(crate) fn updated(&self, changes: &[(&Version, String, Source)]) -> Result<String> {
        let mut document: DocumentMut = self.text.parse()?;
        for (version, sha256, source) in changes {
            let table = &mut document["version"][version.name()];
            set(&mut table["sha256"], sha256);
            set(&mut table["source"]["commit"], &source.commit);
            set(&mut table["source"]["date"], &source.date);
        }
        Ok(document.to_string())
    }

    /// The file with this text, if that is another one.
    pub(crate) fn changed(&self, text: &str) -> Option<File> {
        (self.text != text).then(|| (self.path.clone(), text.to_owned()))
    }
}

/// The manifest's text with more known differences of a version that already lists some.
pub fn with_differences(text: &str, version: &str, more: &[Difference]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let after = |from: usize, begin: &str| {
        let mut lines = lines.iter().enumerate().skip(from);
        lines
            .find(|(_, line)| line.starts_with(begin))
            .map(|(at, _)| at)
    };
    let table = after(0, &format!("[version.{version}]"));
    let list = table.and_then(|table| after(table, "differences = ["));
    let Some(end) = list.and_then(|list| after(list, "]")) else {
        return text.to_owned();
    };
    let more = more.iter().map(|Difference { is, because }| {
        let [is, because] = [is, because].map(|text| toml_edit::Value::from(text.as_str()));
        format!("  {{ is = {is}, because = {because} }},")
    });
    lines.splice(end..end, more);
    lines.join("\n") + "\n"
}

/// Sets a string and leaves the comments around it alone.
fn set(item: &mut Item, text: &str) {
    let mut value = toml_edit::Value::from(text);
    if let Some(old) = item.as_value() {
        *value.decor_mut() = old.decor().clone();
    }
    *item = value.into();
}

impl Selection {
    /// Whether an operation on this path must be found, now or in older releases.
    pub(crate) fn expects(&self, path: &str) -> bool {
        let mut operations = self.operations.iter();
        operations.any(|Expected { at, formerly, .. }| {
            let mut places = once(at).chain(formerly);
            places.any(|at| at.split_once(' ').is_some_and(|(_, at)| at == path))
        })
    }
}

impl Version {
    /// Takes the selection of the version that it is like, if it is like one.
    fn take_selection(&mut self, versions: &BTreeMap<String, Version>) -> Result<()> {
        let Some(like) = self.like.take() else {
            if self.path.is_some() || !self.differences.is_empty() {
                bail!("it has a `path` or `differences`, but no `like`; add it");
            }
            return Ok(());
        };
        let other = versions.get(&like).filter(|other| other.like.is_none());
        let other = &other
            .with_context(|| format!("it is like `{like}`, which has no client of its own"))?
            .selection;
        let path = self.path.as_deref().and_then(PathRule::parse);
        let path = path.context(
            "say how its paths are made: `path = \"/v2024/{service}/{rest}\"`, or with what is \
             between the two",
        )?;
        let own = &mut self.selection;
        if !(own.paths.is_empty() && own.tags.is_empty() && own.operations.is_empty()) {
            bail!("it selects what `{like}` selects; leave `paths`, `tags` and `operations` out");
        }
        own.paths = other.paths.iter().map(|at| path.apply(at)).collect();
        own.tags.clone_from(&other.tags);
        let operations = other.operations.iter().map(|expected| {
            let (method, at) = expected.at.split_once(' ').unwrap_or(("", &expected.at));
            Expected {
                at: format!("{method} {}", path.apply(at)),
                formerly: Vec::new(),
                since: self.since.clone(),
            }
        });
        own.operations = operations.collect();
        self.likeness = Some(Likeness {
            version: like,
            path,
            differences: std::mem::take(&mut self.differences),
        });
        Ok(())
    }

    /// Its name, as in `--version`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version whose client it uses, if it has none of its own.
    pub fn likeness(&self) -> Option<&Likeness> {
        self.likeness.as_ref()
    }

    /// Where its vendored contract is.
    pub fn contract_path(&self) -> PathBuf {
        self.folder.join(&self.contract)
    }

    /// Our corrections, in the order in which they apply.
    pub fn overlay_paths(&self) -> Vec<PathBuf> {
        let overlays = self.overlays.iter();
        overlays.map(|overlay| self.folder.join(overlay)).collect()
    }

    /// Checks that the vendored contract is, byte for byte, what import wrote.
    pub fn verify(&self) -> Result<()> {
        let path = self.contract_path();
        let shown = path.display();
        let bytes = std::fs::read(&path).with_context(|| shown.to_string())?;
        let (actual, expected) = (sha256(&bytes), &self.sha256);
        if actual != *expected {
            bail!(
                "{shown}: sha256 is {actual}, the manifest says {expected}; \
                 undo the edit (corrections belong in an overlay), or run `cargo xtask import` again"
            );
        }
        Ok(())
    }
}

/// The sha256 of some bytes, in lower-case hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let hash = hmac_sha256::Hash::hash(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
