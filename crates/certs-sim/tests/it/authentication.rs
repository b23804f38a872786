use std::time::Duration;

use certs_sim::{Clock, Credentials, RateLimit, Reviewer, Simulator};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::client::{Client, simulator};

const UNAUTHORIZED: &str = "JWT validation failed: JWT is expired";

#[tokio::test]
async fn a_token_request_comes_in_three_forms() {
    let sim = simulator().await;
    let url = format!("{}/oauth/token", sim.base_url());
    let http = reqwest::Client::new();
    let pairs = [
        ("grant_type", "client_credentials"),
        ("client_id", "sim-admin"),
        ("client_secret", "sim-secret"),
    ];
    let multipart = pairs
        .into_iter()
        .fold(reqwest::multipart::Form::new(), |form, (name, value)| {
            form.text(name, value)
        });
    for request in [
        http.post(&url).form(&pairs),
        http.post(&url).multipart(multipart),
        http.post(&url).query(&pairs),
    ] {
        let response: Value = request.send().await.unwrap().json().await.unwrap();
        let token = response["access_token"].as_str().unwrap();
        assert_eq!(token.split('.').count(), 3, "looks like a JWT");
        assert_eq!(response["token_type"], "bearer");
        assert_eq!(response["expires_in"], 749);
        assert_eq!(response["scope"], "sp:scopes:all");
        for field in ["tenant_id", "pod", "org", "identity_id", "jti"] {
            assert!(response[field].is_string(), "{field}");
        }
        let client = Client::with_token(&sim, token);
        assert_eq!(
            client.get("/v3/certifications").await.status,
            StatusCode::OK
        );
    }
}

#[tokio::test]
async fn a_token_is_refused_in_the_words_of_oauth() {
    let sim = simulator().await;
    let url = format!("{}/oauth/token", sim.base_url());
    let machine = sim
        .identities()
        .into_iter()
        .find(|row| row.is_machine)
        .unwrap();
    for (form, status, error) in [
        (vec![("client_id", "sim-admin")], 400, "invalid_request"),
        (
            vec![("grant_type", "password")],
            400,
            "unsupported_grant_type",
        ),
        (
            vec![
                ("grant_type", "client_credentials"),
                ("client_id", "sim-admin"),
                ("client_secret", "guess"),
            ],
            401,
            "invalid_client",
        ),
        (
            vec![
                ("grant_type", "client_credentials"),
                ("client_id", machine.id.as_str()),
                ("client_secret", "sim-secret"),
            ],
            401,
            "invalid_client",
        ),
    ] {
        let response = reqwest::Client::new()
            .post(&url)
            .form(&form)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), status);
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["error"], error);
        assert!(body["error_description"].is_string());
    }
}

#[tokio::test]
async fn a_token_ends_when_the_clock_says_so() {
    let clock = Clock::manual("2026-03-02T08:00:00Z".parse().unwrap());
    let sim = Simulator::builder()
        .items(0)
        .clock(clock.clone())
        .token_lifetime(Duration::from_secs(60))
        .start()
        .await
        .unwrap();
    let client = Client::admin(&sim).await;
    clock.advance(Duration::from_secs(59));
    client.get("/v3/certifications").await.ok();
    clock.advance(Duration::from_secs(1));
    let reply = client.get("/v3/certifications").await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    assert_eq!(reply.body, json!({ "error": UNAUTHORIZED }));
}

