//! Reassigning any number of items: parts, tasks, and outcomes after failures.

use std::collections::{BTreeSet, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use certs::filter::item;
use certs::{
    BulkOutcome, Client, ErrorKind, KeepTogether, MAX_REASSIGN_ASYNC, Outcome, ProgressReport,
};
use certs_sim::{Clock, Fault, Operation, Simulator, TaskTimes};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::canned::{self, Canned};
use crate::support::wire::api_requests;
use crate::support::{
    admin_of, another_reviewer, client_of, open_certification, running_clock, tenant,
};

/// A certification with this many items.
pub(crate) struct Scene {
    pub(crate) sim: Simulator,
    pub(crate) certification: String,
    pub(crate) items: Vec<String>,
    /// A reviewer who may review all of them.
    pub(crate) to: String,
}

impl Scene {
    /// How long tasks are queued, and how long they run.
    pub(crate) async fn new(count: usize, clock: Clock, task_time: Duration) -> Self {
        let small = tenant().items(0).build().unwrap();
        let chosen = open_certification(&small);
        let to = another_reviewer(&small, &chosen);
        let mut scenario = small.export();
        let row = scenario.certifications.iter_mut();
        let row = row.into_iter().find(|row| row.id == chosen.id).unwrap();
        let model = row.items.clone();
        for n in row.items.len()..count {
            let mut item = model[n % model.len()].clone();
            item.id = format!("{:032x}", 0xa000_0000_u64 + n as u64);
            row.items.push(item);
        }
        let times = TaskTimes {
            queued: task_time,
            running: task_time,
        };
        let tenant = tenant().scenario(scenario).clock(clock).task_times(times);
        let sim = tenant.build().unwrap();
        let items = sim.items_of(&chosen.id).into_iter();
        let items: Vec<_> = items.map(|item| item.id).take(count).collect();
        assert_eq!(items.len(), count);
        Self {
            sim,
            certification: chosen.id,
            items,
            to,
        }
    }

    /// Tasks end at once.
    pub(crate) async fn at_once(count: usize) -> Self {
        Self::new(count, crate::support::clock(), Duration::ZERO).await
    }

    pub(crate) fn client(&self) -> Client {
        admin_of(&self.sim)
    }

    pub(crate) fn reassign(&self) -> certs::Reassign {
        let review = self.client().certification(&self.certification);
        let reassign = review.reassign(&self.to, "on leave").items(&self.items);
        reassign.keep_together(KeepTogether::Nothing)
    }

    /// The items that have left the certification.
    pub(crate) fn moved(&self) -> HashSet<String> {
        let left = self.sim.items_of(&self.certification);
        let left: HashSet<_> = left.into_iter().map(|item| item.id).collect();
        let moved = self.items.iter().filter(|id| !left.contains(*id));
        moved.cloned().collect()
    }

    pub(crate) fn all(&self) -> HashSet<String> {
        self.items.iter().cloned().collect()
    }

    /// The writes, each with the things that it named.
    pub(crate) fn writes(&self) -> Vec<(String, Vec<String>)> {
        let requests = api_requests(&self.sim).into_iter();
        let writes = requests.filter(|request| request.method == "POST");
        let named = |body: Value| {
            let references = body["reassign"].as_array().unwrap().iter();
            let ids = references.map(|reference| reference["id"].as_str().unwrap().to_owned());
            ids.collect()
        };
        writes
            .map(|request| {
                let operation = request.path.rsplit('/').next().unwrap().to_owned();
                (operation, named(request.body.unwrap()))
            })
            .collect()
    }
}

/// The outcomes of the items, in order.
fn named(outcome: &BulkOutcome) -> Vec<String> {
    let items = outcome.items().iter();
    items.map(|item| item.id.to_string()).collect()
}

/// The outcomes in the order of the items; runs of equal ones are merged.
pub(crate) fn kinds(outcome: &BulkOutcome) -> Vec<&'static str> {
    let kind = |outcome: &Outcome| match outcome {
        Outcome::Applied => "applied",
        Outcome::Pending(_) => "pending",
        Outcome::Refused(_) => "refused",
        Outcome::Unknown(_) => "unknown",
        Outcome::NotAttempted(_) => "not attempted",
        _ => "something new",
    };
    let mut kinds: Vec<_> = outcome
        .items()
        .iter()
        .map(|item| kind(&item.outcome))
        .collect();
    kinds.dedup();
    kinds
}

