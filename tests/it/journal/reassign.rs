//! Reassigning with a journal: its lines, and continuing from it.

use std::collections::HashMap;
use std::time::Duration;

use certs::{ErrorKind, Journal, Reassign};
use certs_sim::{Fault, Operation, Simulator, TaskStatus};

use crate::reassign::{Scene, kinds};
use crate::support::disk::Disk;
use crate::support::wire::api_requests;
use crate::support::{refusing, running_clock};

/// How often processed requests named each item.
pub(super) fn reassigned(sim: &Simulator) -> HashMap<String, usize> {
    let mut times = HashMap::new();
    let requests = api_requests(sim).into_iter();
    for request in requests.filter(|r| r.processed && r.path.contains("/reassign")) {
        for reference in request.body.unwrap()["reassign"].as_array().unwrap() {
            let id = reference["id"].as_str().unwrap().to_owned();
            *times.entry(id).or_default() += 1;
        }
    }
    times
}

#[track_caller]
fn assert_moved_once(scene: &Scene) {
    assert_eq!(scene.moved(), scene.all());
    let times = reassigned(&scene.sim);
    assert_eq!(times.len(), scene.items.len());
    assert!(times.values().all(|times| *times == 1), "{times:?}");
    let tasks = scene.sim.tasks();
    assert!(tasks.iter().all(|task| task.status == TaskStatus::Success));
}

/// Starts a call and drops it while it waits for a response.
async fn dropped(call: Reassign) {
    let call = tokio::time::timeout(Duration::from_secs(5), call);
    assert!(call.await.is_err(), "it was to wait for ever");
}

