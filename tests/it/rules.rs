//! The rules for changes of access, which ARCHITECTURE.md lists. The name of a test has the number
//! of its rule. The ninth, dropped futures, is in `cancellation.rs`.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::Response;
use certs::filter::item;
use certs::model::ReviewDecision;
use certs::{
    BulkOutcome, ErrorKind, ItemOutcome, Journal, KeepTogether, NotAttempted, Outcome, Policy,
    Verdict,
};
use certs_sim::{Decision, Fault, Operation, Phase, TaskTimes};
use tokio::time::{sleep, timeout};

use crate::support::bulk::{decided, decision, item_ids, times_decided};
use crate::support::canned::Canned;
use crate::support::change::{Change, Scene};
use crate::support::wire::api_requests;
use crate::support::{client_builder, moment, other_reviewers, refusing, reviewer_of, tenant};

fn is_changed(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::NotAttempted(NotAttempted::ChangedMeanwhile)
    )
}

fn is_refused(item: &ItemOutcome) -> bool {
    matches!(item.outcome, Outcome::Refused(_))
}

/// One item was in flight when the program stopped, another was not sent yet. A person revokes
/// both.
#[tokio::test(start_paused = true)]
async fn rule_1_resuming_leaves_what_a_person_has_decided_meanwhile() {
    for overwrites in [false, true] {
        let scene = Scene::new();
        let approve = Verdict::approve().comment("standard access");
        let decide = scene.review().decide_by(Policy::new().otherwise(approve));
        let decide = decide.batch_size(2).concurrency(1).journal(&scene.journal);
        scene.dropped(decide, 4, Fault::SilenceBefore).await;
        let lines = scene.disk.lines().into_iter();
        let parts: Vec<_> = lines.filter(|line| line["event"] == "part").collect();
        let theirs = [&parts[2], &parts[3]].map(|part| {
            let id = part["items"][0]["id"].as_str().unwrap();
            let says = Some("human says no");
            scene.sim.decide(id, Decision::Revoke, says).unwrap();
            id.to_owned()
        });

        let resume = scene.resume().await;
        let resumed = if overwrites {
            resume.overwrite_changed().await.unwrap()
        } else {
            resume.await.unwrap()
        };
        assert_eq!(resumed.is_complete(), overwrites, "{resumed}");
        for item in resumed.items() {
            let is_theirs = theirs.iter().any(|id| item.id == *id) && !overwrites;
            assert_eq!(is_changed(&item.outcome), is_theirs, "{item:?}");
            assert_eq!(item.outcome.is_applied(), !is_theirs, "{item:?}");
            let shown = scene.sim.item(item.id.get().unwrap()).unwrap();
            let expected = if is_theirs {
                (Some(Decision::Revoke), Some("human says no"))
            } else {
                (Some(Decision::Approve), Some("standard access"))
            };
            assert_eq!((shown.decision, shown.comments.as_deref()), expected);
        }
        let first = times_decided(&scene.sim);
        assert!(first.values().all(|times| *times == 1), "{first:?}");
        // Both are reported until they are overwritten, and nothing is sent.
        scene.sim.clear_requests();
        let again = scene.resume().await.await.unwrap();
        assert_eq!(again.items().count(), if overwrites { 0 } else { 2 });
        assert_eq!(scene.writes(), 0);
    }
}

