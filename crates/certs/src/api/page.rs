//! Pages of lists, and streams of pages and records.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_core::stream::BoxStream;
use futures_util::TryStreamExt;
use sync_wrapper::SyncWrapper;

use crate::error::Result;
use crate::model::Id;

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The records, no more than the page size.
    pub items: Vec<T>,
    /// The number of records before this page.
    pub offset: u32,
    /// The number of records in the whole list, if the call requested it with
    /// [`with_total`](crate::List::with_total).
    pub total: Option<u64>,
    /// The requested page size.
    pub page_size: u32,
    /// Records that could not be read, if the list is
    /// [lenient](crate::List::lenient); otherwise empty.
    pub unreadable: Vec<UnreadableRecord>,
    /// How many elements the page has, including those without a readable record.
    pub(crate) received: usize,
    /// The positions of elements without one, in order: nulls, and records that could not be read.
    pub(crate) gaps: Vec<usize>,
}

/// A record that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnreadableRecord {
    /// How many records of the list are before it.
    pub place: u32,
    /// Its id, if that could be read.
    pub id: Id,
    /// Where the record is wrong and what was expected there. The value itself is left out: it may
    /// be personal data.
    pub reason: String,
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

/// The pages of a list.
///
/// Made by [`List::pages`](crate::List::pages).
#[must_use = "a stream does nothing unless it is polled"]
pub struct PageStream<T>(SyncWrapper<BoxStream<'static, Result<Page<T>>>>);

impl<T> PageStream<T> {
    pub(crate) fn new(stream: impl Stream<Item = Result<Page<T>>> + Send + 'static) -> Self {
        Self(SyncWrapper::new(Box::pin(stream)))
    }
}

impl<T> Stream for PageStream<T> {
    type Item = Result<Page<T>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.get_mut().as_mut().poll_next(context)
    }
}

/// The records of a list, page after page, until the service has no more.
///
/// Made by [`List::stream`](crate::List::stream).
#[must_use = "a stream does nothing unless it is polled"]
pub struct ItemStream<T> {
    pages: PageStream<T>,
    /// The page whose records are being yielded.
    current: Current<T>,
    unreadable: Vec<UnreadableRecord>,
}

struct Current<T> {
    offset: u32,
    items: std::vec::IntoIter<T>,
    taken: usize,
    gaps: Vec<usize>,
}

impl<T> ItemStream<T> {
    pub(crate) fn new(offset: u32, pages: PageStream<T>) -> Self {
        let items = Vec::new().into_iter();
        Self {
            pages,
            current: Current {
                offset,
                items,
                taken: 0,
                gaps: Vec::new(),
            },
            unreadable: Vec::new(),
        }
    }

    /// The records up to here that could not be read, if the list is
    /// [lenient](crate::List::lenient); otherwise empty.
    #[must_use]
    pub fn unreadable(&self) -> &[UnreadableRecord] {
        &self.unreadable
    }

    /// How many records of the list are before the next one. A list that begins at this
    /// [`offset`](crate::List::offset) continues where this stream is, without skipping or
    /// repeating any.
    #[must_use]
    pub fn position(&self) -> u32 {
        let Current {
            offset,
            taken,
            gaps,
            ..
        } = &self.current;
        // An unreadable record counts for the offset, though it is not yielded.
        let place = gaps
            .iter()
            .fold(*taken, |place, gap| place + usize::from(*gap <= place));
        offset.saturating_add(u32::try_from(place).unwrap_or(u32::MAX))
    }
}

impl<T: Unpin> Stream for ItemStream<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.current.items.next() {
                self.current.taken += 1;
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(context)) {
                Some(Ok(page)) => {
                    let Page {
                        items,
                        offset,
                        total: _,
                        page_size: _,
                        unreadable,
                        received: _,
                        gaps,
                    } = page;
                    self.unreadable.extend(unreadable);
                    self.current = Current {
                        offset,
                        items: items.into_iter(),
                        taken: 0,
                        gaps,
                    };
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

/// The two most useful stream methods, so that callers need no further crate.
macro_rules! at_hand {
    ($name:ident, $item:ty, $what:literal) => {
        impl<T: Unpin> $name<T> {
            #[doc = concat!("The next ", $what, ", or `None` at the end of the list.")]
            ///
            /// # Errors
            ///
            /// If a page could not be fetched. The stream ends there; what came before it is
            /// complete.
            pub async fn try_next(&mut self) -> Result<Option<$item>> {
                TryStreamExt::try_next(self).await
            }

            #[doc = concat!("Collects every ", $what, ".")]
            ///
            /// # Errors
            ///
            /// If a page could not be fetched.
            pub async fn try_collect<C: Default + Extend<$item>>(self) -> Result<C> {
                TryStreamExt::try_collect(self).await
            }
        }

        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    };
}

at_hand!(PageStream, Page<T>, "page");
at_hand!(ItemStream, T, "record");

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    #[tokio::test]
    async fn a_stream_reports_what_could_not_be_read_so_far() {
        let page = |offset: u32, items: Vec<u32>| {
            let unreadable = UnreadableRecord {
                place: offset + 1,
                id: Id::default(),
                reason: "expected a number".to_owned(),
            };
            Ok(Page {
                items,
                offset,
                total: None,
                page_size: 2,
                unreadable: vec![unreadable],
                received: 2,
                gaps: vec![1],
            })
        };
        let pages = stream::iter([page(0, vec![7]), page(2, vec![8])]);
        let mut items = ItemStream::new(0, PageStream::new(pages));
        let places = |items: &ItemStream<u32>| {
            let places = items.unreadable().iter().map(|record| record.place);
            places.collect::<Vec<_>>()
        };
        assert_eq!(items.try_next().await.unwrap(), Some(7));
        assert_eq!(places(&items), [1]);
        assert_eq!(items.try_next().await.unwrap(), Some(8));
        assert_eq!(items.try_next().await.unwrap(), None);
        assert_eq!(places(&items), [1, 3]);
    }
}
