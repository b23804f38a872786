//! Responses without ids: what a caller sees, which calls refuse them, and what evidence has.

use std::fmt::{Debug, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::http::{Response, Uri};
use certs::evidence::DiscrepancyKind;
use certs::filter::item;
use certs::model::{AccessReviewItem, Certification, Id, IdentitySummary};
use certs::{Client, Error, ErrorKind, Policy, Verdict};
use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::canned::Canned;

/// A client of a service that leaves out nearly all ids, and the number of its requests.
fn service() -> (Client, Arc<AtomicUsize>) {
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    let service = Canned::with(move |uri: Uri| {
        count.fetch_add(1, Ordering::Relaxed);
        let body = match uri.path() {
            "/v3/certifications" => json!([
                { "name": "Finance", "phase": "ACTIVE", "campaign": { "name": "Q3" },
                  "reviewer": { "name": "Ada" } },
                { "id": "c-1", "name": "Sales", "phase": "ACTIVE", "reviewer": { "id": null } },
            ]),
            "/v3/certifications/c-1" => json!({ "id": "c-1", "phase": "ACTIVE" }),
            _ => json!([
                { "completed": false, "identitySummary": { "id": "", "name": "Grace" },
                  "accessSummary": { "entitlement": { "name": "payroll" } } },
                { "completed": false, "identitySummary": { "name": "Linus" } },
            ]),
        };
        let response = Response::builder().header("x-total-count", 2);
        response.body(Body::from(body.to_string())).unwrap()
    });
    (service.client(), requests)
}

#[tokio::test]
async fn calls_refuse_them_before_anything_is_sent() {
    let (client, requests) = service();
    let review = client.certification("c-1");
    let certification: Certification = client
        .certifications()
        .send()
        .await
        .unwrap()
        .items
        .remove(0);
    let item: AccessReviewItem = review.items().send().await.unwrap().items.remove(0);
    let campaign = certification.campaign.as_ref().unwrap();
    let reviewer = certification.reviewer.as_ref().unwrap();
    let summary = item.identity_summary.as_ref().unwrap();
    for id in [
        &certification.id,
        &item.id,
        &campaign.id,
        &reviewer.id,
        &summary.id,
    ] {
        assert_eq!(id.get(), None);
    }
    assert_eq!((item.identity_id(), item.access_id()), (None, None));

    let sent = requests.load(Ordering::Relaxed);
    let mut refusals = String::new();
    let mut refuse = |error: Option<Error>| {
        let error = error.unwrap();
        assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
        writeln!(refusals, "{error}").unwrap();
    };
    let nameless = client.certification(&certification.id);
    refuse(nameless.get().await.err());
    refuse(nameless.sign_off().await.err());
    refuse(nameless.decide([]).await.err());
    refuse(client.campaign(&campaign.id).get().await.err());
    refuse(
        client
            .campaign(&campaign.id)
            .certifications()
            .send()
            .await
            .err(),
    );
    refuse(
        client
            .certifications()
            .reviewer(&reviewer.id)
            .send()
            .await
            .err(),
    );
    refuse(client.task(Id::default()).get().await.err());
    refuse(review.permissions(&item.id).send().await.err());
    refuse(
        review
            .items()
            .filter(item::id().eq(&item.id))
            .send()
            .await
            .err(),
    );
    refuse(review.items().roles([Id::default()]).send().await.err());
    refuse(review.decide([item.approve()]).await.err());
    refuse(
        review
            .reassign("p-1", "on leave")
            .items([&item])
            .await
            .err(),
    );
    refuse(
        review
            .reassign("p-1", "on leave")
            .identities([summary])
            .await
            .err(),
    );
    refuse(
        review
            .reassign(&reviewer.id, "on leave")
            .items(["i-1"])
            .await
            .err(),
    );
    refuse(
        client
            .evidence()
            .campaign(&campaign.id)
            .write_to("nowhere")
            .await
            .err(),
    );
    assert_snapshot!(refusals);
    assert_eq!(requests.load(Ordering::Relaxed), sent);
}

#[tokio::test]
async fn a_policy_decides_all_or_leaves_them_open() {
    let (client, _) = service();
    let review = client.certification("c-1");
    let of_grace = || item::identity_summary_name().eq("Grace");
    let policy = Policy::new().when(of_grace(), Verdict::approve().comment("audited"));
    let error = review.decide_by(policy).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("the item id of decision 1 is missing"),
        "{error}"
    );

    let nobody = item::identity_summary_name().eq("Ada");
    let policy = Policy::new().when(nobody, Verdict::approve().comment("audited"));
    let outcome = review.decide_by(policy).dry_run().await.unwrap();
    assert_eq!(outcome.left_open(), [Id::default(), Id::default()]);
}

