//! Responses that differ from the specification but can be understood.

use axum::http::{Response, StatusCode};
use certs::filter::item;
use certs::{ErrorKind, Policy, Verdict};
use serde_json::json;

use crate::support::canned::{Canned, json};

/// A gateway's errors have their own form, in which the short text is the name of the status.
#[tokio::test]
async fn the_longer_text_of_an_error_is_shown() {
    let long = "The server understood the request but refuses to authorize it.";
    for body in [
        json!({ "error": "Forbidden", "message": long, "status": 403, "path": "/v3/certifications" }),
        json!({ "error": long, "message": "Forbidden" }),
        json!({ "error": long }),
        json!({ "message": long }),
    ] {
        let server = Canned::start();
        let mut refusal = json(&body);
        *refusal.status_mut() = StatusCode::FORBIDDEN;
        server.respond(refusal);
        let error = server.client().certifications().send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Forbidden, "{error}");
        assert!(
            error.to_string().contains(long.trim_end_matches('.')),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_byte_order_mark_is_not_part_of_a_response() {
    let server = Canned::start();
    server.respond(Response::new("\u{feff}[{\"id\":\"c-1\"}]".into()));
    for list in [
        server.client().certifications(),
        server.client().certifications().lenient(),
    ] {
        let page = list.send().await.unwrap();
        assert_eq!(page.items[0].id, "c-1");
        assert!(page.unreadable.is_empty());
    }
    server.respond(Response::new("\u{feff}{\"id\":\"c-1\"}".into()));
    let read = server.client().certification("c-1").get().await.unwrap();
    assert_eq!(read.id, "c-1");
    // One byte order mark is common; a second one is not JSON.
    server.respond(Response::new("\u{feff}\u{feff}{\"id\":\"c-1\"}".into()));
    let error = server.client().certification("c-1").get().await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Decode);
}

/// The token endpoint is behind the same gateways.
#[tokio::test]
async fn a_token_is_read_after_any_white_space_and_a_page_is_reported() {
    let server = Canned::start();
    let client = || {
        let builder = server.builder().client_credentials("id", "secret");
        builder.build().unwrap()
    };
    server.respond(Response::new(
        "\u{feff}{\"access_token\":\"t\",\"id\":\"c-1\",\"expires_in\":\"749.0\"}".into(),
    ));
    assert_eq!(client().certification("c-1").get().await.unwrap().id, "c-1");
    for page in ["<!DOCTYPE html><p>Sign in", "\u{feff}\r\n<html></html>"] {
        server.respond(Response::new(page.into()));
        let error = client().certification("c-1").get().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert!(error.to_string().contains("web page"), "{error}");
        let with_token = server.client().certification("c-1").get().await;
        let error = with_token.unwrap_err().to_string();
        assert!(error.contains("web page. Check the base URL"), "{error}");
    }
}

/// Every error has a message.
#[tokio::test]
async fn a_refusal_without_a_reason_names_its_request() {
    let server = Canned::start();
    for body in [
        "",
        "{}",
        "[]",
        "null",
        "0",
        "{\"messages\":[{\"text\":null}]}",
        "{\"messages\":[{\"text\":\" \"}]}",
        "{\"error\":\"\"}",
        "{\"error\":{}}",
        "{\"causes\":[{}]}",
    ] {
        let refusal = Response::builder().status(409);
        server.respond(refusal.body(body.into()).unwrap());
        let error = server.client().certification("c-1").get().await;
        let shown = error.unwrap_err().to_string();
        assert!(shown.contains("409 Conflict"), "{body}: {shown}");
        let is_told = shown.contains("the response to GET /v3/certifications/c-1 gives no reason");
        assert!(is_told || matches!(body, "null" | "0"), "{body}: {shown}");
    }
}

/// The same in an error, which other code reads.
#[tokio::test]
async fn a_byte_order_mark_does_not_hide_an_error() {
    let server = Canned::start();
    let body = "\u{feff}{\"detailCode\":\"400.1\",\"trackingId\":\"t-1\"}";
    let refusal = Response::builder().status(400);
    server.respond(refusal.body(body.into()).unwrap());
    let error = server.client().certifications().send().await.unwrap_err();
    assert_eq!(error.tracking_id(), Some("t-1"), "{error}");
}

/// A value of another type in an optional field does not fail the record: it is kept in `extra`.
#[tokio::test]
async fn a_value_of_another_shape_is_kept_in_extra() {
    let server = Canned::start();
    server.respond_json(&json!([
        { "id": "c-1", "name": "Finance", "signed": false },
        { "id": "c-2", "campaign": { "id": "k-1", "correlatedStatus": { "value": "CORRELATED" } } },
        { "id": "c-3", "signed": "2026-06-15T16:20:00Z" },
    ]));
    let list = server.client().certifications();
    let certifications = list.send().await.unwrap().items;
    assert_eq!(certifications.len(), 3);
    assert_eq!(certifications[0].name.as_deref(), Some("Finance"));
    assert_eq!(certifications[0].signed, None);
    assert_eq!(certifications[0].extra["signed"], json!(false));
    let campaign = certifications[1].campaign.as_ref().unwrap();
    assert_eq!(campaign.id, "k-1");
    assert_eq!(campaign.correlated_status, None);
    assert_eq!(
        campaign.extra["correlatedStatus"],
        json!({ "value": "CORRELATED" })
    );
    assert!(certifications[2].is_signed());
    assert!(certifications[2].extra.is_empty());
}

/// The service sometimes omits the reference and sends only the access itself.
#[tokio::test]
async fn access_without_a_reference_is_known_by_its_parts() {
    let items = json!([
        { "id": "i-1", "accessSummary": { "access": null, "role": { "id": "r-1", "name": "Role one" } } },
        { "id": "i-2", "accessSummary": { "entitlement": { "id": "e-1", "name": "Ent one" } } },
        { "id": "i-3", "accessSummary": { "accessProfile": { "id": "a-1", "name": "Profile one" } } },
        { "id": "i-4", "accessSummary": {} },
        { "id": "i-5", "accessSummary": {
            "access": { "id": "", "name": " ", "type": "" },
            "role": {}, "entitlement": { "id": "e-5", "name": "Ent five" } } },
        { "id": "i-6", "accessSummary": {
            "access": { "id": "r-6" }, "role": { "id": "r-6", "name": "Role six" } } },
    ]);
    let certification = json!({ "id": "c-1" });
    let server = Canned::with(move |uri| {
        let of_items = uri.path().ends_with("/access-review-items");
        let response = json(if of_items { &items } else { &certification });
        response.map(Into::into)
    });
    let review = server.client().certification("c-1");
    let items = review.items().send().await.unwrap().items;
    let access: Vec<_> = items
        .iter()
        .map(|item| {
            let kind = item.access_type().map(|kind| kind.as_str());
            (item.access_id(), item.access_name(), kind)
        })
        .collect();
    let expected = [
        (Some("r-1"), Some("Role one"), Some("ROLE")),
        (Some("e-1"), Some("Ent one"), Some("ENTITLEMENT")),
        (Some("a-1"), Some("Profile one"), Some("ACCESS_PROFILE")),
        (None, None, None),
        (Some("e-5"), Some("Ent five"), Some("ENTITLEMENT")),
        (Some("r-6"), Some("Role six"), Some("ROLE")),
    ];
    assert_eq!(access, expected);

    let by_name = Policy::new().when(
        item::access_name().eq("Role one"),
        Verdict::revoke().comment("by name"),
    );
    let planned = review.decide_by(by_name).dry_run().await.unwrap();
    let decided: Vec<_> = planned.items().iter().map(|item| &item.id).collect();
    assert_eq!(decided, ["i-1"]);
}
