//! Files that change together: all are complete on disk before the first one is in place.

use std::io::Write as _;
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use tempfile::NamedTempFile;

/// A file and its new contents.
pub(crate) type File = (PathBuf, String);

/// Whether a file has these contents already.
pub(crate) fn has(path: &Path, contents: &str) -> bool {
    std::fs::read(path).is_ok_and(|old| old == contents.as_bytes())
}

/// Writes new contents beside each file, then moves everything into place, in this order.
///
/// What could fail for lack of space or permission has succeeded before the first move. Should a
/// move still fail, the error names the files that have changed.
pub(crate) fn write(files: &[File]) -> Result<()> {
    let mut staged = Vec::new();
    for (path, contents) in files {
        let file = beside(path, contents.as_bytes());
        staged.push(file.map_err(|error| failure(path, &error, &[]))?);
    }
    for (n, (file, (path, _))) in staged.into_iter().zip(files).enumerate() {
        let moved = file.persist(path);
        moved.map_err(|failed| failure(path, &failed.error, &files[..n]))?;
    }
    Ok(())
}

/// That a file could not be written, and which ones have changed already.
fn failure(path: &Path, error: &std::io::Error, changed: &[File]) -> anyhow::Error {
    let changed = changed.iter().map(|(path, _)| path.display().to_string());
    let changed = Vec::from_iter(changed).join(", ");
    let then = if changed.is_empty() {
        "nothing has changed".to_owned()
    } else {
        format!("restore from git what changed: {changed}")
    };
    anyhow!("{} could not be written: {error}; {then}", path.display())
}

fn beside(path: &Path, contents: &[u8]) -> std::io::Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = NamedTempFile::new_in(folder)?;
    // Temporary files are private by default; these end as ordinary ones.
    #[cfg(unix)]
    file.as_file()
        .set_permissions(PermissionsExt::from_mode(0o644))?;
    file.write_all(contents)?;
    file.as_file().sync_all()?;
    Ok(file)
}
