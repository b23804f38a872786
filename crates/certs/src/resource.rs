//! What the APIs are about, one file a resource. The entry points are methods of
//! [`Client`](crate::Client) and [`BetaClient`](crate::BetaClient).

pub(crate) mod certifications;
pub(crate) mod decide;
pub(crate) mod items;
pub(crate) mod permissions;
mod poll;
pub(crate) mod reassign;
pub(crate) mod reviewers;
pub(crate) mod sign_off;
pub(crate) mod summaries;
pub(crate) mod tasks;

use certs_raw::Operation;
use futures_core::future::BoxFuture;

use crate::error::{Error, Result};
use crate::transport::Answer;

/// Keeps [`Listed`](crate::Listed) to the endpoints of this crate.
pub trait Sealed {}

/// A page on its way.
pub(crate) type Fetching<T> = BoxFuture<'static, Result<Answer<Records<T>>>>;

const fn v3(id: &'static str) -> Operation {
    Operation { version: "v3", id }
}

const fn beta(id: &'static str) -> Operation {
    Operation {
        version: "beta",
        id,
    }
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
        let mut call = $crate::resource::paged!($call, $query);
        if let Some(sorters) = sorters {
            call = call.sorters(sorters);
        }
        call
    }};
}
pub(crate) use paged;

/// Checks an id that stands in a path. Everything is percent-encoded on the way, but a few
/// texts mean something to every URL parser, encoded or not.
fn path_id(what: &str, id: String) -> Result<String> {
    let why = match id.as_str() {
        "" => "is empty: the answer it came from did not carry one",
        "." | ".." => "is made of dots, which stand for another place in a path",
        id if id.contains('\\') => "has a backslash, which no path can",
        _ => return Ok(id),
    };
    Err(Error::refused(format!("the {what} `{id}` {why}")))
}

/// The records of a page, each converted. A null among them is no record, but the page is
/// as full as if it were one.
fn each<T, U>(answer: Answer<Vec<Option<T>>>, convert: impl FnMut(T) -> U) -> Answer<Records<U>> {
    let Answer {
        body,
        headers,
        unreadable,
    } = answer;
    let received = body.len();
    let is_null = |(place, record): (usize, &Option<T>)| record.is_none().then_some(place);
    let nulls = body.iter().enumerate().filter_map(is_null).collect();
    let items = body.into_iter().flatten().map(convert).collect();
    Answer {
        body: Records {
            items,
            received,
            nulls,
        },
        headers,
        unreadable,
    }
}

/// What a page brought.
#[doc(hidden)]
#[derive(Debug)]
pub struct Records<T> {
    pub(crate) items: Vec<T>,
    /// How many places of the page were taken.
    pub(crate) received: usize,
    /// Which of them were null.
    pub(crate) nulls: Vec<usize>,
}
