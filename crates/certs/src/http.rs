//! The transport: sends requests at a rate that the service accepts, reads whole responses, and
//! retries requests that are safe to repeat. It does not know what a request means.

pub(crate) mod counters;
pub(crate) mod default_service;
pub(crate) mod loopback;
pub(crate) mod rate_limiter;
pub(crate) mod retry;
pub(crate) mod service;
