//! The loop that runs every change of access: plan, announce, send, probe, note.

mod notes;
mod tasks;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::{StreamExt as _, stream};

use super::journal::{Journal, Lease, PartId, Standing};
use super::outcome::{BulkOutcome, ItemOutcome, NotAttempted, Outcome};
use super::settings::Settings;
use super::{Accepted, Asked, Effect, Known, Observed, Part, Probe};
use crate::api::Api;
use crate::api::certifications::Review;
use crate::api::poll::is_passing;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Id, Task};
use crate::sync::lock;
use crate::time::{self, Instant};
use notes::After;
use tasks::InTask;

/// How often a part is sent if its responses are lost.
const SENDINGS: u32 = 3;

/// The pauses before each read after a write whose response was lost: the service may still be
/// working on it, and its reads may lag behind its writes. An effect that the last read does not
/// show did not arrive.
const PAUSES: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_millis(500),
    Duration::from_millis(1_500),
    Duration::from_millis(4_000),
];

/// How many requests it may cost to find the bad items of a refused part.
pub(crate) const MAX_REQUESTS_OF_HALVING: u32 = 100;

/// Items that were read longer ago are read again before they are sent.
const FRESH: Duration = Duration::from_secs(60);

/// How often items are read again because their request did not leave in time.
const READINGS: u32 = 3;

struct Run<'a> {
    api: &'a Api,
    effect: &'a dyn Effect,
    settings: &'a Settings,
    started: Instant,
    /// Keeps other runs of this process from the same items of the journal.
    lease: Lease,
    state: Mutex<State>,
}

struct State {
    outcome: BulkOutcome,
    /// Tasks that are known to belong to other parts.
    other_tasks: Vec<Id>,
    /// The error that ended the run. Nothing more is sent after it.
    stopped: Option<Error>,
    /// Whether the service refuses every change of the certification; `None` until a refusal made
    /// it necessary to read the certification.
    is_refused_altogether: Option<bool>,
    /// Running tasks, and the items that each works on.
    under_way: Vec<(Id, InTask)>,
}

/// Plans an effect and makes it; a dry run only plans.
///
/// # Errors
///
/// If nothing was done: the journal is another tenant's, or every item failed for the same reason.
/// Other failures are in the outcome.
pub(crate) async fn run(
    api: &Api,
    effect: &dyn Effect,
    settings: &Settings,
) -> Result<BulkOutcome> {
    let (outcome, failure) = finish(api, effect, None, settings).await?;
    failure.map_or(Ok(outcome), Err)
}

/// Does the same, or finishes the given parts of an effect that an earlier run planned. If nothing
/// was done for a reason that is not about single items, also returns that error.
pub(crate) async fn finish(
    api: &Api,
    effect: &dyn Effect,
    parts: Option<Vec<Part>>,
    settings: &Settings,
) -> Result<(BulkOutcome, Option<Error>)> {
    settings.progress.total(effect.len() as u64);
    if settings.dry_run {
        return Ok((dry(api, effect, &parts.unwrap_or_default()), None));
    }
    let run = Run::new(api, effect, settings);
    let parts = match parts {
        Some(parts) => parts,
        None => run.plan().await?,
    };
    run.process_all(parts).await;
    let state = run.state.into_inner();
    let state = state.unwrap_or_else(PoisonError::into_inner);
    let failure = state.failure().cloned();
    Ok((state.outcome, failure))
}

/// The outcome of a dry run: items that an earlier run has sent may be done.
fn dry(api: &Api, effect: &dyn Effect, parts: &[Part]) -> BulkOutcome {
    let mut outcome = all(effect, &Outcome::NotAttempted(NotAttempted::DryRun));
    for Part { items, known, .. } in parts {
        for item in items {
            let item = &mut outcome.items[*item];
            match known {
                Known::Planned | Known::PlannedEarlier => {}
                Known::Sent { .. } => {
                    let lost = Error::of_earlier_run().during(api.operation(effect.operation()));
                    item.outcome = Outcome::Unknown(lost);
                }
                Known::Task(task) => {
                    item.outcome = Outcome::Pending(None);
                    item.task = Some(Arc::new(Task {
                        id: Id::from(&task.task),
                        ..Task::default()
                    }));
                }
            }
        }
    }
    outcome
}

