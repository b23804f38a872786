//! Looking again and again until something has happened, for a limited time.

use std::future::Future;
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};
use crate::time::{self, Instant};

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Looks that are limited in time, with pauses between them.
///
/// The pauses grow, so that what is over soon is seen soon and what takes long costs few
/// requests, and each is random between half of its length and all of it, so that many who
/// wait for the same thing do not look at the same moment.
#[derive(Debug)]
pub(crate) struct Poll {
    limit: Duration,
    started: Instant,
    pause: Duration,
}

impl Poll {
    /// The time begins now. With no time at all there is one look, however long it takes.
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

    /// What a look finds, or `None` if time is up before.
    pub(crate) async fn look<T>(&self, look: impl Future<Output = T>) -> Option<T> {
        if self.limit.is_zero() {
            Some(look.await)
        } else {
            time::within(self.left(), look).await
        }
    }

    /// Waits before the next look, for at least as long as the service asked for. False, and
    /// at once, if time is up.
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

/// Whether a failed look says nothing about the next one. The transport has tried it again
/// already, so this is for outages that are longer than its patience and shorter than the
/// wait.
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

/// The pauses before looking again for the effect of a write whose answer was lost: the
/// service may still be at work on it. What is not there by the last look did not arrive.
const SETTLING: [Duration; 2] = [Duration::from_millis(500), Duration::from_millis(1_500)];

/// Looks for the effect of such a write until it is found, or surely is not there.
pub(crate) async fn settle<T, F>(
    mut look: impl FnMut() -> F,
    is_found: impl Fn(&T) -> bool,
) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let mut found = look().await?;
    for pause in SETTLING {
        if is_found(&found) {
            break;
        }
        time::sleep(pause).await;
        found = look().await?;
    }
    Ok(found)
}
