//! Waiting for tasks, in both versions.

use std::time::Duration;

use certs::model::TaskStatus;
use certs::{Client, ErrorKind, TaskHandle};
use certs_sim::{Clock, Fault, Operation, Simulator, Target, TaskTimes};

use crate::support::wire::api_requests;
use crate::support::{admin_of, another_reviewer, open_certification, running_clock, tenant};

/// A tenant with a task that takes twice this long.
async fn with_task(clock: Clock, task_time: Duration) -> (Simulator, Client, [TaskHandle; 2]) {
    let times = TaskTimes {
        queued: task_time,
        running: task_time,
    };
    let tenant = tenant().items(0).clock(clock).task_times(times);
    let sim = tenant.build().unwrap();
    let client = admin_of(&sim);
    let certification = open_certification(&sim);
    let item = sim.items_of(&certification.id).remove(0);
    let review = client.certification(&certification.id);
    let reassign = review.reassign(another_reviewer(&sim, &certification), "on leave");
    let outcome = reassign.items([item.id]).in_background().await.unwrap();
    let id = &outcome.tasks().next().unwrap().id;
    let beta = client.beta().certification(&certification.id);
    let handles = [client.task(id), beta.task(id)];
    sim.clear_requests();
    (sim, client, handles)
}

#[tokio::test(start_paused = true)]
async fn a_task_is_waited_for_with_growing_pauses() {
    let (sim, client, handles) = with_task(running_clock(), Duration::from_secs(60)).await;
    let pending = client.tasks().send().await.unwrap().items;
    assert_eq!(pending[0].id, *handles[0].id());
    sim.clear_requests();
    let [v3, beta] = &handles;
    let (v3, beta) = tokio::join!(v3.wait(), beta.wait());
    assert_eq!(v3.unwrap().status, Some(TaskStatus::Success));
    assert!(beta.unwrap().succeeded());
    assert!(client.tasks().send().await.unwrap().items.is_empty());
    // 120 seconds, in each version, with pauses of 2.5 to 5 seconds from the sixth on.
    let polls = api_requests(&sim).len() - 1;
    assert!((50..=110).contains(&polls), "{polls}");
}

/// Ten calls that wait for the same task poll at different times.
#[tokio::test(start_paused = true)]
async fn pauses_are_random() {
    let clock = running_clock();
    let (_sim, _, [task, _]) = with_task(clock.clone(), Duration::from_secs(100)).await;
    let ended = futures_util::future::join_all((0..10).map(|_| async {
        task.wait().await.unwrap();
        clock.now()
    }));
    let mut ended = ended.await;
    ended.sort();
    ended.dedup();
    assert!(ended.len() >= 5, "{ended:?}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_is_cancelled_and_the_task_continues() {
    let clock = running_clock();
    let (sim, _, handles) = with_task(clock.clone(), Duration::from_secs(60)).await;
    for task in &handles {
        let began = clock.now();
        let signal = tokio::time::sleep(Duration::from_secs(10));
        let error = task.wait().cancel_on(signal).await.unwrap_err();
        assert!(error.is_cancelled(), "{error}");
        assert!(error.to_string().contains("continues"), "{error}");
        assert!(error.operation().is_some());
        let took = clock.now().duration_since(began);
        assert_eq!(took.as_secs(), 10);
    }
    // A wait that is already cancelled does not poll at all.
    sim.clear_requests();
    let (said, signal) = tokio::sync::oneshot::channel::<()>();
    said.send(()).unwrap();
    let error = handles[0].wait().cancel_on(signal).await.unwrap_err();
    assert!(error.is_cancelled(), "{error}");
    assert_eq!(api_requests(&sim), []);
    // A signal that never comes changes nothing.
    let wait = handles[0].wait().cancel_on(std::future::pending::<()>());
    assert!(wait.await.unwrap().succeeded());
}

#[tokio::test(start_paused = true)]
async fn a_wait_is_limited_in_time() {
    let clock = running_clock();
    let (_sim, _, handles) = with_task(clock.clone(), Duration::from_secs(3600)).await;
    for task in &handles {
        let began = clock.now();
        let limit = Duration::from_secs(45);
        let error = task.wait().timeout(limit).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TaskPending, "{error}");
        assert!(error.to_string().contains("`QUEUED`"), "{error}");
        let took = clock.now().duration_since(began);
        assert_eq!(took.as_secs(), 45);
    }
}

/// An outage that is longer than the retries of a call and shorter than the wait.
#[tokio::test(start_paused = true)]
async fn a_wait_survives_an_outage() {
    for fault in [
        Fault::ResetBefore,
        Fault::InternalError,
        Fault::BadGateway,
        Fault::TooManyRequests {
            retry_after: Some(Duration::from_secs(7)),
        },
    ] {
        let (sim, _, handles) = with_task(running_clock(), Duration::from_secs(10)).await;
        for task in &handles {
            sim.faults().add(fault.on(Operation::Task).times(5));
            assert!(task.wait().await.unwrap().succeeded(), "{fault}");
        }
    }
}

/// If the outage lasts longer than the wait, the error says that, and why.
#[tokio::test(start_paused = true)]
async fn a_wait_that_ends_in_an_outage_says_so() {
    let (sim, _, [task, _]) = with_task(running_clock(), Duration::from_secs(10)).await;
    sim.faults().add(Fault::BadGateway.on(Target::Reads));
    let wait = task.wait().timeout(Duration::from_secs(30));
    let error = wait.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TaskPending, "{error}");
    assert!(error.to_string().contains("502 Bad Gateway"), "{error}");
    let cause = std::error::Error::source(&error).unwrap();
    assert_eq!(
        cause.downcast_ref::<certs::Error>().unwrap().kind(),
        ErrorKind::Server
    );
    // A wait with a single poll returns the error of that poll.
    let error = task.wait().timeout(Duration::ZERO).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Server, "{error}");
}

/// An error that would occur again ends the wait.
#[tokio::test]
async fn a_missing_task_is_not_waited_for() {
    let sim = tenant().items(0).build().unwrap();
    let client = admin_of(&sim);
    let certification = open_certification(&sim);
    let beta = client.beta().certification(&certification.id);
    for task in [client.task("t-1"), beta.task("t-1")] {
        let error = task.wait().await.unwrap_err();
        assert!(error.is_not_found(), "{error}");
    }
    assert_eq!(api_requests(&sim).len(), 2);
}

#[tokio::test]
async fn a_poll_without_a_response_does_not_outlast_the_wait() {
    let sim = tenant()
        .fault(Fault::SilenceBefore.on(Operation::Task))
        .start()
        .await
        .unwrap();
    let wait = admin_of(&sim).task("a-task").wait();
    let error = wait.timeout(Duration::from_millis(20)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TaskPending, "{error}");
    assert!(
        error.to_string().contains("did not respond in that time"),
        "{error}"
    );
}
