//! Lists: shared by all endpoints that return pages.

mod pages;
mod repetition;

use std::fmt;

use bytes::Bytes;
use certs_raw::Operation;
use futures_util::{StreamExt as _, stream};
use http::{HeaderMap, Request};
use serde::de::DeserializeOwned;

use super::Api;
use super::call::Decoded;
use super::certifications::ReviewerIdentity;
use super::page::{ItemStream, Page, PageStream, UnreadableRecord};
use crate::error::{Error, Result};
use crate::filter::{Endpoint, Filter, Sorter};
use crate::model::decode::Records;
use pages::Pages;

/// The most records that one page can have, and the default page size.
pub const MAX_PAGE_SIZE: u32 = 250;

/// An endpoint that returns pages: one of [`filter::endpoint`](crate::filter::endpoint). For
/// functions that take a list of any of them.
///
/// ```
/// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
/// # example(async |client, _| {
/// use certs::{List, ListEndpoint};
///
/// async fn whole<E: ListEndpoint>(list: List<E>) -> certs::Result<Vec<E::Item>> {
///     list.with_total().fetch_ahead(4).stream().try_collect().await
/// }
///
/// println!("{} certifications", whole(client.certifications()).await?.len());
/// # Ok(()) });
/// ```
pub trait ListEndpoint: PagedEndpoint<Record = <Self as ListEndpoint>::Item> {
    /// The type of the records.
    type Item: DeserializeOwned + fmt::Debug + Send + Sync + Unpin + 'static;
}

impl<E: PagedEndpoint> ListEndpoint for E {
    type Item = E::Record;
}

/// How pages of an endpoint are requested. Code outside this crate cannot name or implement it.
pub trait PagedEndpoint: Endpoint + Sized + Send + Sync {
    /// The ids in the path, and the parameters that only this endpoint has.
    type Scope: Clone + fmt::Debug + Send + Sync + 'static;

    const OPERATION: Operation;

    /// Builds the request for a page.
    fn request(api: &Api, scope: Self::Scope, query: Query) -> Result<Request<Bytes>>;

    /// Adds what is known about a record beyond its response.
    fn complete(_: &Self::Scope, _: &mut Self::Record) {}

    /// The key that identifies a record, if it has one.
    fn key(item: &Self::Record) -> Option<&str>;
}

/// An endpoint whose lists have an order that decisions do not change.
pub trait StableOrder: PagedEndpoint {
    fn stable_order() -> Sorter<Self>;
}

/// The parameters that all lists share, as they go over the wire.
#[derive(Clone, Debug)]
pub struct Query {
    pub(crate) filters: Option<String>,
    pub(crate) sorters: Option<String>,
    pub(crate) limit: i32,
    pub(crate) offset: i32,
    pub(crate) count: bool,
    pub(crate) lenient: bool,
}

/// Sets the parameters that all lists share, and the sorters of those that have them.
macro_rules! paged {
    ($call:expr, $query:expr) => {{
        let mut call = $call.limit($query.limit).offset($query.offset);
        if $query.count {
            call = call.count(true);
        }
        if let Some(filters) = $query.filters {
            call = call.filters(filters);
        }
        call
    }};
    ($call:expr, $query:expr, sorters) => {{
        let sorters = $query.sorters;
        let mut call = $crate::api::list::paged!($call, $query);
        if let Some(sorters) = sorters {
            call = call.sorters(sorters);
        }
        call
    }};
}
pub(crate) use paged;

/// Lists records: one page ([`send`](Self::send)), all pages ([`pages`](Self::pages)), all records
/// ([`stream`](Self::stream)) or their number ([`count`](Self::count)).
///
/// Set a typed filter and an order first. Nothing is sent until one of these is called.
///
/// ```
/// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
/// # example(async |client, _| {
/// use certs::filter::certification;
/// use certs::model::Phase;
///
/// let mut due = client
///     .certifications()
///     .filter(certification::phase().eq(Phase::Active))
///     .sort(certification::due().asc())
///     .stream();
/// while let Some(certification) = due.try_next().await? {
///     println!("{:?}", certification.name);
/// }
/// # Ok(()) });
/// ```
///
/// Paging is by offset: while records come and go, a page can repeat or miss some, and without a
/// sorter the order may change from page to page. Sort a list that is longer than a page;
/// `in_stable_order()` does it for endpoints that can sort.
#[must_use = "a list does nothing until it is sent or streamed"]
pub struct List<E: ListEndpoint> {
    api: Api,
    pub(crate) scope: E::Scope,
    filter: Option<Filter<E>>,
    /// A filter was set twice, so it is unclear which one is meant.
    filtered_twice: bool,
    sorter: Option<Sorter<E>>,
    page_size: u32,
    offset: u32,
    with_total: bool,
    fetch_ahead: usize,
    lenient: bool,
}

