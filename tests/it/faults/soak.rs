//! The long run, shortened: a smaller campaign, with its minutes gone in seconds.

use certs_tests::soak::{Campaign, Observer};

use super::virtual_time;

#[test]
fn a_campaign_under_faults_lands_exactly_once_and_uses_its_budget() {
    let observer = Observer::default();
    let _guard = tracing::subscriber::set_default(observer.clone());
    // As long as there is only one subscriber, what other threads think of an event is cached
    // for all threads; and those of other tests have none.
    let _second = tracing::Dispatch::new(Observer::default());
    let time = virtual_time();
    let campaign = Campaign {
        seed: 3,
        items: 4_000,
        faults: 0.1,
        workers: 64,
        batch: 5,
        clock: time.clock(),
    };
    let report = time.run(campaign.run(&observer)).unwrap();
    assert!(report.items() > 1_000, "{report}");
    assert!((0.05..0.15).contains(&report.part_hit()), "{report}");
    assert!(
        report.retries() > 0 && report.unknown_outcomes() > 0,
        "{report}"
    );
    assert!(report.budget_use_in_all() >= 0.85, "{report}");
    assert!(report.part_rate_limited() < 0.01, "{report}");
}
