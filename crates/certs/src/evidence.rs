//! Evidence for auditors: one self-contained row for each review item, a report for people, and a
//! manifest that says whether the evidence is complete.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/guide/on_a_simulator.rs"));
//! # fn main() { on_a_simulator(async |client, campaign, folder| {
//! use certs::evidence::Manifest;
//!
//! let manifest = client.evidence().campaign(campaign).write_to(&folder).await?;
//! println!("{manifest}");
//! for discrepancy in &manifest.discrepancies {
//!     println!("{discrepancy}");
//! }
//!
//! // Later, elsewhere:
//! Manifest::read(&folder)?.verify(&folder)?;
//! # Ok(()) }) }
//! ```
//!
//! [`Client::evidence`](crate::Client::evidence) selects certifications;
//! [`Evidence::write_to`] makes a folder of files, [`Evidence::write`] writes to anything,
//! and [`Evidence::stream`] gives the [rows](EvidenceRow) themselves. The
//! [handbook](crate::guide::evidence) goes from a campaign to files that an auditor accepts.
//!
//! # Formats
//!
//! - **JSON Lines**: an object a line, each ended by a line feed.
//! - **CSV** after RFC 4180, with a header and CRLF. Spreadsheets evaluate text that begins like a
//!   formula, and anybody can name an entitlement `=HYPERLINK(…)`: texts that begin with `=`, `+`,
//!   `-`, `@`, a full-width form of these, also after blanks, or with a tab or a line break get an
//!   apostrophe before them. So does a text that already has apostrophes before such a beginning,
//!   so that removing one always restores the original. Dates, numbers and truth values come from
//!   this crate and stay as they are. Spreadsheets that split at another character than the comma
//!   do not recognise the cells: import the file as comma-separated UTF-8.
//! - **Parquet**, with the feature `parquet`: columns of texts, truth values, 64-bit numbers and
//!   times (UTC, to the microsecond), any of which may be null, in row groups of up to 50,000 rows
//!   and 16 MiB of memory, with dictionaries, compressed with Snappy, which every reader knows.
//! - **HTML**: the report, one self-contained file to open and to print: progress, campaigns,
//!   reviewers with times and shares, reassignments, revocations, what is missing.
//!
//! # What is checked
//!
//! First the certifications are listed. Then the items of each are read, in an order that decisions
//! do not change. Finally the certifications are listed again. Every discrepancy is in
//! [`Manifest::discrepancies`], with its certification and item: a campaign that does not exist; a
//! list whose number of records differs from the service's count, or changes while it is read;
//! items that come twice; records that cannot be read; certifications that changed, appeared or
//! disappeared in the meantime.
//!
//! A problem with one certification or one record does not end a run: one item that this version
//! cannot read should not fail ten thousand others. A certification whose items cannot be read,
//! after the client's retries, is named with the error and its tracking id; those of governance
//! groups always are. The run ends with an error if the certifications cannot be listed, if there
//! is no token, or if three certifications in a row get no response.
//!
//! # Memory
//!
//! Rows are written page by page and then dropped: at most twice
//! [`fetch_ahead`](Evidence::fetch_ahead) pages are held, and one row group of each Parquet file.
//! The manifest grows by an entry for each certification, and the set of known item ids grows to at
//! most 9 MiB.
//!
//! # Columns of items
//!
//! A column without a value is `null` in JSON Lines and Parquet, and empty in CSV.
//!
#![doc = include_str!("evidence/row/columns.md")]
//!
//! # Columns of grants
//!
#![doc = include_str!("evidence/grant/columns.md")]

mod columns;
mod draft;
mod duplicates;
mod folder;
mod format;
mod grant;
mod manifest;
mod output;
mod prefetch;
mod reader;
mod reassignments;
mod report;
mod rfc3339;
mod row;
mod selection;
mod stream;
mod verify;

use std::fmt;
use std::path::Path;

use tokio::io::AsyncWrite;

pub use self::format::EvidenceFormat;
pub use self::grant::GrantRow;
pub use self::manifest::{
    CampaignCount, CertificationCount, DecisionCounts, Discrepancy, DiscrepancyKind, EvidenceFile,
    Manifest, SelectionSummary, ServiceCounts, Totals,
};
pub use self::reassignments::ReassignmentStep;
pub use self::row::EvidenceRow;
pub use self::stream::EvidenceStream;
pub use self::verify::{FileProblem, VerifyError};

