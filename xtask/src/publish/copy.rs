//! A copy of the tree that can be edited.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::workspace::git;

/// Makes a copy that knows which commit it is of: cargo writes that into each package.
///
/// What is not committed stops it, unless it is allowed; then it is part of the copy.
pub(super) fn tree(from: &Path, to: &Path, allow_dirty: bool) -> Result<()> {
    let changed = git(from, &["status", "--porcelain"])?;
    if !changed.is_empty() && !allow_dirty {
        bail!("not all is committed; commit it, or try it out with --allow-dirty:\n{changed}");
    }
    if let Err(error) = fs::remove_dir_all(to)
        && error.kind() != ErrorKind::NotFound
    {
        return Err(error).with_context(|| format!("{} cannot be removed", to.display()));
    }
    let [source, target] = [from, to].map(|path| path.display().to_string());
    git(from, &["clone", "--quiet", "--shared", &source, &target])?;
    if changed.is_empty() {
        return Ok(());
    }
    let files = git(from, &["ls-files", "-zco", "--exclude-standard"])?;
    for file in files.split_terminator('\0') {
        copy(&from.join(file), &to.join(file)).with_context(|| file.to_owned())?;
    }
    Ok(())
}

/// Brings one file up to date; one that was deleted is removed.
fn copy(from: &Path, to: &PathBuf) -> std::io::Result<()> {
    match fs::read(from) {
        Ok(bytes) => {
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder)?;
            }
            // A link is replaced by what it points to, not written through.
            if to.is_symlink() {
                fs::remove_file(to)?;
            }
            fs::write(to, bytes)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => match fs::remove_file(to) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        },
        Err(error) => Err(error),
    }
}
