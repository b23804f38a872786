//! Random sequences of a program that decides, reassigns and signs off under faults and kills, and
//! a person who does the same: nothing is done twice, no change of the person's is overwritten, and
//! every outcome is true.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use certs::model::ReviewDecision;
use certs::{BulkOutcome, Client, Journal, KeepTogether, NotAttempted, Outcome, Policy, Verdict};
use certs_sim::{Fault, Operation, Simulator, Target};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::support::disk::Disk;
use crate::support::wire::api_requests;
use crate::support::{
    client_builder, client_of, open_certification, other_reviewers, running_clock, tenant,
};

/// A step of a sequence.
#[derive(Clone, Debug)]
enum Step {
    /// The program decides on these items, or on all open ones by a policy.
    Decide {
        items: Vec<prop::sample::Index>,
        dated: bool,
        by_policy: bool,
        batch_size: usize,
        run: Run,
    },
    /// The program gives items away.
    Reassign {
        items: Vec<prop::sample::Index>,
        run: Run,
    },
    /// The program signs off.
    SignOff { run: Run },
    /// The program starts again and resumes its journal.
    Resume { run: Run },
    /// The person decides on an item.
    PersonDecides {
        item: prop::sample::Index,
        approves: bool,
    },
    /// The person gives an item away, to the same reviewer as the program or to another.
    PersonReassigns {
        item: prop::sample::Index,
        to_another: bool,
    },
}

/// The conditions of a call of the program.
#[derive(Clone, Debug)]
struct Run {
    /// The faults of the first writes.
    faults: Vec<Fault>,
    /// The program is killed after this many seconds; a write takes one.
    killed_after: Option<u8>,
}

fn run() -> impl Strategy<Value = Run> {
    let fault = prop_oneof![
        Just(Fault::ResetBefore),
        Just(Fault::ResetAfter),
        Just(Fault::SilenceAfter),
        Just(Fault::GatewayTimeout),
        Just(Fault::InternalError),
        Just(Fault::NoContent),
        Just(Fault::Accepted { body: false }),
        Just(Fault::SeeOther),
        Just(Fault::InPart),
    ];
    let faults = prop::collection::vec(fault, 0..3);
    (faults, prop::option::weighted(0.4, 0..6_u8)).prop_map(|(faults, killed_after)| Run {
        faults,
        killed_after,
    })
}

fn step() -> impl Strategy<Value = Step> {
    let items = || prop::collection::vec(any::<prop::sample::Index>(), 1..8);
    prop_oneof![
        4 => (items(), any::<bool>(), prop::bool::weighted(0.3), 1..4_usize, run()).prop_map(
            |(items, dated, by_policy, batch_size, run)| Step::Decide {
                items, dated, by_policy, batch_size, run,
            }
        ),
        1 => (items(), run()).prop_map(|(items, run)| Step::Reassign { items, run }),
        1 => run().prop_map(|run| Step::SignOff { run }),
        3 => run().prop_map(|run| Step::Resume { run }),
        3 => (any::<prop::sample::Index>(), any::<bool>())
            .prop_map(|(item, approves)| Step::PersonDecides { item, approves }),
        1 => (any::<prop::sample::Index>(), any::<bool>())
            .prop_map(|(item, to_another)| Step::PersonReassigns { item, to_another }),
    ]
}

/// The simulated tenant, and the expected state.
struct World {
    sim: Simulator,
    disk: Disk,
    journal: Journal,
    client: Client,
    person: Client,
    certification: String,
    items: Vec<String>,
    to: String,
    /// Another reviewer to whom the person may give items.
    another: String,
    calls: usize,
    /// Items that the person has decided, with the comment, and that the program was not told to
    /// decide since.
    persons: HashMap<String, String>,
    /// The verdicts of the program, by item.
    made: HashSet<(String, String)>,
}

const HUMAN: &str = "a human says";

impl World {
    fn new() -> Self {
        let sim = tenant().items(0).clock(running_clock()).build().unwrap();
        let certification = open_certification(&sim);
        let admin = sim.admin();
        let client = client_builder(&sim)
            .client_credentials(admin.client_id, admin.client_secret)
            .rate_limit(certs::RateLimit::unlimited())
            .read_timeout(Duration::from_secs(30))
            .build()
            .unwrap();
        let items = sim.items_of(&certification.id).into_iter();
        let mut others = other_reviewers(&sim, &certification).into_iter();
        let disk = Disk::default();
        Self {
            items: items.map(|item| item.id).collect(),
            to: others.next().unwrap(),
            another: others.next().unwrap(),
            person: client_of(&sim, &sim.credentials_for(certification.reviewer.id())),
            certification: certification.id,
            journal: Journal::to_writer(disk.clone()),
            disk,
            client,
            calls: 0,
            persons: HashMap::new(),
            made: HashSet::new(),
            sim,
        }
    }

