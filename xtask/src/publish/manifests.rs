//! What is different in the manifests of published crates.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use toml_edit::{DocumentMut, Item, value};

use super::CRATES;

/// The crate that is a program without a library.
const PROGRAM: &str = "certs-cli";

/// A crate and the name under which it is published.
pub type Rename = (String, String);

/// Reads `CRATE=NAME`.
pub fn rename(text: &str) -> Result<Rename, String> {
    match text.split_once('=') {
        None => Err("write it as CRATE=NAME, such as certs=acme-certs".to_owned()),
        Some((from, _)) if !CRATES.contains(&from) => {
            Err(format!("{from} is not one of {}", CRATES.join(", ")))
        }
        Some((from, to)) => Ok((from.to_owned(), to.to_owned())),
    }
}

/// The changes.
#[derive(Debug)]
pub struct Edits<'a> {
    /// The registry where the crates find each other, if it is not crates.io.
    registry: Option<&'a str>,
    renames: &'a [Rename],
    repository: Option<&'a str>,
}

impl<'a> Edits<'a> {
    /// Refuses renames after which two crates have one name.
    pub fn new(
        registry: Option<&'a str>,
        renames: &'a [Rename],
        repository: Option<&'a str>,
    ) -> Result<Self> {
        let edits = Edits {
            registry,
            renames,
            repository,
        };
        let mut names = CRATES.map(|name| edits.name(name));
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            bail!("two crates cannot have one name: {}", names.join(", "));
        }
        Ok(edits)
    }

    /// What a crate is called where it is published.
    pub fn name<'n>(&'n self, name: &'n str) -> &'n str {
        let rename = self.renames.iter().find(|(from, _)| from == name);
        rename.map_or(name, |(_, to)| to)
    }

    /// Edits the manifests of a tree. Returns the version that the crates share.
    pub fn apply(&self, tree: &Path) -> Result<String> {
        let mut version = None;
        edit(&tree.join("Cargo.toml"), |manifest| {
            let shared = &manifest["workspace"]["package"]["version"];
            version = shared.as_str().map(str::to_owned);
            self.dependencies(&mut manifest["workspace"]["dependencies"]);
        })?;
        for name in CRATES {
            let path = tree.join("crates").join(name).join("Cargo.toml");
            edit(&path, |manifest| self.package(name, manifest))?;
        }
        version.context("Cargo.toml has no workspace.package.version")
    }

    fn package(&self, name: &str, manifest: &mut DocumentMut) {
        if let Some(url) = self.repository {
            manifest["package"]["repository"] = value(url);
        }
        if self.name(name) != name {
            manifest["package"]["name"] = value(self.name(name));
            // What users write in their code stays. A program has none.
            if name != PROGRAM {
                manifest["lib"]["name"] = value(name.replace('-', "_"));
            }
        }
        if let Some(dependencies) = manifest.get_mut("dev-dependencies") {
            self.dependencies(dependencies);
        }
    }

    /// Dependencies on crates of the workspace that are written out.
    fn dependencies(&self, dependencies: &mut Item) {
        for name in CRATES {
            let dependency = dependencies.get_mut(name);
            let Some(dependency) = dependency.and_then(Item::as_table_like_mut) else {
                continue;
            };
            if dependency.contains_key("workspace") {
                continue;
            }
            if self.name(name) != name {
                dependency.insert("package", value(self.name(name)));
            }
            // Without a version, it is not published.
            if let Some(registry) = self.registry
                && dependency.contains_key("version")
            {
                dependency.insert("registry", value(registry));
            }
        }
    }
}

fn edit(path: &Path, change: impl FnOnce(&mut DocumentMut)) -> Result<()> {
    let text =
        fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut manifest: DocumentMut = text
        .parse()
        .with_context(|| format!("{} is not a manifest", path.display()))?;
    change(&mut manifest);
    fs::write(path, manifest.to_string())
        .with_context(|| format!("{} cannot be written", path.display()))
}
