//! Journals: their content, and continuing from them.

mod crash;
mod files;
mod format;
mod reassign;
mod shared;
mod sign_off;
mod torn;

use std::sync::Mutex;

use certs::{ErrorKind, Journal, Outcome};
use certs_sim::{Fault, Operation, Simulator};

use crate::bulk_decide::{assert_decided_once, decided, decision, item_ids, largest};
use crate::support::disk::Disk;
use crate::support::wire::api_requests;
use crate::support::{admin_of, open_certification, simulator};

const _: () = {
    const fn shared<T: Send + Sync + Clone>() {}
    shared::<Journal>();
    shared::<certs::Policy>();
};

fn decide_requests(sim: &Simulator) -> usize {
    let requests = api_requests(sim);
    requests
        .iter()
        .filter(|request| request.path.ends_with("/decide"))
        .count()
}

#[tokio::test]
async fn the_plan_precedes_the_first_request_and_two_lines_enclose_each_request() {
    let sim = simulator();
    let certification = largest(&sim);
    let items = &item_ids(&sim, &certification)[..25];
    let review = admin_of(&sim).certification(&certification.id);
    let disk = Disk::default();
    let journal = Journal::to_writer(disk.clone());
    let decide = review.decide(items.iter().map(|id| decision(id)));
    let outcome = decide
        .batch_size(10)
        .concurrency(1)
        .journal(&journal)
        .await
        .unwrap();
    assert!(outcome.is_complete());

    let expected = [
        "journal", "call", "part", "part", "part", "planned", "sending", "ended", "sending",
        "ended", "sending", "ended",
    ];
    assert_eq!(disk.events(), expected);
    let lines = disk.lines();
    assert_eq!(
        format!("http://{}", lines[0]["tenant"].as_str().unwrap()),
        sim.base_url()
    );
    let text = String::from_utf8(disk.text()).unwrap();
    assert!(!text.contains(&sim.admin().client_secret));
    assert_eq!(lines[1]["batch_size"], 10);
    let planned = lines[2..5].iter().flat_map(|line| {
        let decisions = line["items"].as_array().unwrap();
        decisions
            .iter()
            .map(|decision| decision["id"].as_str().unwrap().to_owned())
    });
    assert_eq!(planned.collect::<Vec<_>>(), items);
}

/// Wherever the disk becomes full, only announced requests are sent, and the rest can be done
/// later.
#[tokio::test]
async fn a_journal_that_cannot_be_written_ends_the_call_before_the_next_request() {
    let sim = simulator();
    let certification = largest(&sim);
    let items = item_ids(&sim, &certification);
    let review = admin_of(&sim).certification(&certification.id);
    let decide = || {
        review
            .decide(items[..40].iter().map(|id| decision(id)))
            .batch_size(10)
    };
    let disk = Disk::default();
    let journal = Journal::to_writer(disk.clone());
    assert!(
        decide()
            .concurrency(1)
            .journal(&journal)
            .await
            .unwrap()
            .is_complete()
    );
    let whole = disk.text().len();

    for room in (0..whole).step_by(whole / 60) {
        sim.clear_requests();
        let disk = Disk::with_room_for(room);
        let journal = Journal::to_writer(disk.clone());
        let outcome = decide().concurrency(1).journal(&journal).await;
        let sent = decide_requests(&sim);
        let announced = String::from_utf8(disk.text()).unwrap();
        let announced = announced.matches("\"sending\"").count();
        assert!(
            sent <= announced,
            "{sent} of {announced} with room for {room}"
        );
        match outcome {
            Ok(outcome) => {
                assert_eq!(outcome.applied().count(), sent * 10);
                let mut rest = outcome.not_attempted();
                assert!(
                    rest.all(|item| item.outcome.error().unwrap().kind() == ErrorKind::Journal)
                );
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Journal, "{error}");
                assert_eq!(sent, 0);
            }
        }
        // A journal that failed stays unusable.
        let again = decide().journal(&journal).await;
        if let Err(error) = again.and_then(|outcome| outcome.ensure_complete()) {
            assert_eq!(error.kind(), ErrorKind::Journal, "{error}");
        }
        assert_eq!(decide_requests(&sim), sent);

        let disk = Disk { room: None, ..disk };
        let journal = disk.reopened().await.unwrap();
        let outcome = decide().journal(&journal).await.unwrap();
        assert!(outcome.is_complete());
        // Decisions with lost responses were read back, so nothing was done twice.
        let times = crate::bulk_decide::times_decided(&sim);
        let (most, all) = (times.values().max(), times.len());
        assert!(most.is_none_or(|most| *most == 1), "room for {room}");
        assert!(all <= 40);
        assert!(disk.reopened().await.is_ok());
    }
}

