//! Reads certifications and their items, page by page.

use std::sync::{Arc, Mutex, MutexGuard};

use super::draft::ManifestDraft;
use super::duplicates::Duplicates;
use super::grant::GrantRow;
use super::manifest::SelectionSummary;
use super::prefetch::Prefetch;
use super::reassignments::Reassignments;
use super::rfc3339;
use super::row::EvidenceRow;
use super::selection::{self, Selection};
use crate::api::Api;
use crate::api::page::{Page, PageStream};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{AccessReviewItem, Certification};
use crate::progress::Reporter;
use crate::sync::lock;

/// If this many certifications in a row get no response, the network is at fault.
const MAX_WITHOUT_RESPONSE: u32 = 3;

/// The manifest of a run, which the reader of the rows may read.
#[derive(Clone, Debug)]
pub(super) struct SharedDraft(Arc<Mutex<ManifestDraft>>);

impl SharedDraft {
    pub(super) fn new(api: &Api, selection: SelectionSummary) -> Self {
        let draft = ManifestDraft::new(api, selection);
        Self(Arc::new(Mutex::new(draft)))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, ManifestDraft> {
        lock(&self.0)
    }
}

/// How to read.
#[derive(Clone, Debug)]
pub(super) struct Options {
    /// How many certifications, and pages of one, are requested at once.
    pub(super) fetch_ahead: usize,
    /// Whether to make rows of grants.
    pub(super) with_grants: bool,
    pub(super) reporter: Reporter,
}

/// The rows of a page.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) items: Vec<EvidenceRow>,
    pub(super) grants: Vec<GrantRow>,
}

/// Reads a selection.
pub(super) struct Reader {
    api: Api,
    selection: Selection,
    options: Options,
    draft: SharedDraft,
    reassignments: Reassignments,
    /// `None` until the certifications are listed.
    prefetch: Option<Prefetch>,
    current: Option<Current>,
    duplicates: Duplicates,
    expected: ExpectedTotal,
    /// How many certifications in a row got no response.
    without_response: u32,
}

/// The certification whose items are being read.
struct Current {
    index: usize,
    certification: Certification,
    /// What its rows have in common.
    common: EvidenceRow,
    /// How many items it should have.
    expected: u64,
    /// How many places of the list were read.
    received: u64,
    /// What the service counted last.
    total: Option<u64>,
    pages: PageStream<AccessReviewItem>,
}

impl Reader {
    pub(super) fn new(
        api: Api,
        selection: Selection,
        options: Options,
        draft: SharedDraft,
    ) -> Self {
        Self {
            api: api.reporting(&options.reporter),
            expected: ExpectedTotal::new(selection.items.is_some()),
            selection,
            options,
            draft,
            reassignments: Reassignments::default(),
            prefetch: None,
            current: None,
            duplicates: Duplicates::default(),
            without_response: 0,
        }
    }

    /// The rows of the next page, or `None` when everything is read.
    pub(super) async fn next(&mut self) -> Result<Option<Rows>> {
        let rows = self.read().await?;
        if let Some(rows) = &rows {
            self.options.reporter.done(rows.items.len());
        }
        Ok(rows)
    }

    async fn read(&mut self) -> Result<Option<Rows>> {
        if self.prefetch.is_none() {
            self.list().await?;
        }
        loop {
            let page = if let Some(current) = &mut self.current {
                current.pages.try_next().await
            } else {
                let Some(next) = self.prefetch.as_mut().and_then(Prefetch::next) else {
                    self.list_again().await?;
                    return Ok(None);
                };
                let index = next.index;
                let (certification, page, pages) = next.first_page().await?;
                self.begin(index, certification, pages, &page);
                page
            };
            match page {
                Ok(Some(page)) => return Ok(Some(self.rows(page))),
                Ok(None) => self.end(),
                Err(error) => self.give_up(error)?,
            }
        }
    }

    /// Lists all certifications before any items are read: paged over hours, the list would move.
    async fn list(&mut self) -> Result<()> {
        let listing = self.selection.list(&self.api).await?;
        let certifications = listing.certifications;
        for certification in &certifications {
            self.reassignments.add(certification);
            self.expected.replace(0, decisions(certification));
        }
        self.draft
            .lock()
            .begin(&certifications, listing.discrepancies);
        self.expected.report(&self.options.reporter);
        self.prefetch = Some(Prefetch::new(
            self.api.clone(),
            self.selection.items.clone(),
            self.options.fetch_ahead,
            certifications,
        ));
        Ok(())
    }

    /// Lists the certifications again, to see what has changed in the meantime.
    async fn list_again(&mut self) -> Result<()> {
        // Memory does not hold the certifications twice.
        self.prefetch.iter_mut().for_each(Prefetch::end);
        // Problems of the list itself were noted the first time.
        let again = self.selection.list(&self.api).await?;
        let campaigns = selection::campaigns(&self.api, &again.certifications).await;
        let mut draft = self.draft.lock();
        draft.has_campaigns(campaigns);
        draft.end(again.certifications);
        Ok(())
    }

