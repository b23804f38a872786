//! Secrets and tokens appear only on the wire.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::Uri;
use certs::filter::reviewer;
use certs::model::ReviewDecision;
use certs::{AccessToken, Client, ClientBuilder, ErrorKind};
use serde_json::json;

use crate::support::builder_at;
use crate::support::canned::{self, Canned};
use crate::support::log::{Captured, is_own_process};

const SECRET: &str = "5ecret-of-a-personal-access-token";
const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.t0ken.s1gnature";

#[track_caller]
fn assert_silent(shown: &str) {
    assert!(!shown.contains(SECRET), "{shown}");
    assert!(!shown.contains(TOKEN), "{shown}");
    // Neither the form that was sent, nor a part of the secret.
    assert!(!shown.contains("5ecret"), "{shown}");
    assert!(!shown.contains("t0ken"), "{shown}");
}

/// A tenant that issues tokens and refuses everything else, which causes the most output.
fn refusing_tenant(status: u16) -> Canned {
    Canned::with(move |uri: Uri| {
        let mut response = if uri.path() == "/oauth/token" {
            canned::json(&json!({ "access_token": TOKEN, "expires_in": 749 }))
        } else {
            let mut refusal = canned::json(&json!({ "error": "JWT validation failed" }));
            *refusal.status_mut() = status.try_into().unwrap();
            refusal
        };
        response
            .headers_mut()
            .insert("x-tenant", "acme".parse().unwrap());
        response.map(Body::from)
    })
}

fn with_secret(builder: ClientBuilder) -> Client {
    builder.client_credentials("ada", SECRET).build().unwrap()
}

#[test]
fn what_holds_a_secret_does_not_show_it() {
    let token = AccessToken::new(TOKEN).expires_in(std::time::Duration::from_secs(749));
    assert_silent(&format!("{token:?} {token:#?}"));

    let builder = Client::builder("https://acme.example").client_credentials("ada", SECRET);
    assert_silent(&format!("{builder:?} {builder:#?}"));
    let client = builder.build().unwrap();
    assert_silent(&format!(
        "{client:?} {client:#?} {:?} {:?}",
        client.raw(),
        client.beta()
    ));
    assert_silent(&format!(
        "{:?} {:?}",
        client.certification("c-1"),
        client.task("t-1")
    ));
    assert_silent(&format!("{:?}", client.certification("c-1").items()));

    let builder = Client::builder("https://acme.example").token(TOKEN);
    assert_silent(&format!("{builder:?} {:?}", builder));
    let client = Client::builder("https://acme.example")
        .token(TOKEN)
        .build()
        .unwrap();
    assert_silent(&format!(
        "{client:?} {:?} {:?}",
        client.raw(),
        client.beta().raw()
    ));
}

#[test]
fn a_secret_in_the_base_url_is_refused_and_not_repeated() {
    let url = format!("https://ada:{SECRET}@acme.example");
    let builder = Client::builder(&url).token(TOKEN);
    assert_silent(&format!("{builder:?}"));
    let error = builder.build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_silent(&format!("{error} {error:?}"));
}

#[tokio::test]
async fn errors_hold_no_secret() {
    for status in [400, 401, 403, 404, 429, 500, 302] {
        let tenant = refusing_tenant(status);
        let client = with_secret(tenant.builder());
        let error = client.certification("c-1").get().await.unwrap_err();
        assert_eq!(error.status(), Some(status));
        assert_silent(&format!("{error} {error:?} {error:#?}"));
        let approve = [ReviewDecision::approve("i-1")];
        let outcome = client.certification("c-1").decide(approve).await;
        let error = outcome
            .and_then(|outcome| outcome.ensure_complete())
            .unwrap_err();
        assert_silent(&format!("{error} {error:?}"));
    }
}

/// Nobody listens, or the token endpoint refuses or returns nonsense.
#[tokio::test]
async fn errors_of_the_token_endpoint_hold_no_secret() {
    let unheard = with_secret(builder_at("http://127.0.0.1:9"));
    let error = unheard.certifications().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    assert_silent(&format!("{error} {error:?}"));

    for body in [
        json!({ "error": "invalid_client", "error_description": "Bad credentials" }),
        json!({ "access_token": 7, "leaked": TOKEN }),
        json!([TOKEN]),
    ] {
        let tenant = Canned::start();
        tenant.respond_json(&body);
        let client = with_secret(tenant.builder());
        let error = client.certifications().send().await.unwrap_err();
        assert_silent(&format!("{error} {error:?}"));
    }
}

