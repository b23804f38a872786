//! What a call and its executor tell each other past the generated client between them,
//! which passes on a request and a response and nothing else.

use std::future::Future;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU32, Ordering};

use reqwest::header::HeaderMap;

/// Belongs to one call.
#[derive(Debug, Default)]
pub(super) struct Context {
    /// Whether sending it twice is as good as sending it once.
    idempotent: bool,
    attempts: AtomicU32,
    headers: Mutex<HeaderMap>,
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

    /// How many attempts were made.
    pub(super) fn attempts(&self) -> u32 {
        self.attempts.load(Ordering::Relaxed)
    }

    /// The headers of the answer. The generated client drops them when it cannot decode the
    /// body.
    pub(super) fn take_headers(&self) -> HeaderMap {
        std::mem::take(&mut *self.headers.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Whether the current call may be sent twice. Outside any call (through `raw()`), it may
/// not.
pub(super) fn is_idempotent() -> bool {
    CURRENT
        .try_with(|context| context.idempotent)
        .unwrap_or(false)
}

/// Notes that this attempt, counted from 1, begins.
pub(super) fn attempt(number: u32) {
    let _ = CURRENT.try_with(|context| context.attempts.store(number, Ordering::Relaxed));
}

/// Notes the headers of the answer.
pub(super) fn headers(headers: &HeaderMap) {
    let _ = CURRENT.try_with(|context| {
        *context
            .headers
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = headers.clone();
    });
}
