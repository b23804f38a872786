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

/// A library in the vendor's layout, for tests to spoil.
#[cfg(test)]
pub(crate) mod testing {
    use std::fs;
    use std::path::Path;

    use tempfile::TempDir;

    /// A copy of `tests/fixtures`.
    pub(crate) fn fixtures() -> TempDir {
        let dir = TempDir::new().unwrap();
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        copy(&fixtures, dir.path());
        dir
    }

    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let target = to.join(entry.file_name());
            if entry.path().is_dir() {
                copy(&entry.path(), &target);
            } else {
                fs::copy(entry.path(), target).unwrap();
            }
        }
    }

    /// Replaces a piece of a file, which must be there.
    pub(crate) fn edit(path: &Path, old: &str, new: &str) {
        let text = fs::read_to_string(path).unwrap();
        assert!(
            text.contains(old),
            "{} does not contain {old:?}",
            path.display()
        );
        fs::write(path, text.replace(old, new)).unwrap();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_that_fails_names_those_before_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        // A file cannot take the place of a folder.
        std::fs::create_dir(path("folder")).unwrap();

        let mut staged = Staged::default();
        for name in ["new", "folder", "never"] {
            staged.add(path(name), "after").unwrap();
        }
        let error = staged.commit().unwrap_err().to_string();

        let folder = dir.path().display().to_string();
        let error = error.replace(&folder, "[dir]");
        insta::assert_snapshot!(error, @"[dir]/folder could not be written: Is a directory (os error 21); restore from git what changed: [dir]/new");
        let names = std::fs::read_dir(dir.path()).unwrap().count();
        assert_eq!(names, 2, "a temporary file was left behind");
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("nowhere/file");
        let error = Staged::default().add(path.clone(), "").unwrap_err();
        let error = error.to_string();
        assert!(error.starts_with(&path.display().to_string()), "{error}");
        assert!(error.ends_with("nothing has changed"), "{error}");
    }
}
