//! The one loop of everything that changes access: plan, announce, send, probe, note.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::journal::spec::CallSpec;
use super::journal::{End, Ended, Journal, PartId, Standing, TaskRef, UnfinishedPart};
use super::outcome::{NotAttempted, Outcome};
use super::{Accepted, Effect, Observed, Probe};
use crate::api::Api;
use crate::api::certifications::Review;
use crate::api::poll::is_passing;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Certification, Task};
use crate::progress::Reporter;
use crate::time::{self, Instant};

/// How often a part is sent whose answers are lost.
const SENDINGS: u32 = 3;

/// The pauses before reading what a write has done whose answer was lost: the service may still
/// be at work on it, and reads may be behind its own writes. What is not there by the last one
/// did not arrive.
const PAUSES: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_millis(500),
    Duration::from_millis(1_500),
    Duration::from_millis(4_000),
];

/// How many requests a part that the service refuses may cost to find out which of its items it
/// refuses.
pub(crate) const MAX_REQUESTS_OF_HALVING: u32 = 100;

/// What is planned is read again before it is sent if it is older than this.
const FRESH: Duration = Duration::from_secs(60);

/// How a run goes.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) journal: Option<Journal>,
    /// How many parts are on their way at once.
    pub(crate) concurrency: usize,
    pub(crate) progress: Reporter,
    /// Whether what somebody has changed meanwhile is overwritten.
    pub(crate) overwrite: bool,
    /// When the items were read that the effect was planned by, if it depends on that.
    pub(crate) seen_at: Option<Instant>,
    /// For how long to wait for tasks, all together.
    pub(crate) wait: Option<Duration>,
    /// What keeps everything from being sent, though not from being read.
    pub(crate) blocked: Option<Error>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            journal: None,
            concurrency: 1,
            progress: Reporter::default(),
            overwrite: false,
            seen_at: None,
            wait: None,
            blocked: None,
        }
    }
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Finished {
    /// One for each item.
    pub(crate) outcomes: Vec<Outcome>,
    /// The task that does an item, as it was last seen.
    pub(crate) tasks: HashMap<usize, Arc<Task>>,
    /// The certification as the newest answer has it.
    pub(crate) certification: Option<Certification>,
    /// Whether the service refuses the certification as a whole.
    is_refused_altogether: bool,
}

impl Finished {
    /// The error of a run in which nothing was done, for a reason that is not an item's own.
    pub(crate) fn failure(&self) -> Option<&Error> {
        let failure = |outcome: &Outcome| match outcome {
            Outcome::NotAttempted(NotAttempted::Failed(error)) => !error.may_have_taken_effect(),
            Outcome::Refused(_) => self.is_refused_altogether,
            _ => false,
        };
        let all = self.outcomes.iter().all(failure);
        self.outcomes.first().filter(|_| all)?.error()
    }
}

/// Items that are sent in one request, as long as nothing speaks against that.
#[derive(Clone, Debug)]
struct Part {
    /// Its number in the journal, if there is one.
    id: Option<PartId>,
    items: Vec<usize>,
    known: Known,
}

/// What is known of a part before this run deals with it.
#[derive(Clone, Debug)]
enum Known {
    /// It was planned just now.
    Planned,
    /// It was planned in an earlier run, and not sent.
    PlannedEarlier,
    /// It was sent in an earlier run, in a request of so many items, and may be done.
    Sent { together: usize },
    /// A task was doing it.
    Task(TaskRef),
}

/// What a journal knows of a part that a new call names again.
#[derive(Debug, Default)]
struct Earlier {
    items: Vec<usize>,
    together: usize,
    task: Option<TaskRef>,
}

struct Run<'a> {
    api: &'a Api,
    effect: &'a dyn Effect,
    settings: &'a Settings,
    started: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    outcomes: Vec<Option<Outcome>>,
    tasks: HashMap<usize, Arc<Task>>,
    /// Tasks that are known to be about something else.
    other_tasks: Vec<String>,
    certification: Option<Certification>,
    /// What ended the run: nothing more is to be sent.
    stopped: Option<Error>,
    /// Whether the certification has been looked at after a refusal, and is refused as a whole.
    is_looked_at: bool,
    is_refused_altogether: bool,
    under_way: Vec<UnderWay>,
}

