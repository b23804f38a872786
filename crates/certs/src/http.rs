//! The ground: one request out, one whole answer in, at a rate that the service accepts, and
//! again if that can do no harm. What a request means is not known here.

pub(crate) mod counters;
pub(crate) mod default_service;
pub(crate) mod loopback;
pub(crate) mod rate_limiter;
pub(crate) mod retry;
pub(crate) mod service;