#[tokio::test]
async fn any_number_is_cut_to_what_the_service_takes() {
    for (count, sizes) in [
        (1, vec![1]),
        (50, vec![50]),
        (51, vec![51]),
        (500, vec![500]),
        (501, vec![500, 1]),
        (1_200, vec![500, 500, 200]),
    ] {
        let scene = Scene::at_once(count).await;
        let outcome = scene.reassign().wait().await.unwrap();
        assert!(outcome.is_complete(), "{count}: {outcome}");
        assert_eq!(scene.moved(), scene.all(), "{count}");

        let writes = scene.writes();
        for (operation, ids) in &writes {
            let at_once = ids.len() <= certs::MAX_REASSIGN;
            assert_eq!(operation == "reassign", at_once, "{count}");
        }
        let sent: Vec<_> = writes.iter().map(|(_, ids)| ids.len()).collect();
        assert_eq!(sent, sizes, "{count}");
        let sent: Vec<_> = writes.into_iter().flat_map(|(_, ids)| ids).collect();
        assert_eq!(
            sent, scene.items,
            "{count}: in the order in which they were given"
        );
        assert_eq!(named(&outcome), scene.items, "{count}");

        // Each part names its task, or what is left.
        let at_once = sizes
            .iter()
            .filter(|size| **size <= certs::MAX_REASSIGN)
            .count();
        assert_eq!(outcome.tasks().count(), sizes.len() - at_once, "{count}");
        assert!(outcome.tasks().all(certs::model::Task::succeeded));
        assert_eq!(outcome.certification().is_some(), at_once > 0, "{count}");
        assert_eq!(outcome.to_string(), format!("{count} of {count} applied"));
        outcome.ensure_complete().unwrap();
    }
}

#[tokio::test]
async fn few_items_are_reassigned_in_the_background_on_request() {
    let scene = Scene::new(2, crate::support::clock(), Duration::from_secs(1)).await;
    let outcome = scene.reassign().in_background().await.unwrap();
    assert_eq!(kinds(&outcome), ["pending"]);
    assert_eq!(outcome.to_string(), "0 of 2 applied, 2 pending");
    assert!(outcome.tasks().next().unwrap().is_pending());
    assert!(scene.moved().is_empty());
    let error = outcome.ensure_complete().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TaskPending, "{error}");

    scene.sim.clock().advance(Duration::from_secs(2));
    let task = &outcome.tasks().next().unwrap().id;
    scene.client().task(task).wait().await.unwrap();
    assert_eq!(scene.moved(), scene.all());
}

#[tokio::test]
async fn items_and_identities_go_together() {
    let scene = Scene::at_once(60).await;
    let review = scene.client().certification(&scene.certification);
    let summaries = review.identity_summaries().stream();
    let mut summaries: Vec<_> = summaries.try_collect().await.unwrap();
    let first = summaries.remove(0);
    let others = review.items().stream();
    let mut others: Vec<_> = others.try_collect().await.unwrap();
    others.retain(|item| item.identity_summary.as_ref().unwrap().id != first.id);

    let outcome = review
        .reassign(&scene.to, "moves")
        .items(&others)
        .identities([&first])
        .wait()
        .await
        .unwrap();
    assert!(outcome.is_complete(), "{outcome}");
    assert_eq!(scene.moved(), scene.all());
    assert_eq!(review.items().count().await.unwrap(), 0);
    assert_eq!(outcome.items().last().unwrap().id, first.id);
}

#[tokio::test]
async fn what_is_named_twice_is_sent_once() {
    let scene = Scene::at_once(3).await;
    let [a, b, c] = &scene.items[..] else {
        panic!()
    };
    let review = scene.client().certification(&scene.certification);
    let twice = review.reassign(&scene.to, "on leave").items([a, b, a]);
    let twice = twice.keep_together(KeepTogether::Nothing);
    let outcome = twice.items([c, b]).await.unwrap();
    assert_eq!(named(&outcome), scene.items);
    assert_eq!(scene.writes()[0].1, scene.items);
}

