//! A panic in the caller's own code ends the call that ran it, and nothing else.

use std::any::Any;
use std::future::IntoFuture;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use certs::filter::item;
use certs::{
    AccessToken, Client, ErrorKind, Policy, ProgressReport, RateLimit, TokenFuture, TokenProvider,
    Verdict,
};
use certs_sim::Simulator;
use certs_sim::view::Certification;
use futures_util::FutureExt as _;

use crate::support::bulk::{decision, item_ids, largest};
use crate::support::{another_reviewer, builder, running_clock, tenant};

/// A tenant, and a client that waits between requests, so that callbacks are called during waits.
fn waiting() -> (Simulator, Client, Certification) {
    let sim = tenant().clock(running_clock()).build().unwrap();
    let admin = sim.admin();
    let client = builder(&sim)
        .client_credentials(admin.client_id, admin.client_secret)
        .rate_limit(RateLimit::new(1, Duration::from_secs(1)))
        .build()
        .unwrap();
    let certification = largest(&sim);
    (sim, client, certification)
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let formatted = panic.downcast_ref::<String>().map(String::as_str);
    formatted.unwrap_or_else(|| panic.downcast_ref::<&str>().unwrap())
}

/// The panic that ends a call.
async fn panic_of(call: impl IntoFuture) -> String {
    let outcome = AssertUnwindSafe(call.into_future()).catch_unwind().await;
    let panic = outcome.err().expect("the call panics");
    message(&*panic).to_owned()
}

/// Panics from this report on.
fn breaks_at(report: usize) -> impl Fn(ProgressReport) + Send + Sync + 'static {
    let reports = AtomicUsize::new(0);
    move |_| {
        let count = reports.fetch_add(1, Ordering::SeqCst);
        assert!(count < report, "the bar is gone");
    }
}

/// Whichever report panics: also one during a wait, whose end must not be reported while the thread
/// unwinds.
#[tokio::test(start_paused = true)]
async fn a_progress_callback_that_panics_ends_its_call() {
    let (sim, client, certification) = waiting();
    let review = client.certification(&certification.id);
    let items = item_ids(&sim, &certification);
    for report in 0..6 {
        let decisions = items[..40].iter().map(|id| decision(id));
        let decide = review.decide(decisions).batch_size(5);
        let panic = panic_of(decide.progress(breaks_at(report))).await;
        assert_eq!(panic, "the bar is gone", "decide, report {report}");

        let evidence = client.evidence().certifications([&certification.id]);
        let evidence = evidence.fetch_ahead(2).progress(breaks_at(report % 3));
        let write = evidence.json_lines("lines", tokio::io::sink()).write();
        assert_eq!(
            panic_of(write).await,
            "the bar is gone",
            "evidence, report {report}"
        );
    }
    let to = another_reviewer(&sim, &certification);
    let reassign = review.reassign(to, "on leave").items(&items[40..43]);
    let panic = panic_of(reassign.progress(breaks_at(0))).await;
    assert_eq!(panic, "the bar is gone");

    // In a separate task, the panic ends the task.
    let decisions = items[..40].iter().map(|id| decision(id));
    let decide = review
        .decide(decisions)
        .batch_size(5)
        .progress(breaks_at(3));
    let ended = tokio::spawn(decide.into_future()).await;
    assert!(ended.unwrap_err().is_panic());

    let decisions = items[..40].iter().map(|id| decision(id));
    let outcome = review.decide(decisions).await.unwrap();
    outcome.ensure_complete().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_policy_that_panics_ends_its_call_before_anything_is_decided() {
    let (sim, client, certification) = waiting();
    let review = client.certification(&certification.id);
    let broken = Policy::new().when_item(
        |_| panic!("the rule is broken"),
        Verdict::approve().comment("never"),
    );
    let before = sim.items_of(&certification.id);
    assert_eq!(
        panic_of(review.decide_by(broken)).await,
        "the rule is broken"
    );
    assert_eq!(sim.items_of(&certification.id), before);

    let rest = Policy::new().otherwise(Verdict::approve().comment("fine"));
    let decide = review.decide_by(rest).filter(item::completed().eq(false));
    decide.await.unwrap().ensure_complete().unwrap();
}

/// Panics twice, then hangs once, and then returns a token.
#[derive(Debug, Default)]
struct Moody(Arc<AtomicUsize>, String);

impl TokenProvider for Moody {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(async {
            match self.0.fetch_add(1, Ordering::SeqCst) {
                0 | 1 => panic!("the vault is gone"),
                2 => std::future::pending().await,
                _ => Ok(AccessToken::new(&*self.1)),
            }
        })
    }
}

/// A provider that hangs takes as long as a request may.
#[tokio::test(start_paused = true)]
async fn a_token_provider_that_panics_or_hangs_ends_the_calls_that_wait_for_it() {
    let server = crate::support::canned::Canned::start();
    server.respond_json(&serde_json::json!({ "id": "c-1" }));
    let provider = Moody(Arc::default(), "a token".to_owned());
    let asked = Arc::clone(&provider.0);
    let client = server
        .builder()
        .token_provider(provider)
        .timeout(Duration::from_secs(40))
        .build()
        .unwrap();
    let review = client.certification("c-1");
    // Two calls that wait for the same token get the same error.
    let (first, second) = tokio::join!(panic_of(review.get()), panic_of(review.get()));
    assert_eq!([first, second], ["the vault is gone"; 2]);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert_eq!(panic_of(review.get()).await, "the vault is gone");

    let started = crate::support::moment();
    let error = review.get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Token, "{error}");
    assert!(
        error.to_string().contains("did not respond within 40s"),
        "{error}"
    );
    assert_eq!(started.elapsed().as_secs(), 40);

    // For a moment, all calls get the same failure.
    tokio::time::sleep(Duration::from_secs(1)).await;
    review.get().await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 4);
}
