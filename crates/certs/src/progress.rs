//! Progress reports of long calls.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The progress of a call that sends many requests.
///
/// Deciding, reassigning, resuming and gathering evidence take a callback, which is called each
/// time one of these figures changes:
///
/// ```
/// let show = |report: certs::ProgressReport| {
///     let total = report.total.map_or("?".to_owned(), |total| total.to_string());
///     let waiting = if report.waiting_for_rate_limit { ", waiting for the rate limit" } else { "" };
///     eprintln!("{} of {total}{waiting}", report.done);
/// };
/// # let _ = show;
/// ```
///
/// The callback runs between requests, on the task that makes the call, so it should be
/// quick: store the report or send it over a channel, and draw elsewhere. If it panics, the
/// call ends with that panic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProgressReport {
    /// How many items, identities or records have been processed, whatever their outcome.
    pub done: u64,
    /// How many there are in total, once that is known. The total grows if more are found.
    pub total: Option<u64>,
    /// Whether requests of the call wait for the [rate limit](crate::RateLimit).
    pub waiting_for_rate_limit: bool,
}

/// Counts the progress of a call and reports it. Clones share the counts.
#[derive(Clone, Default)]
pub(crate) struct Reporter(Option<Arc<Shared>>);

struct Shared {
    done: AtomicU64,
    /// `u64::MAX` means not known.
    total: AtomicU64,
    waiting: AtomicU64,
    report: Box<dyn Fn(ProgressReport) + Send + Sync>,
}

const UNKNOWN: u64 = u64::MAX;

impl Reporter {
    pub(crate) fn new(report: impl Fn(ProgressReport) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(Shared {
            done: AtomicU64::new(0),
            total: AtomicU64::new(UNKNOWN),
            waiting: AtomicU64::new(0),
            report: Box::new(report),
        })))
    }

    /// Adds to the number of those done.
    pub(crate) fn done(&self, more: usize) {
        self.change(|shared| {
            shared.done.fetch_add(more as u64, Ordering::Relaxed);
        });
    }

    /// Sets the total.
    pub(crate) fn total(&self, total: u64) {
        self.change(|shared| shared.total.store(total, Ordering::Relaxed));
    }

    /// Reports that a request begins to wait for the rate limit.
    pub(crate) fn waiting(&self) -> Waiting {
        self.change(|shared| {
            shared.waiting.fetch_add(1, Ordering::Relaxed);
        });
        Waiting(self.clone())
    }

    fn change(&self, change: impl FnOnce(&Shared)) {
        let Some(shared) = &self.0 else { return };
        change(shared);
        let total = shared.total.load(Ordering::Relaxed);
        (shared.report)(ProgressReport {
            done: shared.done.load(Ordering::Relaxed),
            total: (total != UNKNOWN).then_some(total),
            waiting_for_rate_limit: shared.waiting.load(Ordering::Relaxed) > 0,
        });
    }
}

impl fmt::Debug for Reporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Reporter").field(&self.0.is_some()).finish()
    }
}

/// A request that waits for the rate limit, until this is dropped.
#[derive(Debug)]
pub(crate) struct Waiting(Reporter);

impl Waiting {
    /// Reports the end of the wait.
    pub(crate) fn end(self) {
        let reporter = self.0.clone();
        drop(self);
        reporter.change(|_| ());
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // Does not report: the thread may be unwinding from a panic of the callback.
        if let Some(shared) = &self.0.0 {
            shared.waiting.fetch_sub(1, Ordering::Relaxed);
        }
    }
}
