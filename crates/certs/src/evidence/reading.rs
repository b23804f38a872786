//! Reading evidence, page by page.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::stream;

use super::ahead::Ahead;
use super::facts::{self, Trails};
use super::ledger::Ledger;
use super::record::EvidenceRecord;
use super::seen::Seen;
use super::selection::Selection;
use super::time_text;
use crate::api::page::{Page, PageStream};
use crate::client::Client;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{AccessReviewItem, Certification};
use crate::progress::Reporter;

/// The ledger of a run, which whoever takes the records may look at.
#[derive(Clone, Debug, Default)]
pub(super) struct SharedLedger(Arc<Mutex<Ledger>>);

impl SharedLedger {
    pub(super) fn lock(&self) -> MutexGuard<'_, Ledger> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A selection that is being read.
pub(super) struct Reading {
    client: Client,
    selection: Selection,
    fetch_ahead: usize,
    reporter: Reporter,
    ledger: SharedLedger,
    trails: Trails,
    ahead: Option<Ahead>,
    current: Option<Current>,
    seen: Seen,
    expected: Expected,
}

/// The certification whose items are being read.
struct Current {
    account: usize,
    certification: Certification,
    /// What its records have in common.
    common: EvidenceRecord,
    /// How many places of the list came.
    came: u64,
    /// What the service counted last.
    total: Option<u64>,
    rest: PageStream<AccessReviewItem>,
}

impl Reading {
    pub(super) fn new(
        client: Client,
        selection: Selection,
        fetch_ahead: usize,
        reporter: Reporter,
    ) -> Self {
        Self {
            client,
            expected: Expected::new(selection.items.is_some()),
            selection,
            fetch_ahead,
            reporter,
            ledger: SharedLedger::default(),
            trails: Trails::default(),
            ahead: None,
            current: None,
            seen: Seen::default(),
        }
    }

    pub(super) fn ledger(&self) -> SharedLedger {
        self.ledger.clone()
    }

    /// The records of the next page, or `None` when everything is read.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<EvidenceRecord>>> {
        let reporter = self.reporter.clone();
        let records = reporter.scope(self.read()).await?;
        if let Some(records) = &records {
            reporter.done(records.len());
        }
        Ok(records)
    }

    async fn read(&mut self) -> Result<Option<Vec<EvidenceRecord>>> {
        if self.ahead.is_none() {
            self.list().await?;
        }
        loop {
            if let Some(current) = &mut self.current {
                match current.rest.try_next().await {
                    Ok(Some(page)) => return Ok(Some(self.records(page))),
                    Ok(None) => self.close(),
                    Err(error) => self.give_up(error)?,
                }
                continue;
            }
            let Some((account, begun)) = self.ahead.as_mut().and_then(Ahead::next) else {
                self.look_again().await?;
                return Ok(None);
            };
            let (certification, first, rest) = begun.first().await;
            self.current = Some(Current {
                account,
                common: facts::of_certification(&certification, &self.trails),
                certification,
                came: 0,
                total: None,
                rest: rest.unwrap_or_else(|| PageStream::new(stream::empty())),
            });
            match first {
                Ok(Some(page)) => {
                    let total = page.total;
                    self.ledger.lock().certifications[account].before.items = total;
                    if let (Some(current), Some(total)) = (&self.current, total) {
                        self.expected
                            .counted(&current.certification, total, &self.reporter);
                    }
                    return Ok(Some(self.records(page)));
                }
                Ok(None) => self.close(),
                Err(error) => self.give_up(error)?,
            }
        }
    }

    /// Lists the certifications. All of them, before any items are read: the list would move
    /// while it is paged over hours.
    async fn list(&mut self) -> Result<()> {
        let mut ledger = Ledger::default();
        let certifications = self.selection.list(&self.client, &mut ledger).await?;
        for certification in &certifications {
            ledger.open(certification);
            self.trails.note(certification);
            self.expected.add(certification);
        }
        self.expected.tell(&self.reporter);
        *self.ledger.lock() = ledger;
        self.ahead = Some(Ahead::new(
            self.client.clone(),
            self.selection.items.clone(),
            self.fetch_ahead,
            self.reporter.clone(),
            certifications,
        ));
        Ok(())
    }

