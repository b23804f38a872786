//! Three ways to list all access review items: a loop written by hand, the generated client, and
//! the facade. Each returns the number of items.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::header::{AUTHORIZATION, HeaderValue};
use axum::http::{Request, Response};
use certs_raw::{Execute, Executing, Operation};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use http_body_util::BodyExt as _;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{CERTIFICATION, PAGE};

/// A struct for a program that needs only these fields.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "decoding them is what is measured")]
pub(crate) struct Item {
    id: String,
    completed: bool,
    decision: Option<String>,
    comments: Option<String>,
    access_summary: AccessSummary,
    identity_summary: Option<IdentitySummary>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "decoding them is what is measured")]
struct AccessSummary {
    access: Option<Access>,
    entitlement: Option<Entitlement>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "decoding them is what is measured")]
struct Access {
    #[serde(rename = "type")]
    kind: String,
    id: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "decoding them is what is measured")]
struct Entitlement {
    name: String,
    source_name: String,
    privileged: bool,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "decoding them is what is measured")]
struct IdentitySummary {
    id: String,
    name: String,
}

/// Decodes a page in a loop written by hand.
pub(crate) fn from_slice<T: DeserializeOwned>(body: &[u8]) -> Vec<T> {
    serde_json::from_slice(body).expect("items")
}

/// Checks the whole page for UTF-8 once, instead of each text.
pub(crate) fn from_str<T: DeserializeOwned>(body: &[u8]) -> Vec<T> {
    serde_json::from_str(std::str::from_utf8(body).expect("UTF-8")).expect("items")
}

/// With this many requests at once.
pub(crate) async fn by_hand<T: DeserializeOwned + Send + 'static>(
    http: &reqwest::Client,
    server: SocketAddr,
    at_once: usize,
) -> usize {
    let page = |offset: usize| {
        let path = format!("v3/certifications/{CERTIFICATION}/access-review-items");
        let request = http
            .get(format!(
                "http://{server}/{path}?limit={PAGE}&offset={offset}"
            ))
            .bearer_auth("benchmark");
        tokio::spawn(async move {
            let response = request.send().await.expect("a response");
            let body = response.bytes().await.expect("a body");
            from_slice::<T>(&body)
        })
    };
    let mut pages = stream::iter((0..).step_by(PAGE))
        .map(page)
        .buffered(at_once);
    let mut items = 0;
    while let Some(page) = pages.next().await {
        let received = page.expect("no panic").len();
        items += received;
        if received < PAGE {
            break;
        }
    }
    items
}

pub(crate) async fn generated(client: &certs_raw::v3::Client) -> usize {
    let mut items = 0;
    loop {
        let call = client.list_identity_access_review_items().id(CERTIFICATION);
        let offset = i32::try_from(items).expect("fewer items");
        let page = call
            .limit(PAGE as i32)
            .offset(offset)
            .send()
            .await
            .expect("a page");
        items += page.len();
        if page.len() < PAGE {
            return items;
        }
    }
}

pub(crate) async fn through_the_facade(client: &certs::Client, at_once: usize) -> usize {
    let items = client
        .certification(CERTIFICATION)
        .items()
        .fetch_ahead(at_once)
        .stream();
    items
        .try_fold(0, async |items, _| Ok(items + 1))
        .await
        .expect("items")
}

pub(crate) fn raw_client(server: SocketAddr, http: &reqwest::Client) -> certs_raw::v3::Client {
    #[derive(Debug)]
    struct WithToken(reqwest::Client);
    impl Execute for WithToken {
        fn execute(&self, request: Request<Bytes>, _: Operation) -> Executing<'_> {
            Box::pin(async move {
                let mut request = reqwest::Request::try_from(request)?;
                let token = HeaderValue::from_static("Bearer benchmark");
                request.headers_mut().insert(AUTHORIZATION, token);
                let response = Response::from(self.0.execute(request).await?);
                let (head, body) = response.into_parts();
                let body = body.collect().await?.to_bytes();
                Ok(Response::from_parts(head, body))
            })
        }
    }
    let execute = Arc::new(WithToken(http.clone()));
    certs_raw::v3::Client::new(format!("http://{server}/v3"), execute)
}

pub(crate) fn facade(server: SocketAddr) -> certs::Client {
    certs::Client::builder(format!("http://{server}"))
        .token("benchmark")
        .rate_limit(certs::RateLimit::unlimited())
        .build()
        .expect("a client")
}