impl<E: ListEndpoint> List<E> {
    pub(crate) fn new(api: Api, scope: E::Scope) -> Self {
        Self {
            api,
            scope,
            filter: None,
            filtered_twice: false,
            sorter: None,
            page_size: MAX_PAGE_SIZE,
            offset: 0,
            with_total: false,
            fetch_ahead: 1,
            lenient: false,
        }
    }

    /// Lists only what the filter matches. Terms are combined with `and` and `or`; a list
    /// with two filters is refused.
    pub fn filter(mut self, filter: Filter<E>) -> Self {
        self.filtered_twice |= self.filter.is_some();
        self.filter = Some(filter);
        self
    }

    /// Adds a filter to a list that already has one, such as
    /// [`CampaignHandle::certifications`](crate::CampaignHandle::certifications).
    pub fn and_filter(mut self, filter: Filter<E>) -> Self {
        self.filter = Some(match self.filter {
            Some(narrowed) => narrowed.and(filter),
            None => filter,
        });
        self
    }

    /// Sorts the list. A second sorter sorts the records that the first leaves equal; a field that
    /// is already sorted by is ignored.
    pub fn sort(mut self, sorter: Sorter<E>) -> Self {
        self.sorter = Some(match self.sorter {
            Some(first) => first.then(sorter),
            None => sorter,
        });
        self
    }

    /// Sorts the list by fields that decisions do not change, after any sorters already set:
    /// certifications by name and due date, items by identity, type and name of the access,
    /// summaries by name, campaigns and their templates by name and time of creation. Records that
    /// are equal in all of these fields have no fixed order. A list with a filter on decisions
    /// still shifts while decisions are made.
    pub fn in_stable_order(self) -> Self
    where
        E: StableOrder,
    {
        self.sort(E::stable_order())
    }

    /// Sets the number of records in a page: 1 to [`MAX_PAGE_SIZE`], which is also the default.
    pub fn page_size(mut self, records: u32) -> Self {
        self.page_size = records;
        self
    }

    /// Skips this many records, for example to continue from
    /// [`Page::next_offset`](crate::Page::next_offset).
    pub fn offset(mut self, records: u32) -> Self {
        self.offset = records;
        self
    }

    /// Requests [`Page::total`](crate::Page::total), which costs the service time. A stream then
    /// fails at its end if its number of records differs from the service's count.
    pub fn with_total(mut self) -> Self {
        self.with_total = true;
        self
    }

    /// Lists the other records if some cannot be read, and reports these in
    /// [`Page::unreadable`](crate::Page::unreadable) or
    /// [`ItemStream::unreadable`](crate::ItemStream::unreadable). By default such a record
    /// fails its page with an error that names it.
    pub fn lenient(mut self) -> Self {
        self.lenient = true;
        self
    }

    /// Fetches up to this many pages at once when streaming, and returns them in order. The
    /// default, 1, fetches a page when it is taken. 0 counts as 1.
    ///
    /// The first page is fetched alone, so a short list costs no extra request. At the end of a
    /// long one, up to `pages - 1` requests return nothing, unless [`with_total`](Self::with_total)
    /// is set, so that the end is known. Memory holds up to this many pages. Separate tasks fetch
    /// them, so the stream has to be polled inside a tokio runtime; dropping it cancels them.
    pub fn fetch_ahead(mut self, pages: usize) -> Self {
        self.fetch_ahead = pages.max(1);
        self
    }

    /// Fetches one page.
    ///
    /// # Errors
    ///
    /// Refused before sending if the page size is not 1 to 250, the filter holds an empty
    /// list, or an id cannot be part of a path; otherwise the error of the call.
    pub async fn send(self) -> Result<Page<E::Item>> {
        let during = self.api.operation(E::OPERATION);
        let query = self.query().map_err(|error| error.during(during))?;
        page::<E>(self.api, self.scope, query).await
    }

    /// Counts the records without fetching any. The offset makes no difference.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send), and a response without a count.
    pub async fn count(self) -> Result<u64> {
        let during = self.api.operation(E::OPERATION);
        let query = Query {
            limit: 0,
            count: true,
            ..self.query().map_err(|error| error.during(during))?
        };
        let page = page::<E>(self.api, self.scope, query).await?;
        page.total.ok_or_else(|| {
            Error::undecodable("the response does not say how many records there are")
                .during(during)
        })
    }

