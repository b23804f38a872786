//! The pages of a list, fetched one after another or several ahead.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use super::repetition::Repetition;
use super::{ListEndpoint, Query, wire_offset};
use crate::api::Api;
use crate::api::page::Page;
use crate::error::{Error, Result};

/// The pages of one list, from the first to the last.
pub(super) struct Pages<E: ListEndpoint> {
    api: Api,
    scope: E::Scope,
    query: Query,
    /// How many pages may be fetched or waiting at once.
    ahead: usize,
    /// The offset of the next page to request; `None` after the last.
    next: Option<u32>,
    in_flight: VecDeque<InFlight<E::Item>>,
    /// Whether a page other than the last has arrived.
    has_begun: bool,
    repetition: Repetition,
    /// The number of records, if a response had it.
    total: Option<u64>,
    /// The error that the last page revealed about the list.
    failed: Option<Error>,
}

impl<E: ListEndpoint> Pages<E> {
    pub(super) fn new(api: Api, scope: E::Scope, query: Query, ahead: usize) -> Self {
        Self {
            api,
            scope,
            next: Some(query.offset.unsigned_abs()),
            query,
            ahead,
            in_flight: VecDeque::new(),
            has_begun: false,
            repetition: Repetition::default(),
            total: None,
            failed: None,
        }
    }

    /// The next page in order, or `None` after the last. A page that contradicts the list is still
    /// returned; its error takes the place of the next page.
    pub(super) async fn next(&mut self) -> Result<Option<Page<E::Item>>> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        self.ask()?;
        let Some(front) = self.in_flight.pop_front() else {
            return Ok(None);
        };
        let (offset, outcome) = (front.offset, front.await);
        let page = match outcome {
            Ok(page) => page,
            Err(error) => {
                self.stop();
                return if self.is_past_the_end(offset, &error).await? {
                    Ok(None)
                } else {
                    Err(error)
                };
            }
        };
        self.total = page.total.or(self.total);
        self.failed = self.contradiction(&page).await;
        if self.failed.is_some() || page.is_last() {
            self.stop();
            return Ok(Some(page));
        }
        self.has_begun = true;
        if self.repetition.suspects(page.items.iter().map(key::<E>)) {
            let ends = self.check_that_it_ends(page.next_offset()).await;
            self.failed = ends.err();
        }
        if self.failed.is_some() {
            self.stop();
            return Ok(Some(page));
        }
        if page.received > page.page_size as usize {
            // The page is larger than requested, so the requests in flight have wrong offsets.
            self.in_flight.clear();
            self.next = Some(page.next_offset());
        }
        Ok(Some(page))
    }

    /// Requests as many pages as may be fetched at once.
    fn ask(&mut self) -> Result<()> {
        // The first page is requested alone, because most lists have no second.
        let window = if self.has_begun { self.ahead } else { 1 };
        while self.in_flight.len() < window
            && let Some(offset) = self.next
        {
            let in_doubt = self.total.is_some_and(|total| u64::from(offset) >= total);
            if in_doubt && !self.in_flight.is_empty() {
                break;
            }
            let query = Query {
                offset: wire_offset(offset)?,
                ..self.query.clone()
            };
            self.next = offset.checked_add(query.limit.unsigned_abs());
            let page = super::page::<E>(self.api.clone(), self.scope.clone(), query);
            self.in_flight
                .push_back(InFlight::new(offset, page, self.ahead > 1));
        }
        Ok(())
    }

    /// Requests no more pages, and cancels those in flight.
    fn stop(&mut self) {
        self.next = None;
        self.in_flight.clear();
    }

    /// Decides about a page without new records. That can happen if many records were added before
    /// it, which the number of records shows.
    async fn check_that_it_ends(&mut self, so_far: u32) -> Result<()> {
        if self.repetition.idle_records() <= MAX_IDLE_RECORDS {
            let total = self.count().await?;
            if total.is_some_and(|total| u64::from(so_far) <= total) {
                return Ok(());
            }
        }
        Err(Error::undecodable(
            "the service keeps repeating records, so the list would never end",
        ))
    }

    /// What is wrong with a page by its own count, or by an older one that still holds.
    async fn contradiction(&mut self, page: &Page<E::Item>) -> Option<Error> {
        let found = contradiction(page, self.total?)?;
        if page.total.is_some() {
            return Some(found);
        }
        match self.count().await {
            Ok(total) => contradiction(page, total?),
            Err(error) => Some(error),
        }
    }

    /// Whether an error only means that the list ended with the page before. Some services return
    /// 400 to an offset past the end instead of an empty page; the number of records shows what a
    /// 400 means.
    async fn is_past_the_end(&mut self, offset: u32, error: &Error) -> Result<bool> {
        if !self.has_begun || error.status() != Some(400) {
            return Ok(false);
        }
        let total = self.count().await?;
        Ok(total.is_some_and(|total| total <= u64::from(offset)))
    }

    /// How many records the list has now, if the response has the count.
    async fn count(&mut self) -> Result<Option<u64>> {
        let query = Query {
            limit: 0,
            offset: 0,
            count: true,
            ..self.query.clone()
        };
        let counted = super::page::<E>(self.api.clone(), self.scope.clone(), query).await?;
        Ok(counted.total)
    }
}

