//! How far a certification is.

use std::collections::HashMap;

use super::State;
use super::review::{Access, Certification};
use super::table::Ix;
use super::tenant::Person;

/// The counters of a certification, always as a recount of its items would find
/// them: every change of the items ends in [`State::recount`].
#[derive(Debug, Default)]
pub(crate) struct Tally {
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

impl Tally {
    /// How far the items of a person are; there are none of whoever is not under
    /// review.
    pub(crate) fn of(&self, person: Ix<Person>) -> Progress {
        self.places
            .get(&person)
            .map_or_else(Progress::default, |place| self.subjects[*place].1)
    }
}

impl State {
    /// Brings the counters of a certification up to date with its items.
    pub(crate) fn recount(&mut self, certification: Ix<Certification>) {
        let tally = self.count(certification);
        self.certifications[certification].tally = tally;
    }

    fn count(&self, certification: Ix<Certification>) -> Tally {
        let mut tally = Tally::default();
        let mut parts: HashMap<Access, Progress> = HashMap::new();
        for item in &self.certifications[certification].items {
            let item = &self.items[*item];
            let decided = item.decided.is_some();
            tally.decisions.add(decided);
            if let Some(subject) = item.subject {
                let place = *tally.places.entry(subject).or_insert(tally.subjects.len());
                if place == tally.subjects.len() {
                    tally.subjects.push((subject, Progress::default()));
                }
                tally.subjects[place].1.add(decided);
            } else {
                parts.entry(item.access).or_default().add(decided);
            }
        }
        for (_, progress) in &tally.subjects {
            tally.identities.add(progress.is_complete());
        }
        tally.entities = tally.identities;
        for progress in parts.values() {
            tally.entities.add(progress.is_complete());
        }
        tally
    }
}
