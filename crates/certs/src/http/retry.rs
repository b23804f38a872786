//! Retries: which requests, and when.
//!
//! | outcome of an attempt | idempotent | not idempotent |
//! |---|---|---|
//! | the connection was never made | again | again: nothing was sent |
//! | 429 | again | again: nothing was done |
//! | the connection broke, the response broke off, no response in time | again | no |
//! | 408, 502, 503, 504: a gateway or an overloaded service | again | no |
//! | 500: sometimes on a read, and gone on the next try | again | no |
//! | 520 to 527: a content delivery network that does not reach the service | again | no |
//! | any other response, a response that is too large | no | no |
//!
//! Reads are idempotent, and getting a token is; a write is not. A 401 is not in the table: the token
//! is replaced once, as part of the attempt.

use std::future::Future;
use std::sync::Mutex;
use std::time::Duration;

use http::HeaderMap;
use http::header::RETRY_AFTER;

use super::counters::Counter;
use super::service::{Failure, Received, SendError};
use crate::sync::lock;
use crate::time;

/// How failed attempts are retried.
///
/// Which outcomes are retried is not a setting, because it follows from what does no harm. Reads
/// are retried after a failed or broken connection, a timeout, 408, 429, 500, 502 to 504 and 520 to
/// 527; writes only after a failed connection or 429, when the service certainly did nothing.
///
/// Between attempts the client waits for a random time up to a bound that doubles, or for as
/// long as the service asks by `Retry-After`. Across all calls of a client, retries are
/// limited to a share of the calls that succeed, so that many callers do not make an outage
/// worse.
///
/// ```
/// use std::time::Duration;
///
/// use certs::RetryPolicy;
///
/// let client = certs::Client::builder("https://acme.api.identitynow.com")
///     .client_credentials("id", "secret")
///     .retry(RetryPolicy::default().max_attempts(3).max_total_wait(Duration::from_secs(60)))
///     .build()?;
/// # Ok::<(), certs::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    max_attempts: u32,
    first_backoff: Duration,
    max_backoff: Duration,
    max_retry_after: Duration,
    max_total_wait: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 6,
            first_backoff: Duration::from_millis(250),
            max_backoff: Duration::from_secs(20),
            max_retry_after: Duration::from_secs(60),
            max_total_wait: Duration::from_secs(2 * 60),
        }
    }
}

impl RetryPolicy {
    /// Never retries.
    #[must_use]
    pub fn none() -> Self {
        Self::default().max_attempts(1)
    }

    /// Sets the greatest number of attempts of a call, the first included. The default is 6; 0
    /// counts as 1.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// Sets the upper bounds of the random waits: before the second attempt, and before any
    /// attempt. The defaults are 0.25 and 20 seconds.
    #[must_use]
    pub fn backoff(mut self, first: Duration, max: Duration) -> Self {
        self.first_backoff = first;
        self.max_backoff = max;
        self
    }

    /// Sets the longest `Retry-After` to wait for; a longer one ends the call. The default is 60
    /// seconds.
    #[must_use]
    pub fn max_retry_after(mut self, wait: Duration) -> Self {
        self.max_retry_after = wait;
        self
    }

    /// Sets the longest total time that a call waits between attempts. The default is 2 minutes.
    /// Waiting for the [rate limit](crate::RateLimit) does not count.
    #[must_use]
    pub fn max_total_wait(mut self, wait: Duration) -> Self {
        self.max_total_wait = wait;
        self
    }

    /// How long to wait before a write that was seen not to have been done is sent again; `None` if
    /// it was sent often enough. Sendings are numbered from 1.
    pub(crate) fn wait_after_lost_write(
        &self,
        sending: u32,
        retry_after: Option<Duration>,
    ) -> Option<Duration> {
        let too_long = retry_after.is_some_and(|wait| wait > self.max_retry_after);
        let again = sending < self.max_attempts && !too_long;
        again.then(|| retry_after.unwrap_or_else(|| self.backoff_after(sending)))
    }

