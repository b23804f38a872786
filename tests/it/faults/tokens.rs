//! Tokens with a short lifetime, and errors that might contain secrets.

use std::time::Duration;

use certs::RateLimit;
use certs_sim::{Fault, Operation};
use futures_util::future::join_all;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::support::{client_builder, open_certification, running_clock, simulator, tenant};

/// Waiting for the rate limit takes longer than a token lives.
#[tokio::test(start_paused = true)]
async fn a_token_does_not_expire_while_its_call_waits_for_the_rate_limit() {
    let sim = tenant()
        .items(0)
        .clock(running_clock())
        .token_lifetime(Duration::from_secs(60));
    let sim = sim.build().unwrap();
    let admin = sim.admin();
    let client = client_builder(&sim)
        .client_credentials(admin.client_id, admin.client_secret)
        .rate_limit(RateLimit::new(2, Duration::from_secs(10)))
        .build()
        .unwrap();
    let calls = (0..40).map(|_| client.certifications().page_size(1).send());
    let outcomes = join_all(calls).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let refused = sim.requests().into_iter().filter(|r| r.status == 401);
    assert_eq!(refused.count(), 0);
    let tokens = sim.requests().into_iter();
    let tokens = tokens
        .filter(|request| request.path == "/oauth/token")
        .count();
    assert!((4..=6).contains(&tokens), "{tokens} tokens in 200 seconds");
}

/// Gateways in debug mode repeat the request.
#[tokio::test(start_paused = true)]
async fn what_a_gateway_repeats_shows_no_secret() {
    const SECRET: &str = "s3cret/with+signs";
    let sim = simulator();
    sim.faults().add(Fault::Echo.on(Operation::Token));
    let client = client_builder(&sim)
        .client_credentials("somebody", SECRET)
        .build()
        .unwrap();
    let error = client.certifications().send().await.unwrap_err();
    let shown = format!("{error} {error:?} {error:#?}");
    assert!(shown.contains("request failed"), "{shown}");
    assert!(shown.contains("client_secret=[redacted]"), "{shown}");
    for secret in [SECRET, "s3cret", "with%2Bsigns"] {
        assert!(!shown.contains(secret), "{shown}");
    }

    sim.faults().clear();
    let token = token_of(&sim).await;
    let client = client_builder(&sim).token(&token).build().unwrap();
    let review = client.certification(open_certification(&sim).id);
    sim.faults().add(Fault::Echo.on(certs_sim::Target::Any));
    for error in [
        review.get().await.unwrap_err(),
        review.sign_off().unchecked().await.unwrap_err(),
    ] {
        let shown = format!("{error} {error:?} {error:#?}");
        assert!(shown.contains("Bearer [redacted]"), "{shown}");
        assert!(!shown.contains(&token), "{shown}");
    }
}

async fn token_of(sim: &certs_sim::Simulator) -> String {
    let admin = sim.admin();
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        admin.client_id, admin.client_secret
    );
    let request = http::Request::post(format!("{}/oauth/token", sim.base_url()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(http_body_util::Full::new(bytes::Bytes::from(form)))
        .unwrap();
    let response = sim.service().oneshot(request).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let granted: serde_json::Value = serde_json::from_slice(&body).unwrap();
    granted["access_token"].as_str().unwrap().to_owned()
}