/// The policy saw the item open. By the time its batch is sent, more than a minute has passed,
/// and a person has revoked it.
#[tokio::test(start_paused = true)]
async fn rule_1_a_running_policy_reads_again_what_it_saw_a_minute_ago() {
    let scene = Scene::new();
    let slow = Fault::Latency(Duration::from_secs(25));
    scene.sim.faults().add(slow.on(Operation::Decide));
    let open = scene.review().items().filter(item::completed().eq(false));
    let open: Vec<_> = open.in_stable_order().stream().try_collect().await.unwrap();
    let theirs = &open.last().unwrap().id;
    let size = open.len().div_ceil(8);
    let policy = Policy::new().otherwise(Verdict::approve().comment("standard access"));
    let decide = scene
        .review()
        .decide_by(policy)
        .batch_size(size)
        .concurrency(1);
    let person = async {
        sleep(Duration::from_secs(90)).await;
        let revoked = scene
            .sim
            .decide(theirs.get().unwrap(), Decision::Revoke, Some("no"));
        revoked.unwrap();
    };
    let (outcome, ()) = tokio::join!(decide.into_future(), person);
    let outcome = outcome.unwrap();
    let (theirs, ours) = outcome.items().split_last().unwrap();
    assert!(is_changed(&theirs.outcome), "{theirs:?}");
    assert!(
        ours.iter().all(|item| item.outcome.is_applied()),
        "{outcome}"
    );
    let shown = scene.sim.item(theirs.id.get().unwrap()).unwrap();
    assert_eq!(shown.decision, Some(Decision::Revoke));
}

/// The service asks to wait, for longer than a plan stays fresh. Meanwhile, a person revokes an item.
#[tokio::test(start_paused = true)]
async fn rule_1_items_whose_request_waited_are_read_again() {
    for resumes in [false, true] {
        let scene = Scene::new();
        let open = scene.review().items().filter(item::completed().eq(false));
        let open: Vec<_> = open.in_stable_order().stream().try_collect().await.unwrap();
        let theirs = open.last().and_then(|item| item.id.get()).unwrap();
        let policy = Policy::new().otherwise(Verdict::approve().comment("standard access"));
        let decide = || {
            let decide = scene.review().decide_by(policy.clone());
            decide.journal(&scene.journal)
        };
        let resume = if resumes {
            scene.dropped(decide(), 0, Fault::SilenceBefore).await;
            Some(scene.resume().await)
        } else {
            None
        };
        let busy = Fault::TooManyRequests {
            retry_after: Some(Duration::from_secs(50)),
        };
        scene.sim.faults().add(busy.on(Operation::Decide).times(2));
        let person = async {
            sleep(Duration::from_secs(75)).await;
            let revoked = scene.sim.decide(theirs, Decision::Revoke, Some("no"));
            revoked.unwrap();
        };
        let run = async {
            match resume {
                Some(resume) => resume.await.unwrap().items().cloned().collect(),
                None => decide().await.unwrap().items().to_vec(),
            }
        };
        let (items, ()): (Vec<_>, ()) = tokio::join!(run, person);
        assert!(items.iter().any(|item| item.id == *theirs));
        for item in &items {
            let is_theirs = item.id == *theirs;
            assert_eq!(is_changed(&item.outcome), is_theirs, "{item:?}");
            assert_eq!(item.outcome.is_applied(), !is_theirs, "{item:?}");
        }
        let shown = scene.sim.item(theirs).unwrap();
        assert_eq!(shown.decision, Some(Decision::Revoke));
    }
}

/// The service asks to wait again and again. Items are read again a few times, then it is an error.
#[tokio::test(start_paused = true)]
async fn rule_1_items_whose_request_always_waits_are_not_sent() {
    let scene = Scene::new();
    let busy = Fault::TooManyRequests {
        retry_after: Some(Duration::from_secs(50)),
    };
    scene.sim.faults().add(busy.on(Operation::Decide));
    let policy = Policy::new().otherwise(Verdict::approve().comment("standard access"));
    let error = scene.review().decide_by(policy).await.unwrap_err();
    assert!(error.is_rate_limited(), "{error}");
    assert!(
        error
            .to_string()
            .contains("the items were read a minute ago"),
        "{error}"
    );
    assert!(times_decided(&scene.sim).is_empty());
}

