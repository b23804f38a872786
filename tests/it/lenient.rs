//! Records that cannot be read: reported if the caller goes on without them, an error that
//! names them if not. Numbers as text are read.

use certs::model::Certification;
use serde_json::json;

use crate::support::canned::Canned;

async fn two_good_and_a_bad_one() -> Canned {
    let server = Canned::start().await;
    server.answer_json(&json!([
        { "id": "first", "decisionsMade": "12", "completed": "true" },
        { "id": "second", "reviewer": "Ada Lovelace" },
        null,
        { "id": "fourth" },
    ]));
    server
}

#[tokio::test]
async fn by_default_the_error_names_the_record() {
    let server = two_good_and_a_bad_one().await;
    let error = server.client().certifications().send().await.unwrap_err();
    assert!(error.is_decode());
    insta::assert_snapshot!(error, @"list_identity_certifications (v3): the answer is not as specified: at `reviewer`, expected an object (record 2 of the page, id second)");
}

#[tokio::test]
async fn a_lenient_page_brings_the_others_and_reports_it() {
    let server = two_good_and_a_bad_one().await;
    let page = server
        .client()
        .certifications()
        .lenient()
        .send()
        .await
        .unwrap();
    let ids: Vec<_> = page.items.iter().map(|c| c.id.as_str()).collect();
    assert_eq!(ids, ["first", "fourth"]);
    let [unreadable] = page.unreadable.as_slice() else {
        panic!("{:?}", page.unreadable);
    };
    assert_eq!(
        (unreadable.place, unreadable.id.as_deref()),
        (1, Some("second"))
    );
    assert!(
        unreadable.reason.contains("`reviewer`"),
        "{}",
        unreadable.reason
    );
    assert!(!unreadable.reason.contains("Ada"), "{}", unreadable.reason);
}

#[tokio::test]
async fn a_lenient_stream_brings_the_others_and_counts_every_place() {
    let server = two_good_and_a_bad_one().await;
    let mut stream = server
        .client()
        .certifications()
        .offset(100)
        .lenient()
        .stream();
    let mut positions = Vec::new();
    while let Some(certification) = stream.try_next().await.unwrap() {
        positions.push((certification.id, stream.position()));
    }
    assert_eq!(
        positions,
        [("first".to_owned(), 103), ("fourth".to_owned(), 104)]
    );
    let places: Vec<_> = stream
        .unreadable()
        .iter()
        .map(|record| record.place)
        .collect();
    assert_eq!(places, [101]);
}

#[tokio::test]
async fn numbers_and_truth_values_as_text_are_read() {
    let server = Canned::start().await;
    let client = server.client();
    let body = json!({ "id": "c", "decisionsMade": "12", "completed": "true", "name": "7" });
    server.answer_json(&body);
    let certification: Certification = client.certification("c").get().await.unwrap();
    assert_eq!(certification.decisions_made, Some(12));
    assert_eq!(certification.completed, Some(true));
    assert_eq!(certification.name.as_deref(), Some("7"));

    server.answer_json(&json!([body]));
    let page = client.certifications().send().await.unwrap();
    assert_eq!(page.items, [certification]);
}
