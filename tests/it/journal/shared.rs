//! Several calls of one program with one journal.

use std::time::Duration;

use certs::{BulkOutcome, Error, ErrorKind};
use certs_sim::{Fault, TaskTimes};
use futures_util::poll;
use tokio::time::sleep;

use crate::support::bulk::times_decided;
use crate::support::change::{Change, Scene};

fn assert_refused(result: Result<(), Error>) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Journal, "{error}");
    let why = "another call of this program works on the same items";
    assert!(error.to_string().contains(why), "{error}");
}

/// The first call waits for its response; the same call and a resume come in between.
#[tokio::test(start_paused = true)]
async fn nothing_else_works_on_the_items_of_a_call_that_has_not_ended() {
    for change in Change::ALL {
        let slow = Fault::Latency(Duration::from_secs(8));
        let scene = change.scene(slow.on(change.operation()), |tenant| tenant);
        let others = async {
            sleep(Duration::from_secs(1)).await;
            assert_refused(change.run(&scene).await);
            assert_refused(scene.client.resume(&scene.journal).await.map(drop));
            let left = scene.client.resume(&scene.journal).dry_run().await.unwrap();
            assert!(!left.is_empty(), "a dry run only reads the journal");
        };
        let (first, ()) = tokio::join!(change.run(&scene), others);
        first.unwrap();
        assert_eq!(scene.writes(), 1, "{change:?}");
        let resumed = scene.client.resume(&scene.journal).await.unwrap();
        assert!(resumed.is_empty(), "{resumed}");
        let resumed = scene.resume().await.await.unwrap();
        assert!(resumed.is_empty(), "{resumed}");
    }
}

#[tokio::test(start_paused = true)]
async fn calls_on_different_items_run_at_once() {
    let scene = Scene::new();
    let decide = |from: usize| scene.decide(&scene.items[from..from + 2]).into_future();
    let (first, second) = tokio::join!(decide(0), decide(2));
    let all_is_done = |outcome: Result<BulkOutcome, Error>| outcome.unwrap().is_complete();
    assert!(all_is_done(first) && all_is_done(second));
    assert_eq!(scene.writes(), 2);
}

/// Resuming neither drops the plan of a call that is being written, nor sends what it sends.
#[tokio::test(start_paused = true)]
async fn resuming_at_any_point_of_a_call_harms_nothing() {
    for polls in 1.. {
        let scene = Scene::new();
        let mut call = Box::pin(scene.decide(&scene.items[..4]).batch_size(2).into_future());
        let mut ended = None;
        for _ in 0..polls {
            if let std::task::Poll::Ready(outcome) = poll!(&mut call) {
                ended = Some(outcome);
                break;
            }
            tokio::task::yield_now().await;
        }
        let resumed = scene.client.resume(&scene.journal).await;
        assert!(resumed.is_err() || resumed.unwrap().is_empty());
        let is_over = ended.is_some();
        let outcome = match ended {
            Some(outcome) => outcome,
            None => call.await,
        };
        assert!(outcome.unwrap().is_complete());
        assert!(times_decided(&scene.sim).values().all(|times| *times == 1));
        assert!(scene.resume().await.await.unwrap().is_empty());
        if is_over {
            return;
        }
    }
}

/// Whatever a call waits for when it is dropped, resuming makes it whole without doing anything
/// twice, and resuming again sends nothing.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_at_any_point_is_resumed() {
    /// By then, it only waits for the task.
    const MOST: usize = 30;
    let task_times = TaskTimes {
        queued: Duration::from_secs(1),
        running: Duration::from_secs(1),
    };
    for change in Change::ALL {
        for polls in 1..=MOST {
            let slow = Fault::Latency(Duration::from_millis(1));
            let scene = change.scene(slow.on(change.operation()), |tenant| {
                tenant.task_times(task_times)
            });
            let mut call = Box::pin(change.run(&scene));
            let mut is_over = false;
            for _ in 0..polls {
                is_over = poll!(&mut call).is_ready();
                if is_over {
                    break;
                }
                tokio::task::yield_now().await;
            }
            drop(call);
            // What is on its way arrives.
            sleep(Duration::from_secs(1)).await;
            let was_sent = scene.writes() > 0;
            let resumed = scene.client.resume(&scene.journal).await;
            if was_sent {
                let resumed = resumed.unwrap();
                assert!(
                    resumed.is_complete(),
                    "{change:?}, {polls} polls: {resumed}"
                );
            }
            let writes = scene.writes();
            assert!(writes <= 1, "{change:?}, {polls} polls: {writes} writes");
            let again = scene.resume().await.await.unwrap();
            assert!(again.is_empty(), "{change:?}, {polls} polls: {again}");
            assert_eq!(scene.writes(), writes);
            if is_over {
                break;
            }
        }
    }
}
