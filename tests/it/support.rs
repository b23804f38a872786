//! Shared by the tests: a tenant, its clients, and the requests that it received.

pub(crate) mod bulk;
pub(crate) mod canned;
pub(crate) mod change;
pub(crate) mod contract;
pub(crate) mod disk;
pub(crate) mod facade;
pub(crate) mod log;
pub(crate) mod walk;
pub(crate) mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use certs::{Client, ClientBuilder, RateLimit, RequestBody, RetryPolicy};
use certs_sim::view::{Certification, Reviewer};
use certs_sim::{Builder, CampaignType, Clock, Credentials, Phase, Simulator, TaskTimes};
use tower::{ServiceExt as _, service_fn};

/// The time in the simulated tenants. The data set depends on its day.
pub(crate) const NOW: &str = "2026-03-02T08:00:00Z";

pub(crate) fn clock() -> Clock {
    Clock::manual(NOW.parse().unwrap())
}

/// A clock that follows the paused time of a test.
pub(crate) fn running_clock() -> Clock {
    Clock::tokio(NOW.parse().unwrap())
}

/// The current moment by the paused time of a test.
#[expect(
    clippy::disallowed_methods,
    reason = "time is read here, and is paused unless the test waits"
)]
pub(crate) fn moment() -> tokio::time::Instant {
    tokio::time::Instant::now()
}

/// A small tenant with a manual clock: tasks end at once, and there is no rate limit.
pub(crate) fn tenant() -> Builder {
    let at_once = TaskTimes {
        queued: Duration::ZERO,
        running: Duration::ZERO,
    };
    Simulator::builder()
        .items(1_500)
        .clock(clock())
        .rate_limit(None)
        .task_times(at_once)
}

/// A tenant in this process, without a socket.
pub(crate) fn simulator() -> Simulator {
    tenant().build().unwrap()
}

/// A client that returns every failure at once: without rate limit and retries.
pub(crate) fn builder(sim: &Simulator) -> ClientBuilder {
    client_builder(sim)
        .rate_limit(RateLimit::unlimited())
        .retry(RetryPolicy::none())
}

/// The same over a socket, for tests of the transport.
pub(crate) fn builder_at(base_url: &str) -> ClientBuilder {
    Client::builder(base_url)
        .rate_limit(RateLimit::unlimited())
        .retry(RetryPolicy::none())
}

/// A client with rate limit and retries, without a socket.
pub(crate) fn client_builder(sim: &Simulator) -> ClientBuilder {
    Client::builder(sim.base_url()).http_service(sim.service())
}

/// A client of an administrator, for whom the first writes are refused, each after this time.
pub(crate) fn refusing(sim: &Simulator, writes: usize, after: Duration) -> Client {
    let (sent, service) = (Arc::new(AtomicUsize::new(0)), sim.service());
    let service = service_fn(move |request: Request<RequestBody>| {
        let (sent, service) = (Arc::clone(&sent), service.clone());
        async move {
            let is_write = request.method() == "POST" && request.uri().path() != "/oauth/token";
            if !is_write || sent.fetch_add(1, Ordering::Relaxed) >= writes {
                return service.oneshot(request).await.map(|it| it.map(Body::new));
            }
            tokio::time::sleep(after).await;
            let refusal = Response::builder().status(400);
            Ok(refusal.body(Body::from("{}")).unwrap())
        }
    });
    let admin = sim.admin();
    let client = client_builder(sim).http_service(service);
    let client = client.client_credentials(admin.client_id, admin.client_secret);
    client.build().unwrap()
}

pub(crate) fn client_of(sim: &Simulator, credentials: &Credentials) -> Client {
    builder(sim)
        .client_credentials(&credentials.client_id, &credentials.client_secret)
        .build()
        .unwrap()
}

pub(crate) fn admin_of(sim: &Simulator) -> Client {
    client_of(sim, &sim.admin())
}

pub(crate) fn reviewer_of(sim: &Simulator, certification: &Certification) -> Client {
    client_of(sim, &sim.credentials_for(certification.reviewer.id()))
}

/// An open certification of the administrator, in a campaign where revoking needs a comment and
/// approving does not.
pub(crate) fn open_certification(sim: &Simulator) -> Certification {
    let is_open = |certification: &Certification| {
        certification.phase == Phase::Active
            && certification.decisions_made == 0
            && certification.campaign_type == CampaignType::Manager
            && certification.comment_requirement
                == certs_sim::CommentRequirement::RevokeOnlyDecisions
            && matches!(certification.reviewer, Reviewer::Identity(_))
            && certification.decisions_total >= 4
    };
    let found = sim.certifications().into_iter().find(is_open);
    found.expect("the data set has such a certification")
}

/// An identity that can take over items: not their reviewer, not one whose access they are about,
/// and without other rights.
pub(crate) fn another_reviewer(sim: &Simulator, certification: &Certification) -> String {
    let others = other_reviewers(sim, certification).into_iter().next();
    others.expect("the data set has several reviewers")
}

/// Without duplicates.
pub(crate) fn other_reviewers(sim: &Simulator, certification: &Certification) -> Vec<String> {
    let items = sim.items_of(&certification.id);
    let admin = open_certification(sim).reviewer;
    let mut others: Vec<String> = Vec::new();
    for other in sim.certifications() {
        let Reviewer::Identity(id) = other.reviewer else {
            continue;
        };
        let is_owner = items
            .iter()
            .any(|item| item.identity_id.as_ref() == Some(&id));
        let is_other = id != certification.reviewer.id() && id != admin.id() && !is_owner;
        if is_other && !others.contains(&id) {
            others.push(id);
        }
    }
    others
}

/// Fails with the first few mistakes: bodies are long, and one cause makes many mistakes.
#[track_caller]
pub(crate) fn assert_no_failures(mut failures: Vec<String>) {
    failures.sort();
    failures.dedup();
    let shown: Vec<String> = failures
        .iter()
        .take(10)
        .map(|failure| failure.chars().take(400).collect())
        .collect();
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        shown.join("\n")
    );
}