    /// Streams the pages, from the first to the last.
    ///
    /// The stream ends with the first page that is not full. It ends with an error if a page cannot
    /// be fetched, if the service repeats records so that the list would never end, and, after
    /// [`with_total`](Self::with_total), if it ends before it brought as many records as the
    /// service counts: some services cut their pages.
    pub fn pages(self) -> PageStream<E::Item> {
        let during = self.api.operation(E::OPERATION);
        let query = match self.query() {
            Ok(query) => query,
            Err(error) => {
                return PageStream::new(stream::once(async move { Err(error.during(during)) }));
            }
        };
        let pages = Pages::<E>::new(self.api, self.scope, query, self.fetch_ahead);
        let pages = stream::unfold(Some(pages), move |pages| async move {
            let mut pages = pages?;
            match pages.next().await {
                Ok(Some(page)) => Some((Ok(page), Some(pages))),
                Ok(None) => None,
                Err(error) => Some((Err(error.during(during)), None)),
            }
        });
        // A stream that has ended may be polled again, as in a `select!` loop.
        PageStream::new(pages.fuse())
    }

    /// Streams the records, fetching page after page as they are taken. There is no limit
    /// to their number.
    ///
    /// While streaming, do not change what the filter tests. If you decide items of a list of open
    /// ones, the rest move to earlier offsets, and the next page skips as many. Collect such a list
    /// first.
    pub fn stream(self) -> ItemStream<E::Item> {
        ItemStream::new(self.offset, self.pages())
    }

    /// The operation as errors name it.
    pub(super) fn operation(&self, raw: Operation) -> crate::error::Operation {
        self.api.operation(raw)
    }

    fn query(&self) -> Result<Query> {
        let refuse = |why: String| Err(Error::refused(why));
        if !(1..=MAX_PAGE_SIZE).contains(&self.page_size) {
            return refuse(format!(
                "a page has 1 to {MAX_PAGE_SIZE} records, not {}",
                self.page_size
            ));
        }
        if self.filtered_twice {
            return refuse("the list has two filters: combine them with `and` or `or`".to_owned());
        }
        if let Some(Err(error)) = self.filter.as_ref().map(Filter::check) {
            return refuse(error.to_string());
        }
        Ok(Query {
            filters: self.filter.as_ref().map(ToString::to_string),
            sorters: self.sorter.as_ref().map(ToString::to_string),
            limit: i32::try_from(self.page_size).unwrap_or(i32::MAX),
            offset: wire_offset(self.offset)?,
            count: self.with_total,
            lenient: self.lenient,
        })
    }
}

async fn page<E: PagedEndpoint>(
    api: Api,
    scope: E::Scope,
    query: Query,
) -> Result<Page<E::Record>> {
    let (page_size, offset) = (query.limit.unsigned_abs(), query.offset.unsigned_abs());
    let lenient = query.lenient;
    let request = || E::request(&api, scope.clone(), query);
    let response = api
        .read_page(E::OPERATION, MAX_RECORDS, lenient, request)
        .await?;
    let Decoded { body, headers } = response;
    let Records {
        mut items,
        received,
        gaps,
        unreadable,
    } = body;
    items.iter_mut().for_each(|item| E::complete(&scope, item));
    let unreadable = unreadable.into_iter().map(|record| UnreadableRecord {
        place: u32::try_from(record.place).map_or(u32::MAX, |place| place.saturating_add(offset)),
        id: record.id,
        reason: record.error.to_string(),
    });
    Ok(Page {
        items,
        offset,
        total: total(&headers),
        page_size,
        unreadable: unreadable.collect(),
        received,
        gaps,
    })
}

fn wire_offset(offset: u32) -> Result<i32> {
    i32::try_from(offset).map_err(|_| {
        Error::refused(format!(
            "an offset is at most {}, and this one is {offset}",
            i32::MAX
        ))
    })
}

/// A page with more records than this is refused, because it would fill the memory. A service that
/// ignores the page size stays below.
const MAX_RECORDS: usize = 10_000;

fn total(headers: &HeaderMap) -> Option<u64> {
    headers
        .get("x-total-count")?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()
}

impl<E: PagedEndpoint<Scope = Option<ReviewerIdentity>>> List<E> {
    /// Lists only the certifications or tasks of this reviewer.
    pub fn reviewer(mut self, reviewer: impl Into<ReviewerIdentity>) -> Self {
        self.scope = Some(reviewer.into());
        self
    }
}

impl<E: ListEndpoint> Clone for List<E> {
    fn clone(&self) -> Self {
        Self {
            api: self.api.clone(),
            scope: self.scope.clone(),
            filter: self.filter.clone(),
            filtered_twice: self.filtered_twice,
            sorter: self.sorter.clone(),
            page_size: self.page_size,
            offset: self.offset,
            with_total: self.with_total,
            fetch_ahead: self.fetch_ahead,
            lenient: self.lenient,
        }
    }
}

impl<E: ListEndpoint> fmt::Debug for List<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List")
            .field("operation", &E::OPERATION.id)
            .field("scope", &self.scope)
            .field("filter", &self.filter.as_ref().map(ToString::to_string))
            .field("page_size", &self.page_size)
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}
