//! `openapi/manifest.toml`: which versions of the API there are, where each contract came
//! from, and what import selects. Everything that differs between versions is data there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// The manifest's name inside the folder of contracts.
const FILE: &str = "manifest.toml";

/// What is wrong with the manifest, or with a file it answers for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A file could not be read.
    #[error("{}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The manifest is not TOML of the expected form.
    #[error("{}: {message}", .path.display())]
    Invalid {
        /// The manifest.
        path: PathBuf,
        /// Line, column and reason.
        message: String,
    },
    /// No such version.
    #[error("{} has no version `{name}`; it has {known}", .path.display())]
    UnknownVersion {
        /// The manifest.
        path: PathBuf,
        /// What was asked for.
        name: String,
        /// The versions there are.
        known: String,
    },
    /// The vendored contract is not the file that import wrote.
    #[error(
        "{}: sha256 is {actual}, the manifest says {expected}; \
         undo the edit (corrections belong in an overlay), or run `cargo xtask import` again",
        .path.display()
    )]
    Checksum {
        /// The contract.
        path: PathBuf,
        /// The file's sha256.
        actual: String,
        /// The manifest's.
        expected: String,
    },
}

/// The manifest, read and checked for form.
#[derive(Debug)]
pub(crate) struct Manifest {
    path: PathBuf,
    text: String,
    versions: Vec<Version>,
}

/// One version of the API.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    name: String,
    folder: PathBuf,
    record: Record,
}

/// Where a contract came from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    /// The vendor's repository.
    pub(crate) repository: String,
    /// The commit that was imported: 40 hexadecimal digits.
    pub(crate) commit: String,
    /// The day of that commit, `YYYY-MM-DD`.
    pub(crate) date: String,
}

/// What import takes from a checkout.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Selection {
    /// Root documents, relative to the checkout.
    pub(crate) roots: Vec<String>,
    /// Paths worth opening. `*` stands for one segment, `**` for any number.
    pub(crate) paths: Vec<String>,
    /// An operation is taken if it has one of these tags.
    pub(crate) tags: Vec<String>,
    /// The operations that must be found, so that one that vanishes is noticed.
    pub(crate) operations: Vec<Expected>,
    /// Component names for files whose stem is taken by another schema.
    #[serde(default)]
    pub(crate) names: BTreeMap<String, String>,
}

/// An operation that the selection must contain.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    /// Method and path, such as `GET /certifications/{id}`.
    pub(crate) at: String,
    /// Where older releases had it.
    #[serde(default)]
    pub(crate) formerly: Vec<String>,
    /// The first release known to have it; it may be missing from older ones.
    #[serde(default)]
    pub(crate) since: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    title: String,
    contract: PathBuf,
    overlays: Vec<PathBuf>,
    sha256: String,
    source: Source,
    selection: Selection,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: BTreeMap<String, Record>,
}

impl Manifest {
    /// Reads `manifest.toml` in the folder of contracts.
    pub(crate) fn load(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(FILE);
        let text = std::fs::read_to_string(&path).map_err(|source| Error::Read {
            path: path.clone(),
            source,
        })?;
        let document: Document =
            toml_edit::de::from_str(&text).map_err(|error| Error::Invalid {
                path: path.clone(),
                message: error.to_string(),
            })?;
        let versions = document
            .version
            .into_iter()
            .map(|(name, record)| Version {
                name,
                folder: folder.to_owned(),
                record,
            })
            .collect();
        Ok(Manifest {
            path,
            text,
            versions,
        })
    }

    /// The manifest's own path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// All versions, by name.
    pub(crate) fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// The version of that name.
    pub(crate) fn version(&self, name: &str) -> Result<&Version, Error> {
        self.versions
            .iter()
            .find(|version| version.name == name)
            .ok_or_else(|| Error::UnknownVersion {
                path: self.path.clone(),
                name: name.to_owned(),
                known: self
                    .versions
                    .iter()
                    .map(|version| format!("`{}`", version.name))
                    .collect::<Vec<_>>()
                    .join(", "),
            })
    }

    /// The manifest's text with new checksums and sources, everything else (comments, order,
    /// spacing) as it was.
    pub(crate) fn updated<'a>(
        &self,
        changes: impl IntoIterator<Item = (&'a Version, &'a str, &'a Source)>,
    ) -> Result<String, Error> {
        let invalid = |message: String| Error::Invalid {
            path: self.path.clone(),
            message,
        };
        let mut document: toml_edit::DocumentMut = self
            .text
            .parse()
            .map_err(|error: toml_edit::TomlError| invalid(error.to_string()))?;
        for (version, sha256, source) in changes {
            let name = version.name();
            let table = document
                .get_mut("version")
                .and_then(|versions| versions.get_mut(name))
                .and_then(toml_edit::Item::as_table_like_mut)
                .ok_or_else(|| invalid(format!("no table [version.{name}]")))?;
            set(table, "sha256", sha256);
            let table = table
                .get_mut("source")
                .and_then(toml_edit::Item::as_table_like_mut)
                .ok_or_else(|| invalid(format!("no table [version.{name}.source]")))?;
            set(table, "commit", &source.commit);
            set(table, "date", &source.date);
        }
        Ok(document.to_string())
    }

    /// Whether the file already reads like this.
    pub(crate) fn is(&self, text: &str) -> bool {
        self.text == text
    }
}