/// A resumed batch is refused and sent in halves. A person decides its last item while the first
/// response is on its way, or while its half waits for the other one.
#[tokio::test(start_paused = true)]
async fn rule_1_halving_leaves_what_a_person_decides_meanwhile() {
    for seconds in [25, 75] {
        let mut scene = Scene::new();
        let items = scene.items[..16].to_vec();
        let decide = scene.decide(&items);
        scene.dropped(decide, 0, Fault::SilenceBefore).await;
        scene.client = refusing(&scene.sim, 4, Duration::from_secs(50));
        let person = async {
            sleep(Duration::from_secs(seconds)).await;
            let revoked = scene.sim.decide(&items[15], Decision::Revoke, Some("no"));
            revoked.unwrap();
        };
        let resume = scene.resume().await;
        let (resumed, ()) = tokio::join!(resume.into_future(), person);
        let resumed = resumed.unwrap();
        assert_eq!(resumed.items().count(), 16);
        for item in resumed.items() {
            let is_theirs = item.id == items[15];
            assert_eq!(is_changed(&item.outcome), is_theirs, "{item:?}");
            assert_eq!(item.outcome.is_applied(), !is_theirs, "{item:?}");
        }
        let shown = scene.sim.item(&items[15]).unwrap();
        assert_eq!(shown.comments.as_deref(), Some("no"), "after {seconds} s");
    }
}

/// A response was lost, and the same call is made again with another comment. What the item shows is
/// the first one's decision, not a person's.
#[tokio::test(start_paused = true)]
async fn rule_1_a_repeated_call_recognises_its_own_decisions() {
    let scene = Scene::new();
    let decide = |comment: &str| {
        let decisions = scene.items[..4].iter();
        let decisions = decisions.map(|id| ReviewDecision::approve(id).comment(comment));
        let decisions: Vec<_> = decisions.collect();
        scene.review().decide(decisions).journal(&scene.journal)
    };
    scene.dropped(decide("first"), 0, Fault::SilenceAfter).await;
    let outcome = decide("second").await.unwrap();
    assert!(outcome.is_complete(), "{outcome}");
    assert_eq!(scene.writes(), 0, "it was done, and is not sent again");
    let shown = scene.sim.item(&scene.items[0]).unwrap();
    assert_eq!(shown.comments.as_deref(), Some("first"));
}

#[tokio::test]
async fn rule_1_explicit_decisions_are_sent_as_they_are() {
    let scene = Scene::new();
    let item = &scene.items[0];
    let revoked = scene.sim.decide(item, Decision::Revoke, Some("no"));
    revoked.unwrap();
    let approve = ReviewDecision::approve(item).comment("yes");
    let outcome = scene.review().decide([approve]).await.unwrap();
    assert!(outcome.is_complete(), "{outcome}");
    let shown = scene.sim.item(item).unwrap();
    assert_eq!(shown.decision, Some(Decision::Approve));
}

/// Somebody decides one item, and moves another, after the program has listed them. A third is named
/// by its id, and was decided before.
#[tokio::test]
async fn rule_1_explicit_decisions_leave_what_has_changed_if_asked() {
    for is_kept in [false, true] {
        let scene = Scene::new();
        let [decided, moved, before] = [0, 1, 2].map(|place| scene.items[place].clone());
        let no = |item| scene.sim.decide(item, Decision::Revoke, Some("no"));
        no(&before).unwrap();
        let listed: Vec<_> = scene.review().items().stream().try_collect().await.unwrap();
        let listed: Vec<_> = listed.into_iter().filter(|it| it.id != *before).collect();
        let count = listed.len() + 1;
        no(&decided).unwrap();
        let away = scene.sim.reassign(&[&moved], &scene.to, "knows it better");
        away.unwrap();

        let approve = listed.iter().map(|it| it.approve().comment("yes"));
        let approve = approve.chain([ReviewDecision::approve(&before).comment("yes")]);
        let mut call = scene.review().decide(approve).leave_changed();
        if is_kept {
            call = call.journal(&scene.journal);
        }
        let outcome = call.await.unwrap();
        let changed = outcome.not_attempted().map(|it| &it.id);
        let changed: BTreeSet<_> = changed.map(|id| id.get().unwrap()).collect();
        assert_eq!(changed, BTreeSet::from([&*decided, &*moved]), "{outcome}");
        assert!(outcome.not_attempted().all(|it| is_changed(&it.outcome)));
        assert_eq!(outcome.applied().count(), count - 2, "{outcome}");
        let shown = scene.sim.item(&decided).unwrap();
        assert_eq!(shown.decision, Some(Decision::Revoke));
    }
}

