//! Random reviews: whatever happens, nothing is lost and every counter is right.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;
use proptest::prelude::*;

use super::decide::DecisionRequest;
use super::reassign::{ReassignRequest, Reference};
use super::review::Certification;
use super::table::Ix;
use super::task::{TaskTimes, Work};
use super::{Extent, State};
use crate::clock::later;
use crate::data::generate;
use crate::id::Id;
use crate::scenario::Scenario;
use crate::view::{Decision, Phase, ReassignType, TaskStatus, TaskType};

const START: Timestamp = Timestamp::UNIX_EPOCH;

/// A step of a random review; numbers pick a row, round and round.
#[derive(Clone, Debug)]
enum Step {
    Decide {
        certification: usize,
        items: Vec<usize>,
        revoke: bool,
        comment: bool,
    },
    Reassign {
        certification: usize,
        kind: ReassignType,
        item: usize,
        to: usize,
        later: bool,
    },
    SignOff {
        certification: usize,
    },
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let kind = prop_oneof![
        Just(ReassignType::Item),
        Just(ReassignType::IdentitySummary),
        Just(ReassignType::TargetSummary),
    ];
    prop_oneof![
        4 => (0..20_usize, proptest::collection::vec(0..40_usize, 1..40), any::<bool>(), any::<bool>())
            .prop_map(|(certification, items, revoke, comment)| Step::Decide {
                certification, items, revoke, comment,
            }),
        4 => (0..20_usize, kind, any::<usize>(), 0..12_usize, any::<bool>())
            .prop_map(|(certification, kind, item, to, later)| Step::Reassign {
                certification, kind, item, to, later,
            }),
        2 => (0..20_usize).prop_map(|certification| Step::SignOff { certification }),
        1 => (0..2_000_u64).prop_map(Step::Wait),
    ]
}

/// The certifications that are still open; a few of them, so that steps meet.
fn open(state: &State) -> Vec<Ix<Certification>> {
    state
        .certifications
        .iter()
        .filter(|(_, row)| row.phase != Phase::Signed)
        .map(|(ix, _)| ix)
        .collect()
}

fn apply(state: &mut State, step: &Step, now: Timestamp) {
    let open = open(state);
    let pick = |certification: usize| open[certification % open.len()];
    // A refusal is as good as a success: the state must be right after both.
    match step {
        Step::Decide {
            certification,
            items,
            revoke,
            comment,
        } => {
            let certification = pick(*certification);
            let all = &state.certifications[certification].items;
            if all.is_empty() {
                return;
            }
            let items: HashSet<_> = items.iter().map(|item| all[item % all.len()]).collect();
            let requests = items
                .into_iter()
                .map(|item| DecisionRequest {
                    item: state.items[item].id.to_string(),
                    decision: if *revoke {
                        Decision::Revoke
                    } else {
                        Decision::Approve
                    },
                    comments: comment.then(|| "seen".to_owned()),
                    proposed_end_date: None,
                    bulk: true,
                })
                .collect();
            let _ = state.decide(certification, requests, Extent::Whole, now);
        }
        Step::Reassign {
            certification,
            kind,
            item,
            to,
            later,
        } => {
            let certification = pick(*certification);
            let all = &state.certifications[certification].items;
            if all.is_empty() {
                return;
            }
            let row = &state.items[all[item % all.len()]];
            let id = match (kind, row.subject) {
                (ReassignType::IdentitySummary, Some(_)) => {
                    state.identity_summary_id(certification, row.summary().unwrap())
                }
                (ReassignType::TargetSummary, _) => row.access.id(&state.tenant),
                _ => row.id,
            };
            // People of the first team come first: managers and their reports.
            let to = state.tenant.people.wrapping(*to);
            let request = ReassignRequest {
                references: vec![Reference {
                    kind: *kind,
                    id: id.to_string(),
                }],
                to: state.tenant.people[to].id.to_string(),
                reason: "knows better".to_owned(),
            };
            if *later {
                let admin = state.tenant.admin;
                let work = Work::Items(certification, request);
                let _ = state.submit(work, TaskType::Reassign, admin, Id::random(), now);
            } else {
                let _ = state.reassign(certification, &request, Extent::Whole, now);
            }
        }
        Step::SignOff { certification } => {
            let _ = state.sign_off(pick(*certification), now);
        }
        Step::Wait(_) => {}
    }
}

