//! Polling until something has happened, for a limited time.

use std::future::Future;
use std::time::Duration;

use crate::error::{Error, ErrorKind};
use crate::time::{self, Instant};

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Polls for a limited time, with pauses.
///
/// The pauses grow, so that a short wait ends soon and a long one costs few requests. Each is
/// random between half of its length and all of it, so that many callers who wait for the same
/// thing do not poll at the same moment.
#[derive(Debug)]
pub(crate) struct Poll {
    limit: Duration,
    started: Instant,
    pause: Duration,
}

impl Poll {
    /// The time begins now. With a limit of zero there is one poll, however long it takes.
    pub(crate) fn new(limit: Duration) -> Self {
        Self {
            limit,
            started: time::now(),
            pause: FIRST_PAUSE,
        }
    }

    /// How much of the time is left.
    pub(crate) fn left(&self) -> Duration {
        self.limit.saturating_sub(self.started.elapsed())
    }

    /// The result of a poll, or `None` if time is up before.
    pub(crate) async fn look<T>(&self, look: impl Future<Output = T>) -> Option<T> {
        if self.limit.is_zero() {
            Some(look.await)
        } else {
            time::within(self.left(), look).await
        }
    }

    /// Waits before the next poll, for at least as long as the service asked for. Returns false at
    /// once if time is up.
    pub(crate) async fn pause(&mut self, at_least: Option<Duration>) -> bool {
        let left = self.left();
        if left.is_zero() {
            return false;
        }
        let pause = self.pause.mul_f64(0.5 + fastrand::f64() / 2.0);
        time::sleep(pause.max(at_least.unwrap_or_default()).min(left)).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        true
    }
}

/// Whether the next poll may succeed after this error. Retries were made already, so this is for
/// outages that are longer than those and shorter than the wait.
pub(crate) fn is_passing(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Connect
            | ErrorKind::Interrupted
            | ErrorKind::Timeout
            | ErrorKind::RateLimited
            | ErrorKind::Server
    )
}
