//! Counting how far a certification is.

use std::collections::HashMap;

use super::State;
use super::counters::{Counters, Progress};
use super::review::{Access, Certification};
use super::table::Ix;

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
            match item.subject {
                Some(subject) => counters.add_item_of(subject, decided),
                None => parts.entry(item.access).or_default().add(decided),
            }
        }
        for (_, progress) in &counters.subjects {
            counters.identities.add(progress.is_complete());
        }
        counters.entities = counters.identities;
        for progress in parts.values() {
            counters.entities.add(progress.is_complete());
        }
        counters
    }
}
