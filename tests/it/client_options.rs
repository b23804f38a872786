//! The builder's settings apply to calls and to the token request alike.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse;
use certs::{Client, ClientBuilder, ErrorKind};
use serde_json::json;
use tokio::net::TcpListener;

/// Nobody listens here, so a request arrives only through the proxy.
const NOWHERE: &str = "http://localhost:9";

/// A proxy that responds itself, and the addresses that were requested.
async fn proxy() -> (String, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::<Mutex<Vec<String>>>::default();
    let seen = Arc::clone(&asked);
    let router = Router::new().fallback(move |request: Request| {
        seen.lock().unwrap().push(request.uri().to_string());
        async { axum::Json(json!({ "access_token": "a token", "id": "c-1" })).into_response() }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, asked)
}

fn nowhere() -> ClientBuilder {
    Client::builder(NOWHERE).client_credentials("id", "secret")
}

#[tokio::test]
async fn a_proxy_is_for_the_token_request_too() {
    let (url, asked) = proxy().await;
    let client = nowhere().proxy(url).build().unwrap();
    let certification = client.certification("c-1").get().await.unwrap();
    assert_eq!(certification.id, "c-1");
    let asked = asked.lock().unwrap().clone();
    let expected =
        ["/oauth/token", "/v3/certifications/c-1"].map(|path| format!("{NOWHERE}{path}"));
    assert_eq!(asked, expected);
}

#[tokio::test]
async fn a_client_of_the_callers_own_is_for_the_token_request_too() {
    let (url, asked) = proxy().await;
    let own = reqwest::Client::builder()
        .proxy(reqwest::Proxy::all(url).unwrap())
        .build()
        .unwrap();
    let client = nowhere().http_client(own).build().unwrap();
    client.certification("c-1").get().await.unwrap();
    assert_eq!(asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_separate_token_url_gets_only_the_token_request() {
    let (url, asked) = proxy().await;
    let client = nowhere()
        .token_url(format!("{url}/login?tenant=acme"))
        .no_proxy()
        .build()
        .unwrap();
    let error = client.certification("c-1").get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    assert_eq!(*asked.lock().unwrap(), ["/login?tenant=acme"]);
}

#[test]
fn what_cannot_be_set_up_is_refused_without_its_secrets() {
    let error = nowhere().proxy("http://ada:hush@[").build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(!format!("{error} {error:?}").contains("hush"), "{error:?}");

    let error = nowhere()
        .root_certificates("no certificate")
        .build()
        .unwrap_err();
    assert!(error.to_string().contains("not PEM"), "{error}");

    let error = nowhere()
        .token_url("http://login.example")
        .build()
        .unwrap_err();
    assert!(error.to_string().contains("not encrypted"), "{error}");

    let error = Client::builder(NOWHERE).build().unwrap_err();
    assert!(
        error.to_string().contains("no way to authenticate"),
        "{error}"
    );
}

#[tokio::test]
async fn a_program_names_itself_to_the_service_and_the_token_endpoint() {
    let named = Arc::<Mutex<Vec<String>>>::default();
    let seen = Arc::clone(&named);
    let router = Router::new().fallback(move |request: Request| {
        let name = request.headers()["user-agent"].to_str().unwrap();
        seen.lock().unwrap().push(name.to_owned());
        async { axum::Json(json!({ "access_token": "a token", "id": "c-1" })).into_response() }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });

    let client = Client::builder(url)
        .client_credentials("id", "secret")
        .no_proxy()
        .user_agent("access-robot/2.1")
        .build()
        .unwrap();
    client.certification("c-1").get().await.unwrap();
    let named = named.lock().unwrap().clone();
    assert_eq!(named.len(), 2);
    for name in named {
        assert!(name.starts_with("access-robot/2.1 certs/"), "{name}");
    }
}

#[tokio::test]
async fn a_service_of_the_callers_own_gets_the_name_too() {
    let named = Arc::<Mutex<Vec<String>>>::default();
    let seen = Arc::clone(&named);
    let router = Router::new().fallback(move |request: Request| {
        let name = request.headers()["user-agent"].to_str().unwrap();
        seen.lock().unwrap().push(name.to_owned());
        async { axum::Json(json!({ "access_token": "a token", "id": "c-1" })).into_response() }
    });
    let client = nowhere().http_service(router).build().unwrap();
    client.certification("c-1").get().await.unwrap();
    // A user agent that the request already has is kept.
    let request = Request::get("/v3/public-identities").header("user-agent", "robot");
    let request = request.body(axum::body::Bytes::new()).unwrap();
    client.execute(request).await.unwrap();
    let named = named.lock().unwrap().clone();
    let [token, call, own] = named.as_slice() else {
        panic!("{named:?}");
    };
    assert!(token.starts_with("certs/") && token == call, "{named:?}");
    assert_eq!(own, "robot");
}

#[test]
fn a_user_agent_that_no_header_can_hold_is_refused() {
    let error = nowhere().user_agent("robot\n").build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
}