/// Beta has only tasks.
#[tokio::test]
async fn beta_cuts_and_waits_as_well() {
    for count in [1, 501] {
        let scene = Scene::at_once(count).await;
        let beta = scene.client().beta().certification(&scene.certification);
        let reassign = beta.reassign(&scene.to, "on leave").items(&scene.items);
        let reassign = reassign.keep_together(KeepTogether::Nothing);
        let outcome = reassign.wait().await.unwrap();
        assert!(outcome.is_complete(), "{outcome}");
        assert_eq!(scene.moved(), scene.all());
        assert_eq!(outcome.tasks().count(), count.div_ceil(MAX_REASSIGN_ASYNC));
        let requests = api_requests(&scene.sim);
        assert!(requests.iter().all(|r| r.path.starts_with("/beta/")));
    }
}

/// The new reviewer's own access is among the items: nothing is sent, and the error names it.
#[tokio::test]
async fn nobody_becomes_the_reviewer_of_their_own_access() {
    let scene = Scene::at_once(4).await;
    let review = scene.client().certification(&scene.certification);
    let items = review.items().stream();
    let items: Vec<_> = items.try_collect().await.unwrap();
    let owner = items[0].identity_id().unwrap();
    scene.sim.clear_requests();

    let error = review
        .reassign(owner, "yours")
        .items(&items)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    assert!(
        error.to_string().contains(items[0].id.get().unwrap()),
        "{error}"
    );
    let own: Vec<_> = items
        .iter()
        .filter(|item| item.identity_id() == Some(owner))
        .collect();
    assert!(error.items().iter().eq(own.iter().map(|item| &item.id)));
    assert_eq!(scene.sim.requests(), []);

    // The others can be reassigned.
    let reassign = review
        .reassign(owner, "yours")
        .items(&items)
        .leave_out_own();
    let outcome = reassign.await.unwrap();
    assert!(outcome.is_complete(), "{outcome}");
    assert_eq!(outcome.items().len(), items.len() - own.len());

    // Nothing is known about a bare id, so the service refuses it.
    let by_id = review.reassign(owner, "yours").items([&items[0].id]);
    let outcome = by_id.await.unwrap();
    assert_eq!(kinds(&outcome), ["refused"]);
    assert!(outcome.ensure_complete().unwrap_err().is_invalid_request());
}

#[tokio::test(start_paused = true)]
async fn the_response_to_a_reassignment_is_lost_and_it_was_done() {
    for count in [3, 1_200] {
        let scene = Scene::new(count, running_clock(), Duration::ZERO).await;
        for operation in [Operation::Reassign, Operation::ReassignAsync] {
            scene.sim.faults().add(Fault::ResetAfter.on(operation));
        }
        let outcome = scene.reassign().wait().await.unwrap();
        assert!(outcome.is_complete(), "{outcome}");
        assert_eq!(scene.moved(), scene.all());
        assert_eq!(scene.writes().len(), count.div_ceil(500), "sent once each");
        let urls = api_requests(&scene.sim);
        let lengths = urls.iter().filter_map(|r| Some(r.query.as_ref()?.len()));
        assert!(lengths.max().unwrap() < 4_000);
    }
}

#[tokio::test(start_paused = true)]
async fn an_identity_whose_response_is_lost_is_found_by_its_items() {
    let scene = Scene::new(5, running_clock(), Duration::ZERO).await;
    let review = scene.client().certification(&scene.certification);
    let summary = review
        .identity_summaries()
        .send()
        .await
        .unwrap()
        .items
        .remove(0);
    let filter = item::identity_summary_id().eq(&summary.id);
    for (fault, is_done) in [(Fault::ResetBefore, false), (Fault::ResetAfter, true)] {
        let rule = fault.on(Operation::Reassign).times(1);
        scene.sim.faults().add(rule);
        let reassign = review.reassign(&scene.to, "moves").identities([&summary]);
        let outcome = reassign.await;
        assert_eq!(outcome.is_ok_and(|outcome| outcome.is_complete()), is_done);
        let left = review.items().filter(filter.clone()).count().await.unwrap();
        assert_eq!(left == 0, is_done);
    }
}

