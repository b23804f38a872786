//! The transport: sends requests at a rate that the service accepts, reads whole answers, and
//! retries where that does no harm. It knows nothing of what a request means.

pub(crate) mod counters;
pub(crate) mod default_service;
pub(crate) mod loopback;
pub(crate) mod rate_limiter;
pub(crate) mod retry;
pub(crate) mod service;
