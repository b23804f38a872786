//! The state and settings that all requests of a simulator share.

use std::sync::{Arc, Mutex};
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
use crate::state::replica::Replica;
use crate::sync::lock;

/// The parts of a running simulator.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) base_url: String,
    pub(crate) clock: Clock,
    pub(crate) token_lifetime: Duration,
    pub(crate) past_end: PastEnd,
    pub(crate) faults: Faults,
    pub(crate) log: Arc<RequestLog>,
    pub(crate) receive_timeout: Duration,
    pub(crate) tokens: Mutex<Tokens>,
    pub(crate) limiter: Mutex<Limiter>,
    pub(crate) states: Mutex<States>,
    pub(crate) connections: Connections,
    pub(crate) cors: bool,
    /// Closed when the simulator stops.
    pub(crate) stopped: watch::Receiver<()>,
}

/// The state, and the older one that reads see if they lag behind writes.
#[derive(Debug)]
pub(crate) struct States {
    actual: State,
    shown: Option<Replica>,
}

impl States {
    pub(crate) fn new(actual: State, lag: Duration) -> Self {
        let shown = (!lag.is_zero()).then(|| Replica::new(actual.clone(), lag));
        Self { actual, shown }
    }
}

impl App {
    /// Reads the state.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&State, Timestamp) -> T) -> T {
        let now = self.clock.now();
        let States { actual, .. } = &mut *lock(&self.states);
        actual.advance(now);
        look(actual, now)
    }

    /// Reads the state that clients see. The lock is held, so no other request changes it.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&mut State, Timestamp) -> T) -> T {
        let now = self.clock.now();
        let States { actual, shown } = &mut *lock(&self.states);
        actual.advance(now);
        match shown {
            Some(shown) => {
                let (state, then) = shown.at(now);
                read(state, then)
            }
            None => read(actual, now),
        }
    }

    /// Changes the state in one step. `step` returns the change to make at the given time; the
    /// lagging state repeats it later.
    pub(crate) fn write<T, C>(&self, step: impl FnOnce(Timestamp) -> C) -> T
    where
        C: Fn(&mut State) -> T + Send + 'static,
    {
        let now = self.clock.now();
        let States { actual, shown } = &mut *lock(&self.states);
        actual.advance(now);
        let change = step(now);
        let outcome = change(actual);
        if let Some(shown) = shown {
            shown.push(now, Box::new(move |state| drop(change(state))));
        }
        outcome
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.has_changed().is_err()
    }

    /// Waits until the simulator stops.
    pub(crate) async fn until_stopped(&self) {
        // Nothing is ever sent. The wait ends when the sender is dropped.
        let _ = self.stopped.clone().changed().await;
    }
}
