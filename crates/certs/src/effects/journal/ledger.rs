//! What the lines of a journal come to.

mod reassignments;
mod sign_offs;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::effect::{Effect, EffectId, End, TaskOf};
use super::entry::Entry;
use crate::model::{ReassignReference, ReviewDecision};
use reassignments::Reassignments;
use sign_offs::SignOffs;

pub(crate) use reassignments::{KnownPart, PartStanding, UnfinishedReassignment};
pub(crate) use sign_offs::KnownSignOff;

/// The state that follows from all lines so far.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    tenant: Option<String>,
    last_call: u64,
    last_effect: EffectId,
    /// Calls whose plan is not complete yet.
    planning: BTreeMap<u64, Vec<(EffectId, Effect)>>,
    /// Effects that may be sent.
    effects: BTreeMap<EffectId, Recorded>,
    /// The last decision about each item, by certification and item. Of two calls about one
    /// item the later counts.
    decisions: HashMap<Arc<str>, HashMap<String, DecisionRecord>>,
    reassignments: Reassignments,
    sign_offs: SignOffs,
}

/// Where an effect is recorded.
#[derive(Debug)]
enum Recorded {
    Decide {
        certification: Arc<str>,
        items: Vec<String>,
    },
    Reassign,
    SignOff {
        certification: String,
    },
}

#[derive(Debug)]
struct DecisionRecord {
    effect: EffectId,
    /// Where in its effect it stands.
    place: usize,
    decision: ReviewDecision,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It is not done.
    Planned,
    /// It was sent, or was about to be, and may be done.
    Sent,
    Applied,
    Refused,
}

impl State {
    fn is_open(self) -> bool {
        matches!(self, Self::Planned | Self::Sent)
    }
}

/// What a journal knows of a decision that is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It was not sent.
    New,
    /// Something about its item was sent, and may be done or not.
    Sent,
    /// It is done.
    Applied,
}

/// What is planned and not at its end.
#[derive(Debug, Default)]
pub(crate) struct Unfinished {
    /// In the order of the journal, but for sign-offs: they come last, whatever was planned
    /// after them.
    pub(crate) work: Vec<Work>,
    /// Calls whose plan is not complete: nothing of them was sent.
    pub(crate) incomplete_calls: Vec<u64>,
}

/// Something that is unfinished.
#[derive(Debug)]
pub(crate) enum Work {
    /// All open decisions of a certification.
    Decide {
        certification: String,
        decisions: Vec<ReviewDecision>,
    },
    /// The open parts of a call.
    Reassign(UnfinishedReassignment),
    SignOff {
        certification: String,
        known: KnownSignOff,
    },
}

impl Ledger {
    pub(super) fn tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    pub(super) fn next_call(&mut self) -> u64 {
        self.last_call += 1;
        self.last_call
    }

    pub(super) fn next_effect(&mut self) -> EffectId {
        self.last_effect += 1;
        self.last_effect
    }

    pub(super) fn apply(&mut self, entry: Entry) {
        match entry {
            Entry::Journal { tenant, .. } => self.tenant = Some(tenant),
            Entry::Planned { call, id, effect } => {
                self.last_call = self.last_call.max(call);
                self.last_effect = self.last_effect.max(id);
                self.planning.entry(call).or_default().push((id, effect));
            }
            Entry::Begun { call, .. } => {
                self.last_call = self.last_call.max(call);
                for (id, effect) in self.planning.remove(&call).unwrap_or_default() {
                    self.begin(call, id, effect);
                }
            }
            Entry::Sending { id } => self.set(id, None, State::Sent, None),
            Entry::Ended { id, end, items } => {
                let (state, task) = match end {
                    End::Applied => (State::Applied, None),
                    End::Refused(_) => (State::Refused, None),
                    End::NotApplied(_) => (State::Planned, None),
                    End::Unknown(_) => (State::Sent, None),
                    End::Accepted(task) => (State::Sent, Some(task)),
                };
                self.set(id, items, state, task);
            }
            Entry::Dropped { call } => drop(self.planning.remove(&call)),
            Entry::Torn => {}
        }
    }

