//! The headers of requests.

use std::collections::BTreeSet;

use certs::Client;
use certs_sim::Simulator;

use crate::support::wire::{api_requests, token_requests};
use crate::support::{builder_at, open_certification, tenant};

fn over_a_socket(sim: &Simulator) -> Client {
    let admin = sim.admin();
    builder_at(sim.base_url())
        .client_credentials(admin.client_id, admin.client_secret)
        .build()
        .unwrap()
}

#[tokio::test]
async fn requests_carry_a_token_and_our_name_and_nothing_of_the_generators() {
    let sim = tenant().start().await.unwrap();
    let certification = open_certification(&sim);
    let client = over_a_socket(&sim);
    client.certification(&certification.id).get().await.unwrap();
    client.beta().certifications().send().await.unwrap();
    let item = sim.items_of(&certification.id).remove(0);
    let approve = certs::model::ReviewDecision::approve(item.id).comment("needed");
    let review = client.certification(&certification.id);
    let outcome = review.decide([approve]).await.unwrap();
    assert!(outcome.is_complete(), "{outcome}");

    let requests = api_requests(&sim);
    assert_eq!(requests.len(), 3);
    let known = [
        "accept",
        "accept-encoding",
        "authorization",
        "content-length",
        "content-type",
        "host",
        "user-agent",
    ];
    for request in requests {
        let headers: BTreeSet<_> = request.headers.keys().map(String::as_str).collect();
        assert!(headers.contains("authorization"), "{request:?}");
        assert!(headers.is_subset(&known.into()), "{headers:?}");
        let agent = &request.headers["user-agent"];
        assert!(agent.starts_with("certs/"), "{agent}");
        assert_eq!(request.headers["accept"], "application/json");
    }
}

#[tokio::test]
async fn a_token_is_requested_with_a_form() {
    let sim = tenant().start().await.unwrap();
    over_a_socket(&sim).certifications().send().await.unwrap();

    let requests = token_requests(&sim);
    assert_eq!(requests.len(), 1);
    let request = &requests[0];
    assert_eq!(request.method, "POST");
    assert_eq!(request.query, None);
    assert_eq!(
        request.headers["content-type"],
        "application/x-www-form-urlencoded"
    );
    assert!(!request.headers.contains_key("authorization"));
    assert!(request.headers["user-agent"].starts_with("certs/"));
    // The simulator leaves the secret out of its log.
    let body = request.body.as_ref().unwrap().as_str().unwrap();
    assert!(body.contains("grant_type=client_credentials"), "{body}");
    assert!(body.contains("client_id=sim-admin"), "{body}");
}

/// Gateways limit the length of addresses, and addresses are logged; neither holds for forms.
#[tokio::test]
async fn the_secret_is_never_in_an_address() {
    let sim = tenant().start().await.unwrap();
    over_a_socket(&sim).certifications().send().await.unwrap();
    for request in sim.requests() {
        let query = request.query.unwrap_or_default();
        assert!(!query.contains("secret"), "{query}");
    }
}