fn all(effect: &dyn Effect, outcome: &Outcome) -> BulkOutcome {
    let items = (0..effect.len()).map(|item| ItemOutcome {
        id: effect.id(item).clone(),
        outcome: outcome.clone(),
        decision: effect.decision(item).cloned(),
        rule: None,
        task: None,
    });
    BulkOutcome {
        items: items.collect(),
        left_open: Vec::new(),
        certification: None,
    }
}

impl<'a> Run<'a> {
    fn new(api: &'a Api, effect: &'a dyn Effect, settings: &'a Settings) -> Self {
        let journal = settings.journal.as_ref();
        // Every item has an outcome, even if the call ends early.
        let unreached = Error::cancelled("the call ended before it reached this item");
        let unreached = Outcome::NotAttempted(NotAttempted::Failed(unreached));
        let state = State {
            outcome: all(effect, &unreached),
            other_tasks: journal
                .map_or_else(Vec::new, |it| it.state().tasks(effect.certification())),
            stopped: None,
            is_refused_altogether: None,
            under_way: Vec::new(),
        };
        Self {
            api,
            effect,
            settings,
            started: time::now(),
            lease: Lease::default(),
            state: Mutex::new(state),
        }
    }

    /// Cuts the items into parts and writes all of them to the journal before the first is sent.
    /// Items that the journal has as done or in progress keep their part.
    async fn plan(&self) -> Result<Vec<Part>> {
        let (effect, journal) = (self.effect, self.settings.journal.as_ref());
        if let Some(journal) = journal {
            journal.check(self.api.base_url())?;
        }
        let spec = effect.spec();
        let (mut new, mut applied) = (Vec::new(), Vec::new());
        let mut known: BTreeMap<_, Vec<Part>> = BTreeMap::new();
        for item in 0..effect.len() {
            let standing = |it: &Journal| it.state().standing(&spec, &effect.item_spec(item));
            match journal.map_or(Standing::New, standing) {
                Standing::New => new.push(item),
                Standing::Applied => applied.push(item),
                Standing::UnderWay(id, state) => {
                    // A part that was halved may have several tasks.
                    let groups = known.entry(id).or_default();
                    match groups.iter_mut().find(|group| group.known == state) {
                        Some(group) => group.items.push(item),
                        None => groups.push(Part {
                            id: Some(id),
                            items: vec![item],
                            known: state,
                        }),
                    }
                }
            }
        }
        if let Some(journal) = journal {
            let parts: Vec<_> = known.keys().copied().collect();
            journal.lease(&parts, &self.lease)?;
        }
        self.note(None, &applied, &Outcome::Applied).await;
        let known_new = if self.settings.leaves_changed {
            Known::PlannedEarlier
        } else {
            Known::Planned
        };
        let planned = |items| Part {
            id: None,
            items,
            known: known_new.clone(),
        };
        let mut new: Vec<_> = effect.cut(new).into_iter().map(planned).collect();
        if let Some(journal) = journal.filter(|_| !new.is_empty()) {
            let items = |part: &Part| part.items.iter().map(|it| effect.item_spec(*it)).collect();
            let parts = new.iter().map(items);
            let url = self.api.base_url();
            match journal.plan(url, spec, parts, &self.lease).await {
                Ok(ids) => {
                    for (part, id) in new.iter_mut().zip(ids) {
                        part.id = Some(id);
                    }
                }
                Err(error) => self.stop(&error),
            }
        }
        Ok(known.into_values().flatten().chain(new).collect())
    }

    /// Processes all parts in their order, several at a time, and waits for their tasks.
    async fn process_all(&self, parts: Vec<Part>) {
        // Parts of a relative effect depend on one another.
        let at_once = if self.effect.is_absolute() {
            self.settings.concurrency.unwrap_or(4).max(1)
        } else {
            1
        };
        let processed = stream::iter(parts).for_each_concurrent(at_once, |it| self.process(it));
        processed.await;
        self.wait_for_tasks().await;
    }

    /// Processes a part until each of its items has an outcome or a task.
    async fn process(&self, part: Part) {
        let items = part.items.clone();
        match &part.known {
            Known::Task(task) => self.read_task(&part, task).await,
            Known::Sent { together } => {
                let lost = self.during(Error::of_earlier_run());
                if self.stopped().is_some() {
                    return self.note(part.id, &items, &Outcome::Unknown(lost)).await;
                }
                let read_at = time::now();
                let left = self
                    .settle(part.id, items, *together, &lost, After::Losing)
                    .await;
                self.send(&part, left, Some(read_at)).await;
            }
            Known::Planned => self.send(&part, items, self.settings.seen_at).await,
            Known::PlannedEarlier => {
                let read_at = time::now();
                let left = self.guard(&part, items, After::Planning).await;
                self.send(&part, left, Some(read_at)).await;
            }
        }
    }

