//! Builds the manifest while evidence is being read.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use url::Url;

use super::manifest::{
    CampaignCount, CertificationCount, Discrepancy, DiscrepancyKind, EvidenceFile, FORMAT_VERSION,
    Manifest, SelectionSummary, ServiceCounts, Totals,
};
use super::reassignments::ReassignmentStep;
use super::rfc3339;
use super::row::{EvidenceRow, id_text};
use crate::api::Api;
use crate::error::Error;
use crate::model::{Campaign, Certification, Id, Phase};

/// How many discrepancies of one kind are listed for one certification; its counts include all.
const MAX_LISTED: u64 = 100;

/// A manifest that grows while evidence is read.
#[derive(Clone, Debug)]
pub(super) struct ManifestDraft {
    tenant: String,
    version: String,
    started: Timestamp,
    selection: SelectionSummary,
    certifications: Vec<CertificationCount>,
    discrepancies: Vec<Discrepancy>,
    /// Their state at the end, if they could be read.
    campaigns: Vec<Campaign>,
    is_finished: bool,
}

impl ManifestDraft {
    pub(super) fn new(api: &Api, selection: SelectionSummary) -> Self {
        Self {
            tenant: host(api.base_url()),
            version: api.version().to_string(),
            started: rfc3339::now(),
            selection,
            certifications: Vec::new(),
            discrepancies: Vec::new(),
            campaigns: Vec::new(),
            is_finished: false,
        }
    }

    /// The current manifest.
    pub(super) fn manifest(&self, files: Vec<EvidenceFile>) -> Manifest {
        let harmless = |found: &Discrepancy| found.kind == DiscrepancyKind::CertificationChanged;
        let mut discrepancies = self.discrepancies.clone();
        if !self.is_finished {
            let message = "the rows were not read to the end";
            discrepancies.push(Discrepancy::new(DiscrepancyKind::Unfinished, None, message));
        }
        Manifest {
            format_version: FORMAT_VERSION,
            crate_version: env!("CARGO_PKG_VERSION").to_owned(),
            api_version: self.version.clone(),
            tenant: self.tenant.clone(),
            started: self.started,
            finished: rfc3339::now(),
            selection: self.selection.clone(),
            complete: discrepancies.iter().all(harmless),
            totals: self.totals(),
            campaigns: self.campaigns(),
            files,
            discrepancies,
            certifications: self.certifications.clone(),
        }
    }

    /// Sets the campaigns of the certifications, in their state at the end.
    pub(super) fn has_campaigns(&mut self, campaigns: Vec<Campaign>) {
        self.campaigns = campaigns;
    }

    /// Sets the listed certifications, and the discrepancies of their lists.
    pub(super) fn begin(
        &mut self,
        certifications: &[Certification],
        discrepancies: Vec<Discrepancy>,
    ) {
        self.certifications = certifications.iter().map(CertificationCount::new).collect();
        self.discrepancies = discrepancies;
    }

    /// Sets the service's count of a certification's items, from their first page.
    pub(super) fn set_items_before(&mut self, index: usize, items: Option<u64>) {
        self.certifications[index].before.items = items;
    }

    /// Counts rows of a certification.
    pub(super) fn count(&mut self, index: usize, rows: &[EvidenceRow]) {
        let count = &mut self.certifications[index];
        count.items += rows.len() as u64;
        for row in rows {
            count.decisions.count(row.decision.as_ref());
        }
    }

    /// Adds an item that could not be decoded, or was null.
    pub(super) fn add_unreadable_item(
        &mut self,
        index: usize,
        place: u32,
        id: Option<&str>,
        why: &str,
    ) {
        let count = &mut self.certifications[index];
        count.unreadable += 1;
        let number = count.unreadable;
        let message = format!(
            "item number {} of the list cannot be read: {why}",
            place + 1
        );
        let kind = DiscrepancyKind::RecordNotReadable;
        self.add_about_item(kind, index, id, number, message);
    }

    /// Adds an item that was listed before.
    pub(super) fn add_repeated_item(&mut self, index: usize, id: &Id) {
        let count = &mut self.certifications[index];
        count.repeated += 1;
        let number = count.repeated;
        let message = format!("item {id} was listed twice; it is recorded once");
        let kind = DiscrepancyKind::RecordRepeated;
        self.add_about_item(kind, index, id.get(), number, message);
    }

