//! One token for all calls, and a new one when the service refuses it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use certs::{AccessToken, Error, ErrorKind, TokenFuture, TokenProvider};
use futures_util::future::join_all;

use crate::support::wire::{api_requests, token_requests};
use crate::support::{admin_of, builder, open_certification, simulator};

/// Longer than any token lives. Only the simulator's clock moves, so the client does not expect it.
const PAST_EXPIRY: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn concurrent_calls_ask_for_one_token() {
    let sim = simulator();
    let client = admin_of(&sim);
    let calls = (0..20).map(|n| {
        let client = client.clone();
        async move {
            if n % 2 == 0 {
                client.certifications().send().await.unwrap().items.len()
            } else {
                client
                    .beta()
                    .certifications()
                    .send()
                    .await
                    .unwrap()
                    .items
                    .len()
            }
        }
    });
    let counts = join_all(calls).await;
    assert!(counts.iter().all(|count| *count > 0));
    assert_eq!(token_requests(&sim).len(), 1);
    assert_eq!(api_requests(&sim).len(), 20);
}

#[tokio::test]
async fn a_client_without_calls_asks_for_no_token() {
    let sim = simulator();
    let client = admin_of(&sim);
    drop(client.certifications().stream());
    drop(client);
    assert_eq!(sim.requests(), []);
}

#[tokio::test]
async fn a_refused_token_is_replaced_and_the_call_sent_again() {
    let sim = simulator();
    let client = admin_of(&sim);
    client.certifications().send().await.unwrap();
    sim.clock().advance(PAST_EXPIRY);
    sim.clear_requests();

    client.certifications().send().await.unwrap();
    let statuses: Vec<_> = api_requests(&sim)
        .iter()
        .map(|request| request.status)
        .collect();
    assert_eq!(statuses, [401, 200]);
    assert_eq!(token_requests(&sim).len(), 1);
}

/// The service returns 401 before the call has any effect, so a write is sent again, with its body.
#[tokio::test]
async fn a_write_with_a_refused_token_is_sent_again_whole() {
    let sim = simulator();
    let client = admin_of(&sim);
    let certification = open_certification(&sim);
    let item = sim.items_of(&certification.id).remove(0);
    client.certifications().send().await.unwrap();
    sim.clock().advance(PAST_EXPIRY);
    sim.clear_requests();

    let approve = certs::model::ReviewDecision::approve(&item.id).comment("still needed");
    let review = client.certification(&certification.id);
    let outcome = review.decide([approve]).await.unwrap();
    assert!(outcome.is_complete(), "{outcome}");
    let requests = api_requests(&sim);
    assert_eq!(requests.len(), 2);
    assert_eq!((requests[0].status, requests[1].status), (401, 200));
    assert!(requests[1].body.is_some());
    assert!(sim.items_of(&certification.id)[0].decision.is_some());
}

#[tokio::test]
async fn concurrent_calls_with_a_refused_token_ask_for_one_new_one() {
    let sim = simulator();
    let client = admin_of(&sim);
    client.certifications().send().await.unwrap();
    sim.clock().advance(PAST_EXPIRY);
    sim.clear_requests();

    let calls = (0..20).map(|_| client.certifications().send());
    for page in join_all(calls).await {
        page.unwrap();
    }
    assert_eq!(token_requests(&sim).len(), 1);
    let served = api_requests(&sim)
        .into_iter()
        .filter(|request| request.status == 200);
    assert_eq!(served.count(), 20);
}

#[tokio::test]
async fn a_refused_static_token_is_not_retried() {
    let sim = simulator();
    let client = builder(&sim).token("not one of theirs").build().unwrap();
    for _ in 0..2 {
        sim.clear_requests();
        let error = client.certifications().send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
        assert_eq!(error.status(), Some(401));
        assert_eq!(api_requests(&sim).len(), 1);
    }
    assert!(token_requests(&sim).is_empty());
}

/// Gives a new token each time, always an invalid one.
#[derive(Debug, Default)]
struct Forger(Arc<AtomicUsize>);

impl TokenProvider for Forger {
    fn token(&self) -> TokenFuture<'_> {
        let n = self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move { Ok(AccessToken::new(format!("forged {n}"))) })
    }
}

#[tokio::test]
async fn a_provider_of_refused_tokens_is_called_only_twice() {
    let sim = simulator();
    let forger = Forger::default();
    let asked = Arc::clone(&forger.0);
    let client = builder(&sim).token_provider(forger).build().unwrap();
    let error = client.certifications().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    assert_eq!(api_requests(&sim).len(), 2);
}

#[derive(Debug)]
struct Empty;

impl TokenProvider for Empty {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(async { Err(Error::no_token("the vault is sealed")) })
    }
}

#[tokio::test]
async fn a_provider_without_a_token_fails_the_call() {
    let sim = simulator();
    let client = builder(&sim).token_provider(Empty).build().unwrap();
    let error = client.certifications().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Token, "{error}");
    assert!(error.to_string().contains("the vault is sealed"), "{error}");
    assert_eq!(error.status(), None);
    assert_eq!(sim.requests(), []);
}

#[tokio::test]
async fn a_wrong_secret_is_not_retried() {
    let sim = simulator();
    let client = builder(&sim)
        .client_credentials("sim-admin", "wrong")
        .build()
        .unwrap();
    let error = client.certifications().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
    assert_eq!(error.version(), Some("oauth"));
    assert_eq!(token_requests(&sim).len(), 1);
    assert!(api_requests(&sim).is_empty());
}
