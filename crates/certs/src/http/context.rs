//! What a call and its executor tell each other past the generated client between them,
//! which passes on a request and a response and nothing else.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use crate::error::Error;

/// Belongs to one call.
#[derive(Debug, Default)]
pub(super) struct Context {
    /// Whether sending it twice is as good as sending it once.
    idempotent: bool,
    /// Whether it reads and changes nothing.
    is_read: AtomicBool,
    attempts: AtomicU32,
}

tokio::task_local! {
    static CURRENT: Arc<Context>;
}

impl Context {
    pub(super) fn new(idempotent: bool) -> Arc<Self> {
        Arc::new(Self {
            idempotent,
            ..Self::default()
        })
    }

    /// Runs a call in this context.
    pub(super) async fn scope<T>(self: &Arc<Self>, call: impl Future<Output = T>) -> T {
        CURRENT.scope(Arc::clone(self), call).await
    }

    /// The same error, with what is known of the call.
    pub(super) fn explain(&self, error: Error) -> Error {
        let attempts = self.attempts.load(Ordering::Relaxed);
        error.of_call(attempts, self.is_read.load(Ordering::Relaxed))
    }
}

/// Whether one of our calls waits for the outcome. Outside any (through `raw()`), it is the
/// generated client's caller who does.
pub(super) fn is_ours() -> bool {
    CURRENT.try_with(|_| ()).is_ok()
}

/// Whether the current call may be sent twice. Outside any call (through `raw()`), it may
/// not.
pub(super) fn is_idempotent() -> bool {
    CURRENT
        .try_with(|context| context.idempotent)
        .unwrap_or(false)
}

/// Notes whether the call reads and changes nothing.
pub(super) fn is_read(is_read: bool) {
    let _ = CURRENT.try_with(|context| context.is_read.store(is_read, Ordering::Relaxed));
}

/// Notes that this attempt, counted from 1, begins.
pub(super) fn attempt(number: u32) {
    let _ = CURRENT.try_with(|context| context.attempts.store(number, Ordering::Relaxed));
}