#[tokio::test]
async fn evidence_has_no_value_for_them_and_names_what_it_could_not_read() {
    let (client, _) = service();
    let folder = tempfile::tempdir().unwrap();
    let manifest = client.evidence().write_to(&folder).await.unwrap();
    assert_eq!(manifest.totals.items, 2);
    let ids: Vec<_> = manifest
        .certifications
        .iter()
        .map(|it| it.id.as_deref())
        .collect();
    assert_eq!(ids, [None, Some("c-1")]);
    let unread = manifest.discrepancies.iter();
    let mut unread = unread.filter(|it| it.kind == DiscrepancyKind::CertificationNotReadable);
    let unread = unread.next().unwrap();
    assert_eq!(unread.certification_id, None);
    assert!(
        unread.message.contains("the certification id is missing"),
        "{}",
        unread.message
    );

    let rows = std::fs::read_to_string(folder.path().join("evidence.jsonl")).unwrap();
    for row in rows.lines() {
        let row: Value = serde_json::from_str(row).unwrap();
        assert_eq!(row["certification_id"], "c-1");
        for column in [
            "item_id",
            "identity_id",
            "identity_summary_id",
            "access_id",
            "reviewer_id",
        ] {
            assert_eq!(row[column], Value::Null, "{column}");
        }
    }
}

/// Reads a record, and what is written of it.
fn through<T>(record: &Value) -> (T, Value)
where
    T: serde::de::DeserializeOwned + serde::Serialize + Debug,
{
    let read: T = serde_json::from_value(record.clone()).unwrap();
    let written = serde_json::to_value(&read).unwrap();
    (read, written)
}

#[test]
fn a_missing_id_is_left_out_and_a_value_of_another_type_is_kept() {
    for record in [json!({}), json!({ "id": null }), json!({ "id": "" })] {
        let (read, written) = through::<IdentitySummary>(&record);
        assert_eq!((read.id.get(), read.extra.len()), (None, 0), "{record}");
        assert_eq!(written, json!({}), "{record}");
    }
    for other in [json!(7), json!(true), json!(["a"]), json!({ "a": 1 })] {
        let record = json!({ "id": other });
        let (read, written) = through::<IdentitySummary>(&record);
        assert_eq!((read.id.get(), &read.extra["id"]), (None, &other));
        assert_eq!(written, record);
    }
    assert_eq!(serde_json::to_value(Id::default()).unwrap(), Value::Null);
    assert_eq!(
        serde_json::from_value::<Id>(Value::Null).unwrap(),
        Id::default()
    );
}

proptest! {
    #[test]
    fn an_id_is_read_and_written_as_it_is(text in ".{1,40}") {
        let record = json!({ "id": text, "identityId": text });
        let (read, written) = through::<IdentitySummary>(&record);
        prop_assert_eq!(read.id.get(), Some(&*text));
        prop_assert_eq!(&read.id, &text);
        prop_assert_eq!(&read.id, &read.identity_id);
        prop_assert_eq!(&written, &record);
        let (id, alone) = through::<Id>(&json!(text));
        prop_assert_eq!(&id, &read.id);
        prop_assert_eq!(alone, text);
    }
}
