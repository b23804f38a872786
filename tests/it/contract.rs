//! The simulator's responses and the client's requests conform to the contract.

mod limits;
mod simulator;

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::support::contract::{Contract, Operation, contracts};
use crate::support::facade::call;
use crate::support::walk::{Recorded, slow_tenant, stumble, walk};
use crate::support::wire::{api_requests, decode};
use crate::support::{admin_of, assert_no_failures, simulator, tenant};

/// Compiled schemas of responses, by version, operation and status.
#[derive(Default)]
struct Schemas(BTreeMap<(&'static str, String, u16), Validator>);

impl Schemas {
    fn of_the_contract() -> Self {
        let mut schemas = Self::default();
        for contract in contracts() {
            for operation in contract.operations() {
                for (status, mut schema) in operation.responses {
                    if contract.version == "beta" && operation.id == "listCertifications" {
                        admit_unsigned(&mut schema);
                    }
                    if operation.id == "listIdentityAccessReviewItems" {
                        admit_access_without_a_reference(&mut schema);
                    }
                    let key = (contract.version, operation.id.clone(), status);
                    schemas.0.insert(key, validator(&schema));
                }
            }
        }
        schemas
    }

    fn errors(&self, recorded: &Recorded) -> Vec<String> {
        let key = (
            recorded.version,
            recorded.operation.to_owned(),
            recorded.status,
        );
        let place = format!("{} {} {}", key.0, key.1, key.2);
        let Some(schema) = self.0.get(&key) else {
            return vec![format!("{place} is not in the contract: {}", recorded.body)];
        };
        let errors = schema.iter_errors(&recorded.body);
        errors
            .map(|error| format!("{place} {}: {error}", error.instance_path()))
            .collect()
    }
}

/// Beta requires the time of the sign-off and does not allow null, but there is none before the
/// sign-off.
fn admit_unsigned(schema: &mut Value) {
    if let Some(signed) = schema.pointer_mut("/items/properties/signed/type") {
        assert_eq!(signed, "string", "the specification admits it: this can go");
        *signed = json!(["string", "null"]);
    }
}

/// The service sometimes omits the reference and sends only the role, access profile or
/// entitlement, which the specification does not allow.
fn admit_access_without_a_reference(schema: &mut Value) {
    let access = "/items/properties/accessSummary/properties/access/type";
    if let Some(access) = schema.pointer_mut(access) {
        assert_eq!(access, "object", "the specification admits it: this can go");
        *access = json!(["object", "null"]);
    }
}

fn validator(schema: &Value) -> Validator {
    // A response without a body has no schema.
    let anything = json!(true);
    let schema = if schema.is_null() { &anything } else { schema };
    jsonschema::options()
        .should_validate_formats(true)
        .build(schema)
        .unwrap()
}

#[tokio::test]
async fn every_response_of_the_simulator_is_as_specified() {
    let sim = slow_tenant().await;
    let schemas = Schemas::of_the_contract();
    let recorded = walk(&sim).await;
    assert_no_failures(
        recorded
            .iter()
            .flat_map(|recorded| schemas.errors(recorded))
            .collect(),
    );
}

#[tokio::test]
async fn every_refusal_of_the_simulator_is_as_specified() {
    let sim = tenant().start().await.unwrap();
    let schemas = Schemas::of_the_contract();
    let recorded = stumble(&sim).await;
    let failures: Vec<_> = recorded
        .iter()
        .flat_map(|recorded| schemas.errors(recorded))
        .collect();
    assert_no_failures(failures);
    let statuses: BTreeSet<_> = recorded.iter().map(|recorded| recorded.status).collect();
    assert_eq!(statuses, [400, 401, 403, 404, 429].into());
}

#[tokio::test]
async fn the_walk_reaches_every_operation_and_status() {
    let sim = slow_tenant().await;
    let recorded = walk(&sim).await;
    let reached: BTreeSet<_> = recorded
        .iter()
        .filter(|recorded| recorded.status / 100 == 2)
        .map(|recorded| {
            (
                recorded.version,
                recorded.operation.to_owned(),
                recorded.status,
            )
        })
        .collect();
    let declared: BTreeSet<_> = contracts()
        .iter()
        .flat_map(|contract| {
            contract.operations().into_iter().map(|operation| {
                let (status, _) = operation.success();
                (contract.version, operation.id, status)
            })
        })
        .collect();
    assert_eq!(reached, declared);

    let text: String = recorded
        .iter()
        .map(|recorded| recorded.body.to_string())
        .collect();
    for value in [
        "STAGED",
        "ACTIVE",
        "SIGNED",
        "QUEUED",
        "IN_PROGRESS",
        "SUCCESS",
        "ERROR",
        "APPROVE",
        "REVOKE",
        "ENTITLEMENT",
        "ACCESS_PROFILE",
        "ROLE",
        "GOVERNANCE_GROUP",
        "MACHINE_ACCOUNT",
    ] {
        assert!(text.contains(&format!("\"{value}\"")), "nothing is {value}");
    }
}

/// Fields that no response of the simulator has.
const NOT_RETURNED: [&str; 11] = [
    // A template holds the settings of a campaign, not a campaign.
    "campaign.alerts",
    "campaign.completedCertifications",
    "campaign.created",
    "campaign.deadline",
    "campaign.modified",
    "campaign.sourcesWithOrphanEntitlements",
    "campaign.status",
    "campaign.totalCertifications",
    // Only a real tenant knows which entitlements a source does not manage.
    "sourcesWithOrphanEntitlements.id",
    "sourcesWithOrphanEntitlements.name",
    "sourcesWithOrphanEntitlements.type",
];

/// The simulator has to return a new field before the client relies on it.
#[tokio::test]
async fn the_simulator_returns_every_field_of_the_contract() {
    let sim = slow_tenant().await;
    let mut returned = BTreeSet::new();
    for response in walk(&sim).await {
        let root = format!("{} {}", response.version, response.operation);
        fields_of(&response.body, &root, &mut returned);
    }
    let mut declared = BTreeMap::new();
    for contract in contracts() {
        for operation in contract.operations() {
            let root = format!("{} {}", contract.version, operation.id);
            let mut fields = BTreeSet::new();
            if let Some(response) = operation.response() {
                declared_fields(response, &root, &mut fields);
            }
            declared.extend(fields.into_iter().map(|field| (field, root.clone())));
        }
    }
    let is_known = |field: &str| NOT_RETURNED.contains(&field);
    let differing = declared
        .iter()
        .filter(|(field, _)| returned.contains(*field) == is_known(field));
    let failures = differing.map(|(field, operation)| {
        let now = if is_known(field) {
            "is returned: remove it from NOT_RETURNED"
        } else {
            "is in no response"
        };
        format!("{operation}: `{field}` {now}")
    });
    assert_no_failures(failures.collect());
}

/// The fields in a response, as `parent.field`: a type has the same fields wherever it appears.
fn fields_of(response: &Value, parent: &str, found: &mut BTreeSet<String>) {
    match response {
        Value::Array(items) => items.iter().for_each(|item| fields_of(item, parent, found)),
        Value::Object(fields) => {
            for (name, value) in fields {
                fields_of(value, name, found);
                found.insert(format!("{parent}.{name}"));
            }
        }
        _ => {}
    }
}

/// The same for a schema.
fn declared_fields(schema: &Value, parent: &str, found: &mut BTreeSet<String>) {
    if let Some(items) = schema.get("items") {
        declared_fields(items, parent, found);
    }
    let properties = schema["properties"].as_object().into_iter().flatten();
    for (name, schema) in properties {
        declared_fields(schema, name, found);
        found.insert(format!("{parent}.{name}"));
    }
}

/// Bodies, addresses and the names of query parameters.
#[tokio::test]
async fn every_request_of_the_client_is_as_specified() {
    let sim = simulator();
    let client = admin_of(&sim);
    for contract in contracts() {
        for operation in contract.operations() {
            sim.clear_requests();
            // Most are refused, because there is no certification `c-1`, but the requests can be
            // checked.
            let _ = call(&client, contract.version, &operation.id).await;
            let request = api_requests(&sim).remove(0);
            assert_eq!(request.method, operation.method, "{}", operation.id);
            assert_path(&request.path, &contract, &operation);
            for pair in request.query.as_deref().unwrap_or_default().split('&') {
                let name = decode(pair.split('=').next().unwrap());
                let is_declared = name.is_empty() || operation.parameter(&name).is_some();
                assert!(is_declared, "{} has no {name}", operation.id);
            }
            let sent = format!("&{}", request.query.as_deref().unwrap_or_default());
            for parameter in operation.query.iter().filter(|p| p.is_required) {
                let name = &parameter.name;
                let is_sent = sent.contains(&format!("&{name}="));
                assert!(
                    is_sent,
                    "{} requires {name}, which is not sent",
                    operation.id
                );
            }
            match (&operation.request, &request.body) {
                (Some(schema), Some(body)) => {
                    let errors: Vec<_> = validator(schema)
                        .iter_errors(body)
                        .map(|e| e.to_string())
                        .collect();
                    assert!(errors.is_empty(), "{}: {errors:?}", operation.id);
                }
                (None, None) => {}
                (declared, sent) => panic!("{}: {declared:?}, {sent:?}", operation.id),
            }
        }
    }
}

fn assert_path(path: &str, contract: &Contract, operation: &Operation) {
    let template = format!("/{}{}", contract.version, operation.path);
    let (path, template): (Vec<_>, Vec<_>) =
        (path.split('/').collect(), template.split('/').collect());
    assert_eq!(path.len(), template.len(), "{path:?} {template:?}");
    for (segment, expected) in path.iter().zip(template) {
        assert!(
            *segment == expected || expected.starts_with('{'),
            "{path:?}"
        );
    }
}

/// A validator that accepts everything would make the tests above worthless.
#[test]
fn the_schemas_refuse_what_is_not_specified() {
    let schemas = Schemas::of_the_contract();
    let errors = |operation, body| {
        schemas
            .errors(&Recorded {
                version: "v3",
                operation,
                status: 200,
                body,
            })
            .len()
    };
    let get = "getIdentityCertification";
    assert_eq!(
        errors(get, json!({ "id": "c-1", "due": null, "phase": "ACTIVE" })),
        0
    );
    assert_eq!(errors(get, json!({ "id": 7 })), 1);
    assert_eq!(errors(get, json!({ "id": null })), 1);
    assert_eq!(errors(get, json!({ "phase": "OVER" })), 1);
    assert_eq!(errors(get, json!({ "created": "yesterday" })), 1);
    assert_eq!(errors(get, json!({ "campaign": { "id": "c" } })), 6);
    assert_eq!(errors("listIdentityCertifications", json!([null])), 1);
    assert_eq!(errors("listCertificationReviewers", json!([null])), 0);
}
