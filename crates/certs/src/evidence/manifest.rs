//! The manifest: what a run read and wrote, and what was wrong.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::format::EvidenceFormat;
use super::{ReassignmentStep, rfc3339};
#[cfg(feature = "schemars")]
use crate::model::schema::{self, plain_descriptions};
use crate::model::{CampaignStatus, CampaignType, Decision, Phase};

/// The name of the manifest in a folder of evidence.
pub(super) const FILE_NAME: &str = "manifest.json";

/// The manifest format that this version writes.
pub(super) const FORMAT_VERSION: u32 = 1;

/// What a run of evidence read and wrote: where, when, what was selected, how many items
/// there are by our count and by the service's, how they were decided, and the digest of each
/// file.
///
/// Inconsistencies are in [`discrepancies`](Self::discrepancies). [`verify`](Self::verify) later
/// compares the files with the manifest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub struct Manifest {
    /// The version of the manifest's format: 1.
    pub format_version: u32,
    /// The version of this crate that wrote it.
    pub crate_version: String,
    /// The API's version, such as `v3`.
    pub api_version: String,
    /// The tenant: the host of the base URL.
    pub tenant: String,
    /// When the run began.
    #[serde(with = "rfc3339")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time"))]
    pub started: Timestamp,
    /// When everything was read.
    #[serde(with = "rfc3339")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time"))]
    pub finished: Timestamp,
    /// The selection.
    pub selection: SelectionSummary,
    /// Whether every item of the selection is in the evidence exactly once, as far as the
    /// service's counters tell. It is false if a discrepancy was found, other than
    /// [`CertificationChanged`](DiscrepancyKind::CertificationChanged).
    pub complete: bool,
    /// The sums over all certifications.
    pub totals: Totals,
    /// The sums over the certifications of each campaign, in the order of their names.
    #[serde(default)]
    pub campaigns: Vec<CampaignCount>,
    /// The files that were written.
    pub files: Vec<EvidenceFile>,
    /// The inconsistencies that were found; empty if there were none.
    pub discrepancies: Vec<Discrepancy>,
    /// The certifications, in the order in which they were read.
    pub certifications: Vec<CertificationCount>,
}

/// The selection. Absent fields did not narrow it.
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
    /// How many items were recorded.
    pub items: u64,
    /// How many items the service counts in the certifications that could be read.
    pub items_by_service: u64,
    /// How the recorded items were decided.
    #[serde(default)]
    pub decisions: DecisionCounts,
}

/// How recorded items were decided. The four add up to the number of items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub struct DecisionCounts {
    /// Approved.
    pub approved: u64,
    /// Revoked.
    pub revoked: u64,
    /// Decided in another way, such as acknowledged.
    pub other: u64,
    /// Not decided.
    pub open: u64,
}

impl DecisionCounts {
    /// Counts one more item.
    pub(super) fn count(&mut self, decision: Option<&Decision>) {
        *match decision {
            Some(Decision::Approve) => &mut self.approved,
            Some(Decision::Revoke) => &mut self.revoked,
            Some(_) => &mut self.other,
            None => &mut self.open,
        } += 1;
    }

    pub(super) fn add(&mut self, more: Self) {
        self.approved += more.approved;
        self.revoked += more.revoked;
        self.other += more.other;
        self.open += more.open;
    }
}

