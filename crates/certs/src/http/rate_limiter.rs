//! The budget of requests, kept on our side so that a 429 is the exception.
//!
//! The service counts requests in a window of time, for each client id and API version. A
//! bucket that refills steadily would not do: full at the start, it lets twice the number
//! through in the first window. So the times of the last requests are kept, and a request
//! waits until the oldest of them has left the window.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::StatusCode;
use tokio::time::Instant;

use super::received::Received;
use super::retry::retry_after;
use crate::progress::Waiting;
use crate::time;

/// How many requests may be sent in how much time, for each API version.
///
/// The default is the service's own limit: 100 requests in 10 seconds, counted for each
/// client id. Clones of a client share one budget; other processes with the same client id
/// do not know of it, and when the service answers 429 all the same, the budget shrinks for a
/// while to leave them room.
///
/// ```
/// use std::time::Duration;
///
/// use certs::RequestBudget;
///
/// // Leave half of it to somebody else.
/// let client = certs::Client::builder("https://acme.api.identitynow.com")
///     .client_credentials("id", "secret")
///     .budget(RequestBudget::new(50, Duration::from_secs(10)))
///     .build()?;
/// # Ok::<(), certs::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestBudget {
    limit: Option<(u32, Duration)>,
}

impl RequestBudget {
    /// At most this many requests in this time. Zero requests count as one.
    #[must_use]
    pub fn new(requests: u32, per: Duration) -> Self {
        Self {
            limit: Some((requests.max(1), per)),
        }
    }

    /// As many as the caller sends. The service's answers of 429 are obeyed all the same.
    #[must_use]
    pub fn unlimited() -> Self {
        Self { limit: None }
    }
}

impl Default for RequestBudget {
    fn default() -> Self {
        Self::new(100, Duration::from_secs(10))
    }
}

/// The service measures when requests arrive, we when they leave: by this part of the window
/// the network may stretch or squeeze the distance between two of them.
const MARGIN: u32 = 50;

/// Longer windows are none: no program runs through one.
const LONGEST_WINDOW: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// For how long, at most, a `Retry-After` silences all calls. Who is told to wait longer
/// than that hears it from the service again, and does not hang without a word.
const LONGEST_SILENCE: Duration = Duration::from_secs(60);

/// A budget for each version.
#[derive(Debug)]
pub(crate) struct Budgets {
    v3: Budget,
    beta: Budget,
}

impl Budgets {
    pub(crate) fn new(budget: RequestBudget) -> Self {
        Self {
            v3: Budget::new(budget),
            beta: Budget::new(budget),
        }
    }

    pub(super) fn of(&self, version: &str) -> &Budget {
        if version == "beta" {
            &self.beta
        } else {
            &self.v3
        }
    }
}

/// The budget of one version.
#[derive(Debug)]
pub(super) struct Budget {
    limit: Option<(usize, Duration)>,
    state: Mutex<State>,
    // Whoever holds it is the next to send. It is handed on in the order of asking.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct State {
    /// When the requests of the last window left.
    sent: VecDeque<Instant>,
    /// How many the window holds now: less than the limit after a 429.
    capacity: usize,
    /// When the capacity last changed.
    changed: Option<Instant>,
    /// The service asked for silence until then.
    blocked_until: Option<Instant>,
}

impl Budget {
    fn new(budget: RequestBudget) -> Self {
        let limit = budget.limit.map(|(requests, per)| {
            let window = per.saturating_add(per / MARGIN).min(LONGEST_WINDOW);
            (requests as usize, window)
        });
        let capacity = limit.map_or(usize::MAX, |(requests, _)| requests);
        let state = State {
            sent: VecDeque::new(),
            capacity,
            changed: None,
            blocked_until: None,
        };
        Self {
            limit,
            state: Mutex::new(state),
            turn: tokio::sync::Mutex::new(()),
        }
    }

    /// Waits for a place and takes it.
    pub(super) async fn take(&self) {
        let mut told = None;
        let _turn = match self.turn.try_lock() {
            Ok(turn) => turn,
            Err(_) => {
                told = Some(Waiting::begin());
                self.turn.lock().await
            }
        };
        while let Some(wait) = self.wait() {
            tracing::debug!(?wait, "waiting for the request budget");
            told.get_or_insert_with(Waiting::begin);
            time::sleep(wait).await;
        }
    }

