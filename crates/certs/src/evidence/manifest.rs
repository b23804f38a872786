//! What a run of evidence read and wrote, and what was wrong with it.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::output::Encode;
use super::{csv, json_lines, time_text};
use crate::error::Result;
use crate::model::Phase;
#[cfg(feature = "schemars")]
use crate::model::schema::{self, plain_descriptions};

/// The name of the manifest in a folder of evidence.
pub(super) const FILE_NAME: &str = "manifest.json";

/// The form of manifest that this version writes.
pub(super) const FORMAT_VERSION: u32 = 1;

/// What a run of evidence read and wrote: where, when, what was selected, how many records
/// there are by our count and by the service's, and the digest of each file.
///
/// What did not add up is in [`discrepancies`](Self::discrepancies).
/// [`verify`](Self::verify) holds the files against it later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub struct Manifest {
    /// The form of the manifest: 1.
    pub format_version: u32,
    /// The version of this crate that wrote it.
    pub crate_version: String,
    /// The API's version: `v3`.
    pub api_version: String,
    /// The tenant: the host of the base URL.
    pub tenant: String,
    /// When the run began.
    #[serde(with = "time_text")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time"))]
    pub started: Timestamp,
    /// When everything was read.
    #[serde(with = "time_text")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time"))]
    pub finished: Timestamp,
    /// What was asked for.
    pub selection: SelectionSummary,
    /// Whether every item of the selection is in the evidence exactly once, as far as the
    /// service's counters tell: there is no discrepancy but
    /// [`CertificationChanged`](DiscrepancyKind::CertificationChanged).
    pub complete: bool,
    /// The sums.
    pub totals: Totals,
    /// The files that were written.
    pub files: Vec<EvidenceFile>,
    /// What did not add up; empty if everything did.
    pub discrepancies: Vec<Discrepancy>,
    /// The certifications, in the order in which they were read.
    pub certifications: Vec<CertificationCount>,
}

/// What was asked for. What is absent did not narrow the selection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub struct SelectionSummary {
    /// The ids of the campaigns.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub campaigns: Vec<String>,
    /// The ids of the certifications.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub certifications: Vec<String>,
    /// The reviewer's id, or `me` for the token's owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewer: Option<String>,
    /// The filter of certifications, in the API's syntax.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// The filter of items, in the API's syntax.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<String>,
}

/// The sums over all certifications.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub struct Totals {
    /// How many certifications were selected.
    pub certifications: u64,
    /// How many of them could be read.
    pub certifications_read: u64,
    /// How many items there are records of.
    pub items: u64,
    /// How many items there are by the service's count, of the certifications that could be
    /// read.
    pub items_by_service: u64,
}

/// A file of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub struct EvidenceFile {
    /// The name that was given to it.
    pub name: String,
    /// Its format.
    pub format: EvidenceFormat,
    /// How many records it has; a header is none.
    pub rows: u64,
    /// How many bytes it has.
    pub bytes: u64,
    /// Its SHA-256 in lower-case hexadecimal digits.
    pub sha256: String,
    /// What a reader has to know about the format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A format of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub enum EvidenceFormat {
    /// A JSON object a line.
    JsonLines,
    /// Comma-separated values after RFC 4180.
    Csv,
    /// Apache Parquet. Written with the feature `parquet`.
    Parquet,
}

impl EvidenceFormat {
    pub(super) fn encoder(self) -> Result<Box<dyn Encode>> {
        Ok(match self {
            Self::JsonLines => Box::new(json_lines::JsonLines),
            Self::Csv => Box::new(csv::Csv::new()),
            #[cfg(feature = "parquet")]
            Self::Parquet => Box::new(super::parquet::Parquet::new()?),
            #[cfg(not(feature = "parquet"))]
            Self::Parquet => {
                let why = "Parquet is written with the feature `parquet` of the crate `certs`";
                return Err(crate::error::Error::refused(why));
            }
        })
    }