#[test]
fn a_token_that_no_header_can_hold_is_not_repeated() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let broken = format!("{TOKEN}\r\n{TOKEN}");
    let client = Client::builder("https://acme.example")
        .token(broken)
        .build()
        .unwrap();
    let error = runtime
        .block_on(client.certifications().send())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Token, "{error}");
    assert_silent(&format!("{error} {error:?}"));
}

/// Redirections of every kind and for every request: none is followed.
#[tokio::test]
async fn a_redirect_takes_neither_token_nor_secret_to_another_host() {
    let visits = Arc::<Mutex<Vec<String>>>::default();
    let seen = Arc::clone(&visits);
    let elsewhere = Canned::with(move |uri: Uri| {
        seen.lock().unwrap().push(uri.to_string());
        canned::json(&json!({ "access_token": TOKEN, "id": "c-1" })).map(Body::from)
    });
    let base_url = elsewhere.listen().await;
    for status in [301, 302, 303, 307, 308] {
        let location = base_url.clone();
        let tenant = Canned::with(move |uri: Uri| {
            let moved = axum::http::Response::builder()
                .status(status)
                .header("location", format!("{location}{}", uri.path()));
            moved.body(Body::empty()).unwrap()
        });
        let address = tenant.listen().await;
        let with_token = builder_at(&address).token(TOKEN).build().unwrap();
        let review = with_token.certification("c-1");
        let error = review.get().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Redirected, "{error}");
        let error = review.sign_off().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Redirected, "{error}");
        // The first request of this client holds the secret.
        let error = with_secret(builder_at(&address))
            .certification("c-1")
            .get()
            .await
            .unwrap_err();
        assert_eq!(error.version(), Some("oauth"));
        assert_silent(&format!("{error} {error:#?}"));
    }
    assert_eq!(*visits.lock().unwrap(), [""; 0]);
}

#[tokio::test]
async fn the_password_of_a_proxy_is_not_shown() {
    // Nobody listens there.
    let proxy = format!("http://ada:{SECRET}@127.0.0.1:9");
    let builder = builder_at("https://acme.example").token(TOKEN).proxy(proxy);
    assert_silent(&format!("{builder:?} {builder:#?}"));
    let client = builder.build().unwrap();
    assert_silent(&format!("{client:?} {client:#?}"));
    let error = client.certifications().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    assert_silent(&format!("{error} {error:?} {error:#?}"));
    let mut cause = std::error::Error::source(&error);
    while let Some(deeper) = cause {
        assert_silent(&format!("{deeper} {deeper:?}"));
        cause = deeper.source();
    }
}

#[tokio::test]
async fn the_log_holds_no_secret() {
    if !is_own_process(concat!(module_path!(), "::the_log_holds_no_secret")) {
        return;
    }
    let log = Captured::default();
    let _guard = log.everything();

    let tenant = refusing_tenant(401);
    let client = with_secret(tenant.builder());
    client.certification("c-1").get().await.unwrap_err();
    let approve = [ReviewDecision::approve("i-1").comment("still needed")];
    client
        .certification("c-1")
        .decide(approve)
        .await
        .unwrap_err();
    client
        .beta()
        .certifications()
        .stream()
        .try_next()
        .await
        .unwrap_err();
    let fixed = tenant.builder().token(TOKEN).build().unwrap();
    fixed.certifications().send().await.unwrap_err();

    let log = log.text();
    // The log contains these calls, and output of the libraries.
    assert!(log.contains("get_identity_certification"), "{log}");
    assert!(log.contains("TRACE"), "{log}");
    assert_silent(&log);
}

