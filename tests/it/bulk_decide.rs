//! Deciding on any number of items, with and without failures.

mod faults;

use std::collections::HashMap;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use certs::filter::item;
use certs::model::{AccessReviewItem, ReviewDecision};
use certs::{BulkOutcome, ErrorKind, NotAttempted, Outcome, ProgressReport, Review};
use certs_sim::view::Certification;
use certs_sim::{CommentRequirement, Decision, Fault, Operation, Phase, Reviewer, Simulator};
use futures_util::stream;
use insta::assert_snapshot;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::json;

use crate::support::canned::Canned;
use crate::support::wire::api_requests;
use crate::support::{admin_of, open_certification, simulator, tenant};

pub(crate) use crate::support::bulk::{decided, decision, item_ids, largest, times_decided};

/// The same decision about an item that was read.
fn decision_on(item: &AccessReviewItem) -> ReviewDecision {
    let wanted = decision(item.id.get().unwrap());
    let decision = match wanted.decision {
        certs::model::Decision::Approve => item.approve(),
        _ => item.revoke(),
    };
    decision.comment(wanted.comments.unwrap())
}

/// The items show the decisions, and the log shows that each was made once.
#[track_caller]
pub(crate) fn assert_decided_once(sim: &Simulator, certification: &Certification, ids: &[String]) {
    let times = times_decided(sim);
    let items = sim.items_of(&certification.id);
    let items: HashMap<_, _> = items.iter().map(|item| (&*item.id, item)).collect();
    for id in ids {
        assert_eq!(times.get(id), Some(&1), "item {id}");
        let expected = decision(id);
        let item = items[&**id];
        assert_eq!(
            item.decision.map(|decision| decision.to_string()),
            Some(expected.decision.to_string())
        );
        assert_eq!(item.comments, expected.comments);
    }
    assert_eq!(times.len(), ids.len(), "others were decided as well");
}

fn ids(items: impl Iterator<Item = impl ToString>) -> Vec<String> {
    items.map(|id| id.to_string()).collect()
}

fn applied(outcome: &BulkOutcome) -> Vec<String> {
    ids(outcome.applied().map(|item| &item.id))
}

#[tokio::test]
async fn any_number_is_decided_and_the_outcome_is_in_the_order_of_the_input() {
    let sim = tenant().items(4_000).build().unwrap();
    let certification = largest(&sim);
    let items = item_ids(&sim, &certification);
    assert!(items.len() > 1_500);
    let review = admin_of(&sim).certification(&certification.id);
    let reports = Arc::new(Mutex::new(Vec::<ProgressReport>::new()));
    let told = Arc::clone(&reports);
    let decide = review.decide(items.iter().map(|id| decision(id)));
    let outcome = decide
        .progress(move |report| told.lock().unwrap().push(report))
        .await
        .unwrap();

    assert!(outcome.is_complete(), "{outcome}");
    outcome.ensure_complete().unwrap();
    assert_eq!(applied(&outcome), items);
    assert_eq!(outcome.certification().unwrap().progress().remaining(), 0);
    assert_decided_once(&sim, &certification, &items);
    // No batch is smaller than necessary, and nothing else was requested.
    let batches = items.len().div_ceil(certs::MAX_DECISIONS);
    assert_eq!(api_requests(&sim).len(), batches);
    let reports = reports.lock().unwrap();
    let last = reports.last().unwrap();
    assert_eq!(
        (last.done, last.total),
        (items.len() as u64, Some(last.done))
    );
    assert!(reports.windows(2).all(|pair| pair[0].done <= pair[1].done));
}

#[test]
fn batches_cover_the_input_exactly_and_in_order() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let sim = simulator();
    let certification = largest(&sim);
    let all = item_ids(&sim, &certification);
    let review = admin_of(&sim).certification(&certification.id);
    let input = (
        proptest::sample::subsequence(all, 1..300).prop_shuffle(),
        1..=certs::MAX_DECISIONS,
        1..6_usize,
    );
    let check = |(items, size, concurrency): (Vec<String>, usize, usize)| {
        sim.clear_requests();
        let decide = review.decide(items.iter().map(|id| decision(id)));
        let decide = decide.batch_size(size).concurrency(concurrency);
        let outcome = runtime.block_on(decide.into_future()).unwrap();
        prop_assert_eq!(applied(&outcome), items.clone());
        let mut batches = decided(&sim);
        // Concurrent batches may overtake each other.
        let place = |batch: &Vec<String>| items.iter().position(|id| *id == batch[0]);
        batches.sort_by_key(place);
        let expected: Vec<_> = items.chunks(size).map(<[_]>::to_vec).collect();
        prop_assert_eq!(&batches, &expected);
        if concurrency == 1 {
            prop_assert_eq!(decided(&sim), expected);
        }
        Ok(())
    };
    let config = ProptestConfig {
        cases: 40,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    TestRunner::new(config).run(&input, check).unwrap();
}

