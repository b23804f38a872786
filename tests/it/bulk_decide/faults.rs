//! Lost responses: every item is decided exactly once, or reported.

use std::collections::HashMap;
use std::time::Duration;

use axum::body::Body;
use certs::model::{AccessReviewItem, ReviewDecision};
use certs::{Client, ErrorKind, Journal, Outcome, RateLimit};
use certs_sim::{Fault, FaultRule, Operation, Simulator};
use serde_json::{Value, json};

use super::{
    applied, assert_decided_once, decision, decision_on, item_ids, largest, times_decided,
};
use crate::support::canned::{self, Canned};
use crate::support::wire::api_requests;
use crate::support::{admin_of, client_builder, open_certification, running_clock, tenant};

/// The faults that a batch may meet: those that lose a response, and others.
const LOST: &[&str] = &[
    "decide:reset-after:0.1",
    "decide:reset-before:0.1",
    "decide:504:0.1",
    "decide:502:0.05",
    "decide:500:0.05",
    "decide:truncated:0.05",
    "decide:invalid-json:0.05",
    "decide:silence-after:0.05",
    "decide:silence-before:0.05",
    "decide:429:0.1",
    "decide:429=2s:0.1",
];

fn patient(sim: &Simulator) -> Client {
    let admin = sim.admin();
    client_builder(sim)
        .client_credentials(admin.client_id, admin.client_secret)
        .rate_limit(RateLimit::unlimited())
        .read_timeout(Duration::from_secs(3))
        .no_proxy()
        .build()
        .unwrap()
}

/// From here on, requests fail on purpose.
fn trouble(sim: &Simulator, rules: &[&str]) {
    let rules = rules.iter().map(|rule| rule.parse::<FaultRule>().unwrap());
    rules.for_each(|rule| sim.faults().add(rule));
}

/// Every item is decided exactly once or reported, and a resume finishes the rest. Returns how many
/// were unknown.
async fn five_thousand_decisions(rules: &[&str]) -> usize {
    let sim = tenant()
        .items(13_000)
        .clock(running_clock())
        .build()
        .unwrap();
    let certification = largest(&sim);
    let mut items = item_ids(&sim, &certification);
    items.truncate(5_000);
    assert_eq!(items.len(), 5_000);
    let client = patient(&sim);
    let review = client.certification(&certification.id);
    let journal = Journal::to_writer(tokio::io::sink());
    // The items were read before, so only lost decisions are read back.
    let read: Vec<_> = review.items().stream().try_collect().await.unwrap();
    let read: HashMap<_, _> = read.iter().map(|item| (item.id.clone(), item)).collect();
    trouble(&sim, rules);
    let decide = review.decide(items.iter().map(|id| decision_on(read[&**id])));
    let outcome = decide.batch_size(50).journal(&journal).await.unwrap();
    let hits = sim.faults().hits();
    let all: u64 = hits.iter().map(|(_, hits)| hits).sum();
    assert!(all > 40, "{hits:?}");

    let times = times_decided(&sim);
    assert!(outcome.items().iter().map(|item| &item.id).eq(&items));
    for item in outcome.items() {
        let times = times
            .get(item.id.get().unwrap())
            .copied()
            .unwrap_or_default();
        let is_right = match &item.outcome {
            outcome if outcome.is_applied() => times == 1,
            Outcome::Unknown(_) => times <= 1,
            _ => times == 0,
        };
        assert!(
            is_right,
            "{} was decided {times} times: {:?}",
            item.id, item.outcome
        );
    }

    sim.faults().clear();
    let resumed = client.resume(&journal).await.unwrap();
    assert!(resumed.is_complete(), "{resumed}");
    let rest = resumed.items();
    let rest = rest.count();
    assert_eq!(rest, items.len() - outcome.applied().count());
    assert_decided_once(&sim, &certification, &items);

    let requests = api_requests(&sim).len();
    assert!(client.resume(&journal).await.unwrap().is_empty());
    assert_eq!(api_requests(&sim).len(), requests);
    outcome.unknown().count()
}

