//! What is counted while evidence is read.

use std::collections::HashMap;

use super::facts::known;
use super::manifest::{CertificationCount, Counters, Discrepancy, DiscrepancyKind, Totals};
use crate::api::page::UnreadableRecord;
use crate::model::Certification;

/// So many discrepancies of one sort are told of one certification; its counts tell of all.
const MOST_TOLD: u64 = 100;

#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    pub(super) certifications: Vec<CertificationCount>,
    pub(super) discrepancies: Vec<Discrepancy>,
    /// Whether everything is read.
    pub(super) finished: bool,
}

impl Ledger {
    /// Begins the account of a certification.
    pub(super) fn open(&mut self, certification: &Certification) {
        let campaign = certification.campaign.as_ref();
        let reviewer = certification.reviewer.as_ref();
        self.certifications.push(CertificationCount {
            id: certification.id.clone(),
            name: certification.name.clone(),
            campaign_id: campaign.and_then(|campaign| known(&campaign.id)),
            campaign_name: campaign.and_then(|campaign| campaign.name.clone()),
            reviewer_id: reviewer.and_then(|reviewer| known(&reviewer.id)),
            before: counters(certification),
            ..CertificationCount::default()
        });
    }

    pub(super) fn note(&mut self, kind: DiscrepancyKind, id: Option<&str>, message: String) {
        self.discrepancies.push(Discrepancy {
            kind,
            certification_id: id.and_then(known),
            item_id: None,
            message,
        });
    }

    /// A certification that could not be decoded.
    pub(super) fn undecodable(&mut self, record: &UnreadableRecord) {
        let message = format!(
            "the certification at place {} of its list cannot be read: {}",
            record.place + 1,
            record.reason
        );
        let kind = DiscrepancyKind::RecordNotReadable;
        self.note(kind, record.id.as_deref(), message);
    }

    /// An item that could not be decoded, or was a null.
    pub(super) fn unreadable_item(
        &mut self,
        account: usize,
        place: u32,
        id: Option<String>,
        why: &str,
    ) {
        let count = &mut self.certifications[account];
        count.unreadable += 1;
        let told = count.unreadable;
        let message = format!(
            "the item at place {} of its list cannot be read: {why}",
            place + 1
        );
        self.about_item(
            DiscrepancyKind::RecordNotReadable,
            account,
            id,
            told,
            message,
        );
    }

    /// An item that came before.
    pub(super) fn repeated_item(&mut self, account: usize, id: &str) {
        let count = &mut self.certifications[account];
        count.repeated += 1;
        let told = count.repeated;
        let message = format!("item {id} came again while the list was paged; it is recorded once");
        let id = Some(id.to_owned());
        self.about_item(DiscrepancyKind::RecordRepeated, account, id, told, message);
    }

    fn about_item(
        &mut self,
        kind: DiscrepancyKind,
        account: usize,
        item_id: Option<String>,
        told: u64,
        message: String,
    ) {
        let certification_id = known(&self.certifications[account].id);
        if told <= MOST_TOLD {
            self.discrepancies.push(Discrepancy {
                kind,
                certification_id,
                item_id,
                message,
            });
        } else if told == MOST_TOLD + 1 {
            let message = format!("there are more than {MOST_TOLD} such items; see its counts");
            self.note(kind, certification_id.as_deref(), message);
        }
    }

    /// The items of a certification cannot be listed, or no further.
    pub(super) fn not_readable(&mut self, account: usize, why: String) {
        let count = &mut self.certifications[account];
        count.not_readable = Some(why.clone());
        let id = count.id.clone();
        let message = format!("its items cannot be read: {why}");
        self.note(
            DiscrepancyKind::CertificationNotReadable,
            Some(&id),
            message,
        );
    }

