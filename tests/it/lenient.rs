//! Unreadable records: reported by a lenient list, otherwise an error that names the record.

use axum::http::Response;
use certs::ErrorKind;

use crate::support::canned::Canned;

async fn two_good_and_a_bad_one() -> Canned {
    let server = Canned::start();
    server.respond(Response::new(
        br#"[
            { "id": "first" },
            { "id": "second", "reviewer": { "name": "Ada Lovelace\ud800" } },
            null,
            { "id": "fourth" }
        ]"#
        .to_vec(),
    ));
    server
}

#[tokio::test]
async fn by_default_the_error_names_the_record() {
    let server = two_good_and_a_bad_one().await;
    let error = server.client().certifications().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    insta::assert_snapshot!(error, @"list_identity_certifications (v3): the response is not as specified: at `reviewer.name`, unexpected end of hex escape (record 2 of the page, id second)");
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
    let ids: Vec<_> = page.items.iter().map(|c| &c.id).collect();
    assert_eq!(ids, ["first", "fourth"]);
    let [unreadable] = page.unreadable.as_slice() else {
        panic!("{:?}", page.unreadable);
    };
    assert_eq!((unreadable.place, unreadable.id.get()), (1, Some("second")));
    assert!(
        unreadable.reason.contains("`reviewer.name`"),
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
    assert_eq!(positions, [("first".into(), 103), ("fourth".into(), 104)]);
    let places: Vec<_> = stream
        .unreadable()
        .iter()
        .map(|record| record.place)
        .collect();
    assert_eq!(places, [101]);
}

/// One of each kind that `serde_json` cannot read, and one that is not a record.
#[tokio::test]
async fn whatever_is_in_a_record_the_others_are_read() {
    let nested = |levels: usize| [b"[".repeat(levels), b"]".repeat(levels)].concat();
    for (bad, reason) in [
        (
            br#"{"id":"bad","name":"\ud800"}"#.to_vec(),
            "unexpected end of hex escape",
        ),
        (
            b"{\"id\":\"bad\",\"name\":\"\xff\"}".to_vec(),
            "invalid unicode code point",
        ),
        (
            br#"{"score":1e400,"id":"bad"}"#.to_vec(),
            "number out of range",
        ),
        (br#"{"name":nothing,"id":"bad"}"#.to_vec(), "expected ident"),
        (
            [br#"{"id":"bad","deep":"#, &*nested(200), b"}"].concat(),
            "recursion limit exceeded",
        ),
        (br#"["bad"]"#.to_vec(), "expected an object"),
        (br#""bad""#.to_vec(), "expected an object"),
        (b"7".to_vec(), "expected an object"),
    ] {
        let server = Canned::start();
        let page = [br#"[{"id":"first"},"#, &*bad, br#" , {"id":"third"}]"#].concat();
        server.respond(Response::new(page));
        let list = server.client().certifications();
        let error = list.clone().send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");

        let page = list.lenient().send().await.unwrap();
        let ids: Vec<_> = page.items.iter().map(|read| &read.id).collect();
        assert_eq!(ids, ["first", "third"]);
        let [unreadable] = page.unreadable.as_slice() else {
            panic!("{:?}", page.unreadable);
        };
        assert!(unreadable.reason.contains(reason), "{}", unreadable.reason);
        let id = bad.starts_with(b"{").then_some("bad");
        assert_eq!((unreadable.place, unreadable.id.get()), (1, id));
    }
}

/// A page that is not a JSON list has no records to keep.
#[tokio::test]
async fn a_broken_page_is_an_error_all_the_same() {
    let server = Canned::start();
    for page in [
        "",
        "{}",
        "7",
        "[{}",
        "[{}]]",
        "[{}] x",
        r#"[{"id":"]"#,
        "<html>",
    ] {
        server.respond(Response::new(page.as_bytes().to_vec()));
        let list = server.client().certifications().lenient();
        let error = list.send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{page}: {error}");
    }
}

/// Each empty record has three bytes in the response and takes hundreds in memory.
#[tokio::test]
async fn a_page_of_far_too_many_records_is_cut_off() {
    let server = Canned::start();
    let page = format!("[{}]", vec!["{}"; 1_000_000].join(","));
    server.respond(Response::new(page.into_bytes()));
    for list in [
        server.client().certifications(),
        server.client().certifications().lenient(),
    ] {
        let error = list.send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert!(
            error.to_string().contains("more than 10000 records"),
            "{error}"
        );
    }
}
