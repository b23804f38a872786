//! Pages, and streams of them.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_core::stream::BoxStream;
use futures_util::TryStreamExt as _;

use crate::error::Result;

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The records, at most as many as the page size asked for.
    pub items: Vec<T>,
    /// How many records stand before this page.
    pub offset: u32,
    /// How many records the list has in total, if the call asked for it with
    /// [`with_total`](crate::List::with_total).
    pub total: Option<u64>,
    /// The page size that was asked for.
    pub page_size: u32,
    /// How many places of the page were taken. A null takes one and is no record.
    pub(crate) received: usize,
}

impl<T> Page<T> {
    /// Whether the list ends with this page. A page that is not full is the last one.
    #[must_use]
    pub fn is_last(&self) -> bool {
        self.received < self.page_size as usize
    }

    /// Where the next page begins.
    #[must_use]
    pub fn next_offset(&self) -> u32 {
        let received = u32::try_from(self.received).unwrap_or(u32::MAX);
        self.offset.saturating_add(received)
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

macro_rules! stream {
    ($(#[$attribute:meta])* $name:ident, $item:ty, $what:literal) => {
        $(#[$attribute])*
        #[must_use = "a stream does nothing unless it is polled"]
        pub struct $name<T>(BoxStream<'static, Result<$item>>);

        impl<T> $name<T> {
            pub(crate) fn new(stream: impl Stream<Item = Result<$item>> + Send + 'static) -> Self {
                Self(Box::pin(stream))
            }

            #[doc = concat!("The next ", $what, ", or `None` at the end of the list.")]
            ///
            /// # Errors
            ///
            /// If a page could not be fetched. The stream ends there; what came before it
            /// is complete.
            pub async fn try_next(&mut self) -> Result<Option<$item>> {
                self.0.try_next().await
            }

            #[doc = concat!("Collects every ", $what, ".")]
            ///
            /// # Errors
            ///
            /// If a page could not be fetched.
            pub async fn try_collect<C: Default + Extend<$item>>(self) -> Result<C> {
                self.0.try_collect().await
            }
        }

        impl<T> Stream for $name<T> {
            type Item = Result<$item>;

            fn poll_next(
                mut self: Pin<&mut Self>,
                context: &mut Context<'_>,
            ) -> Poll<Option<Self::Item>> {
                self.0.as_mut().poll_next(context)
            }
        }

        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    };
}

stream! {
    /// The records of a list, page after page, without an end of its own: it goes on until
    /// the service has no more.
    ///
    /// Made by [`List::stream`](crate::List::stream). A [`Stream`], with the two methods
    /// that are needed most at hand without another crate.
    ItemStream, T, "record"
}

stream! {
    /// The pages of a list.
    ///
    /// Made by [`List::pages`](crate::List::pages).
    PageStream, Page<T>, "page"
}
