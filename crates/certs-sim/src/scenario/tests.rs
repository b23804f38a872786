use std::path::Path;

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{SCHEMA, Scenario};
use crate::data::generate;
use crate::state::task::TaskTimes;

const START: Timestamp = Timestamp::UNIX_EPOCH;

fn id(number: u8) -> String {
    format!("{number:032x}")
}

/// Something of everything, as short as can be.
fn small() -> Value {
    json!({
        "$schema": "scenario.schema.json",
        "identities": [
            { "id": id(1), "name": "Mei Tanaka", "email": "mei@acme.example" },
            { "id": id(2), "name": "Omar Haddad", "email": "omar@acme.example", "level": "ORG_ADMIN" },
            { "id": id(3), "name": "svc-backup", "email": "svc@acme.example", "machineOwner": id(1) },
        ],
        "governanceGroups": [{ "id": id(1), "name": "Panel", "members": [id(2)] }],
        "sources": [{ "id": id(1), "name": "Workday" }],
        "entitlements": [{
            "id": id(1), "name": "Payroll Approvers", "source": id(1), "owner": id(2),
            "permissions": [{ "target": "FIN.LEDGER", "rights": ["SELECT"] }],
            "dataAccess": { "impactScore": "High", "categories": [{ "value": "Salary" }] },
        }],
        "accessProfiles": [
            { "id": id(1), "name": "Payroll", "source": id(1), "entitlements": [id(1)] },
        ],
        "roles": [{ "id": id(1), "name": "Clerk", "accessProfiles": [id(1)], "entitlements": [id(1)] }],
        "campaigns": [{ "id": id(1), "name": "Spring", "type": "MANAGER" }],
        "certifications": [
            {
                "id": id(1), "campaign": id(1), "phase": "SIGNED",
                "reviewer": { "type": "IDENTITY", "id": id(1) },
                "reassignment": { "from": id(2) },
                "items": [
                    { "id": id(1), "identity": id(2), "access": { "type": "ROLE", "id": id(1) },
                      "decision": "REVOKE", "proposedEndDate": "2027-01-01T00:00:00Z" },
                ],
            },
            {
                "id": id(2), "campaign": id(1), "due": "2026-06-01T00:00:00Z",
                "reviewer": { "type": "GOVERNANCE_GROUP", "id": id(1) },
                "items": [
                    { "id": id(2), "identity": id(3), "access": { "type": "ACCESS_PROFILE", "id": id(1) } },
                    { "id": id(3), "access": { "type": "ENTITLEMENT", "id": id(1) } },
                ],
            },
        ],
        "tasks": [
            { "id": id(1), "certification": id(2), "reassign": [{ "type": "ITEM", "id": id(2) }],
              "reassignTo": id(1), "reason": "knows better" },
            { "id": id(2), "certification": id(2), "reassign": [], "reassignTo": "nobody",
              "reason": "why not", "outcome": { "status": "ERROR", "errors": ["nobody"] } },
            { "id": id(3), "certification": id(2), "reassign": [], "reassignTo": id(1),
              "reason": "done", "outcome": { "status": "SUCCESS", "previousOwner": id(1), "newOwner": id(2) } },
        ],
    })
}

fn load(scenario: &Value) -> Result<Scenario, String> {
    Scenario::from_json(&scenario.to_string())
        .and_then(|scenario| scenario.into_state(START, TaskTimes::default()))
        .map(|state| Scenario::of(&state))
        .map_err(|error| error.to_string())
}

fn again(scenario: &Scenario) -> Scenario {
    let later = START + jiff::SignedDuration::from_hours(1_000);
    let read = Scenario::from_json(&scenario.to_json()).unwrap();
    assert_eq!(&read, scenario);
    let state = read.into_state(later, TaskTimes::default()).unwrap();
    Scenario::of(&state)
}

