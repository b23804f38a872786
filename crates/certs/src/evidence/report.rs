//! The report for people: one HTML file that needs nothing else, to open and to print.
//!
//! It is made from the manifest, except the list of revocations, which is written while items are
//! read and copied into the report at the end, so that memory stays flat.

mod html;
mod page;

use tokio::io::{AsyncRead, AsyncReadExt as _};

use self::page::Page;
use super::format::{Encode, EvidenceFormat};
use super::manifest::{EvidenceFile, Manifest};
use super::output::{DigestedFile, unwritable};
use super::row::EvidenceRow;
use crate::error::Result;
use crate::model::Decision;

/// Writes the revoked items as rows of the report's table.
pub(super) struct Revocations;

impl Encode<EvidenceRow> for Revocations {
    fn encode(&mut self, rows: &[EvidenceRow], out: &mut Vec<u8>) -> Result<()> {
        let is_revoked = |row: &&EvidenceRow| row.decision == Some(Decision::Revoke);
        for row in rows.iter().filter(is_revoked) {
            out.extend_from_slice(page::revocation(row).as_bytes());
        }
        Ok(())
    }
}

/// Writes the report. `revocations` is what [`Revocations`] has written.
pub(super) async fn write(
    manifest: &Manifest,
    revocations: &mut (impl AsyncRead + Unpin),
    mut file: DigestedFile<'_>,
) -> Result<EvidenceFile> {
    let page = Page::new(manifest);
    file.write(page.before_revocations().as_bytes()).await?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = revocations.read(&mut buffer).await;
        match read.map_err(|error| unwritable("the list of revocations", error))? {
            0 => break,
            read => file.write(&buffer[..read]).await?,
        }
    }
    file.write(page.after_revocations().as_bytes()).await?;
    file.finish(EvidenceFormat::Html, None).await
}