/// Items that a task does.
#[derive(Debug)]
struct UnderWay {
    /// Their part's number in the journal.
    id: Option<PartId>,
    items: Vec<usize>,
    task: TaskRef,
    /// What lost the name of the task, if it was only found.
    lost: Option<Error>,
}

/// Plans an effect and makes it.
///
/// # Errors
///
/// If the journal is another tenant's. What goes wrong afterwards is in the outcomes.
pub(crate) async fn run(api: &Api, effect: &dyn Effect, settings: &Settings) -> Result<Finished> {
    let run = Run::new(api, effect, settings);
    settings.progress.total(effect.len() as u64);
    let parts = run.plan().await?;
    Ok(run.finish(parts).await)
}

/// Makes what is unfinished of an effect that was planned in an earlier run: these parts, whose
/// items are those of the effect, in their order.
pub(crate) async fn resume(
    api: &Api,
    effect: &dyn Effect,
    parts: Vec<UnfinishedPart>,
    settings: &Settings,
) -> Finished {
    let run = Run::new(api, effect, settings);
    settings.progress.total(effect.len() as u64);
    let mut known = Vec::new();
    let mut next = 0;
    for part in parts {
        let (mut sent, mut planned) = (Vec::new(), Vec::new());
        for (_, was_sent) in &part.items {
            if *was_sent { &mut sent } else { &mut planned }.push(next);
            next += 1;
        }
        let id = Some(part.id);
        if let Some(task) = part.task {
            let items = planned.into_iter().chain(sent);
            known.push(Part {
                id,
                items: items.collect(),
                known: Known::Task(task),
            });
            continue;
        }
        let together = part.size;
        let groups = [
            (sent, Known::Sent { together }),
            (planned, Known::PlannedEarlier),
        ];
        let groups = groups.into_iter().filter(|(items, _)| !items.is_empty());
        known.extend(groups.map(|(items, known)| Part { id, items, known }));
    }
    run.finish(known).await
}

impl<'a> Run<'a> {
    fn new(api: &'a Api, effect: &'a dyn Effect, settings: &'a Settings) -> Self {
        let journal = settings.journal.as_ref();
        let state = State {
            outcomes: vec![None; effect.len()],
            other_tasks: journal.map_or_else(Vec::new, |it| it.tasks(effect.certification())),
            ..State::default()
        };
        Self {
            api,
            effect,
            settings,
            started: time::now(),
            state: Mutex::new(state),
        }
    }

    /// Cuts the items into parts and writes them into the journal, all before the first is sent.
    /// What the journal knows to be done, or to be under way, keeps its part.
    async fn plan(&self) -> Result<Vec<Part>> {
        let effect = self.effect;
        let all = 0..effect.len();
        let Some(journal) = &self.settings.journal else {
            return Ok(self.new_parts(effect.cut(all.collect())));
        };
        journal.check(self.api.base_url())?;
        let spec = effect.spec();
        let mut new = Vec::new();
        let mut known: BTreeMap<PartId, Earlier> = BTreeMap::new();
        for item in all {
            match journal.standing(&spec, &effect.item_spec(item)) {
                Standing::New => new.push(item),
                Standing::Applied => self.end(&[item], &Outcome::Applied),
                Standing::Sent { part, together } => {
                    let earlier = known.entry(part).or_default();
                    earlier.items.push(item);
                    earlier.together = together;
                }
                Standing::Task(part, task) => {
                    let earlier = known.entry(part).or_default();
                    earlier.items.push(item);
                    earlier.task = Some(task);
                }
            }
        }
        let done =
            effect.len() - new.len() - known.values().map(|it| it.items.len()).sum::<usize>();
        if done > 0 {
            self.settings.progress.done(done);
        }
        let known = known.into_iter().map(|(id, earlier)| Part {
            id: Some(id),
            items: earlier.items,
            known: match earlier.task {
                Some(task) => Known::Task(task),
                None => Known::Sent {
                    together: earlier.together,
                },
            },
        });
        let known: Vec<_> = known.collect();
        let mut new = self.new_parts(effect.cut(new));
        if !new.is_empty()
            && let Err(error) = self.write_plan(journal, spec, &mut new).await
        {
            self.stop(&error);
        }
        Ok(known.into_iter().chain(new).collect())
    }

