//! Progress reports say when a call begins and ends waiting for the rate limit.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use certs::{ProgressReport, RateLimit};

use crate::support::bulk::{decision, item_ids, largest};
use crate::support::{another_reviewer, builder, running_clock, tenant};

type Reports = Arc<Mutex<Vec<ProgressReport>>>;

fn teller(reports: &Reports) -> impl Fn(ProgressReport) + Send + Sync + 'static {
    let reports = Arc::clone(reports);
    move |report| reports.lock().unwrap().push(report)
}

/// It waited at times, and every change was reported.
#[track_caller]
fn assert_waited(what: &str, reports: &Reports) {
    let reports = std::mem::take(&mut *reports.lock().unwrap());
    let last = reports.last().unwrap();
    assert!(
        reports.iter().any(|report| report.waiting_for_rate_limit),
        "{what}: {reports:?}"
    );
    assert!(!last.waiting_for_rate_limit, "{what}: {last:?}");
    assert_eq!(Some(last.done), last.total, "{what}");
}

#[tokio::test(start_paused = true)]
async fn waits_for_the_rate_limit_are_reported() {
    let sim = tenant().clock(running_clock()).build().unwrap();
    let certification = largest(&sim);
    let admin = sim.admin();
    let client = builder(&sim)
        .client_credentials(admin.client_id, admin.client_secret)
        .rate_limit(RateLimit::new(2, Duration::from_secs(10)))
        .build()
        .unwrap();
    let review = client.certification(&certification.id);
    let items = item_ids(&sim, &certification);
    let reports = Reports::default();

    let decisions = items[..50].iter().map(|id| decision(id));
    let decide = review.decide(decisions).batch_size(10);
    let outcome = decide.progress(teller(&reports)).await.unwrap();
    outcome.ensure_complete().unwrap();
    assert_waited("decide", &reports);

    let evidence = client.evidence().certifications([&certification.id]);
    let evidence = evidence.fetch_ahead(2).progress(teller(&reports));
    let manifest = evidence.csv("csv", tokio::io::sink()).write().await;
    assert!(manifest.unwrap().complete);
    assert_waited("evidence", &reports);

    let to = another_reviewer(&sim, &certification);
    let reassign = review.reassign(to, "on leave").items(&items[..3]);
    let reassign = reassign.in_background().wait();
    let outcome = reassign.progress(teller(&reports)).await.unwrap();
    outcome.ensure_complete().unwrap();
    assert_waited("reassign", &reports);
}