#[test]
fn what_is_left_out_is_filled_in_once() {
    let filled = load(&small()).unwrap();
    assert_eq!(again(&filled), filled);
    assert_eq!(
        filled.certifications[0].name.as_deref(),
        Some("Spring - Mei Tanaka")
    );
    assert_eq!(filled.certifications[0].signed, Some(START));
    assert_eq!(
        filled.certifications[1].name.as_deref(),
        Some("Spring - Panel")
    );
    assert_eq!(filled.remediations.as_ref().unwrap()[0].item, id(1));
    // The certification administrator is added; the other one exists.
    assert_eq!(filled.identities.len(), 4);
    assert_eq!(filled.campaigns[0].owner, Some(id(2)));
    assert_eq!(filled.tasks[0].ends.unwrap().as_second(), 1);
}

#[test]
fn the_scenario_of_the_readme_can_be_used() {
    let readme = include_str!("../../README.md");
    let (_, json) = readme.split_once("```json\n").unwrap();
    let (json, _) = json.split_once("```").unwrap();
    let filled = load(&serde_json::from_str(json).unwrap()).unwrap();
    assert_eq!(filled.certifications[0].items.len(), 1);
}

#[test]
fn the_smallest_scenario_has_the_administrators_and_nothing_else() {
    let filled = load(&json!({})).unwrap();
    assert_eq!(filled.identities.len(), 2);
    assert!(filled.certifications.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn export_and_import_are_inverse(seed in any::<u64>(), items in 0..1_500_usize) {
        let start: Timestamp = "2026-03-02T08:15:00Z".parse().unwrap();
        let state = generate(seed, items, start, TaskTimes::default());
        let exported = Scenario::of(&state);
        prop_assert_eq!(again(&exported), exported);
    }
}

#[test]
fn an_import_shows_the_same_to_every_client() {
    let start: Timestamp = "2026-03-02T08:15:00Z".parse().unwrap();
    let state = generate(4, 900, start, TaskTimes::default());
    let copy = Scenario::of(&state)
        .into_state(START, TaskTimes::default())
        .unwrap();
    assert_eq!(copy.view_certifications(), state.view_certifications());
    assert_eq!(copy.view_campaigns(), state.view_campaigns());
    assert_eq!(copy.view_identities(), state.view_identities());
    assert_eq!(copy.view_remediations(), state.view_remediations());
    for row in state.view_certifications() {
        assert_eq!(copy.view_items_of(&row.id), state.view_items_of(&row.id));
    }
}

#[test]
fn an_error_names_the_place() {
    let nobody = id(77);
    // What to change, to what, and what the error says.
    let cases: &[(&str, Value, &str)] = &[
        (
            "/identities/0/id",
            json!("x"),
            "identities[0].id: \"x\" is not an identifier",
        ),
        ("/identities/1/id", json!(id(1)), "identities[1].id: \""),
        (
            "/identities/0/nick",
            json!("Mei"),
            "identities[0].nick: unknown field `nick`",
        ),
        (
            "/identities/0/level",
            json!("BOSS"),
            "identities[0].level: unknown variant `BOSS`",
        ),
        (
            "/identities/2/level",
            json!("ORG_ADMIN"),
            "identities[2].level: a machine",
        ),
        (
            "/identities/2/machineOwner",
            json!(id(3)),
            "identities[2].machineOwner: \"",
        ),
        (
            "/governanceGroups/0/members/0",
            json!(id(3)),
            "governanceGroups[0].members[0]: \"",
        ),
        (
            "/entitlements/0/source",
            json!(nobody),
            "entitlements[0].source: there is no source",
        ),
        (
            "/entitlements/0/owner",
            json!(nobody),
            "entitlements[0].owner: there is no identity",
        ),
        (
            "/accessProfiles/0/entitlements/0",
            json!(nobody),
            "accessProfiles[0].entitlements[0]: ",
        ),
        (
            "/roles/0/accessProfiles/0",
            json!(nobody),
            "roles[0].accessProfiles[0]: there is no",
        ),
        (
            "/campaigns/0/type",
            json!(7),
            "campaigns[0].type: invalid type",
        ),
        (
            "/certifications/0/campaign",
            json!(nobody),
            "certifications[0].campaign: there is no",
        ),
        (
            "/certifications/0/reviewer/id",
            json!(id(3)),
            "certifications[0].reviewer.id: \"",
        ),
        (
            "/certifications/0/reviewer/type",
            json!("X"),
            "certifications[0].reviewer.type: unknown",
        ),
        (
            "/certifications/0/items/0/decision",
            json!(null),
            "certifications[0].items[0]: comments",
        ),
        (
            "/certifications/0/items/0/decision",
            json!("APPROVE"),
            "items[0].proposedEndDate: only",
        ),
        (
            "/certifications/0/items/0/identity",
            json!(id(1)),
            "items[0].identity: nobody may review",
        ),
        (
            "/certifications/0/items/0/access/id",
            json!(nobody),
            "items[0].access.id: there is no",
        ),
        (
            "/certifications/1/items/1/id",
            json!(id(1)),
            "certifications[1].items[1].id: \"",
        ),
        (
            "/certifications/1/phase",
            json!("SIGNED"),
            "certifications[1].phase: every item",
        ),
        (
            "/certifications/1/signed",
            json!("2026-01-01T00:00:00Z"),
            "certifications[1].signed: only",
        ),
        (
            "/certifications/1/due",
            json!("soon"),
            "certifications[1].due: ",
        ),
        (
            "/certifications/0/reassignment/from",
            json!(id(1)),
            "reassignment.from: \"",
        ),
        (
            "/tasks/0/certification",
            json!(nobody),
            "tasks[0].certification: there is no",
        ),
        ("/tasks/1/outcome/status", json!("LOST"), "tasks[1].outcome"),
        (
            "/remediations",
            json!([{ "item": id(2), "started": "2026-01-01T00:00:00Z" }]),
            "remediations[0].item: \"",
        ),
    ];
    for (pointer, value, expected) in cases {
        let mut scenario = small();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        match scenario.pointer_mut(parent).unwrap() {
            Value::Array(entries) => entries[name.parse::<usize>().unwrap()] = value.clone(),
            parent => parent[name] = value.clone(),
        }
        let error = load(&scenario).unwrap_err();
        assert!(error.contains(expected), "{pointer}: {error}");
    }
}

#[test]
fn a_file_that_is_not_a_scenario_is_reported() {
    for (text, expected) in [
        ("", "EOF"),
        ("7", "invalid type"),
        ("{} {}", "trailing characters"),
        ("{ \"items\": [] }", "items: unknown field"),
    ] {
        let error = Scenario::from_json(text).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
    let error = Scenario::from_file("no/such.json").unwrap_err();
    assert!(error.to_string().contains("no/such.json"), "{error}");
    assert!(std::error::Error::source(&error).is_some());
}

/// The file is for people and editors, and made from the types.
#[test]
fn the_schema_is_that_of_the_types() {
    let schema = schemars::generate::SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<Scenario>();
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenario.schema.json");
    if std::env::var_os("WRITE_SCHEMA").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    // As values: which order keys are written in depends on features of serde_json that other
    // crates of a build turn on.
    let written: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert!(
        written == *schema.as_value(),
        "run: WRITE_SCHEMA=1 cargo test -p certs-sim the_schema_is_that_of_the_types"
    );
}

#[test]
fn the_schema_admits_what_the_simulator_reads_and_refuses_what_it_refuses() {
    let schema = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
    let generated = generate(1, 700, START, TaskTimes::default());
    for scenario in [
        small(),
        json!({}),
        serde_json::to_value(load(&small()).unwrap()).unwrap(),
        serde_json::to_value(Scenario::of(&generated)).unwrap(),
    ] {
        let errors: Vec<_> = schema
            .iter_errors(&scenario)
            .map(|error| format!("{} {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
    for (pointer, value) in [
        ("/identities/0/nick", json!("Mei")),
        ("/certifications/0/phase", json!("OVER")),
        ("/certifications/0/reviewer/type", json!("ROBOT")),
        ("/tasks/1/outcome/status", json!("LOST")),
    ] {
        let mut scenario = small();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        scenario.pointer_mut(parent).unwrap()[name] = value;
        assert!(!schema.is_valid(&scenario), "{pointer}");
    }
}