    /// Lists the certifications again, to see what has changed in the meantime.
    async fn look_again(&mut self) -> Result<()> {
        if self.ledger.lock().finished {
            return Ok(());
        }
        // What is wrong with the list itself was told the first time.
        let mut unread = Ledger::default();
        let again = self.selection.list(&self.client, &mut unread).await?;
        let mut ledger = self.ledger.lock();
        ledger.compare(again);
        ledger.finished = true;
        Ok(())
    }

    fn records(&mut self, page: Page<AccessReviewItem>) -> Vec<EvidenceRecord> {
        let Some(current) = &mut self.current else {
            return Vec::new();
        };
        let mut ledger = self.ledger.lock();
        let account = current.account;
        current.came += page.received as u64;
        current.total = page.total;
        // A record that could not be decoded is a null, too.
        let mut decoded_nulls = page.nulls;
        for record in page.unreadable {
            decoded_nulls.retain(|null| page.offset as usize + null != record.place as usize);
            ledger.unreadable_item(account, record.place, record.id, &record.reason);
        }
        for null in decoded_nulls {
            let place = page
                .offset
                .saturating_add(u32::try_from(null).unwrap_or(u32::MAX));
            ledger.unreadable_item(account, place, None, "it is null");
        }
        let read_at = time_text::now();
        let mut records = Vec::with_capacity(page.items.len());
        for item in page.items {
            if self.seen.is_new(&item.id) {
                records.push(facts::of_item(item, &current.common, read_at));
            } else {
                ledger.repeated_item(account, &item.id);
            }
        }
        ledger.certifications[account].items += records.len() as u64;
        records
    }

    /// The items of the current certification are read.
    fn close(&mut self) {
        if let Some(current) = self.current.take() {
            self.seen.clear();
            self.ledger
                .lock()
                .close(current.account, current.came, current.total);
        }
    }

    /// The items of the current certification cannot be read, or no further: if the service
    /// says so about this certification, the others still can; anything else ends the run.
    fn give_up(&mut self, error: Error) -> Result<()> {
        let Some(current) = self.current.take() else {
            return Err(error);
        };
        self.seen.clear();
        let of_a_group = current
            .certification
            .reviewer
            .as_ref()
            .is_some_and(|reviewer| reviewer.is_governance_group());
        let about_this_one = match error.kind() {
            ErrorKind::Forbidden | ErrorKind::NotFound | ErrorKind::Refused => true,
            ErrorKind::InvalidRequest => of_a_group,
            _ => false,
        };
        if !about_this_one {
            return Err(error);
        }
        let why = match of_a_group {
            true => format!("a governance group reviews it, and the service refuses: {error}"),
            false => error.to_string(),
        };
        self.expected
            .counted(&current.certification, current.came, &self.reporter);
        self.ledger.lock().not_readable(current.account, why);
        Ok(())
    }
}

/// How many records there will be. The certifications say how many decisions they have, which
/// is as many as items, and each list of items then says it exactly. With a filter of items
/// nothing says it in advance.
#[derive(Debug)]
struct Expected(Option<u64>);

impl Expected {
    fn new(filtered: bool) -> Self {
        Self((!filtered).then_some(0))
    }

    fn add(&mut self, certification: &Certification) {
        self.0 = self.0.map(|sum| sum + decisions(certification));
    }

    fn counted(&mut self, certification: &Certification, items: u64, reporter: &Reporter) {
        self.0 = self
            .0
            .map(|sum| (sum + items).saturating_sub(decisions(certification)));
        self.tell(reporter);
    }

    fn tell(&self, reporter: &Reporter) {
        if let Some(total) = self.0 {
            reporter.total(total);
        }
    }
}

fn decisions(certification: &Certification) -> u64 {
    let decisions = certification.decisions_total.unwrap_or(0);
    u64::try_from(decisions).unwrap_or(0)
}
