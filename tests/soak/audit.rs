//! Checks the tenant after a campaign.

use std::collections::{HashMap, HashSet};

use anyhow::ensure;
use certs_sim::view::{Certification, Item};
use certs_sim::{Decision, Phase, Reviewer, Simulator, TaskStatus};
use serde_json::Value;

use super::robot::{Done, approves, comment};

/// The log keeps at most this many requests.
const RECORD: usize = 10_000;

/// What has to be done.
pub(super) struct Scope {
    items: HashSet<String>,
}

/// What was done.
#[derive(Clone, Copy, Debug)]
pub(super) struct Landed {
    pub(super) items: usize,
    pub(super) certifications: usize,
}

impl Scope {
    pub(super) fn of(sim: &Simulator) -> Self {
        let open = sim.certifications().into_iter().filter(is_open);
        let open: HashSet<_> = open.map(|row| row.id).collect();
        let to_do = |item: &Item| item.decision.is_none() && open.contains(&item.certification_id);
        let items = sim.items().into_iter().filter(to_do).map(|item| item.id);
        Self {
            items: items.collect(),
        }
    }

    /// Everything was done, exactly once, and nothing else.
    pub(super) fn audit(&self, sim: &Simulator, done: &Done) -> anyhow::Result<Landed> {
        let open = sim.certifications().into_iter().filter(is_open).count();
        ensure!(open == 0, "{open} certifications are still open");
        for item in sim.items() {
            if self.items.contains(&item.id) {
                check_decision(&item)?;
            }
        }
        let effects = Effects::of(sim)?;
        for item in &self.items {
            let times = effects.decisions.get(item).copied().unwrap_or_default();
            ensure!(times == 1, "item {item} was decided {times} times");
        }
        let others = effects.decisions.len() - self.items.len();
        ensure!(
            others == 0,
            "{others} items were decided that were not open"
        );
        for (certification, times) in &effects.signed {
            ensure!(*times == 1, "{certification} was signed off {times} times");
        }
        let moved = (effects.reassigned, ended_well(sim));
        let said = (done.reassigned_at_once, done.reassigned_as_task);
        ensure!(
            moved == said,
            "reassigned (at once, as tasks): {moved:?}, known of {said:?}"
        );
        ensure!(
            effects.signed.len() == done.signed,
            "{} certifications were signed off, known of {}",
            effects.signed.len(),
            done.signed
        );
        Ok(Landed {
            items: self.items.len(),
            certifications: effects.signed.len(),
        })
    }
}

/// What can be reviewed through the API.
fn is_open(row: &Certification) -> bool {
    row.phase == Phase::Active && matches!(row.reviewer, Reviewer::Identity(_))
}

fn check_decision(item: &Item) -> anyhow::Result<()> {
    let expected = if approves(&item.id) {
        Decision::Approve
    } else {
        Decision::Revoke
    };
    ensure!(
        item.decision == Some(expected) && item.comments == Some(comment(&item.id)),
        "item {} has the decision {:?} with the comment {:?}",
        item.id,
        item.decision,
        item.comments
    );
    Ok(())
}

fn ended_well(sim: &Simulator) -> usize {
    let tasks = sim.tasks().into_iter();
    tasks
        .filter(|task| task.status == TaskStatus::Success)
        .count()
}

/// What the recorded requests have done.
#[derive(Default)]
struct Effects {
    decisions: HashMap<String, usize>,
    signed: HashMap<String, usize>,
    reassigned: usize,
}

impl Effects {
    fn of(sim: &Simulator) -> anyhow::Result<Self> {
        let requests = sim.requests();
        ensure!(requests.len() < RECORD, "the record is not complete");
        let mut effects = Self::default();
        for request in requests.into_iter().filter(|request| request.processed) {
            match request.path.rsplit('/').next() {
                Some("decide") => {
                    let decisions = request.body.as_ref().and_then(Value::as_array);
                    for decision in decisions.into_iter().flatten() {
                        let id = decision["id"].as_str().unwrap_or_default();
                        *effects.decisions.entry(id.to_owned()).or_default() += 1;
                    }
                }
                Some("sign-off") => *effects.signed.entry(request.path).or_default() += 1,
                Some("reassign") => effects.reassigned += 1,
                _ => {}
            }
        }
        Ok(effects)
    }
}
