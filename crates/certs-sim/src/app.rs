//! What the requests of one simulator share.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::auth::token::Tokens;
use crate::clock::Clock;
use crate::query::page::PastEnd;
use crate::rate_limit::Limiter;
use crate::record::RequestLog;
use crate::state::State;

/// The parts of a running simulator.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) clock: Clock,
    pub(crate) token_lifetime: Duration,
    pub(crate) past_end: PastEnd,
    pub(crate) log: RequestLog,
    pub(crate) tokens: Mutex<Tokens>,
    pub(crate) limiter: Mutex<Limiter>,
    pub(crate) state: Mutex<State>,
}

impl App {
    /// Takes one step on the state. Nothing waits in between, so no other request
    /// sees half of it.
    pub(crate) fn step<T>(&self, step: impl FnOnce(&mut State, Timestamp) -> T) -> T {
        let now = self.clock.now();
        let mut state = lock(&self.state);
        state.advance(now);
        step(&mut state, now)
    }
}

/// Locks even after a panic elsewhere: one failed request must not fail all others.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
