//! The random generator of the data set.

use jiff::{SignedDuration, Timestamp};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};

use crate::id::Id;

/// A source of choices that a seed determines.
pub(super) struct Draw {
    rng: ChaCha8Rng,
    today: Timestamp,
}

impl Draw {
    pub(super) fn new(seed: u64, today: Timestamp) -> Self {
        Self {
            rng: ChaCha8Rng::seed_from_u64(seed),
            today,
        }
    }

    pub(super) fn id(&mut self) -> Id {
        Id::new(self.rng.random())
    }

    /// A number below `bound`, which is not 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.rng.random_range(0..bound)
    }

    pub(super) fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// A random time on the day that is this many days from today.
    pub(super) fn day(&mut self, from_today: i64) -> Timestamp {
        let milliseconds = self.rng.random_range(0..86_400_000);
        self.today
            + SignedDuration::from_hours(24 * from_today)
            + SignedDuration::from_millis(milliseconds)
    }

    /// The last moment of that day, used for due dates.
    pub(super) fn end_of_day(&self, from_today: i64) -> Timestamp {
        self.today + SignedDuration::from_hours(24 * (from_today + 1))
            - SignedDuration::from_millis(1)
    }
}
