//! Progress bars on standard error for long work, if it is a terminal.

use std::sync::atomic::{AtomicU64, Ordering};

use certs::ProgressReport;
use indicatif::{ProgressBar, ProgressStyle};

/// The progress of work that consists of several calls.
#[derive(Clone, Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Starts work on this many things.
    pub(crate) fn new(what: &'static str, total: u64) -> Self {
        // indicatif draws on standard error, and nothing if that is not a terminal.
        let bar = ProgressBar::new(total);
        let template = "{msg} {bar:30} {pos}/{len}, {eta} left {prefix}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what);
        Self { bar }
    }

    /// The callback for one call of the library.
    pub(crate) fn reporter(&self) -> impl Fn(ProgressReport) + Send + Sync + use<> {
        let bar = self.bar.clone();
        let last = AtomicU64::new(0);
        move |report| {
            bar.inc(
                report
                    .done
                    .saturating_sub(last.swap(report.done, Ordering::Relaxed)),
            );
            bar.set_prefix(if report.waiting_for_rate_limit {
                "(waiting for the rate limit)"
            } else {
                ""
            });
        }
    }

    /// Counts one more, for work without a callback.
    pub(crate) fn inc(&self) {
        self.bar.inc(1);
    }

    pub(crate) fn done(&self) -> u64 {
        self.bar.position()
    }

    pub(crate) fn total(&self) -> u64 {
        self.bar.length().unwrap_or(0)
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
