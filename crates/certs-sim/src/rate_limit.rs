//! The rate limit of each client for each API version.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::clock::later;
use crate::version::Version;

/// How many requests one client id may send to one API version in a window of time.
///
/// ```
/// use certs_sim::RateLimit;
///
/// let limit = RateLimit::default();
/// assert_eq!((limit.requests, limit.per.as_secs()), (100, 10));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests that pass in one window.
    pub requests: u32,
    /// Length of the window.
    pub per: Duration,
}

impl Default for RateLimit {
    /// The vendor's limit: 100 requests in 10 seconds.
    fn default() -> Self {
        Self {
            requests: 100,
            per: Duration::from_secs(10),
        }
    }
}

/// Counts requests in fixed windows: a client's window opens with its first request, and refused
/// requests do not count.
#[derive(Debug)]
pub(crate) struct Limiter {
    limit: Option<RateLimit>,
    windows: HashMap<(String, Version), Window>,
}

#[derive(Debug)]
struct Window {
    ends: Timestamp,
    passed: u32,
}

impl Limiter {
    pub(crate) fn new(limit: Option<RateLimit>) -> Self {
        Self {
            limit,
            windows: HashMap::new(),
        }
    }

    /// Lets a request pass, or returns after how many seconds to try again.
    pub(crate) fn pass(
        &mut self,
        client_id: &str,
        version: Version,
        now: Timestamp,
    ) -> Result<(), u64> {
        let Some(limit) = self.limit else {
            return Ok(());
        };
        let window = self
            .windows
            .entry((client_id.to_owned(), version))
            .or_insert(Window {
                ends: now,
                passed: 0,
            });
        if window.ends <= now {
            *window = Window {
                ends: later(now, limit.per),
                passed: 0,
            };
        }
        if window.passed < limit.requests {
            window.passed += 1;
            return Ok(());
        }
        let left = window.ends.duration_since(now);
        let begun = i64::from(left.subsec_nanos() > 0);
        Err(u64::try_from(left.as_secs() + begun).unwrap_or(1).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter(requests: u32) -> Limiter {
        Limiter::new(Some(RateLimit {
            requests,
            per: Duration::from_secs(10),
        }))
    }

    #[test]
    fn refuses_until_the_window_ends() {
        let start = Timestamp::UNIX_EPOCH;
        let mut limiter = limiter(2);
        assert_eq!(limiter.pass("a", Version::V3, start), Ok(()));
        assert_eq!(limiter.pass("a", Version::V3, start), Ok(()));
        assert_eq!(limiter.pass("a", Version::V3, start), Err(10));
        let nearly = later(start, Duration::from_millis(9_100));
        assert_eq!(limiter.pass("a", Version::V3, nearly), Err(1));
        let after = later(start, Duration::from_secs(10));
        assert_eq!(limiter.pass("a", Version::V3, after), Ok(()));
    }

    #[test]
    fn clients_and_versions_have_their_own_budgets() {
        let now = Timestamp::UNIX_EPOCH;
        let mut limiter = limiter(1);
        assert_eq!(limiter.pass("a", Version::V3, now), Ok(()));
        assert_eq!(limiter.pass("a", Version::Beta, now), Ok(()));
        assert_eq!(limiter.pass("b", Version::V3, now), Ok(()));
        assert_eq!(limiter.pass("a", Version::V3, now), Err(10));
    }

    #[test]
    fn without_a_limit_everything_passes() {
        let mut limiter = Limiter::new(None);
        for _ in 0..1_000 {
            assert_eq!(
                limiter.pass("a", Version::V3, Timestamp::UNIX_EPOCH),
                Ok(())
            );
        }
    }
}
