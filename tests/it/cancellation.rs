//! What a dropped future leaves behind: a test for each row of the guide's page on cancellation.

use std::time::Duration;

use certs::{Journal, KeepTogether};
use certs_sim::{Clock, Fault, Operation, Phase, Target};
use tokio::time::{sleep, timeout};

use crate::bulk_decide::{assert_decided_once, decided, decision, item_ids, largest};
use crate::reassign::Scene;
use crate::support::disk::Disk;
use crate::support::wire::{api_requests, token_requests};
use crate::support::{admin_of, running_clock, tenant};

/// Polls a call until it waits for a response that never comes, and drops it.
async fn dropped<C: IntoFuture>(call: C) {
    let call = timeout(Duration::from_secs(5), call).await;
    assert!(call.is_err(), "it was to wait for a response");
}

#[tokio::test(start_paused = true)]
async fn a_read_changes_nothing_and_what_was_fetched_ahead_is_cancelled() {
    let sim = tenant().clock(running_clock()).build().unwrap();
    let client = admin_of(&sim);
    let certification = largest(&sim);
    let review = client.certification(&certification.id);
    let before = sim.export();
    let slow = Fault::Latency(Duration::from_secs(2));
    sim.faults().add(slow.on(Target::Reads));
    let mut items = review.items().page_size(1).stream();
    items.try_next().await.unwrap().unwrap();
    drop(items);
    sim.faults().clear();
    sim.faults().add(Fault::SilenceBefore.on(Target::Reads));
    dropped(review.get()).await;
    let sent = api_requests(&sim).len();
    sleep(Duration::from_secs(60)).await;
    assert_eq!(
        api_requests(&sim).len(),
        sent,
        "nothing is asked for any more"
    );
    assert_eq!(sim.export(), before);
    sim.faults().clear();
    review.get().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_a_task_leaves_the_task() {
    let scene = Scene::new(60, running_clock(), Duration::from_secs(30)).await;
    let outcome = scene.reassign().await.unwrap();
    let client = scene.client();
    let task = client.task(&outcome.tasks().next().unwrap().id);
    dropped(task.wait()).await;
    assert!(scene.moved().is_empty());
    task.wait().await.unwrap();
    assert_eq!(scene.moved(), scene.all());
}

/// The first batch has a response, the second on its way, the third never begun.
#[tokio::test(start_paused = true)]
async fn decisions_with_a_response_are_made_and_no_other_batch_is_sent() {
    for (fault, made) in [(Fault::SilenceBefore, 2), (Fault::SilenceAfter, 4)] {
        let sim = tenant().clock(running_clock()).build().unwrap();
        let certification = largest(&sim);
        let items = item_ids(&sim, &certification);
        let review = admin_of(&sim).certification(&certification.id);
        let faults = sim.faults().clone();
        let decide = review.decide(items[..6].iter().map(|id| decision(id)));
        let decide = decide.batch_size(2).concurrency(1).progress(move |report| {
            if report.done == 2 {
                faults.add(fault.on(Operation::Decide));
            }
        });
        dropped(decide).await;
        sleep(Duration::from_secs(60)).await;
        assert_eq!(decided(&sim).concat(), items[..made], "{fault}");
        assert_eq!(api_requests(&sim).len(), 2, "{fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn reassignments_with_a_response_are_made_and_tasks_continue() {
    let scene = Scene::new(1_100, running_clock(), Duration::from_secs(30)).await;
    let faults = scene.sim.faults().clone();
    let reassign = scene.reassign().progress(move |report| {
        if report.done == 500 {
            faults.add(Fault::SilenceBefore.on(Operation::ReassignAsync));
        }
    });
    dropped(reassign).await;
    assert_eq!(scene.sim.tasks().len(), 1);
    assert!(scene.moved().is_empty());
    sleep(Duration::from_secs(61)).await;
    assert_eq!(scene.moved().len(), 500);
    assert_eq!(scene.writes().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_sign_off_is_signed_if_its_request_arrived_and_the_certification_shows_it() {
    for (fault, signed) in [(Fault::SilenceBefore, false), (Fault::SilenceAfter, true)] {
        let scene = crate::sign_off::Scene::new(running_clock(), Duration::ZERO).await;
        scene.decide().await;
        scene.sim.faults().add(fault.on(Operation::SignOff));
        dropped(scene.review.sign_off()).await;
        scene.sim.faults().clear();
        let certification = scene.review.get().await.unwrap();
        assert_eq!(certification.is_signed(), signed, "{fault}");
        let rows = scene.sim.certifications();
        let mut rows = rows.iter().filter(|row| row.id == scene.certification.id);
        assert!(rows.all(|row| (row.phase == Phase::Signed) == signed));
    }
}

#[tokio::test(start_paused = true)]
async fn a_resume_is_resumed() {
    let sim = tenant().clock(running_clock()).build().unwrap();
    let certification = largest(&sim);
    let items = &item_ids(&sim, &certification)[..30];
    let client = admin_of(&sim);
    let disk = Disk::default();
    let journal = Journal::to_writer(disk.clone());
    let review = client.certification(&certification.id);
    let decide = review.decide(items.iter().map(|id| decision(id)));
    let decide = decide.batch_size(5).concurrency(1).journal(&journal);
    let silent = |fault: Fault| sim.faults().add(fault.on(Operation::Decide));
    silent(Fault::SilenceBefore);
    dropped(decide).await;
    // Each time, one request is done and its response is lost.
    for _ in 0..3 {
        sim.faults().clear();
        silent(Fault::SilenceAfter);
        let journal = disk.reopened().await.unwrap();
        dropped(client.resume(&journal)).await;
    }
    sim.faults().clear();
    let journal = disk.reopened().await.unwrap();
    let resumed = client.resume(&journal).await.unwrap();
    assert!(resumed.is_complete(), "{resumed}");
    assert_decided_once(&sim, &certification, items);
}

#[tokio::test]
async fn dropped_evidence_leaves_nothing_that_seems_complete() {
    let sim = tenant().clock(Clock::system()).build().unwrap();
    let client = admin_of(&sim);
    let folder = tempfile::tempdir().unwrap();
    sim.faults().add(Fault::SilenceBefore.on(Operation::Items));
    let evidence = client.evidence();
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let evidence = evidence.progress(move |_| {
        let _ = tell.send(());
    });
    let run = tokio::spawn(evidence.write_to(folder.path().to_owned()));
    told.recv().await.unwrap();
    run.abort();
    assert!(run.await.unwrap_err().is_cancelled());
    let names = || {
        let files = std::fs::read_dir(folder.path()).unwrap();
        files.map(|file| file.unwrap().file_name().into_string().unwrap())
    };
    assert!(names().all(|name| name.ends_with(".partial")));
    sim.faults().clear();
    client.evidence().write_to(folder.path()).await.unwrap();
    assert!(names().all(|name| !name.ends_with(".partial")));
}

/// The call that requested the token is dropped; all others that wait still get it.
#[tokio::test(start_paused = true)]
async fn a_token_request_continues_for_the_other_calls() {
    let sim = tenant().clock(running_clock()).build().unwrap();
    let client = admin_of(&sim);
    let slow = Fault::Latency(Duration::from_secs(8));
    sim.faults().add(slow.on(Operation::Token).times(1));
    let other = tokio::spawn({
        let client = client.clone();
        async move {
            sleep(Duration::from_secs(1)).await;
            client.certifications().send().await.map(drop)
        }
    });
    dropped(client.certifications().send()).await;
    other.await.unwrap().unwrap();
    assert_eq!(token_requests(&sim).len(), 1);
}

/// Both ways to group items leave the same traces.
#[tokio::test(start_paused = true)]
async fn a_reassignment_is_resumed_whatever_is_kept_together() {
    for keep in [KeepTogether::Identities, KeepTogether::Accesses] {
        let scene = Scene::new(20, running_clock(), Duration::ZERO).await;
        let disk = Disk::default();
        let journal = Journal::to_writer(disk.clone());
        let faults = scene.sim.faults().clone();
        let reassign = scene.reassign().keep_together(keep).journal(&journal);
        let reassign = reassign.progress(move |report| {
            if report.done > 0 {
                faults.add(Fault::SilenceAfter.on(Operation::Reassign));
            }
        });
        dropped(reassign).await;
        scene.sim.faults().clear();
        let journal = disk.reopened().await.unwrap();
        let resumed = scene.client().resume(&journal).await.unwrap();
        assert!(resumed.is_complete(), "{resumed}");
        assert_eq!(scene.moved(), scene.all());
        let sent: Vec<_> = scene
            .writes()
            .into_iter()
            .flat_map(|(_, ids)| ids)
            .collect();
        assert_eq!(sent.len(), scene.items.len(), "nothing is sent twice");
    }
}
