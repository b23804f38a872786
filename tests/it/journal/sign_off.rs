//! Signing off with a journal.

use std::time::Duration;

use certs::model::ReviewDecision;
use certs::{ErrorKind, Journal, Outcome, SignOff};
use certs_sim::{Fault, Operation};
use insta::assert_snapshot;

use crate::sign_off::Scene;
use crate::support::change::Change;
use crate::support::disk::Disk;
use crate::support::wire::api_requests;
use crate::support::{admin_of, another_reviewer, running_clock};

fn processed(scene: &Scene) -> usize {
    let requests = api_requests(&scene.sim).into_iter();
    let sign_offs = requests.filter(|r| r.processed && r.path.ends_with("/sign-off"));
    sign_offs.count()
}

#[tokio::test]
async fn it_is_planned_announced_and_ended_and_not_sent_again() {
    let scene = Scene::at_once().await;
    scene.decide().await;
    let disk = Disk::default();
    let journal = Journal::to_writer(disk.clone());
    let signed = scene.review.sign_off().journal(&journal).await.unwrap();
    assert!(signed.is_signed());
    let expected = ["journal", "call", "part", "planned", "sending", "ended"];
    assert_eq!(disk.events(), expected);

    let journal = disk.reopened().await.unwrap();
    scene.sim.clear_requests();
    let again = scene.review.sign_off().journal(&journal).await.unwrap();
    assert_eq!(again.signed, signed.signed);
    assert_eq!(api_requests(&scene.sim).len(), 1, "one read");
    assert!(
        admin_of(&scene.sim)
            .resume(&journal)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(disk.events(), expected);
    // Without the journal, it is refused.
    assert_eq!(
        scene.review.sign_off().await.unwrap_err().kind(),
        ErrorKind::Refused
    );
}

/// The response is lost, and reads do not show the sign-off for a minute. So it is sent again, and the
/// service refuses it because it is signed.
#[tokio::test(start_paused = true)]
async fn one_that_is_refused_because_it_is_made_is_unknown() {
    let lost = Fault::ResetAfter.on(Operation::SignOff).times(1);
    let lag = Duration::from_secs(60);
    let scene = Change::SignOff.scene(lost, |tenant| tenant.read_lag(lag));
    tokio::time::sleep(lag).await; // until reads show the decisions
    let error = Change::SignOff.run(&scene).await.unwrap_err();
    assert!(error.may_have_taken_effect(), "{error}");
    assert_eq!(
        (scene.writes(), scene.ends()),
        (2, vec!["unknown".to_owned()])
    );
    tokio::time::sleep(lag).await;
    let resumed = scene.resume().await.await.unwrap();
    assert!(resumed.is_complete(), "{resumed}");
    assert_eq!(scene.writes(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_sign_off_that_is_dropped_is_done_once() {
    type Way = fn(SignOff) -> SignOff;
    let ways: [Way; 2] = [|it| it, SignOff::unchecked];
    for way in ways {
        for fault in [Fault::SilenceBefore, Fault::SilenceAfter] {
            for resumes in [false, true] {
                let scene = Scene::new(running_clock(), Duration::ZERO).await;
                scene.decide().await;
                let disk = Disk::default();
                let journal = Journal::to_writer(disk.clone());
                scene.sim.faults().add(fault.on(Operation::SignOff));
                let sign_off = way(scene.review.sign_off()).journal(&journal);
                let limit = Duration::from_secs(5);
                let dropped = tokio::time::timeout(limit, sign_off).await;
                assert!(dropped.is_err());
                scene.sim.faults().clear();

                let journal = disk.reopened().await.unwrap();
                if resumes {
                    let resumed = admin_of(&scene.sim).resume(&journal).await.unwrap();
                    assert!(resumed.is_complete(), "{resumed}");
                    let [one] = resumed.calls() else {
                        panic!("{resumed}")
                    };
                    assert_eq!(one.certification, scene.certification.id);
                } else {
                    let again = way(scene.review.sign_off()).journal(&journal);
                    assert!(again.await.unwrap().is_signed());
                }
                assert!(scene.is_signed());
                assert_eq!(processed(&scene), 1);
                let journal = disk.reopened().await.unwrap();
                assert!(
                    admin_of(&scene.sim)
                        .resume(&journal)
                        .await
                        .unwrap()
                        .is_empty()
                );
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_may_be_signed_and_cannot_be_read_is_unknown() {
    let scene = Scene::new(running_clock(), Duration::ZERO).await;
    scene.decide().await;
    let journal = Journal::to_writer(tokio::io::sink());
    scene
        .sim
        .faults()
        .add(Fault::ResetAfter.on(Operation::SignOff));
    let outage = Fault::BadGateway.on(Operation::Certification);
    scene.sim.faults().add(outage);
    let sign_off = scene.review.sign_off().unchecked().journal(&journal);
    assert!(sign_off.await.unwrap_err().may_have_taken_effect());
    let again = scene.review.sign_off().unchecked().journal(&journal);
    let error = again.await.unwrap_err();
    assert!(error.may_have_taken_effect(), "{error}");
    let resumed = admin_of(&scene.sim).resume(&journal).await.unwrap();
    let outcome = &resumed.calls()[0].outcome.items()[0].outcome;
    assert!(matches!(outcome, Outcome::Unknown(_)));
    scene.sim.faults().clear();
    let resumed = admin_of(&scene.sim).resume(&journal).await.unwrap();
    assert!(resumed.is_complete(), "{resumed}");
    assert_eq!(processed(&scene), 1);
}

/// Decisions come first; if they fail, there is no sign-off.
#[tokio::test(start_paused = true)]
async fn unfinished_decisions_prevent_the_sign_off() {
    let scene = Scene::at_once().await;
    let client = admin_of(&scene.sim);
    let disk = Disk::default();
    let journal = Journal::to_writer(disk.clone());
    let items = scene.sim.items_of(&scene.certification.id);
    let decisions = items.iter().map(|item| ReviewDecision::approve(&item.id));
    let decide = scene.review.decide(decisions).journal(&journal);
    scene
        .sim
        .faults()
        .add(Fault::ExpiredToken.on(Operation::Decide));
    assert_eq!(decide.await.unwrap_err().kind(), ErrorKind::Unauthorized);
    let sign_off = scene.review.sign_off().journal(&journal);
    assert_eq!(sign_off.await.unwrap_err().kind(), ErrorKind::NotReady);

    // Nothing could be done at all, so resuming returns an error.
    let error = client.resume(&journal).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
    let refused = Fault::BadGateway.on(Operation::Decide);
    scene.sim.faults().clear();
    scene.sim.faults().add(refused);
    let resumed = client.resume(&journal).await.unwrap();
    let sign_off = &resumed.calls().last().unwrap().outcome.items()[0];
    let Outcome::NotAttempted(certs::NotAttempted::Failed(error)) = &sign_off.outcome else {
        panic!("{resumed}")
    };
    assert_eq!(error.kind(), ErrorKind::NotReady);
    assert_snapshot!(scene.shown(error).replace(&items.len().to_string(), "[all]"), @"sign_off_identity_certification (v3): certification [certification] is not signed off, because other work on it in the journal is not done: 0 of [all] applied, [all] unknown. Resume again when it can be done");
    assert_eq!(processed(&scene), 0);

    scene.sim.faults().clear();
    let journal = disk.reopened().await.unwrap();
    let resumed = client.resume(&journal).await.unwrap();
    assert!(resumed.is_complete() && scene.is_signed(), "{resumed}");
    let shown = resumed.to_string().replace(&scene.certification.id, "[id]");
    assert_snapshot!(shown.replace(&items.len().to_string(), "[all]"), @"certification [id], decisions: [all] of [all] applied; certification [id], sign-off: 1 of 1 applied");
    assert_eq!(processed(&scene), 1);
}

/// A resumed sign-off waits if the interrupted one waited.
#[tokio::test(start_paused = true)]
async fn an_interrupted_wait_continues() {
    for waits in [false, true] {
        let scene = Scene::new(running_clock(), Duration::from_secs(30)).await;
        let to = another_reviewer(&scene.sim, &scene.certification);
        scene.decide().await;
        let item = scene.sim.items_of(&scene.certification.id).remove(0);
        let reassign = scene.review.reassign(to, "on leave").items([item.id]);
        let _ = reassign.in_background().await.unwrap();
        let disk = Disk::default();
        let journal = Journal::to_writer(disk.clone());
        let sign_off = scene.review.sign_off().journal(&journal);
        let sign_off = if waits {
            sign_off.wait(Duration::from_secs(600))
        } else {
            sign_off
        };
        let given_up = tokio::time::timeout(Duration::from_secs(5), sign_off).await;
        assert_eq!(given_up.is_err(), waits);
        let journal = disk.reopened().await.unwrap();
        let resumed = admin_of(&scene.sim).resume(&journal).await;
        if waits {
            assert!(resumed.unwrap().is_complete())
        } else {
            assert_eq!(resumed.unwrap_err().kind(), ErrorKind::NotReady)
        }
        assert_eq!(scene.is_signed(), waits);
    }
}
