//! The lagging copy of the state, which reads see while they lag behind writes.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

use super::State;
use crate::clock::{earlier, later};

/// The state as it was some time ago: a copy that repeats all changes later.
pub(crate) struct Replica {
    lag: Duration,
    state: State,
    /// The changes that this copy has not made yet, with their times.
    coming: VecDeque<(Timestamp, Change)>,
}

type Change = Box<dyn FnOnce(&mut State) + Send>;

impl Replica {
    pub(crate) fn new(state: State, lag: Duration) -> Self {
        Self {
            lag,
            state,
            coming: VecDeque::new(),
        }
    }

    /// Queues a change that the state has made at this moment.
    pub(crate) fn push(&mut self, now: Timestamp, change: Change) {
        self.catch_up(now);
        self.coming.push_back((now, change));
    }

    /// The state that a read at `now` sees, and its time.
    pub(crate) fn at(&mut self, now: Timestamp) -> (&mut State, Timestamp) {
        self.catch_up(now);
        let shown = earlier(now, self.lag);
        self.state.advance(shown);
        (&mut self.state, shown)
    }

    fn catch_up(&mut self, now: Timestamp) {
        while let Some((done, change)) = self.coming.pop_front() {
            if later(done, self.lag) > now {
                self.coming.push_front((done, change));
                break;
            }
            self.state.advance(done);
            change(&mut self.state);
        }
    }
}

impl fmt::Debug for Replica {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replica")
            .field("lag", &self.lag)
            .field("coming", &self.coming.len())
            .finish_non_exhaustive()
    }
}
