//! A folder of evidence, in which an unfinished run never looks complete.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind as Io, Read as _, Seek as _};
use std::path::{Path, PathBuf};

use tokio::io::AsyncWriteExt as _;

use super::format::EvidenceFormat;
use super::manifest::{FILE_NAME as MANIFEST, Manifest};
use super::output::{DigestedFile, Writer, unwritable};
use super::verify::open_regular;
use super::{Evidence, report};
use crate::error::{Error, Result};

const REPORT: &str = "report.html";

/// The list of revocations, which later becomes part of the report.
const REVOCATIONS: &str = "revocations.html";

/// The files of rows: their names begin with what their rows are.
const TABLES: [(&str, EvidenceFormat); 3] = [
    ("jsonl", EvidenceFormat::JsonLines),
    ("csv", EvidenceFormat::Csv),
    ("parquet", EvidenceFormat::Parquet),
];

/// The formats of a folder unless the caller chooses.
pub(super) const FORMATS: &[EvidenceFormat] = &[
    EvidenceFormat::JsonLines,
    EvidenceFormat::Csv,
    #[cfg(feature = "parquet")]
    EvidenceFormat::Parquet,
    EvidenceFormat::Html,
];

pub(super) async fn write(mut evidence: Evidence<'_>, folder: &Path) -> Result<Manifest> {
    // Before anything is created.
    evidence.selection = evidence.selection.checked()?;
    let tables = |of: &str| {
        let tables = TABLES
            .iter()
            .filter(|(_, format)| evidence.formats.contains(format));
        let tables = tables.map(|(extension, format)| (format!("{of}.{extension}"), *format));
        tables.collect::<Vec<_>>()
    };
    let items = tables("evidence");
    let mut grants = Vec::new();
    if evidence.with_grants {
        grants = tables("grants");
    }
    let names = items.iter().chain(&grants).map(|(name, _)| name.clone());
    let has_report = evidence.formats.contains(&EvidenceFormat::Html);
    let report = [REPORT.to_owned(), REVOCATIONS.to_owned()];
    let names = names.chain(report.into_iter().filter(|_| has_report));
    let (path, names) = (folder.to_owned(), names.collect::<Vec<_>>());
    let claim = blocking(move || Claim::new(&path, &names)).await?;

    for (name, format) in items {
        let file = claim.writer(&name)?;
        evidence = evidence.output(name, format, file);
    }
    for (name, format) in grants {
        let file = claim.writer(&name)?;
        evidence = evidence.grants_to(name, format, file);
    }
    let revocations: Option<Writer<'_>> = if has_report {
        Some(Box::new(claim.writer(REVOCATIONS)?))
    } else {
        None
    };
    let mut manifest = evidence.run(revocations).await?;

    if has_report {
        let mut revocations = claim.reader(REVOCATIONS)?;
        let file = DigestedFile::new(REPORT, Box::new(claim.writer(REPORT)?));
        manifest
            .files
            .push(report::write(&manifest, &mut revocations, file).await?);
    }
    let mut json = serde_json::to_vec_pretty(&manifest)
        .map_err(|error| Error::output("the manifest cannot be encoded", error))?;
    json.push(b'\n');
    let mut file = claim.writer(MANIFEST)?;
    let written = async {
        file.write_all(&json).await?;
        file.flush().await
    };
    let written = written.await;
    written.map_err(|error| unwritable(MANIFEST, error))?;
    blocking(move || claim.publish()).await?;
    Ok(manifest)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::cancelled("the runtime is shutting down")),
        },
    }
}

/// The files of a run, which do not have their names yet. Dropped before they are
/// [published](Self::publish), they are deleted.
struct Claim {
    files: Vec<Partial>,
    /// Locked during the run, so that another run does not mistake its files for unfinished ones.
    manifest: Partial,
}

impl Claim {
    /// Creates the folder and the files, and replaces those of an unfinished run.
    fn new(folder: &Path, names: &[String]) -> Result<Self> {
        let created = std::fs::create_dir_all(folder);
        created.map_err(|error| unwritable(&folder.display().to_string(), error))?;
        let manifest = Self::lock(folder)?;
        for name in names.iter().map(String::as_str).chain([MANIFEST]) {
            refuse_existing(&folder.join(name))?;
        }
        let create = |name: &String| {
            let path = partial_path(folder, name);
            remove(&path)?;
            Partial::create(folder, name).map_err(|error| unwritable_at(&path, error))
        };
        Ok(Self {
            files: names.iter().map(create).collect::<Result<_>>()?,
            manifest,
        })
    }

    /// Creates the file that becomes the manifest, and locks it.
    fn lock(folder: &Path) -> Result<Partial> {
        let path = partial_path(folder, MANIFEST);
        loop {
            match Partial::create(folder, MANIFEST) {
                Ok(mut partial) => {
                    if matches!(partial.file.try_lock(), Err(TryLockError::WouldBlock)) {
                        // Another run was faster and owns the file.
                        partial.is_kept = true;
                        return Err(in_use(&path));
                    }
                    // Locked, or on a file system without locks.
                    return Ok(partial);
                }
                Err(error) if error.kind() == Io::AlreadyExists => {
                    remove_unfinished(folder, &path)?;
                }
                Err(error) => return Err(unwritable_at(&path, error)),
            }
        }
    }