    fn chosen(&self, items: &[prop::sample::Index]) -> Vec<String> {
        let mut seen = HashSet::new();
        let chosen = items.iter().map(|index| index.get(&self.items).clone());
        chosen.filter(|id| seen.insert(id.clone())).collect()
    }

    /// Runs a call of the program; `None` if it was killed.
    async fn call<T>(&self, run: &Run, call: impl Future<Output = T>) -> Option<T> {
        // The first rule that hits a request counts, so each fault comes once before the latency.
        for fault in &run.faults {
            for operation in [
                Operation::Decide,
                Operation::Reassign,
                Operation::ReassignAsync,
                Operation::SignOff,
            ] {
                self.sim.faults().add(fault.on(operation).times(1));
            }
        }
        let second = Fault::Latency(Duration::from_secs(1));
        self.sim.faults().add(second.on(Target::Writes));
        let limit = run
            .killed_after
            .map_or(Duration::from_secs(3600), |seconds| {
                Duration::from_millis(500 + 1_000 * u64::from(seconds))
            });
        let outcome = tokio::time::timeout(limit, call).await.ok();
        self.sim.faults().clear();
        assert!(outcome.is_some() || run.killed_after.is_some(), "it hangs");
        outcome
    }

    async fn step(&mut self, step: &Step) {
        let review = self.client.certification(&self.certification);
        match step {
            Step::Decide {
                items,
                dated,
                by_policy,
                batch_size,
                run,
            } => {
                self.calls += 1;
                let comment = format!("call {}", self.calls);
                let verdict = self.calls.is_multiple_of(2);
                let decide = if *by_policy {
                    let verdict = if verdict {
                        Verdict::approve()
                    } else {
                        Verdict::revoke()
                    };
                    review.decide_by(Policy::new().otherwise(verdict.comment(&*comment)))
                } else {
                    let chosen = self.chosen(items);
                    // With `overwrite_changed`, it overwrites.
                    chosen.iter().for_each(|id| drop(self.persons.remove(id)));
                    let decision = |id: &String| {
                        let decision = if verdict {
                            ReviewDecision::approve(id)
                        } else {
                            ReviewDecision::revoke(id)
                        };
                        let decision = decision.comment(&*comment);
                        if *dated && !verdict {
                            decision.proposed_end_date("2026-12-31T00:00:00Z".parse().unwrap())
                        } else {
                            decision
                        }
                    };
                    review.decide(chosen.iter().map(decision).collect::<Vec<_>>())
                };
                let decide = decide.batch_size(*batch_size).concurrency(1);
                let call = decide.journal(&self.journal);
                if let Some(Ok(outcome)) = self.call(run, call.into_future()).await {
                    self.check_decided(&outcome);
                }
            }
            Step::Reassign { items, run } => {
                self.calls += 1;
                let chosen = self.chosen(items);
                let reassign = review
                    .reassign(&self.to, format!("call {}", self.calls))
                    .items(&chosen)
                    .keep_together(KeepTogether::Nothing)
                    .journal(&self.journal);
                if let Some(Ok(outcome)) = self.call(run, reassign.into_future()).await {
                    self.check_reassigned(&outcome);
                }
            }
            Step::SignOff { run } => {
                let sign_off = review.sign_off().journal(&self.journal);
                let signed = self.call(run, sign_off.into_future()).await;
                if let Some(Ok(certification)) = signed {
                    assert!(certification.is_signed());
                }
            }
            Step::Resume { run } => {
                self.journal = self.disk.reopened().await.unwrap();
                let resumed = self
                    .call(run, self.client.resume(&self.journal).into_future())
                    .await;
                if resumed.is_some() {
                    // The second resume sends nothing, whatever the first has left.
                    let before = self.writes();
                    let calm = Run {
                        faults: Vec::new(),
                        killed_after: None,
                    };
                    let first = self.client.resume(&self.journal);
                    let _ = self.call(&calm, first.into_future()).await;
                    let sent = self.writes() - before;
                    let again = self.client.resume(&self.journal);
                    let _ = self.call(&calm, again.into_future()).await;
                    let sent_again = self.writes() - before - sent;
                    assert_eq!(sent_again, 0, "a resume of a resume sends something");
                }
            }
            Step::PersonDecides { item, approves } => {
                let id = item.get(&self.items).clone();
                self.calls += 1;
                let comment = format!("{HUMAN} {}", self.calls);
                let decision = if *approves {
                    ReviewDecision::approve(&id)
                } else {
                    ReviewDecision::revoke(&id)
                };
                let review = self.person.certification(&self.certification);
                let decided = review.decide([decision.comment(&*comment)]).await;
                if decided.is_ok_and(|outcome| outcome.is_complete()) {
                    self.persons.insert(id, comment);
                }
            }
            Step::PersonReassigns { item, to_another } => {
                let id = item.get(&self.items).clone();
                let review = self.person.certification(&self.certification);
                let to = if *to_another { &self.another } else { &self.to };
                let reassign = review.reassign(to, "a human").items([&id]);
                if reassign.await.is_ok_and(|outcome| outcome.is_complete()) {
                    self.persons.remove(&id);
                }
            }
        }
        self.check();
    }

