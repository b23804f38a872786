//! `cargo xtask check`: is what is committed what the generator makes, and is nothing left to do?

use std::fs;

use anyhow::{Context, Result, bail};

use crate::manifest::Manifest;
use crate::workspace::Workspace;
use crate::{generate, like, todo};

/// Generates in memory and compares, byte for byte; holds the versions that are like another
/// against that one; lists what is left to do by hand. Writes nothing.
pub fn run(workspace: &Workspace) -> Result<String> {
    let manifest = Manifest::load(&workspace.openapi())?;
    let generated = generate::all(workspace)?;
    let mut stale = Vec::new();
    for module in &generated {
        let path = workspace.generated(&module.version);
        let committed = fs::read_to_string(&path)
            .with_context(|| format!("{} cannot be read", workspace.shown(&path)))?;
        if let Some(line) = first_difference(&committed, &module.source) {
            stale.push(format!("{}, from line {line}", workspace.shown(&path)));
        }
    }
    if !stale.is_empty() {
        bail!(
            "generated files are not what the contracts and overlays make: {}. Run `cargo xtask \
             generate` and commit what it writes",
            stale.join("; ")
        );
    }
    let like = like::check(&manifest)?;
    let open = todo::open_for(workspace, &manifest, &generated)?;
    if !open.is_empty() {
        bail!("{}", todo::text(&open));
    }
    let names: Vec<_> = generated
        .iter()
        .map(|module| module.version.as_str())
        .collect();
    let like = like.map_or(String::new(), |like| format!("; {like}"));
    Ok(format!("up to date: {}{like}", names.join(", ")))
}

/// The first line that differs, counted from 1.
fn first_difference(committed: &str, generated: &str) -> Option<usize> {
    if committed == generated {
        return None;
    }
    let same = committed
        .split('\n')
        .zip(generated.split('\n'))
        .take_while(|(a, b)| a == b)
        .count();
    Some(same + 1)
}