/// The sums over the selected certifications of a campaign, and what the campaign is.
///
/// It has type, status, dates and filter if the token's owner may read campaigns. No version
/// of the API says who owns a campaign.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub struct CampaignCount {
    /// The campaign's id. `None` for certifications without a campaign.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// What it reviews, and by whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_type: Option<CampaignType>,
    /// Its status at the end of the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<CampaignStatus>,
    /// When it was created.
    #[serde(
        default,
        with = "rfc3339::optional",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time_or_null"))]
    pub created: Option<Timestamp>,
    /// When it was last changed.
    #[serde(
        default,
        with = "rfc3339::optional",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time_or_null"))]
    pub modified: Option<Timestamp>,
    /// When it ends.
    #[serde(
        default,
        with = "rfc3339::optional",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time_or_null"))]
    pub deadline: Option<Timestamp>,
    /// The name of the campaign filter that chose what is reviewed; `None` for the tenant's
    /// default one, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// The id of that filter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter_id: Option<String>,
    /// How many certifications were selected.
    pub certifications: u64,
    /// How many of them could be read.
    pub certifications_read: u64,
    /// How many of them are signed off.
    pub certifications_signed: u64,
    /// How many items were recorded.
    pub items: u64,
    /// How they were decided.
    pub decisions: DecisionCounts,
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
    /// How many rows it has, not counting a header. `None` for a report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// How many bytes it has.
    pub bytes: u64,
    /// Its SHA-256 in lower-case hexadecimal digits.
    pub sha256: String,
    /// What a reader has to know about the format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What was counted in one certification.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub struct CertificationCount {
    /// The certification's id.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// The campaign's id.
    pub campaign_id: Option<String>,
    /// The campaign's name.
    pub campaign_name: Option<String>,
    /// The reviewer's id.
    pub reviewer_id: Option<String>,
    /// The reviewer's name.
    pub reviewer_name: Option<String>,
    /// When it was created.
    #[serde(default, with = "rfc3339::optional")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time_or_null"))]
    pub created: Option<Timestamp>,
    /// When the decisions were due.
    #[serde(default, with = "rfc3339::optional")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time_or_null"))]
    pub due: Option<Timestamp>,
    /// Where its items came from, if it was reassigned.
    #[serde(default)]
    pub reassigned_from: Option<ReassignmentStep>,
    /// How many items were recorded.
    pub items: u64,
    /// How they were decided.
    #[serde(default)]
    pub decisions: DecisionCounts,
    /// How many items could not be read. They are in no file.
    pub unreadable: u64,
    /// How many items were listed more than once. The files have each once.
    pub repeated: u64,
    /// Why the certification, or a part of it, could not be read.
    pub not_readable: Option<String>,
    /// What the service counted before: the item count with the first page of items, the rest
    /// when certifications were listed at the beginning.
    pub before: ServiceCounts,
    /// What the service counted after: the item count with the last page of items, the rest
    /// when certifications were listed again at the end, if it was among them. `None` if its
    /// items could not be read and it was not listed again.
    pub after: Option<ServiceCounts>,
}

/// The service's counters of a certification.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub struct ServiceCounts {
    /// How many items the list has (`X-Total-Count`), narrowed by the filter of items if there
    /// is one. `None` if the service did not say.
    pub items: Option<u64>,
    /// How many decisions there are to make.
    pub decisions_total: Option<i32>,
    /// How many decisions are made.
    pub decisions_made: Option<i32>,
    /// The certification's phase.
    pub phase: Option<Phase>,
    /// When the reviewer signed off. `None` before that.
    #[serde(default, with = "rfc3339::optional")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time_or_null"))]
    pub signed: Option<Timestamp>,
    /// When the certification was last changed.
    #[serde(default, with = "rfc3339::optional")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time_or_null"))]
    pub modified: Option<Timestamp>,
}

/// An inconsistency that a run found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub struct Discrepancy {
    /// The kind of discrepancy.
    pub kind: DiscrepancyKind,
    /// The certification that it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certification_id: Option<String>,
    /// The item that it is about, if it is about one whose id is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_id: Option<String>,
    /// What happened, for a person to read.
    pub message: String,
    /// The id under which the vendor's support finds the failed request, if there was one and the
    /// service gave its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking_id: Option<String>,
}

/// The kinds of discrepancies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub enum DiscrepancyKind {
    /// No certification of a campaign that was asked for by its id is in the selection: the
    /// campaign does not exist, or the token's owner may not see it.
    CampaignNotFound,
    /// A certification that was asked for by its id is not among those that the token's owner
    /// may see.
    CertificationNotFound,
    /// The items of a certification could not be read, or not all of them: the service failed,
    /// or refuses, as it does for the certifications of governance groups.
    CertificationNotReadable,
    /// A certification or an item could not be decoded.
    RecordNotReadable,
    /// A certification or an item was listed twice. The list moved while it was read, so another
    /// one may have been missed.
    RecordRepeated,
    /// The number of certifications or items differs from the service's count, or the count changed
    /// during the run.
    CountDiffers,
    /// At the end, a certification had more or fewer items than at the beginning.
    ItemsMoved,
    /// A certification joined the selection during the run and was not read.
    CertificationAppeared,
    /// A certification left the selection during the run.
    CertificationDisappeared,
    /// Decisions were made, or the certification was changed in another way, during the run. Some
    /// rows may be from before the change and some from after it. No item is missing.
    CertificationChanged,
    /// The rows were not read to the end.
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

/// One line: how many items of how many certifications, and whether the evidence is complete.
impl fmt::Display for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Totals {
            certifications,
            certifications_read,
            items,
            items_by_service,
            ..
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