    /// Reads items that were read last a while ago, and returns those that have not changed. Items
    /// that somebody has changed since are left alone.
    async fn guard(&self, part: &Part, items: Vec<usize>, after: After<'_>) -> Vec<usize> {
        if self.stopped().is_some() {
            return items;
        }
        match self.probe(&items, items.len()).await {
            Ok(probe) if !probe.tasks.is_empty() => {
                let pending = NotAttempted::Failed(self.during(pending(&probe.tasks)));
                let pending = Outcome::NotAttempted(pending);
                self.note(part.id, &items, &pending).await;
                Vec::new()
            }
            Ok(probe) => {
                let observed = items.into_iter().zip(probe.items);
                self.sort(part.id, observed, after).await
            }
            Err(error) => {
                self.stop(&error);
                items
            }
        }
    }

    /// Sends items of a part until each has an outcome. They were last read at this time; without
    /// one, the caller has just named them, and they are sent whatever they show.
    async fn send(&self, part: &Part, items: Vec<usize>, read_at: Option<Instant>) {
        let mut requests_of_halving = 0;
        // A group that is refused is sent again in halves. The second waits for the first.
        let mut groups = vec![(items, read_at)];
        while let Some((group, read_at)) = groups.pop() {
            if let Some(refusal) = self.send_group(part, &group, read_at).await {
                let read_at = read_at.map(|_| time::now());
                let after = After::Refusing {
                    error: &refusal,
                    is_explicit: read_at.is_none(),
                };
                let is_spent = requests_of_halving >= MAX_REQUESTS_OF_HALVING;
                if group.len() == 1 || is_spent {
                    let refused = Outcome::Refused(refusal);
                    self.note(part.id, &group, &refused).await;
                    continue;
                }
                let halves = self.halve(part, group, after).await;
                requests_of_halving += u32::try_from(halves.len()).unwrap_or(u32::MAX);
                groups.extend(halves.into_iter().rev().map(|half| (half, read_at)));
            }
        }
    }

    /// Sends items in one request. Items that were read too long ago, or whose request had to wait
    /// until they were, are read again. If the response is lost, sends again the items that a probe
    /// shows not to be done. Returns a refusal that some of the items may have caused.
    async fn send_group(
        &self,
        part: &Part,
        items: &[usize],
        mut read_at: Option<Instant>,
    ) -> Option<Error> {
        let mut left = items.to_vec();
        let mut lost = None;
        let (mut sendings, mut readings) = (0, 0);
        while !left.is_empty() {
            let leave_by = read_at.map(|it| it + FRESH);
            if leave_by.is_some_and(|by| by <= time::now()) && readings < READINGS {
                readings += 1;
                read_at = Some(time::now());
                let after = lost.as_ref().map_or(After::Planning, After::Losing);
                left = self.guard(part, left, after).await;
                continue;
            }
            self.prepare(part, &left).await;
            if let Some(error) = self.stopped() {
                self.give_up(part.id, &left, lost.as_ref(), &error).await;
                return None;
            }
            let api = self.api.leaving_by(leave_by);
            let error = match self.effect.send(&api, &left).await {
                Ok(accepted) => {
                    self.accepted(part.id, &left, accepted).await;
                    return None;
                }
                Err(error) => error,
            };
            if error.is_invalid_request() {
                if !self.is_refused_altogether().await {
                    return Some(error);
                }
                self.stop(&error);
                // What was sent before may be the reason for the refusal.
                let outcome = match lost {
                    Some(lost) if may_be_under_way(&lost) => {
                        left = self.read_back(part.id, &left, After::Losing(&lost)).await;
                        Outcome::Unknown(lost)
                    }
                    _ => Outcome::Refused(error),
                };
                self.note(part.id, &left, &outcome).await;
                return None;
            }
            if error.is_too_late() && readings < READINGS {
                continue;
            }
            if !error.may_have_taken_effect() {
                self.stop(&error);
                self.give_up(part.id, &left, lost.as_ref(), &error).await;
                return None;
            }
            tracing::warn!(
                certification = self.effect.certification(),
                items = left.len(),
                %error,
                "the response to a write was lost; reading back what was done"
            );
            let together = left.len();
            read_at = read_at.map(|_| time::now());
            left = self
                .settle(part.id, left, together, &error, After::Losing)
                .await;
            sendings += 1;
            let policy = self.api.retry_policy();
            let wait = policy.wait_after_lost_write(sendings, error.retry_after());
            match wait.filter(|_| sendings < SENDINGS) {
                _ if left.is_empty() => {}
                Some(wait) => time::sleep(wait).await,
                None => {
                    self.give_up(part.id, &left, Some(&error), &error).await;
                    return None;
                }
            }
            lost = Some(error);
        }
        None
    }

