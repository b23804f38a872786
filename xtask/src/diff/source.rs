//! Where the two sides of a comparison come from.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{import, yaml};

/// Reads a contract file, or imports one version of a checkout in memory.
pub(super) fn read(path: &Path, version: Option<&str>, openapi: &Path) -> Result<Value> {
    if !path.is_dir() {
        return yaml::load_json(path)
            .context("give a contract, or the folder of a checkout of the vendor's repository");
    }
    let Some(version) = version else {
        bail!(
            "{} is a checkout: say which version of the API with --version",
            path.display()
        );
    };
    let contract = import::in_memory(path, version, openapi)
        .with_context(|| format!("{} cannot be imported", path.display()))?;
    Ok(contract.document)
}
