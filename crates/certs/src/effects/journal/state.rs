//! The state that the lines of a journal describe.
//!
//! Unfinished calls are kept in full. For each item that is done only a hash is kept, so that the
//! same call skips it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Weak};

use super::line::{End, Line, PartId, TaskRef};
use super::spec::{CallSpec, ItemSpec};
use crate::effects::{Known, Part};
use crate::model::Id;

/// The state that follows from all lines so far.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(super) tenant: Option<String>,
    /// Evidence that lines are missing or were changed.
    pub(super) damage: Option<String>,
    last_call: u64,
    last_part: PartId,
    /// Calls with parts that are unfinished, or whose plan is not complete.
    calls: BTreeMap<u64, Call>,
    /// Parts that are unfinished.
    parts: BTreeMap<PartId, UnfinishedPart>,
    /// The part that planned an item last, if it is unfinished.
    planned: HashMap<ItemKey, Planned>,
    /// The hash of the last effect on an item.
    applied: HashMap<ItemKey, u64>,
    /// The calls that a run of this process works on, as long as its lease lives.
    leases: HashMap<u64, Weak<()>>,
}

/// Keeps other runs of this process from the calls of a journal that a run works on.
pub(crate) type Lease = Arc<()>;

#[derive(Debug)]
struct Call {
    spec: CallSpec,
    is_planned: bool,
    /// Its parts that are unfinished.
    parts: BTreeSet<PartId>,
}

#[derive(Debug)]
struct UnfinishedPart {
    call: u64,
    /// The JSON of the line.
    items: Arc<[u8]>,
    count: usize,
    /// The items that were sent and may be done.
    sent: HashSet<Box<str>>,
    /// The task of each item that a task does.
    tasks: HashMap<Box<str>, TaskRef>,
    /// The items that have ended.
    ended: HashSet<Box<str>>,
}

#[derive(Clone, Copy, Debug)]
struct Planned {
    part: PartId,
    verdict: u64,
}

/// Identifies one kind of effect on one item of one certification. Among a hundred million items,
/// the probability that two get the same key is one in 10²².
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct ItemKey(u64, u64);

impl ItemKey {
    fn of(spec: &CallSpec, item: &ItemSpec) -> Self {
        let key = (
            std::mem::discriminant(spec),
            spec.certification(),
            &item.reference_type,
            &item.id,
        );
        Self(hash(&(0, key)), hash(&(1, key)))
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The state of an item of a new call, as the journal knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nothing, or that it was not done.
    New,
    /// The same was done.
    Applied,
    /// The same is in progress in this part, or may be done.
    UnderWay(PartId, Known),
}

/// A call that has not ended.
#[derive(Clone, Debug)]
pub(crate) struct UnfinishedCall {
    pub(crate) spec: CallSpec,
    /// Its items that have not ended.
    pub(crate) items: OpenItems,
    pub(crate) parts: Vec<Part>,
}

/// The items of unfinished parts. They are decoded one part at a time, because decoded items are
/// far larger.
#[derive(Clone, Debug, Default)]
pub(crate) struct OpenItems(Vec<OpenPart>);

#[derive(Clone, Debug)]
struct OpenPart {
    /// All its items, as JSON.
    items: Arc<[u8]>,
    ended: HashSet<Box<str>>,
}

impl IntoIterator for OpenItems {
    type Item = ItemSpec;
    type IntoIter = Box<dyn Iterator<Item = ItemSpec>>;

    fn into_iter(self) -> Self::IntoIter {
        let parts = self.0.into_iter();
        Box::new(parts.flat_map(|OpenPart { items, ended }| {
            let items = read(&items).into_iter();
            items.filter(move |item| !ended.contains(item.id.as_str()))
        }))
    }
}

/// Items from the JSON of a line.
fn read(written: &[u8]) -> Vec<ItemSpec> {
    serde_json::from_slice(written).unwrap_or_default()
}

impl State {
    pub(super) fn next_call(&mut self) -> u64 {
        self.last_call = self.last_call.saturating_add(1);
        self.last_call
    }

    pub(super) fn next_part(&mut self) -> PartId {
        self.last_part = self.last_part.saturating_add(1);
        self.last_part
    }