/// With or without a body. After a redirection, the items are read back.
#[tokio::test(start_paused = true)]
async fn rule_2_any_success_means_accepted() {
    let faults = [
        Fault::Created { body: true },
        Fault::Created { body: false },
        Fault::Accepted { body: true },
        Fault::Accepted { body: false },
        Fault::NoContent,
        Fault::SeeOther,
    ];
    for change in Change::ALL {
        for fault in faults {
            let scene = change.scene(fault.on(change.operation()), |tenant| tenant);
            scene.sim.clear_requests();
            let done = change.run(&scene).await;
            assert!(done.is_ok(), "{change:?} with {fault}: {done:?}");
            assert_eq!(scene.writes(), 1, "{change:?} with {fault}");
            assert_eq!(scene.ends(), ["applied"], "{change:?} with {fault}");
            let resumed = scene.resume().await.await.unwrap();
            assert!(resumed.is_empty(), "{change:?} with {fault}: {resumed}");
            assert_eq!(scene.writes(), 1, "{change:?} with {fault}");
        }
    }
}

/// It was accepted, and reads lag by an hour, so the outcome is unknown. After a lost response, it
/// would count as not done.
#[tokio::test(start_paused = true)]
async fn rule_2_what_was_accepted_and_is_not_shown_is_unknown() {
    for change in [Change::ReassignInBackground, Change::SignOff] {
        let accepted = Fault::Accepted { body: false };
        let lag = Duration::from_secs(3_600);
        let scene = change.scene(accepted.on(change.operation()), |it| it.read_lag(lag));
        sleep(lag).await;
        let error = change.run(&scene).await.unwrap_err();
        assert!(error.may_have_taken_effect(), "{change:?}: {error}");
        assert_eq!(scene.ends(), ["unknown"], "{change:?}");
        sleep(lag).await;
        let resumed = scene.resume().await.await.unwrap();
        assert!(resumed.is_complete(), "{change:?}: {resumed}");
    }
}

/// Items show no end date. That is no reason to send a decision twice, neither in the same call nor
/// after a restart.
#[tokio::test(start_paused = true)]
async fn rule_3_what_no_response_shows_is_applied_unverified_and_not_sent_again() {
    let until = "2026-06-30T00:00:00Z".parse().unwrap();
    for resumes in [false, true] {
        let scene = Scene::new();
        let items = &scene.items[..3];
        let revoke = |item: &String| {
            let revoke = ReviewDecision::revoke(item).comment("until summer");
            revoke.proposed_end_date(until)
        };
        let decide = scene.review().decide(items.iter().map(revoke));
        let decide = decide.journal(&scene.journal);
        let outcomes: Vec<Outcome> = if resumes {
            let lost = Fault::SilenceAfter.on(Operation::Decide);
            scene.sim.faults().add(lost);
            let call = timeout(Duration::from_secs(20), decide).await;
            assert!(call.is_err(), "it was to wait for a response");
            scene.sim.faults().clear();
            let resumed = scene.resume().await.await.unwrap();
            resumed.items().map(|item| item.outcome.clone()).collect()
        } else {
            scene
                .sim
                .faults()
                .add(Fault::ResetAfter.on(Operation::Decide));
            let outcome = decide.await.unwrap();
            let said = "3 of 3 applied (3 of them not verifiable)";
            assert_eq!(outcome.to_string(), said);
            let items = outcome.items().iter();
            items.map(|item| item.outcome.clone()).collect()
        };
        assert_eq!(outcomes.len(), 3);
        let unverified = |outcome: &Outcome| matches!(outcome, Outcome::AppliedUnverified);
        assert!(outcomes.iter().all(unverified), "{outcomes:?}");
        assert_eq!(decided(&scene.sim), [items]);
        assert_eq!(scene.ends(), ["applied_unverified"]);
    }
}

