//! Paging: the requested part of a collection.

use super::params::Params;
use crate::error::ApiError;

/// The most records in one response, and the default.
const MAX_LIMIT: u32 = 250;

/// The response to an `offset` past the end of a collection. The services behind the API differ in
/// it, so a client should handle both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PastEnd {
    /// An empty page.
    #[default]
    Empty,
    /// 400, unless the offset is 0.
    Refused,
}

/// `limit`, `offset` and `count`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    pub(crate) limit: usize,
    pub(crate) offset: usize,
    pub(crate) count: bool,
}

impl Page {
    pub(crate) fn read(params: &Params) -> Result<Self, ApiError> {
        let int32_max = i32::MAX.unsigned_abs();
        let fits = "the limits of both parameters fit a usize";
        Ok(Self {
            limit: usize::try_from(params.number("limit", MAX_LIMIT, MAX_LIMIT)?).expect(fits),
            offset: usize::try_from(params.number("offset", 0, int32_max)?).expect(fits),
            count: params.flag("count")?,
        })
    }

    /// Applies [`PastEnd`] once the size of the collection is known.
    pub(crate) fn check(&self, total: usize, past_end: PastEnd) -> Result<(), ApiError> {
        let is_past = self.offset > 0 && self.offset >= total;
        if is_past && past_end == PastEnd::Refused {
            return Err(ApiError::illegal(format!(
                "The query parameter offset is {}, but there are {total} records.",
                self.offset
            )));
        }
        Ok(())
    }
}