#[tokio::test]
async fn the_plan_precedes_the_first_part_and_two_lines_enclose_each_part() {
    let scene = Scene::at_once(1_200).await;
    let disk = Disk::default();
    let journal = Journal::to_writer(disk.clone());
    let outcome = scene.reassign().journal(&journal).wait().await.unwrap();
    assert!(outcome.is_complete(), "{outcome}");
    let expected = [
        "journal", "call", "part", "part", "part", "planned", "sending", "task", "sending", "task",
        "sending", "task", "ended", "ended", "ended",
    ];
    assert_eq!(disk.events(), expected);
    let lines = disk.lines();
    assert_eq!(lines[1]["kind"], "reassign");
    assert_eq!(lines[1]["to"], scene.to);
    let sizes = lines[2..5]
        .iter()
        .map(|line| line["items"].as_array().unwrap().len());
    assert_eq!(sizes.collect::<Vec<_>>(), [500, 500, 200]);
    let tasks: Vec<_> = outcome.tasks().filter_map(|task| task.id.get()).collect();
    assert_eq!(lines[7]["task"], tasks[0]);
    assert_eq!(lines[12]["end"], "applied");
    assert!(scene.client().resume(&journal).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_same_call_again_reassigns_only_what_is_new() {
    let scene = Scene::at_once(80).await;
    let disk = Disk::default();
    let journal = Journal::to_writer(disk.clone());
    let review = scene.client().certification(&scene.certification);
    let reassign = |items: &[String]| {
        let reassign = review.reassign(&scene.to, "on leave").items(items);
        reassign.keep_together(certs::KeepTogether::Nothing)
    };
    for items in [&scene.items[..20], &scene.items[20..70]] {
        let outcome = reassign(items).journal(&journal).await.unwrap();
        assert!(outcome.is_complete(), "{outcome}");
    }

    let journal = disk.reopened().await.unwrap();
    scene.sim.clear_requests();
    let again = reassign(&scene.items[10..70]).journal(&journal);
    let again = again.await.unwrap();
    assert_eq!(kinds(&again), ["applied"]);
    assert_eq!(api_requests(&scene.sim), []);
    let more = reassign(&scene.items).journal(&journal).wait();
    let more = more.await.unwrap();
    assert!(more.is_complete(), "{more}");
    let writes = scene.writes();
    assert_eq!(writes.len(), 1);
    assert_eq!(writes[0].1, scene.items[70..]);
    assert_eq!(scene.moved(), scene.all());

    // Another reviewer is another effect.
    let error = review
        .reassign("somebody else", "on leave")
        .items(&scene.items[..1]);
    let outcome = error.journal(&journal).await.unwrap();
    assert_eq!(kinds(&outcome), ["refused"]);
}

/// A part that a task works on is not sent again: the task is read or waited for.
#[tokio::test(start_paused = true)]
async fn items_of_a_running_task_are_not_sent_again() {
    for response_is_lost in [false, true] {
        for resumes in [false, true] {
            let scene = Scene::new(60, running_clock(), Duration::from_secs(20)).await;
            let disk = Disk::default();
            let journal = Journal::to_writer(disk.clone());
            if response_is_lost {
                let fault = Fault::ResetAfter.on(Operation::ReassignAsync).times(1);
                scene.sim.faults().add(fault);
            }
            let outcome = scene.reassign().journal(&journal).await.unwrap();
            assert_eq!(kinds(&outcome), ["pending"]);

            let journal = disk.reopened().await.unwrap();
            let lines = disk.events().len();
            let again = scene.reassign().journal(&journal).await.unwrap();
            assert_eq!(kinds(&again), ["pending"]);
            assert_eq!(again.tasks().next().unwrap().id, scene.sim.tasks()[0].id);
            assert_eq!(disk.events().len(), lines, "nothing new is known");

            let left = scene.client().resume(&journal).dry_run().await.unwrap();
            assert_eq!(kinds(&left.calls()[0].outcome), ["pending"]);
            if resumes {
                let soon = scene.client().resume(&journal).timeout(Duration::ZERO);
                let soon = soon.await.unwrap();
                assert_eq!(kinds(&soon.calls()[0].outcome), ["pending"]);
                assert_eq!(
                    soon.ensure_complete().unwrap_err().kind(),
                    ErrorKind::TaskPending
                );
                let resumed = scene.client().resume(&journal).await.unwrap();
                assert!(resumed.is_complete(), "{resumed}");
                let to = scene.to.as_str().into();
                assert_eq!(resumed.calls()[0].action, certs::Action::Reassign { to });
            } else {
                let again = scene.reassign().journal(&journal).wait();
                assert!(again.await.unwrap().is_complete());
            }
            assert_moved_once(&scene);
            let journal = disk.reopened().await.unwrap();
            assert!(scene.client().resume(&journal).await.unwrap().is_empty());
            assert!(
                scene
                    .reassign()
                    .journal(&journal)
                    .await
                    .unwrap()
                    .is_complete()
            );
            assert_eq!(scene.writes().len(), 1);
        }
    }
}

/// Dropped while it waits for a response, whether or not the request was done.
#[tokio::test(start_paused = true)]
async fn resuming_a_dropped_call_does_nothing_twice() {
    for (count, of_beta) in [(3, false), (60, false), (60, true)] {
        for fault in [Fault::SilenceBefore, Fault::SilenceAfter] {
            for resumes in [false, true] {
                let scene = Scene::new(count, running_clock(), Duration::from_secs(1)).await;
                let disk = Disk::default();
                let journal = Journal::to_writer(disk.clone());
                let reassign = || {
                    if of_beta {
                        let beta = scene.client().beta().certification(&scene.certification);
                        beta.reassign(&scene.to, "on leave")
                            .items(&scene.items)
                            .keep_together(certs::KeepTogether::Nothing)
                    } else {
                        scene.reassign()
                    }
                };
                for operation in [Operation::Reassign, Operation::ReassignAsync] {
                    scene.sim.faults().add(fault.on(operation));
                }
                dropped(reassign().journal(&journal)).await;
                scene.sim.faults().clear();

                let journal = disk.reopened().await.unwrap();
                // A lost request that was not done is not sent again, because it may still be on
                // its way. The caller may repeat it.
                let expected = match fault {
                    Fault::SilenceBefore => "not attempted",
                    _ => "applied",
                };
                let was_made = expected == "applied";
                if resumes {
                    let resumed = scene.client().resume(&journal).await;
                    match resumed {
                        Ok(resumed) => {
                            let [one] = resumed.calls() else {
                                panic!("{resumed}")
                            };
                            assert_eq!(one.certification, scene.certification);
                            assert_eq!(kinds(&one.outcome), [expected]);
                            assert_eq!(one.outcome.items().len(), count);
                        }
                        Err(error) => assert!(!was_made, "{error}"),
                    }
                    assert!(scene.client().resume(&journal).await.unwrap().is_empty());
                } else {
                    let again = reassign().journal(&journal).wait().await;
                    assert_eq!(again.is_ok_and(|it| it.is_complete()), was_made);
                }
                if !was_made {
                    assert_eq!(scene.writes().len(), 1, "it is not sent again");
                    let again = reassign().journal(&journal).wait().await.unwrap();
                    assert!(again.is_complete(), "{again}");
                }
                assert_moved_once(&scene);
                let is_beta = |path: &str| path.starts_with("/beta");
                let writes = api_requests(&scene.sim).into_iter();
                let mut writes = writes.filter(|r| r.method == "POST");
                assert!(writes.all(|r| is_beta(&r.path) == of_beta));
            }
        }
    }
}

/// The program may name fewer items the second time, so few that they would be reassigned at once.
#[tokio::test(start_paused = true)]
async fn a_part_that_was_being_sent_is_found_where_it_went() {
    let scene = Scene::new(60, running_clock(), Duration::from_secs(20)).await;
    let disk = Disk::default();
    let journal = Journal::to_writer(disk.clone());
    let silence = Fault::SilenceAfter.on(Operation::ReassignAsync);
    scene.sim.faults().add(silence);
    dropped(scene.reassign().journal(&journal)).await;
    scene.sim.faults().clear();

    let journal = disk.reopened().await.unwrap();
    let review = scene.client().certification(&scene.certification);
    let few = review
        .reassign(&scene.to, "on leave")
        .items(&scene.items[..5])
        .keep_together(certs::KeepTogether::Nothing);
    let outcome = few.journal(&journal).wait().await.unwrap();
    assert!(outcome.is_complete(), "{outcome}");
    assert_moved_once(&scene);
    // A probe shows that the others are done, too.
    let resumed = scene.client().resume(&journal).await.unwrap();
    assert!(resumed.is_complete() && !resumed.is_empty(), "{resumed}");
    assert_moved_once(&scene);
}

/// Two tasks are pending, and one of them may be ours.
#[tokio::test(start_paused = true)]
async fn what_cannot_be_determined_is_not_sent_again() {
    let scene = Scene::new(60, running_clock(), Duration::from_secs(20)).await;
    let disk = Disk::default();
    let journal = Journal::to_writer(disk.clone());
    let review = scene.client().certification(&scene.certification);
    let background = |items: &[String]| {
        let reassign = review.reassign(&scene.to, "on leave").items(items);
        let reassign = reassign.keep_together(certs::KeepTogether::Nothing);
        reassign.in_background()
    };
    let silence = Fault::SilenceBefore.on(Operation::ReassignAsync);
    scene.sim.faults().add(silence);
    dropped(background(&scene.items[..20]).journal(&journal)).await;
    scene.sim.faults().clear();
    for others in scene.items[20..].chunks(20) {
        let _ = background(others).await.unwrap();
    }
    scene.sim.clear_requests();

    for _ in 0..2 {
        let journal = disk.reopened().await.unwrap();
        let resumed = scene.client().resume(&journal).await.unwrap();
        let outcome = &resumed.calls()[0].outcome;
        assert_eq!(kinds(outcome), ["unknown"]);
        let error = resumed.ensure_complete().unwrap_err();
        assert!(error.may_have_taken_effect(), "{error}");
        let again = background(&scene.items[..20]).journal(&journal);
        assert_eq!(kinds(&again.await.unwrap()), ["unknown"]);
        assert_eq!(scene.writes(), []);
    }

    // When both have ended, the items show it.
    tokio::time::sleep(Duration::from_secs(60)).await;
    let journal = disk.reopened().await.unwrap();
    let error = scene.client().resume(&journal).await.unwrap_err();
    assert!(!error.may_have_taken_effect(), "{error}");
    assert_eq!(scene.writes(), []);
    let again = background(&scene.items[..20]).journal(&journal).wait();
    assert!(again.await.unwrap().is_complete());
    assert_eq!(scene.writes().len(), 1);
    assert_eq!(scene.moved(), scene.all());
}

/// A planned part is not sent while somebody else's task is pending, which may move the same items.
#[tokio::test(start_paused = true)]
async fn plans_are_not_sent_while_tasks_of_others_are_pending() {
    for others in [1, 2] {
        let scene = Scene::new(60, running_clock(), Duration::from_secs(20)).await;
        let disk = Disk::default();
        let journal = Journal::to_writer(disk.clone());
        let review = scene.client().certification(&scene.certification);
        let (ours, theirs) = scene.items.split_at(20);
        let background = |items: &[String]| {
            let reassign = review.reassign(&scene.to, "on leave").items(items);
            let reassign = reassign.keep_together(certs::KeepTogether::Nothing);
            reassign.in_background()
        };
        let silence = Fault::SilenceBefore.on(Operation::ReassignAsync);
        scene.sim.faults().add(silence);
        dropped(background(ours).journal(&journal)).await;
        disk.cut_before("sending");
        scene.sim.faults().clear();
        for theirs in theirs.chunks(theirs.len() / others) {
            let _ = background(theirs).await.unwrap();
        }
        scene.sim.clear_requests();

        let journal = disk.reopened().await.unwrap();
        let error = scene.client().resume(&journal).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TaskPending, "{error}");
        let said = error.to_string();
        let tasks = scene.sim.tasks();
        assert!(tasks.iter().all(|task| said.contains(&task.id)), "{said}");
        assert!(said.contains("wait for it, then resume again"), "{said}");
        assert_eq!(scene.writes(), []);

        for task in &tasks {
            scene.client().task(&task.id).wait().await.unwrap();
        }
        let resumed = scene.client().resume(&journal).await.unwrap();
        assert!(resumed.is_complete(), "{resumed}");
        assert_eq!(scene.writes().len(), 1);
        assert_eq!(scene.moved(), scene.all());
    }
}

/// The task that is found after a lost response is somebody else's.
#[tokio::test(start_paused = true)]
async fn a_task_mistaken_for_ours_does_not_count() {
    let scene = Scene::new(60, running_clock(), Duration::from_secs(20)).await;
    let journal = Journal::to_writer(tokio::io::sink());
    let review = scene.client().certification(&scene.certification);
    let (ours, theirs) = scene.items.split_at(30);
    let theirs = review.reassign(&scene.to, "before").items(theirs);
    let theirs = theirs.keep_together(certs::KeepTogether::Nothing);
    let _ = theirs.in_background().await.unwrap();
    let lost = Fault::ResetBefore.on(Operation::ReassignAsync).times(1);
    scene.sim.faults().add(lost);
    let ours = || {
        let reassign = review.reassign(&scene.to, "on leave").items(ours);
        let reassign = reassign.keep_together(certs::KeepTogether::Nothing);
        reassign.in_background().journal(&journal)
    };
    assert_eq!(kinds(&ours().await.unwrap()), ["pending"]);
    // Resuming shows that it was not done, and leaves repeating it to the caller.
    let error = scene.client().resume(&journal).await.unwrap_err();
    assert!(!error.may_have_taken_effect(), "{error}");
    assert!(scene.client().resume(&journal).await.unwrap().is_empty());
    assert!(ours().wait().await.unwrap().is_complete());
    assert_moved_once(&scene);
}

#[tokio::test]
async fn a_journal_that_cannot_be_written_ends_the_call_before_the_next_part() {
    let reference = Scene::at_once(1_200).await;
    let disk = Disk::default();
    let journal = Journal::to_writer(disk.clone());
    let whole = reference.reassign().journal(&journal).wait();
    assert!(whole.await.unwrap().is_complete());
    let whole = disk.text().len();
    let plan = String::from_utf8(disk.text()).unwrap();
    let plan = plan.find("\"sending\"").unwrap() - 50;
    let rooms = [0, plan / 2].into_iter().chain((plan..whole).step_by(100));
    for room in rooms {
        let scene = Scene::at_once(1_200).await;
        let disk = Disk::with_room_for(room);
        let journal = Journal::to_writer(disk.clone());
        let outcome = scene.reassign().journal(&journal).wait().await;
        let announced = String::from_utf8(disk.text()).unwrap();
        let announced = announced.matches("\"sending\"").count();
        let sent = scene.writes().len();
        assert!(sent <= announced, "{sent} of {announced} with {room}");
        match &outcome {
            Err(error) => assert!(error.kind() == ErrorKind::Journal && sent == 0, "{error}"),
            Ok(outcome) => {
                let items = outcome.items().iter();
                for item in items.filter(|item| !item.outcome.is_applied()) {
                    assert_eq!(item.outcome.error().unwrap().kind(), ErrorKind::Journal);
                }
            }
        }

        let disk = Disk { room: None, ..disk };
        let journal = disk.reopened().await.unwrap();
        // An announced part that was never sent is not sent by the next call, but by the one after
        // it.
        let again = || scene.reassign().journal(&journal).wait();
        if !again().await.is_ok_and(|outcome| outcome.is_complete()) {
            assert!(again().await.unwrap().is_complete(), "room for {room}");
        }
        assert_moved_once(&scene);
    }
}

/// Items that a task refused are not sent again; items that the token could not move are done
/// later.
#[tokio::test]
async fn a_refusal_of_the_caller_is_not_one_of_the_reassignment() {
    let scene = Scene::at_once(60).await;
    let journal = Journal::to_writer(tokio::io::sink());
    let expired = Fault::ExpiredToken.on(Operation::ReassignAsync);
    scene.sim.faults().add(expired);
    let error = scene.reassign().journal(&journal).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
    scene.sim.faults().clear();
    let resumed = scene.client().resume(&journal).await.unwrap();
    assert!(resumed.is_complete(), "{resumed}");
    assert_moved_once(&scene);

    let gone = Scene::at_once(60).await;
    let journal = Journal::to_writer(tokio::io::sink());
    let one = gone.client().certification(&gone.certification);
    let one = one.reassign(&gone.to, "before").items(&gone.items[..1]);
    one.await.unwrap().ensure_complete().unwrap();
    let outcome = gone.reassign().journal(&journal).wait().await.unwrap();
    // The new reviewer has the first item.
    assert_eq!(kinds(&outcome), ["applied", "refused"]);
    assert!(gone.client().resume(&journal).await.unwrap().is_empty());
}

/// A part was refused and is sent in halves. The first half is in a task when
/// the program stops; the task says nothing about the other half.
#[tokio::test(start_paused = true)]
async fn a_task_counts_only_for_the_items_that_it_took() {
    for resumes in [false, true] {
        let scene = Scene::new(60, running_clock(), Duration::from_secs(20)).await;
        let disk = Disk::default();
        let journal = Journal::to_writer(disk.clone());
        let reassign = |client: certs::Client| {
            let review = client.certification(&scene.certification);
            let reassign = review.reassign(&scene.to, "on leave").items(&scene.items);
            let reassign = reassign.keep_together(certs::KeepTogether::Nothing);
            reassign.in_background()
        };
        let faults = scene.sim.faults().clone();
        let first = reassign(refusing(&scene.sim, 1, Duration::ZERO)).journal(&journal);
        dropped(first.progress(move |report| {
            if report.done == 30 {
                faults.add(Fault::SilenceBefore.on(Operation::ReassignAsync));
            }
        }))
        .await;
        scene.sim.faults().clear();
        let sent = scene.writes().len();
        let first = &scene.items[..30];

        let journal = disk.reopened().await.unwrap();
        let outcomes: Vec<_> = if resumes {
            let resumed = scene.client().resume(&journal).await.unwrap();
            resumed.items().cloned().collect()
        } else {
            let again = reassign(scene.client()).journal(&journal).wait();
            again.await.unwrap().items().to_vec()
        };
        assert_eq!(outcomes.len(), 60);
        for item in &outcomes {
            let is_in_the_task = first.iter().any(|id| item.id == *id);
            assert_eq!(item.outcome.is_applied(), is_in_the_task, "{item:?}");
        }
        assert_eq!(scene.writes().len(), sent, "a lost half is not sent again");
        assert_eq!(scene.moved(), first.iter().cloned().collect());
    }
}
