//! Counters of a client's requests, retries and waits.

use std::sync::atomic::{AtomicU64, Ordering};

/// The counters of a client. Made by [`Client::counters`](crate::Client::counters).
///
/// Clones of a client share them. Export the difference between two readings as metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// Requests that were sent, including those for tokens and retries.
    pub requests: u64,
    /// Requests that repeat one that failed.
    pub retries: u64,
    /// Requests that waited for the rate limit before they were sent.
    pub rate_limit_waits: u64,
    /// Responses with status 429.
    pub rate_limited: u64,
    /// Tokens that were obtained.
    pub tokens: u64,
}

macro_rules! counting {
    ($($counter:ident),*) => {
        /// The counters of one client, while it counts.
        #[derive(Debug, Default)]
        pub(crate) struct Counting {
            $(pub(crate) $counter: Counter,)*
        }

        impl Counting {
            pub(crate) fn read(&self) -> Counters {
                Counters {
                    $($counter: self.$counter.0.load(Ordering::Relaxed),)*
                }
            }
        }
    };
}

counting!(requests, retries, rate_limit_waits, rate_limited, tokens);

#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}
