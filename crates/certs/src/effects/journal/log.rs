//! Writing lines so that they last.

use std::io;
use std::path::Path;

use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::entry::{Entry, JournalEnd, lines};
use crate::error::{Error, Result};

/// The end of a journal, where lines are appended.
pub(super) struct Log {
    sink: Sink,
    /// How the text ends that was there before, until the first line is appended.
    end: JournalEnd,
    /// After an error nobody knows what stands at the end.
    broken: Option<Error>,
}

/// Where lines go.
pub(super) enum Sink {
    File(File),
    Writer(Box<dyn AsyncWrite + Send + Unpin>),
}

impl Log {
    pub(super) fn new(sink: Sink) -> Self {
        Self::after(sink, JournalEnd::default())
    }

    /// One that goes on after text that ends like this.
    pub(super) fn after(sink: Sink, end: JournalEnd) -> Self {
        Self {
            sink,
            end,
            broken: None,
        }
    }

    /// Whether it can still be written.
    pub(super) fn check(&self) -> Result<()> {
        match &self.broken {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }

    /// Appends lines and, if `durable`, returns when they are on the disk.
    pub(super) async fn append(&mut self, text: Vec<u8>, durable: bool) -> Result<()> {
        let mut whole = repair(std::mem::take(&mut self.end))?;
        whole.extend(text);
        let written = self.sink.append(&whole, durable).await;
        written.map_err(|error| {
            let error = Error::journal("the journal could not be written", error);
            self.broken.insert(error).clone()
        })
    }
}

/// What has to stand between the end of a journal and a new line.
pub(super) fn repair(end: JournalEnd) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    if end.mid_line {
        text.push(b'\n');
    }
    if end.torn {
        text.extend(lines(&[Entry::Torn])?);
    }
    Ok(text)
}

impl Sink {
    async fn append(&mut self, text: &[u8], durable: bool) -> io::Result<()> {
        match self {
            Self::File(file) => {
                file.write_all(text).await?;
                file.flush().await?;
                match durable {
                    true => file.sync_data().await,
                    false => Ok(()),
                }
            }
            Self::Writer(writer) => {
                writer.write_all(text).await?;
                writer.flush().await
            }
        }
    }
}

/// Makes a new file, and its name durable.
pub(super) async fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create_new(true);
    // Comments are for reviewers and auditors, not for everybody on the machine.
    #[cfg(unix)]
    options.mode(0o600);
    let file = options.open(path).await?;
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        let folder = match folder.as_os_str().is_empty() {
            true => Path::new("."),
            false => folder,
        };
        File::open(folder).await?.sync_all().await?;
    }
    Ok(file)
}

/// Opens a file, and reads what is there.
pub(super) async fn open(path: &Path) -> io::Result<(Vec<u8>, File)> {
    let mut file = OpenOptions::new()
        .read(true)
        .append(true)
        .open(path)
        .await?;
    let mut text = Vec::new();
    file.read_to_end(&mut text).await?;
    Ok((text, file))
}
