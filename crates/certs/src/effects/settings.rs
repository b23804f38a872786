//! The settings that all calls that change access share.

use std::time::Duration;

use super::journal::Journal;
use crate::api::tasks::DEFAULT_TIMEOUT;
use crate::error::Error;
use crate::progress::Reporter;
use crate::time::Instant;

/// How a run goes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) journal: Option<Journal>,
    /// How many parts are sent at once, if the effect is absolute. The default is 4.
    pub(crate) concurrency: Option<usize>,
    pub(crate) progress: Reporter,
    pub(crate) dry_run: bool,
    pub(crate) overwrite: bool,
    /// Whether items are read again before they are sent, to leave alone those that have changed.
    pub(crate) leaves_changed: bool,
    pub(crate) waits: bool,
    pub(crate) timeout: Option<Duration>,
    /// When the items were read from which the effect was planned, if it depends on them.
    pub(crate) seen_at: Option<Instant>,
    /// An error that allows reading, but no sending.
    pub(crate) blocked: Option<Error>,
}

impl Settings {
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout.unwrap_or(DEFAULT_TIMEOUT)
    }
}

/// Gives a call with `settings` the methods for these of them.
macro_rules! settings {
    ($call:ident: $($setting:ident),+) => {
        impl $call {
            $($crate::effects::settings::setting! { $setting })+
        }
    };
}

macro_rules! setting {
    (concurrency) => {
        /// Sets how many batches of decisions are sent at once. The default is 4; 0 counts as 1.
        /// Every batch waits for the [rate limit](crate::RateLimit).
        pub fn concurrency(mut self, batches: usize) -> Self {
            self.settings.concurrency = Some(batches);
            self
        }
    };
    (dry_run) => {
        /// Shows what the call would do: the outcome has every item, and each is not attempted, or
        /// unknown or pending if an earlier run has sent it. All checks are made, including that of
        /// the certification's phase. Only reads are sent, and nothing is written to a journal.
        pub fn dry_run(mut self) -> Self {
            self.settings.dry_run = true;
            self
        }
    };
    (journal) => {
        /// Writes to a journal what is about to be sent and how it ended, so that the program can
        /// recover from a crash. If it cannot be written, nothing more is sent. [The same call
        /// again](crate::Journal#the-same-call-again) skips what is done.
        pub fn journal(mut self, journal: &$crate::effects::journal::Journal) -> Self {
            self.settings.journal = Some(journal.clone());
            self
        }
    };
    (overwrite_changed) => {
        /// Overwrites decisions that somebody has made since the items were read. By default, such
        /// an item is left alone when a policy's decision is sent more than a minute after it was
        /// made, when a decision's response was lost, and on resuming.
        pub fn overwrite_changed(mut self) -> Self {
            self.settings.overwrite = true;
            self
        }
    };
    (leave_changed) => {
        /// Reads the items again before they are sent, and leaves alone those that somebody has
        /// changed since they were listed. By default, decisions that the caller names are sent
        /// whatever the items show by then. Set it if time passes in between, for example because a
        /// person confirms the decisions first.
        ///
        /// An item that is named only by its id is compared with what it shows when the call begins.
        /// It costs one more read for each batch.
        pub fn leave_changed(mut self) -> Self {
            self.settings.leaves_changed = true;
            self
        }
    };
    (progress) => {
        /// Reports the number of items processed, and the total, each time one changes. Items that
        /// the call waits for are counted when their task has ended.
        pub fn progress(
            mut self,
            report: impl Fn($crate::progress::ProgressReport) + Send + Sync + 'static,
        ) -> Self {
            self.settings.progress = $crate::progress::Reporter::new(report);
            self
        }
    };
    (timeout) => {
        /// Sets the longest time to wait for all tasks together, from the first request on. The
        /// default is 10 minutes; zero means to read each task once. Items that a task has not done
        /// by then are [pending](crate::Outcome::Pending).
        pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
            self.settings.timeout = Some(timeout);
            self
        }
    };
    (wait) => {
        /// Waits until all tasks have ended, up to the [`timeout`](Self::timeout). By default,
        /// their items are [pending](crate::Outcome::Pending).
        pub fn wait(mut self) -> Self {
            self.settings.waits = true;
            self
        }
    };
}

pub(crate) use {setting, settings};
