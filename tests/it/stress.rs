//! Every call, awaited in every way: a short run.

use certs_tests::stress::Stress;

#[test]
fn no_call_stops_another_however_it_is_awaited() {
    for (seed, faults) in [(1, 0.0), (2, 0.1)] {
        let report = Stress { seed, faults }.run().unwrap();
        assert!(report.ended > 200 && report.dropped > 20, "{report}");
        assert!(report.requests > 500, "{report}");
    }
}
