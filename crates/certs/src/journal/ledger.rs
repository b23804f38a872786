//! What the lines of a journal come to.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::effect::{Effect, EffectId, End};
use super::entry::Entry;
use crate::model::ReviewDecision;

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
}

#[derive(Debug)]
enum Recorded {
    Decide {
        certification: Arc<str>,
        items: Vec<String>,
    },
    Whole(Effect, State),
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
    /// By certification, in the order of the journal.
    pub(crate) decisions: Vec<(String, Vec<ReviewDecision>)>,
    /// Other effects, and whether they may be done.
    pub(crate) others: Vec<(EffectId, Effect, bool)>,
    /// Calls whose plan is not complete: nothing of them was sent.
    pub(crate) incomplete_calls: Vec<u64>,
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
                    self.begin(id, effect);
                }
            }
            Entry::Sending { id } => self.set(id, None, State::Sent),
            Entry::Ended { id, end, items } => {
                let state = match end {
                    End::Applied => State::Applied,
                    End::Refused(_) => State::Refused,
                    End::NotApplied(_) => State::Planned,
                    End::Unknown(_) => State::Sent,
                };
                self.set(id, items, state);
            }
            Entry::Dropped { call } => drop(self.planning.remove(&call)),
            Entry::Torn => {}
        }
    }

    fn begin(&mut self, id: EffectId, effect: Effect) {
        let Effect::Decide {
            certification,
            decisions,
        } = effect
        else {
            let recorded = Recorded::Whole(effect, State::Planned);
            self.effects.insert(id, recorded);
            return;
        };
        let certification: Arc<str> = certification.into();
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
        let recorded = Recorded::Decide {
            certification,
            items,
        };
        self.effects.insert(id, recorded);
    }

    /// Sets the state of an effect, or of some items of it, unless it is at its end.
    fn set(&mut self, id: EffectId, only: Option<Vec<String>>, to: State) {
        let is_open = |state: State| matches!(state, State::Planned | State::Sent);
        match self.effects.get_mut(&id) {
            Some(Recorded::Whole(_, state)) if is_open(*state) => *state = to,
            Some(Recorded::Decide {
                certification,
                items,
            }) => {
                let Some(records) = self.decisions.get_mut(certification) else {
                    return;
                };
                for item in only.as_ref().unwrap_or(items) {
                    match records.get_mut(item) {
                        Some(record) if record.effect == id && is_open(record.state) => {
                            record.state = to;
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
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

    pub(super) fn unfinished(&self) -> Unfinished {
        let mut decisions = Vec::new();
        for (certification, records) in &self.decisions {
            let mut open: Vec<_> = records
                .values()
                .filter(|record| matches!(record.state, State::Planned | State::Sent))
                .collect();
            open.sort_by_key(|record| (record.effect, record.place));
            if let Some(first) = open.first() {
                let order = first.effect;
                let open = open.iter().map(|record| record.decision.clone());
                decisions.push((order, certification.to_string(), open.collect()));
            }
        }
        decisions.sort_by_key(|(order, ..)| *order);
        let decisions = decisions.into_iter();
        let others = self.effects.iter().filter_map(|(id, effect)| match effect {
            Recorded::Whole(effect, State::Planned) => Some((*id, effect.clone(), false)),
            Recorded::Whole(effect, State::Sent) => Some((*id, effect.clone(), true)),
            _ => None,
        });
        Unfinished {
            decisions: decisions.map(|(_, id, open)| (id, open)).collect(),
            others: others.collect(),
            incomplete_calls: self.planning.keys().copied().collect(),
        }
    }
}