#[tokio::test]
async fn rule_4_one_bad_decision_among_1201_is_named_and_the_others_are_made() {
    let scene = Scene::with(|tenant| tenant.items(4_000));
    let mut items = scene.items[..1_201].to_vec();
    items[700] = "no-such-item".to_owned();
    let outcome = scene.decide(&items).await.unwrap();
    assert_eq!(outcome.to_string(), "1200 of 1201 applied, 1 refused");
    assert!(is_refused(&outcome.items()[700]));
    let error = outcome.ensure_complete().unwrap_err();
    assert_eq!(error.items(), ["no-such-item"]);
    let times = times_decided(&scene.sim);
    assert_eq!(times.len(), 1_200);
    assert!(times.values().all(|times| *times == 1));
}

/// The batches have the chosen size, also when another process sends them.
#[tokio::test(start_paused = true)]
async fn rule_4_resuming_cuts_and_halves_as_the_first_run() {
    for (size, sent) in [(1, 7), (4, 4)] {
        let scene = Scene::new();
        let mut items = scene.items[..9].to_vec();
        items[5] = "no-such-item".to_owned();
        let decide = scene.decide(&items).batch_size(size);
        scene
            .dropped(decide, 2 * size as u64 % 8, Fault::SilenceBefore)
            .await;
        let resumed = scene.resume().await.await.unwrap();
        let left: Vec<_> = resumed.items().collect();
        for item in &left {
            let is_bad = item.id == "no-such-item";
            assert_eq!(is_refused(item), is_bad, "{item:?}");
            assert_eq!(item.outcome.is_applied(), !is_bad, "{item:?}");
        }
        let requests = decide_sizes(&scene);
        assert!(
            requests.iter().all(|decisions| *decisions <= size),
            "{requests:?}"
        );
        assert!(requests.len() >= sent, "{requests:?}");
        let times = times_decided(&scene.sim);
        assert!(times.values().all(|times| *times == 1), "{times:?}");
        assert!(scene.resume().await.await.unwrap().is_empty());
    }
}

/// The number of decisions of each request, done or not.
fn decide_sizes(scene: &Scene) -> Vec<usize> {
    let requests = api_requests(&scene.sim).into_iter();
    let requests = requests.filter(|request| request.path.ends_with("/decide"));
    requests
        .map(|request| request.body.unwrap().as_array().unwrap().len())
        .collect()
}

#[tokio::test]
async fn rule_4_a_refusal_of_the_certification_is_not_halved() {
    let scene = Scene::new();
    for item in &scene.items {
        let decided = scene.sim.decide(item, Decision::Approve, Some("audited"));
        decided.unwrap();
    }
    scene.sim.sign_off(&scene.certification.id).unwrap();
    // All decisions have comments, so nothing is read before sending.
    let error = scene.decide(&scene.items[..100]).await.unwrap_err();
    assert!(error.is_invalid_request(), "{error}");
    assert_eq!(scene.writes(), 1);
}

