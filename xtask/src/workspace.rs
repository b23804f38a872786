//! Where things are in the workspace.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::import;

/// The workspace's root. A maintainer's command is only ever run from a checkout, so the
/// place where it was built is the place where it works.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// The folder of contracts.
pub(crate) fn openapi() -> PathBuf {
    root().join("openapi")
}

/// The generated module of a version.
pub(crate) fn generated(version: &str) -> PathBuf {
    root()
        .join("crates/certs-raw/src")
        .join(version)
        .with_extension("rs")
}

/// The path as seen from the root, for messages.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

/// Imports into the workspace's own folder of contracts.
pub(crate) fn import(options: &import::Options) -> Result<String> {
    Ok(import::run(options, &openapi())?
        .to_string()
        .trim_end()
        .to_owned())
}
