//! `cargo xtask generate`: the vendored contracts and our overlays become certs-raw.

mod client;
mod docs;
mod enums;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::files;
use crate::manifest::{Manifest, Version};
use crate::normalise::{Normalised, Note, Notes};
use crate::workspace::Workspace;
use crate::{normalise, overlay, todo, yaml};

/// The command line of `cargo xtask generate`.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Options {
    /// Generate this version only, by its name in the manifest.
    #[arg(long, value_name = "NAME")]
    pub version: Option<String>,
    /// Generate from this contract instead of the vendored one; the version says which
    /// overlays apply.
    #[arg(long, value_name = "FILE", requires = "version", requires = "out")]
    pub contract: Option<PathBuf>,
    /// Write the module here, and leave certs-raw alone.
    #[arg(long, value_name = "FILE", requires = "version")]
    pub out: Option<PathBuf>,
}

/// A module of certs-raw.
#[derive(Debug)]
pub struct Generated {
    /// The version that it is the client of.
    pub version: String,
    /// Its text.
    pub source: String,
    /// What it was made of.
    pub(crate) noted: Noted,
}

/// A contract with its overlays applied.
#[derive(Debug)]
pub(crate) struct Noted {
    pub(crate) contract: Value,
    /// What a person has still to decide about it.
    pub(crate) notes: Vec<Note>,
}

/// Generates what the options ask for and writes what has changed.
///
/// # Errors
///
/// If a contract or an overlay cannot be read or applied, or the generator cannot write a client for
/// it. Then nothing is written.
pub fn run(options: &Options, workspace: &Workspace) -> Result<String> {
    let manifest = Manifest::load(&workspace.openapi())?;
    let versions = match &options.version {
        Some(name) => vec![manifest.version(name)?],
        None => manifest.clients().collect(),
    };
    if let Some(likeness) = versions.iter().find_map(|version| version.likeness()) {
        bail!(
            "it uses the client of `{}`; generate that one",
            likeness.version
        );
    }
    // All or none: a version that cannot be generated keeps the others from being written.
    let generated: Vec<_> = versions
        .into_iter()
        .map(|version| match &options.contract {
            Some(contract) => one(workspace, version, yaml::load_json(contract)?),
            None => vendored(workspace, version),
        })
        .collect::<Result<_>>()?;

    let mut files = Vec::new();
    let mut report = Vec::new();
    for generated in generated {
        let path = match &options.out {
            Some(out) => out.clone(),
            None => workspace.generated(&generated.version),
        };
        let unchanged = files::has(&path, &generated.source);
        let what = if unchanged { "unchanged" } else { "written" };
        report.push(format!(
            "{}: {} {what}",
            generated.version,
            workspace.shown(&path)
        ));
        if !unchanged {
            files.push((path, generated.source));
        }
        for note in generated.noted.notes {
            report.push(format!("  to decide: {note}"));
        }
    }
    files::write(&files)?;
    Ok(report.join("\n"))
}

/// Every version that has a client of its own, generated from its vendored contract. Writes nothing.
pub(crate) fn all(workspace: &Workspace) -> Result<Vec<Generated>> {
    let manifest = Manifest::load(&workspace.openapi())?;
    manifest
        .clients()
        .map(|version| vendored(workspace, version))
        .collect()
}

fn vendored(workspace: &Workspace, version: &Version) -> Result<Generated> {
    version.verify()?;
    one(
        workspace,
        version,
        yaml::load_json(&version.contract_path())?,
    )
}

/// One version, generated from any contract with the version's overlays. Writes nothing.
///
/// The same input gives the same text, to the byte.
///
/// # Errors
///
/// If an overlay does not apply, or the generator cannot write a client for the contract.
pub fn one(workspace: &Workspace, version: &Version, contract: Value) -> Result<Generated> {
    let name = version.name();
    let (noted, normalised) = noted(workspace, version, contract)?;
    let client = client::source(name, &normalised)
        .with_context(|| format!("no client could be generated from the {name} contract"))?;
    let enums = enums::source(&normalised.enums);
    Ok(Generated {
        version: name.to_owned(),
        source: format!("{}{client}\n{enums}", preamble(name)),
        noted,
    })
}

/// The vendored contract of a version with its overlays applied.
pub(crate) fn corrected(workspace: &Workspace, version: &str) -> Result<Value> {
    let manifest = Manifest::load(&workspace.openapi())?;
    let version = manifest.version(version)?;
    version.verify()?;
    let mut contract = yaml::load_json(&version.contract_path())?;
    correct(workspace, version, &mut contract, &mut Notes::default())?;
    Ok(contract)
}

fn correct(
    workspace: &Workspace,
    version: &Version,
    contract: &mut Value,
    notes: &mut Notes,
) -> Result<()> {
    for path in version.overlay_paths() {
        let overlay = yaml::load_json(&path)?;
        overlay::apply(contract, &overlay, &workspace.shown(&path), notes)?;
    }
    Ok(())
}

/// A contract with the version's overlays applied, and normalised.
pub(crate) fn noted(
    workspace: &Workspace,
    version: &Version,
    mut contract: Value,
) -> Result<(Noted, Normalised)> {
    let mut notes = Notes::default();
    correct(workspace, version, &mut contract, &mut notes)?;
    let mut complete = contract.clone();
    docs::complete(&mut complete, &mut notes);
    without_keyword(&mut complete, todo::MODEL_KEYWORD);
    let normalised = normalise::normalise(complete, &mut notes)
        .with_context(|| format!("the {} contract could not be normalised", version.name()))?;
    let notes = notes.into_vec();
    Ok((Noted { contract, notes }, normalised))
}

/// Drops the keywords that the generator does not read.
fn without_keyword(contract: &mut Value, keyword: &str) {
    let schemas = contract.pointer_mut("/components/schemas");
    let schemas = schemas.and_then(Value::as_object_mut);
    for (_, schema) in schemas.into_iter().flatten() {
        if let Some(schema) = schema.as_object_mut() {
            schema.shift_remove(keyword);
        }
    }
}

fn preamble(version: &str) -> String {
    format!(
        "// Generated by `cargo xtask generate` from openapi/{version}.yaml. Do not edit by hand:\n\
         // change the contract (`cargo xtask import`), an overlay or the generator instead.\n\n"
    )
}
