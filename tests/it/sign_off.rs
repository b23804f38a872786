//! Signing off: checks, waits, and lost responses.

use std::time::Duration;

use certs::filter::item;
use certs::model::ReviewDecision;
use certs::{Error, ErrorKind, Review};
use certs_sim::{Clock, Fault, Operation, Phase, Simulator, Target, TaskTimes, view};
use insta::assert_snapshot;

use crate::support::wire::api_requests;
use crate::support::{admin_of, another_reviewer, open_certification, running_clock, tenant};

pub(crate) struct Scene {
    pub(crate) sim: Simulator,
    pub(crate) certification: view::Certification,
    pub(crate) review: Review,
}

impl Scene {
    /// A certification with no decisions. Tasks take twice this long.
    pub(crate) async fn new(clock: Clock, task_time: Duration) -> Self {
        let times = TaskTimes {
            queued: task_time,
            running: task_time,
        };
        let tenant = tenant().items(0).clock(clock).task_times(times);
        let sim = tenant.build().unwrap();
        let certification = open_certification(&sim);
        let review = admin_of(&sim).certification(&certification.id);
        Self {
            sim,
            certification,
            review,
        }
    }

    pub(crate) async fn at_once() -> Self {
        Self::new(crate::support::clock(), Duration::ZERO).await
    }

    pub(crate) async fn decide(&self) {
        let open = self.review.items().filter(item::completed().eq(false));
        let open: Vec<_> = open.stream().try_collect().await.unwrap();
        let approve = |item: &certs::model::AccessReviewItem| ReviewDecision::approve(&item.id);
        for open in open.chunks(certs::MAX_DECISIONS) {
            let outcome = self.review.decide(open.iter().map(approve)).await.unwrap();
            outcome.ensure_complete().unwrap();
        }
    }

    /// Gives one item away by a task, which takes time.
    async fn reassign_one(&self) {
        let item = self.sim.items_of(&self.certification.id).remove(0);
        let to = another_reviewer(&self.sim, &self.certification);
        let reassign = self.review.reassign(to, "on leave").items([item.id]);
        let outcome = reassign.in_background().await.unwrap();
        assert!(outcome.tasks().next().unwrap().is_pending());
    }

    fn sign_offs(&self) -> usize {
        let requests = api_requests(&self.sim).into_iter();
        requests.filter(|r| r.path.ends_with("/sign-off")).count()
    }

    pub(crate) fn is_signed(&self) -> bool {
        let mut rows = self.sim.certifications().into_iter();
        let row = rows.find(|row| row.id == self.certification.id);
        row.unwrap().phase == Phase::Signed
    }

    /// The text, with placeholders for whatever depends on the data set.
    pub(crate) fn shown(&self, error: &Error) -> String {
        let mut text = error.to_string();
        for item in self.sim.items() {
            text = text.replace(&item.id, "[item]");
            text = text.replace(&format!("`{}`", item.access_name), "`[access]`");
        }
        for task in self.sim.tasks() {
            text = text.replace(&task.id, "[task]");
        }
        for row in self.sim.certifications() {
            text = text.replace(&row.id, "[certification]");
        }
        let view::Certification {
            decisions_total, ..
        } = self.certification;
        text.replace(&format!("{decisions_total} decisions"), "[all] decisions")
            .replace(&format!("{decisions_total} of"), "[all] of")
    }
}

#[tokio::test]
async fn what_is_open_is_named_and_nothing_is_sent() {
    let scene = Scene::at_once().await;
    let error = scene.review.sign_off().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotReady);
    assert!(!error.may_have_taken_effect());
    assert_snapshot!(scene.shown(&error), @"sign_off_identity_certification (v3): certification [certification] cannot be signed off yet: [all] of [all] decisions are open (item [item] `[access]`, item [item] `[access]`, item [item] `[access]`, …). Finish that, or let the sign-off wait for it");
    assert_eq!(scene.sign_offs(), 0);

    // The service's own error says less.
    let error = scene.review.sign_off().unchecked().await.unwrap_err();
    assert!(error.is_invalid_request(), "{error}");
    assert_eq!(scene.sign_offs(), 1);

    scene.decide().await;
    let signed = scene.review.sign_off().await.unwrap();
    assert!(signed.is_signed() && scene.is_signed());
    assert_eq!(scene.sign_offs(), 2);
}

#[tokio::test]
async fn one_open_item_is_named_in_the_singular() {
    let scene = Scene::at_once().await;
    let items = scene.sim.items_of(&scene.certification.id);
    let decided = items[1..]
        .iter()
        .map(|item| ReviewDecision::approve(&item.id));
    let outcome = scene.review.decide(decided).await.unwrap();
    outcome.ensure_complete().unwrap();
    let error = scene.review.sign_off().await.unwrap_err();
    assert_snapshot!(scene.shown(&error), @"sign_off_identity_certification (v3): certification [certification] cannot be signed off yet: 1 of [all] decisions is open (item [item] `[access]`). Finish that, or let the sign-off wait for it");
    // The error may lack the names of the items.
    scene
        .sim
        .faults()
        .add(Fault::InternalError.on(Operation::Items));
    let error = scene.review.sign_off().await.unwrap_err();
    assert_snapshot!(scene.shown(&error), @"sign_off_identity_certification (v3): certification [certification] cannot be signed off yet: 1 of [all] decisions is open. Finish that, or let the sign-off wait for it");
}

