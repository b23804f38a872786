//! What the APIs are about, one file a resource. The entry points are methods of
//! [`Client`](crate::Client) and [`BetaClient`](crate::BetaClient).

pub(crate) mod certifications;
pub(crate) mod decide;
pub(crate) mod ids;
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
use crate::model::decode::Records;
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