/// The task of a lost response is found, and waited for if requested.
#[tokio::test(start_paused = true)]
async fn the_response_with_the_task_is_lost() {
    for of_beta in [false, true] {
        for waits in [false, true] {
            let scene = Scene::new(60, running_clock(), Duration::from_secs(5)).await;
            let fault = Fault::ResetAfter.on(Operation::ReassignAsync).times(1);
            scene.sim.faults().add(fault);
            let beta = scene.client().beta().certification(&scene.certification);
            let reassign = if of_beta {
                beta.reassign(&scene.to, "on leave")
                    .items(&scene.items)
                    .keep_together(KeepTogether::Nothing)
            } else {
                scene.reassign()
            };
            let outcome = if waits {
                reassign.wait().await.unwrap()
            } else {
                reassign.await.unwrap()
            };
            let task = outcome.tasks().next().unwrap();
            assert_eq!(task.id, scene.sim.tasks()[0].id);
            if waits {
                assert_eq!(kinds(&outcome), ["applied"])
            } else {
                assert_eq!(kinds(&outcome), ["pending"])
            }
            let lost = outcome.items()[0].outcome.error();
            assert_eq!(lost.is_some(), !waits);
            assert_eq!(scene.moved().len(), if waits { 60 } else { 0 });
            assert_eq!(scene.writes().len(), 1, "it is not sent again");
        }
    }
}

/// Runs a function as soon as the first part is sent.
fn after_the_first_part(
    scene: &Arc<Scene>,
    happen: impl Fn(&Simulator) + Send + Sync + 'static,
) -> certs::Reassign {
    let watched = Arc::clone(scene);
    scene.reassign().progress(move |report| {
        if report.done == 500 {
            happen(&watched.sim);
        }
    })
}

#[tokio::test(start_paused = true)]
async fn a_lost_request_is_not_attempted_and_the_others_continue() {
    let scene = Arc::new(Scene::new(1_200, running_clock(), Duration::ZERO).await);
    let lose_one = Fault::ResetBefore.on(Operation::ReassignAsync).times(1);
    let reassign = after_the_first_part(&scene, move |sim| sim.faults().add(lose_one.clone()));
    let outcome = reassign.await.unwrap();
    assert_eq!(kinds(&outcome), ["pending", "not attempted", "pending"]);
    assert_eq!(
        outcome.to_string(),
        "0 of 1200 applied, 700 pending, 500 not attempted"
    );
    let error = outcome.items()[500].outcome.error().unwrap();
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    assert!(
        !error.may_have_taken_effect(),
        "the probe has shown that it was not done: {error}"
    );
    assert_eq!(scene.moved().len(), 700);

    // The others can be named again.
    let review = scene.client().certification(&scene.certification);
    let again = review.reassign(&scene.to, "on leave");
    let again = again.items(outcome.not_attempted().map(|item| &item.id));
    assert!(again.wait().await.unwrap().is_complete());
    assert_eq!(scene.moved(), scene.all());
}

/// The task is distinguished from those of other parts.
#[tokio::test(start_paused = true)]
async fn the_response_with_one_of_several_tasks_is_lost() {
    let scene = Scene::new(1_200, running_clock(), Duration::from_secs(30)).await;
    let scene = Arc::new(scene);
    let lose_one = Fault::ResetAfter.on(Operation::ReassignAsync).times(1);
    let reassign = after_the_first_part(&scene, move |sim| sim.faults().add(lose_one.clone()));
    let outcome = reassign.await.unwrap();
    assert_eq!(kinds(&outcome), ["pending"]);
    let known: Vec<_> = outcome.tasks().map(|task| task.id.clone()).collect();
    let expected: Vec<_> = scene.sim.tasks().into_iter().map(|task| task.id).collect();
    assert_eq!(known, expected);
}

