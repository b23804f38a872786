//! Values at the limits of their types.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Response, Uri};
use certs::{Client, RateLimit, RetryPolicy};
use serde_json::{Value, json};
use tokio::io::sink;

use crate::support::canned::Canned;
use crate::support::{client_builder, open_certification, simulator, tenant};

/// Two certifications with two items each. The service counts the largest possible number of both.
fn counting_most() -> Canned {
    Canned::with(|uri: Uri| {
        let ids = |ids: [&str; 2]| ids.map(|id| json!({ "id": id })).to_vec().into();
        let (count, body): (u64, Value) = match uri.path() {
            "/v3/certifications" => (2, ids(["c-1", "c-2"])),
            _ => (u64::MAX, ids(["i-1", "i-2"])),
        };
        Response::builder()
            .header("x-total-count", count)
            .body(Body::from(body.to_string()))
            .unwrap()
    })
}

#[tokio::test]
async fn the_largest_count_is_a_count() {
    let client = counting_most().client();
    let items = client.certification("c-1").items();
    assert_eq!(items.clone().count().await.unwrap(), u64::MAX);
    let mut stream = items.with_total().stream();
    assert!(stream.try_next().await.unwrap().is_some());
    assert!(stream.try_next().await.unwrap().is_some());
    let error = stream.try_next().await.unwrap_err();
    assert!(
        error.to_string().contains("18446744073709551615"),
        "{error}"
    );

    let evidence = client.evidence().csv("csv", sink()).progress(|_| ());
    let manifest = evidence.write().await.unwrap();
    assert_eq!(manifest.totals.items, 4);
    assert!(!manifest.complete);
}

/// In effect, no limits.
#[tokio::test]
async fn the_longest_time_limits_never_expire() {
    let sim = tenant().start().await.unwrap();
    let admin = sim.admin();
    let client = Client::builder(sim.base_url())
        .client_credentials(admin.client_id, admin.client_secret)
        .timeout(Duration::MAX)
        .connect_timeout(Duration::MAX)
        .read_timeout(Duration::MAX)
        .max_response_size(usize::MAX)
        .rate_limit(RateLimit::new(u32::MAX, Duration::MAX))
        .retry(
            RetryPolicy::default()
                .max_attempts(u32::MAX)
                .max_retry_after(Duration::MAX)
                .max_total_wait(Duration::MAX),
        )
        .build()
        .unwrap();
    assert!(
        !client
            .certifications()
            .send()
            .await
            .unwrap()
            .items
            .is_empty()
    );
    let error = client.task("none").wait().timeout(Duration::MAX).await;
    assert!(error.unwrap_err().is_not_found());
    sim.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn the_longest_wait_ends_with_what_it_waits_for() {
    let sim = simulator();
    let certification = open_certification(&sim);
    let admin = sim.admin();
    let client = client_builder(&sim)
        .client_credentials(admin.client_id, admin.client_secret)
        .build()
        .unwrap();
    let review = client.certification(&certification.id);
    let items: Vec<_> = review.items().stream().try_collect().await.unwrap();
    let decisions = items.iter().map(|item| item.approve().comment("kept"));
    let decided = review.decide(decisions).await.unwrap();
    decided.ensure_complete().unwrap();
    let signed = review.sign_off().wait(Duration::MAX).await;
    assert!(signed.unwrap().is_signed());
}
