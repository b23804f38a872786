//! The steps of a release that cargo does: the order, the build of each package from what is in it,
//! the upload, and the wait until the registry has it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Cargo, at work on a copy of the tree for one registry.
#[derive(Debug)]
pub(super) struct Cargo<'a> {
    pub(super) tree: &'a Path,
    pub(super) target: PathBuf,
    pub(super) registry: &'a str,
}

impl Cargo<'_> {
    /// `cargo package` or `cargo publish`, for crates that depend on each other.
    pub(super) fn run(&self, verb: &str, names: &[&str], verify: bool) -> Result<()> {
        let mut cargo = Command::new("cargo");
        cargo
            .current_dir(self.tree)
            // The manifests were edited.
            .args([verb, "--allow-dirty", "--registry", self.registry])
            .args((!verify).then_some("--no-verify"))
            .args(names.iter().flat_map(|name| ["--package", name]))
            .arg("--target-dir")
            .arg(&self.target);
        let status = cargo.status().context("cargo cannot be started")?;
        if !status.success() {
            bail!("cargo failed ({status})");
        }
        Ok(())
    }

    /// Whether the registry has it: a release that broke off continues where it was.
    pub(super) fn is_published(&self, name: &str, version: &str) -> Result<bool> {
        let status = Command::new("cargo")
            // Outside the workspace, whose crates are not what is asked for.
            .current_dir(std::env::temp_dir())
            .args(["info", "--quiet", "--registry", self.registry])
            .arg(format!("{name}@{version}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        Ok(status.context("cargo cannot be started")?.success())
    }
}
