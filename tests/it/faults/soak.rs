//! A short soak run: a smaller campaign, in paused time.

use certs_tests::soak::Campaign;

use crate::support::running_clock;

#[tokio::test(start_paused = true)]
async fn a_campaign_under_faults_is_done_exactly_once_and_uses_its_rate_limit() {
    let campaign = Campaign {
        seed: 3,
        items: 4_000,
        faults: 0.1,
        workers: 64,
        batch: 5,
        clock: running_clock(),
    };
    let report = campaign.run().await.unwrap();
    assert!(report.items() > 1_000, "{report}");
    assert!((0.05..0.15).contains(&report.part_hit()), "{report}");
    assert!(
        report.retries() > 0 && report.unknown_outcomes() > 0,
        "{report}"
    );
    assert!(report.rate_limit_use() >= 0.8, "{report}");
    assert!(report.part_rate_limited() < 0.01, "{report}");
}
