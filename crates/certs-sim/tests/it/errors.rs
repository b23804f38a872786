use std::collections::HashSet;

use certs_sim::Phase;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::{Client, simulator};

const CONTENT: &str =
    "The request was syntactically correct but its content is semantically invalid.";

#[tokio::test]
async fn a_refusal_has_a_code_a_message_a_cause_and_a_tracking_id_of_its_own() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    let mut tracking_ids = HashSet::new();
    for _ in 0..3 {
        let reply = client.list("/v3/certifications", &[("limit", "x")]).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST);
        assert_eq!(reply.header("content-type"), Some("application/json"));
        let message = &reply.body["messages"][0];
        assert_eq!(message["text"], CONTENT);
        assert_eq!(message["locale"], "en-US");
        assert_eq!(message["localeOrigin"], "DEFAULT");
        let tracking_id = reply.body["trackingId"].as_str().unwrap().to_owned();
        assert_eq!(tracking_id.len(), 32);
        assert!(tracking_ids.insert(tracking_id));
    }
}

#[tokio::test]
async fn an_unknown_address_or_id_is_not_found() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    let id = &sim.certifications()[0].id;
    let unknown = "0".repeat(32);
    for path in [
        "/v3".to_owned(),
        "/v4/certifications".to_owned(),
        "/v3/nothing".to_owned(),
        "/beta/nothing".to_owned(),
        "/beta/certification-tasks".to_owned(),
        format!("/v3/certifications/{unknown}"),
        "/v3/certifications/a%2Fb%20c".to_owned(),
        format!("/v3/certifications/{id}/identity-summaries/{unknown}"),
        format!("/v3/certifications/{id}/access-review-items/{unknown}/permissions"),
        format!("/v3/certification-tasks/{unknown}"),
        format!("/beta/certifications/{id}/tasks/{unknown}"),
    ] {
        let reply = client.get(&path).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(reply.body["detailCode"], "404 Not found");
        assert_eq!(
            reply.body["messages"][0]["text"],
            "The server did not find a current representation for the target resource."
        );
        let is_deprecated = path.starts_with("/beta/").then_some("true");
        assert_eq!(reply.header("x-deprecated"), is_deprecated);
    }
}

#[tokio::test]
async fn a_path_is_decoded_but_not_interpreted() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    let id = &sim.certifications()[0].id;
    let encoded: String = id.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let found = client
        .get(&format!("/v3/certifications/{encoded}"))
        .await
        .ok();
    assert_eq!(found["id"], id.as_str());
    let reply = client.get("/v3/certifications/%ff").await;
    assert_eq!(reply.refusal().0, "400.0 Bad request syntax");
}

#[tokio::test]
async fn methods_are_kept_apart() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    let reply = client
        .send(Method::DELETE, "/v3/certifications", None)
        .await;
    assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(reply.header("allow"), Some("GET,HEAD"));
    assert_eq!(reply.body["detailCode"], "405 Method not allowed");
    let reply = client.send(Method::GET, "/oauth/token", None).await;
    assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED);
    let reply = client
        .send(Method::HEAD, "/v3/certifications?count=true", None)
        .await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(reply.header("x-total-count").is_some());
    assert_eq!(reply.body, Value::Null);
}