    pub(super) fn note(self) -> Option<&'static str> {
        match self {
            Self::JsonLines => None,
            Self::Csv => Some(csv::NOTE),
            #[cfg(feature = "parquet")]
            Self::Parquet => Some(super::parquet::NOTE),
            #[cfg(not(feature = "parquet"))]
            Self::Parquet => None,
        }
    }
}

/// What was counted in one certification.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub struct CertificationCount {
    /// The certification's id; empty if the service told none.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// The campaign's id.
    pub campaign_id: Option<String>,
    /// The campaign's name.
    pub campaign_name: Option<String>,
    /// The id of whoever reviews.
    pub reviewer_id: Option<String>,
    /// How many items there are records of.
    pub items: u64,
    /// How many items could not be read. They are in no file.
    pub unreadable: u64,
    /// How many items came again. The files have each once.
    pub repeated: u64,
    /// Why nothing, or not everything, could be read of the certification as a whole.
    pub not_readable: Option<String>,
    /// What the service counted before: the item count with the first page of items, the rest
    /// when certifications were listed at the beginning.
    pub before: Counters,
    /// What the service counted after: the item count with the last page of items, the rest
    /// when certifications were listed again at the end. `None` if it was not listed again.
    pub after: Option<Counters>,
}

/// What the service says about how far a certification is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub struct Counters {
    /// How many items the list has (`X-Total-Count`), narrowed by the filter of items if there
    /// is one. `None` if it was not told.
    pub items: Option<u64>,
    /// How many decisions there are to make.
    pub decisions_total: Option<i32>,
    /// How many decisions are made.
    pub decisions_made: Option<i32>,
    /// Where the certification is in its life.
    pub phase: Option<Phase>,
    /// When the certification was last changed.
    #[serde(default, with = "time_text::optional")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time_or_null"))]
    pub modified: Option<Timestamp>,
}

/// Something that did not add up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub struct Discrepancy {
    /// What sort of thing.
    pub kind: DiscrepancyKind,
    /// The certification that it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certification_id: Option<String>,
    /// The item that it is about, if it is about one whose id is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_id: Option<String>,
    /// What happened, for a person to read.
    pub message: String,
}

/// The sorts of things that do not add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub enum DiscrepancyKind {
    /// A certification that was asked for by its id is not among those that the token's owner
    /// may see.
    CertificationNotFound,
    /// The service refuses to list a certification's items, as it does for those of governance
    /// groups.
    CertificationNotReadable,
    /// A certification or an item could not be decoded.
    RecordNotReadable,
    /// A certification or an item came twice while its list was paged, so something moved, and
    /// something else may have been missed.
    RecordRepeated,
    /// Not as many certifications or items came as the service counts, or its count changed on
    /// the way.
    CountDiffers,
    /// At the end, a certification had more or fewer items than at the beginning.
    ItemsMoved,
    /// A certification joined the selection during the run and was not read.
    CertificationAppeared,
    /// A certification left the selection during the run.
    CertificationDisappeared,
    /// Decisions were made, or the certification was changed in another way, during the run:
    /// records of one certification may be from before and after. All items are there.
    CertificationChanged,
    /// The records were not taken to their end.
    Unfinished,
}

impl fmt::Display for Discrepancy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(id) = &self.certification_id {
            write!(f, "certification {id}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// One line: how many records of how many certifications, and whether that is all.
impl fmt::Display for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Totals {
            certifications,
            certifications_read,
            items,
            items_by_service,
        } = self.totals;
        write!(
            f,
            "{items} of {items_by_service} items, {certifications_read} of {certifications} \
             certifications: {}",
            if self.complete {
                "complete"
            } else {
                "not complete"
            },
        )?;
        match self.discrepancies.len() {
            0 => Ok(()),
            1 => f.write_str(", 1 discrepancy"),
            many => write!(f, ", {many} discrepancies"),
        }
    }
}