    /// The items of a certification are read. `came` is how many places of the list were
    /// taken, and `after` what the service counted with the last page.
    pub(super) fn close(&mut self, account: usize, came: u64, after: Option<u64>) {
        let count = &mut self.certifications[account];
        let (id, before) = (count.id.clone(), count.before.items);
        count.after = Some(Counters {
            items: after,
            ..Counters::default()
        });
        let told = match (before, after) {
            (Some(before), Some(after)) if before == came && after == came => return,
            (Some(before), Some(after)) if before == after => before.to_string(),
            (Some(before), Some(after)) => format!("{before} before and {after} after"),
            _ => "none or not always".to_owned(),
        };
        let message = format!("{came} items came, and the service counts {told}");
        self.note(DiscrepancyKind::CountDiffers, Some(&id), message);
    }

    /// Everything is read, and certifications are listed again.
    pub(super) fn compare(&mut self, again: impl IntoIterator<Item = Certification>) {
        let accounts = self.certifications.iter().enumerate();
        let places: HashMap<String, usize> = accounts
            .map(|(account, count)| (count.id.clone(), account))
            .collect();
        let mut is_there = vec![false; self.certifications.len()];
        for certification in again {
            match places.get(&certification.id) {
                Some(account) => {
                    is_there[*account] = true;
                    self.compare_one(*account, &certification);
                }
                None => {
                    let message = "joined the selection during the run and was not read".to_owned();
                    let kind = DiscrepancyKind::CertificationAppeared;
                    self.note(kind, Some(&certification.id), message);
                }
            }
        }
        for (account, is_there) in is_there.into_iter().enumerate() {
            if !is_there {
                let id = self.certifications[account].id.clone();
                let message = "left the selection during the run".to_owned();
                self.note(
                    DiscrepancyKind::CertificationDisappeared,
                    Some(&id),
                    message,
                );
            }
        }
    }

    fn compare_one(&mut self, account: usize, certification: &Certification) {
        let count = &mut self.certifications[account];
        let items = count.after.take().and_then(|after| after.items);
        let after = Counters {
            items,
            ..counters(certification)
        };
        let before = Counters {
            items,
            ..count.before.clone()
        };
        let reviewer = certification
            .reviewer
            .as_ref()
            .and_then(|reviewer| known(&reviewer.id));
        let same_reviewer = reviewer == count.reviewer_id;
        let same = before == after && same_reviewer;
        count.after = Some(after.clone());
        if same {
            return;
        }
        let mut what = Vec::new();
        let shown = |number: Option<i32>| number.map_or("unknown".to_owned(), |n| n.to_string());
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
                what.push(format!(
                    "{name}: {} before, {} after",
                    shown(before),
                    shown(after)
                ));
            }
        }
        if before.phase != after.phase {
            what.push("another phase".to_owned());
        }
        if !same_reviewer {
            what.push("another reviewer".to_owned());
        }
        let what = match what.is_empty() {
            true => "another time of change".to_owned(),
            false => what.join("; "),
        };
        let kind = match before.decisions_total == after.decisions_total {
            true => DiscrepancyKind::CertificationChanged,
            false => DiscrepancyKind::ItemsMoved,
        };
        let message = format!("changed while evidence was read: {what}");
        self.note(kind, Some(&certification.id), message);
    }

    pub(super) fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for count in &self.certifications {
            totals.certifications += 1;
            totals.items += count.items;
            if count.not_readable.is_none() {
                totals.certifications_read += 1;
                let after = count.after.as_ref().and_then(|after| after.items);
                totals.items_by_service += after.or(count.before.items).unwrap_or(0);
            }
        }
        totals
    }

    pub(super) fn is_complete(&self) -> bool {
        let harmless = |d: &Discrepancy| d.kind == DiscrepancyKind::CertificationChanged;
        self.finished && self.discrepancies.iter().all(harmless)
    }
}

fn counters(certification: &Certification) -> Counters {
    Counters {
        items: None,
        decisions_total: certification.decisions_total,
        decisions_made: certification.decisions_made,
        phase: certification.phase.clone(),
        modified: certification.modified,
    }
}