/// Sets a string and leaves the comments around it alone.
fn set(table: &mut dyn toml_edit::TableLike, key: &str, text: &str) {
    match table.get_mut(key).and_then(toml_edit::Item::as_value_mut) {
        Some(value) => {
            let decor = value.decor().clone();
            *value = text.into();
            *value.decor_mut() = decor;
        }
        None => {
            table.insert(key, toml_edit::value(text));
        }
    }
}

impl Selection {
    /// Whether an operation on this path must be found, now or in older releases.
    pub(crate) fn expects(&self, path: &str) -> bool {
        let places = self
            .operations
            .iter()
            .flat_map(|expected| std::iter::once(&expected.at).chain(&expected.formerly));
        places
            .filter_map(|at| at.split_once(' '))
            .any(|(_, expected)| expected == path)
    }
}

impl Version {
    /// Its name, as in `--version`.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Our title for the contract.
    pub(crate) fn title(&self) -> &str {
        &self.record.title
    }

    /// The vendored contract.
    pub(crate) fn contract_path(&self) -> PathBuf {
        self.folder.join(&self.record.contract)
    }

    /// Our corrections, in the order in which they apply.
    pub(crate) fn overlay_paths(&self) -> Vec<PathBuf> {
        self.record
            .overlays
            .iter()
            .map(|overlay| self.folder.join(overlay))
            .collect()
    }

    /// The sha256 that the vendored contract must have.
    pub(crate) fn sha256(&self) -> &str {
        &self.record.sha256
    }

    /// Where the vendored contract came from.
    pub(crate) fn source(&self) -> &Source {
        &self.record.source
    }

    /// What import takes from a checkout.
    pub(crate) fn selection(&self) -> &Selection {
        &self.record.selection
    }

    /// Checks that the vendored contract is, byte for byte, what import wrote.
    pub(crate) fn verify(&self) -> Result<(), Error> {
        let path = self.contract_path();
        let bytes = std::fs::read(&path).map_err(|source| Error::Read {
            path: path.clone(),
            source,
        })?;
        let actual = sha256(&bytes);
        if actual == self.record.sha256 {
            Ok(())
        } else {
            Err(Error::Checksum {
                path,
                actual,
                expected: self.record.sha256.clone(),
            })
        }
    }
}

/// The sha256 of some bytes, in lower-case hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"# Kept.
[version.a]
title = "A"
contract = "a.yaml" # and this
overlays = ["overlays/a.yaml", "overlays/more.yaml"]
sha256 = "" # and this

[version.a.source]
repository = "https://example.org"
commit = "old"
date = "2000-01-01"

[version.a.selection]
roots = []
paths = []
tags = []
operations = []
"#;

    fn manifest(text: &str) -> (tempfile::TempDir, Result<Manifest, Error>) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(FILE), text).unwrap();
        let manifest = Manifest::load(dir.path());
        (dir, manifest)
    }

    #[test]
    fn an_update_touches_nothing_else() {
        let (_dir, manifest) = manifest(TEXT);
        let manifest = manifest.unwrap();
        let version = manifest.version("a").unwrap();
        let source = Source {
            repository: "ignored".to_owned(),
            commit: "new".to_owned(),
            date: "2001-02-03".to_owned(),
        };
        let expected = TEXT
            .replace("sha256 = \"\"", "sha256 = \"abc\"")
            .replace("\"old\"", "\"new\"")
            .replace("2000-01-01", "2001-02-03");
        let updated = manifest.updated([(version, "abc", &source)]).unwrap();
        assert_eq!(updated, expected);
        let none: [(&Version, &str, &Source); 0] = [];
        assert!(manifest.is(&manifest.updated(none).unwrap()));
    }

    #[test]
    fn a_contract_is_verified_by_its_bytes() {
        let hash = sha256(b"openapi: 3.0.1\n");
        let (dir, manifest) =
            manifest(&TEXT.replace("sha256 = \"\"", &format!("sha256 = \"{hash}\"")));
        let manifest = manifest.unwrap();
        let version = manifest.version("a").unwrap();
        assert!(matches!(version.verify(), Err(Error::Read { .. })));
        std::fs::write(version.contract_path(), "openapi: 3.0.1\n").unwrap();
        version.verify().unwrap();
        std::fs::write(version.contract_path(), "openapi: 3.0.2\n").unwrap();
        let error = version.verify().unwrap_err().to_string();
        let folder = dir.path().display().to_string();
        let error = error
            .replace(&folder, "[dir]")
            .replace(&hash, "[expected]")
            .replace(&sha256(b"openapi: 3.0.2\n"), "[actual]");
        insta::assert_snapshot!(error, @"[dir]/a.yaml: sha256 is [actual], the manifest says [expected]; undo the edit (corrections belong in an overlay), or run `cargo xtask import` again");
        assert_eq!(version.overlay_paths().len(), 2);
    }

    #[test]
    fn a_slip_in_the_manifest_is_shown_with_its_line() {
        let (dir, manifest) = manifest(&TEXT.replace("tags =", "tag ="));
        let folder = dir.path().display().to_string();
        insta::assert_snapshot!(manifest.unwrap_err().to_string().replace(&folder, "[dir]"), @r"
        [dir]/manifest.toml: TOML parse error at line 16, column 1
           |
        16 | tag = []
           | ^^^
        unknown field `tag`, expected one of `roots`, `paths`, `tags`, `operations`, `names`
        ");
    }
}