    fn file(&self, name: &str) -> Result<File> {
        let partial = self.files.iter().chain([&self.manifest]);
        let mut partial = partial.filter(|partial| partial.name.ends_with(name));
        let file = partial.next().map_or_else(
            || Err(io::Error::from(Io::NotFound)),
            |partial| partial.file.try_clone(),
        );
        file.map_err(|error| unwritable(name, error))
    }

    fn writer(&self, name: &str) -> Result<tokio::fs::File> {
        self.file(name).map(tokio::fs::File::from_std)
    }

    /// Reads a file from its beginning.
    fn reader(&self, name: &str) -> Result<tokio::fs::File> {
        let mut file = self.file(name)?;
        file.rewind().map_err(|error| unwritable(name, error))?;
        Ok(tokio::fs::File::from_std(file))
    }

    /// Gives the files their names. The manifest comes last: if it exists, everything does.
    fn publish(self) -> Result<()> {
        let Self { files, manifest } = self;
        let (_revocations, mut files): (Vec<_>, Vec<_>) = files
            .into_iter()
            .partition(|partial| partial.name.ends_with(REVOCATIONS));
        files.push(manifest);
        // Renaming replaces what exists.
        for partial in &files {
            refuse_existing(&partial.name)?;
        }
        // The manifest, too: what it describes can be recognised after a crash.
        for partial in &files {
            let synced = partial.file.sync_all();
            synced.map_err(|error| unwritable_at(&partial.name, error))?;
        }
        for partial in &mut files {
            let renamed = std::fs::rename(&partial.path, &partial.name);
            renamed.map_err(|error| unwritable_at(&partial.name, error))?;
            partial.path.clone_from(&partial.name);
        }
        for partial in &mut files {
            partial.is_kept = true;
        }
        Ok(())
    }
}

/// A file that gets its final name when everything is written.
struct Partial {
    /// Its path until then.
    path: PathBuf,
    /// Its final path.
    name: PathBuf,
    file: File,
    is_kept: bool,
}

impl Partial {
    fn create(folder: &Path, name: &str) -> io::Result<Self> {
        let path = partial_path(folder, name);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            // It holds personal data.
            options.mode(0o600);
        }
        Ok(Self {
            file: options.open(&path)?,
            path,
            name: folder.join(name),
            is_kept: false,
        })
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.is_kept {
            // If this fails, the name still shows that the file is unfinished.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn partial_path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.partial"))
}

/// Removes the files of an unfinished run. `path` is its manifest.
fn remove_unfinished(folder: &Path, path: &Path) -> Result<()> {
    let mut file = match open_regular(path) {
        Ok(file) => file,
        Err(_) if !path.is_symlink() && !path.exists() => return Ok(()),
        Err(problem) => {
            let path = path.display();
            return Err(Error::refused(format!("`{path}` {problem}: remove it")));
        }
    };
    if file.try_lock().is_err() {
        return Err(in_use(path));
    }
    if !is_at(&file, path) {
        // Another run has removed it and created its own.
        return Ok(());
    }
    // That run may have been killed while it renamed its files. A final file belongs to it only if
    // the manifest describes it.
    let mut text = String::new();
    let manifest = file.read_to_string(&mut text).ok();
    let manifest = manifest.and_then(|_| serde_json::from_str::<Manifest>(&text).ok());
    let tables = |of| TABLES.map(|(extension, _)| format!("{of}.{extension}"));
    let others = [REPORT.to_owned(), REVOCATIONS.to_owned()];
    for name in [tables("evidence"), tables("grants")]
        .concat()
        .iter()
        .chain(&others)
    {
        remove(&partial_path(folder, name))?;
        let described = manifest.iter().flat_map(|manifest| &manifest.files);
        for described in described.filter(|described| described.name == *name) {
            if described.verify(folder.join(name)).is_ok() {
                remove(&folder.join(name))?;
            }
        }
    }
    remove(path)
}

/// Whether the open file is the one at this path.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    let (Ok(open), Ok(there)) = (file.metadata(), std::fs::symlink_metadata(path)) else {
        return false;
    };
    (open.dev(), open.ino()) == (there.dev(), there.ino())
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != Io::NotFound => Err(unwritable_at(path, error)),
        _ => Ok(()),
    }
}

fn refuse_existing(path: &Path) -> Result<()> {
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == Io::NotFound => Ok(()),
        Err(error) => Err(unwritable_at(path, error)),
        Ok(_) => Err(Error::refused(format!(
            "`{}` already exists and is not overwritten. Choose another folder",
            path.display()
        ))),
    }
}

fn in_use(path: &Path) -> Error {
    Error::refused(format!(
        "another run is writing into the folder: it has locked `{}`. Wait for it, or choose another \
         folder",
        path.display()
    ))
}

fn unwritable_at(path: &Path, error: io::Error) -> Error {
    unwritable(&path.display().to_string(), error)
}
