//! Futures that are kept without being polled block no other call.
//!
//! Time is paused. If all calls hang, it jumps to the limit, and the test fails.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use certs::{Client, ClientBuilder, RateLimit, RequestBody};
use futures_util::{FutureExt as _, StreamExt as _, stream};
use tokio::time::{interval, sleep, timeout};
use tower::service_fn;

use crate::support::canned::json;
use crate::support::moment;

/// Longer than any of these takes.
const LIMIT: Duration = Duration::from_secs(3600);

/// A service that takes 20 ms for a token and 7 ms for everything else.
fn slow() -> ClientBuilder {
    let service = service_fn(|request: Request<RequestBody>| async move {
        let path = request.uri().path();
        let (takes, body) = match path.rsplit('/').next().unwrap() {
            "token" => (20, r#"{"access_token":"t","expires_in":749}"#),
            "access-review-items" | "certifications" => (7, "[]"),
            _ => (7, r#"{"id":"c-1"}"#),
        };
        sleep(Duration::from_millis(takes)).await;
        let response = json(&body.parse().unwrap()).map(Body::from);
        Ok::<Response<Body>, Infallible>(response)
    });
    Client::builder("http://127.0.0.1:9")
        .http_service(service)
        .client_credentials("id", "secret")
}

async fn get(client: &Client, id: &str) {
    client.certification(id).get().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_call_between_the_results_of_buffered_calls() {
    let client = slow().build().unwrap();
    let started = moment();
    let work = async {
        let calls = stream::iter(0..300).map(|n| client.certification(format!("c-{n}")));
        let calls = calls.map(|review| async move { review.get().await.unwrap() });
        let mut found = std::pin::pin!(calls.buffer_unordered(8));
        let mut count = 0;
        while let Some(certification) = found.next().await {
            get(&client, certification.id.get().unwrap()).await;
            count += 1;
        }
        count
    };
    assert_eq!(timeout(LIMIT, work).await, Ok(300));
    // 600 requests, 100 in each 10 seconds and a little.
    let took = started.elapsed().as_secs();
    assert!((50..70).contains(&took), "{took} s");
}

#[tokio::test(start_paused = true)]
async fn a_call_in_a_loop_that_selects_over_a_list() {
    let client = slow().rate_limit(RateLimit::unlimited()).build().unwrap();
    let mut pages = client.certification("c-1").items().pages();
    let mut tick = interval(Duration::from_millis(5));
    let mut ticks = 0;
    let work = async {
        loop {
            tokio::select! {
                page = pages.next() => break page.unwrap().unwrap(),
                _ = tick.tick() => {
                    get(&client, "c-1").await;
                    ticks += 1;
                }
            }
        }
    };
    let page = timeout(LIMIT, work).await.expect("the list ends");
    assert!(page.items.is_empty());
    assert!(ticks > 0);
}

/// The first waits for the token, the second for the rate limit, the third for its response.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_kept_at_any_place() {
    let limit = RateLimit::new(2, Duration::from_secs(1));
    for pauses in 0..60 {
        let client = slow().rate_limit(limit).build().unwrap();
        let review = client.certification("kept");
        let mut kept: Vec<_> = (0..3).map(|_| Box::pin(review.get())).collect();
        for _ in 0..pauses {
            for call in &mut kept {
                // Calls that have ended are not polled again.
                if call.as_mut().now_or_never().is_some() {
                    *call = Box::pin(review.get());
                }
            }
            sleep(Duration::from_millis(1)).await;
        }
        for n in 0..10 {
            let call = timeout(LIMIT, get(&client, "c-1")).await;
            assert!(call.is_ok(), "call {n} after {pauses} ms");
        }
        // They continue where they stopped.
        for call in kept {
            timeout(LIMIT, call).await.unwrap().unwrap();
        }
    }
}

/// A call that is dropped while it waits for the rate limit frees its departure time.
#[tokio::test(start_paused = true)]
async fn dropped_calls_take_nothing_along() {
    let limit = RateLimit::new(10, Duration::from_secs(1));
    let client = slow().rate_limit(limit).build().unwrap();
    get(&client, "c-1").await;
    for _ in 0..1000 {
        let review = client.certification("dropped");
        assert!(Box::pin(review.get()).now_or_never().is_none());
    }
    let started = moment();
    for _ in 0..20 {
        timeout(LIMIT, get(&client, "c-1")).await.unwrap();
    }
    let took = started.elapsed();
    assert!(took < Duration::from_secs(4), "{took:?}");
}
