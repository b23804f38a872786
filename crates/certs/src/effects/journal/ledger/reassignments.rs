//! What the lines of a journal say of reassignments.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::State;
use crate::effects::journal::effect::{EffectId, TaskOf};
use crate::model::ReassignReference;
use crate::review::reassign::Way;

/// The parts of all reassignments.
#[derive(Debug, Default)]
pub(super) struct Reassignments {
    parts: BTreeMap<EffectId, Part>,
    /// Which part named something last, by certification and new reviewer. Of two that name
    /// the same the later counts.
    last: HashMap<(String, String), HashMap<ReassignReference, EffectId>>,
}

/// One part, as far as no later one names the same.
#[derive(Clone, Debug)]
struct Part {
    call: u64,
    certification: String,
    to: String,
    reason: String,
    way: Way,
    references: Vec<ReassignReference>,
    state: State,
    /// The task that has taken it on.
    task: Option<TaskOf>,
}

/// What a journal knows of things to reassign that one earlier request named, or will.
#[derive(Clone, Debug)]
pub(crate) struct KnownPart {
    pub(crate) id: EffectId,
    pub(crate) way: Way,
    pub(crate) references: Vec<ReassignReference>,
    pub(crate) standing: PartStanding,
}

/// How far a part of a reassignment is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PartStanding {
    /// It is not done.
    New,
    /// It was sent, or was about to be, and may be done.
    Sent,
    /// A task does it, or did.
    Accepted(TaskOf),
    /// It is done.
    Applied,
}

/// What is unfinished of a reassignment.
#[derive(Clone, Debug)]
pub(crate) struct UnfinishedReassignment {
    pub(crate) certification: String,
    pub(crate) to: String,
    pub(crate) reason: String,
    pub(crate) parts: Vec<KnownPart>,
}

impl Part {
    fn standing(&self) -> PartStanding {
        match (self.state, &self.task) {
            (State::Applied, _) => PartStanding::Applied,
            (State::Sent, Some(task)) => PartStanding::Accepted(task.clone()),
            (State::Sent, None) => PartStanding::Sent,
            (State::Planned | State::Refused, _) => PartStanding::New,
        }
    }

    fn known(&self, id: EffectId) -> KnownPart {
        KnownPart {
            id,
            way: self.way,
            references: self.references.clone(),
            standing: self.standing(),
        }
    }
}

impl Reassignments {
    /// Takes in a part that may be sent from now on.
    pub(super) fn begin(
        &mut self,
        (call, id): (u64, EffectId),
        (certification, to, reason): (String, String, String),
        way: Way,
        references: Vec<ReassignReference>,
    ) {
        let last = (certification.clone(), to.clone());
        let last = self.last.entry(last).or_default();
        let mut state = State::Planned;
        for reference in &references {
            let earlier = last.insert(reference.clone(), id);
            if let Some(part) = earlier.and_then(|id| self.parts.get_mut(&id)) {
                part.references.retain(|named| named != reference);
                // What an earlier call has sent may still be done: one has to look first.
                if part.state == State::Sent {
                    state = State::Sent;
                }
            }
        }
        let part = Part {
            call,
            certification,
            to,
            reason,
            way,
            references,
            state,
            task: None,
        };
        self.parts.insert(id, part);
    }

    /// Sets how far a part is, unless it is at its end.
    pub(super) fn set(&mut self, id: EffectId, state: State, task: Option<TaskOf>) {
        if let Some(part) = self.parts.get_mut(&id)
            && part.state.is_open()
        {
            (part.state, part.task) = (state, task);
        }
    }

    /// What is known of these references, by the parts that named them last; those of which
    /// nothing is known are left out, and so are those that are not done.
    pub(super) fn known(
        &self,
        certification: &str,
        to: &str,
        references: &[ReassignReference],
    ) -> Vec<KnownPart> {
        let of = (certification.to_owned(), to.to_owned());
        let Some(last) = self.last.get(&of) else {
            return Vec::new();
        };
        let mut by_part: BTreeMap<EffectId, Vec<ReassignReference>> = BTreeMap::new();
        for reference in references {
            if let Some(id) = last.get(reference) {
                by_part.entry(*id).or_default().push(reference.clone());
            }
        }
        let known = by_part.into_iter().filter_map(|(id, references)| {
            let part = self.parts.get(&id)?;
            let known = KnownPart {
                references,
                ..part.known(id)
            };
            (known.standing != PartStanding::New).then_some(known)
        });
        known.collect()
    }

    /// The tasks that have taken on parts of this certification.
    pub(super) fn tasks(&self, certification: &str) -> HashSet<String> {
        let parts = self.parts.values();
        let parts = parts.filter(|part| part.certification == certification);
        let tasks = parts.filter_map(|part| part.task.as_ref());
        tasks.map(|task| task.task.clone()).collect()
    }

    /// What is not at its end, call by call, each with its first effect.
    pub(super) fn unfinished(&self) -> Vec<(EffectId, UnfinishedReassignment)> {
        let mut calls: BTreeMap<u64, (EffectId, UnfinishedReassignment)> = BTreeMap::new();
        let is_open = |part: &&Part| part.state.is_open() && !part.references.is_empty();
        for (id, part) in &self.parts {
            if !is_open(&part) {
                continue;
            }
            let (_, call) = calls.entry(part.call).or_insert_with(|| {
                let call = UnfinishedReassignment {
                    certification: part.certification.clone(),
                    to: part.to.clone(),
                    reason: part.reason.clone(),
                    parts: Vec::new(),
                };
                (*id, call)
            });
            call.parts.push(part.known(*id));
        }
        calls.into_values().collect()
    }
}