    /// Writes the plan of parts, some at a time, so that memory does not hold it twice.
    async fn write_plan(
        &self,
        journal: &Journal,
        spec: CallSpec,
        parts: &mut [Part],
    ) -> Result<()> {
        const AT_A_TIME: usize = 64;
        let call = journal.begin(self.api.base_url(), spec).await?;
        for parts in parts.chunks_mut(AT_A_TIME) {
            let specs = |part: &Part| -> Vec<_> {
                part.items
                    .iter()
                    .map(|item| self.effect.item_spec(*item))
                    .collect()
            };
            let ids = journal
                .plan(call, parts.iter().map(specs).collect())
                .await?;
            for (part, id) in parts.iter_mut().zip(ids) {
                part.id = Some(id);
            }
        }
        journal.planned(call, parts.len()).await
    }

    fn new_parts(&self, parts: Vec<Vec<usize>>) -> Vec<Part> {
        let part = |items| Part {
            id: None,
            items,
            known: Known::Planned,
        };
        parts.into_iter().map(part).collect()
    }

    /// Deals with all parts in their order, several at a time, and waits for their tasks.
    async fn finish(self, parts: Vec<Part>) -> Finished {
        let mut waiting = parts.into_iter();
        let mut under_way = FuturesUnordered::new();
        for part in waiting.by_ref().take(self.settings.concurrency.max(1)) {
            under_way.push(self.deal_with(part));
        }
        while let Some(()) = under_way.next().await {
            if let Some(part) = waiting.next() {
                under_way.push(self.deal_with(part));
            }
        }
        drop(under_way);
        // They go on side by side, so that waiting for one is waiting for all.
        let in_tasks = std::mem::take(&mut self.state().under_way);
        for in_task in in_tasks {
            if let Some(limit) = self.settings.wait {
                self.wait_for(in_task, limit).await;
            }
        }
        let state = self
            .state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let outcomes = state.outcomes.into_iter();
        let outcomes = outcomes.map(|outcome| outcome.unwrap_or_else(unreached));
        Finished {
            outcomes: outcomes.collect(),
            tasks: state.tasks,
            certification: state.certification,
            is_refused_altogether: state.is_refused_altogether,
        }
    }

    /// Makes the items of a part as far as that is possible.
    async fn deal_with(&self, part: Part) {
        let items = part.items.clone();
        match &part.known {
            Known::Task(task) => self.look_at_task(&part, task.clone()).await,
            Known::Sent { together } => {
                let lost = self.during(Error::of_earlier_run());
                if self.stopped().is_some() {
                    return self.note(&part, &items, &Outcome::Unknown(lost)).await;
                }
                let left = self.settle(&part, items, *together, &lost).await;
                if self.effect.is_absolute() {
                    self.send(&part, left).await;
                } else {
                    self.note_lost(part.id, &left, &lost).await;
                }
            }
            Known::Planned if self.settings.seen_at.is_none_or(is_fresh) => {
                self.send(&part, items).await;
            }
            Known::Planned | Known::PlannedEarlier => {
                let left = self.guard(&part).await;
                self.send(&part, left).await;
            }
        }
    }

    /// Reads the items of a part that was planned a while ago. Returns those that are as they
    /// were then; whatever somebody has done to the others meanwhile stays.
    async fn guard(&self, part: &Part) -> Vec<usize> {
        if self.stopped().is_some() {
            return part.items.clone();
        }
        let probe = match self.probe(&part.items, part.items.len()).await {
            Ok(probe) => probe,
            Err(error) => {
                self.stop(&error);
                return part.items.clone();
            }
        };
        let mut left = Vec::new();
        let mut by_outcome = ByOutcome::default();
        for (item, observed) in part.items.iter().zip(probe.items) {
            let changed = Outcome::NotAttempted(NotAttempted::ChangedMeanwhile);
            match observed {
                Observed::NotMade | Observed::ShownBefore => left.push(*item),
                // Nobody has changed it: it is for the service to say what is wrong with it.
                Observed::Absent => left.push(*item),
                Observed::Changed if self.settings.overwrite => left.push(*item),
                Observed::Made if self.effect.is_absolute() => {
                    by_outcome.add(*item, Outcome::Applied);
                }
                Observed::MadeAsFarAsShown => by_outcome.add(*item, Outcome::AppliedUnverified),
                // An item that has left the certification was moved by somebody, who knows where to.
                Observed::Made | Observed::Changed | Observed::Gone => {
                    by_outcome.add(*item, changed);
                }
                Observed::Unclear => {
                    let why = "the item does not show what it was when this was planned";
                    let error = self.during(Error::undecodable(why));
                    by_outcome.add(*item, Outcome::NotAttempted(NotAttempted::Failed(error)));
                }
            }
        }
        self.note_all(part.id, by_outcome).await;
        left
    }

