//! `cargo xtask diff`: what changed between two contracts, from the point of view of a
//! program that uses our crates.
//!
//! [`operations`] pairs the operations of both sides and hands each pair to
//! [`parameters`], [`bodies`], [`filters`] and [`security`]; these come down to [`schemas`],
//! which reads both sides through a [`View`](crate::contract::View) that does not depend on how a
//! schema is written.
//! What is found goes to [`change`]; how much it matters, and what it asks of us, is in [`levels`].
//!
//! The crate `drift` 0.2, by the generator's authors, was tried on the releases of 2024 and 2026. It
//! knows eight kinds of changes, has the property in a message only, leaves most of these "unhandled"
//! (`object properties changed`), and ignores filters, scopes and deprecation: too little
//! for a list of what to do.

mod bodies;
mod change;
mod filters;
pub mod levels;
mod operations;
mod parameters;
mod render;
mod schemas;
mod security;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::contract::Contract;
use crate::{import, yaml};
use change::Changes;
pub use change::{Change, Diff};
pub use levels::Level;
use levels::OperationChange::ServersChanged;
pub use render::{Format, render};
pub(crate) use render::{markdown, sections};
pub(crate) use schemas::REQUIRED;

/// The command line of `cargo xtask diff`.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// The older side: a contract, or a checkout of the vendor's repository.
    pub old: PathBuf,
    /// The newer side: a contract, or a checkout of the vendor's repository.
    pub new: PathBuf,
    /// Which version of the API to read from a checkout, by its name in the manifest.
    #[arg(long, value_name = "NAME")]
    pub version: Option<String>,
    /// How to write the report.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// What was found.
#[derive(Debug)]
pub struct Report {
    /// The report, in the format that was asked for.
    pub text: String,
    /// The worst level; none if nothing differs.
    pub level: Option<Level>,
}

/// Compares the two sides that the options name. `openapi` is the folder of contracts,
/// whose manifest says what to read from a checkout.
///
/// # Errors
///
/// If a side cannot be read, or is not a contract that can be compared.
pub fn run(options: &Options, openapi: &Path) -> Result<Report> {
    let read = |path: &Path| {
        side(path, options.version.as_deref(), openapi)
            .with_context(|| format!("cannot compare {}", path.display()))
    };
    let diff = compare(read(&options.old)?, read(&options.new)?)?;
    Ok(Report {
        text: render(&diff, options.format),
        level: diff.level(),
    })
}

/// Reads a contract, or imports one version of a checkout in memory.
fn side(path: &Path, version: Option<&str>, openapi: &Path) -> Result<Value> {
    if !path.is_dir() {
        return yaml::load_json(path)
            .context("give a contract, or the folder of a checkout of the vendor's repository");
    }
    let shown = path.display();
    let version = version.with_context(|| {
        format!("{shown} is a checkout: say which version of the API with --version")
    })?;
    let contract = import::in_memory(path, version, openapi);
    Ok(contract
        .with_context(|| format!("{shown} cannot be imported"))?
        .document)
}

/// Compares two contracts.
///
/// # Errors
///
/// If one of them is not an OpenAPI 3.0 document whose references all resolve.
pub fn compare(old: Value, new: Value) -> Result<Diff> {
    let old = Contract::checked(&old).context("the older contract cannot be compared")?;
    let new = Contract::checked(&new).context("the newer contract cannot be compared")?;
    let mut changes = Changes::default();
    let servers = |contract: Contract<'_>| operations::urls(contract.0.get("servers"));
    if servers(old) != servers(new) {
        changes.operation(
            ServersChanged,
            "servers",
            new.operation_ids(),
            format!("{} -> {}", servers(old), servers(new)),
        );
    }
    security::schemes(old, new, &mut changes);
    operations::compare(old, new, &mut changes);
    Ok(changes.finish())
}
