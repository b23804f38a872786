//! One file of evidence on its way out: encoded, counted, digested, written.

use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::manifest::{EvidenceFile, EvidenceFormat};
use super::record::EvidenceRecord;
use crate::error::{Error, Result};

/// A format of evidence. What it makes of records it appends, now or later.
pub(super) trait Encode: Send {
    /// What stands before the first record.
    fn begin(&mut self, _out: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }

    fn encode(&mut self, records: &[EvidenceRecord], out: &mut Vec<u8>) -> Result<()>;

    /// What stands after the last record, and what was held back.
    fn finish(&mut self, _out: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }
}

/// A record that a format cannot take.
pub(super) fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::output(format!("a record could not be encoded: {error}"), error)
}

/// Where a file goes.
pub(super) type Writer<'w> = Box<dyn AsyncWrite + Send + Unpin + 'w>;

pub(super) struct Output<'w> {
    name: String,
    format: EvidenceFormat,
    encoder: Box<dyn Encode>,
    writer: Writer<'w>,
    digest: Sha256,
    rows: u64,
    bytes: u64,
    /// What is encoded and not yet written. Kept for its allocation.
    buffer: Vec<u8>,
}

impl<'w> Output<'w> {
    pub(super) fn new(name: String, format: EvidenceFormat, writer: Writer<'w>) -> Result<Self> {
        Ok(Self {
            name,
            format,
            encoder: format.encoder()?,
            writer,
            digest: Sha256::new(),
            rows: 0,
            bytes: 0,
            buffer: Vec::new(),
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) async fn begin(&mut self) -> Result<()> {
        self.encoder.begin(&mut self.buffer)?;
        self.write_out().await
    }

    pub(super) async fn write(&mut self, records: &[EvidenceRecord]) -> Result<()> {
        self.encoder.encode(records, &mut self.buffer)?;
        self.rows += records.len() as u64;
        self.write_out().await
    }

    /// Nothing more comes. What the manifest says about the file.
    pub(super) async fn finish(mut self) -> Result<EvidenceFile> {
        self.encoder.finish(&mut self.buffer)?;
        self.write_out().await?;
        let ended = self.writer.shutdown().await;
        ended.map_err(|error| unwritable(&self.name, error))?;
        Ok(EvidenceFile {
            name: self.name,
            format: self.format,
            rows: self.rows,
            bytes: self.bytes,
            sha256: hex(self.digest),
            note: self.format.note().map(str::to_owned),
        })
    }

    async fn write_out(&mut self) -> Result<()> {
        self.digest.update(&self.buffer);
        self.bytes += self.buffer.len() as u64;
        let written = self.writer.write_all(&self.buffer).await;
        self.buffer.clear();
        written.map_err(|error| unwritable(&self.name, error))
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