    /// Sends items of a part until each has an outcome.
    async fn send(&self, part: &Part, items: Vec<usize>) {
        let mut requests_of_halving = 0;
        // What was refused together is sent by halves.
        let mut groups = vec![items];
        while let Some(group) = groups.pop() {
            if group.is_empty() {
                continue;
            }
            if let Some(refusal) = self.send_group(part, &group).await {
                let halves = self
                    .halve(part, group, &refusal, &mut requests_of_halving)
                    .await;
                groups.extend(halves.into_iter().rev());
            }
        }
    }

    /// Sends items in one request, and again those whose answer was lost and that are seen not to
    /// be done. Returns why they are refused, if that may be because of some of them.
    async fn send_group(&self, part: &Part, items: &[usize]) -> Option<Error> {
        let mut left = items.to_vec();
        let mut lost = None;
        for sending in 1.. {
            if left.is_empty() {
                return None;
            }
            self.prepare(part, &left).await;
            if let Some(error) = self.stopped() {
                self.give_up(part, &left, lost.as_ref(), &error).await;
                return None;
            }
            let error = match self.effect.send(self.api, &left).await {
                Ok(accepted) => {
                    self.accepted(part, &left, accepted).await;
                    return None;
                }
                Err(error) => error,
            };
            if error.is_invalid_request() {
                if !self.is_refused_altogether().await {
                    return Some(error);
                }
                self.stop(&error);
                self.note(part, &left, &Outcome::Refused(error)).await;
                return None;
            }
            if !error.may_have_taken_effect() {
                self.stop(&error);
                self.give_up(part, &left, lost.as_ref(), &error).await;
                return None;
            }
            tracing::warn!(
                certification = self.effect.certification(),
                items = left.len(),
                %error,
                "the answer to a write was lost; reading what it has done"
            );
            let together = left.len();
            left = self.settle(part, left, together, &error).await;
            if !self.effect.is_absolute() {
                self.note_lost(part.id, &left, &error).await;
                return None;
            }
            match self.wait_before_another(sending, &error) {
                _ if left.is_empty() => {}
                Some(wait) => time::sleep(wait).await,
                None => {
                    self.give_up(part, &left, Some(&error), &error).await;
                    return None;
                }
            }
            lost = Some(error);
        }
        None
    }

    /// Makes sure that items may be sent, and writes into the journal that they are about to be.
    /// If either fails, nothing more is sent.
    async fn prepare(&self, part: &Part, items: &[usize]) {
        if self.stopped().is_some() {
            return;
        }
        let ready = match &self.settings.blocked {
            Some(error) => Err(error.clone()),
            None => self.effect.ready(self.api).await,
        };
        let announced = match (ready, &self.settings.journal, part.id) {
            (Ok(()), Some(journal), Some(id)) => journal.sending(id, self.named(part, items)).await,
            (ready, _, _) => ready,
        };
        if let Err(error) = announced {
            self.stop(&error);
        }
    }

    /// Takes in that the service has accepted items.
    async fn accepted(&self, part: &Part, items: &[usize], accepted: Accepted) {
        match accepted {
            Accepted::Done(certification) => {
                if let Some(certification) = certification {
                    self.keep(*certification);
                }
                self.note(part, items, &Outcome::Applied).await;
            }
            Accepted::Task(task) => {
                let name = TaskRef {
                    task: task.id.clone(),
                    found: false,
                };
                self.take_in(part.id, items, *task, name, None).await;
            }
            Accepted::Unconfirmed => {
                let error = self.during(unconfirmed());
                let unseen = self.settle(part, items.to_vec(), items.len(), &error).await;
                self.note(part, &unseen, &Outcome::Unknown(error)).await;
            }
        }
    }

