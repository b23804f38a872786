//! The one place that reads a clock.
//!
//! Waiting and expiry use tokio's clock, so that a test can pause it.

use std::future::Future;
use std::time::Duration;

pub(crate) use tokio::time::Instant;

/// The current moment, for measuring lifetimes.
#[expect(
    clippy::disallowed_methods,
    reason = "this module is where it is allowed"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// The calendar time, for headers that hold a date.
#[expect(
    clippy::disallowed_methods,
    reason = "this module is where it is allowed"
)]
pub(crate) fn wall_clock() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// Waits.
pub(crate) async fn sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// The outcome of a future, or `None` if it takes longer.
pub(crate) async fn within<T>(duration: Duration, future: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(duration, future).await.ok()
}
