//! `cargo xtask publish`: the crates, for a registry of the publisher's choice.
//!
//! Which registry it is stands in the packages themselves: a dependency on a crate of the
//! workspace names it, or else means crates.io. So the packages are made from a copy of the
//! tree whose manifests say so, along with other names if the publisher gives them.

mod cargo;
mod copy;
mod manifests;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;
use cargo::Cargo;
use manifests::{Edits, Rename};

/// What is published, in this order: each after what it depends on.
const CRATES: [&str; 4] = ["certs-raw", "certs", "certs-sim", "certs-cli"];

/// The name by which cargo knows crates.io.
const CRATES_IO: &str = "crates-io";

/// What `cargo xtask publish` can be told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The registry, by its name in cargo's configuration.
    #[arg(long, value_name = "NAME", default_value = CRATES_IO)]
    registry: String,
    /// Publish a crate under another name; `use certs::…` stays. May be given several times.
    #[arg(long, value_name = "CRATE=NAME")]
    rename: Vec<Rename>,
    /// Where the source can be seen, for the packages' `repository`.
    #[arg(long, value_name = "URL")]
    repository: Option<String>,
    /// Make the packages, say how large they are, and upload nothing.
    #[arg(long)]
    dry_run: bool,
    /// Do not build each package from what is in it.
    #[arg(long)]
    no_verify: bool,
    /// Take the tree as it is, with what is not committed.
    #[arg(long)]
    allow_dirty: bool,
}

/// Makes the packages of all crates, then uploads them one by one.
pub(crate) fn run(options: &Options, workspace: &Workspace) -> Result<String> {
    let edits = Edits::new(
        (options.registry != CRATES_IO).then_some(&*options.registry),
        &options.rename,
        options.repository.as_deref(),
    )?;
    if options.registry == CRATES_IO && edits.name("certs") == "certs" && !options.dry_run {
        bail!(
            "on crates.io, `certs` is a crate of somebody else: publish to another registry \
             (--registry NAME), or under another name (--rename certs=NAME)"
        );
    }
    let tree = workspace.target().join("publish");
    copy::tree(workspace.root(), &tree, options.allow_dirty)?;
    edits.apply(&tree)?;

    let cargo = Cargo::new(&tree, workspace.target(), &options.registry);
    let names = CRATES.map(|name| edits.name(name));
    cargo.package(&names, !options.no_verify)?;

    let mut report = Vec::new();
    for name in names {
        let version = cargo.version(name)?;
        let file = cargo.package_file(name, &version);
        let size = size(&file)?;
        let done = if options.dry_run {
            "packaged"
        } else if cargo.is_published(name, &version)? {
            "was published before"
        } else {
            cargo.publish(name)?;
            "published"
        };
        report.push(format!(
            "{name} {version}: {done}, {size} KiB, {}",
            file.display()
        ));
    }
    Ok(report.join("\n"))
}

/// In KiB, rounded up.
fn size(file: &PathBuf) -> Result<u64> {
    let size = fs::metadata(file).with_context(|| format!("no package {}", file.display()))?;
    Ok(size.len().div_ceil(1024))
}