/// A service that accepts no decision and shows no item: 250 decisions cost 100 additional
/// requests, not 498.
#[tokio::test]
async fn rule_4_halving_has_a_bound() {
    let sent = Arc::<AtomicUsize>::default();
    let counted = Arc::clone(&sent);
    let service = Canned::with(move |uri| {
        let (status, body) = match uri.path() {
            "/v3/certifications/c-1" => (200, r#"{"id": "c-1", "phase": "ACTIVE"}"#),
            path if path.ends_with("/decide") => {
                counted.fetch_add(1, Ordering::Relaxed);
                (400, r#"{"detailCode": "400.1 Bad request"}"#)
            }
            _ => (403, "{}"),
        };
        let response = Response::builder().status(status);
        response.body(body.into()).unwrap()
    });
    let decisions = (0..certs::MAX_DECISIONS).map(|n| decision(&format!("i-{n}")));
    let review = service.client().certification("c-1");
    let outcome = review.decide(decisions).await.unwrap();
    assert_eq!(outcome.refused().count(), certs::MAX_DECISIONS);
    assert_eq!(sent.load(Ordering::Relaxed), 101);
}

/// Reads show a write only after four seconds, and its response is lost.
#[tokio::test(start_paused = true)]
async fn rule_5_every_kind_waits_for_a_service_that_is_behind_its_own_writes() {
    for change in Change::ALL {
        let lost = Fault::ResetAfter.on(change.operation()).times(1);
        let lag = Duration::from_secs(4);
        let scene = change.scene(lost, |tenant| tenant.read_lag(lag));
        sleep(lag).await;
        scene.sim.clear_requests();
        let done = change.run(&scene).await;
        assert!(done.is_ok(), "{change:?}: {done:?}");
        assert_eq!(scene.writes(), 1, "{change:?}");
    }
}

/// The pauses between probes are the same for every effect; after them, the write counts as not
/// arrived.
#[tokio::test(start_paused = true)]
async fn rule_5_every_kind_pauses_alike() {
    for change in Change::ALL {
        let lost = Fault::ResetBefore.on(change.operation());
        let scene = change.scene(lost, |tenant| tenant);
        let client = client_builder(&scene.sim).retry(certs::RetryPolicy::none());
        let admin = scene.sim.admin();
        let client = client.client_credentials(admin.client_id, admin.client_secret);
        let scene = Scene {
            client: client.build().unwrap(),
            ..scene
        };
        let began = moment();
        let done = change.run(&scene).await;
        assert!(done.is_err(), "{change:?}");
        assert_eq!(began.elapsed(), Duration::from_secs(6), "{change:?}");
        assert_eq!(scene.writes(), 1, "{change:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn rule_6_a_lost_reassignment_is_never_sent_again_a_lost_decision_is() {
    for (change, sent) in [
        (Change::Decide, 2),
        (Change::SignOff, 2),
        (Change::Reassign, 1),
        (Change::ReassignInBackground, 1),
    ] {
        let lost = Fault::ResetBefore.on(change.operation()).times(1);
        let scene = change.scene(lost, |tenant| tenant);
        scene.sim.clear_requests();
        let done = change.run(&scene).await;
        assert_eq!(done.is_ok(), sent == 2, "{change:?}: {done:?}");
        assert_eq!(scene.writes(), sent, "{change:?}");
    }
}

/// Our request is lost, and a person gives the item away, to the same reviewer or to somebody else.
/// An administrator's token can tell which; a reviewer's cannot.
#[tokio::test(start_paused = true)]
async fn rule_6_a_lost_reassignment_counts_as_made_only_if_the_new_reviewer_has_the_items() {
    for (to_us, as_admin, said) in [
        (true, true, "1 of 1 applied"),
        (false, true, "0 of 1 applied, 1 changed meanwhile"),
        (true, false, "1 of 1 applied (1 of them not verifiable)"),
        (false, false, "1 of 1 applied (1 of them not verifiable)"),
    ] {
        let scene = Scene::new();
        let others = other_reviewers(&scene.sim, &scene.certification);
        let client = if as_admin {
            scene.client.clone()
        } else {
            reviewer_of(&scene.sim, &scene.certification)
        };
        let lost = Fault::ResetBefore.on(Operation::Reassign).times(1);
        scene.sim.faults().add(lost);
        let item = &scene.items[0];
        let review = client.certification(&scene.certification.id);
        let reassign = review.reassign(&others[0], "on leave").items([item]);
        let to = if to_us { &others[0] } else { &others[1] };
        // Before the request, without the program knowing.
        let moved = scene.sim.reassign(&[item], to, "a person's");
        moved.unwrap();
        let reassign = reassign.keep_together(KeepTogether::Nothing);
        let outcome = reassign.journal(&scene.journal).await;
        let said_now = outcome.map_or_else(|error| error.to_string(), |it| it.to_string());
        assert_eq!(said_now, said, "{to_us} {as_admin}");
        // Whatever happened, it is finished.
        assert!(scene.resume().await.await.unwrap().is_empty());
        assert_eq!(scene.writes(), 1);
    }
}

#[tokio::test]
async fn rule_7_a_dry_run_says_what_the_real_run_would() {
    let sim = tenant().build().unwrap();
    for phase in [Phase::Staged, Phase::Signed] {
        let rows = sim.certifications().into_iter();
        let row = rows.filter(|row| row.phase == phase && row.decisions_total > 0);
        let row = row.max_by_key(|row| row.decisions_total).unwrap();
        let review = crate::support::admin_of(&sim).certification(&row.id);
        let items = item_ids(&sim, &row);
        let decide = || review.decide(items.iter().map(|id| decision(id)));
        let dry = decide().dry_run().await.unwrap_err();
        assert_eq!(dry.kind(), ErrorKind::Refused, "{phase:?}: {dry}");
        let real = decide().await.unwrap_err();
        assert!(real.is_invalid_request(), "{phase:?}: {real}");
        let by_policy = review.decide_by(Policy::new().otherwise(Verdict::approve()));
        let dry = by_policy.dry_run().await.unwrap_err();
        assert_eq!(dry.kind(), ErrorKind::Refused, "{phase:?}: {dry}");

        // Items may be reassigned before the campaign starts, but not after the sign-off.
        let mut others = sim.certifications().into_iter();
        let to = others.find(|other| other.reviewer.id() != row.reviewer.id());
        let to = to.unwrap().reviewer.id().to_owned();
        let reassign = || {
            review
                .reassign(&to, "on leave")
                .items(&items)
                .leave_out_own()
        };
        let dry = reassign().dry_run().await;
        let real = reassign().await;
        if phase == Phase::Signed {
            assert_eq!(dry.unwrap_err().kind(), ErrorKind::Refused);
            assert!(real.unwrap_err().is_invalid_request());
        } else {
            let planned = dry.unwrap().items().len();
            assert_eq!(real.unwrap().items().len(), planned);
        }
    }
}

#[tokio::test]
async fn rule_8_a_journal_is_of_one_process_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("review.jsonl");
    let first = Journal::open_or_create(&path).await.unwrap();
    for second in [
        Journal::open(&path).await,
        Journal::open_or_create(&path).await,
    ] {
        let error = second.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Journal, "{error}");
        assert!(error.to_string().contains("review.jsonl"), "{error}");
    }
    drop(first);
    Journal::open_or_create(&path).await.unwrap();
}

/// The identities and accesses of each request of a reassignment.
fn groups(scene: &Scene, items: &HashMap<String, (String, String)>) -> Vec<(usize, usize)> {
    let requests = api_requests(&scene.sim).into_iter();
    let writes = requests.filter(|request| request.method == "POST");
    writes
        .map(|request| {
            let body = request.body.unwrap();
            let references = body["reassign"].as_array().unwrap().iter();
            let named = references.map(|reference| &items[reference["id"].as_str().unwrap()]);
            let (identities, accesses): (BTreeSet<_>, BTreeSet<_>) =
                named.map(|(identity, access)| (identity, access)).unzip();
            (identities.len(), accesses.len())
        })
        .collect()
}

/// The new reviewer sees no duplicate summaries, with as few requests as possible, unless the
/// caller chooses otherwise.
#[tokio::test]
async fn rule_10_reassigning_keeps_together_what_belongs_together() {
    for keep in [
        KeepTogether::Fewest,
        KeepTogether::Identities,
        KeepTogether::Accesses,
        KeepTogether::Nothing,
    ] {
        let scene = Scene::new();
        let items = scene.sim.items_of(&scene.certification.id).into_iter();
        let items: Vec<_> = items.take(60).collect();
        let about = items.iter().map(|item| {
            let identity = item.identity_id.clone().unwrap();
            (item.id.clone(), (identity, item.access_id.clone()))
        });
        let about: HashMap<_, _> = about.collect();
        let review = scene.review();
        let ids = items.iter().map(|item| &item.id);
        let reassign = review.reassign(&scene.to, "on leave").items(ids);
        let outcome = reassign.keep_together(keep).wait().await.unwrap();
        assert!(outcome.is_complete(), "{outcome}");

        let groups = groups(&scene, &about);
        let theirs = scene.sim.certifications().into_iter();
        let theirs = theirs.filter(|row| row.reviewer.id() == scene.to);
        let duplicates: usize = theirs.map(|row| row.duplicate_summaries).sum();
        let (identities, accesses): (BTreeSet<_>, BTreeSet<_>) = about.into_values().unzip();
        let (identities, accesses) = (identities.len(), accesses.len());
        assert!(identities > 1 && accesses > 1);
        let (of_one, requests) = match keep {
            KeepTogether::Identities => (groups.iter().all(|it| it.0 == 1), identities),
            KeepTogether::Accesses => (groups.iter().all(|it| it.1 == 1), accesses),
            KeepTogether::Nothing => (groups.iter().all(|it| it.0 > 1 && it.1 > 1), 1),
            _ => {
                let of_one = groups.iter().all(|it| it.0 == 1 || it.1 == 1);
                (of_one, identities.min(accesses))
            }
        };
        assert!(of_one && groups.len() == requests, "{keep:?}: {groups:?}");
        let is_mixed = keep == KeepTogether::Nothing;
        assert_eq!(
            duplicates > 0,
            is_mixed,
            "{keep:?}: {duplicates} duplicates"
        );
    }
}

/// One refused item among three, in each call, and a certification that cannot be signed.
#[tokio::test]
async fn rule_11_outcomes_are_per_item_and_in_the_same_words() {
    let scene = Scene::with(|tenant| {
        tenant.task_times(TaskTimes {
            queued: Duration::ZERO,
            running: Duration::ZERO,
        })
    });
    let named = |from: usize| {
        let mut items = scene.items[from..from + 3].to_vec();
        items[1] = "no-such-item".to_owned();
        items
    };
    let review = scene.review();
    let reassign = |from| review.reassign(&scene.to, "on leave").items(named(from));
    let outcomes: [BulkOutcome; 3] = [
        scene.decide(&named(0)).await.unwrap(),
        reassign(3).await.unwrap(),
        reassign(6).in_background().wait().await.unwrap(),
    ];
    for outcome in outcomes {
        assert_eq!(outcome.to_string(), "2 of 3 applied, 1 refused");
        let refused: Vec<_> = outcome.items().iter().map(is_refused).collect();
        assert_eq!(refused, [false, true, false]);
        let error = outcome.ensure_complete().unwrap_err();
        assert_eq!(error.items(), ["no-such-item"]);
        assert!(
            error.is_invalid_request() || error.kind() == ErrorKind::TaskFailed,
            "{error}"
        );
    }
    // A sign-off has one item, the certification.
    let sign_off = review.sign_off().unchecked().journal(&scene.journal);
    sign_off.await.unwrap_err();
    let resumed = scene.resume().await.await.unwrap();
    assert!(resumed.is_empty(), "what was refused is left: {resumed}");
    assert_eq!(scene.ends().last().unwrap(), "refused");
}
