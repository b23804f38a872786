//! Evidence for auditors: one self-contained record for each review item, and a manifest that
//! says whether that is all.
//!
//! ```
//! # async fn run() -> certs::Result<()> {
//! # let sim = certs_sim::Simulator::start().await.unwrap();
//! # let admin = sim.admin();
//! # let client = certs::Client::builder(sim.base_url())
//! #     .client_credentials(admin.client_id, admin.client_secret)
//! #     .build()?;
//! # let campaign = &sim.campaigns()[0].id;
//! # let place = tempfile::tempdir().unwrap();
//! # let folder = place.path().join("evidence");
//! let manifest = client.evidence().campaign(campaign).write_to(&folder).await?;
//! println!("{manifest}");
//! manifest.discrepancies.iter().for_each(|what| println!("{what}"));
//!
//! // Later, elsewhere:
//! let manifest = certs::evidence::Manifest::read(&folder).unwrap();
//! manifest.verify(&folder).unwrap();
//! # Ok(()) }
//! # tokio::runtime::Runtime::new().unwrap().block_on(run()).unwrap();
//! ```
//!
//! [`Client::evidence`](crate::Client::evidence) selects certifications;
//! [`Evidence::write_to`] makes a folder of files, [`Evidence::write`] writes to anything,
//! and [`Evidence::stream`] gives the [records](EvidenceRecord) themselves.
//!
//! # Formats
//!
//! - **JSON Lines**: a record a line, each ended by a line feed.
//! - **CSV** after RFC 4180, with a header and CRLF. Spreadsheets compute what begins like a
//!   formula, and anybody can name an entitlement `=HYPERLINK(…)`: texts that begin with `=`,
//!   `+`, `-`, `@`, a full-width form of these, also after blanks, or with a tab or a line
//!   break get an apostrophe before them. So does a text that has apostrophes before such a
//!   beginning already, so taking one away always gives the original. Dates and truth values
//!   are ours and stay as they are. Spreadsheets that split at another character than the
//!   comma do not see the cells as they are: import the file as comma-separated UTF-8.
//! - **Parquet**, with the feature `parquet`: columns of texts, truth values and times (UTC, to
//!   the microsecond), any of which may be null, in row groups of up to 50,000 records and 16 MiB of memory, with
//!   dictionaries, compressed with Snappy, which every reader knows.
//!
//! # What is checked
//!
//! The certifications are listed first, then the items of each are read, in an order that
//! decisions do not change, then the certifications are listed again. Everything that does not
//! add up is in [`Manifest::discrepancies`], each with the certification and item that it is
//! about: a list that has not as many records as the service counts, or whose count changes
//! on the way; items that come twice; records that cannot be read; certifications that
//! changed, appeared or disappeared in the meantime.
//!
//! What ends a run with an error is what concerns all of it, such as a lost connection. What
//! concerns one certification or one record does not: an audit of ten thousand items is not to
//! fail because of one that a newer service writes in a way that this version cannot read, but
//! it must say so. Certifications of governance groups are listed by the service, but not
//! their items; they are named, too.
//!
//! # Memory
//!
//! Records are written page by page and then forgotten: at most twice
//! [`fetch_ahead`](Evidence::fetch_ahead) pages are held, and for Parquet one row group.
//! What grows is the manifest, by an entry for each certification, and, up to 9 MiB, what
//! tells whether an item of a certification came before.

mod ahead;
mod csv;
mod facts;
mod folder;
mod json_lines;
mod ledger;
mod manifest;
mod output;
#[cfg(feature = "parquet")]
mod parquet;
mod reading;
mod record;
mod run;
mod seen;
mod selection;
mod stream;
mod time_text;
mod verify;

use std::fmt;
use std::path::Path;

use tokio::io::AsyncWrite;

pub use self::manifest::{
    CertificationCount, Counters, Discrepancy, DiscrepancyKind, EvidenceFile, EvidenceFormat,
    Manifest, SelectionSummary, Totals,
};
pub use self::record::{EvidenceRecord, ReassignmentStep};
pub use self::stream::EvidenceStream;
pub use self::verify::{FileProblem, VerifyError};

use self::output::{Output, Writer};
use self::reading::Reading;
use self::run::Heading;
use self::selection::Selection;
use crate::api::certifications::ReviewerIdentity;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::filter::IntoFilter;
use crate::filter::endpoint::{Certifications, Items};
use crate::progress::{ProgressReport, Reporter};