/// Memory is linear, without a second copy of the caller's decisions.
#[tokio::test(flavor = "multi_thread")]
async fn any_number_takes_at_most_400_bytes_each() {
    let service = Canned::start();
    service.respond_json(&json!({ "id": "c-1", "phase": "ACTIVE", "reviewer": { "id": "p-1" } }));
    let base_url = service.listen().await;
    for count in ["10000", "50000"] {
        let mut program = Command::new(env!("CARGO_BIN_EXE_many-decisions"));
        program.args([&*base_url, "c-1", count]);
        let output = tokio::task::spawn_blocking(move || program.output());
        let output = output.await.unwrap().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let wrong = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}{wrong}");
    }
}

#[tokio::test]
async fn decisions_come_from_a_stream_as_well() {
    let sim = simulator();
    let certification = open_certification(&sim);
    let review = admin_of(&sim).certification(&certification.id);
    use futures_util::TryStreamExt as _;
    let approvals = review
        .items()
        .stream()
        .map_ok(|item| item.approve().comment("audited"));
    let outcome = review.decide_stream(approvals).await.unwrap();
    assert_eq!(applied(&outcome), item_ids(&sim, &certification));

    // If the stream fails, nothing is sent.
    sim.clear_requests();
    let error = review.get().await.err();
    assert!(error.is_none());
    let error = admin_of(&sim).certification("c-1").get().await.unwrap_err();
    sim.clear_requests();
    let broken = stream::iter([Ok(ReviewDecision::approve("i-1")), Err(error)]);
    let error = review.decide_stream(broken).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(api_requests(&sim), []);
}

async fn items_of(review: &Review) -> Vec<AccessReviewItem> {
    review.items().stream().try_collect().await.unwrap()
}

#[tokio::test]
async fn an_item_of_another_certification_is_refused_before_sending() {
    let sim = simulator();
    let client = admin_of(&sim);
    let (here, there) = (open_certification(&sim), largest(&sim));
    let review = client.certification(&here.id);
    let mut decisions: Vec<_> = items_of(&review)
        .await
        .iter()
        .map(|item| item.approve())
        .collect();
    let elsewhere = items_of(&client.certification(&there.id)).await.remove(0);
    decisions.push(elsewhere.revoke().comment("wrong place"));
    sim.clear_requests();
    let error = review.decide(decisions).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(
        error.to_string().contains(elsewhere.id.get().unwrap()),
        "{error}"
    );
    assert_eq!(api_requests(&sim), []);
}

#[tokio::test]
async fn a_required_comment_that_is_missing_is_refused_before_sending() {
    let sim = simulator();
    let client = admin_of(&sim);
    for requirement in [
        CommentRequirement::AllDecisions,
        CommentRequirement::RevokeOnlyDecisions,
        CommentRequirement::NoDecisions,
    ] {
        let row = sim.certifications().into_iter().find(|row| {
            row.phase == Phase::Active
                && row.comment_requirement == requirement
                && matches!(row.reviewer, Reviewer::Identity(_))
        });
        let certification = row.unwrap();
        let review = client.certification(&certification.id);
        let item = item_ids(&sim, &certification).remove(0);
        for (decision, needs_one) in [
            (
                ReviewDecision::approve(&item),
                requirement == CommentRequirement::AllDecisions,
            ),
            (
                ReviewDecision::revoke(&item),
                requirement != CommentRequirement::NoDecisions,
            ),
        ] {
            for decision in [decision.clone(), decision.comment(" \n")] {
                sim.clear_requests();
                match review.decide([decision]).await {
                    Ok(outcome) => assert!(outcome.is_complete() && !needs_one, "{requirement}"),
                    Err(error) => {
                        assert!(
                            needs_one && error.kind() == ErrorKind::Refused,
                            "{requirement}: {error}"
                        );
                        assert_eq!(decided(&sim).len(), 0);
                    }
                }
            }
        }
        // If all decisions have comments, the requirement need not be read.
        sim.clear_requests();
        let outcome = review.decide([decision(&item)]).await.unwrap();
        assert!(outcome.is_complete());
        assert_eq!(api_requests(&sim).len(), 1);
    }
}

