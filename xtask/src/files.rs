//! Files that change together, or not at all.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use tempfile::NamedTempFile;

/// That a file could not be written, and which ones were changed already and could not be put back.
fn failure(path: &Path, error: &std::io::Error, not_restored: &[PathBuf]) -> anyhow::Error {
    let left: String = if not_restored.is_empty() {
        "; nothing has changed".to_owned()
    } else {
        let left = not_restored.iter().map(|path| {
            let path = path.display();
            format!("; {path} has changed and could not be put back: restore it from git")
        });
        left.collect()
    };
    anyhow!("{} could not be written: {error}{left}", path.display())
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
    /// still fail, those before it are undone.
    pub(crate) fn commit(self) -> Result<()> {
        let mut done: Vec<(PathBuf, Option<Vec<u8>>)> = Vec::new();
        for (file, path) in self.files {
            let moved = read_if_there(&path).and_then(|before| {
                file.persist(&path).map_err(|error| error.error)?;
                Ok(before)
            });
            match moved {
                Ok(before) => done.push((path, before)),
                Err(error) => {
                    let done = done.into_iter().rev();
                    let not_restored: Vec<PathBuf> = done
                        .filter_map(|(path, before)| restore(&path, before).err().map(|_| path))
                        .collect();
                    return Err(failure(&path, &error, &not_restored));
                }
            }
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

fn restore(path: &Path, before: Option<Vec<u8>>) -> std::io::Result<()> {
    match before {
        Some(bytes) => {
            beside(path, &bytes)?.persist(path)?;
            Ok(())
        }
        None => std::fs::remove_file(path),
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
    fn a_move_that_fails_undoes_those_before_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        std::fs::write(path("old"), "before").unwrap();
        // A file cannot take the place of a folder.
        std::fs::create_dir(path("folder")).unwrap();

        let mut staged = Staged::default();
        for name in ["old", "new", "folder", "never"] {
            staged.add(path(name), "after").unwrap();
        }
        let error = staged.commit().unwrap_err().to_string();

        assert!(error.ends_with("nothing has changed"), "{error}");
        assert_eq!(std::fs::read_to_string(path("old")).unwrap(), "before");
        assert!(!path("new").exists());
        assert!(!path("never").exists());
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
    }

    #[test]
    fn what_could_not_be_put_back_is_named() {
        let error = failure(Path::new("a"), &std::io::Error::other("no"), &["b".into()]);
        assert_eq!(
            error.to_string(),
            "a could not be written: no; b has changed and could not be put back: restore it from git"
        );
    }
}
