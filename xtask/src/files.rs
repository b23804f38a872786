//! Files that change together: all are complete on disk before the first one is in place.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use tempfile::NamedTempFile;

/// That a file could not be written, and which ones have changed already.
fn failure(path: &Path, error: &std::io::Error, changed: &[PathBuf]) -> anyhow::Error {
    let changed: Vec<_> = changed
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let path = path.display();
    match changed.join(", ") {
        none if none.is_empty() => {
            anyhow!("{path} could not be written: {error}; nothing has changed")
        }
        changed => {
            anyhow!(
                "{path} could not be written: {error}; restore from git what changed: {changed}"
            )
        }
    }
}

/// New contents, complete on disk but not yet in place.
#[derive(Debug, Default)]
pub(crate) struct Staged {
    files: Vec<(NamedTempFile, PathBuf)>,
}

impl Staged {
    /// Writes new contents beside the file that they are for.
    pub(crate) fn add(&mut self, path: PathBuf, contents: &str) -> Result<()> {
        let file = beside(&path, contents.as_bytes());
        let file = file.map_err(|error| failure(&path, &error, &[]))?;
        self.files.push((file, path));
        Ok(())
    }

    /// Moves everything into place, in the order in which it was added.
    ///
    /// What could fail for lack of space or permission has succeeded by now. Should a move
    /// still fail, the error names the files that have changed.
    pub(crate) fn commit(self) -> Result<()> {
        let mut changed = Vec::new();
        for (file, path) in self.files {
            if let Err(failed) = file.persist(&path) {
                return Err(failure(&path, &failed.error, &changed));
            }
            changed.push(path);
        }
        Ok(())
    }
}

/// A file's contents; none if it does not exist.
pub(crate) fn read_if_there(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        read => read.map(Some),
    }
}

fn beside(path: &Path, contents: &[u8]) -> std::io::Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = builder().tempfile_in(folder)?;
    file.write_all(contents)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Temporary files are private by default; these end as ordinary ones.
fn builder() -> tempfile::Builder<'static, 'static> {
    #[allow(unused_mut, reason = "only Unix has permissions to set")]
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o644));
    }
    builder
}
