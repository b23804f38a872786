//! Where things are in the workspace.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

/// A workspace by its root folder.
#[derive(Debug, Clone)]
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The one that this program was built in. A maintainer's command is only ever run from
    /// a checkout, so the place where it was built is the place where it works.
    pub fn here() -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self::at(here.parent().unwrap_or(here))
    }

    /// The one with this root.
    pub fn at(root: &Path) -> Self {
        Workspace {
            root: root.to_owned(),
        }
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of a crate that is published.
    pub(crate) fn krate(&self, name: &str) -> PathBuf {
        self.root.join("crates").join(name)
    }

    /// Where cargo builds.
    pub(crate) fn target(&self) -> PathBuf {
        let folder = env::var_os("CARGO_TARGET_DIR");
        self.root.join(folder.unwrap_or_else(|| "target".into()))
    }

    /// Where the contracts, their overlays and the manifest are.
    pub fn openapi(&self) -> PathBuf {
        self.root.join("openapi")
    }

    pub(crate) fn generated(&self, version: &str) -> PathBuf {
        self.root
            .join("crates/certs-raw/src")
            .join(version)
            .with_extension("rs")
    }

    /// The path as seen from the root, for messages.
    pub(crate) fn shown(&self, path: &Path) -> String {
        self.shorten(&path.display().to_string())
    }

    /// A text with the paths in it as seen from the root.
    pub(crate) fn shorten(&self, text: &str) -> String {
        text.replace(&format!("{}/", self.root.display()), "")
    }
}

/// What git says in a folder.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> Result<String> {
    let mut git = Command::new("git");
    let output = git.current_dir(folder).args(arguments).output();
    let output = output.context("git cannot be started")?;
    if !output.status.success() {
        bail!(
            "git {}: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(String::from_utf8(output.stdout)?)
}
