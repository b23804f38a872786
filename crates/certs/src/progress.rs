//! How far long calls are, for whoever draws a bar.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How far a long call is: one that sends many requests.
///
/// Deciding, reassigning, resuming and gathering evidence take a callback that is told each
/// time one of these figures changes:
///
/// ```
/// let show = |report: certs::ProgressReport| {
///     let total = report.total.map_or("?".to_owned(), |total| total.to_string());
///     let waiting = if report.waiting_for_budget { ", waiting for the rate limit" } else { "" };
///     eprintln!("{} of {total}{waiting}", report.done);
/// };
/// # let _ = show;
/// ```
///
/// The callback runs between requests, on the task that makes the call, so it should be
/// quick: store the report or send it over a channel, and draw elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProgressReport {
    /// How many items, identities or records are dealt with, whatever came of them.
    pub done: u64,
    /// How many there are, once that is known. It grows if more turn up.
    pub total: Option<u64>,
    /// Whether requests of the call wait for a place in the
    /// [budget](crate::RequestBudget), and so for the service's rate limit.
    pub waiting_for_budget: bool,
}

/// What a long call counts in, and tells.
#[derive(Clone, Default)]
pub(crate) struct Reporter(Option<Arc<Shared>>);

struct Shared {
    done: AtomicU64,
    /// `u64::MAX` stands for not known.
    total: AtomicU64,
    waiting: AtomicU64,
    tell: Box<dyn Fn(ProgressReport) + Send + Sync>,
}

const UNKNOWN: u64 = u64::MAX;

tokio::task_local! {
    static CURRENT: Reporter;
}

impl Reporter {
    pub(crate) fn new(tell: impl Fn(ProgressReport) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(Shared {
            done: AtomicU64::new(0),
            total: AtomicU64::new(UNKNOWN),
            waiting: AtomicU64::new(0),
            tell: Box::new(tell),
        })))
    }

    /// Who watches the current call, for tasks that work for it.
    pub(crate) fn current() -> Self {
        CURRENT.try_with(Self::clone).unwrap_or_default()
    }

    /// Runs what sends the requests, so that their waits are told.
    pub(crate) async fn scope<T>(&self, work: impl Future<Output = T>) -> T {
        match &self.0 {
            Some(_) => CURRENT.scope(self.clone(), work).await,
            None => work.await,
        }
    }

    /// So many more are dealt with.
    pub(crate) fn done(&self, more: usize) {
        self.change(|shared| {
            shared.done.fetch_add(more as u64, Ordering::Relaxed);
        });
    }

    /// There are so many in all.
    pub(crate) fn total(&self, total: u64) {
        self.change(|shared| shared.total.store(total, Ordering::Relaxed));
    }

    fn change(&self, change: impl FnOnce(&Shared)) {
        let Some(shared) = &self.0 else { return };
        change(shared);
        let total = shared.total.load(Ordering::Relaxed);
        (shared.tell)(ProgressReport {
            done: shared.done.load(Ordering::Relaxed),
            total: (total != UNKNOWN).then_some(total),
            waiting_for_budget: shared.waiting.load(Ordering::Relaxed) > 0,
        });
    }
}

impl fmt::Debug for Reporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Reporter").field(&self.0.is_some()).finish()
    }
}

/// A request that waits for its place in the budget, until this is dropped.
#[derive(Debug)]
pub(crate) struct Waiting(Reporter);

impl Waiting {
    /// Tells whoever watches the current call, if anybody does.
    pub(crate) fn begin() -> Self {
        let reporter = Reporter::current();
        reporter.change(|shared| {
            shared.waiting.fetch_add(1, Ordering::Relaxed);
        });
        Self(reporter)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.change(|shared| {
            shared.waiting.fetch_sub(1, Ordering::Relaxed);
        });
    }
}
