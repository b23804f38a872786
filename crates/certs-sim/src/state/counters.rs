//! Counters of a certification's progress.

use std::collections::HashMap;

use super::table::Ix;
use super::tenant::Person;

/// The counters of a certification, always as a recount of its items would find
/// them: every change of the items ends in [`State::recount`](super::State::recount).
#[derive(Clone, Debug, Default)]
pub(crate) struct Counters {
    /// Decisions of all items.
    pub(crate) decisions: Progress,
    /// One entry for each identity summary, in the order of the items.
    pub(crate) summaries: Vec<(SummaryKey, Progress)>,
    /// Their positions in `summaries`.
    places: HashMap<SummaryKey, usize>,
    /// Identities of whom everything is decided, and all of them.
    pub(crate) identities: Progress,
    /// The same for what is under review: identities, or the parts of a role where
    /// there is none.
    pub(crate) entities: Progress,
}

/// An identity summary of a certification: one for each identity under review, unless
/// reassignments have made duplicates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SummaryKey {
    pub(crate) person: Ix<Person>,
    pub(crate) duplicate: u32,
}

/// A number of done things, and the total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) done: u32,
    pub(crate) total: u32,
}

impl Progress {
    pub(crate) fn add(&mut self, done: bool) {
        self.done += u32::from(done);
        self.total += 1;
    }

    pub(crate) fn is_complete(self) -> bool {
        self.done == self.total
    }
}

impl Counters {
    /// Counts an item of an identity summary.
    pub(super) fn add_item_of(&mut self, summary: SummaryKey, decided: bool) {
        let place = *self.places.entry(summary).or_insert(self.summaries.len());
        if place == self.summaries.len() {
            self.summaries.push((summary, Progress::default()));
        }
        self.summaries[place].1.add(decided);
    }

    /// The progress of an identity summary; zero if it does not exist.
    pub(crate) fn of(&self, summary: SummaryKey) -> Progress {
        self.places
            .get(&summary)
            .map_or_else(Progress::default, |place| self.summaries[*place].1)
    }
}
