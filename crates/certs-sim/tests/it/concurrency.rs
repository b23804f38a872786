//! Many clients at once, over HTTP, each with a random part of the work: whatever the order of
//! their requests, nothing is lost, every counter is right, and signed certifications do not
//! change.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use certs_sim::{Phase, Scenario, Simulator, scenario, view};
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::client::{Client, count, simulator};

const CLIENTS: usize = 6;

/// One request of a client. Numbers pick a row, modulo the number of rows, so that clients use the
/// same ones.
#[derive(Clone, Debug)]
enum Step {
    Decide {
        row: usize,
        items: Vec<usize>,
        decision: &'static str,
    },
    DecideAll {
        row: usize,
    },
    Reassign {
        row: usize,
        item: usize,
        kind: usize,
        to: usize,
        operation: &'static str,
    },
    SignOff {
        row: usize,
    },
    Wait,
}

fn step() -> impl Strategy<Value = Step> {
    let row = || 0..12_usize;
    let decision = prop_oneof![Just("APPROVE"), Just("REVOKE")];
    let operation = prop_oneof![Just("reassign"), Just("reassign-async")];
    prop_oneof![
        3 => (row(), proptest::collection::vec(any::<usize>(), 1..6), decision)
            .prop_map(|(row, items, decision)| Step::Decide { row, items, decision }),
        2 => row().prop_map(|row| Step::DecideAll { row }),
        4 => (row(), any::<usize>(), 0..3_usize, 0..8_usize, operation)
            .prop_map(|(row, item, kind, to, operation)| Step::Reassign {
                row, item, kind, to, operation,
            }),
        2 => row().prop_map(|row| Step::SignOff { row }),
        1 => Just(Step::Wait),
    ]
}

/// Takes a step, based on what the client sees at that moment. Another client may have been faster,
/// or the certification may be signed: a refusal is as good as a success, if it is one of the
/// API's.
async fn take(sim: &Simulator, client: &Client, people: &[String], step: &Step) {
    let rows = contested(sim);
    let pick = |row: usize| &rows[row % rows.len()];
    let (path, body) = match step {
        Step::Decide {
            row,
            items,
            decision,
        } => {
            let row = pick(*row);
            let all = sim.items_of(&row.id);
            if all.is_empty() {
                return;
            }
            let chosen: HashSet<_> = items.iter().map(|item| &all[item % all.len()].id).collect();
            (format!("{}/decide", row.id), decisions(chosen, decision))
        }
        Step::DecideAll { row } => {
            let row = pick(*row);
            let all = sim.items_of(&row.id);
            let ids = all.iter().map(|item| &item.id);
            (format!("{}/decide", row.id), decisions(ids, "APPROVE"))
        }
        Step::Reassign {
            row,
            item,
            kind,
            to,
            operation,
        } => {
            let row = pick(*row);
            let all = sim.items_of(&row.id);
            if all.is_empty() {
                return;
            }
            let item = &all[item % all.len()];
            let (kind, id) = match (kind, &item.identity_summary_id) {
                (0, Some(summary)) => ("IDENTITY_SUMMARY", summary),
                (1, _) => ("TARGET_SUMMARY", &item.access_id),
                _ => ("ITEM", &item.id),
            };
            let body = json!({
                "reassign": [{ "type": kind, "id": id }],
                "reassignTo": people[to % people.len()],
                "reason": "knows better",
            });
            (format!("{}/{operation}", row.id), body)
        }
        Step::SignOff { row } => (format!("{}/sign-off", pick(*row).id), Value::Null),
        Step::Wait => return sim.clock().advance(Duration::from_millis(400)),
    };
    let reply = client
        .post(&format!("/v3/certifications/{path}"), body)
        .await;
    let status = reply.status.as_u16();
    assert!(
        [200, 400].contains(&status),
        "{status} {path}: {}",
        reply.body
    );
}

/// A few certifications that all clients work on, and those that reassignments have made.
fn contested(sim: &Simulator) -> Vec<view::Certification> {
    let (reassigned, others): (Vec<_>, Vec<_>) = sim
        .certifications()
        .into_iter()
        .partition(|row| row.reassigned_from.is_some());
    others.into_iter().take(5).chain(reassigned).collect()
}

fn decisions<'a>(items: impl IntoIterator<Item = &'a String>, decision: &str) -> Value {
    items
        .into_iter()
        .map(|id| json!({ "id": id, "decision": decision, "bulk": true, "comments": "seen" }))
        .collect()
}

/// Checks the invariants in an export, which shows no request half done.
struct Moments {
    /// The campaign of each item at the start.
    campaigns: BTreeMap<String, String>,
    signed: HashMap<String, scenario::Certification>,
}

impl Moments {
    fn begin(state: &Scenario) -> Self {
        let mut moments = Self {
            campaigns: campaigns(state),
            signed: HashMap::new(),
        };
        moments.check(state);
        moments
    }

