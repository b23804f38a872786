//! Writes one file of evidence: encodes, counts and digests it.

use hmac_sha256::Hash as Sha256;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::format::{Encode, EvidenceFormat};
use super::manifest::EvidenceFile;
use crate::error::{Error, Result};

/// What a file is written to.
pub(super) type Writer<'w> = Box<dyn AsyncWrite + Send + Unpin + 'w>;

/// A file whose bytes are counted and digested.
pub(super) struct DigestedFile<'w> {
    name: String,
    writer: Writer<'w>,
    digest: Sha256,
    bytes: u64,
}

impl<'w> DigestedFile<'w> {
    pub(super) fn new(name: impl Into<String>, writer: Writer<'w>) -> Self {
        Self {
            name: name.into(),
            writer,
            digest: Sha256::new(),
            bytes: 0,
        }
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.digest.update(bytes);
        self.bytes += bytes.len() as u64;
        let written = self.writer.write_all(bytes).await;
        written.map_err(|error| unwritable(&self.name, error))
    }

    /// Shuts the writer down, and returns the manifest's entry for the file.
    pub(super) async fn finish(
        mut self,
        format: EvidenceFormat,
        rows: Option<u64>,
    ) -> Result<EvidenceFile> {
        let ended = self.writer.shutdown().await;
        ended.map_err(|error| unwritable(&self.name, error))?;
        Ok(EvidenceFile {
            name: self.name,
            format,
            rows,
            bytes: self.bytes,
            sha256: hex(self.digest),
            note: format.note().map(str::to_owned),
        })
    }
}

/// A file of rows.
pub(super) struct Output<'w, R> {
    file: DigestedFile<'w>,
    format: EvidenceFormat,
    encoder: Box<dyn Encode<R>>,
    rows: u64,
    /// Encoded bytes that are not written yet. Kept for its allocation.
    buffer: Vec<u8>,
}

impl<'w, R> Output<'w, R> {
    pub(super) fn new(
        file: DigestedFile<'w>,
        format: EvidenceFormat,
        encoder: Box<dyn Encode<R>>,
    ) -> Self {
        Self {
            file,
            format,
            encoder,
            rows: 0,
            buffer: Vec::new(),
        }
    }

    pub(super) async fn begin(&mut self) -> Result<()> {
        self.encoder.begin(&mut self.buffer)?;
        self.flush().await
    }

    pub(super) async fn write(&mut self, rows: &[R]) -> Result<()> {
        self.encoder.encode(rows, &mut self.buffer)?;
        self.rows += rows.len() as u64;
        self.flush().await
    }

    pub(super) async fn finish(mut self) -> Result<EvidenceFile> {
        self.encoder.finish(&mut self.buffer)?;
        self.flush().await?;
        self.file.finish(self.format, Some(self.rows)).await
    }

    async fn flush(&mut self) -> Result<()> {
        let written = self.file.write(&self.buffer).await;
        self.buffer.clear();
        written
    }
}

pub(super) fn unwritable(name: &str, error: std::io::Error) -> Error {
    Error::output(format!("`{name}` cannot be written: {error}"), error)
}

/// A digest in lower-case hexadecimal digits, as `sha256sum` prints it.
pub(super) fn hex(digest: Sha256) -> String {
    let digits = digest.finalize();
    digits.iter().map(|byte| format!("{byte:02x}")).collect()
}
