//! How far a certification is.

use std::collections::HashMap;

use super::table::Ix;
use super::tenant::Person;

/// The counters of a certification, always as a recount of its items would find
/// them: every change of the items ends in [`State::recount`](super::State::recount).
#[derive(Debug, Default)]
pub(crate) struct Counters {
    /// Decisions of all items.
    pub(crate) decisions: Progress,
    /// One entry for each identity under review, in the order of the items.
    pub(crate) subjects: Vec<(Ix<Person>, Progress)>,
    /// Where in `subjects` somebody stands.
    places: HashMap<Ix<Person>, usize>,
    /// Identities of whom everything is decided, and all of them.
    pub(crate) identities: Progress,
    /// The same for what is under review: identities, or the parts of a role where
    /// there is none.
    pub(crate) entities: Progress,
}

/// Something done of something in all.
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
    /// Counts an item of somebody.
    pub(super) fn add_item_of(&mut self, subject: Ix<Person>, decided: bool) {
        let place = *self.places.entry(subject).or_insert(self.subjects.len());
        if place == self.subjects.len() {
            self.subjects.push((subject, Progress::default()));
        }
        self.subjects[place].1.add(decided);
    }

    /// How far the items of a person are; there are none of whoever is not under
    /// review.
    pub(crate) fn of(&self, person: Ix<Person>) -> Progress {
        self.places
            .get(&person)
            .map_or_else(Progress::default, |place| self.subjects[*place].1)
    }
}
