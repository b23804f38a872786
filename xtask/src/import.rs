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

use crate::files::Staged;
use crate::manifest::{self, Manifest, Source, Version};

/// The command line of `cargo xtask import`.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// A checkout of the vendor's repository.
    pub dir: PathBuf,
    /// Import this version only, by its name in the manifest.
    #[arg(long, value_name = "NAME")]
    pub version: Option<String>,
    /// Write the contract here, and leave the vendored one and the manifest alone.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// The commit that DIR is a checkout of; asked from git if DIR is a work tree.
    #[arg(long, value_name = "SHA", requires = "date")]
    pub commit: Option<String>,
    /// The day of that commit.
    #[arg(long, value_name = "YYYY-MM-DD", requires = "commit")]
    pub date: Option<String>,
}

/// What an import did. Its display is what a maintainer reads.
#[derive(Debug)]
pub struct Report {
    /// One entry a version, in the order of the manifest.
    pub(crate) versions: Vec<Imported>,
    /// Versions that the release is too old for.
    pub(crate) absent: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Imported {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    /// Whether the file on disk was different before.
    pub(crate) changed: bool,
    pub(crate) contract: Contract,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let absent = self.absent.iter();
        let absent = absent.map(|name| format!("{name}: not in this release"));
        let lines = self.versions.iter().map(ToString::to_string).chain(absent);
        f.write_str(&Vec::from_iter(lines).join("\n"))
    }
}

impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let contract = &self.contract;
        write!(
            f,
            "{}: {} operations, {} schemas; {} {}",
            self.name,
            contract.operations,
            contract.schemas,
            self.path.display(),
            if self.changed { "written" } else { "unchanged" },
        )?;
        for note in &contract.notes {
            write!(f, "\n  {note}")?;
        }
        Ok(())
    }
}

/// An import that is ready to be written.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// What there is to say about it.
    pub(crate) report: Report,
    /// The files that change, with their new contents, in the order to write them: the manifest,
    /// which vouches for the others, comes last.
    pub(crate) files: Vec<(PathBuf, String)>,
    /// The day of the release, if it is known.
    pub(crate) date: Option<String>,
}

/// Imports the versions that the options ask for into the folder of contracts.
pub fn run(options: &Options, openapi: &Path) -> Result<Report> {
    let prepared = prepare(options, openapi)?;
    let mut staged = Staged::default();
    for (path, text) in prepared.files {
        staged.add(path, &text)?;
    }
    staged.commit()?;
    Ok(prepared.report)
}

/// Reads one version of a checkout by the manifest's selection, and writes nothing.
pub(crate) fn in_memory(dir: &Path, version: &str, openapi: &Path) -> Result<Contract> {
    let manifest = Manifest::load(openapi)?;
    read(dir, manifest.version(version)?, None)
}

/// Reads and combines everything that [`run`] writes, and writes nothing.
pub(crate) fn prepare(options: &Options, openapi: &Path) -> Result<Prepared> {
    let manifest = Manifest::load(openapi)?;
    let versions = match &options.version {
        Some(name) => std::slice::from_ref(manifest.version(name)?),
        None => manifest.versions(),
    };
    if options.out.is_some() && versions.len() != 1 {
        bail!("--out names one file: say which version with --version");
    }
    let provenance = provenance::of(options)?;
    let mut files = Vec::new();
    let mut sources = Vec::new();
    let mut report = Report {
        versions: Vec::new(),
        absent: Vec::new(),
    };
    for version in versions {
        if is_too_old(options, version, provenance.as_ref()) {
            report.absent.push(version.name().to_owned());
            continue;
        }
        let contract = read(&options.dir, version, provenance.as_ref())?;
        let text = contract.to_yaml()?;
        let path = options
            .out
            .clone()
            .unwrap_or_else(|| version.contract_path());
        let changed = std::fs::read(&path).ok().as_deref() != Some(text.as_bytes());
        if options.out.is_none() {
            let sha256 = manifest::sha256(text.as_bytes());
            let source = source(options, version, provenance.as_ref(), &sha256)?;
            sources.push((version, sha256, source));
        }
        if changed {
            files.push((path.clone(), text));
        }
        report.versions.push(Imported {
            name: version.name().to_owned(),
            path,
            changed,
            contract,
        });
    }
    let sources = sources
        .iter()
        .map(|(version, sha256, source)| (*version, sha256.as_str(), source));
    let text = manifest.updated(sources)?;
    if !manifest.is(&text) {
        files.push((manifest.path().to_owned(), text));
    }
    Ok(Prepared {
        report,
        files,
        date: provenance.map(|provenance| provenance.date),
    })
}

/// Whether the release is from before the version. One of unknown date is, if it has no root of
/// the version.
fn is_too_old(options: &Options, version: &Version, provenance: Option<&Provenance>) -> bool {
    let Some(since) = &version.since else {
        return false;
    };
    match provenance {
        Some(provenance) => provenance.date < *since,
        None => {
            let mut roots = version.selection.roots.iter();
            roots.any(|root| !options.dir.join(root).exists())
        }
    }
}

/// Reads one version's contract from a checkout, and writes nothing.
fn read(dir: &Path, version: &Version, provenance: Option<&Provenance>) -> Result<Contract> {
    let date = provenance.map(|provenance| provenance.date.as_str());
    contract::read(Checkout::open(dir)?, version, date)
}

/// What to record as a contract's source: what is known, or what is recorded already if
/// the contract is still the same.
fn source(
    options: &Options,
    version: &Version,
    provenance: Option<&Provenance>,
    sha256: &str,
) -> Result<Source> {
    let recorded = &version.source;
    match provenance {
        Some(Provenance { commit, date }) => Ok(Source {
            repository: recorded.repository.clone(),
            commit: commit.clone(),
            date: date.clone(),
        }),
        None if version.sha256 == sha256 => Ok(recorded.clone()),
        None => bail!(
            "the contract of version {} changes, and {} is not a git work tree: \
             say what it is with --commit SHA --date YYYY-MM-DD",
            version.name(),
            options.dir.display()
        ),
    }
}
