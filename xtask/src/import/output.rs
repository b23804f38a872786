//! Files that change together, or not at all.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::error::Error;

/// New contents, complete on disk but not yet in place.
#[derive(Debug, Default)]
pub(super) struct Staged {
    files: Vec<(NamedTempFile, PathBuf)>,
}

impl Staged {
    /// Writes new contents beside the file that they are for.
    pub(super) fn add(&mut self, path: PathBuf, contents: &str) -> Result<(), Error> {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let staged = builder().tempfile_in(folder).and_then(|mut file| {
            file.write_all(contents.as_bytes())?;
            file.as_file().sync_all()?;
            Ok(file)
        });
        match staged {
            Ok(file) => {
                self.files.push((file, path));
                Ok(())
            }
            Err(source) => Err(Error::Write { path, source }),
        }
    }

    /// Moves everything into place. What could fail for lack of space or permission has
    /// succeeded by now; files go in the order in which they were added.
    pub(super) fn commit(self) -> Result<(), Error> {
        for (file, path) in self.files {
            file.persist(&path).map_err(|error| Error::Write {
                path,
                source: error.error,
            })?;
        }
        Ok(())
    }
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
