//! `cargo xtask import`: from a checkout of the vendor's specifications to the vendored
//! contract.
//!
//! The order of things: [`select`] finds the operations that the manifest wants, without
//! resolving anything in them; [`facts`] walks these, guided by the tables in [`shape`],
//! and everything they refer to, through the [`checkout`]; [`filters`] reads what upstream
//! only says in prose; [`contract`] puts it together. Nothing is written unless
//! all of that succeeds.

mod checkout;
mod contract;
mod facts;
mod filters;
mod provenance;
mod reference;
mod select;
mod shape;

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use checkout::Checkout;
pub(crate) use contract::Contract;
pub use filters::{Composite, Filters, filters, sorters};
use provenance::Provenance;
use serde_json::Value;

use crate::files::{self, File};
use crate::manifest::{self, Manifest, Source, Version};

/// A release of the vendor's specifications.
#[derive(Debug, Clone, clap::Args)]
pub struct Upstream {
    /// A checkout of the vendor's repository.
    pub dir: PathBuf,
    /// The commit that DIR is a checkout of; asked from git if DIR is a work tree.
    #[arg(long, value_name = "SHA", requires = "date")]
    pub commit: Option<String>,
    /// The day of that commit.
    #[arg(long, value_name = "YYYY-MM-DD", requires = "commit")]
    pub date: Option<String>,
}

/// The command line of `cargo xtask import`.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// What to read.
    #[command(flatten)]
    pub upstream: Upstream,
    /// Import this version only, by its name in the manifest.
    #[arg(long, value_name = "NAME")]
    pub version: Option<String>,
    /// Write the contract here, and leave the vendored one and the manifest alone.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// An import that is ready to be written. Its display is what a maintainer reads.
#[derive(Debug)]
pub struct Report {
    /// In the order of the manifest.
    pub(crate) versions: Vec<Imported>,
    /// Versions that the release is too old for.
    pub(crate) absent: Vec<String>,
    /// The contracts that change.
    pub(crate) files: Vec<File>,
    /// The new text of the manifest, which vouches for them.
    pub(crate) manifest: String,
    /// The day of the release, if it is known.
    pub(crate) date: Option<String>,
}

/// One version of a release.
#[derive(Debug)]
pub(crate) struct Imported {
    pub(crate) name: String,
    pub(crate) contract: Value,
    /// What there is to say about it.
    pub(crate) text: String,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let versions = self.versions.iter().map(|version| version.text.clone());
        let lines = versions.chain(self.absent_lines());
        f.write_str(&Vec::from_iter(lines).join("\n"))
    }
}

impl Report {
    /// A line for each version that the release is too old for.
    pub(crate) fn absent_lines(&self) -> impl Iterator<Item = String> {
        let absent = self.absent.iter();
        absent.map(|name| format!("{name}: not in this release"))
    }
}

/// Imports the versions that the options ask for into the folder of contracts.
pub fn run(options: &Options, openapi: &Path) -> Result<Report> {
    let manifest = Manifest::load(openapi)?;
    let mut report = prepare(options, &manifest)?;
    // The manifest comes last, since it vouches for the others.
    report.files.extend(manifest.changed(&report.manifest));
    files::write(&report.files)?;
    Ok(report)
}

/// Reads one version of a checkout by the manifest's selection, and writes nothing.
pub(crate) fn in_memory(dir: &Path, version: &str, openapi: &Path) -> Result<Contract> {
    let manifest = Manifest::load(openapi)?;
    contract::read(Checkout::open(dir)?, manifest.version(version)?, None)
}

/// Reads and combines everything that [`run`] writes, and writes nothing.
pub(crate) fn prepare(options: &Options, manifest: &Manifest) -> Result<Report> {
    let Options {
        upstream,
        version,
        out,
    } = options;
    let versions = match version {
        Some(name) => std::slice::from_ref(manifest.version(name)?),
        None => manifest.versions(),
    };
    if out.is_some() && versions.len() != 1 {
        bail!("--out names one file: say which version with --version");
    }
    // Nothing is recorded of a contract that goes elsewhere, so git need not know it.
    let provenance = provenance::of(upstream, out.is_none())?;
    let date = provenance
        .as_ref()
        .map(|provenance| provenance.date.clone());
    let mut files = Vec::new();
    let mut imported = Vec::new();
    let mut absent = Vec::new();
    let mut sources = Vec::new();
    for version in versions {
        let name = version.name().to_owned();
        if is_too_old(&upstream.dir, version, date.as_deref()) {
            absent.push(name);
            continue;
        }
        let contract = contract::read(Checkout::open(&upstream.dir)?, version, date.as_deref())?;
        let text = contract.to_yaml()?;
        if out.is_none() {
            let sha256 = manifest::sha256(text.as_bytes());
            let source = source(&upstream.dir, version, provenance.as_ref(), &sha256)?;
            sources.push((version, sha256, source));
        }
        let path = out.clone().unwrap_or_else(|| version.contract_path());
        let is_unchanged = files::has(&path, &text);
        let mut lines = vec![format!(
            "{name}: {} operations, {} schemas; {} {}",
            contract.operations,
            contract.schemas,
            path.display(),
            if is_unchanged { "unchanged" } else { "written" },
        )];
        lines.extend(contract.notes);
        imported.push(Imported {
            name,
            contract: contract.document,
            text: lines.join("\n  "),
        });
        if !is_unchanged {
            files.push((path, text));
        }
    }
    Ok(Report {
        versions: imported,
        absent,
        files,
        manifest: manifest.updated(&sources)?,
        date,
    })
}

/// Whether the release is from before the version. One of unknown date is, if it has no root of
/// the version.
fn is_too_old(dir: &Path, version: &Version, date: Option<&str>) -> bool {
    let is_missing = |root| !dir.join(root).exists();
    version.since.as_deref().is_some_and(|since| match date {
        Some(date) => date < since,
        None => version.selection.roots.iter().any(is_missing),
    })
}

/// What to record as a contract's source: what is known, or what is recorded already if
/// the contract is still the same.
fn source(
    dir: &Path,
    version: &Version,
    provenance: Option<&Provenance>,
    sha256: &str,
) -> Result<Source> {
    let recorded = version.source.clone();
    match provenance.cloned() {
        Some(Provenance { commit, date }) => Ok(Source {
            commit,
            date,
            ..recorded
        }),
        None if version.sha256 == sha256 => Ok(recorded),
        None => bail!(
            "the contract of version {} changes, and {} is not a git work tree: \
             say what it is with --commit SHA --date YYYY-MM-DD",
            version.name(),
            dir.display()
        ),
    }
}