    /// Checks whether items may be sent, and announces them in the journal. If either fails,
    /// nothing more is sent.
    async fn prepare(&self, part: &Part, items: &[usize]) {
        if self.stopped().is_some() {
            return;
        }
        let ready = match &self.settings.blocked {
            Some(error) => Err(error.clone()),
            None => self.effect.ready(self.api).await,
        };
        let ids = items.iter().map(|item| self.effect.id(*item).to_string());
        let announced = match (ready, self.journal(part.id)) {
            (Ok(()), Some((journal, id))) => journal.sending(id, ids.collect()).await,
            (ready, _) => ready,
        };
        self.stop_on(announced);
    }

    /// Records that the service has accepted items.
    async fn accepted(&self, id: Option<PartId>, items: &[usize], accepted: Accepted) {
        match accepted {
            Accepted::Done(certification) => {
                self.keep(certification);
                self.note(id, items, &Outcome::Applied).await;
            }
            Accepted::Task(task) => self.take_in(InTask::new(id, items, None), *task).await,
            Accepted::Unconfirmed => {
                let why = "the service accepted it, but reading it back does not show it";
                let error = self.during(Error::undecodable(why).of_write());
                self.settle(id, items.to_vec(), items.len(), &error, After::Accepting)
                    .await;
            }
        }
    }

    /// Reads items that were sent, `together` with others, until it is clear what happened to them
    /// or time is up. Returns those to send again.
    async fn settle<'e>(
        &self,
        id: Option<PartId>,
        mut items: Vec<usize>,
        together: usize,
        lost: &'e Error,
        after: fn(&'e Error) -> After<'e>,
    ) -> Vec<usize> {
        let (mut made, mut open) = (Vec::new(), Vec::new());
        for pause in PAUSES {
            if items.is_empty() {
                break;
            }
            if !pause.is_zero() {
                time::sleep(pause).await;
            }
            let probe = match self.probe(&items, together).await {
                Ok(probe) => probe,
                Err(error) => {
                    tracing::debug!(%error, "the result of a write could not be read back");
                    if !self.effect.is_absolute() || !is_passing(&error) {
                        self.stop(&error);
                    }
                    self.note(id, &items, &Outcome::Unknown(lost.clone())).await;
                    open.clear();
                    break;
                }
            };
            // Nothing shows which of several tasks belongs to the part.
            if let [task] = &probe.tasks[..] {
                let in_task = InTask::new(id, &items, Some(lost.clone()));
                self.take_in(in_task, task.clone()).await;
                open.clear();
                break;
            }
            let seen = items.into_iter().zip(probe.items);
            let (seen_made, seen_open): (Vec<_>, _) = seen.partition(|(_, it)| it.is_made());
            made.extend(seen_made);
            open = seen_open;
            items = open.iter().map(|(item, _)| *item).collect();
        }
        self.sort(id, made.into_iter().chain(open), after(lost))
            .await
    }

    /// Whether a refusal is about the certification, and thus about every item of the run. Reads
    /// the certification once to find out; if that fails, takes the refusal to be about the items.
    async fn is_refused_altogether(&self) -> bool {
        let is_known = self.state().is_refused_altogether.replace(false).is_some();
        if is_known || self.effect.is_of_a_campaign() {
            return false;
        }
        let review = Review::new(self.api, self.effect.certification());
        let is_refused = match review.get().await {
            Ok(certification) => self.effect.refusal(&certification).is_some(),
            // The service refuses to read the certification of a governance group.
            Err(error) => error.is_invalid_request(),
        };
        self.state().is_refused_altogether = Some(is_refused);
        is_refused
    }

