//! The fault rules of a running simulator: chooses the requests that they hit.

use std::sync::{Arc, Mutex};

use axum::http::Method;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};

use super::{Fault, FaultRule};
use crate::operation::Operation;
use crate::sync::lock;

/// The faults of one simulator. Clones share the rules.
///
/// If several rules match a request, the first that hits it counts, in the order in which they were
/// added. [`requests`](crate::Simulator::requests) shows the fault of each request, and whether it
/// was processed.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use certs_sim::{Fault, Operation, Simulator};
///
/// let sim = Simulator::start().await?;
/// sim.faults().add(Fault::BadGateway.on(Operation::Token).times(1));
///
/// let url = format!("{}/oauth/token", sim.base_url());
/// let form = [
///     ("grant_type", "client_credentials"),
///     ("client_id", "sim-admin"),
///     ("client_secret", "sim-secret"),
/// ];
/// let ask = || reqwest::Client::new().post(&url).form(&form).send();
/// assert_eq!(ask().await?.status(), 502);
/// assert_eq!(ask().await?.status(), 200);
///
/// let requests = sim.requests();
/// assert_eq!((requests[0].fault, requests[0].processed), (Some(Fault::BadGateway), false));
/// assert_eq!((requests[1].fault, requests[1].processed), (None, true));
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Faults(Arc<Mutex<Plan>>);

#[derive(Debug)]
struct Plan {
    rules: Vec<Planned>,
    /// Only for faults, so that only the order of requests decides which of them are hit.
    draw: ChaCha8Rng,
}

#[derive(Debug)]
struct Planned {
    rule: FaultRule,
    hits: u64,
}

/// A request that is hit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    pub(crate) fault: Fault,
    /// Picks the place where the fault applies, of several.
    pub(crate) pick: u64,
}

impl Faults {
    pub(crate) fn new(seed: u64, rules: Vec<FaultRule>) -> Self {
        let faults = Self(Arc::new(Mutex::new(Plan {
            rules: Vec::new(),
            draw: ChaCha8Rng::seed_from_u64(seed),
        })));
        for rule in rules {
            faults.add(rule);
        }
        faults
    }

    /// Adds a rule after the existing ones.
    pub fn add(&self, rule: FaultRule) {
        lock(&self.0).rules.push(Planned { rule, hits: 0 });
    }

    /// Removes all rules and their counts: there are no more faults.
    pub fn clear(&self) {
        lock(&self.0).rules.clear();
    }

    /// The rules, and how many requests each has hit.
    #[must_use]
    pub fn hits(&self) -> Vec<(FaultRule, u64)> {
        let plan = lock(&self.0);
        let counted = |planned: &Planned| (planned.rule.clone(), planned.hits);
        plan.rules.iter().map(counted).collect()
    }

    /// The fault of a request, if any.
    pub(crate) fn hit(&self, method: &Method, path: &str) -> Option<Hit> {
        let mut plan = lock(&self.0);
        if plan.rules.is_empty() {
            return None;
        }
        let operation = Operation::at(method, path)?;
        let Plan { rules, draw } = &mut *plan;
        let hit = rules.iter_mut().find_map(|Planned { rule, hits }| {
            let applies = rule.target.covers(operation)
                && rule.times.is_none_or(|times| *hits < times)
                && draw.random_bool(rule.probability);
            applies.then(|| {
                *hits += 1;
                rule.fault
            })
        });
        hit.map(|fault| Hit {
            fault,
            pick: draw.random(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Target;

    fn hits(faults: &Faults, requests: usize) -> Vec<Option<Fault>> {
        let hit = |_| {
            let hit = faults.hit(&Method::GET, "/v3/certifications");
            hit.map(|hit| hit.fault)
        };
        (0..requests).map(hit).collect()
    }

    #[test]
    fn the_same_seed_hits_the_same_requests() {
        let rules = vec![
            Fault::ResetAfter.on(Target::Reads).probability(0.2),
            Fault::NullField.on(Target::Any).probability(0.2),
        ];
        let of = |seed| hits(&Faults::new(seed, rules.clone()), 1_000);
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
        let hit = |fault| of(1).iter().filter(|hit| **hit == Some(fault)).count();
        assert!(hit(Fault::ResetAfter).abs_diff(200) < 50);
        assert!(hit(Fault::NullField).abs_diff(160) < 50);
    }

    #[test]
    fn a_rule_hits_as_often_as_it_says_and_only_its_target() {
        let faults = Faults::new(1, Vec::new());
        faults.add(Fault::InternalError.on(Operation::Decide));
        faults.add(Fault::BadGateway.on(Target::Reads).times(2));
        faults.add(Fault::Echo.on(Target::Any).times(1));
        let (first, second) = (Some(Fault::BadGateway), Some(Fault::Echo));
        assert_eq!(hits(&faults, 4), [first, first, second, None]);
        let counts: Vec<_> = faults.hits().into_iter().map(|(_, hits)| hits).collect();
        assert_eq!(counts, [0, 2, 1]);
        faults.clear();
        assert_eq!(hits(&faults, 1), [None]);
    }
}
