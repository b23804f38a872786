//! `cargo xtask publish`: the crates, for a registry of the publisher's choice.
//!
//! The packages themselves name the registry: a dependency on a crate of the
//! workspace names it, or else means crates.io. So the packages are made from a copy of the
//! tree whose manifests say so, along with other names if the publisher gives them.

mod cargo;
mod copy;
mod manifests;

use anyhow::{Result, bail};

use crate::workspace::Workspace;
use cargo::Cargo;
pub use manifests::{Edits, Rename, rename};

/// What is published.
const CRATES: [&str; 4] = ["certs-raw", "certs", "certs-sim", "certs-cli"];

/// The name by which cargo knows crates.io.
const CRATES_IO: &str = "crates-io";

/// The options of `cargo xtask publish`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The registry, by its name in cargo's configuration.
    #[arg(long, value_name = "NAME", default_value = CRATES_IO)]
    registry: String,
    /// Publish a crate under another name; `use certs::…` stays. May be given several times.
    #[arg(long, value_name = "CRATE=NAME", value_parser = rename)]
    rename: Vec<Rename>,
    /// Where the source can be seen, for the packages' `repository`.
    #[arg(long, value_name = "URL")]
    repository: Option<String>,
    /// Make and check the packages, and upload nothing.
    #[arg(long)]
    dry_run: bool,
    /// Do not build each package from what is in it.
    #[arg(long)]
    no_verify: bool,
    /// Take the tree as it is, with what is not committed.
    #[arg(long)]
    allow_dirty: bool,
}

/// Makes the packages of all crates and uploads those that the registry does not have.
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
    let version = edits.apply(&tree)?;

    let cargo = Cargo {
        tree: &tree,
        target: workspace.target(),
        registry: &options.registry,
    };
    let names = CRATES.map(|name| edits.name(name));
    // These files stay, and can be attested: `publish` uploads the same ones.
    cargo.run("package", &names, !options.no_verify)?;

    let mut open = Vec::new();
    let mut report = Vec::new();
    for name in names {
        let done = if options.dry_run {
            "packaged"
        } else if cargo.is_published(name, &version)? {
            "was published before"
        } else {
            open.push(name);
            "published"
        };
        report.push(format!("{name} {version}: {done}"));
    }
    if !open.is_empty() {
        cargo.run("publish", &open, false)?;
    }
    Ok(report.join("\n"))
}
