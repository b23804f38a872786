//! `certs evidence`.

use std::path::PathBuf;

use certs::evidence::{EvidenceFormat, Manifest};
use clap::{Args, ValueEnum};

use super::verify::Files;
use crate::context::Context;
use crate::interrupt;
use crate::names;
use crate::progress::Progress;
use crate::scope::{self, Narrow};
use crate::status::{Failure, Result, Status};

/// Gather evidence for auditors
///
/// It writes a row for each item, and a manifest that says whether the evidence is complete. Files
/// get their names when everything is read; nothing is overwritten. Discrepancies are printed, and
/// are in the manifest. `certs verify DIR` compares the files with the manifest later.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The campaign, by id or by exact name
    #[arg(long, value_name = "NAME", required_unless_present = "certification")]
    campaign: Option<String>,

    /// Only this certification, by its id; may be given several times
    #[arg(long, value_name = "ID")]
    certification: Vec<String>,

    /// The folder to write to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// Which tables to write, separated by commas
    #[arg(long, value_enum, value_delimiter = ',', value_name = "FORMATS", default_values_t = [Format::Csv, Format::Jsonl])]
    format: Vec<Format>,

    /// Also write a row for each entitlement, with the roles and access profiles that grant it
    #[arg(long)]
    grants: bool,

    /// Also write a report to read and print
    #[arg(long)]
    html: bool,
}

/// A format of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For spreadsheets
    Csv,
    /// One JSON object per line
    Jsonl,
    /// For data warehouses
    Parquet,
    /// The same as --html
    Html,
}

impl Options {
    pub(crate) async fn run(&self, context: &Context) -> Result {
        let mut formats: Vec<_> = self
            .format
            .iter()
            .map(|format| format.of_library())
            .collect();
        if self.html {
            formats.push(EvidenceFormat::Html);
        }
        if formats.contains(&EvidenceFormat::Parquet) && !cfg!(feature = "parquet") {
            return Err(Failure::usage(
                "this program was built without Parquet: install it with `--features parquet`, or \
                 take jsonl, which DuckDB and others read as well",
            ));
        }
        let client = context.client()?;
        let mut evidence = client.evidence().formats(formats);
        let mut total = 0;
        if let Some(name) = &self.campaign {
            let rows = Narrow::default().list(&client, None).await?;
            let id = names::find("campaign", name, scope::campaigns(&rows))?;
            let rows = rows.iter().filter(|row| row.campaign_id() == Some(&id));
            total = rows.map(|row| row.progress().total.unsigned_abs()).sum();
            evidence = evidence.campaign(id);
        }
        if !self.certification.is_empty() {
            evidence = evidence.certifications(&self.certification);
        }
        if self.grants {
            evidence = evidence.grants();
        }
        let progress = Progress::new("Gathering", total);
        let evidence = evidence.progress(progress.reporter());
        let manifest = interrupt::reading(evidence.write_to(&self.out)).await;
        progress.finish();
        let manifest = manifest?;
        show(context, &manifest)?;
        Ok(Status::complete(manifest.complete))
    }
}

/// The contents of the folder, and what is missing.
pub(super) fn show(context: &Context, manifest: &Manifest) -> Result<()> {
    let files: Vec<_> = manifest.files.iter().map(Files).collect();
    context.output.all(&files.iter().collect::<Vec<_>>())?;
    context.output.line(manifest.to_string())?;
    for discrepancy in &manifest.discrepancies {
        eprintln!("! {discrepancy}");
    }
    Ok(())
}

impl Format {
    fn of_library(self) -> EvidenceFormat {
        match self {
            Self::Csv => EvidenceFormat::Csv,
            Self::Jsonl => EvidenceFormat::JsonLines,
            Self::Parquet => EvidenceFormat::Parquet,
            Self::Html => EvidenceFormat::Html,
        }
    }
}