    /// Adds a discrepancy of a certification.
    fn add(&mut self, kind: DiscrepancyKind, index: usize, message: String) {
        let id = &self.certifications[index].id;
        self.discrepancies
            .push(Discrepancy::new(kind, id.as_deref(), message));
    }

    /// Adds a discrepancy of an item; `number` counts those of its kind in its certification.
    fn add_about_item(
        &mut self,
        kind: DiscrepancyKind,
        index: usize,
        item_id: Option<&str>,
        number: u64,
        message: String,
    ) {
        let count = &self.certifications[index];
        if number <= MAX_LISTED {
            self.discrepancies.push(Discrepancy {
                item_id: item_id.map(str::to_owned),
                ..Discrepancy::new(kind, count.id.as_deref(), message)
            });
        } else if number == MAX_LISTED + 1 {
            let message = format!("there are more than {MAX_LISTED} such items; see its counts");
            self.add(kind, index, message);
        }
    }

    /// Records that the items of a certification, or the rest of them, cannot be read.
    pub(super) fn add_not_readable(&mut self, index: usize, is_of_group: bool, error: &Error) {
        let why = if is_of_group {
            format!("a governance group reviews it, and the service refuses: {error}")
        } else {
            error.to_string()
        };
        let count = &mut self.certifications[index];
        let kind = DiscrepancyKind::CertificationNotReadable;
        let message = format!("its items cannot be read: {why}");
        self.discrepancies.push(Discrepancy {
            tracking_id: error.tracking_id().map(str::to_owned),
            ..Discrepancy::new(kind, count.id.as_deref(), message)
        });
        count.not_readable = Some(why);
    }

    /// Records that all items of a certification are read. `received` is the number of elements of
    /// the list, and `after` the service's count with the last page.
    pub(super) fn end_certification(&mut self, index: usize, received: u64, after: Option<u64>) {
        let count = &mut self.certifications[index];
        let before = count.before.items;
        count.after = Some(ServiceCounts {
            items: after,
            ..ServiceCounts::default()
        });
        let counted = match (before, after) {
            (Some(before), Some(after)) if before == received && after == received => return,
            (Some(before), Some(after)) if before == after => before.to_string(),
            (Some(before), Some(after)) => format!("{before} before and {after} after"),
            _ => "none or not always".to_owned(),
        };
        let message = format!("{received} items were received, but the service counts {counted}");
        self.add(DiscrepancyKind::CountDiffers, index, message);
    }

    /// Compares the certifications with the second list, at the end.
    pub(super) fn end(&mut self, again: impl IntoIterator<Item = Certification>) {
        if self.is_finished {
            return;
        }
        self.is_finished = true;
        let counts = self.certifications.iter().enumerate();
        let indices: HashMap<_, usize> = counts
            .map(|(index, count)| (count.id.clone(), index))
            .collect();
        let mut is_listed = vec![false; self.certifications.len()];
        for certification in again {
            if let Some(index) = indices.get(&id_text(&certification.id)) {
                is_listed[*index] = true;
                self.compare(*index, &certification);
            } else {
                let message = "joined the selection during the run and was not read";
                let kind = DiscrepancyKind::CertificationAppeared;
                let found = Discrepancy::new(kind, certification.id.get(), message);
                self.discrepancies.push(found);
            }
        }
        for (index, is_listed) in is_listed.into_iter().enumerate() {
            if !is_listed {
                let message = "left the selection during the run".to_owned();
                self.add(DiscrepancyKind::CertificationDisappeared, index, message);
            }
        }
    }

    /// Compares a certification with its first listing.
    fn compare(&mut self, index: usize, certification: &Certification) {
        let count = &mut self.certifications[index];
        let items = count.after.take().and_then(|after| after.items);
        let after = ServiceCounts {
            items,
            ..service_counts(certification)
        };
        let before = ServiceCounts {
            items,
            ..count.before.clone()
        };
        count.after = Some(after.clone());
        let reviewer = certification.reviewer.as_ref();
        let reviewer = reviewer.and_then(|reviewer| id_text(&reviewer.id));
        let has_same_reviewer = reviewer == count.reviewer_id;
        if before == after && has_same_reviewer {
            return;
        }
        let mut changes = Vec::new();
        for (name, before, after) in [
            (
                "decisions to make",
                before.decisions_total,
                after.decisions_total,
            ),
            (
                "decisions made",
                before.decisions_made,
                after.decisions_made,
            ),
        ] {
            if before != after {
                let (before, after) = (or_unknown(before), or_unknown(after));
                changes.push(format!("{name}: {before} before, {after} after"));
            }
        }
        if before.phase != after.phase {
            changes.push("phase".to_owned());
        }
        if !has_same_reviewer {
            changes.push("reviewer".to_owned());
        }
        if changes.is_empty() {
            changes.push("time of change".to_owned());
        }
        let kind = if before.decisions_total == after.decisions_total {
            DiscrepancyKind::CertificationChanged
        } else {
            DiscrepancyKind::ItemsMoved
        };
        let message = format!("changed while evidence was read: {}", changes.join("; "));
        self.add(kind, index, message);
    }

    fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for count in &self.certifications {
            totals.certifications += 1;
            totals.items += count.items;
            totals.decisions.add(count.decisions);
            if count.not_readable.is_none() {
                totals.certifications_read += 1;
                let after = count.after.as_ref().and_then(|after| after.items);
                let counted = after.or(count.before.items).unwrap_or(0);
                totals.items_by_service = totals.items_by_service.saturating_add(counted);
            }
        }
        totals
    }

    fn campaigns(&self) -> Vec<CampaignCount> {
        let mut campaigns = BTreeMap::<_, CampaignCount>::new();
        for count in &self.certifications {
            let campaign = campaigns.entry(&count.campaign_id).or_default();
            campaign.id.clone_from(&count.campaign_id);
            if campaign.name.is_none() {
                campaign.name.clone_from(&count.campaign_name);
            }
            campaign.certifications += 1;
            campaign.certifications_read += u64::from(count.not_readable.is_none());
            campaign.certifications_signed += u64::from(count.is_signed());
            campaign.items += count.items;
            campaign.decisions.add(count.decisions);
        }
        let mut campaigns: Vec<_> = campaigns.into_values().collect();
        for count in &mut campaigns {
            let id = count.id.as_deref();
            let mut read = self.campaigns.iter();
            if let Some(campaign) = read.find(|campaign| campaign.id.get() == id) {
                let filter = campaign.filter.as_ref();
                count.campaign_type.clone_from(&campaign.campaign_type);
                count.status.clone_from(&campaign.status);
                count.created = campaign.created;
                count.modified = campaign.modified;
                count.deadline = campaign.deadline;
                count.filter = filter.and_then(|filter| filter.name.clone());
                count.filter_id = filter.and_then(|filter| id_text(&filter.id));
            }
        }
        campaigns.sort_by(|left, right| left.name.cmp(&right.name));
        campaigns
    }
}

impl Discrepancy {
    pub(super) fn new(
        kind: DiscrepancyKind,
        certification_id: Option<&str>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            certification_id: certification_id.map(str::to_owned),
            item_id: None,
            message: message.into(),
            tracking_id: None,
        }
    }
}

impl CertificationCount {
    fn new(certification: &Certification) -> Self {
        let campaign = certification.campaign.as_ref();
        let reviewer = certification.reviewer.as_ref();
        Self {
            id: id_text(&certification.id),
            name: certification.name.clone(),
            campaign_id: campaign.and_then(|campaign| id_text(&campaign.id)),
            campaign_name: campaign.and_then(|campaign| campaign.name.clone()),
            reviewer_id: reviewer.and_then(|reviewer| id_text(&reviewer.id)),
            reviewer_name: reviewer.and_then(|reviewer| reviewer.name.clone()),
            created: certification.created,
            due: certification.due,
            reassigned_from: certification
                .reassignment
                .as_deref()
                .map(ReassignmentStep::of),
            before: service_counts(certification),
            ..Self::default()
        }
    }

    /// The service's last counts.
    pub(super) fn last(&self) -> &ServiceCounts {
        let listed_again = self.after.as_ref().filter(|after| after.phase.is_some());
        listed_again.unwrap_or(&self.before)
    }

    pub(super) fn is_signed(&self) -> bool {
        self.last().phase == Some(Phase::Signed) || self.last().signed.is_some()
    }
}

fn service_counts(certification: &Certification) -> ServiceCounts {
    ServiceCounts {
        items: None,
        decisions_total: certification.decisions_total,
        decisions_made: certification.decisions_made,
        phase: certification.phase.clone(),
        signed: certification.signed,
        modified: certification.modified,
    }
}

/// The service's count, for a message.
pub(super) fn or_unknown(count: Option<impl ToString>) -> String {
    count.map_or("unknown".to_owned(), |count| count.to_string())
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