/// So many pages on their way keep the service's rate limit busy at usual latencies.
const FETCH_AHEAD: usize = 4;

/// Evidence that is about to be gathered: what of, and where to.
///
/// The settings that select certifications narrow the selection one after the other; without
/// any, it is all certifications that the token's owner may see.
///
/// Made by [`Client::evidence`](crate::Client::evidence). V3 only: beta has no items.
#[must_use = "nothing is read until it is written or streamed"]
pub struct Evidence<'w> {
    client: Client,
    selection: Selection,
    fetch_ahead: usize,
    reporter: Reporter,
    outputs: Vec<(String, EvidenceFormat, Writer<'w>)>,
}

impl Client {
    /// Gathers evidence: a record of each review item of a selection of certifications, and a
    /// manifest (`GET /v3/certifications` and
    /// `GET /v3/certifications/{id}/access-review-items`). See [`evidence`](crate::evidence).
    pub fn evidence<'w>(&self) -> Evidence<'w> {
        Evidence {
            client: self.clone(),
            selection: Selection::default(),
            fetch_ahead: FETCH_AHEAD,
            reporter: Reporter::default(),
            outputs: Vec::new(),
        }
    }
}

impl<'w> Evidence<'w> {
    /// Selects the certifications of this campaign; said again, of that one as well.
    pub fn campaign(mut self, id: impl Into<String>) -> Self {
        self.selection.campaigns.push(id.into());
        self
    }

    /// Selects certifications that the filter matches. Terms are combined with `and` and `or`;
    /// two filters are refused.
    pub fn filter(mut self, filter: impl IntoFilter<Certifications>) -> Self {
        self.selection.filtered_twice |= self.selection.filter.is_some();
        self.selection.filter = Some(filter.into_filter());
        self
    }

    /// Selects these certifications. Any that the service does not list is named in the
    /// manifest.
    pub fn certifications<S: Into<String>>(mut self, ids: impl IntoIterator<Item = S>) -> Self {
        let selected = self.selection.certifications.get_or_insert_default();
        for id in ids.into_iter().map(Into::into) {
            if !selected.contains(&id) {
                selected.push(id);
            }
        }
        self
    }

    /// Selects the certifications of this reviewer.
    pub fn reviewer(mut self, reviewer: impl Into<ReviewerIdentity>) -> Self {
        self.selection.reviewer = Some(reviewer.into());
        self
    }

    /// Takes only the items that the filter matches; two filters are refused. While somebody
    /// decides, a filter on [`completed`](crate::filter::item::completed) moves items under the
    /// reader's feet: better take all, and filter what was written.
    pub fn items(mut self, filter: impl IntoFilter<Items>) -> Self {
        self.selection.filtered_twice |= self.selection.items.is_some();
        self.selection.items = Some(filter.into_filter());
        self
    }

    /// Has up to this many pages of one certification, and the first pages of as many
    /// certifications, on their way at once; 4 unless said otherwise. 0 counts as 1. Each page
    /// is held in memory, about 1 MiB of it.
    pub fn fetch_ahead(mut self, pages: usize) -> Self {
        self.fetch_ahead = pages.max(1);
        self
    }

    /// Has this called as records are read. The total is known, from the certifications'
    /// counters of decisions, unless items are filtered.
    pub fn progress(mut self, tell: impl Fn(ProgressReport) + Send + Sync + 'static) -> Self {
        self.reporter = Reporter::new(tell);
        self
    }

    /// Writes JSON Lines, under this name in the manifest.
    pub fn json_lines(
        self,
        name: impl Into<String>,
        writer: impl AsyncWrite + Send + Unpin + 'w,
    ) -> Self {
        self.output(name.into(), EvidenceFormat::JsonLines, Box::new(writer))
    }

    /// Writes CSV, under this name in the manifest.
    pub fn csv(self, name: impl Into<String>, writer: impl AsyncWrite + Send + Unpin + 'w) -> Self {
        self.output(name.into(), EvidenceFormat::Csv, Box::new(writer))
    }

    /// Writes Parquet, under this name in the manifest.
    #[cfg(feature = "parquet")]
    pub fn parquet(
        self,
        name: impl Into<String>,
        writer: impl AsyncWrite + Send + Unpin + 'w,
    ) -> Self {
        self.output(name.into(), EvidenceFormat::Parquet, Box::new(writer))
    }

