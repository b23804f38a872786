//! Evidence: its content in every format, and its discrepancies.

mod checked;
mod documented;
mod formats;
mod large;
mod report;
mod run;
mod written;

use certs::Client;
use certs::evidence::{Discrepancy, DiscrepancyKind, Manifest};
use certs_sim::{Scenario, Simulator};

use crate::support::{admin_of, tenant};

const SPRING: &str = "ca000000000000000000000000000001";
const MEIS: &str = "ce000000000000000000000000000001";
const OMARS: &str = "ce000000000000000000000000000002";
const OF_THE_BOARD: &str = "ce000000000000000000000000000003";
const EMPTY: &str = "ce000000000000000000000000000004";

/// A tenant with one case of everything that evidence records, and names that a spreadsheet would
/// evaluate.
async fn small_tenant() -> (Simulator, Client) {
    let scenario = Scenario::from_json(include_str!("evidence/tenant.json")).unwrap();
    let sim = tenant().scenario(scenario).build().unwrap();
    let client = admin_of(&sim);
    (sim, client)
}

fn kinds(manifest: &Manifest) -> Vec<DiscrepancyKind> {
    let kinds = manifest
        .discrepancies
        .iter()
        .map(|discrepancy| discrepancy.kind);
    kinds.collect()
}

fn find(manifest: &Manifest, kind: DiscrepancyKind) -> &Discrepancy {
    let found = manifest.discrepancies.iter().find(|d| d.kind == kind);
    found.unwrap_or_else(|| panic!("{:#?}", manifest.discrepancies))
}