/// A permanent failure ends the call.
#[tokio::test(start_paused = true)]
async fn a_permanent_failure_ends_the_call() {
    let scene = Arc::new(Scene::new(1_200, running_clock(), Duration::ZERO).await);
    let reassign = after_the_first_part(&scene, |sim| {
        let fault = Fault::TooManyRequests { retry_after: None };
        sim.faults().add(fault.on(Operation::ReassignAsync));
    });
    let outcome = reassign.await.unwrap();
    assert_eq!(kinds(&outcome), ["pending", "not attempted"]);
    assert_eq!(scene.writes().len(), 2);
    assert_eq!(named(&outcome), scene.items);
    for item in outcome.not_attempted() {
        assert!(item.outcome.error().unwrap().is_rate_limited());
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_known_is_unknown() {
    let scene = Scene::new(600, running_clock(), Duration::from_secs(60)).await;
    for (fault, operation) in [
        (Fault::ResetAfter, Operation::ReassignAsync),
        (Fault::InternalError, Operation::Tasks),
    ] {
        scene.sim.faults().add(fault.on(operation));
    }
    let outcome = scene.reassign().await.unwrap();
    assert_eq!(kinds(&outcome), ["unknown", "not attempted"]);
    let error = outcome.items()[0].outcome.error().unwrap();
    assert!(error.may_have_taken_effect(), "{error}");
    let error = outcome.items()[500].outcome.error().unwrap();
    assert_eq!(error.kind(), ErrorKind::Server, "{error}");

    // Targets are named here, and no filter selects the items of a target.
    scene.sim.faults().clear();
    let lost = Fault::ResetBefore.on(Operation::Reassign);
    scene.sim.faults().add(lost);
    let access = &scene.sim.items_of(&scene.certification)[0].access_id;
    let review = scene.client().certification(&scene.certification);
    let reassign = review.reassign(&scene.to, "on leave");
    let reassign = reassign.targets([access]);
    assert_eq!(kinds(&reassign.await.unwrap()), ["unknown"]);
}

/// Somebody else reassigns items of the certification, and our own request does not arrive.
#[tokio::test(start_paused = true)]
async fn a_task_of_somebody_else_is_not_mistaken_for_ours() {
    for others in [1, 2] {
        let scene = Scene::new(60, running_clock(), Duration::from_secs(5)).await;
        let review = scene.client().certification(&scene.certification);
        for n in 0..others {
            let foreign = review
                .reassign(&scene.to, "theirs")
                .items(&scene.items[n..=n]);
            assert_eq!(kinds(&foreign.in_background().await.unwrap()), ["pending"]);
        }
        let lose = Fault::ResetBefore.on(Operation::ReassignAsync).times(1);
        scene.sim.faults().add(lose);
        let reassign = review.reassign(&scene.to, "ours").items(&scene.items[2..]);
        let reassign = reassign.keep_together(KeepTogether::Nothing);
        match others {
            // The task may be ours, until it has ended and our items are still there.
            1 => {
                let error = reassign.in_background().wait().await.unwrap_err();
                assert!(!error.may_have_taken_effect(), "{error}");
            }
            // Either of the two tasks may be ours.
            _ => assert_eq!(kinds(&reassign.in_background().await.unwrap()), ["unknown"]),
        }
    }
}

/// A call that is forbidden, or names something that does not exist, sends only one request.
#[tokio::test]
async fn a_call_that_cannot_succeed_ends_with_its_first_part() {
    let scene = Scene::at_once(1_200).await;
    let stranger = client_of(&scene.sim, &scene.sim.credentials_for(&scene.to));
    let nowhere = "00000000000000000000000000000001";
    for (review, kind) in [
        (
            stranger.certification(&scene.certification),
            ErrorKind::Forbidden,
        ),
        (scene.client().certification(nowhere), ErrorKind::NotFound),
    ] {
        scene.sim.clear_requests();
        let reassign = review.reassign(&scene.to, "mine").items(&scene.items);
        let reassign = reassign.keep_together(KeepTogether::Nothing);
        let error = reassign.await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(api_requests(&scene.sim).len(), 1);
    }
    assert!(scene.moved().is_empty());
}

#[tokio::test]
async fn a_part_that_is_refused_keeps_no_other_from_being_sent_and_is_sent_by_halves() {
    let (asked, second) = (Arc::new(AtomicUsize::new(0)), 1);
    let server = Canned::with(move |_| {
        let n = asked.fetch_add(1, Ordering::Relaxed);
        let body = if n == second {
            json!({ "detailCode": "400.1 Bad Request Content" })
        } else {
            json!({ "id": format!("t-{n}"), "status": "QUEUED" })
        };
        let mut response = canned::json(&body).map(Body::from);
        *response.status_mut() = if n == second { 400 } else { 200 }.try_into().unwrap();
        response
    });
    let items = (0..1_001).map(|n| format!("i-{n}"));
    let review = server.client().certification("c-1");
    let outcome = review
        .reassign("p-1", "on leave")
        .items(items)
        .keep_together(KeepTogether::Nothing)
        .await
        .unwrap();
    // The part was refused as a whole, but its halves are not; the last is small, and done at once.
    assert_eq!(kinds(&outcome), ["pending", "applied"]);
    assert_eq!(outcome.tasks().count(), 3);
}

/// The errors of a failed task are kept, and do not hide the outcomes of the others.
#[tokio::test]
async fn a_task_that_failed_is_reported_with_its_messages() {
    let scene = Scene::at_once(600).await;
    // Some items have left by the time their part is done.
    let review = scene.client().certification(&scene.certification);
    let gone = review
        .reassign(&scene.to, "first")
        .items(&scene.items[500..501]);
    gone.await.unwrap().ensure_complete().unwrap();

    let outcome = scene.reassign().wait().await.unwrap();
    assert_eq!(kinds(&outcome), ["applied", "refused"]);
    assert!(outcome.items()[500].outcome.is_applied());
    let task = outcome.items()[501].task.as_ref().unwrap();
    assert!(task.failed() && !task.errors.is_empty());
    let error = outcome.items()[501].outcome.error().unwrap();
    assert_eq!(error.kind(), ErrorKind::TaskFailed);
    assert_eq!(error.causes(), &task.errors[..]);
    assert_eq!(
        outcome.ensure_complete().unwrap_err().kind(),
        ErrorKind::TaskFailed
    );
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_when_its_time_is_up() {
    let hours = Duration::from_secs(3600);
    let scene = Scene::new(600, running_clock(), hours).await;
    let clock = scene.sim.clock();
    let began = clock.now();
    let wait = scene.reassign().wait().timeout(Duration::from_secs(30));
    let outcome = wait.await.unwrap();
    let took = clock.now().duration_since(began);
    assert_eq!(took.as_secs(), 30);
    assert_eq!(kinds(&outcome), ["pending"]);
    assert!(outcome.tasks().all(certs::model::Task::is_pending));
    let error = outcome.ensure_complete().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TaskPending, "{error}");
}

#[tokio::test]
async fn progress_goes_from_nothing_to_all() {
    let scene = Scene::at_once(1_200).await;
    let told: Arc<Mutex<Vec<ProgressReport>>> = Arc::default();
    let tell = Arc::clone(&told);
    let reassign = scene.reassign().wait();
    let reassign = reassign.progress(move |report| tell.lock().unwrap().push(report));
    reassign.await.unwrap().ensure_complete().unwrap();
    let told: Vec<_> = told.lock().unwrap().iter().map(|r| r.done).collect();
    let distinct: BTreeSet<_> = told.iter().copied().collect();
    assert!(told.is_sorted());
    assert_eq!(distinct, [0, 500, 1_000, 1_200].into());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever is named, in whatever order, is in exactly one part, in that order, and no part
    /// exceeds the service's limit.
    #[test]
    fn parts_cover_what_was_named(
        named in prop::collection::vec((0_u16..2_000, any::<bool>()), 1..1_400),
        of_beta: bool,
        in_background: bool,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut seen = HashSet::new();
        let expected = named.iter().filter(|it| seen.insert(*it)).map(|(n, _)| n.to_string());
        let expected: Vec<_> = expected.collect();
        let outcome = runtime.block_on(async {
            let server = Canned::start();
            server.respond_json(&json!({ "id": "t-1", "status": "SUCCESS" }));
            let client = server.client();
            let reassign = if of_beta { client.beta().certification("c-1").reassign("p-1", "on leave") } else { client.certification("c-1").reassign("p-1", "on leave") };
            let mut reassign = reassign.keep_together(KeepTogether::Nothing);
            for (n, is_item) in named {
                let id = [n.to_string()];
                reassign = if is_item { reassign.items(id) } else { reassign.identities(id) };
            }
            if in_background { reassign.in_background().await } else { reassign.await }
        }).unwrap();
        let covered: Vec<_> = outcome.items().iter().map(|item| item.id.clone()).collect();
        prop_assert_eq!(covered, expected);
        prop_assert!(outcome.is_complete());
    }
}

#[tokio::test]
async fn a_response_without_the_tasks_id_is_unknown_if_no_list_has_it() {
    let server = Canned::start();
    server.respond_json(&json!({ "status": "QUEUED" }));
    let review = server.client().certification("c-1");
    let reassign = review.reassign("p-1", "on leave").items(["i-1"]);
    let outcome = reassign.in_background().wait().await.unwrap();
    assert_eq!(kinds(&outcome), ["unknown"]);
    let error = outcome.items()[0].outcome.error().unwrap();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
}