/// How many repeated records in a row are tolerated if the count says that more follow. That many
/// may have been added while the list was read; the bound ends the list whatever the count says.
const MAX_IDLE_RECORDS: usize = 5_000;

/// What identifies a record: its key, or the whole record if it has none.
fn key<E: ListEndpoint>(item: &E::Item) -> Cow<'_, str> {
    match E::key(item) {
        Some(key) => Cow::Borrowed(key),
        None => Cow::Owned(format!("{item:?}")),
    }
}

/// The error of a page if the list has `total` records: the page has more, or it ends the list too
/// early.
fn contradiction<T>(page: &Page<T>, total: u64) -> Option<Error> {
    let so_far = u64::from(page.next_offset());
    // Records may have been added since they were counted.
    if page.received > 0 && so_far > total.saturating_add(page.page_size.into()) {
        return Some(Error::undecodable(format!(
            "the service counts {total} records, but has sent {so_far}"
        )));
    }
    if page.is_last() && so_far < total && u64::from(page.offset) <= total {
        return Some(Error::undecodable(format!(
            "the service counts {total} records, but ended the list after {so_far}: the page has \
             {} records, and {} were asked for. If the service cuts its pages, ask for smaller \
             ones",
            page.received, page.page_size
        )));
    }
    None
}

/// A page that is being fetched. Dropping it cancels the request.
struct InFlight<T> {
    offset: u32,
    fetch: Fetch<T>,
}

enum Fetch<T> {
    /// Progresses only while it is polled.
    Waiting(Pin<Box<dyn Future<Output = Result<Page<T>>> + Send>>),
    /// Progresses, decoding included, while the caller is busy with earlier pages.
    Spawned(AbortOnDropHandle<Result<Page<T>>>),
}

impl<T: Send + 'static> InFlight<T> {
    fn new(
        offset: u32,
        page: impl Future<Output = Result<Page<T>>> + Send + 'static,
        spawn: bool,
    ) -> Self {
        let fetch = if spawn {
            let task = tokio::spawn(page.in_current_span());
            Fetch::Spawned(AbortOnDropHandle::new(task))
        } else {
            Fetch::Waiting(Box::pin(page))
        };
        Self { offset, fetch }
    }
}

impl<T> Future for InFlight<T> {
    type Output = Result<Page<T>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.fetch {
            Fetch::Waiting(page) => page.as_mut().poll(context),
            Fetch::Spawned(task) => Pin::new(task).poll(context).map(|joined| match joined {
                Ok(page) => page,
                Err(error) => match error.try_into_panic() {
                    Ok(panic) => std::panic::resume_unwind(panic),
                    Err(_) => Err(Error::cancelled("the runtime is shutting down")),
                },
            }),
        }
    }
}
