//! The outputs that CONTRIBUTING.md shows are real: those of an edit of V3's contract.

use std::fs;

use serde_json::{Value, json};

use xtask::manifest::Manifest;
use xtask::todo::{of_contracts, text};
use xtask::{Workspace, diff, yaml};

/// A release as it may come: a field, a value and a filter field more, and a smaller limit.
fn release(contract: &mut Value) {
    let schemas = &mut contract["components"]["schemas"];
    schemas["IdentityCertificationDto"]["properties"]["signOffDeadline"] =
        json!({"type": "string", "format": "date-time"});
    let types = &mut schemas["CampaignReference"]["properties"]["campaignType"]["enum"];
    types.as_array_mut().unwrap().push("AGENT".into());
    contract["paths"]["/certifications"]["get"]["x-filters"]["name"] = json!(["eq", "sw"]);
    let decide = &mut contract["paths"]["/certifications/{id}/decide"]["post"];
    decide["requestBody"]["content"]["application/json"]["schema"]["maxItems"] = 100.into();
}

/// Lines move when somebody works on a file: their numbers are not compared.
fn without_numbers(text: &str) -> String {
    let mut plain = text.to_owned();
    for before in [".rs:", "line "] {
        let mut parts = plain.split(before);
        let mut without = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            without.push_str(before);
            without.push_str(part.trim_start_matches(|char: char| char.is_ascii_digit()));
        }
        plain = without;
    }
    plain
}

#[test]
fn the_outputs_that_contributing_shows_are_real() {
    let workspace = Workspace::here();
    let manifest = Manifest::load(&workspace.openapi()).unwrap();
    let version = manifest.version("v3").unwrap();
    let old = yaml::load_json(&version.contract_path()).unwrap();
    let mut new = old.clone();
    release(&mut new);
    let beta = manifest.version("beta").unwrap();
    let unchanged = yaml::load_json(&beta.contract_path()).unwrap();
    let contracts = [("v3", new.clone()), ("beta", unchanged)];
    let lines = of_contracts(&workspace, &contracts).unwrap();
    let outputs = [
        format!("$ cargo xtask check\nerror: {}", text(&lines)),
        format!(
            "$ cargo xtask diff OLD.yaml openapi/v3.yaml\n{}",
            diff::render(&diff::compare(old, new).unwrap(), diff::Format::Text)
        ),
    ];
    let shown = fs::read_to_string(workspace.root().join("CONTRIBUTING.md")).unwrap();
    let shown = without_numbers(&shown);
    for output in outputs {
        let indented: String = output
            .lines()
            .map(|line| format!("   {line}").trim_end().to_owned() + "\n")
            .collect();
        assert!(
            shown.contains(&without_numbers(&indented)),
            "CONTRIBUTING.md should show:\n{indented}"
        );
    }
}
