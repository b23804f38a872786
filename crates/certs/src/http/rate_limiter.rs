//! The rate limit, enforced by the client so that a 429 is the exception.
//!
//! The service counts requests in a window of time, for each client id and API version. A token
//! bucket would not do: full at the start, it lets twice the number through in the first window. So
//! the limiter keeps the times of the last requests, and a new request departs when the oldest of
//! them has left the window.
//!
//! Departure times are assigned at once, without waiting. A waiting request holds no lock, so a
//! future that is kept without being polled delays no other. A request that misses its time loses
//! it if others need it, and gets a new one, once.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use tokio::time::Instant;

use super::retry::retry_after;
use crate::sync::lock;
use crate::time;

/// How many requests may be sent in how much time, for each API version.
///
/// The default is the service's own limit: 100 requests in 10 seconds, counted for each client id.
/// Clones of a client share it; other processes with the same client id do not. If the service
/// still returns 429, the limit shrinks for a while.
///
/// ```
/// use std::time::Duration;
///
/// use certs::RateLimit;
///
/// // Leave half of it to another program.
/// let client = certs::Client::builder("https://acme.api.identitynow.com")
///     .client_credentials("id", "secret")
///     .rate_limit(RateLimit::new(50, Duration::from_secs(10)))
///     .build()?;
/// # Ok::<(), certs::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    limit: Option<(u32, Duration)>,
}

impl RateLimit {
    /// Allows this many requests in this time. Zero requests count as one.
    #[must_use]
    pub fn new(requests: u32, per: Duration) -> Self {
        Self {
            limit: Some((requests.max(1), per)),
        }
    }

    /// Sets no limit. The client still obeys a 429.
    #[must_use]
    pub fn unlimited() -> Self {
        Self { limit: None }
    }
}

impl Default for RateLimit {
    fn default() -> Self {
        Self::new(100, Duration::from_secs(10))
    }
}

/// The service counts requests when they arrive, the client when they leave: the network may change
/// the interval between two of them by up to this part of the window. A request is on time if it
/// leaves no later than this after its departure time.
const MARGIN: u32 = 50;

/// The longest window: no program runs longer.
const LONGEST_WINDOW: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The longest time for which a `Retry-After` stops all calls, so that they do not hang silently.
/// After that, the service may repeat it.
const LONGEST_SILENCE: Duration = Duration::from_secs(60);

/// The rate limiter of one client and version.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    limit: Option<Limit>,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug)]
struct Limit {
    requests: usize,
    window: Duration,
}

#[derive(Debug)]
struct State {
    /// The departures of the last window, and those of waiting requests, in order.
    departures: VecDeque<Instant>,
    /// How many requests a window may have: fewer than the limit after a 429.
    capacity: usize,
    /// When the capacity last changed.
    changed: Option<Instant>,
    /// The service asked the client to send nothing before then.
    blocked_until: Option<Instant>,
}

/// A departure time. Dropping it before the departure frees it.
struct Reservation<'a> {
    limiter: &'a RateLimiter,
    at: Instant,
    departed: bool,
}

impl RateLimiter {
    pub(crate) fn new(rate: RateLimit) -> Self {
        let limit = rate.limit.map(|(requests, per)| Limit {
            requests: requests as usize,
            window: per.saturating_add(per / MARGIN).min(LONGEST_WINDOW),
        });
        Self {
            limit,
            state: Mutex::new(State {
                departures: VecDeque::new(),
                capacity: limit.map_or(usize::MAX, |limit| limit.requests),
                changed: None,
                blocked_until: None,
            }),
        }
    }

    /// Waits until a request may leave. If the request has to wait, `waiting` is called once, and
    /// its result is kept until the wait is over.
    pub(crate) async fn acquire<W>(&self, waiting: impl Fn() -> W) -> Option<W> {
        let mut told = None;
        let mut was_late = false;
        let mut reservation = self.reserve();
        loop {
            let wait = reservation.at.saturating_duration_since(time::now());
            if !wait.is_zero() {
                tracing::debug!(?wait, "waiting for the rate limit");
                told.get_or_insert_with(&waiting);
                time::sleep(wait).await;
            }
            match reservation.depart(was_late) {
                Ok(()) => return told,
                Err(Late) => was_late = true,
            }
            drop(reservation);
            reservation = self.reserve();
        }
    }