use self::columns::Row;
use self::output::{DigestedFile, Output, Writer};
use self::reader::{Options, Reader, SharedDraft};
use self::report::Revocations;
use self::selection::Selection;
use crate::api::Api;
use crate::api::certifications::ReviewerIdentity;
use crate::error::{Error, Result};
use crate::filter::Filter;
use crate::filter::endpoint::{Certifications, Items};
use crate::model::Id;
use crate::progress::{ProgressReport, Reporter};

/// How many pages are requested at once: enough to keep the service's rate limit busy at usual
/// latencies.
const FETCH_AHEAD: usize = 4;

/// Reads certifications and their items, and writes them as evidence.
///
/// Without a selection, it reads all certifications that the token's owner may see. Selections of
/// several kinds narrow one another.
///
/// Made by [`Client::evidence`](crate::Client::evidence). Not for beta, which has no items.
#[must_use = "nothing is read until it is written or streamed"]
pub struct Evidence<'w> {
    api: Api,
    selection: Selection,
    fetch_ahead: usize,
    reporter: Reporter,
    with_grants: bool,
    /// The contents of a folder.
    formats: Vec<EvidenceFormat>,
    byte_order_mark: bool,
    item_files: Vec<NamedWriter<'w>>,
    grant_files: Vec<NamedWriter<'w>>,
}

/// A file that was requested.
struct NamedWriter<'w> {
    name: String,
    format: EvidenceFormat,
    writer: Writer<'w>,
}

impl<'w> Evidence<'w> {
    pub(crate) fn new(api: Api) -> Self {
        Self {
            api,
            selection: Selection::default(),
            fetch_ahead: FETCH_AHEAD,
            reporter: Reporter::default(),
            with_grants: false,
            formats: folder::FORMATS.to_vec(),
            byte_order_mark: false,
            item_files: Vec::new(),
            grant_files: Vec::new(),
        }
    }

    /// Selects the certifications of this campaign. Call it again to add another campaign. The
    /// manifest names a campaign without certifications and is then not complete.
    pub fn campaign(mut self, id: impl Into<Id>) -> Self {
        self.selection.campaigns.push(id.into());
        self
    }

    /// Selects certifications that the filter matches. Terms are combined with `and` and `or`;
    /// two filters are refused.
    pub fn filter(mut self, filter: Filter<Certifications>) -> Self {
        self.selection.filtered_twice |= self.selection.filter.is_some();
        self.selection.filter = Some(filter);
        self
    }

    /// Selects these certifications. The manifest names those that the service does not list.
    pub fn certifications(mut self, ids: impl IntoIterator<Item: Into<Id>>) -> Self {
        let selected = self.selection.certifications.get_or_insert_default();
        selected.extend(ids.into_iter().map(Into::into));
        self
    }

    /// Selects the certifications of this reviewer.
    pub fn reviewer(mut self, reviewer: impl Into<ReviewerIdentity>) -> Self {
        self.selection.reviewer = Some(reviewer.into());
        self
    }

    /// Selects the items that the filter matches; two filters are refused. Decisions made during
    /// the run move items in and out of a filter on [`completed`](crate::filter::item::completed):
    /// read all items instead, and filter the files.
    pub fn items(mut self, filter: Filter<Items>) -> Self {
        self.selection.filtered_twice |= self.selection.items.is_some();
        self.selection.items = Some(filter);
        self
    }

    /// Requests up to this many pages of one certification, and the first pages of as many
    /// certifications, at once. The default is 4; 0 counts as 1. Each page takes about 1 MiB of
    /// memory.
    pub fn fetch_ahead(mut self, pages: usize) -> Self {
        self.fetch_ahead = pages.max(1);
        self
    }

    /// Reports progress to this callback as items are read. The total is the sum of the
    /// certifications' decision counts; it is unknown if items are filtered.
    pub fn progress(mut self, tell: impl Fn(ProgressReport) + Send + Sync + 'static) -> Self {
        self.reporter = Reporter::new(tell);
        self
    }

    /// Makes [`write_to`](Self::write_to) write the entitlements that items grant, too: a
    /// [`GrantRow`] for each entitlement under review and each inside a role or access profile.
    pub fn grants(mut self) -> Self {
        self.with_grants = true;
        self
    }

    /// Makes [`write_to`](Self::write_to) write these formats only, instead of all. The manifest
    /// is always written.
    pub fn formats(mut self, formats: impl IntoIterator<Item = EvidenceFormat>) -> Self {
        self.formats = formats.into_iter().collect();
        self
    }

