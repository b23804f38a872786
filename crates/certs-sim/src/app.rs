//! What the requests of one simulator share.

use std::sync::Mutex;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use crate::auth::token::Tokens;
use crate::clock::Clock;
use crate::connection::Connections;
use crate::fault::Faults;
use crate::log::RequestLog;
use crate::query::page::PastEnd;
use crate::rate_limit::Limiter;
use crate::state::State;
use crate::sync::lock;

/// The parts of a running simulator.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) base_url: String,
    pub(crate) clock: Clock,
    pub(crate) token_lifetime: Duration,
    pub(crate) past_end: PastEnd,
    pub(crate) faults: Faults,
    pub(crate) log: RequestLog,
    pub(crate) tokens: Mutex<Tokens>,
    pub(crate) limiter: Mutex<Limiter>,
    pub(crate) state: Mutex<State>,
    pub(crate) connections: Connections,
    /// Closed when the simulator stops.
    pub(crate) stopped: watch::Receiver<()>,
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

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.has_changed().is_err()
    }

    /// Waits until the simulator stops.
    pub(crate) async fn until_stopped(&self) {
        // Nothing is ever sent: only the end of the sender changes anything.
        let _ = self.stopped.clone().changed().await;
    }
}