    /// A relative effect is not sent again: it may still be on its way.
    async fn note_lost(&self, id: Option<PartId>, left: &[usize], lost: &Error) {
        let failed = NotAttempted::Failed(lost.clone().seen_without_effect());
        self.end(left, &Outcome::NotAttempted(failed));
        let line = (End::Lost, Some(lost.to_string()), left.to_vec());
        self.write(id, vec![line]).await;
        if !left.is_empty() {
            self.settings.progress.done(left.len());
        }
    }

    /// Reads what happened to items that were sent, `together` with others, and whose answer was
    /// `lost`, until that is clear or time is up. Returns those that are seen not to be done.
    async fn settle(
        &self,
        part: &Part,
        items: Vec<usize>,
        together: usize,
        lost: &Error,
    ) -> Vec<usize> {
        let mut open: Vec<_> = items
            .into_iter()
            .map(|item| (item, Observed::Unclear))
            .collect();
        let mut by_outcome = ByOutcome::default();
        for pause in PAUSES {
            if open.is_empty() {
                break;
            }
            if !pause.is_zero() {
                time::sleep(pause).await;
            }
            let asked: Vec<_> = open.iter().map(|(item, _)| *item).collect();
            let probe = match self.probe(&asked, together).await {
                Ok(probe) => probe,
                Err(error) => {
                    tracing::debug!(%error, "what a write has done could not be read");
                    if !self.effect.is_absolute() || !is_passing(&error) {
                        self.stop(&error);
                    }
                    for item in asked {
                        by_outcome.add(item, Outcome::Unknown(lost.clone()));
                    }
                    open.clear();
                    break;
                }
            };
            if let Some(task) = probe.task {
                self.note_all(part.id, by_outcome).await;
                let name = TaskRef {
                    task: task.id.clone(),
                    found: true,
                };
                self.take_in(part.id, &asked, *task, name, Some(lost)).await;
                return Vec::new();
            }
            open = asked.into_iter().zip(probe.items).collect();
            open.retain(|(item, observed)| match observed {
                Observed::Made => {
                    by_outcome.add(*item, Outcome::Applied);
                    false
                }
                Observed::MadeAsFarAsShown | Observed::ShownBefore => {
                    by_outcome.add(*item, Outcome::AppliedUnverified);
                    false
                }
                Observed::NotMade
                | Observed::Changed
                | Observed::Gone
                | Observed::Absent
                | Observed::Unclear => true,
            });
        }
        let mut not_made = Vec::new();
        for (item, observed) in open {
            match observed {
                Observed::NotMade => not_made.push(item),
                Observed::Changed if self.settings.overwrite => not_made.push(item),
                Observed::Changed => {
                    let changed = NotAttempted::ChangedMeanwhile;
                    by_outcome.add(item, Outcome::NotAttempted(changed));
                }
                // What cannot be seen is settled by doing it again, if that is the same. An item that
                // never was there is refused then.
                Observed::Unclear | Observed::Absent if self.effect.is_absolute() => {
                    not_made.push(item)
                }
                _ => by_outcome.add(item, Outcome::Unknown(lost.clone())),
            }
        }
        self.note_all(part.id, by_outcome).await;
        not_made
    }

    /// Whether a refusal is about the certification, and so about every item of the run. One
    /// look tells; if it cannot be had, the refusal is the items'.
    async fn is_refused_altogether(&self) -> bool {
        if std::mem::replace(&mut self.state().is_looked_at, true) {
            return false;
        }
        if self.effect.is_of_a_campaign() {
            return false;
        }
        let review = Review {
            api: self.api.clone(),
            id: self.effect.certification().to_owned(),
        };
        let is_refused = match review.get().await {
            Ok(certification) => self.effect.is_refused_by(&certification),
            // A governance group's certification answers that.
            Err(error) => error.is_invalid_request(),
        };
        self.state().is_refused_altogether = is_refused;
        is_refused
    }