    /// Begins CSV files with a UTF-8 byte order mark. Some spreadsheets need it to recognise UTF-8,
    /// and otherwise assume the system's own encoding. Databases and other readers may take it for
    /// part of the first column's name.
    pub fn byte_order_mark(mut self) -> Self {
        self.byte_order_mark = true;
        self
    }

    /// Writes items as JSON Lines, under this name in the manifest.
    pub fn json_lines(
        self,
        name: impl Into<String>,
        writer: impl AsyncWrite + Send + Unpin + 'w,
    ) -> Self {
        self.output(name.into(), EvidenceFormat::JsonLines, writer)
    }

    /// Writes items as CSV, under this name in the manifest.
    pub fn csv(self, name: impl Into<String>, writer: impl AsyncWrite + Send + Unpin + 'w) -> Self {
        self.output(name.into(), EvidenceFormat::Csv, writer)
    }

    /// Writes items as Parquet, under this name in the manifest.
    #[cfg(feature = "parquet")]
    pub fn parquet(
        self,
        name: impl Into<String>,
        writer: impl AsyncWrite + Send + Unpin + 'w,
    ) -> Self {
        self.output(name.into(), EvidenceFormat::Parquet, writer)
    }

    /// Writes a [`GrantRow`] for each entitlement that items grant, under this name in the
    /// manifest. All formats but [`Html`](EvidenceFormat::Html).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/guide/on_a_simulator.rs"));
    /// # fn main() { on_a_simulator(async |client, campaign, _| {
    /// use certs::evidence::EvidenceFormat;
    ///
    /// let mut grants = Vec::new();
    /// let evidence = client.evidence().campaign(campaign);
    /// evidence.grants_to("grants.csv", EvidenceFormat::Csv, &mut grants).write().await?;
    /// # Ok(()) }) }
    /// ```
    pub fn grants_to(
        mut self,
        name: impl Into<String>,
        format: EvidenceFormat,
        writer: impl AsyncWrite + Send + Unpin + 'w,
    ) -> Self {
        self.grant_files.push(NamedWriter {
            name: name.into(),
            format,
            writer: Box::new(writer),
        });
        self
    }

    fn output(
        mut self,
        name: String,
        format: EvidenceFormat,
        writer: impl AsyncWrite + Send + Unpin + 'w,
    ) -> Self {
        self.item_files.push(NamedWriter {
            name,
            format,
            writer: Box::new(writer),
        });
        self
    }

    /// Reads the selection once and writes it to every output that was added with
    /// [`json_lines`](Self::json_lines), [`csv`](Self::csv), `parquet` and
    /// [`grants_to`](Self::grants_to). Writers are shut down at the end. The caller has to keep the
    /// manifest.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/guide/on_a_simulator.rs"));
    /// # fn main() { on_a_simulator(async |client, campaign, _| {
    /// use certs::filter::certification;
    /// use certs::model::Phase;
    ///
    /// let mut csv = Vec::new();
    /// let manifest = client
    ///     .evidence()
    ///     .filter(certification::phase().eq(Phase::Signed))
    ///     .csv("signed.csv", &mut csv)
    ///     .write()
    ///     .await?;
    /// assert!(manifest.complete);
    /// assert_eq!(manifest.files[0].bytes, csv.len() as u64);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    ///
    /// Refused before sending if the evidence has no output, two outputs have the same name, or the
    /// selection cannot be requested. [`Output`](crate::ErrorKind::Output) if an output cannot be
    /// written. Other errors are those of any call, except those about a single certification or
    /// item. After an error, the outputs are incomplete.
    pub async fn write(self) -> Result<Manifest> {
        self.run(None).await
    }

    /// Writes everything into a folder, which is created if it does not exist.
    ///
    /// | file | what |
    /// |---|---|
    /// | `evidence.jsonl`, `evidence.csv`, with the feature `parquet` `evidence.parquet` | an [`EvidenceRow`] for each item |
    /// | `grants.jsonl`, `grants.csv`, `grants.parquet` | a [`GrantRow`] for each entitlement, with [`grants`](Self::grants) |
    /// | `report.html` | the report for people, to open in a browser and to print |
    /// | `manifest.json` | the [`Manifest`] |
    ///
    /// [`formats`](Self::formats) chooses among them.
    ///
    /// It also writes the outputs that were added with other methods.
    ///
    /// Files get their names when everything is written, the manifest last; until then they end in
    /// `.partial`. When the run fails or is dropped, they are deleted; the next run replaces files
    /// that a killed process left behind. Nothing else is overwritten. On Unix, only the owner may
    /// read the files.
    ///
    /// # Errors
    ///
    /// Those of [`write`](Self::write). Refused if one of the files already exists, or if another
    /// run is writing into the folder.
    pub async fn write_to(self, folder: impl AsRef<Path>) -> Result<Manifest> {
        folder::write(self, folder.as_ref()).await
    }

