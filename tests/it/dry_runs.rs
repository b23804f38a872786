//! Dry runs send only reads.

use certs::filter::item;
use certs::{Action, ErrorKind, Journal};
use certs_sim::Phase;

use crate::support::bulk::{decided, largest};
use crate::support::wire::api_requests;
use crate::support::{admin_of, simulator};

#[tokio::test]
async fn a_reassignment_says_what_it_would_give() {
    let sim = simulator();
    let certification = largest(&sim);
    let review = admin_of(&sim).certification(&certification.id);
    let open = review.items().filter(item::completed().eq(false));
    let items: Vec<_> = open.stream().try_collect().await.unwrap();
    let to = items[0].identity_id().unwrap().to_owned();
    let call = || review.reassign(&to, "on leave").items(&items);

    let own = call().dry_run().await.unwrap_err();
    assert_eq!(own.kind(), ErrorKind::Refused, "{own}");
    let planned = call().leave_out_own().dry_run().await.unwrap();
    let others = items.iter().filter(|item| item.identity_id() != Some(&to));
    assert_eq!(planned.items().len(), others.count());
    assert_eq!(planned.not_attempted().count(), planned.items().len());
    assert!(
        api_requests(&sim)
            .iter()
            .all(|request| request.method == "GET")
    );
}

#[tokio::test]
async fn a_sign_off_says_what_is_missing_or_that_nothing_is() {
    let sim = simulator();
    let certification = largest(&sim);
    let review = admin_of(&sim).certification(&certification.id);
    let error = review.sign_off().dry_run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotReady, "{error}");

    let open = review.items().filter(item::completed().eq(false));
    let items: Vec<_> = open.stream().try_collect::<Vec<_>>().await.unwrap();
    let decisions = items.iter().map(|item| item.approve().comment("needed"));
    review
        .decide(decisions)
        .await
        .unwrap()
        .ensure_complete()
        .unwrap();
    let ready = review.sign_off().dry_run().await.unwrap();
    assert!(ready.is_completed() && !ready.is_signed());
    let now = sim
        .certifications()
        .into_iter()
        .find(|row| row.id == certification.id);
    assert_eq!(now.unwrap().phase, Phase::Active);
}

#[tokio::test]
async fn resuming_says_what_is_left_and_leaves_the_journal_as_it_is() {
    let sim = simulator();
    let certification = largest(&sim);
    let client = admin_of(&sim);
    let review = client.certification(&certification.id);
    let open = review.items().filter(item::completed().eq(false));
    let items: Vec<_> = open.stream().try_collect::<Vec<_>>().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("review.jsonl");
    {
        // Dropped before the first response.
        sim.faults().add("decide:silence-before".parse().unwrap());
        let journal = Journal::create(&path).await.unwrap();
        let decisions = items.iter().map(|item| item.approve().comment("needed"));
        let mut deciding = Box::pin(review.decide(decisions).journal(&journal).into_future());
        let begun = async {
            while sim
                .requests()
                .iter()
                .all(|request| request.method != "POST" || request.path.contains("token"))
            {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            _ = &mut deciding => panic!("nothing responds"),
            () = begun => {}
        }
    }
    sim.faults().clear();
    // The dropped call may still be writing its last line; the journal can be opened afterwards.
    let journal = Journal::open(&path).await.unwrap();
    let before = std::fs::read(&path).unwrap();
    sim.clear_requests();
    let left = client.resume(&journal).dry_run().await.unwrap();
    assert_eq!(left.items().count(), items.len());
    assert_eq!(left.calls()[0].action, Action::Decide);
    assert_eq!(left.calls()[0].certification, certification.id);
    assert!(left.items().all(|item| item.decision.is_some()));
    assert!(api_requests(&sim).is_empty(), "it is all in the journal");
    assert_eq!(decided(&sim).len(), 0);
    drop(journal);
    assert_eq!(std::fs::read(&path).unwrap(), before);
}
