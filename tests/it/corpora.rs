//! Checks the inputs that fuzzing has kept. Here, bodies and headers go over the wire;
//! `tests/fuzz/README.md` says how the inputs are found.

#[path = "../fuzz/src/error_body.rs"]
#[allow(unreachable_pub, reason = "in the library for fuzzing it is reached")]
mod error_body;
#[path = "../fuzz/src/filter.rs"]
#[allow(unreachable_pub, reason = "in the library for fuzzing it is reached")]
mod filter;
#[path = "../fuzz/src/journal.rs"]
#[allow(unreachable_pub, reason = "in the library for fuzzing it is reached")]
mod journal;
#[path = "../fuzz/src/manifest.rs"]
#[allow(unreachable_pub, reason = "in the library for fuzzing it is reached")]
mod manifest;
#[path = "../fuzz/src/model.rs"]
#[allow(unreachable_pub, reason = "in the library for fuzzing it is reached")]
mod model;
#[path = "../fuzz/src/redaction.rs"]
#[allow(unreachable_pub, reason = "in the library for fuzzing it is reached")]
mod redaction;
#[path = "../fuzz/src/retry_after.rs"]
#[allow(unreachable_pub, reason = "in the library for fuzzing it is reached")]
mod retry_after;

use std::path::Path;

use axum::http::{HeaderValue, Response, StatusCode};
use certs::Error;

use crate::support::canned::Canned;

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let inputs: Vec<_> = std::fs::read_dir(folder.join(target))
        .unwrap()
        .map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
        .collect();
    assert!(inputs.len() > 10, "{} of {target}", inputs.len());
    inputs
}

#[test]
fn filters() {
    for input in corpus("filter") {
        filter::filter(&input);
    }
}

#[test]
fn models() {
    for input in corpus("model") {
        model::model(&input);
    }
}

#[test]
fn journals() {
    for input in corpus("journal") {
        journal::journal(&input);
    }
}

#[test]
fn manifests() {
    for input in corpus("manifest") {
        manifest::manifest(&input);
    }
}

/// A page that can be read strictly can also be read leniently.
#[tokio::test]
async fn pages() {
    let server = Canned::start();
    let items = server.client().certification("c-1").items();
    for input in corpus("page") {
        server.respond(Response::new(input));
        let strict = items.clone().send().await;
        let lenient = items.clone().lenient().send().await;
        if let Ok(strict) = strict {
            let lenient = lenient.unwrap();
            assert_eq!(strict.items, lenient.items);
            assert!(lenient.unreadable.is_empty());
        }
    }
}

#[tokio::test]
async fn secrets_that_are_repeated() {
    let server = Canned::start();
    for input in corpus("redaction") {
        let (secret, body) = redaction::parts(&input).unwrap();
        let mut response = Response::new(body.to_vec());
        *response.status_mut() = StatusCode::BAD_REQUEST;
        server.respond(response);
        let client = server.builder().token(secret).build().unwrap();
        let error = client.certification("c-1").get().await.unwrap_err();
        redaction::check(&error, secret);
    }
}

/// The same records as the service would send them, alone and in a list.
#[tokio::test]
async fn responses() {
    let server = Canned::start();
    let client = server.client();
    let (review, beta) = (client.certification("c-1"), client.beta());
    for input in corpus("model") {
        server.respond(Response::new(input));
        model::record(review.get().await.ok());
        model::record(review.identity_summary("s-1").await.ok());
        model::record(review.decision_summary().await.ok());
        model::record(client.task("t-1").get().await.ok());
        model::record(beta.certification("c-1").task("t-1").get().await.ok());
        model::record(review.items().send().await.ok().map(|page| page.items));
        let certifications = client.certifications().lenient().send().await;
        model::record(certifications.ok().map(|page| page.items));
        let certifications = beta.certifications().lenient().send().await;
        model::record(certifications.ok().map(|page| page.items));
    }
}

async fn refused(server: &Canned, response: Response<Vec<u8>>) -> Error {
    server.respond(response);
    let client = server.client();
    client.certification("c-1").get().await.unwrap_err()
}

#[tokio::test]
async fn bodies_of_refusals() {
    let server = Canned::start();
    for input in corpus("error_body") {
        let Some((status, body)) = error_body::parts(&input) else {
            continue;
        };
        let mut response = Response::new(body.to_vec());
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        let error = refused(&server, response).await;
        error_body::check(&error, status, body);
    }
}

#[tokio::test]
async fn headers_of_refusals() {
    let server = Canned::start();
    for header in corpus("retry_after") {
        // Some inputs are not valid headers.
        let Ok(value) = HeaderValue::from_bytes(&header) else {
            continue;
        };
        let mut response = Response::new(Vec::new());
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        response.headers_mut().insert("retry-after", value);
        let error = refused(&server, response).await;
        retry_after::check(&error, &header);
    }
}