    fn begin(&mut self, call: u64, id: EffectId, effect: Effect) {
        let recorded = match effect {
            Effect::Decide {
                certification,
                decisions,
            } => self.begin_decisions(id, certification.into(), decisions),
            Effect::Reassign {
                certification,
                to,
                reason,
                way,
                references,
            } => {
                let of = (certification, to, reason);
                self.reassignments.begin((call, id), of, way, references);
                Recorded::Reassign
            }
            Effect::SignOff {
                certification,
                checked,
                waits,
            } => {
                let of = certification.clone();
                self.sign_offs.begin(id, of, checked, waits);
                Recorded::SignOff { certification }
            }
        };
        self.effects.insert(id, recorded);
    }

    fn begin_decisions(
        &mut self,
        id: EffectId,
        certification: Arc<str>,
        decisions: Vec<ReviewDecision>,
    ) -> Recorded {
        let items = decisions.iter().map(|decision| decision.id.clone());
        let items = items.collect();
        let records = self
            .decisions
            .entry(Arc::clone(&certification))
            .or_default();
        for (place, decision) in decisions.into_iter().enumerate() {
            // What an earlier call has sent may still be done: one has to look first.
            let earlier = records.get(&decision.id).map(|earlier| earlier.state);
            let state = match earlier {
                Some(State::Sent) => State::Sent,
                _ => State::Planned,
            };
            let record = DecisionRecord {
                effect: id,
                place,
                decision,
                state,
            };
            records.insert(record.decision.id.clone(), record);
        }
        Recorded::Decide {
            certification,
            items,
        }
    }

    /// Sets the state of an effect, or of some items of it, unless it is at its end.
    fn set(&mut self, id: EffectId, only: Option<Vec<String>>, to: State, task: Option<TaskOf>) {
        match self.effects.get(&id) {
            Some(Recorded::Reassign) => self.reassignments.set(id, to, task),
            Some(Recorded::SignOff { certification }) => self.sign_offs.set(certification, id, to),
            Some(Recorded::Decide {
                certification,
                items,
            }) => {
                let Some(records) = self.decisions.get_mut(certification) else {
                    return;
                };
                for item in only.as_ref().unwrap_or(items) {
                    match records.get_mut(item) {
                        Some(record) if record.effect == id && record.state.is_open() => {
                            record.state = to;
                        }
                        _ => {}
                    }
                }
            }
            None => {}
        }
    }

    pub(super) fn standing(&self, certification: &str, decision: &ReviewDecision) -> Standing {
        let records = self.decisions.get(certification);
        match records.and_then(|records| records.get(&decision.id)) {
            Some(record) => match record.state {
                State::Applied if record.decision == *decision => Standing::Applied,
                State::Sent => Standing::Sent,
                State::Planned | State::Refused | State::Applied => Standing::New,
            },
            None => Standing::New,
        }
    }

    /// What is known of things to reassign to this reviewer, by the parts that named them.
    pub(super) fn known_parts(
        &self,
        certification: &str,
        to: &str,
        references: &[ReassignReference],
    ) -> Vec<KnownPart> {
        self.reassignments.known(certification, to, references)
    }

    /// The tasks of which it is known what they do to a certification.
    pub(super) fn tasks(&self, certification: &str) -> HashSet<String> {
        self.reassignments.tasks(certification)
    }

    pub(super) fn sign_off(&self, certification: &str) -> Option<KnownSignOff> {
        self.sign_offs.known(certification)
    }

    pub(super) fn unfinished(&self) -> Unfinished {
        let mut work = self.open_decisions();
        let calls = self.reassignments.unfinished().into_iter();
        work.extend(calls.map(|(order, call)| (order, Work::Reassign(call))));
        work.sort_by_key(|(order, _)| *order);
        let sign_offs = self.sign_offs.unfinished().into_iter();
        let sign_offs = sign_offs.map(|(certification, known)| Work::SignOff {
            certification,
            known,
        });
        Unfinished {
            work: work.into_iter().map(|(_, w)| w).chain(sign_offs).collect(),
            incomplete_calls: self.planning.keys().copied().collect(),
        }
    }

    /// By certification, each with its first effect.
    fn open_decisions(&self) -> Vec<(EffectId, Work)> {
        let mut decisions = Vec::new();
        for (certification, records) in &self.decisions {
            let mut open: Vec<_> = records
                .values()
                .filter(|record| record.state.is_open())
                .collect();
            open.sort_by_key(|record| (record.effect, record.place));
            if let Some(first) = open.first() {
                let work = Work::Decide {
                    certification: certification.to_string(),
                    decisions: open.iter().map(|record| record.decision.clone()).collect(),
                };
                decisions.push((first.effect, work));
            }
        }
        decisions
    }
}
