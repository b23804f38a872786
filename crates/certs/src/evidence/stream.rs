//! Records, one after the other.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_core::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt, stream};
use sync_wrapper::SyncWrapper;

use super::manifest::{Discrepancy, DiscrepancyKind, Manifest};
use super::reading::{Reading, SharedLedger};
use super::record::EvidenceRecord;
use super::run::Heading;
use crate::error::Result;

/// The records of a selection, fetched as they are taken.
///
/// Made by [`Evidence::stream`](super::Evidence::stream). It ends with the last record, or
/// with the first error.
#[must_use = "a stream does nothing unless it is polled"]
pub struct EvidenceStream {
    records: SyncWrapper<BoxStream<'static, Result<EvidenceRecord>>>,
    ledger: SharedLedger,
    heading: Heading,
}

impl EvidenceStream {
    pub(super) fn new(reading: Result<Reading>, heading: Heading) -> Self {
        let ledger = reading.as_ref().map(Reading::ledger).unwrap_or_default();
        let pages = stream::unfold(Some(reading), |reading| async {
            let mut reading = match reading? {
                Ok(reading) => reading,
                Err(error) => return Some((Err(error), None)),
            };
            match reading.next().await {
                Ok(Some(records)) => Some((Ok(records), Some(Ok(reading)))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        });
        let records = pages
            .map_ok(|records| stream::iter(records.into_iter().map(Ok)))
            .try_flatten()
            .fuse();
        Self {
            records: SyncWrapper::new(records.boxed()),
            ledger,
            heading,
        }
    }

    /// The next record, or `None` at the end.
    ///
    /// # Errors
    ///
    /// If a page could not be fetched. The stream ends there.
    pub async fn try_next(&mut self) -> Result<Option<EvidenceRecord>> {
        TryStreamExt::try_next(self).await
    }

    /// What was read up to here and what did not add up, as
    /// [`Evidence::write`](super::Evidence::write) tells it, but without files. Taken before
    /// the stream has ended, it is not complete and says so.
    #[must_use]
    pub fn manifest(&self) -> Manifest {
        let ledger = self.ledger.lock().clone();
        let finished = ledger.finished;
        let mut manifest = self.heading.manifest(ledger, Vec::new());
        if !finished {
            manifest.discrepancies.push(Discrepancy {
                kind: DiscrepancyKind::Unfinished,
                certification_id: None,
                item_id: None,
                message: "the records were not taken to their end".to_owned(),
            });
        }
        manifest
    }
}

impl Stream for EvidenceStream {
    type Item = Result<EvidenceRecord>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.records.get_mut().as_mut().poll_next(context)
    }
}

impl fmt::Debug for EvidenceStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EvidenceStream").finish_non_exhaustive()
    }
}
