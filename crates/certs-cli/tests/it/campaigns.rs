//! Campaigns: lists, overviews, and watching until they end.

use crate::support::{CERTIFICATION, Tenant};

#[test]
fn campaigns_are_found_by_name() {
    let tenant = Tenant::of_items(4);
    tenant.run("campaigns").done().prints("Spring Review");
    let overview = tenant.run_words(["campaign", "Spring Review"]).done();
    overview
        .prints("Mei Tanaka")
        .prints("0 of 4")
        .prints("0 of 1 certifications signed");
    tenant
        .run_words(["campaign", "Spring Revue"])
        .with(1)
        .says("`Spring Review`");
    let report = [
        "report",
        "Spring Review",
        "--type",
        "status",
        "--output",
        "json",
    ];
    let report: serde_json::Value =
        serde_json::from_str(&tenant.run_words(report).done().out).unwrap();
    assert_eq!(report["type"], "CAMPAIGN_STATUS_REPORT");
}

#[test]
fn watching_ends_when_all_is_signed() {
    let tenant = Tenant::of_items(2);
    let mut watch = tenant.command(["watch", "Spring Review", "--every", "10ms"]);
    let watch = watch.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let rules = tenant.write("rules.toml", "[[rule]]\ndecision = \"approve\"\n");
    let decide = format!("decide {CERTIFICATION} --rules {} --yes", rules.display());
    tenant.run(&decide).done();
    tenant
        .run(&format!("sign-off {CERTIFICATION} --yes"))
        .done();
    let watched = crate::support::finished(watch.wait_with_output().unwrap()).done();
    watched.prints("1 of 1 certifications signed");
}