    fn output(mut self, name: String, format: EvidenceFormat, writer: Writer<'w>) -> Self {
        self.outputs.push((name, format, writer));
        self
    }

    /// Reads the selection once and writes it to everything that was named with
    /// [`json_lines`](Self::json_lines), [`csv`](Self::csv) and `parquet`. Writers are shut
    /// down at the end. The manifest is the caller's to keep.
    ///
    /// ```
    /// # async fn run() -> certs::Result<()> {
    /// # let sim = certs_sim::Simulator::start().await.unwrap();
    /// # let admin = sim.admin();
    /// # let client = certs::Client::builder(sim.base_url())
    /// #     .client_credentials(admin.client_id, admin.client_secret)
    /// #     .build()?;
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
    /// # Ok(()) }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(run()).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// Refused before sending if there is nothing to write to, two names are equal or the
    /// selection cannot be asked for; an [output](Error::is_output) that cannot be written; and
    /// whatever the calls meet, apart from what concerns one certification or record alone.
    /// After an error, what was written is only a part.
    pub async fn write(self) -> Result<Manifest> {
        let Self {
            client,
            selection,
            fetch_ahead,
            reporter,
            outputs,
        } = self;
        selection.check()?;
        if outputs.is_empty() {
            let why = "evidence: there is nothing to write to. Name a writer with `json_lines` or \
                       `csv`, or use `write_to` or `stream`";
            return Err(Error::refused(why));
        }
        let mut named = Vec::with_capacity(outputs.len());
        for (name, format, writer) in outputs {
            if named
                .iter()
                .any(|output: &Output<'_>| output.name() == name)
            {
                return Err(Error::refused(format!(
                    "evidence: two outputs are named `{name}`"
                )));
            }
            named.push(Output::new(name, format, writer)?);
        }
        let heading = Heading::new(client.base_url(), selection.summary());
        let reading = Reading::new(client, selection, fetch_ahead, reporter);
        run::run(reading, &heading, named).await
    }

    /// Writes all formats into a folder, which is made if it is not there: `evidence.jsonl`,
    /// `evidence.csv`, with the feature `parquet` `evidence.parquet`, and `manifest.json`.
    /// Outputs that were named are written as well.
    ///
    /// Files get their names when everything is written, the manifest last; until then they end
    /// in `.partial`, and when the run fails or is dropped they are deleted. Nothing is
    /// overwritten.
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write); refused if one of the files is there already.
    pub async fn write_to(self, folder: impl AsRef<Path>) -> Result<Manifest> {
        folder::write(self, folder.as_ref()).await
    }

    /// Streams the records. Outputs that were named are not written.
    ///
    /// ```
    /// # async fn run() -> certs::Result<()> {
    /// # let sim = certs_sim::Simulator::start().await.unwrap();
    /// # let admin = sim.admin();
    /// # let client = certs::Client::builder(sim.base_url())
    /// #     .client_credentials(admin.client_id, admin.client_secret)
    /// #     .build()?;
    /// # let campaign = &sim.campaigns()[0].id;
    /// use certs::model::Decision;
    ///
    /// let mut revoked = 0;
    /// let mut records = client.evidence().campaign(campaign).stream();
    /// while let Some(record) = records.try_next().await? {
    ///     revoked += u32::from(record.decision == Some(Decision::Revoke));
    /// }
    /// println!("{revoked} revoked. {}", records.manifest());
    /// # Ok(()) }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(run()).unwrap();
    /// ```
    ///
    /// The stream has to be polled inside a tokio runtime; dropping it cancels what is on its
    /// way. What does not add up is in its [manifest](EvidenceStream::manifest).
    pub fn stream(self) -> EvidenceStream {
        let heading = Heading::new(self.client.base_url(), self.selection.summary());
        let reading = self
            .selection
            .check()
            .map(|()| Reading::new(self.client, self.selection, self.fetch_ahead, self.reporter));
        EvidenceStream::new(reading, heading)
    }
}

impl fmt::Debug for Evidence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outputs: Vec<_> = self.outputs.iter().map(|(name, ..)| name).collect();
        f.debug_struct("Evidence")
            .field("selection", &self.selection.summary())
            .field("outputs", &outputs)
            .finish_non_exhaustive()
    }
}