#[tokio::test]
async fn the_same_call_with_the_same_journal_does_nothing_twice() {
    let sim = simulator();
    let certification = largest(&sim);
    let items = item_ids(&sim, &certification);
    let (items, more) = (&items[..40], &items[..60]);
    let review = admin_of(&sim).certification(&certification.id);
    let disk = Disk::default();
    let journal = Journal::to_writer(disk.clone());
    let decide = |items: &[String]| {
        review
            .decide(items.iter().map(|id| decision(id)))
            .batch_size(20)
    };
    assert!(decide(items).journal(&journal).await.unwrap().is_complete());
    let journal = disk.reopened().await.unwrap();
    sim.clear_requests();
    assert!(decide(items).journal(&journal).await.unwrap().is_complete());
    assert_eq!(api_requests(&sim), []);
    let outcome = decide(more).journal(&journal).await.unwrap();
    assert_eq!(outcome.applied().count(), 60);
    assert_eq!(decided(&sim), [more[40..].to_vec()]);

    // A different verdict makes a different effect; a different comment or end date does not.
    sim.clear_requests();
    let commented = [decision(&items[0]).comment("computed anew each time")];
    let again = review.decide(commented).journal(&journal).await.unwrap();
    assert!(again.is_complete());
    assert_eq!(api_requests(&sim), []);
    let mut other = decision(&items[0]).comment("second thoughts");
    other.decision = match other.decision {
        certs::model::Decision::Approve => certs::model::Decision::Revoke,
        _ => certs::model::Decision::Approve,
    };
    let other = [other];
    for expected in [1, 1] {
        let outcome = review
            .decide(other.clone())
            .journal(&journal)
            .await
            .unwrap();
        assert!(outcome.is_complete());
        assert_eq!(decide_requests(&sim), expected);
    }
    // The earlier verdict is no longer the current one.
    assert!(decide(items).journal(&journal).await.unwrap().is_complete());
    assert_eq!(decided(&sim).last().unwrap(), &items[..1]);
}

/// A call that is dropped in the middle leaves the same traces as a crash.
#[tokio::test]
async fn a_call_that_is_dropped_is_resumed() {
    let sim = simulator();
    let certification = largest(&sim);
    let items = item_ids(&sim, &certification);
    let client = admin_of(&sim);
    let review = client.certification(&certification.id);
    // The fifth request is done, but never gets a response.
    let faults = sim.faults().clone();
    let disk = Disk::default();
    let journal = Journal::to_writer(disk.clone());
    let (stuck, told) = tokio::sync::oneshot::channel();
    let stuck = Mutex::new(Some(stuck));
    let decide = review.decide(items.iter().map(|id| decision(id)));
    let decide = decide
        .batch_size(10)
        .concurrency(1)
        .journal(&journal)
        .progress(move |report| {
            if report.done == 40
                && let Some(stuck) = stuck.lock().unwrap().take()
            {
                faults.add(Fault::SilenceAfter.on(Operation::Decide));
                let _ = stuck.send(());
            }
        });
    let call = tokio::spawn(decide.into_future());
    told.await.unwrap();
    while decide_requests(&sim) < 5 {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    sim.faults().clear();

    let journal = disk.reopened().await.unwrap();
    let resumed = client.resume(&journal).await.unwrap();
    assert!(resumed.is_complete(), "{resumed}");
    let [one] = resumed.calls() else {
        panic!("{resumed}")
    };
    assert_eq!(one.action, certs::Action::Decide);
    assert_eq!(one.certification, certification.id);
    let ids: Vec<_> = one
        .outcome
        .items()
        .iter()
        .map(|item| item.id.clone())
        .collect();
    assert_eq!(ids, items[40..], "only what was unfinished, in its order");
    assert_decided_once(&sim, &certification, &items);

    sim.clear_requests();
    let journal = disk.reopened().await.unwrap();
    assert!(client.resume(&journal).await.unwrap().is_empty());
    assert_eq!(api_requests(&sim), []);
}

#[tokio::test]
async fn what_was_refused_is_left_and_what_was_not_sent_is_sent() {
    let sim = simulator();
    let certification = largest(&sim);
    let items = item_ids(&sim, &certification);
    let client = admin_of(&sim);
    let review = client.certification(&certification.id);
    let mut decisions: Vec<_> = items[..30].iter().map(|id| decision(id)).collect();
    decisions[3] = decision("no-such-item");
    let faults = sim.faults().clone();
    let journal = Journal::to_writer(tokio::io::sink());
    let decide = review
        .decide(decisions)
        .batch_size(10)
        .concurrency(1)
        .journal(&journal);
    let outcome = decide.progress(move |report| {
        if report.done == 20 {
            faults.add(Fault::ExpiredToken.on(Operation::Decide));
        }
    });
    let outcome = outcome.await.unwrap();
    assert_eq!(
        outcome.to_string(),
        "19 of 30 applied, 1 refused, 10 not attempted"
    );
    sim.faults().clear();
    sim.clear_requests();
    let resumed = client.resume(&journal).await.unwrap();
    assert!(resumed.is_complete(), "{resumed}");
    assert_eq!(decided(&sim), [items[20..30].to_vec()]);
}

/// Somebody else may have reassigned an item whose decision was in flight.
#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_is_unknown() {
    let sim = simulator();
    let certification = open_certification(&sim);
    let items = item_ids(&sim, &certification);
    let client = admin_of(&sim);
    let review = client.certification(&certification.id);
    let journal = Journal::to_writer(tokio::io::sink());
    sim.faults().add(Fault::ResetBefore.on(Operation::Decide));
    let decide = || {
        review
            .decide(items.iter().map(|id| decision(id)))
            .journal(&journal)
    };
    assert_eq!(decide().await.unwrap().unknown().count(), items.len());
    sim.faults().clear();
    let to = crate::support::another_reviewer(&sim, &certification);
    let given = review.reassign(&to, "knows better").items([&items[0]]);
    given.await.unwrap().ensure_complete().unwrap();

    let resumed = client.resume(&journal).await.unwrap();
    let outcome = &resumed.calls()[0].outcome;
    let Outcome::Unknown(why) = &outcome.items()[0].outcome else {
        panic!("{outcome}");
    };
    assert_eq!(why.kind(), ErrorKind::Interrupted);
    assert_eq!(outcome.applied().count(), items.len() - 1);
    insta::assert_snapshot!(
        resumed
            .ensure_complete()
            .unwrap_err()
            .to_string()
            .replace(&items[0], "[id]")
    );
}