#[tokio::test(start_paused = true)]
async fn five_thousand_decisions_are_made_exactly_once_though_responses_are_lost() {
    let unknown = five_thousand_decisions(LOST).await;
    assert!(
        unknown < 1_000,
        "reading back settles nearly all: {unknown}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_back_either_is_named_and_a_resume_finishes_it() {
    let unreadable = ["items:500:0.7", "items:reset-after:0.1"];
    assert!(five_thousand_decisions(&[LOST, &unreadable].concat()).await > 0);
}

/// A fault that hits the first request, and the requests that settle it.
#[tokio::test(start_paused = true)]
async fn a_lost_response_is_settled_by_reading() {
    for (fault, sendings) in [
        (Fault::ResetAfter, 1),
        (Fault::GatewayTimeout, 1),
        (Fault::SilenceAfter, 1),
        (Fault::InvalidJson, 1),
        (Fault::ResetBefore, 2),
        (Fault::InternalError, 2),
        (
            Fault::Unavailable {
                retry_after: Some(Duration::from_secs(5)),
            },
            2,
        ),
    ] {
        let sim = tenant().clock(running_clock()).build().unwrap();
        let certification = largest(&sim);
        let items = item_ids(&sim, &certification);
        sim.faults().add(fault.on(Operation::Decide).times(1));
        let review = patient(&sim).certification(&certification.id);
        let items = &items[..200];
        // Items that were read, so their earlier state is known.
        let read: Vec<_> = review.items().stream().try_collect().await.unwrap();
        sim.clear_requests();
        let decisions = read
            .iter()
            .filter(|item| items.iter().any(|id| item.id == *id));
        let outcome = review.decide(decisions.map(decision_on)).await.unwrap();
        assert_eq!(applied(&outcome), items, "{fault}");
        assert_decided_once(&sim, &certification, items);
        let requests = api_requests(&sim);
        let sent = requests
            .iter()
            .filter(|request| request.path.ends_with("/decide"))
            .count();
        assert_eq!(sent, sendings, "{fault}");
        let longest = requests
            .iter()
            .filter_map(|request| request.query.as_deref());
        assert!(longest.map(str::len).max().unwrap() < 4_000);
    }
}

/// If the service itself reports that it failed, the probe settles that nothing was done.
#[tokio::test(start_paused = true)]
async fn a_service_that_fails_for_good_has_done_nothing() {
    let sim = tenant().clock(running_clock()).build().unwrap();
    let certification = open_certification(&sim);
    let items = item_ids(&sim, &certification);
    sim.faults().add(Fault::InternalError.on(Operation::Decide));
    let review = patient(&sim).certification(&certification.id);
    let error = review
        .decide(items.iter().map(|id| decision(id)))
        .await
        .unwrap_err();
    assert!(
        error.kind() == ErrorKind::Server && !error.may_have_taken_effect(),
        "{error}"
    );

    // A request whose connection broke may still arrive.
    sim.faults().clear();
    sim.faults().add(Fault::ResetBefore.on(Operation::Decide));
    let outcome = review
        .decide(items.iter().map(|id| decision(id)))
        .await
        .unwrap();
    assert_eq!(outcome.unknown().count(), items.len(), "{outcome}");
    let review = admin_of(&sim).certification(&certification.id);
    sim.clear_requests();
    let one = review.decide([decision(&items[0])]).await.unwrap();
    assert_eq!(one.unknown().count(), 1, "{one}");
    let requests = api_requests(&sim);
    assert_eq!(
        requests
            .iter()
            .filter(|request| request.path.ends_with("/decide"))
            .count(),
        1,
        "nothing is tried again"
    );
}

/// After a lost response, the outcome depends on what the item showed before and shows afterwards.
#[tokio::test(start_paused = true)]
async fn a_lost_decision_is_what_its_item_shows() {
    let item = |decision: Option<&str>, comment: &str| {
        let completed = decision.is_some();
        json!({ "id": "i", "completed": completed, "decision": decision, "comments": comment })
    };
    let (open, no) = (item(None, ""), item(Some("REVOKE"), "no"));
    let approved = |comment| item(Some("APPROVE"), comment);
    let not_whole = |decision: Option<&str>| json!({ "id": "i", "decision": decision });
    let lacking = json!({ "id": "i", "completed": true });
    let seen = |item: &Value| serde_json::from_value::<AccessReviewItem>(item.clone()).unwrap();

    let approve = ReviewDecision::approve("i");
    let needed = approve.clone().comment(" still  needed ");
    let until = |revoke: ReviewDecision| {
        let date = "2027-01-31T00:00:00Z".parse().unwrap();
        revoke.comment("no").proposed_end_date(date)
    };
    let (made, unverified) = ("applied", "applied, not verifiable");
    let (unmade, changed) = ("not attempted", "changed meanwhile");
    for (decision, now, expected) in [
        // Blanks around a comment do not count; other differences do.
        (approve.clone(), &approved("a"), changed),
        (approve.clone(), &approved(" \n"), made),
        (approve.clone().comment(" "), &approved(""), made),
        (needed.clone(), &approved("still  needed"), made),
        (needed.clone(), &approved("still needed"), changed),
        (needed.clone(), &approved("Still  needed"), changed),
        (needed.clone(), &approved(""), unmade),
        // An incomplete item shows nothing, or only a part.
        (approve.clone(), &lacking, unmade),
        (approve.clone(), &not_whole(None), unmade),
        (approve.clone(), &not_whole(Some("APPROVE")), made),
        (approve.clone(), &not_whole(Some("REVOKE")), changed),
        // A different decision is the earlier one, or somebody else's.
        (approve.clone(), &open, unmade),
        (seen(&open).approve(), &open, unmade),
        (seen(&open).approve(), &no, changed),
        (seen(&no).approve(), &no, unmade),
        (seen(&no).approve(), &open, changed),
        // Items do not show end dates.
        (until(ReviewDecision::revoke("i")), &no, unverified),
        (until(seen(&open).revoke()), &no, unverified),
        (until(seen(&open).revoke()), &open, unmade),
        (until(seen(&no).revoke()), &no, unverified),
    ] {
        let shown = json!([now]);
        let service = Canned::with(move |uri| {
            let (status, body) = match uri.path() {
                path if path.ends_with("/decide") => (500, json!({})),
                path if path.ends_with("/access-review-items") => (200, shown.clone()),
                _ => (200, json!({ "id": "c-1", "phase": "ACTIVE" })),
            };
            let mut response = canned::json(&body).map(Body::from);
            *response.status_mut() = status.try_into().unwrap();
            response
        });
        let review = service.client().certification("c-1");
        let outcome = review.decide([decision.clone()]).await;
        let outcome = outcome.map_or(unmade, |it| it.items()[0].outcome.as_str());
        assert_eq!(outcome, expected, "{decision:?} {now}");
    }
}