#[tokio::test]
async fn a_body_is_refused_with_the_field_that_is_wrong() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    let row = sim
        .certifications()
        .into_iter()
        .find(|row| row.phase == Phase::Active)
        .unwrap();
    let item = sim.items_of(&row.id)[0].id.clone();
    let decision = |change: Value| {
        let mut decision = json!({ "id": item, "decision": "APPROVE", "bulk": false });
        for (field, value) in change.as_object().unwrap() {
            decision[field] = value.clone();
        }
        json!([decision])
    };
    let decide = format!("/v3/certifications/{}/decide", row.id);
    let too_many = vec![json!({ "id": item, "decision": "APPROVE", "bulk": true }); 251];
    for (body, detail, cause) in [
        (json!([]), "400.1.0", "empty"),
        (json!({}), "400.1.3", "list"),
        (json!([3]), "400.1.3", "[0]"),
        (json!(too_many), "400.1 ", "250"),
        (decision(json!({ "id": null })), "400.1.0", "[0].id"),
        (decision(json!({ "id": "" })), "400.1.0", "[0].id"),
        (decision(json!({ "id": "unknown" })), "400.1 ", "[0].id"),
        (
            decision(json!({ "decision": null })),
            "400.1.0",
            "[0].decision",
        ),
        (
            decision(json!({ "decision": "approve" })),
            "400.1.3",
            "APPROVE, REVOKE",
        ),
        (decision(json!({ "bulk": null })), "400.1.0", "[0].bulk"),
        (decision(json!({ "bulk": "no" })), "400.1.3", "[0].bulk"),
        (
            decision(json!({ "comments": 7 })),
            "400.1.3",
            "[0].comments",
        ),
        (
            decision(json!({ "decision": "REVOKE", "comments": "x", "proposedEndDate": "soon" })),
            "400.1.3",
            "[0].proposedEndDate",
        ),
        (
            decision(json!({ "proposedEndDate": "2027-01-01T00:00:00.000Z" })),
            "400.1 ",
            "[0].proposedEndDate",
        ),
        (
            decision(json!({ "recommendation": "x" })),
            "400.1.3",
            "[0].recommendation",
        ),
        (
            decision(json!({ "recommendation": { "reasons": "x" } })),
            "400.1.3",
            "[0].recommendation.reasons",
        ),
    ] {
        let reply = client.post(&decide, body.clone()).await;
        let (found, text) = reply.refusal();
        assert!(
            found.starts_with(detail) && text.contains(cause),
            "{body}: {found}: {text}"
        );
    }
    let reassign = format!("/v3/certifications/{}/reassign", row.id);
    let reference = json!({ "id": item, "type": "ITEM" });
    for (body, detail, cause) in [
        (json!([]), "400.1.3", "object"),
        (
            json!({ "reassign": [reference], "reason": "x" }),
            "400.1.0",
            "reassignTo",
        ),
        (
            json!({ "reassign": [reference], "reassignTo": "x" }),
            "400.1.0",
            "reason",
        ),
        (
            json!({ "reassign": [reference], "reassignTo": "x", "reason": " " }),
            "400.1.0",
            "reason",
        ),
        (
            json!({ "reassign": [], "reassignTo": "x", "reason": "x" }),
            "400.1.0",
            "reassign",
        ),
        (
            json!({ "reassign": [{ "id": "x", "type": "PERSON" }], "reassignTo": "x", "reason": "x" }),
            "400.1.3",
            "reassign[0].type",
        ),
        (
            json!({ "reassign": vec![reference.clone(); 51], "reassignTo": "x", "reason": "x" }),
            "400.1 ",
            "50",
        ),
    ] {
        let reply = client.post(&reassign, body.clone()).await;
        let (found, text) = reply.refusal();
        assert!(
            found.starts_with(detail) && text.contains(cause),
            "{body}: {found}: {text}"
        );
    }
    let as_task = format!("/v3/certifications/{}/reassign-async", row.id);
    let body = json!({ "reassign": vec![reference; 501], "reassignTo": "x", "reason": "x" });
    assert!(
        client
            .post(&as_task, body)
            .await
            .refusal()
            .1
            .contains("500")
    );
    for body in ["", "{", "[1,]"] {
        let reply = client
            .send(Method::POST, &decide, Some(body.to_owned()))
            .await;
        let expected = if body.is_empty() {
            "400.1.0 Required data missing or empty"
        } else {
            "400.0 Bad request syntax"
        };
        assert_eq!(reply.refusal().0, expected, "{body}");
    }
    assert_eq!(
        sim.items_of(&row.id)[0].decision,
        None,
        "nothing was decided"
    );
}
