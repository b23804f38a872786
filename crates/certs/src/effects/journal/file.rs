//! Writes the lines of a journal durably.

use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read as _};
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::line::Tail;
use crate::error::{Error, Result};

/// The end of a journal, where lines are appended.
pub(super) struct Log {
    sink: Sink,
    /// How the text ends. Not known while a line is being written, or after a write failed.
    tail: Tail,
}

/// The destination of lines.
pub(super) enum Sink {
    /// Locked, so that no other process writes to it.
    File {
        file: tokio::fs::File,
        /// The number of bytes in it; `None` if a write failed.
        length: Option<u64>,
    },
    Writer(Box<dyn AsyncWrite + Send + Unpin>),
}

impl Log {
    pub(super) fn new(sink: Sink, tail: Tail) -> Self {
        Self { sink, tail }
    }

    /// Appends lines and, if `durable`, returns when they are on the disk.
    pub(super) async fn append(&mut self, text: &[u8], durable: bool) -> Result<()> {
        let mut whole = self.tail.repair()?;
        whole.extend_from_slice(text);
        self.tail = Tail::Torn;
        let written = self.sink.write(&whole, durable).await;
        written.map_err(|error| Error::journal("the journal could not be written", error))?;
        self.tail = Tail::Clean;
        Ok(())
    }
}

impl Sink {
    async fn write(&mut self, text: &[u8], durable: bool) -> io::Result<()> {
        match self {
            Self::File { file, length } => {
                let expected = length.take().map(|length| length + text.len() as u64);
                file.write_all(text).await?;
                file.flush().await?;
                if durable {
                    file.sync_data().await?;
                }
                if durable || expected.is_none() {
                    *length = Some(intact(&file.metadata().await?, expected)?);
                } else {
                    *length = expected;
                }
                Ok(())
            }
            Self::Writer(writer) => {
                writer.write_all(text).await?;
                writer.flush().await
            }
        }
    }
}

/// The length of a file that still has its name, and as many bytes as expected: somebody may remove
/// or truncate it while it is in use, and then nobody could resume from it.
fn intact(file: &Metadata, expected: Option<u64>) -> io::Result<u64> {
    #[cfg(unix)]
    if std::os::unix::fs::MetadataExt::nlink(file) == 0 {
        return Err(io::Error::other("somebody has removed the file"));
    }
    if expected.is_some_and(|expected| expected != file.len()) {
        return Err(io::Error::other("somebody else has changed the file"));
    }
    Ok(file.len())
}

/// Makes a new file, locks it, and makes its name durable.
pub(super) fn create(path: &Path) -> Result<Sink> {
    let failed = |error| failure(path, "made", error);
    let mut options = OpenOptions::new();
    options.append(true).create_new(true);
    // Comments are for reviewers and auditors, not for everybody on the machine.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(failed)?;
    lock(&file, path)?;
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        let named = Some(folder).filter(|folder| !folder.as_os_str().is_empty());
        let folder = named.unwrap_or(Path::new("."));
        let synced = File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(failed)?;
    }
    Ok(Sink::File {
        file: file.into(),
        length: Some(0),
    })
}

/// Opens a file, locks it, and reads what is there.
pub(super) fn open(path: &Path) -> Result<(Vec<u8>, Sink)> {
    let failed = |error| failure(path, "opened", error);
    // Opening a pipe would wait for its other end.
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        return Err(Error::journal_says(&format!(
            "the journal {} is not a regular file",
            path.display()
        )));
    }
    let mut file = OpenOptions::new()
        .read(true)
        .append(true)
        .open(path)
        .map_err(failed)?;
    lock(&file, path)?;
    let mut text = Vec::new();
    file.read_to_end(&mut text).map_err(failed)?;
    let length = Some(text.len() as u64);
    let file = file.into();
    Ok((text, Sink::File { file, length }))
}

/// How long to wait for a lock. A call that was dropped may still be writing its last line.
const PATIENCE: Duration = Duration::from_secs(1);

/// Blocks the thread until the file is locked or the time is up.
fn lock(file: &File, path: &Path) -> Result<()> {
    const TRIES: u32 = 50;
    let mut locked = file.try_lock();
    for _ in 0..TRIES {
        if !matches!(locked, Err(TryLockError::WouldBlock)) {
            break;
        }
        std::thread::sleep(PATIENCE / TRIES);
        locked = file.try_lock();
    }
    match locked {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(Error::journal_says(&format!(
            "the journal {} is in use: another process, or another `Journal` of this one, has it \
             open. Wait for it to end, or use a clone of that `Journal`",
            path.display()
        ))),
        // Some file systems have no locks.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(()),
        Err(TryLockError::Error(error)) => Err(failure(path, "locked", error)),
    }
}

fn failure(path: &Path, what: &str, error: io::Error) -> Error {
    Error::journal(
        format!("the journal {} could not be {what}", path.display()),
        error,
    )
}
