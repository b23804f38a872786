//! What cargo does of a release.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Cargo, at work on a copy of the tree for one registry.
#[derive(Debug)]
pub(super) struct Cargo<'a> {
    tree: &'a Path,
    target: PathBuf,
    registry: &'a str,
}

impl<'a> Cargo<'a> {
    pub(super) fn new(tree: &'a Path, target: PathBuf, registry: &'a str) -> Self {
        Cargo {
            tree,
            target,
            registry,
        }
    }

    /// Makes packages that depend on each other, and builds each from what is in it.
    pub(super) fn package(&self, names: &[&str], verify: bool) -> Result<()> {
        let mut cargo = self.command("package");
        cargo.args(names.iter().flat_map(|name| ["--package", name]));
        if !verify {
            cargo.arg("--no-verify");
        }
        run(cargo)
    }

    /// Uploads a package, which was verified along with the others.
    pub(super) fn publish(&self, name: &str) -> Result<()> {
        let mut cargo = self.command("publish");
        cargo.args(["--package", name, "--no-verify"]);
        run(cargo)
    }

    /// Whether the registry has it: a release that broke off goes on where it was.
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

    /// A crate's version.
    pub(super) fn version(&self, name: &str) -> Result<String> {
        let output = Command::new("cargo")
            .current_dir(self.tree)
            .args(["pkgid", "--offline", "--package", name])
            .output()
            .context("cargo cannot be started")?;
        let id = String::from_utf8(output.stdout)?;
        // It ends with `#name@version`, or with `#version` if the folder has the name.
        match id.trim().rsplit(['#', '@']).next() {
            Some(version) if !version.is_empty() => Ok(version.to_owned()),
            _ => bail!("cargo does not know {name}'s version"),
        }
    }

    /// Where a package is.
    pub(super) fn package_file(&self, name: &str, version: &str) -> PathBuf {
        let folder = self.target.join("package");
        folder.join(format!("{name}-{version}.crate"))
    }

    fn command(&self, verb: &str) -> Command {
        let mut cargo = Command::new("cargo");
        cargo
            .current_dir(self.tree)
            // The manifests were edited.
            .args([verb, "--allow-dirty", "--registry", self.registry])
            .arg("--target-dir")
            .arg(&self.target);
        cargo
    }
}

fn run(mut cargo: Command) -> Result<()> {
    let status = cargo.status().context("cargo cannot be started")?;
    if !status.success() {
        bail!("cargo failed ({status})");
    }
    Ok(())
}
