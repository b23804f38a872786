//! A small library in the vendor's layout (`tests/fixtures`), for tests to spoil.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

pub(crate) const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

/// A copy of the fixtures: the vendor's checkout in `upstream`, contracts in `openapi`.
pub(crate) struct Library {
    pub(crate) dir: TempDir,
}

impl Library {
    pub(crate) fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        copy(&fixtures, dir.path());
        Library { dir }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, contents: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
        self
    }

    /// Replaces a piece of a file, which must be there.
    pub(crate) fn edit(&self, name: &str, old: &str, new: &str) -> &Self {
        let text = self.read(name);
        assert!(text.contains(old), "{name} does not contain {old:?}");
        self.write(name, text.replace(old, new))
    }

    /// What a command says, or its error, without the name of this folder.
    pub(crate) fn said(&self, result: anyhow::Result<impl ToString>) -> Result<String, String> {
        let folder = self.dir.path().display().to_string();
        let shown = |text: String| text.replace(&folder, "[dir]");
        result
            .map(|report| shown(report.to_string()))
            .map_err(|error| shown(format!("{error:#}")))
    }

    /// Every file in a folder, with its contents.
    pub(crate) fn files(&self, folder: &str) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut open = vec![self.path(folder)];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    found.push((path.clone(), fs::read(path).unwrap()));
                }
            }
        }
        found.sort();
        found
    }
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