    fn writes(&self) -> usize {
        let requests = api_requests(&self.sim).into_iter();
        requests.filter(|request| request.method == "POST").count()
    }

    /// Checks the invariants.
    fn check(&mut self) {
        let items = self.sim.items();
        let items: HashMap<_, _> = items.iter().map(|item| (&*item.id, item)).collect();
        for (id, comment) in &self.persons {
            let shown = items.get(&**id).and_then(|item| item.comments.as_ref());
            assert_eq!(shown, Some(comment), "over a person's head: {id}");
        }
        // Each call decides each item once, whatever happens; the comment identifies the call.
        let mut times: HashMap<(String, String), usize> = HashMap::new();
        let mut moved: HashMap<(String, String), usize> = HashMap::new();
        for request in api_requests(&self.sim) {
            let body = request.body.unwrap_or_default();
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            if request.path.ends_with("/decide") {
                for decision in body.as_array().unwrap() {
                    let key = (text(&decision["id"]), text(&decision["comments"]));
                    // The log shows a batch that was done in part as refused.
                    let shown = items.get(&*key.0).and_then(|item| item.comments.as_ref());
                    if request.processed || shown == Some(&key.1) {
                        let verdict = text(&decision["decision"]);
                        self.made.insert((key.0.clone(), verdict));
                    }
                    if request.processed {
                        *times.entry(key).or_default() += 1;
                    }
                }
            } else if request.processed && request.path.contains("/reassign") {
                for reference in body["reassign"].as_array().unwrap() {
                    let key = (text(&reference["id"]), text(&body["reason"]));
                    *moved.entry(key).or_default() += 1;
                }
            }
        }
        let twice: Vec<_> = times.iter().filter(|(_, times)| **times > 1).collect();
        assert!(twice.is_empty(), "decided twice: {twice:?}");
        let twice: Vec<_> = moved.iter().filter(|(_, times)| **times > 1).collect();
        assert!(twice.is_empty(), "reassigned twice: {twice:?}");
    }

    fn check_decided(&mut self, outcome: &BulkOutcome) {
        for item in outcome.items() {
            let shown = self.sim.item(item.id.get().unwrap());
            // An item that was sent before continues with the decision of its journal.
            let decision = item.decision.as_ref().unwrap();
            let decided = shown
                .as_ref()
                .is_some_and(|it| it.comments == decision.comments);
            let verdict = decision.decision.to_string();
            let key = (item.id.to_string(), verdict);
            match &item.outcome {
                Outcome::Applied | Outcome::AppliedUnverified => {
                    // According to the journal, an earlier call has made the same decision.
                    let before = self.made.contains(&key);
                    assert!(decided || before, "not applied: {item:?} is {shown:?}");
                    self.made.insert(key);
                }
                Outcome::Unknown(_) => {}
                _ => assert!(!decided, "applied: {item:?} is {shown:?}"),
            }
        }
    }

    fn check_reassigned(&self, outcome: &BulkOutcome) {
        let rows = self.sim.certifications().into_iter();
        let reviewers: HashMap<_, _> = rows.map(|row| (row.id.clone(), row)).collect();
        for item in outcome.items() {
            let holder = self.sim.item(item.id.get().unwrap()).unwrap();
            let holder = holder.certification_id;
            let is_left = holder == self.certification;
            let is_given = reviewers[&holder].reviewer.id() == self.to;
            match &item.outcome {
                Outcome::Applied => assert!(is_given, "{item:?} is with somebody else"),
                Outcome::AppliedUnverified => assert!(!is_left, "{item:?} is still there"),
                Outcome::NotAttempted(NotAttempted::ChangedMeanwhile) => {
                    assert!(!is_left, "{item:?} is still there");
                }
                Outcome::NotAttempted(_) => assert!(is_left, "{item:?} is gone"),
                _ => {}
            }
        }
    }
}

/// Fails if one of this many random sequences breaks a rule, and shows the shortest one.
pub(crate) fn hold(cases: u32) {
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let sequences = prop::collection::vec(step(), 1..10);
    let held = TestRunner::new(config).run(&sequences, |steps| {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let mut world = World::new();
            for step in &steps {
                world.step(step).await;
            }
        });
        Ok(())
    });
    held.unwrap_or_else(|broken| panic!("{broken}"));
}

/// `cargo bench -p certs-tests --bench interleavings` runs 10,000.
#[test]
fn nothing_twice_nothing_over_a_persons_head_and_every_outcome_true() {
    hold(200);
}