/// Counts again, without the code under test.
fn check_counters(state: &State) {
    let mut places: HashMap<Id, usize> = HashMap::new();
    for (certification, row) in state.certifications.iter() {
        let mut people: HashMap<Id, Vec<bool>> = HashMap::new();
        let mut decided = 0;
        for item in &row.items {
            let item = &state.items[*item];
            assert_eq!(item.certification, certification);
            *places.entry(item.id).or_default() += 1;
            decided += u32::from(item.decided.is_some());
            if let Some(person) = item.subject {
                let person = state.tenant.people[person].id;
                people
                    .entry(person)
                    .or_default()
                    .push(item.decided.is_some());
            }
        }
        let total = u32::try_from(row.items.len()).unwrap();
        assert_eq!(
            (row.counters.decisions.done, row.counters.decisions.total),
            (decided, total)
        );
        let complete = people
            .values()
            .filter(|items| items.iter().all(|done| *done))
            .count();
        assert_eq!(row.counters.identities.done as usize, complete);
        assert_eq!(row.counters.identities.total as usize, people.len());
        assert_eq!(row.signed.is_some(), row.phase == Phase::Signed);
        if row.phase == Phase::Signed {
            assert!(row.counters.decisions.is_complete());
        }
    }
    assert_eq!(places.len(), state.items.len(), "an item is lost");
    assert!(
        places.values().all(|count| *count == 1),
        "an item is in two certifications"
    );
}

/// Everything about the signed certifications that a reader could see.
fn signed(state: &State) -> HashMap<Id, String> {
    state
        .certifications
        .rows()
        .iter()
        .filter(|row| row.phase == Phase::Signed)
        .map(|row| {
            let items: Vec<_> = row.items.iter().map(|item| &state.items[*item]).collect();
            (row.id, format!("{row:?} {items:?}"))
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn nothing_is_lost_and_signed_certifications_never_change(
        steps in proptest::collection::vec(step(), 1..60),
    ) {
        let mut state = generate(3, 200, START, TaskTimes::default());
        let items = state.items.len();
        let mut now = START;
        let mut sealed = signed(&state);
        for step in &steps {
            if let Step::Wait(milliseconds) = step {
                now = later(now, Duration::from_millis(*milliseconds));
            }
            state.advance(now);
            apply(&mut state, step, now);
            check_counters(&state);
            let after = signed(&state);
            for (id, before) in &sealed {
                prop_assert_eq!(Some(before), after.get(id));
            }
            sealed = after;
        }
        // Any state can be exported and loaded again.
        let exported = Scenario::of(&state);
        let again = exported.clone().into_state(now, TaskTimes::default()).unwrap();
        prop_assert_eq!(Scenario::of(&again), exported);
        check_counters(&again);
        state.advance(later(now, Duration::from_secs(10)));
        prop_assert!(state.pending.is_empty());
        prop_assert_eq!(state.items.len(), items);
        check_counters(&state);
    }
}

#[test]
fn a_task_is_queued_then_runs_then_ends_by_the_clock() {
    let mut state = generate(1, 300, START, TaskTimes::default());
    let certification = open(&state)[0];
    let request = ReassignRequest {
        references: vec![Reference {
            kind: ReassignType::Item,
            id: state.items[state.certifications[certification].items[0]]
                .id
                .to_string(),
        }],
        to: state.tenant.people[state.tenant.cert_admin].id.to_string(),
        reason: "knows better".to_owned(),
    };
    let submitter = state.tenant.admin;
    let work = Work::Items(certification, request);
    let task = state
        .submit(work, TaskType::Reassign, submitter, Id::random(), START)
        .unwrap();
    let mut seen = Vec::new();
    for milliseconds in [0, 199, 200, 999, 1_000] {
        let now = later(START, Duration::from_millis(milliseconds));
        state.advance(now);
        seen.push(state.tasks[task].status(now));
    }
    use TaskStatus::{InProgress, Queued, Success};
    assert_eq!(seen, [Queued, Queued, InProgress, InProgress, Success]);
}

#[test]
fn a_chain_of_reassignments_ends_where_it_began_in_a_certification_of_its_own() {
    let mut state = generate(1, 300, START, TaskTimes::default());
    let first = open(&state)[0];
    let item = state.certifications[first].items[0];
    let mut certification = first;
    for to in [state.tenant.cert_admin, state.tenant.admin] {
        let request = ReassignRequest {
            references: vec![Reference {
                kind: ReassignType::Item,
                id: state.items[item].id.to_string(),
            }],
            to: state.tenant.people[to].id.to_string(),
            reason: "knows better".to_owned(),
        };
        state
            .reassign(certification, &request, Extent::Whole, START)
            .unwrap();
        let next = state.items[item].certification;
        let reassignment = state.certifications[next].reassignment.as_ref().unwrap();
        assert_eq!(reassignment.from, certification);
        assert_eq!(&*reassignment.comment, "knows better");
        certification = next;
    }
    assert_ne!(certification, first);
    check_counters(&state);
}