#[tokio::test]
async fn a_signed_one_is_not_signed_again() {
    let scene = Scene::at_once().await;
    scene.decide().await;
    scene.review.sign_off().await.unwrap();
    let error = scene.review.sign_off().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    assert_snapshot!(scene.shown(&error), @"sign_off_identity_certification (v3): certification [certification] is signed off already, on 2026-03-02T08:00:00Z");
    // Waiting would not help.
    let wait = scene.review.sign_off().wait(Duration::from_secs(3600));
    assert_eq!(wait.await.unwrap_err().kind(), ErrorKind::Refused);
    assert_eq!(scene.sign_offs(), 1);
}

#[tokio::test]
async fn a_staged_one_has_to_start_first() {
    let scene = Scene::at_once().await;
    let staged = scene.sim.certifications().into_iter().find(|row| {
        row.phase == Phase::Staged && matches!(row.reviewer, view::Reviewer::Identity(_))
    });
    let review = admin_of(&scene.sim).certification(staged.unwrap().id);
    let error = review.sign_off().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotReady, "{error}");
    assert_snapshot!(scene.shown(&error), @"sign_off_identity_certification (v3): certification [certification] is staged: nothing can be decided or signed off before its campaign starts");
    // Waiting would not help: an administrator has to start the campaign.
    let wait = review.sign_off().wait(Duration::from_secs(3600));
    assert_eq!(wait.await.unwrap_err().kind(), ErrorKind::NotReady);
}

#[tokio::test(start_paused = true)]
async fn a_running_task_is_named_or_waited_for() {
    let scene = Scene::new(running_clock(), Duration::from_secs(20)).await;
    scene.reassign_one().await;
    scene.decide().await;
    let error = scene.review.sign_off().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotReady, "{error}");
    assert_snapshot!(scene.shown(&error), @"sign_off_identity_certification (v3): certification [certification] cannot be signed off yet: task [task] (REASSIGN) is running. Finish that, or let the sign-off wait for it");
    let limit = Duration::from_secs(10);
    let error = scene.review.sign_off().wait(limit).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotReady, "{error}");
    assert_snapshot!(scene.shown(&error), @"sign_off_identity_certification (v3): certification [certification] cannot be signed off yet, after 10s: task [task] (REASSIGN) is running. Finish that, or let the sign-off wait for it");
    assert_eq!(scene.sign_offs(), 0);

    let began = scene.sim.clock().now();
    let sign_off = scene.review.sign_off().wait(Duration::from_secs(600));
    assert!(sign_off.await.unwrap().is_signed());
    let took = scene.sim.clock().now().duration_since(began).as_secs();
    assert!((20..=40).contains(&took), "{took}");
    assert_eq!(scene.sign_offs(), 1);
}

/// Somebody else decides while the sign-off waits, and the service is unreachable for a while.
#[tokio::test(start_paused = true)]
async fn open_decisions_are_waited_for_through_an_outage() {
    let scene = Scene::new(running_clock(), Duration::ZERO).await;
    let decide = async {
        tokio::time::sleep(Duration::from_secs(60)).await;
        scene.sim.faults().add(Fault::BadGateway.on(Target::Reads));
        tokio::time::sleep(Duration::from_secs(60)).await;
        scene.sim.faults().clear();
        scene.decide().await;
    };
    let sign_off = scene.review.sign_off().wait(Duration::from_secs(600));
    let (signed, ()) = tokio::join!(sign_off, decide);
    assert!(signed.unwrap().is_signed());
    assert_eq!(scene.sign_offs(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_lost_response_is_settled_by_reading_back() {
    for (fault, is_signed) in [
        (Fault::ResetAfter, true),
        (Fault::InvalidJson, true),
        (Fault::GatewayTimeout, true),
        (Fault::ResetBefore, false),
        (Fault::InternalError, false),
    ] {
        let scene = Scene::new(running_clock(), Duration::ZERO).await;
        scene.decide().await;
        scene.sim.faults().add(fault.on(Operation::SignOff));
        let outcome = scene.review.sign_off().await;
        assert_eq!(scene.sign_offs(), 1, "{fault}: it is not sent again");
        assert_eq!(scene.is_signed(), is_signed, "{fault}");
        match outcome {
            Ok(certification) => assert!(is_signed && certification.is_signed()),
            Err(error) => {
                assert!(!is_signed, "{fault}: {error}");
                // A request whose connection broke may still arrive; one with a response of the
                // service cannot.
                let may_arrive = fault == Fault::ResetBefore;
                assert_eq!(error.may_have_taken_effect(), may_arrive, "{error}");
            }
        }
    }
}

/// If reading fails as well, the outcome is unknown.
#[tokio::test(start_paused = true)]
async fn a_lost_response_that_cannot_be_settled_says_so() {
    for is_checked in [true, false] {
        let scene = Scene::new(running_clock(), Duration::ZERO).await;
        scene.decide().await;
        scene.sim.clear_requests();
        let silence = Fault::SilenceAfter.on(Operation::SignOff);
        scene.sim.faults().add(silence);
        let sign_off = if is_checked {
            scene.review.sign_off()
        } else {
            scene.review.sign_off().unchecked()
        };
        let outage = async {
            // By now, the sign-off waits for its response.
            tokio::time::sleep(Duration::from_secs(5)).await;
            scene
                .sim
                .faults()
                .add(Fault::InternalError.on(Target::Reads));
        };
        let (outcome, ()) = tokio::join!(sign_off.into_future(), outage);
        let error = outcome.unwrap_err();
        assert!(
            error.is_timeout() && error.may_have_taken_effect(),
            "{error}"
        );
        assert!(scene.is_signed());
        let asked = api_requests(&scene.sim).len();
        assert_eq!(asked, if is_checked { 4 } else { 2 });
    }
}