    /// Begins with a certification whose first page is this.
    fn begin(
        &mut self,
        index: usize,
        certification: Certification,
        pages: PageStream<AccessReviewItem>,
        first: &Result<Option<Page<AccessReviewItem>>>,
    ) {
        self.duplicates.clear();
        let mut expected = decisions(&certification);
        if let Ok(Some(page)) = first {
            self.draft.lock().set_items_before(index, page.total);
            if let Some(total) = page.total {
                self.expected.replace(expected, total);
                self.expected.report(&self.options.reporter);
                expected = total;
            }
        }
        self.current = Some(Current {
            index,
            common: EvidenceRow::of_certification(&certification, &self.reassignments),
            certification,
            expected,
            received: 0,
            total: None,
            pages,
        });
    }

    fn rows(&mut self, page: Page<AccessReviewItem>) -> Rows {
        let mut rows = Rows::default();
        let Some(current) = &mut self.current else {
            return rows;
        };
        self.without_response = 0;
        let mut draft = self.draft.lock();
        let index = current.index;
        current.received += page.received as u64;
        current.total = page.total;
        // What could not be read is among the gaps, too.
        let mut nulls = page.gaps;
        for record in page.unreadable {
            nulls.retain(|null| page.offset as usize + null != record.place as usize);
            draft.add_unreadable_item(index, record.place, record.id.get(), &record.reason);
        }
        for null in nulls {
            let null = u32::try_from(null).unwrap_or(u32::MAX);
            let place = page.offset.saturating_add(null);
            draft.add_unreadable_item(index, place, None, "it is null");
        }
        let read_at = rfc3339::now();
        for item in page.items {
            if !self.duplicates.is_new(&item.id) {
                draft.add_repeated_item(index, &item.id);
                continue;
            }
            let grants: Vec<_> = item.grants().collect();
            let row = EvidenceRow::of_item(&item, &grants, &current.common, read_at);
            if self.options.with_grants {
                let grants = grants.into_iter().map(|grant| GrantRow::new(grant, &row));
                rows.grants.extend(grants);
            }
            rows.items.push(row);
        }
        draft.count(index, &rows.items);
        rows
    }

    /// The items of the current certification are read.
    fn end(&mut self) {
        if let Some(current) = self.current.take() {
            let mut draft = self.draft.lock();
            draft.end_certification(current.index, current.received, current.total);
        }
    }

    /// Notes that the items of the current certification, or the rest of them, cannot be read, and
    /// continues with the next one. Ends the run if connections fail repeatedly.
    fn give_up(&mut self, error: Error) -> Result<()> {
        let Some(current) = self.current.take() else {
            return Err(error);
        };
        match error.kind() {
            _ if error.is_about_the_token() => return Err(error),
            ErrorKind::Connect | ErrorKind::Interrupted | ErrorKind::Timeout => {
                self.without_response += 1;
                if self.without_response == MAX_WITHOUT_RESPONSE {
                    return Err(error);
                }
            }
            ErrorKind::Refused | ErrorKind::Decode | ErrorKind::TooLarge => {
                self.without_response = 0
            }
            _ if error.status().is_some() => self.without_response = 0,
            _ => return Err(error),
        }
        let certification = &current.certification;
        let reviewer = certification.reviewer.as_ref();
        let is_refused_group = error.kind() == ErrorKind::InvalidRequest
            && reviewer.is_some_and(|reviewer| reviewer.is_governance_group());
        let mut draft = self.draft.lock();
        draft.add_not_readable(current.index, is_refused_group, &error);
        drop(draft);
        self.expected.replace(current.expected, current.received);
        self.expected.report(&self.options.reporter);
        Ok(())
    }
}

/// Estimates the number of items. The certifications have as many decisions as items, and each list
/// of items then has the exact number. With a filter of items, the number is not known in advance.
#[derive(Debug)]
struct ExpectedTotal(Option<u64>);

impl ExpectedTotal {
    fn new(is_filtered: bool) -> Self {
        Self((!is_filtered).then_some(0))
    }

    /// A certification has `now` items instead of `before`.
    fn replace(&mut self, before: u64, now: u64) {
        self.0 = self
            .0
            .map(|sum| sum.saturating_sub(before).saturating_add(now));
    }

    fn report(&self, reporter: &Reporter) {
        if let Some(total) = self.0 {
            reporter.total(total);
        }
    }
}

fn decisions(certification: &Certification) -> u64 {
    let decisions = certification.decisions_total.unwrap_or(0);
    u64::try_from(decisions).unwrap_or(0)
}