#[tokio::test]
async fn a_journal_is_of_one_tenant() {
    let (one, other) = (simulator(), simulator());
    let certification = largest(&one);
    let items = item_ids(&one, &certification);
    let disk = Disk::default();
    let journal = Journal::to_writer(disk.clone());
    let client = |sim: &Simulator| {
        let base_url = if std::ptr::eq(sim, &one) {
            "https://one.test"
        } else {
            "https://other.test"
        };
        let admin = sim.admin();
        certs::Client::builder(base_url)
            .http_service(sim.service())
            .client_credentials(admin.client_id, admin.client_secret)
            .build()
            .unwrap()
    };
    let decide = |sim: &Simulator| {
        client(sim)
            .certification(&certification.id)
            .decide([decision(&items[0])])
    };
    assert!(decide(&one).journal(&journal).await.unwrap().is_complete());
    let journal = disk.reopened().await.unwrap();
    let error = decide(&other).journal(&journal).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    let error = client(&other).resume(&journal).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    assert_eq!(api_requests(&other), []);
    assert!(client(&one).resume(&journal).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_plan_that_is_not_complete_was_never_sent() {
    let sim = simulator();
    let certification = largest(&sim);
    let items = item_ids(&sim, &certification);
    let client = admin_of(&sim);
    let disk = Disk::default();
    let journal = Journal::to_writer(disk.clone());
    let decide = client
        .certification(&certification.id)
        .decide(items.iter().map(|id| decision(id)));
    assert!(
        decide
            .batch_size(50)
            .journal(&journal)
            .await
            .unwrap()
            .is_complete()
    );
    let text = disk.text();
    let begun = String::from_utf8(text.clone())
        .unwrap()
        .find("{\"event\":\"planned\"")
        .unwrap();
    sim.clear_requests();

    let disk = Disk::default();
    disk.text.lock().unwrap().extend(&text[..begun]);
    let journal = disk.reopened().await.unwrap();
    let resumed = client.resume(&journal).await.unwrap();
    assert_eq!(resumed.dropped_calls(), 1);
    assert_eq!(
        resumed.ensure_complete().unwrap_err().kind(),
        ErrorKind::Journal
    );
    let journal = disk.reopened().await.unwrap();
    assert!(client.resume(&journal).await.unwrap().is_empty());
    assert_eq!(api_requests(&sim), []);
}

#[tokio::test]
async fn a_new_journal_does_not_replace_one_and_only_its_owner_may_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("review.jsonl");
    let missing = Journal::open(&path).await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::Journal, "{missing}");
    Journal::create(&path).await.unwrap();
    let error = Journal::create(&path).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Journal, "{error}");
    assert!(error.to_string().contains("review.jsonl"), "{error}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // An empty file is a journal, too.
    Journal::open(&path).await.unwrap();
    std::fs::write(&path, "dear diary\n").unwrap();
    let error = Journal::open(&path).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Journal, "{error}");
}