#[tokio::test]
async fn no_token_and_a_foreign_one_are_refused_alike() {
    let sim = simulator().await;
    let elsewhere = simulator().await;
    let foreign = Client::admin(&elsewhere).await;
    foreign.get("/v3/certifications").await.ok();
    let client = Client::with_token(&sim, "a.b.c");
    for path in ["/v3/certifications", "/beta/certifications"] {
        let reply = client.get(path).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        assert_eq!(reply.body, json!({ "error": UNAUTHORIZED }));
        let bare = reqwest::get(format!("{}{path}", sim.base_url()))
            .await
            .unwrap();
        assert_eq!(bare.status(), StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn scopes_are_checked() {
    let sim = simulator().await;
    let id = &sim.certifications()[0].id;
    let reader = Client::with_scope(&sim, sim.admin(), "idn:campaign:read").await;
    reader.get(&format!("/v3/certifications/{id}")).await.ok();
    let sign_off = format!("/v3/certifications/{id}/sign-off");
    let reply = reader.post(&sign_off, json!(null)).await;
    assert_eq!(reply.refusal().0, "403 Forbidden");
    assert!(
        reply.refusal().1.contains("idn:campaign:manage"),
        "{:?}",
        reply.refusal()
    );
    let reply = reader
        .get(&format!("/beta/certifications/{id}/reviewers"))
        .await;
    assert!(reply.refusal().1.contains("idn:certification:read"));
    // Beta's list needs only a token.
    reader.get("/beta/certifications").await.ok();
    let writer = Client::with_scope(&sim, sim.admin(), "idn:certification:write").await;
    assert_eq!(
        writer.get("/v3/certifications").await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn reviewers_see_and_touch_their_own_and_administrators_everything() {
    let sim = simulator().await;
    let all = sim.certifications();
    let mine = all
        .iter()
        .find(|row| matches!(&row.reviewer, Reviewer::Identity(id) if *id != all[0].reviewer.id()))
        .unwrap();
    let reviewer = Client::new(&sim, sim.credentials_for(mine.reviewer.id())).await;
    let seen = reviewer
        .list("/v3/certifications", &[("limit", "250")])
        .await
        .records();
    assert!(!seen.is_empty() && seen.len() < all.len());
    assert!(
        seen.iter()
            .all(|row| row["reviewer"]["id"] == mine.reviewer.id()
                || row["reviewer"]["type"] == "GOVERNANCE_GROUP")
    );
    reviewer
        .get(&format!("/v3/certifications/{}", mine.id))
        .await
        .ok();
    let others = &all[0].id;
    for path in [
        format!("/v3/certifications/{others}"),
        format!("/v3/certifications/{others}/access-review-items"),
        format!("/v3/certifications/{others}/reviewers"),
        format!("/v3/certifications/{others}/decision-summary"),
        format!("/v3/certifications/{others}/identity-summaries"),
        format!("/v3/certifications/{others}/access-summaries/ROLE"),
        format!("/beta/certifications/{others}/tasks-pending"),
    ] {
        let reply = reviewer.get(&path).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(
            reply.body["messages"][0]["text"],
            "The server understood the request but refuses to authorize it."
        );
    }
    for operation in ["decide", "reassign", "reassign-async", "sign-off"] {
        let path = format!("/v3/certifications/{others}/{operation}");
        assert_eq!(
            reviewer.post(&path, json!([])).await.status,
            StatusCode::FORBIDDEN
        );
    }
    for administrator in [sim.admin(), sim.cert_admin()] {
        let client = Client::new(&sim, administrator).await;
        let seen = client
            .list("/v3/certifications", &[("limit", "250")])
            .await
            .records();
        assert_eq!(seen.len(), all.len());
    }
}

#[tokio::test]
async fn me_is_the_caller_in_both_spellings() {
    let sim = simulator().await;
    let admin = Client::admin(&sim).await;
    let own = sim.certifications()[0].reviewer.id().to_owned();
    for (path, parameter) in [
        ("/v3/certifications", "reviewer-identity"),
        ("/beta/certifications", "reviewer-identitiy"),
    ] {
        let mine = admin.list(path, &[(parameter, "me")]).await.records();
        let same = admin.list(path, &[(parameter, &own)]).await.records();
        assert_eq!(mine, same);
        assert!(!mine.is_empty());
        assert!(mine.iter().all(|row| row["reviewer"]["id"] == own.as_str()));
        assert!(
            admin
                .list(path, &[(parameter, "nobody")])
                .await
                .records()
                .is_empty()
        );
    }
}

#[tokio::test]
async fn the_budget_is_counted_for_each_client_and_version() {
    let clock = Clock::manual("2026-03-02T08:00:00Z".parse().unwrap());
    let sim = Simulator::builder()
        .items(0)
        .clock(clock.clone())
        .rate_limit(Some(RateLimit {
            requests: 2,
            per: Duration::from_secs(10),
        }))
        .start()
        .await
        .unwrap();
    let client = Client::admin(&sim).await;
    client.get("/v3/certifications").await.ok();
    client.get("/v3/certifications").await.ok();
    clock.advance(Duration::from_millis(2_500));
    // A second token of the same client shares the rate limit.
    for client in [&client, &Client::admin(&sim).await] {
        let reply = client.get("/v3/certifications").await;
        assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(reply.body, json!({ "message": " Rate Limit Exceeded " }));
        assert_eq!(reply.header("retry-after"), Some("8"));
    }
    client.get("/beta/certifications").await.ok();
    Client::new(&sim, sim.cert_admin())
        .await
        .get("/v3/certifications")
        .await
        .ok();
    clock.advance(Duration::from_secs(8));
    client.get("/v3/certifications").await.ok();
}

#[tokio::test]
async fn credentials_do_not_print_their_secret() {
    let shown = format!("{:?}", Credentials::new("someone", "hush"));
    assert!(shown.contains("someone") && !shown.contains("hush"));
}