    /// Finds out which of the items the service refuses, and returns what is to be sent. A service
    /// may have done some before it refused the rest, and others may have left the certification:
    /// reading tells. What is left is halved.
    async fn halve(
        &self,
        part: &Part,
        items: Vec<usize>,
        error: &Error,
        requests: &mut u32,
    ) -> Vec<Vec<usize>> {
        let refused = Outcome::Refused(error.clone());
        if items.len() == 1 || *requests >= MAX_REQUESTS_OF_HALVING {
            self.note(part, &items, &refused).await;
            return Vec::new();
        }
        // Without the right to read, or with nothing to see, all of them are to be sent.
        let observed = self
            .probe(&items, items.len())
            .await
            .unwrap_or_default()
            .items;
        let mut left = Vec::new();
        let mut by_outcome = ByOutcome::default();
        for (place, item) in items.iter().enumerate() {
            match observed.get(place) {
                Some(Observed::Made) => by_outcome.add(*item, Outcome::Applied),
                Some(Observed::MadeAsFarAsShown) => {
                    by_outcome.add(*item, Outcome::AppliedUnverified);
                }
                Some(Observed::Gone | Observed::Absent) => by_outcome.add(*item, refused.clone()),
                _ => left.push(*item),
            }
        }
        self.note_all(part.id, by_outcome).await;
        if left.is_empty() {
            return Vec::new();
        }
        if left.len() < items.len() {
            *requests += 1;
            return vec![left];
        }
        *requests += 2;
        let (first, second) = left.split_at(left.len() / 2);
        vec![first.to_vec(), second.to_vec()]
    }

    /// Ends items that are not sent any more, because of `error`. If an earlier sending was lost
    /// where it may still be under way, that they are not done now does not mean that they won't
    /// be.
    async fn give_up(&self, part: &Part, left: &[usize], lost: Option<&Error>, error: &Error) {
        let outcome = match lost {
            Some(lost) if may_be_under_way(lost) => Outcome::Unknown(lost.clone()),
            Some(lost) => {
                let seen = lost.clone().seen_without_effect();
                Outcome::NotAttempted(NotAttempted::Failed(seen))
            }
            // As a whole, by the service or by a check before.
            None if error.is_invalid_request() || error.is_refused() => {
                Outcome::Refused(error.clone())
            }
            None => Outcome::NotAttempted(NotAttempted::Failed(error.clone())),
        };
        self.note(part, left, &outcome).await;
    }

    fn wait_before_another(&self, sending: u32, error: &Error) -> Option<Duration> {
        let policy = self.api.retry_policy();
        policy
            .wait_after_lost_write(sending, error.retry_after())
            .filter(|_| sending < SENDINGS)
    }

    async fn probe(&self, items: &[usize], together: usize) -> Result<Probe> {
        let others = self.state().other_tasks.clone();
        self.effect.probe(self.api, items, together, &others).await
    }

    // Tasks.

    /// Looks at the task that was doing a part in an earlier run.
    async fn look_at_task(&self, part: &Part, name: TaskRef) {
        let lost = name.found.then(|| self.during(Error::of_earlier_run()));
        match self.effect.task(self.api, &name.task).get().await {
            Ok(task) => {
                self.take_in(part.id, &part.items, task, name, lost.as_ref())
                    .await;
            }
            // Nothing says for how long the service remembers tasks.
            Err(error) if error.is_not_found() => {
                let probe = self
                    .probe(&part.items, part.items.len())
                    .await
                    .unwrap_or_default();
                let mut by_outcome = ByOutcome::default();
                for (place, item) in part.items.iter().enumerate() {
                    let outcome = match probe.items.get(place) {
                        Some(Observed::Made) => Outcome::Applied,
                        _ => Outcome::Unknown(error.clone()),
                    };
                    by_outcome.add(*item, outcome);
                }
                self.note_all(part.id, by_outcome).await;
            }
            Err(error) => {
                let task = Task {
                    id: name.task.clone(),
                    ..Task::default()
                };
                self.pending(&part.items, &Arc::new(task), Some(error));
                self.wait_later(part.id, &part.items, name, lost.as_ref());
            }
        }
    }