    /// The wait before the attempt after this one: random between zero and a bound that
    /// doubles ("full jitter"), so that callers who failed together do not retry
    /// together.
    fn backoff_after(&self, attempt: u32) -> Duration {
        let bound = self
            .first_backoff
            .saturating_mul(1 << (attempt - 1).min(16));
        bound.min(self.max_backoff).mul_f64(fastrand::f64())
    }
}

/// Whether sending a request twice has the same effect as sending it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Idempotency {
    /// It has, as far as the caller is concerned.
    Idempotent,
    /// It must not be sent twice if the first may have arrived.
    NotIdempotent,
}

/// An attempt that got a response.
pub(crate) trait HasResponse {
    /// The response.
    fn received(&self) -> &Received;
}

impl HasResponse for Received {
    fn received(&self) -> &Received {
        self
    }
}

/// An error of an attempt, as the retry loop sees it.
pub(crate) trait Attempted {
    /// How the request failed; `None` if no other attempt would help.
    fn failure(&self) -> Option<Failure>;
}

impl Attempted for SendError {
    fn failure(&self) -> Option<Failure> {
        Some(self.failure)
    }
}

/// The decision about the outcome of an attempt.
#[derive(Debug, PartialEq, Eq)]
enum Decision {
    Final,
    Again { after: Option<Duration> },
}

fn decide<A: HasResponse, E: Attempted>(
    idempotency: Idempotency,
    outcome: &Result<A, E>,
) -> Decision {
    let idempotent = idempotency == Idempotency::Idempotent;
    let again = match outcome {
        Ok(attempt) => match attempt.received().status.as_u16() {
            429 => true,
            408 | 500 | 502..=504 | 520..=527 => idempotent,
            _ => false,
        },
        Err(error) => match error.failure() {
            Some(Failure::Connect) => true,
            Some(Failure::Interrupted | Failure::Timeout) => idempotent,
            Some(Failure::TooLarge { .. } | Failure::Unbuildable) | None => false,
        },
    };
    if !again {
        return Decision::Final;
    }
    let received = outcome.as_ref().ok().map(HasResponse::received);
    let after = received.and_then(|received| retry_after(&received.headers));
    Decision::Again { after }
}

/// Runs the attempts of all calls of one client.
#[derive(Debug)]
pub(crate) struct RetryLoop {
    pub(crate) policy: RetryPolicy,
    throttle: Throttle,
}

impl RetryLoop {
    pub(crate) fn new(policy: RetryPolicy) -> Self {
        Self {
            policy,
            throttle: Throttle::default(),
        }
    }

    /// Makes attempts until one is final, and returns its outcome and its number, from 1.
    /// `retries` counts all attempts but the first.
    pub(crate) async fn run<A: HasResponse, E: Attempted, F>(
        &self,
        idempotency: Idempotency,
        retries: &Counter,
        mut attempt: impl FnMut() -> F,
    ) -> (Result<A, E>, u32)
    where
        F: Future<Output = Result<A, E>>,
    {
        let (mut number, mut waited) = (1, Duration::ZERO);
        loop {
            let outcome = attempt().await;
            let Decision::Again { after } = decide(idempotency, &outcome) else {
                let received = outcome.as_ref().map(HasResponse::received);
                if received.is_ok_and(|received| received.status.is_success()) {
                    self.throttle.refill();
                }
                return (outcome, number);
            };
            let wait = after.unwrap_or_else(|| self.policy.backoff_after(number));
            let too_long = after.is_some_and(|after| after > self.policy.max_retry_after)
                || waited.saturating_add(wait) > self.policy.max_total_wait;
            if number >= self.policy.max_attempts || too_long {
                return (outcome, number);
            }
            // The service named the time of the retry, so the throttle does not count it.
            if after.is_none() && !self.throttle.spend() {
                tracing::debug!("too many retries lately; giving up early");
                return (outcome, number);
            }
            tracing::debug!(attempt = number, ?wait, "trying again");
            time::sleep(wait).await;
            retries.count();
            (number, waited) = (number + 1, waited + wait);
        }
    }
}

/// Limits retries to a share of the calls that succeed, across all calls of a client.
#[derive(Debug)]
struct Throttle(Mutex<u32>);

