//! One pass over a selection, into any number of outputs.

use jiff::Timestamp;
use url::Url;

use super::ledger::Ledger;
use super::manifest::{EvidenceFile, FORMAT_VERSION, Manifest, SelectionSummary};
use super::output::Output;
use super::reading::Reading;
use super::time_text;
use crate::error::Result;

/// What the manifest says from the beginning.
#[derive(Clone, Debug)]
pub(super) struct Heading {
    tenant: String,
    started: Timestamp,
    selection: SelectionSummary,
}

impl Heading {
    pub(super) fn new(base_url: &str, selection: SelectionSummary) -> Self {
        Self {
            tenant: host(base_url),
            started: time_text::now(),
            selection,
        }
    }

    pub(super) fn manifest(&self, ledger: Ledger, files: Vec<EvidenceFile>) -> Manifest {
        Manifest {
            format_version: FORMAT_VERSION,
            crate_version: env!("CARGO_PKG_VERSION").to_owned(),
            api_version: "v3".to_owned(),
            tenant: self.tenant.clone(),
            started: self.started,
            finished: time_text::now(),
            selection: self.selection.clone(),
            complete: ledger.is_complete(),
            totals: ledger.totals(),
            files,
            discrepancies: ledger.discrepancies,
            certifications: ledger.certifications,
        }
    }
}

/// The host of a base URL, with the port if that is not the usual one.
fn host(base_url: &str) -> String {
    let host = Url::parse(base_url).ok().and_then(|url| {
        let host = url.host_str()?;
        Some(match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        })
    });
    host.unwrap_or_else(|| base_url.to_owned())
}

/// Reads everything and writes each page to every output before the next.
pub(super) async fn run(
    mut reading: Reading,
    heading: &Heading,
    mut outputs: Vec<Output<'_>>,
) -> Result<Manifest> {
    for output in &mut outputs {
        output.begin().await?;
    }
    while let Some(records) = reading.next().await? {
        for output in &mut outputs {
            output.write(&records).await?;
        }
    }
    let mut files = Vec::with_capacity(outputs.len());
    for output in outputs {
        files.push(output.finish().await?);
    }
    let ledger = reading.ledger().lock().clone();
    Ok(heading.manifest(ledger, files))
}
