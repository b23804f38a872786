//! A server with hardly any cost, so that benchmarks measure the client. Its pages are made in
//! advance from items of the simulator.
#![allow(dead_code, reason = "each benchmark uses its part")]

pub(crate) mod full;
pub(crate) mod lists;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use certs_sim::Simulator;
use serde::Deserialize;
use serde_json::Value;

/// The largest page that the API returns.
pub(crate) const PAGE: usize = 250;

/// The certification whose items are listed. Any would do.
pub(crate) const CERTIFICATION: &str = "c0ffee00c0ffee00c0ffee00c0ffee00";

/// Serves a list of this many items, each page after this latency.
pub(crate) async fn serve(items: usize, latency: Duration) -> SocketAddr {
    let pages = Arc::new(Pages {
        items,
        pages: pages(items).await,
        latency,
    });
    let path = "/v3/certifications/{id}/access-review-items";
    let router = Router::new()
        .route("/v3/certifications", get(certifications))
        .route("/v3/certifications/{id}", get(certification))
        .route(path, get(page))
        .with_state(pages);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("the listener is bound");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

struct Pages {
    items: usize,
    pages: Vec<Bytes>,
    latency: Duration,
}

#[derive(Deserialize)]
struct Offset {
    #[serde(default)]
    offset: usize,
}

async fn page(
    State(pages): State<Arc<Pages>>,
    Query(Offset { offset }): Query<Offset>,
) -> Response {
    if !pages.latency.is_zero() {
        tokio::time::sleep(pages.latency).await;
    }
    let body = pages
        .pages
        .get(offset / PAGE)
        .cloned()
        .unwrap_or(Bytes::from_static(b"[]"));
    json_of(body, pages.items)
}

/// The only certification.
async fn certifications() -> Response {
    let list = serde_json::json!([{ "id": CERTIFICATION, "name": "All of them" }]);
    json_of(list.to_string().into(), 1)
}

fn json_of(body: Bytes, total: usize) -> Response {
    let headers = [
        (CONTENT_TYPE.as_str(), "application/json".to_owned()),
        ("x-total-count", total.to_string()),
    ];
    (headers, body).into_response()
}

async fn certification() -> Response {
    let body = format!(
        r#"{{"id":"{CERTIFICATION}","name":"Q4","completed":false,"decisionsMade":3,
        "decisionsTotal":8,"phase":"ACTIVE","due":"2026-12-01T00:00:00.000Z"}}"#
    );
    ([(CONTENT_TYPE, "application/json")], body).into_response()
}

/// Pages of the simulator's items, unchanged except for unique ids.
async fn pages(items: usize) -> Vec<Bytes> {
    let templates = items_of_the_simulator().await;
    (0..items.div_ceil(PAGE))
        .map(|page| {
            let first = page * PAGE;
            let page: Vec<String> = (first..items.min(first + PAGE))
                .map(|n| {
                    let (id, item) = &templates[n % templates.len()];
                    item.replace(id, &format!("{n:032x}"))
                })
                .collect();
            Bytes::from(format!("[{}]", page.join(",")))
        })
        .collect()
}

/// The id and the JSON of items of all kinds.
async fn items_of_the_simulator() -> Vec<(String, String)> {
    let simulator = Simulator::builder()
        .rate_limit(None)
        .start()
        .await
        .expect("a free port");
    let admin = simulator.admin();
    let http = reqwest::Client::new();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", &admin.client_id),
        ("client_secret", &admin.client_secret),
    ];
    let token: Value = json(
        http.post(format!("{}/oauth/token", simulator.base_url()))
            .form(&form),
    )
    .await;
    let token = token["access_token"].as_str().expect("a token").to_owned();
    let mut items = Vec::new();
    for certification in simulator.certifications() {
        let path = format!("v3/certifications/{}/access-review-items", certification.id);
        for offset in 0.. {
            // Cuts the text into items: decoding and encoding an item would change the order of its
            // fields.
            let url = format!("{}/{path}?limit=1&offset={offset}", simulator.base_url());
            let Some(item) = text(http.get(url).bearer_auth(&token)).await else {
                break;
            };
            let decoded: Value = serde_json::from_str(&item).expect("an item");
            let id = decoded["id"].as_str().expect("an id").to_owned();
            items.push((id, item));
        }
    }
    assert!(items.len() > 500, "the simulator has items of all kinds");
    items
}

/// The only record of a page, if it has one.
async fn text(request: reqwest::RequestBuilder) -> Option<String> {
    let response = request.send().await.expect("a response");
    let page = response.text().await.expect("text");
    let record = page.strip_prefix('[')?.strip_suffix(']')?;
    (!record.is_empty()).then(|| record.to_owned())
}

async fn json(request: reqwest::RequestBuilder) -> Value {
    let response = request.send().await.expect("a response");
    response.json().await.expect("JSON")
}

/// The body of the first page of such a server.
pub(crate) async fn page_of(server: SocketAddr) -> Bytes {
    let path = format!("v3/certifications/{CERTIFICATION}/access-review-items");
    let response = reqwest::get(format!("http://{server}/{path}?limit={PAGE}")).await;
    let body = response.expect("a page").bytes();
    body.await.expect("a body")
}