    /// Whether another run than that of the lease works on a call.
    fn is_leased(&self, call: u64, lease: &Lease) -> bool {
        let holder = self.leases.get(&call).and_then(Weak::upgrade);
        holder.is_some_and(|holder| !Arc::ptr_eq(&holder, lease))
    }

    pub(super) fn lease(&mut self, call: u64, lease: &Lease) {
        self.leases.retain(|_, holder| holder.strong_count() > 0);
        self.leases.insert(call, Arc::downgrade(lease));
    }

    /// Leases the calls of these parts. Returns the number of one that another run works on, if
    /// there is one.
    pub(super) fn lease_parts(&mut self, parts: &[PartId], lease: &Lease) -> Result<(), u64> {
        let calls = parts.iter().filter_map(|id| Some(self.parts.get(id)?.call));
        let calls: BTreeSet<_> = calls.collect();
        self.lease_all(calls, lease)
    }

    /// The same for all calls that have not ended.
    pub(super) fn lease_unfinished(&mut self, lease: &Lease) -> Result<(), u64> {
        let calls = self.calls.keys().copied().collect();
        self.lease_all(calls, lease)
    }

    fn lease_all(&mut self, calls: BTreeSet<u64>, lease: &Lease) -> Result<(), u64> {
        if let Some(leased) = calls.iter().find(|call| self.is_leased(**call, lease)) {
            return Err(*leased);
        }
        for call in calls {
            self.lease(call, lease);
        }
        Ok(())
    }

    /// The call of another run that works on an item of this call, if there is one.
    pub(super) fn rival(&self, call: u64, lease: &Lease) -> Option<u64> {
        let own = self.calls.get(&call)?;
        let is_rival = |(number, it): &(&u64, &Call)| {
            it.spec.certification() == own.spec.certification() && self.is_leased(**number, lease)
        };
        self.calls.iter().find(is_rival)?;
        let items = own.parts.iter().flat_map(|id| self.items(*id));
        let planned = items.filter_map(|it| self.planned.get(&ItemKey::of(&own.spec, &it)));
        let mut calls = planned.filter_map(|it| Some(self.parts.get(&it.part)?.call));
        calls.find(|call| self.is_leased(*call, lease))
    }

    /// Numbers count up from 1, so no program can have written one as large as this.
    fn check_number(&mut self, number: u64) {
        if number > u64::MAX / 2 {
            self.damaged(format!("it has the impossible number {number}"));
        }
    }

    /// Applies a line. A line about something that is not known, such as the end of a part that has
    /// ended, changes nothing.
    pub(super) fn apply(&mut self, line: Line) {
        match line {
            Line::Journal { tenant, .. } => self.tenant = Some(tenant),
            Line::Call { call, spec } => {
                self.check_number(call);
                self.last_call = self.last_call.max(call);
                let planned = Call {
                    spec,
                    is_planned: false,
                    parts: BTreeSet::new(),
                };
                self.calls.insert(call, planned);
            }
            Line::Part { call, part, items } => self.part(call, part, &items),
            Line::Planned { call, parts } => self.planned(call, parts),
            Line::Sending { part, items } => self.sending(part, items),
            Line::Task { part, task, items } => self.task(part, &task, items),
            Line::Ended {
                part, end, items, ..
            } => self.ended(part, end, items),
            Line::Dropped { call } => {
                let own = self.calls.remove(&call).map(|call| call.parts);
                for part in own.into_iter().flatten() {
                    self.parts.remove(&part);
                }
            }
            Line::Torn => {}
        }
    }

    fn part(&mut self, call: u64, id: PartId, items: &[ItemSpec]) {
        self.check_number(id);
        self.last_part = self.last_part.max(id);
        // Items that were read can always be written.
        let (Some(owner), Ok(written)) = (self.calls.get_mut(&call), serde_json::to_vec(items))
        else {
            return;
        };
        owner.parts.insert(id);
        let part = UnfinishedPart {
            call,
            items: written.into(),
            count: items.len(),
            sent: HashSet::new(),
            tasks: HashMap::new(),
            ended: HashSet::new(),
        };
        if self.parts.insert(id, part).is_some() {
            self.damaged(format!("it has part {id} twice"));
        }
        if items.iter().any(|item| item.id.is_empty()) {
            self.damaged(format!("an item of part {id} has no id"));
        }
    }