    fn check(&mut self, state: &Scenario) {
        let items: usize = state.certifications.iter().map(|row| row.items.len()).sum();
        assert_eq!(
            items,
            self.campaigns.len(),
            "an item is there twice or not at all"
        );
        assert_eq!(
            campaigns(state),
            self.campaigns,
            "an item has left its campaign"
        );
        let now: HashMap<_, _> = state
            .certifications
            .iter()
            .map(|row| (row.id.as_str(), row))
            .collect();
        for (id, before) in &self.signed {
            assert_eq!(
                now[id.as_str()],
                before,
                "a signed certification has changed"
            );
        }
        for row in &state.certifications {
            if row.phase == Phase::Signed {
                assert!(row.items.iter().all(|item| item.decision.is_some()));
                self.signed.insert(row.id.clone(), row.clone());
            }
        }
    }
}

fn campaigns(state: &Scenario) -> BTreeMap<String, String> {
    let rows = state.certifications.iter();
    rows.flat_map(|row| {
        row.items
            .iter()
            .map(|item| (item.id.clone(), row.campaign.clone()))
    })
    .collect()
}

/// Compares the counters of every certification with a recount.
async fn check_counters(sim: &Simulator, client: &Client) {
    let shown = client.get("/v3/certifications").await.records();
    assert_eq!(shown.len(), sim.certifications().len());
    for row in shown {
        let items = sim.items_of(row["id"].as_str().unwrap());
        let made = items.iter().filter(|item| item.decision.is_some()).count();
        assert_eq!(
            [&row["decisionsMade"], &row["decisionsTotal"]],
            [made, items.len()]
        );
        let mut people: HashMap<_, bool> = HashMap::new();
        for item in &items {
            if let Some(person) = &item.identity_id {
                *people.entry(person).or_insert(true) &= item.decision.is_some();
            }
        }
        let complete = people.values().filter(|complete| **complete).count();
        assert_eq!(
            ["identitiesCompleted", "identitiesTotal"].map(|name| count(&row[name])),
            [complete, people.len()]
        );
        assert_eq!(row["completed"], made == items.len());
    }
}

async fn run(parts: Vec<Vec<Step>>) {
    let sim = Arc::new(simulator().await);
    let people: Arc<[String]> = sim
        .identities()
        .into_iter()
        .take(8)
        .map(|row| row.id)
        .collect();
    let mut moments = Moments::begin(&sim.export());
    let done = Arc::new(AtomicBool::new(false));
    let watch = tokio::spawn({
        let (sim, done) = (Arc::clone(&sim), Arc::clone(&done));
        async move {
            while !done.load(Ordering::Acquire) {
                moments.check(&sim.export());
                tokio::task::yield_now().await;
            }
            moments
        }
    });
    let mut clients = JoinSet::new();
    for part in parts {
        let (sim, people) = (Arc::clone(&sim), Arc::clone(&people));
        clients.spawn(async move {
            let client = Client::admin(&sim).await;
            for step in &part {
                take(&sim, &client, &people, step).await;
            }
        });
    }
    while let Some(client) = clients.join_next().await {
        client.unwrap();
    }
    done.store(true, Ordering::Release);
    let mut moments = watch.await.unwrap();
    sim.clock().advance(Duration::from_secs(10));
    moments.check(&sim.export());
    check_counters(&sim, &Client::admin(&sim).await).await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 64, ..ProptestConfig::default() })]
    #[test]
    fn nothing_is_lost_between_clients(
        parts in proptest::collection::vec(proptest::collection::vec(step(), 1..12), CLIENTS),
    ) {
        Runtime::new().unwrap().block_on(run(parts));
    }
}

#[tokio::test]
async fn no_decision_of_many_clients_is_lost() {
    let sim = simulator().await;
    let row = sim
        .certifications()
        .into_iter()
        .max_by_key(|row| row.decisions_total)
        .unwrap();
    let items = sim.items_of(&row.id);
    let open: Vec<_> = items
        .into_iter()
        .filter(|item| item.decision.is_none())
        .collect();
    let path = format!("/v3/certifications/{}/decide", row.id);
    let mut clients = JoinSet::new();
    for chunk in open.chunks(20) {
        let client = Client::admin(&sim).await;
        let path = path.clone();
        let decisions: Vec<_> = chunk
            .iter()
            .map(|item| json!({ "id": item.id, "decision": "APPROVE", "bulk": true }))
            .collect();
        clients.spawn(async move {
            client.post(&path, Value::Array(decisions)).await.ok();
        });
    }
    while let Some(done) = clients.join_next().await {
        done.unwrap();
    }
    let after = sim
        .certifications()
        .into_iter()
        .find(|after| after.id == row.id)
        .unwrap();
    assert!(after.is_completed());
    assert_eq!(after.decisions_total, row.decisions_total);
}
