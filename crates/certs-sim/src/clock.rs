//! The clock: the only source of time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::sync::lock;

/// The clock of a simulator. Token expiry, the rate limit's window and the progress of tasks depend
/// on it alone.
///
/// Clones of a manual clock share one time, so a test keeps a clone and advances it.
///
/// ```
/// use std::time::Duration;
/// use certs_sim::Clock;
///
/// let clock = Clock::manual("2026-03-02T08:00:00Z".parse()?);
/// let same = clock.clone();
/// clock.advance(Duration::from_secs(90));
/// assert_eq!(same.now().to_string(), "2026-03-02T08:01:30Z");
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Manual(Arc<Mutex<Timestamp>>),
    Tokio { start: Timestamp, since: Instant },
}

impl Clock {
    /// The time of the machine.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that shows `start` until [`Clock::advance`] moves it.
    #[must_use]
    pub fn manual(start: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(Mutex::new(start))))
    }

    /// A clock that shows `start` now and follows Tokio's. In a test with paused time, it advances
    /// to what tasks wait for, without real time passing.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), jiff::Error> {
    /// use certs_sim::Clock;
    /// use std::time::Duration;
    ///
    /// let clock = Clock::tokio("2026-03-02T08:00:00Z".parse()?);
    /// tokio::time::sleep(Duration::from_secs(3600)).await; // returns at once
    /// assert_eq!(clock.now().to_string(), "2026-03-02T09:00:00Z");
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn tokio(start: Timestamp) -> Self {
        Self(Source::Tokio {
            start,
            since: tokio_now(),
        })
    }

    /// The time on this clock. If the time of a Tokio runtime is paused, read a clock that follows
    /// it within that runtime.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the simulator reads the machine's time"
    )]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Timestamp::now(),
            Source::Tokio { start, since } => {
                later(*start, tokio_now().saturating_duration_since(*since))
            }
            Source::Manual(time) => *lock(time),
        }
    }

    /// Moves a manual clock forward. Does nothing to the others, which advance by themselves.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(time) = &self.0 {
            let mut time = lock(time);
            *time = later(*time, by);
        }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the simulator reads the runtime's time"
)]
fn tokio_now() -> Instant {
    Instant::now()
}

/// `start` minus `by`, or the earliest possible time.
pub(crate) fn earlier(start: Timestamp, by: Duration) -> Timestamp {
    start.checked_sub(by).unwrap_or(Timestamp::MIN)
}

/// `start` plus `by`, or the latest possible time.
pub(crate) fn later(start: Timestamp, by: Duration) -> Timestamp {
    start.checked_add(by).unwrap_or(Timestamp::MAX)
}