    /// Reads everything and writes each page to every file before the next; and the revoked items
    /// as a part of the report.
    async fn run(self, revocations: Option<Writer<'w>>) -> Result<Manifest> {
        let selection = self.selection.checked()?;
        let names = self.item_files.iter().chain(&self.grant_files);
        let mut names: Vec<_> = names.map(|file| file.name.as_str()).collect();
        names.sort_unstable();
        if names.is_empty() && revocations.is_none() {
            let why = "the evidence has no output. Name a writer with `json_lines` or `csv`, or \
                       use `write_to` or `stream`";
            return Err(Error::refused(why));
        }
        if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            let twice = &twice[0];
            let why = format!("evidence: two outputs are named `{twice}`. Rename one");
            return Err(Error::refused(why));
        }
        let options = Options {
            fetch_ahead: self.fetch_ahead,
            with_grants: !self.grant_files.is_empty(),
            reporter: self.reporter,
        };
        let mut items = Vec::with_capacity(self.item_files.len());
        for file in self.item_files {
            items.push(file.output::<EvidenceRow>(self.byte_order_mark)?);
        }
        let mut grants = Vec::with_capacity(self.grant_files.len());
        for file in self.grant_files {
            grants.push(file.output::<GrantRow>(self.byte_order_mark)?);
        }
        let mut revocations = revocations.map(|writer| {
            let file = DigestedFile::new("the list of revocations", writer);
            Output::new(file, EvidenceFormat::Html, Box::new(Revocations))
        });
        let draft = SharedDraft::new(&self.api, selection.summary());
        let mut reader = Reader::new(self.api, selection, options, draft.clone());

        for output in &mut items {
            output.begin().await?;
        }
        for output in &mut grants {
            output.begin().await?;
        }
        while let Some(rows) = reader.next().await? {
            for output in items.iter_mut().chain(&mut revocations) {
                output.write(&rows.items).await?;
            }
            for output in &mut grants {
                output.write(&rows.grants).await?;
            }
        }
        if let Some(output) = revocations {
            output.finish().await?;
        }
        let mut files = Vec::with_capacity(items.len() + grants.len());
        for output in items {
            files.push(output.finish().await?);
        }
        for output in grants {
            files.push(output.finish().await?);
        }
        let manifest = draft.lock().manifest(files);
        Ok(manifest)
    }

    /// Streams the rows of items. Named outputs are not written.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/guide/on_a_simulator.rs"));
    /// # fn main() { on_a_simulator(async |client, campaign, _| {
    /// use certs::model::Decision;
    ///
    /// let mut revoked = 0;
    /// let mut rows = client.evidence().campaign(campaign).stream();
    /// while let Some(row) = rows.try_next().await? {
    ///     revoked += u32::from(row.decision == Some(Decision::Revoke));
    /// }
    /// println!("{revoked} revoked. {}", rows.manifest());
    /// # Ok(()) }) }
    /// ```
    ///
    /// The stream has to be polled inside a tokio runtime; dropping it cancels its requests.
    /// Discrepancies are in its [manifest](EvidenceStream::manifest).
    pub fn stream(self) -> EvidenceStream {
        let options = Options {
            fetch_ahead: self.fetch_ahead,
            with_grants: false,
            reporter: self.reporter,
        };
        let draft = SharedDraft::new(&self.api, self.selection.summary());
        let selection = self.selection.checked();
        let reader =
            selection.map(|selection| Reader::new(self.api, selection, options, draft.clone()));
        EvidenceStream::new(reader, draft)
    }
}

impl<'w> NamedWriter<'w> {
    fn output<R: Row>(self, byte_order_mark: bool) -> Result<Output<'w, R>> {
        let encoder = self.format.encoder(byte_order_mark)?;
        let file = DigestedFile::new(self.name, self.writer);
        Ok(Output::new(file, self.format, encoder))
    }
}

impl fmt::Debug for Evidence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = self.item_files.iter().chain(&self.grant_files);
        let files: Vec<_> = files.map(|file| &file.name).collect();
        f.debug_struct("Evidence")
            .field("selection", &self.selection.summary())
            .field("files", &files)
            .finish_non_exhaustive()
    }
}
