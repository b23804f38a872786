//! The first pages of the next certifications, requested while earlier ones are written: most
//! certifications have one page, so fetching ahead within one gains nothing.

use std::collections::VecDeque;

use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use crate::api::Api;
use crate::api::certifications::Review;
use crate::api::page::{Page, PageStream};
use crate::error::{Error, Result};
use crate::filter::Filter;
use crate::filter::endpoint::Items;
use crate::model::{AccessReviewItem, Certification};

type Pages = PageStream<AccessReviewItem>;
type FirstPage = Result<Option<Page<AccessReviewItem>>>;

/// The certifications still to be read, in order.
pub(super) struct Prefetch {
    api: Api,
    items: Option<Filter<Items>>,
    /// How many certifications, and pages of one, are requested at once.
    depth: usize,
    waiting: std::iter::Enumerate<std::vec::IntoIter<Certification>>,
    requested: VecDeque<Requested>,
}

/// A certification whose first page of items is requested.
pub(super) struct Requested {
    /// Its place among all.
    pub(super) index: usize,
    pub(super) certification: Certification,
    /// The first page, and the stream of the others.
    first: AbortOnDropHandle<(FirstPage, Pages)>,
}

impl Prefetch {
    pub(super) fn new(
        api: Api,
        items: Option<Filter<Items>>,
        depth: usize,
        certifications: Vec<Certification>,
    ) -> Self {
        Self {
            api,
            items,
            depth,
            waiting: certifications.into_iter().enumerate(),
            requested: VecDeque::new(),
        }
    }

    /// The next certification.
    pub(super) fn next(&mut self) -> Option<Requested> {
        while self.requested.len() < self.depth
            && let Some((index, certification)) = self.waiting.next()
        {
            let requested = self.request(index, certification);
            self.requested.push_back(requested);
        }
        self.requested.pop_front()
    }

    /// Frees what the certifications took.
    pub(super) fn end(&mut self) {
        self.waiting = Vec::new().into_iter().enumerate();
    }

    fn request(&self, index: usize, certification: Certification) -> Requested {
        let review = Review::new(&self.api, &certification.id);
        let list = review
            .items()
            .with_total()
            .lenient()
            .fetch_ahead(self.depth)
            .in_stable_order();
        let mut pages = match &self.items {
            Some(filter) => list.filter(filter.clone()).pages(),
            None => list.pages(),
        };
        let first = async move {
            let first = pages.try_next().await;
            (first, pages)
        };
        Requested {
            index,
            certification,
            first: AbortOnDropHandle::new(tokio::spawn(first.in_current_span())),
        }
    }
}

impl Requested {
    /// The certification, its first page of items, and the stream of the other pages.
    pub(super) async fn first_page(self) -> Result<(Certification, FirstPage, Pages)> {
        match self.first.await {
            Ok((first, pages)) => Ok((self.certification, first, pages)),
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(Error::cancelled("the runtime is shutting down")),
            },
        }
    }
}