/// Names and comments of people: in filters, in bodies, in responses, in a refusal, and in a
/// response that cannot be decoded.
#[tokio::test]
async fn the_log_holds_no_personal_data() {
    if !is_own_process(concat!(module_path!(), "::the_log_holds_no_personal_data")) {
        return;
    }
    const PERSON: &str = "Augusta King";
    let log = Captured::default();
    let _guard = log.everything();

    let tenant = Canned::start();
    let client = tenant.client();
    let review = client.certification("c-1");
    let of_her = reviewer::name().eq(PERSON);
    tenant.respond_json(&json!([{ "id": "i-1", "name": PERSON }]));
    let listed = review.reviewers().filter(of_her.clone()).send().await;
    assert_eq!(listed.unwrap().items.len(), 1);
    let comment = format!("{PERSON} has left");
    let decision = ReviewDecision::revoke("i-1").comment(comment);
    tenant.respond_json(&json!({ "id": "c-1", "name": PERSON }));
    let outcome = review.decide([decision.clone()]).await.unwrap();
    outcome.ensure_complete().unwrap();

    tenant.respond_json(&json!([[PERSON]]));
    let listed = review.reviewers().filter(of_her).send().await;
    let error = listed.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    assert!(
        !format!("{error} {error:#?}").contains("King"),
        "{error:#?}"
    );
    let mut refusal = canned::json(&json!({ "messages": [{ "text": format!("No {PERSON}.") }] }));
    *refusal.status_mut() = axum::http::StatusCode::BAD_REQUEST;
    tenant.respond(refusal);
    let error = review.decide([decision]).await.unwrap_err();
    // The service's message is for the caller, not for the log.
    assert!(error.to_string().contains(PERSON), "{error}");

    let log = log.text();
    assert!(log.contains("list_certification_reviewers"), "{log}");
    assert!(log.contains("TRACE"), "{log}");
    for said in ["Augusta", "King", "has left"] {
        assert!(!log.contains(said), "{log}");
    }
}

/// The response has a token, but another field is malformed.
#[tokio::test]
async fn a_token_response_that_cannot_be_read_is_not_repeated() {
    let tenant = Canned::start();
    tenant.respond_json(&json!({ "access_token": TOKEN, "expires_in": "soon" }));
    let error = with_secret(tenant.builder())
        .certifications()
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    assert_silent(&format!("{error} {error:?}"));
}

/// Every form of a character in JSON: literal, short escape, numeric escape.
fn json_forms(secret: &str) -> Vec<String> {
    let by_number = |escape: fn(u32) -> String| -> String {
        secret.chars().map(|c| escape(u32::from(c))).collect()
    };
    let mut forms = vec![
        secret.to_owned(),
        by_number(|number| format!("\\u{number:04x}")),
        by_number(|number| format!("\\u{number:04X}")),
        secret.replace('/', "\\/"),
    ];
    for character in secret.chars() {
        let escape = format!("\\u{:04x}", u32::from(character));
        forms.push(secret.replace(character, &escape));
    }
    forms
}

/// Other encoders write JSON differently: `/` as `\/`, `=` as `\u003d`.
#[tokio::test]
async fn a_secret_that_a_response_repeats_with_escapes_is_not_shown() {
    const SLASHED: &str = "s3cr3t/with+and=end";
    let assert_silent = |shown: &str| {
        // Even half of the secret must not be shown.
        for part in ["s3cr3t", "with+and", "and=end"] {
            for form in json_forms(part) {
                assert!(!shown.contains(&form), "{shown}");
            }
        }
    };
    for echoed in json_forms(SLASHED) {
        // Encoded twice, as by a gateway that quotes another response.
        for echoed in [echoed.replace('\\', "\\\\"), echoed] {
            for body in [
                format!(r#"{{"error":"invalid_client","error_description":"wrong {echoed}"}}"#),
                format!(r#"{{"messages":[{{"text":"no such {echoed}"}}]}}"#),
                format!("<p>wrong {echoed}</p>"),
            ] {
                let tenant = Canned::start();
                let refusal = axum::http::Response::builder().status(401);
                tenant.respond(refusal.body(body.into_bytes()).unwrap());
                let builders = [
                    tenant.builder().client_credentials("ada", SLASHED),
                    tenant.builder().token(SLASHED),
                ];
                for builder in builders {
                    let client = builder.build().unwrap();
                    let error = client.certification("c-1").get().await.unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
                    assert_silent(&format!("{error} {error:?} {error:#?}"));
                }
            }
        }
    }
}
