//! Shared by tests of bulk calls: a certification with many items, decisions about them, and the
//! decisions that the simulator received.

use std::collections::HashMap;

use certs::model::ReviewDecision;
use certs_sim::view::{Certification, Reviewer};
use certs_sim::{Phase, Simulator};

use super::wire::api_requests;

/// The open certification of a person with the most items. Some of them are decided.
pub(crate) fn largest(sim: &Simulator) -> Certification {
    let open = sim
        .certifications()
        .into_iter()
        .filter(|row| row.phase == Phase::Active && matches!(row.reviewer, Reviewer::Identity(_)));
    open.max_by_key(|row| row.decisions_total).unwrap()
}

pub(crate) fn item_ids(sim: &Simulator, certification: &Certification) -> Vec<String> {
    let items = sim.items_of(&certification.id);
    items.into_iter().map(|item| item.id).collect()
}

/// A decision that differs from any other.
pub(crate) fn decision(item: &str) -> ReviewDecision {
    match item.bytes().last().unwrap() % 2 {
        0 => ReviewDecision::approve(item),
        _ => ReviewDecision::revoke(item),
    }
    .comment(format!("reviewed: {item}"))
}

/// The ids that each processed request decided.
pub(crate) fn decided(sim: &Simulator) -> Vec<Vec<String>> {
    let requests = api_requests(sim).into_iter();
    let requests =
        requests.filter(|request| request.processed && request.path.ends_with("/decide"));
    requests
        .map(|request| {
            let body = request.body.unwrap();
            let decisions = body.as_array().unwrap().iter();
            let ids = decisions.map(|decision| decision["id"].as_str().unwrap().to_owned());
            ids.collect()
        })
        .collect()
}

/// How often each item was decided, by the log.
pub(crate) fn times_decided(sim: &Simulator) -> HashMap<String, usize> {
    let mut times = HashMap::new();
    for id in decided(sim).into_iter().flatten() {
        *times.entry(id).or_default() += 1;
    }
    times
}
