//! A stream of rows.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_core::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt, stream};
use sync_wrapper::SyncWrapper;

use super::manifest::Manifest;
use super::reader::{Reader, SharedDraft};
use super::row::EvidenceRow;
use crate::error::Result;

/// The rows of a selection, fetched as they are taken.
///
/// Made by [`Evidence::stream`](super::Evidence::stream). It ends with the last row, or
/// with the first error.
#[must_use = "a stream does nothing unless it is polled"]
pub struct EvidenceStream {
    rows: SyncWrapper<BoxStream<'static, Result<EvidenceRow>>>,
    draft: SharedDraft,
}

impl EvidenceStream {
    pub(super) fn new(reader: Result<Reader>, draft: SharedDraft) -> Self {
        let pages = stream::unfold(Some(reader), |reader| async {
            let mut reader = match reader? {
                Ok(reader) => reader,
                Err(error) => return Some((Err(error), None)),
            };
            match reader.next().await {
                Ok(Some(rows)) => Some((Ok(rows.items), Some(Ok(reader)))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        });
        let rows = pages
            .map_ok(|rows| stream::iter(rows.into_iter().map(Ok)))
            .try_flatten()
            .fuse();
        Self {
            rows: SyncWrapper::new(rows.boxed()),
            draft,
        }
    }

    /// The next row, or `None` at the end.
    ///
    /// # Errors
    ///
    /// If a page could not be fetched. The stream ends there.
    pub async fn try_next(&mut self) -> Result<Option<EvidenceRow>> {
        TryStreamExt::try_next(self).await
    }

    /// The manifest of what was read up to here, as [`Evidence::write`](super::Evidence::write)
    /// returns it, but without files. Before the end of the stream it is not complete.
    #[must_use]
    pub fn manifest(&self) -> Manifest {
        self.draft.lock().manifest(Vec::new())
    }
}

impl Stream for EvidenceStream {
    type Item = Result<EvidenceRow>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.rows.get_mut().as_mut().poll_next(context)
    }
}

impl fmt::Debug for EvidenceStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EvidenceStream").finish_non_exhaustive()
    }
}
