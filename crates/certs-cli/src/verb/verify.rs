//! `certs verify`.

use std::path::PathBuf;

use certs::evidence::{EvidenceFile, Manifest};
use clap::Args;

use super::evidence;
use crate::context::Context;
use crate::output::{Field, Record};
use crate::status::{Failure, Result, Status};
use crate::time::Clock;

/// Compare a folder of evidence with its manifest: sizes, digests, numbers of rows
///
/// It needs no tenant. It cannot tell whether the manifest itself is the original: keep its digest,
/// or a signature of it, somewhere else.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Options {
    pub(crate) fn run(&self, context: &Context) -> Result {
        let failed = |error: certs::evidence::VerifyError| Failure::error(error.to_string());
        let manifest = Manifest::read(&self.folder).map_err(failed)?;
        manifest.verify(&self.folder).map_err(failed)?;
        evidence::show(context, &manifest)?;
        context.output.line("All files match the manifest.")?;
        Ok(Status::Done)
    }
}

/// A file of evidence.
pub(super) struct Files<'a>(pub(super) &'a EvidenceFile);

impl Record for Files<'_> {
    fn fields(&self, _: &Clock) -> Vec<Field> {
        let file = self.0;
        let rows = file.rows.map(|rows| rows.to_string());
        vec![
            Field::text("file", Some(&*file.name)).whole_column("FILE"),
            Field::text("rows", rows).column("ROWS"),
            Field::number("bytes", file.bytes).column("BYTES"),
            Field::text("sha256", Some(&*file.sha256)).column("SHA-256"),
        ]
    }
}
