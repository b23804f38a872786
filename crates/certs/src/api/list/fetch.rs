//! Fetching the pages of a list in order, some of them ahead.

use std::collections::VecDeque;
use std::collections::hash_map::DefaultHasher;
use std::future::Future;
use std::hash::{Hash as _, Hasher as _};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::task::JoinHandle;
use tracing::Instrument as _;

use super::{Listed, Query, wire_offset};
use crate::api::page::Page;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::progress::Reporter;

/// The pages of one list, from the first to the last.
pub(super) struct Pages<E: Listed> {
    client: Client,
    scope: E::Scope,
    query: Query,
    /// How many pages may be on their way or waiting at once.
    ahead: usize,
    /// Where the next page to ask for begins; `None` when there is nothing more to ask.
    next: Option<u32>,
    in_flight: VecDeque<InFlight<E::Item>>,
    /// What the last page looked like.
    last: Option<Fingerprint<E::Item>>,
    /// How many records there are, if an answer said so.
    total: Option<u64>,
}

impl<E: Listed> Pages<E> {
    pub(super) fn new(client: Client, scope: E::Scope, query: Query, ahead: usize) -> Self {
        Self {
            client,
            scope,
            next: Some(query.offset.unsigned_abs()),
            query,
            ahead,
            in_flight: VecDeque::new(),
            last: None,
            total: None,
        }
    }

    /// The next page in order, or `None` after the last.
    pub(super) async fn next(&mut self) -> Result<Option<Page<E::Item>>> {
        self.ask()?;
        let Some(front) = self.in_flight.pop_front() else {
            return Ok(None);
        };
        let (offset, outcome) = (front.offset, front.await);
        let page = match outcome {
            Ok(page) => page,
            Err(error) => {
                self.stop();
                return match self.is_past_the_end(offset, &error).await? {
                    true => Ok(None),
                    false => Err(error),
                };
            }
        };
        self.total = page.total.or(self.total);
        if page.is_last() {
            self.stop();
            return Ok(Some(page));
        }
        let fingerprint = Fingerprint::of::<E>(&page);
        if self.last.as_ref() == Some(&fingerprint) {
            self.stop();
            return Err(Error::undecodable(
                E::OPERATION,
                "the service answers the same page for different offsets, so the list has no end",
            ));
        }
        self.last = Some(fingerprint);
        if page.received > page.page_size as usize {
            // More than was asked for: what is on its way begins at the wrong place.
            self.in_flight.clear();
            self.next = Some(page.next_offset());
        }
        Ok(Some(page))
    }

    /// Asks for as many pages as may be on their way.
    fn ask(&mut self) -> Result<()> {
        // The first page goes alone: most lists have no second.
        let window = if self.last.is_some() { self.ahead } else { 1 };
        while self.in_flight.len() < window
            && let Some(offset) = self.next
        {
            let in_doubt = self.total.is_some_and(|total| u64::from(offset) >= total);
            if in_doubt && !self.in_flight.is_empty() {
                break;
            }
            let query = Query {
                offset: wire_offset(offset).map_err(|error| error.during(E::OPERATION))?,
                ..self.query.clone()
            };
            self.next = offset.checked_add(query.limit.unsigned_abs());
            let page = super::page::<E>(self.client.clone(), self.scope.clone(), query);
            self.in_flight
                .push_back(InFlight::new(offset, page, self.ahead > 1));
        }
        Ok(())
    }

    /// Nothing more is asked for, and what is on its way is cancelled.
    fn stop(&mut self) {
        self.next = None;
        self.in_flight.clear();
    }

    /// Whether an error only says that the list had ended with the page before. Some
    /// services answer 400 to an offset past the end instead of an empty page; which of the
    /// two a 400 means, the number of records tells.
    async fn is_past_the_end(&mut self, offset: u32, error: &Error) -> Result<bool> {
        if self.last.is_none() || error.status() != Some(400) {
            return Ok(false);
        }
        let query = Query {
            limit: 0,
            offset: 0,
            count: true,
            ..self.query.clone()
        };
        let counted = super::page::<E>(self.client.clone(), self.scope.clone(), query).await?;
        Ok(counted
            .total
            .is_some_and(|total| total <= u64::from(offset)))
    }
}

/// A page on its way. Dropped, it is cancelled.
struct InFlight<T> {
    offset: u32,
    fetch: Fetch<T>,
}

enum Fetch<T> {
    /// Goes on only while it is waited for.
    Waiting(Pin<Box<dyn Future<Output = Result<Page<T>>> + Send>>),
    /// Goes on, decoding included, while the caller is busy with earlier pages.
    Spawned(JoinHandle<Result<Page<T>>>),
}

impl<T: Send + 'static> InFlight<T> {
    fn new(
        offset: u32,
        page: impl Future<Output = Result<Page<T>>> + Send + 'static,
        spawn: bool,
    ) -> Self {
        let fetch = match spawn {
            true => {
                let reporter = Reporter::current();
                let page = async move { reporter.scope(page).await };
                Fetch::Spawned(tokio::spawn(page.in_current_span()))
            }
            false => Fetch::Waiting(Box::pin(page)),
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

impl<T> Drop for InFlight<T> {
    fn drop(&mut self) {
        if let Fetch::Spawned(task) = &self.fetch {
            task.abort();
        }
    }
}

/// Enough of a page to tell that another is the same, without keeping it.
#[derive(PartialEq)]
struct Fingerprint<T> {
    received: usize,
    first: Option<T>,
    last: Option<T>,
    keys: u64,
}

impl<T: Clone + PartialEq> Fingerprint<T> {
    fn of<E: Listed<Item = T>>(page: &Page<T>) -> Self {
        let mut keys = DefaultHasher::new();
        page.items
            .iter()
            .for_each(|item| E::key(item).hash(&mut keys));
        Self {
            received: page.received,
            first: page.items.first().cloned(),
            last: page.items.last().cloned(),
            keys: keys.finish(),
        }
    }
}
