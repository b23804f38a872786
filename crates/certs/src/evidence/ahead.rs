//! The first pages of the next certifications, on their way while earlier ones are written:
//! most certifications have one page, so that fetching ahead within one would gain nothing.

use std::collections::VecDeque;

use tokio::task::JoinHandle;
use tracing::Instrument as _;

use crate::api::page::{Page, PageStream};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::filter::Filter;
use crate::filter::endpoint::Items;
use crate::model::{AccessReviewItem, Certification};
use crate::progress::Reporter;

type Pages = PageStream<AccessReviewItem>;
type First = Result<Option<Page<AccessReviewItem>>>;

/// The certifications still to be read, in order.
pub(super) struct Ahead {
    client: Client,
    items: Option<Filter<Items>>,
    pages: usize,
    reporter: Reporter,
    waiting: std::vec::IntoIter<Certification>,
    begun: VecDeque<Begun>,
    /// How many were taken.
    taken: usize,
}

/// A certification whose items are asked for.
pub(super) struct Begun {
    pub(super) certification: Certification,
    first: Task,
}

/// Dropped, it is cancelled.
struct Task(JoinHandle<(First, Pages)>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Ahead {
    pub(super) fn new(
        client: Client,
        items: Option<Filter<Items>>,
        pages: usize,
        reporter: Reporter,
        certifications: Vec<Certification>,
    ) -> Self {
        Self {
            client,
            items,
            pages,
            reporter,
            waiting: certifications.into_iter(),
            begun: VecDeque::new(),
            taken: 0,
        }
    }

    /// The next certification, and its place among all.
    pub(super) fn next(&mut self) -> Option<(usize, Begun)> {
        while self.begun.len() < self.pages
            && let Some(certification) = self.waiting.next()
        {
            let begun = self.begin(certification);
            self.begun.push_back(begun);
        }
        let begun = self.begun.pop_front()?;
        self.taken += 1;
        Some((self.taken - 1, begun))
    }

    fn begin(&self, certification: Certification) -> Begun {
        let list = self.client.certification(&certification.id).items();
        let list = list
            .with_total()
            .lenient()
            .fetch_ahead(self.pages)
            .in_stable_order();
        let mut pages = match &self.items {
            Some(filter) => list.filter(filter.clone()).pages(),
            None => list.pages(),
        };
        let reporter = self.reporter.clone();
        let first = async move {
            let first = reporter.scope(pages.try_next()).await;
            (first, pages)
        };
        Begun {
            certification,
            first: Task(tokio::spawn(first.in_current_span())),
        }
    }
}

impl Begun {
    /// The first page, and the stream of the others.
    pub(super) async fn first(mut self) -> (Certification, First, Option<Pages>) {
        match (&mut self.first.0).await {
            Ok((first, pages)) => (self.certification, first, Some(pages)),
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => {
                    let error = Error::cancelled("the runtime is shutting down");
                    (self.certification, Err(error), None)
                }
            },
        }
    }
}