    /// Divides refused items into groups to send, to find the ones at fault. Reads them first,
    /// because the service may have done some before it refused the rest, and some may have left
    /// the certification. Halves the remaining items.
    async fn halve(&self, part: &Part, items: Vec<usize>, after: After<'_>) -> Vec<Vec<usize>> {
        let left = self.read_back(part.id, &items, after).await;
        if left.is_empty() {
            return Vec::new();
        }
        if left.len() < items.len() {
            return vec![left];
        }
        let (first, second) = left.split_at(left.len() / 2);
        vec![first.to_vec(), second.to_vec()]
    }

    /// Settles items that will not be sent again because of `error`. They may still be done if the
    /// response to an earlier request was lost and the service is working on it.
    async fn give_up(
        &self,
        id: Option<PartId>,
        left: &[usize],
        lost: Option<&Error>,
        error: &Error,
    ) {
        let outcome = match lost {
            Some(lost) if may_be_under_way(lost) => Outcome::Unknown(lost.clone()),
            Some(lost) => {
                let seen = lost.clone().seen_without_effect();
                Outcome::NotAttempted(NotAttempted::Failed(seen))
            }
            // The service, or a check before sending, refused all of them.
            None if matches!(error.kind(), ErrorKind::InvalidRequest | ErrorKind::Refused) => {
                Outcome::Refused(error.clone())
            }
            None => Outcome::NotAttempted(NotAttempted::Failed(error.clone())),
        };
        self.note(id, left, &outcome).await;
    }

    /// Reads items once and notes their outcomes. Returns those to send.
    async fn read_back(&self, id: Option<PartId>, items: &[usize], after: After<'_>) -> Vec<usize> {
        let probe = self.probe(items, items.len()).await;
        let observed = probe.map_or_else(|_| vec![Observed::Unclear; items.len()], |it| it.items);
        let observed = items.iter().copied().zip(observed);
        self.sort(id, observed, after).await
    }

    async fn probe(&self, items: &[usize], together: usize) -> Result<Probe> {
        let other_tasks = self.state().other_tasks.clone();
        let asked = Asked {
            items,
            together,
            other_tasks: &other_tasks,
        };
        let mut probe = self.effect.probe(self.api, asked).await?;
        probe.items.resize(items.len(), Observed::Unclear);
        self.keep(probe.certification.take());
        Ok(probe)
    }

    fn during(&self, error: Error) -> Error {
        error.during(self.api.operation(self.effect.operation()))
    }

    fn stopped(&self) -> Option<Error> {
        self.state().stopped.clone()
    }

    /// Ends the run, unless it has ended already.
    fn stop(&self, why: &Error) {
        let why = self.during(why.clone());
        self.state().stopped.get_or_insert(why);
    }

    fn stop_on(&self, written: Result<()>) {
        if let Err(error) = written {
            self.stop(&error);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl State {
    /// The error of a run in which nothing was done, if the reason is not about single items.
    fn failure(&self) -> Option<&Error> {
        let is_failure = |item: &ItemOutcome| match &item.outcome {
            Outcome::NotAttempted(NotAttempted::Failed(error)) => !error.may_have_taken_effect(),
            Outcome::Refused(_) => self.is_refused_altogether == Some(true),
            _ => false,
        };
        let items = &self.outcome.items;
        let first = items.first().filter(|_| items.iter().all(is_failure))?;
        first.outcome.error()
    }
}

/// Whether the service may still be working on a request whose response was lost. It is not if the
/// error is its own response; a proxy may have given up before the service did.
fn may_be_under_way(lost: &Error) -> bool {
    match lost.kind() {
        ErrorKind::Interrupted | ErrorKind::Timeout => true,
        ErrorKind::Server => matches!(lost.status(), Some(502 | 504)),
        _ => false,
    }
}

/// The error of a planned effect that cannot be sent yet: the state of its items is unknown until
/// these tasks have ended.
fn pending(tasks: &[Task]) -> Error {
    let ids: Vec<_> = tasks.iter().map(|task| task.id.to_string()).collect();
    Error::task_pending(format!(
        "a reassignment that is not in this journal is pending on the certification and may move \
         the same items: task {}. Nothing was sent: wait for it, then resume again",
        ids.join(", task ")
    ))
}