impl Throttle {
    const FULL: u32 = 500;
    const COST_OF_A_RETRY: u32 = 5;

    fn spend(&self) -> bool {
        let mut left = lock(&self.0);
        let rest = left.checked_sub(Self::COST_OF_A_RETRY);
        *left = rest.unwrap_or(*left);
        rest.is_some()
    }

    /// Each success pays for a fifth of a retry.
    fn refill(&self) {
        let mut left = lock(&self.0);
        *left = (*left + 1).min(Self::FULL);
    }
}

impl Default for Throttle {
    fn default() -> Self {
        Self(Mutex::new(Self::FULL))
    }
}

/// The `Retry-After` header: seconds, or a date. A date that is past means no wait.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let parser = jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true);
    let until = parser.parse_timestamp(value).ok()?;
    Some(Duration::try_from(until.duration_since(time::wall_clock())).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, StatusCode};

    use super::*;

    type Outcome = Result<Received, Failure>;

    impl Attempted for Failure {
        fn failure(&self) -> Option<Failure> {
            Some(*self)
        }
    }

    #[test]
    fn a_wait_is_random_within_the_bounds_of_the_backoff() {
        let [first, max] = [10, 25].map(Duration::from_millis);
        let policy = RetryPolicy::default().backoff(first, max);
        for (attempt, bound) in [(1, first), (2, 2 * first), (3, max), (u32::MAX, max)] {
            let waits: Vec<Duration> = (0..50).map(|_| policy.backoff_after(attempt)).collect();
            assert!(
                waits.iter().all(|wait| *wait <= bound),
                "{attempt}: {waits:?}"
            );
            assert!(
                waits.iter().any(|wait| *wait != waits[0]),
                "{attempt}: {waits:?}"
            );
        }
    }

    fn response(status: u16) -> Outcome {
        let status = StatusCode::from_u16(status).unwrap();
        Ok(Received {
            status,
            headers: HeaderMap::new(),
            body: bytes::Bytes::new(),
        })
    }

    fn response_after(status: u16, after: &str) -> Outcome {
        let mut received = response(status)?;
        received
            .headers
            .insert(RETRY_AFTER, HeaderValue::from_str(after).unwrap());
        Ok(received)
    }

    fn failure(failure: Failure) -> Outcome {
        Err(failure)
    }

    /// Runs against outcomes that are given in advance; the last one repeats. Returns the
    /// number of attempts and the time they took.
    async fn run(
        retries: &RetryLoop,
        idempotency: Idempotency,
        outcomes: &[Outcome],
    ) -> (u32, Duration, Outcome) {
        let start = time::now();
        let mut next = outcomes.iter().chain(outcomes.last().into_iter().cycle());
        let (outcome, attempts) = retries
            .run(idempotency, &Counter::default(), || {
                std::future::ready(next.next().unwrap().clone())
            })
            .await;
        (attempts, start.elapsed(), outcome)
    }

    /// The table of the module's documentation.
    #[test]
    fn which_attempts_are_repeated() {
        for (outcome, read, write) in [
            (failure(Failure::Connect), true, true),
            (response(429), true, true),
            (failure(Failure::Interrupted), true, false),
            (failure(Failure::Timeout), true, false),
            (response(408), true, false),
            (response(500), true, false),
            (response(502), true, false),
            (response(503), true, false),
            (response(504), true, false),
            (response(520), true, false),
            (response(527), true, false),
            (
                failure(Failure::TooLarge { bytes: 1, limit: 0 }),
                false,
                false,
            ),
            (failure(Failure::Unbuildable), false, false),
            (response(200), false, false),
            (response(400), false, false),
            (response(401), false, false),
            (response(403), false, false),
            (response(404), false, false),
            (response(501), false, false),
            (response(505), false, false),
            (response(528), false, false),
        ] {
            let again = |idempotency| decide(idempotency, &outcome) != Decision::Final;
            assert_eq!(
                (
                    again(Idempotency::Idempotent),
                    again(Idempotency::NotIdempotent)
                ),
                (read, write),
                "{outcome:?}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_read_is_tried_again_until_it_succeeds() {
        let retries = RetryLoop::new(RetryPolicy::default());
        let outcomes = [response(503), failure(Failure::Interrupted), response(200)];
        let (attempts, _, outcome) = run(&retries, Idempotency::Idempotent, &outcomes).await;
        assert_eq!((attempts, outcome.unwrap().status), (3, StatusCode::OK));
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_that_may_have_arrived_is_not_sent_again() {
        let retries = RetryLoop::new(RetryPolicy::default());
        let outcomes = [failure(Failure::Interrupted), response(200)];
        let (attempts, _, outcome) = run(&retries, Idempotency::NotIdempotent, &outcomes).await;
        assert_eq!((attempts, outcome.unwrap_err()), (1, Failure::Interrupted));
    }

    #[tokio::test(start_paused = true)]
    async fn retry_after_is_obeyed_to_the_second() {
        let retries = RetryLoop::new(RetryPolicy::default());
        let outcomes = [response_after(429, "7"), response(200)];
        let (attempts, took, _) = run(&retries, Idempotency::NotIdempotent, &outcomes).await;
        assert_eq!((attempts, took), (2, Duration::from_secs(7)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_retry_after_that_is_too_long_ends_the_call() {
        let retries = RetryLoop::new(RetryPolicy::default());
        let (attempts, took, outcome) = run(
            &retries,
            Idempotency::Idempotent,
            &[response_after(429, "3600")],
        )
        .await;
        assert_eq!((attempts, took), (1, Duration::ZERO));
        assert_eq!(outcome.unwrap().status, StatusCode::TOO_MANY_REQUESTS);
    }

    #[tokio::test(start_paused = true)]
    async fn attempts_and_waits_are_limited() {
        let retries = RetryLoop::new(RetryPolicy::default().max_attempts(4));
        assert_eq!(
            run(&retries, Idempotency::Idempotent, &[response(503)])
                .await
                .0,
            4
        );

        let policy = RetryPolicy::default().max_total_wait(Duration::from_secs(20));
        let retries = RetryLoop::new(policy.max_attempts(100));
        let (attempts, took, _) = run(
            &retries,
            Idempotency::Idempotent,
            &[response_after(429, "8")],
        )
        .await;
        assert_eq!((attempts, took), (3, Duration::from_secs(16)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_storm_of_retries_is_stopped_and_success_allows_some_again() {
        let retries = RetryLoop::new(RetryPolicy::default());
        let mut attempts = 0;
        for _ in 0..1000 {
            attempts += run(&retries, Idempotency::Idempotent, &[response(503)])
                .await
                .0;
        }
        assert_eq!(attempts, 1000 + Throttle::FULL / Throttle::COST_OF_A_RETRY);
        for _ in 0..Throttle::COST_OF_A_RETRY {
            assert_eq!(
                run(&retries, Idempotency::Idempotent, &[response(200)])
                    .await
                    .0,
                1
            );
        }
        assert_eq!(
            run(&retries, Idempotency::Idempotent, &[response(503)])
                .await
                .0,
            2
        );
    }

    #[test]
    fn the_wait_is_random_below_a_bound_that_doubles_to_a_limit() {
        let policy = RetryPolicy::default();
        for (attempt, bound) in [
            (1, 250),
            (2, 500),
            (3, 1000),
            (7, 16_000),
            (8, 20_000),
            (40, 20_000),
        ] {
            let waits: Vec<_> = (0..200).map(|_| policy.backoff_after(attempt)).collect();
            let bound = Duration::from_millis(bound);
            assert!(waits.iter().all(|wait| *wait <= bound));
            assert!(waits.iter().any(|wait| *wait > bound / 2));
        }
    }

    #[test]
    fn retry_after_in_seconds_and_as_a_date() {
        let after = |value: &str| retry_after(&response_after(429, value).unwrap().headers);
        assert_eq!(after("7"), Some(Duration::from_secs(7)));
        assert_eq!(after("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
        assert!(after("Tue, 31 Dec 2199 23:59:59 GMT").is_some_and(|wait| !wait.is_zero()));
        assert_eq!(after("soon"), None);
    }
}
