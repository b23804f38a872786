//! Polls until something has happened or time is up.

use std::future::Future;
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};
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
    /// The time starts now. With a limit of zero there is one poll, however long it takes.
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
    pub(crate) async fn once<T>(&self, poll: impl Future<Output = T>) -> Option<T> {
        if self.limit.is_zero() {
            Some(poll.await)
        } else {
            time::within(self.left(), poll).await
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

/// Reads until `pending` returns `None`, and returns what was read last. Until then `pending`
/// returns the current status, or an error if waiting cannot help.
///
/// A service that cannot be reached, is overloaded or fails does not end the wait. When time is
/// up, the error says what `is_not` done yet.
pub(crate) async fn until<T, F>(
    limit: Duration,
    is_not: &str,
    read: impl Fn() -> F,
    pending: impl Fn(&T) -> Result<Option<String>>,
) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let mut poll = Poll::new(limit);
    let mut last = Last::Nothing;
    loop {
        let Some(read) = poll.once(read()).await else {
            return Err(last.timeout(is_not, limit));
        };
        let mut at_least = None;
        last = match read {
            Ok(read) => match pending(&read)? {
                None => return Ok(read),
                Some(status) => Last::Status(status),
            },
            Err(error) if is_passing(&error) && !limit.is_zero() => {
                tracing::debug!(state = is_not, %error, "reading again");
                at_least = error.retry_after();
                Last::Failure(error)
            }
            Err(error) => return Err(error),
        };
        if !poll.pause(at_least).await {
            return Err(last.timeout(is_not, limit));
        }
    }
}

/// The last result of a wait.
enum Last {
    Nothing,
    Status(String),
    Failure(Error),
}

impl Last {
    /// The error of a wait that took too long.
    fn timeout(self, is_not: &str, limit: Duration) -> Error {
        let last = match &self {
            Self::Nothing => "the service did not respond in that time".to_owned(),
            Self::Status(status) => format!("its status is `{status}`"),
            Self::Failure(error) => format!("the last attempt to read it failed ({error})"),
        };
        let why = format!("{is_not} after {limit:?}; {last}. It continues: wait for it again");
        let error = Error::task(ErrorKind::TaskPending, why, Vec::new());
        match self {
            Self::Failure(cause) => error.because_of(cause),
            Self::Nothing | Self::Status(_) => error,
        }
    }
}