    /// Makes the parts of the call the current plan for their items.
    fn planned(&mut self, call: u64, parts: u64) {
        let Some(owner) = self.calls.get_mut(&call) else {
            return self.damaged(format!("it has the plan of call {call}, but not the call"));
        };
        let own = owner.parts.clone();
        let found = own.len();
        if found as u64 != parts {
            return self.damaged(format!(
                "it has {found} of the {parts} parts of call {call}"
            ));
        }
        owner.is_planned = true;
        let spec = owner.spec.clone();
        for id in own {
            for item in self.items(id) {
                let key = ItemKey::of(&spec, &item);
                let verdict = hash(&spec.verdict(&item));
                let planned = Planned { part: id, verdict };
                if let Some(earlier) = self.planned.insert(key, planned) {
                    // A later plan for an item replaces the earlier one.
                    self.leave(earlier.part, &item.id);
                }
                if self.applied.get(&key).is_some_and(|done| *done != verdict) {
                    self.applied.remove(&key);
                }
            }
        }
    }

    fn sending(&mut self, id: PartId, items: Option<Vec<String>>) {
        let items = items.unwrap_or_else(|| self.ids(id));
        if let Some(part) = self.parts.get_mut(&id) {
            part.sent.extend(items.into_iter().map(Into::into));
        }
    }

    fn task(&mut self, id: PartId, task: &TaskRef, items: Option<Vec<String>>) {
        let items = items.unwrap_or_else(|| self.ids(id));
        if let Some(part) = self.parts.get_mut(&id) {
            let items = items.into_iter().map(|item| (item.into(), task.clone()));
            part.tasks.extend(items);
        }
    }

    fn ended(&mut self, id: PartId, end: End, items: Option<Vec<String>>) {
        let Some(part) = self.parts.get(&id) else {
            return;
        };
        let Some(spec) = self.calls.get(&part.call).map(|call| call.spec.clone()) else {
            return;
        };
        let named: Option<HashSet<String>> = items.map(|items| items.into_iter().collect());
        let is_about = |item: &ItemSpec| {
            let is_named = named.as_ref().is_none_or(|named| named.contains(&item.id));
            is_named && !part.ended.contains(item.id.as_str())
        };
        let about: Vec<_> = self.items(id).into_iter().filter(is_about).collect();
        for item in about {
            let key = ItemKey::of(&spec, &item);
            match end {
                End::Applied | End::AppliedUnverified => {
                    self.applied.insert(key, hash(&spec.verdict(&item)));
                }
                End::Refused | End::Lost => {}
                End::NotApplied | End::ChangedMeanwhile => {
                    // It has to be sent again.
                    if let Some(part) = self.parts.get_mut(&id) {
                        part.sent.remove(item.id.as_str());
                    }
                    continue;
                }
                End::Unknown => continue,
            }
            let planned = self.planned.get(&key);
            if planned.is_some_and(|planned| planned.part == id) {
                self.planned.remove(&key);
            }
            self.leave(id, &item.id);
        }
    }

    /// Removes the item from the part.
    fn leave(&mut self, id: PartId, item: &str) {
        let Some(part) = self.parts.get_mut(&id) else {
            return;
        };
        part.ended.insert(item.into());
        if part.ended.len() < part.count {
            return;
        }
        let call = part.call;
        self.parts.remove(&id);
        if let Some(owner) = self.calls.get_mut(&call) {
            owner.parts.remove(&id);
            if owner.parts.is_empty() {
                self.calls.remove(&call);
            }
        }
    }

    fn damaged(&mut self, how: String) {
        self.damage.get_or_insert(how);
    }

    pub(crate) fn items(&self, id: PartId) -> Vec<ItemSpec> {
        let part = self.parts.get(&id);
        part.map_or_else(Vec::new, |part| read(&part.items))
    }