#[tokio::test]
async fn one_bad_item_does_not_take_its_neighbours_along() {
    let sim = simulator();
    let certification = largest(&sim);
    let items = item_ids(&sim, &certification);
    let mut decisions: Vec<_> = items.iter().take(30).map(|id| decision(id)).collect();
    decisions[14] = decision("no-such-item");
    let review = admin_of(&sim).certification(&certification.id);
    let outcome = review.decide(decisions).batch_size(10).await.unwrap();
    assert_eq!(applied(&outcome), [&items[..14], &items[15..30]].concat());
    let refused: Vec<_> = outcome.refused().collect();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].id, "no-such-item");
    assert!(refused[0].outcome.error().unwrap().is_invalid_request());
    let error = outcome.ensure_complete().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.tracking_id().is_some());
    let text = error
        .to_string()
        .replace(error.tracking_id().unwrap(), "[id]");
    assert_snapshot!(text);
    assert_eq!(error.items(), ["no-such-item"]);
}

#[tokio::test]
async fn a_failure_that_concerns_every_batch_ends_the_call() {
    let sim = simulator();
    let certification = largest(&sim);
    let items = &item_ids(&sim, &certification)[..50];
    let review = admin_of(&sim).certification(&certification.id);
    let faults = sim.faults().clone();
    let an_hour = Fault::TooManyRequests {
        retry_after: Some(Duration::from_secs(3600)),
    };
    let decide = review.decide(items.iter().map(|id| decision(id)));
    let outcome = decide
        .batch_size(10)
        .concurrency(1)
        .progress(move |report| {
            if report.done == 20 {
                faults.add(an_hour.on(Operation::Decide));
            }
        })
        .await
        .unwrap();
    assert_eq!(applied(&outcome), items[..20]);
    for item in outcome.not_attempted() {
        assert!(
            matches!(&item.outcome, Outcome::NotAttempted(NotAttempted::Failed(error))
            if error.is_rate_limited())
        );
    }
    assert_eq!(outcome.not_attempted().count(), 30);
    let asked = sim
        .requests()
        .iter()
        .filter(|request| request.path.ends_with("/decide"))
        .count();
    assert_eq!(asked, 3, "the rest is not even tried");
    assert_snapshot!(outcome, @"20 of 50 applied, 30 not attempted");
}

#[tokio::test]
async fn an_error_means_that_nothing_was_done() {
    let sim = simulator();
    let client = admin_of(&sim);
    let decisions = || (0..1_000).map(|n| decision(&format!("i-{n}")));
    let error = client
        .certification("c-1")
        .decide(decisions())
        .await
        .unwrap_err();
    assert!(error.is_not_found(), "{error}");
    sim.refuse_connections().unwrap();
    let error = admin_of(&sim)
        .certification("c-1")
        .decide(decisions())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    assert_eq!(decided(&sim).len(), 0);
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_decided_and_decides_nothing() {
    let sim = simulator();
    let certification = open_certification(&sim);
    let items = item_ids(&sim, &certification);
    let review = admin_of(&sim).certification(&certification.id);
    let outcome = review
        .decide(items.iter().map(|id| decision(id)))
        .dry_run()
        .await
        .unwrap();
    assert_eq!(ids(outcome.not_attempted().map(|item| &item.id)), items);
    assert!(!outcome.is_complete());
    assert_eq!(
        outcome.ensure_complete().unwrap_err().kind(),
        ErrorKind::Refused
    );
    assert!(outcome.certification().is_none());
    assert_eq!(api_requests(&sim).len(), 1, "the certification is read");
    assert!(
        sim.items_of(&certification.id)
            .iter()
            .all(|item| item.decision.is_none())
    );

    // Other mistakes are found all the same.
    let twice = [decision("i-1"), decision("i-1")];
    let refused = review.decide(twice).dry_run().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Refused);
}

#[tokio::test]
async fn items_that_are_decided_already_can_be_decided_again() {
    let sim = simulator();
    let certification = open_certification(&sim);
    let review = admin_of(&sim).certification(&certification.id);
    let items = items_of(&review).await;
    for comment in ["first", "second"] {
        let decisions = items.iter().map(|item| item.approve().comment(comment));
        let outcome = review.decide(decisions).await.unwrap();
        assert!(outcome.is_complete(), "{outcome}");
    }
    let open = review.items().filter(item::completed().eq(false));
    assert_eq!(open.count().await.unwrap(), 0);
    let kept = sim.items_of(&certification.id);
    assert!(
        kept.iter()
            .all(|item| item.comments.as_deref() == Some("second")
                && item.decision == Some(Decision::Approve))
    );
}
