//! A folder of evidence, in which nothing looks whole that is not.

use std::io::ErrorKind as Io;
use std::path::{Path, PathBuf};

use tokio::fs::{self, File, OpenOptions};
use tokio::io::AsyncWriteExt as _;

use super::manifest::{FILE_NAME, Manifest};
use super::output::unwritable;
use super::{Evidence, EvidenceFormat};
use crate::error::{Error, Result};

/// The files of a folder, the manifest apart.
const FILES: &[(&str, EvidenceFormat)] = &[
    ("evidence.jsonl", EvidenceFormat::JsonLines),
    ("evidence.csv", EvidenceFormat::Csv),
    #[cfg(feature = "parquet")]
    ("evidence.parquet", EvidenceFormat::Parquet),
];

pub(super) async fn write(mut evidence: Evidence<'_>, folder: &Path) -> Result<Manifest> {
    // Before anything is made.
    evidence.selection.check()?;
    let shown = folder.display().to_string();
    let made = fs::create_dir_all(folder).await;
    made.map_err(|error| unwritable(&shown, error))?;

    let mut partial = Vec::with_capacity(FILES.len() + 1);
    for (name, format) in FILES {
        let (file, unfinished) = Partial::create(folder, name).await?;
        partial.push(unfinished);
        evidence = evidence.output((*name).to_owned(), *format, Box::new(file));
    }
    let (mut file, unfinished) = Partial::create(folder, FILE_NAME).await?;
    partial.push(unfinished);

    let manifest = evidence.write().await?;
    let mut json = serde_json::to_vec_pretty(&manifest)
        .map_err(|error| Error::output("the manifest cannot be encoded", error))?;
    json.push(b'\n');
    let written = async {
        file.write_all(&json).await?;
        file.flush().await
    };
    written
        .await
        .map_err(|error| unwritable(FILE_NAME, error))?;
    drop(file);
    // The manifest comes last: where it is, everything is.
    for file in partial {
        file.finish().await?;
    }
    Ok(manifest)
}

/// A file that does not have its name yet. Dropped, it is deleted.
struct Partial {
    path: PathBuf,
    name: PathBuf,
    /// Another handle of the file, until it has its name.
    file: Option<File>,
}

impl Partial {
    async fn create(folder: &Path, name: &str) -> Result<(File, Self)> {
        let path = folder.join(format!("{name}.partial"));
        let name = folder.join(name);
        refuse_existing(&name).await?;
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .await;
        let file = file.map_err(|error| match error.kind() {
            Io::AlreadyExists => Error::refused(format!(
                "`{}` is there: somebody else is writing, or was stopped. If nobody is, delete it",
                path.display()
            )),
            _ => unwritable(&path.display().to_string(), error),
        })?;
        let mut partial = Self {
            path,
            name,
            file: None,
        };
        let handle = file.try_clone().await;
        partial.file = Some(handle.map_err(|error| partial.unwritable(error))?);
        Ok((file, partial))
    }

    async fn finish(mut self) -> Result<()> {
        // Renaming replaces what is there.
        refuse_existing(&self.name).await?;
        if let Some(file) = &self.file {
            // Or a crash could leave the name without the content.
            file.sync_all()
                .await
                .map_err(|error| self.unwritable(error))?;
        }
        let renamed = fs::rename(&self.path, &self.name).await;
        renamed.map_err(|error| self.unwritable(error))?;
        self.file = None;
        Ok(())
    }

    fn unwritable(&self, error: std::io::Error) -> Error {
        unwritable(&self.name.display().to_string(), error)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            // Nobody could be told; its name says what it is.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

async fn refuse_existing(path: &Path) -> Result<()> {
    match fs::try_exists(path).await {
        Ok(false) => Ok(()),
        Ok(true) => Err(Error::refused(format!(
            "`{}` is there already and is not overwritten. Choose another folder",
            path.display()
        ))),
        Err(error) => Err(unwritable(&path.display().to_string(), error)),
    }
}