    fn ids(&self, id: PartId) -> Vec<String> {
        self.items(id).into_iter().map(|item| item.id).collect()
    }

    pub(crate) fn standing(&self, spec: &CallSpec, item: &ItemSpec) -> Standing {
        let key = ItemKey::of(spec, item);
        let verdict = hash(&spec.verdict(item));
        let planned = self.planned.get(&key);
        let same = planned.filter(|planned| planned.verdict == verdict);
        if let Some(id) = same.map(|planned| planned.part)
            && let Some(part) = self.parts.get(&id)
        {
            return match part.known(&item.id) {
                Known::Planned | Known::PlannedEarlier => Standing::New,
                known => Standing::UnderWay(id, known),
            };
        }
        if self.applied.get(&key) == Some(&verdict) {
            Standing::Applied
        } else {
            Standing::New
        }
    }

    /// The tasks that do parts of other calls on a certification.
    pub(crate) fn tasks(&self, certification: &str) -> Vec<Id> {
        let on_it = |part: &&UnfinishedPart| {
            let call = self.calls.get(&part.call);
            call.is_some_and(|call| call.spec.certification() == certification)
        };
        let parts = self.parts.values().filter(on_it);
        let tasks: BTreeSet<_> = parts
            .flat_map(|part| part.tasks.values())
            .map(|task| task.task.as_str())
            .collect();
        tasks.into_iter().map(Id::from).collect()
    }

    /// Whether the journal has this task for an item of a part.
    pub(super) fn is_task_of(&self, id: PartId, item: &str, task: &TaskRef) -> bool {
        let part = self.parts.get(&id);
        part.is_some_and(|part| part.tasks.get(item) == Some(task))
    }

    /// How many items a part has.
    pub(super) fn size(&self, id: PartId) -> usize {
        self.parts.get(&id).map_or(0, |part| part.count)
    }

    /// Whether these are all items of a part that have not ended.
    pub(super) fn are_all_open(&self, id: PartId, items: &[String]) -> bool {
        self.parts.get(&id).is_some_and(|part| {
            items.len() == part.count - part.ended.len()
                && items.iter().all(|it| !part.ended.contains(it.as_str()))
        })
    }

    /// The planned calls that have not ended, in the order in which they were planned.
    pub(crate) fn unfinished(&self) -> Vec<UnfinishedCall> {
        let planned = self.calls.values().filter(|call| call.is_planned);
        let unfinished = planned.map(|call| {
            let (mut items, mut parts) = (OpenItems::default(), Vec::new());
            let mut count = 0;
            for id in &call.parts {
                let Some(part) = self.parts.get(id) else {
                    continue;
                };
                // Items that were sent are probed, others are read before sending, so they become
                // separate parts.
                let mut groups: Vec<Part> = Vec::new();
                let open = self.items(*id).into_iter();
                for item in open.filter(|item| !part.ended.contains(item.id.as_str())) {
                    let known = part.known(&item.id);
                    match groups.iter_mut().find(|group| group.known == known) {
                        Some(group) => group.items.push(count),
                        None => groups.push(Part {
                            id: Some(*id),
                            items: vec![count],
                            known,
                        }),
                    }
                    count += 1;
                }
                items.0.push(OpenPart {
                    items: Arc::clone(&part.items),
                    ended: part.ended.clone(),
                });
                groups.sort_by_key(|group| group.known == Known::PlannedEarlier);
                parts.extend(groups);
            }
            UnfinishedCall {
                spec: call.spec.clone(),
                items,
                parts,
            }
        });
        unfinished.collect()
    }

    /// Calls with an incomplete plan. They sent nothing.
    pub(crate) fn incomplete(&self) -> Vec<u64> {
        let incomplete = self.calls.iter().filter(|(_, call)| !call.is_planned);
        incomplete.map(|(number, _)| *number).collect()
    }
}

impl UnfinishedPart {
    fn known(&self, item: &str) -> Known {
        match self.tasks.get(item) {
            Some(task) => Known::Task(task.clone()),
            None if self.sent.contains(item) => Known::Sent {
                together: self.sent.len(),
            },
            None => Known::PlannedEarlier,
        }
    }
}