    /// How long to wait, or `None` if there is a place, which is then taken.
    fn wait(&self) -> Option<Duration> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = time::now();
        if let Some(until) = state.blocked_until {
            if now < until {
                return Some(until - now);
            }
            state.blocked_until = None;
        }
        let (limit, window) = self.limit?;
        state.recover(now, limit, window);
        while state
            .sent
            .front()
            .is_some_and(|first| now.duration_since(*first) >= window)
        {
            state.sent.pop_front();
        }
        if state.sent.len() < state.capacity {
            state.sent.push_back(now);
            return None;
        }
        // The place that becomes free is that of the request `capacity` before this one.
        let frees = state.sent[state.sent.len() - state.capacity] + window;
        Some(
            frees
                .saturating_duration_since(now)
                .max(Duration::from_millis(1)),
        )
    }

    /// Learns from an answer: a 429 means that the service counts more than we do.
    pub(super) fn learn(&self, received: &Received) {
        if received.status != StatusCode::TOO_MANY_REQUESTS {
            return;
        }
        let now = time::now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(wait) = retry_after(&received.headers) {
            let until = now + wait.min(LONGEST_SILENCE);
            state.blocked_until = Some(state.blocked_until.map_or(until, |old| old.max(until)));
        }
        if let Some((limit, window)) = self.limit {
            // Several answers of one burst say the same thing.
            let heard = state
                .changed
                .is_some_and(|at| now.duration_since(at) < window / 10);
            if !heard {
                state.capacity = (state.capacity * 3 / 4).max(limit / 10).max(1);
                state.changed = Some(now);
            }
        }
    }
}

impl State {
    /// After each window without a 429, a tenth of the limit comes back.
    fn recover(&mut self, now: Instant, limit: usize, window: Duration) {
        if self.capacity < limit
            && self
                .changed
                .is_none_or(|changed| now.duration_since(changed) >= window)
        {
            self.capacity = (self.capacity + (limit / 10).max(1)).min(limit);
            self.changed = Some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN: Duration = Duration::from_secs(10);

    /// When, in milliseconds, each of `n` requests got its place.
    async fn times(budget: &Budget, n: usize) -> Vec<u128> {
        let start = time::now();
        let mut times = Vec::new();
        for _ in 0..n {
            budget.take().await;
            times.push(start.elapsed().as_millis());
        }
        times
    }

    fn too_many(after: &'static str) -> Received {
        let mut headers = http::HeaderMap::new();
        headers.insert("retry-after", http::HeaderValue::from_static(after));
        Received {
            status: StatusCode::TOO_MANY_REQUESTS,
            headers,
            body: bytes::Bytes::new(),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_window_holds_more_than_the_limit_and_nearly_all_of_it_is_used() {
        let budget = Budget::new(RequestBudget::new(100, TEN));
        let times = times(&budget, 1000).await;
        for pair in times.windows(101) {
            assert!(pair[100] - pair[0] >= 10_000, "{pair:?}");
        }
        assert!(times[999] < 10 * 10_000 * 105 / 100, "{}", times[999]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_unlimited_budget_never_waits() {
        let budget = Budget::new(RequestBudget::unlimited());
        assert_eq!(times(&budget, 1000).await[999], 0);
    }

    #[tokio::test(start_paused = true)]
    async fn silence_that_the_service_asks_for_is_kept_by_everybody() {
        let budget = Budget::new(RequestBudget::unlimited());
        budget.learn(&too_many("7"));
        assert_eq!(times(&budget, 2).await, [7000, 7000]);
    }

    #[tokio::test(start_paused = true)]
    async fn silence_has_an_end_whatever_the_service_says() {
        let budget = Budget::new(RequestBudget::unlimited());
        budget.learn(&too_many("18446744073709551615"));
        assert_eq!(times(&budget, 1).await, [60_000]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_window_without_end_is_none() {
        let budget = Budget::new(RequestBudget::new(2, Duration::MAX));
        assert_eq!(times(&budget, 2).await, [0, 0]);
        assert!(budget.wait().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_429_there_is_room_for_others_and_it_comes_back() {
        let budget = Budget::new(RequestBudget::new(100, TEN));
        budget.learn(&too_many("0"));
        let first_window = times(&budget, 200)
            .await
            .iter()
            .filter(|at| **at < 10_000)
            .count();
        assert_eq!(first_window, 75);
        let later = times(&budget, 1000).await;
        assert!(
            later[999] - later[899] <= 10_200,
            "the capacity has not come back"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn versions_have_budgets_of_their_own() {
        let budgets = Budgets::new(RequestBudget::new(1, TEN));
        budgets.of("v3").take().await;
        assert_eq!(times(budgets.of("beta"), 1).await, [0]);
        assert_eq!(times(budgets.of("v3"), 1).await, [10_200]);
    }
}