    /// Takes in how far the task of items is. `lost` is the error that lost its name, if it was
    /// only found.
    async fn take_in(
        &self,
        id: Option<PartId>,
        items: &[usize],
        task: Task,
        name: TaskRef,
        lost: Option<&Error>,
    ) {
        let handle = self.effect.task(self.api, &task.id);
        let task = Arc::new(task);
        self.pending(items, &task, lost.cloned());
        if !task.is_finished() {
            self.state().other_tasks.push(task.id.clone());
            if let (Some(journal), Some(id)) = (&self.settings.journal, id)
                && let Err(error) = journal.task(id, name.clone()).await
            {
                self.stop(&error);
            }
            return self.wait_later(id, items, name, lost);
        }
        let mut by_outcome = ByOutcome::default();
        match (handle.succeeded((*task).clone()), lost) {
            (Err(error), _) => by_outcome.add_all(items, &Outcome::Refused(error)),
            (Ok(_), None) => by_outcome.add_all(items, &Outcome::Applied),
            // A task that was only found, and not answered, may be somebody else's.
            (Ok(_), Some(lost)) => match self.probe(items, items.len()).await {
                Ok(probe) => {
                    let mut not_made = Vec::new();
                    for (item, observed) in items.iter().zip(probe.items) {
                        match observed {
                            Observed::NotMade => not_made.push(*item),
                            Observed::Unclear => {
                                by_outcome.add(*item, Outcome::Unknown(lost.clone()));
                            }
                            _ => by_outcome.add(*item, Outcome::Applied),
                        }
                    }
                    self.note_lost(id, &not_made, lost).await;
                }
                Err(_) => by_outcome.add_all(items, &Outcome::Unknown(lost.clone())),
            },
        }
        self.note_all(id, by_outcome).await;
    }

    fn pending(&self, items: &[usize], task: &Arc<Task>, error: Option<Error>) {
        let mut state = self.state();
        for item in items {
            state.outcomes[*item] = Some(Outcome::Pending(error.clone()));
            state.tasks.insert(*item, Arc::clone(task));
        }
    }

    fn wait_later(&self, id: Option<PartId>, items: &[usize], task: TaskRef, lost: Option<&Error>) {
        self.state().under_way.push(UnderWay {
            id,
            items: items.to_vec(),
            task,
            lost: lost.cloned(),
        });
        if self.settings.wait.is_none() {
            self.settings.progress.done(items.len());
        }
    }

    /// Waits for a task.
    async fn wait_for(&self, in_task: UnderWay, limit: Duration) {
        let UnderWay {
            id,
            items,
            task,
            lost,
        } = in_task;
        let left = limit.saturating_sub(self.started.elapsed());
        let handle = self.effect.task(self.api, &task.task);
        match handle.until_ended(left).await {
            Ok(ended) => {
                self.take_in(id, &items, ended, task, lost.as_ref()).await;
            }
            Err(error) => {
                let mut state = self.state();
                for item in &items {
                    state.outcomes[*item] = Some(Outcome::Pending(Some(error.clone())));
                }
            }
        }
    }

    // Notes.

    /// The ids of items, unless they are all that the part has.
    fn named(&self, part: &Part, items: &[usize]) -> Option<Vec<String>> {
        let is_all = items.len() == part.items.len() && matches!(part.known, Known::Planned);
        (!is_all).then(|| self.ids(items))
    }

    fn ids(&self, items: &[usize]) -> Vec<String> {
        items
            .iter()
            .map(|item| self.effect.id(*item).to_owned())
            .collect()
    }

    async fn note(&self, part: &Part, items: &[usize], outcome: &Outcome) {
        let mut by_outcome = ByOutcome::default();
        by_outcome.add_all(items, outcome);
        self.note_all(part.id, by_outcome).await;
    }

