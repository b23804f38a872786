//! Updates the counters of a certification.

use std::collections::HashMap;

use super::State;
use super::counters::{Counters, Progress};
use super::review::{Access, Certification};
use super::table::Ix;
use super::tenant::Person;

impl State {
    /// Brings the counters of a certification up to date with its items.
    pub(crate) fn recount(&mut self, certification: Ix<Certification>) {
        let counters = self.count(certification);
        self.certifications[certification].counters = counters;
    }

    fn count(&self, certification: Ix<Certification>) -> Counters {
        let mut counters = Counters::default();
        let mut parts: HashMap<Access, Progress> = HashMap::new();
        for item in &self.certifications[certification].items {
            let item = &self.items[*item];
            let decided = item.decided.is_some();
            counters.decisions.add(decided);
            match item.summary() {
                Some(summary) => counters.add_item_of(summary, decided),
                None => parts.entry(item.access).or_default().add(decided),
            }
        }
        // An identity is complete when all of its summaries are.
        let mut people: HashMap<Ix<Person>, bool> = HashMap::new();
        for (summary, progress) in &counters.summaries {
            *people.entry(summary.person).or_insert(true) &= progress.is_complete();
        }
        for is_complete in people.into_values() {
            counters.identities.add(is_complete);
        }
        counters.entities = counters.identities;
        for progress in parts.values() {
            counters.entities.add(progress.is_complete());
        }
        counters
    }
}