    fn reserve(&self) -> Reservation<'_> {
        let now = time::now();
        let mut state = self.state();
        let mut at = state.blocked_until.map_or(now, |until| until.max(now));
        if let Some(limit) = self.limit {
            state.recover(now, limit);
            state.forget(now, limit);
            let count = state.departures.len();
            if let Some(earlier) = count.checked_sub(state.capacity) {
                at = at.max(state.departures[earlier] + limit.window);
            }
            // First come, first served.
            at = state.departures.back().map_or(at, |last| at.max(*last));
            state.departures.push_back(at);
        }
        Reservation {
            limiter: self,
            at,
            departed: false,
        }
    }

    /// Adapts to a response: a 429 means that the service counts more requests than the client.
    pub(crate) fn learn(&self, status: StatusCode, headers: &HeaderMap) {
        if status != StatusCode::TOO_MANY_REQUESTS {
            return;
        }
        let now = time::now();
        let mut state = self.state();
        if let Some(wait) = retry_after(headers) {
            let until = now + wait.min(LONGEST_SILENCE);
            state.blocked_until = state.blocked_until.max(Some(until));
        }
        if let Some(Limit { requests, window }) = self.limit {
            // Several 429s of one burst count once.
            let heard = state
                .changed
                .is_some_and(|at| now.duration_since(at) < window / 10);
            if !heard {
                state.capacity = (state.capacity * 3 / 4).max(requests / 10).max(1);
                state.changed = Some(now);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

/// The departure time has passed, and another request takes its place.
struct Late;

impl Reservation<'_> {
    /// Records that the request leaves now, unless too many would leave at once. A request that was
    /// late before leaves in any case, so that none waits forever.
    fn depart(&mut self, was_late: bool) -> Result<(), Late> {
        let now = time::now();
        let mut state = self.limiter.state();
        if state.blocked_until.is_some_and(|until| now < until) {
            return Err(Late);
        }
        if let Some(limit) = self.limiter.limit {
            state.cancel(self.at);
            let on_time = now <= self.at + limit.window / MARGIN;
            if !on_time && !was_late && !state.has_room(now, limit) {
                // Puts it back, for `drop` to remove.
                state.insert(self.at);
                return Err(Late);
            }
            state.insert(now);
        }
        self.departed = true;
        Ok(())
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        if !self.departed {
            self.limiter.state().cancel(self.at);
        }
    }
}

impl State {
    /// Whether a departure at this moment leaves no window with more than its capacity.
    fn has_room(&self, at: Instant, limit: Limit) -> bool {
        let before = self.departures.partition_point(|other| *other <= at);
        let first = before.saturating_sub(self.capacity);
        // A window that is too full begins with one of these departures.
        (first..=before).all(|start| {
            let begin = if start == before {
                at
            } else {
                self.departures[start]
            };
            let end = begin + limit.window;
            let others = self.departures.range(start..);
            at >= end || others.take_while(|other| **other < end).count() < self.capacity
        })
    }

    fn insert(&mut self, at: Instant) {
        let place = self.departures.partition_point(|other| *other <= at);
        self.departures.insert(place, at);
    }

    fn cancel(&mut self, at: Instant) {
        if let Ok(place) = self.departures.binary_search(&at) {
            self.departures.remove(place);
        }
    }

    /// Removes departures that have left the window.
    fn forget(&mut self, now: Instant, limit: Limit) {
        let gone = |at: &Instant| now.saturating_duration_since(*at) >= limit.window;
        while self.departures.front().is_some_and(gone) {
            self.departures.pop_front();
        }
    }

    /// After each window without a 429, a tenth of the limit comes back.
    fn recover(&mut self, now: Instant, Limit { requests, window }: Limit) {
        let quiet = |changed| now.duration_since(changed) >= window;
        if self.capacity < requests && self.changed.is_none_or(quiet) {
            self.capacity = (self.capacity + (requests / 10).max(1)).min(requests);
            self.changed = Some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::pin;
    use std::task::Poll;

    use http::HeaderValue;

    use super::*;

    const TEN: Duration = Duration::from_secs(10);

    /// When, in milliseconds, each of `n` requests left.
    async fn times(limiter: &RateLimiter, n: usize) -> Vec<u128> {
        let start = time::now();
        let mut times = Vec::new();
        for _ in 0..n {
            limiter.acquire(|| ()).await;
            times.push(start.elapsed().as_millis());
        }
        times
    }

    fn too_many(limiter: &RateLimiter, after: &'static str) {
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", HeaderValue::from_static(after));
        limiter.learn(StatusCode::TOO_MANY_REQUESTS, &headers);
    }

    fn assert_windows(times: &[u128], limit: usize) {
        for window in times.windows(limit + 1) {
            assert!(window[limit] - window[0] >= 10_000, "{window:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_window_holds_more_than_the_limit_and_nearly_all_of_it_is_used() {
        let limiter = RateLimiter::new(RateLimit::new(100, TEN));
        let times = times(&limiter, 1000).await;
        assert_windows(&times, 100);
        assert!(times[999] < 10 * 10_000 * 105 / 100, "{}", times[999]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_unlimited_rate_never_waits() {
        let limiter = RateLimiter::new(RateLimit::unlimited());
        assert_eq!(times(&limiter, 1000).await[999], 0);
    }

    #[tokio::test(start_paused = true)]
    async fn retry_after_holds_back_every_call() {
        let limiter = RateLimiter::new(RateLimit::unlimited());
        too_many(&limiter, "7");
        assert_eq!(times(&limiter, 2).await, [7000, 7000]);
    }

    #[tokio::test(start_paused = true)]
    async fn retry_after_is_bounded() {
        let limiter = RateLimiter::new(RateLimit::unlimited());
        too_many(&limiter, "18446744073709551615");
        assert_eq!(times(&limiter, 1).await, [60_000]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_window_that_never_ends_is_a_year() {
        let limiter = RateLimiter::new(RateLimit::new(2, Duration::MAX));
        assert_eq!(times(&limiter, 2).await, [0, 0]);
        assert_eq!(times(&limiter, 1).await, [LONGEST_WINDOW.as_millis()]);
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_429_there_is_room_for_others_and_it_comes_back() {
        let limiter = RateLimiter::new(RateLimit::new(100, TEN));
        too_many(&limiter, "0");
        let first_window = times(&limiter, 200).await;
        assert_eq!(first_window.iter().filter(|at| **at < 10_000).count(), 75);
        let later = times(&limiter, 1000).await;
        assert!(later[999] - later[899] <= 10_200, "it has not come back");
    }

    #[tokio::test(start_paused = true)]
    async fn a_dropped_or_unpolled_waiter_blocks_no_other() {
        let limiter = RateLimiter::new(RateLimit::new(1, TEN));
        limiter.acquire(|| ()).await;
        let mut kept = pin!(limiter.acquire(|| ()));
        let mut dropped = Box::pin(limiter.acquire(|| ()));
        poll_fn(|context| {
            assert!(kept.as_mut().poll(context).is_pending());
            assert!(dropped.as_mut().poll(context).is_pending());
            Poll::Ready(())
        })
        .await;
        drop(dropped);
        let start = time::now();
        limiter.acquire(|| ()).await;
        // Departs after the kept request, in the place of the dropped one.
        assert_eq!(start.elapsed(), Duration::from_millis(20_400));
        // A late request finds its place taken, waits for another, and then departs.
        kept.await;
        assert_eq!(start.elapsed(), Duration::from_millis(30_600));
    }

    #[tokio::test(start_paused = true)]
    async fn waiters_that_are_polled_late_do_not_leave_all_at_once() {
        let limiter = RateLimiter::new(RateLimit::new(10, TEN));
        times(&limiter, 10).await;
        let mut kept: Vec<_> = (0..10).map(|_| Box::pin(limiter.acquire(|| ()))).collect();
        poll_fn(|context| {
            for kept in &mut kept {
                assert!(kept.as_mut().poll(context).is_pending());
            }
            Poll::Ready(())
        })
        .await;
        let start = time::now();
        let mut left = Vec::new();
        time::sleep(Duration::from_secs(19)).await;
        let others = async {
            for _ in 0..20 {
                limiter.acquire(|| ()).await;
            }
        };
        let mut departures = Vec::new();
        let ((), ()) = tokio::join!(others, async {
            for kept in kept {
                kept.await;
                departures.push(start.elapsed().as_millis());
            }
        });
        left.extend(departures);
        assert_windows(&left, 10);
    }
}