    /// Keeps outcomes, and writes them into the journal.
    async fn note_all(&self, id: Option<PartId>, by_outcome: ByOutcome) {
        let mut lines: Vec<(End, Option<String>, Vec<usize>)> = Vec::new();
        let count = by_outcome.0.len();
        for (item, outcome) in by_outcome.0 {
            self.end(&[item], &outcome);
            let Some(end) = end_of(&outcome) else {
                continue;
            };
            let reason = outcome.error().map(Error::to_string);
            match lines
                .iter_mut()
                .rev()
                .find(|line| line.0 == end && line.1 == reason)
            {
                Some((_, _, items)) => items.push(item),
                None => lines.push((end, reason, vec![item])),
            }
        }
        self.write(id, lines).await;
        if count > 0 {
            self.settings.progress.done(count);
        }
    }

    async fn write(&self, id: Option<PartId>, lines: Vec<(End, Option<String>, Vec<usize>)>) {
        let (Some(journal), Some(id)) = (&self.settings.journal, id) else {
            return;
        };
        let lines = lines.into_iter().filter(|(_, _, items)| !items.is_empty());
        let ends = lines.map(|(end, reason, items)| Ended {
            end,
            reason,
            items: self.ids(&items),
        });
        if let Err(error) = journal.ended(id, ends.collect()).await {
            self.stop(&error);
        }
    }

    /// Keeps the outcome of items.
    fn end(&self, items: &[usize], outcome: &Outcome) {
        let mut state = self.state();
        for item in items {
            state.outcomes[*item] = Some(outcome.clone());
        }
    }

    /// Keeps the newer of two answers: they may overtake each other.
    fn keep(&self, certification: Certification) {
        let mut state = self.state();
        let newest = &mut state.certification;
        let is_newer = |newest: &Certification| newest.modified <= certification.modified;
        if newest.as_ref().is_none_or(is_newer) {
            *newest = Some(certification);
        }
    }

    fn during(&self, error: Error) -> Error {
        error.during(self.api.operation(self.effect.operation()))
    }

    fn stopped(&self) -> Option<Error> {
        self.state().stopped.clone()
    }

    /// Ends the run, unless something has before.
    fn stop(&self, why: &Error) {
        let why = self.during(why.clone());
        self.state().stopped.get_or_insert(why);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Default)]
struct ByOutcome(Vec<(usize, Outcome)>);

impl ByOutcome {
    fn add_all(&mut self, items: &[usize], outcome: &Outcome) {
        self.0
            .extend(items.iter().map(|item| (*item, outcome.clone())));
    }

    fn add(&mut self, item: usize, outcome: Outcome) {
        self.0.push((item, outcome));
    }
}

/// What a journal says of an outcome. `None` if there is nothing to say: of what is pending, the
/// line about its task says it.
fn end_of(outcome: &Outcome) -> Option<End> {
    Some(match outcome {
        Outcome::Applied => End::Applied,
        Outcome::AppliedUnverified => End::AppliedUnverified,
        Outcome::Refused(error) => match error.kind() {
            // These are about the caller and not about the item: with other rights, the same may
            // be done.
            ErrorKind::Unauthorized | ErrorKind::Forbidden | ErrorKind::NotFound => End::NotApplied,
            _ => End::Refused,
        },
        Outcome::Unknown(_) => End::Unknown,
        Outcome::NotAttempted(NotAttempted::ChangedMeanwhile) => End::ChangedMeanwhile,
        Outcome::NotAttempted(NotAttempted::Failed(_)) => End::NotApplied,
        Outcome::NotAttempted(NotAttempted::DryRun) | Outcome::Pending(_) => return None,
    })
}

/// Whether the service may still be working on a request whose answer was lost. If it
/// answered itself, it is not; proxies give up earlier.
fn may_be_under_way(lost: &Error) -> bool {
    match lost.kind() {
        ErrorKind::Interrupted | ErrorKind::Timeout => true,
        ErrorKind::Server => matches!(lost.status(), Some(502 | 504)),
        _ => false,
    }
}

fn is_fresh(seen: Instant) -> bool {
    seen.elapsed() < FRESH
}

/// No item is without an outcome, whatever happens.
fn unreached() -> Outcome {
    let error = Error::cancelled("the call ended before this item was dealt with");
    Outcome::NotAttempted(NotAttempted::Failed(error))
}

fn unconfirmed() -> Error {
    Error::undecodable("the service accepted it, and reading does not show that it is done")
        .of_write()
}
