//! Answers of the documented shape, with every field, come through complete: through the
//! model, through the generated types, and through the whole client.

use std::fmt::Debug;

use certs::model::{
    AccessReviewItem, AccessSummary, Certification, DecisionSummary, ErrorMessage,
    IdentityReference, IdentitySummary, Permission, ReassignReference, ReviewDecision, Task,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::support::canned::Canned;
use crate::support::contract::{contracts, kind};
use crate::support::facade::{call, decode_raw, unified};

/// One answer for each operation, every field of it filled. Dates are written as the
/// service writes them.
fn answer(version: &str, operation: &str) -> Value {
    match (version, operation) {
        ("v3", "listIdentityCertifications") => json!([certification()]),
        (
            "v3",
            "getIdentityCertification"
            | "makeIdentityDecision"
            | "reassignIdentityCertifications"
            | "signOffIdentityCertification",
        ) => certification(),
        ("v3", "listIdentityAccessReviewItems") => json!([item()]),
        ("v3", "getIdentityAccessSummaries") => json!([access_summary()]),
        ("v3", "getIdentityDecisionSummary") => decision_summary(),
        ("v3", "getIdentitySummaries") => json!([identity_summary()]),
        ("v3", "getIdentitySummary") => identity_summary(),
        ("v3", "getCertificationTask" | "submitReassignCertsAsync") => task(),
        ("v3", "getPendingCertificationTasks") => json!([task()]),
        ("beta", "listCertifications") => json!([beta_certification()]),
        ("beta", "submitReassignCertsAsync" | "getIdentityCertificationTaskStatus") => beta_task(),
        ("beta", "getIdentityCertificationPendingTasks") => json!([beta_task()]),
        (_, "listCertificationReviewers") => json!([identity("Ines Barros")]),
        (_, "getIdentityCertificationItemPermissions") => json!([permission()]),
        _ => panic!("no answer to {version} {operation} is written down"),
    }
}

fn reviewer() -> Value {
    json!({
        "id": "5b0e6a52c3f14b0f8f1f0d6d4f8b1a01",
        "name": "Tamsin Okafor",
        "email": "tamsin.okafor@harbour.example",
        "type": "IDENTITY",
        "created": "2023-09-14T07:45:00.120Z",
        "modified": "2025-12-30T16:02:11.007Z",
    })
}

fn beta_reviewer() -> Value {
    let mut reviewer = reviewer();
    for only_v3 in ["created", "modified"] {
        reviewer.as_object_mut().unwrap().remove(only_v3);
    }
    reviewer
}

fn campaign() -> Value {
    json!({
        "id": "77d2c4b09b6a4ac6a0a4f3d1c7e9b102",
        "name": "Winter review of the harbour office",
        "type": "CAMPAIGN",
        "campaignType": "SOURCE_OWNER",
        "description": "Before the audit in spring",
        "correlatedStatus": "UNCORRELATED",
        "mandatoryCommentRequirement": "ALL_DECISIONS",
    })
}

fn reassignment(reviewer: Value) -> Value {
    json!({
        "from": {
            "id": "0c8f2f1e3d7a4f0e9f6b5d4c3b2a1903",
            "name": "Winter review - Jonas Falk",
            "type": "CERTIFICATION",
            "reviewer": reviewer,
        },
        "comment": "Jonas is at sea until May",
    })
}

fn certification() -> Value {
    json!({
        "id": "1e5a9c7b2d4f4b6e8a0c9e7d5f3b1104",
        "name": "Winter review - Tamsin Okafor",
        "campaign": campaign(),
        "completed": true,
        "identitiesCompleted": 6,
        "identitiesTotal": 9,
        "created": "2026-01-07T06:00:00.500Z",
        "modified": "2026-02-18T21:14:09.333Z",
        "decisionsMade": 41,
        "decisionsTotal": 58,
        "due": "2026-03-15T23:59:59.999Z",
        "signed": "2026-02-27T10:30:00.001Z",
        "reviewer": reviewer(),
        "reassignment": reassignment(reviewer()),
        "hasErrors": true,
        "errorMessage": "the crane roster could not be read",
        "phase": "SIGNED",
    })
}

fn beta_certification() -> Value {
    json!({
        "id": "1e5a9c7b2d4f4b6e8a0c9e7d5f3b1104",
        "name": "Winter review - Tamsin Okafor",
        "campaignRef": campaign(),
        "phase": "ACTIVE",
        "due": "2026-03-15T23:59:59.999Z",
        "signed": "2026-02-27T10:30:00.001Z",
        "reviewer": beta_reviewer(),
        "reassignment": reassignment(beta_reviewer()),
        "hasErrors": false,
        "errorMessage": "a warning is left",
        "completed": false,
        "decisionsMade": 41,
        "decisionsTotal": 58,
        "entitiesCompleted": 6,
        "entitiesTotal": 9,
    })
}

fn identity(name: &str) -> Value {
    json!({
        "type": "IDENTITY",
        "id": "9a7c5e3b1d2f4a6c8e0b2d4f6a8c0e05",
        "name": name,
        "email": "someone@harbour.example",
    })
}

fn entitlement() -> Value {
    json!({
        "id": "3f1d5b7a9c2e4d6f8b0a1c3e5d7f9b06",
        "name": "Berth planners",
        "description": "May move ships between berths",
        "privileged": true,
        "owner": identity("Lars Demir"),
        "attributeName": "crew",
        "attributeValue": "CN=berth-planners,OU=Port",
        "sourceSchemaObjectType": "crew",
        "sourceName": "Port directory",
        "sourceType": "OpenLDAP - Direct",
        "sourceId": "6d8f0b2c4e6a4c8e9b1d3f5a7c9e1b07",
        "hasPermissions": true,
        "isPermission": false,
        "revocable": true,
        "cloudGoverned": false,
        "containsDataAccess": true,
        "dataAccess": {
            "policies": [{ "value": "Ship manifests" }, { "value": "Passport scans" }],
            "categories": [{ "value": "Passport number", "matchCount": 8_412 }],
            "impactScore": { "value": "Severe" },
        },
        "account": {
            "nativeIdentity": "uid=wfalk,ou=crew",
            "disabled": false,
            "locked": true,
            "type": "ACCOUNT",
            "id": "2b4d6f8a0c1e4a3c5e7b9d1f3a5c7e08",
            "name": "wfalk",
            "created": "2022-05-02T11:22:33.444Z",
            "modified": "2025-08-19T00:00:00.000Z",
            "activityInsights": {
                "accountID": "2b4d6f8a0c1e4a3c5e7b9d1f3a5c7e08",
                "usageDays": 64,
                "usageDaysState": "UNKNOWN",
            },
            "description": "Night shift terminal",
            "governanceGroupId": "8c0e2a4b6d8f4e1a3c5b7d9f1e3a5c09",
            "owner": {
                "id": "9a7c5e3b1d2f4a6c8e0b2d4f6a8c0e05",
                "type": "IDENTITY",
                "displayName": "W. Falk",
            },
        },
    })
}

fn access_profile() -> Value {
    json!({
        "id": "4e6a8c0b2d4f4c6e8a0b1d3f5c7e9a10",
        "name": "Harbour master's desk",
        "description": "What the desk needs by day",
        "privileged": false,
        "cloudGoverned": true,
        "endDate": "2027-01-01T00:00:00.000Z",
        "owner": identity("Ines Barros"),
        "entitlements": [entitlement()],
        "created": "2021-11-11T11:11:11.110Z",
        "modified": "2026-01-20T09:08:07.060Z",
    })
}

/// As the documents print it: all three sorts of access at once, which no answer has.
fn access_summary() -> Value {
    json!({
        "access": {
            "type": "ENTITLEMENT",
            "id": "3f1d5b7a9c2e4d6f8b0a1c3e5d7f9b06",
            "name": "Berth planners",
        },
        "entitlement": entitlement(),
        "accessProfile": access_profile(),
        "role": {
            "id": "5f7b9d1e3a5c4e7a9c1b3d5f7e9a1c11",
            "name": "Harbour pilot",
            "description": "Guides ships in",
            "privileged": true,
            "owner": identity("Mei Hoffmann"),
            "revocable": false,
            "endDate": "2026-12-24T18:00:00.000Z",
            "accessProfiles": [access_profile()],
            "entitlements": [entitlement(), entitlement()],
        },
    })
}

fn identity_summary() -> Value {
    json!({
        "id": "6a8c0e2b4d6f4a8c0e1b3d5f7a9c1e12",
        "name": "Willem Falk",
        "identityId": "7b9d1f3c5e7a4b9d1f2c4e6a8b0d2f13",
        "completed": true,
    })
}

fn item() -> Value {
    json!({
        "accessSummary": access_summary(),
        "identitySummary": identity_summary(),
        "id": "8c0e2a4d6f8b4c0e2a3d5f7b9c1e3a14",
        "completed": true,
        "newAccess": false,
        "decision": "REVOKE",
        "comments": "No longer on the night shift",
    })
}

fn decision_summary() -> Value {
    json!({
        "entitlementDecisionsMade": 1,
        "accessProfileDecisionsMade": 2,
        "roleDecisionsMade": 3,
        "accountDecisionsMade": 4,
        "entitlementDecisionsTotal": 5,
        "accessProfileDecisionsTotal": 6,
        "roleDecisionsTotal": 7,
        "accountDecisionsTotal": 8,
        "entitlementsApproved": 9,
        "entitlementsRevoked": 10,
        "accessProfilesApproved": 11,
        "accessProfilesRevoked": 12,
        "rolesApproved": 13,
        "rolesRevoked": 14,
        "accountsApproved": 15,
        "accountsRevoked": 16,
    })
}

fn permission() -> Value {
    json!({ "target": "PORT.BERTHS", "rights": ["BOOK", "CLEAR"] })
}

fn error_message() -> Value {
    json!({ "locale": "nl-NL", "localeOrigin": "REQUEST", "text": "Niemand is aan boord" })
}

fn task() -> Value {
    json!({
        "id": "9d1f3b5e7a9c4d1f3b4e6a8c0d2f4b15",
        "type": "ADMIN_REASSIGN",
        "targetType": "CAMPAIGN",
        "targetId": "77d2c4b09b6a4ac6a0a4f3d1c7e9b102",
        "status": "ERROR",
        "errors": [error_message()],
        "reassignmentTrailDTOs": [{
            "previousOwner": "5b0e6a52c3f14b0f8f1f0d6d4f8b1a01",
            "newOwner": "9a7c5e3b1d2f4a6c8e0b2d4f6a8c0e05",
            "reassignmentType": "MANUAL",
        }],
        "created": "2026-02-03T04:05:06.789Z",
    })
}

fn beta_task() -> Value {
    json!({
        "id": "9d1f3b5e7a9c4d1f3b4e6a8c0d2f4b15",
        "certificationId": "1e5a9c7b2d4f4b6e8a0c9e7d5f3b1104",
        "type": "REASSIGN",
        "status": "IN_PROGRESS",
        "errors": ["nobody is on board", "the tide is out"],
    })
}

/// Nothing absent, nothing that ended up among the fields without a name. `Debug` is the
/// one place where all levels of all types can be seen at once.
#[track_caller]
fn assert_complete(value: &impl Debug) {
    let debug = format!("{value:?}");
    assert!(!debug.contains("None"), "a field is absent: {debug}");
    assert!(
        !debug.contains("Unrecognized"),
        "a value is unknown: {debug}"
    );
    let extras = debug.matches("extra: {").count();
    assert_eq!(
        debug.matches("extra: {}").count(),
        extras,
        "a field is not known: {debug}"
    );
}

#[track_caller]
fn assert_round_trip<T: Serialize + DeserializeOwned + Debug>(json: &Value) {
    let value: T = serde_json::from_str(&json.to_string()).unwrap();
    assert_complete(&value);
    assert_eq!(serde_json::to_value(&value).unwrap(), *json);
}

#[test]
fn the_model_takes_and_gives_the_documented_shapes_of_v3() {
    assert_round_trip::<Certification>(&certification());
    assert_round_trip::<AccessReviewItem>(&item());
    assert_round_trip::<AccessSummary>(&access_summary());
    assert_round_trip::<IdentitySummary>(&identity_summary());
    assert_round_trip::<DecisionSummary>(&decision_summary());
    assert_round_trip::<IdentityReference>(&identity("Ines Barros"));
    assert_round_trip::<Permission>(&permission());
    assert_round_trip::<ErrorMessage>(&error_message());
    assert_round_trip::<Task>(&task());
}

#[test]
fn the_model_takes_and_gives_the_documented_requests() {
    assert_round_trip::<ReassignReference>(&json!({ "id": "i-1", "type": "TARGET_SUMMARY" }));
    assert_round_trip::<ReviewDecision>(&json!({
        "id": "i-1",
        "decision": "REVOKE",
        "proposedEndDate": "2026-05-31T21:59:59.000Z",
        "bulk": true,
        "recommendation": {
            "recommendation": "REVOKE",
            "reasons": ["never used", "nobody else in the crew has it"],
            "timestamp": "2026-02-01T00:00:00.000Z",
        },
        "comments": "ashore since January",
    }));
}

/// Then it is one field, in the answer and in what is kept of it.
#[tokio::test]
async fn an_answer_may_have_the_names_of_both_versions() {
    let server = Canned::start();
    let client = server.client();
    server.answer_json(&json!({
        "id": "c-1",
        "campaign": { "id": "k-1" }, "campaignRef": { "id": "k-2" },
        "identitiesTotal": 1, "entitiesTotal": 2, "entitiesCompleted": 3,
    }));
    let read = client.certification("c-1").get().await.unwrap();
    assert_eq!(read.campaign.as_ref().unwrap().id, "k-1");
    assert_eq!(
        (read.identities_total, read.identities_completed),
        (Some(1), Some(3))
    );
    assert_kept(&read);
    server.answer_json(&json!({ "id": "t-1", "certificationId": "c-1" }));
    let read = client.task("t-1").get().await.unwrap();
    assert_eq!(read.target_id.as_deref(), Some("c-1"));
    assert_kept(&read);

    server.answer_json(&json!({
        "id": "t-1", "certificationId": "c-1", "targetId": "c-2", "targetType": "CAMPAIGN",
        "reassignmentTrailDTOs": [{ "newOwner": "i-1" }], "created": "2026-03-02T08:00:00Z",
    }));
    let task = client.beta().certification("c-1").task("t-1");
    let read = task.get().await.unwrap();
    // In either version the model's own name counts.
    assert_eq!(read.target_id.as_deref(), Some("c-2"));
    assert_eq!(read.reassignment_trails.len(), 1);
    assert!(read.created.is_some());
    assert_kept(&read);
    let reviewer = json!({ "id": "i-1", "created": "2026-03-02T08:00:00Z" });
    server.answer_json(&json!([{ "id": "c-1", "reviewer": reviewer }]));
    let page = client.beta().certifications().send().await.unwrap();
    let reviewer = page.items[0].reviewer.as_ref().unwrap();
    assert!(reviewer.created.is_some());
    assert_kept(&page.items[0]);
}

/// What stands on disk, say, is read again as what it was.
#[track_caller]
fn assert_kept<T: Serialize + DeserializeOwned + Debug + PartialEq>(read: &T) {
    let kept = serde_json::to_string(read).unwrap();
    assert_eq!(serde_json::from_str::<T>(&kept).unwrap(), *read, "{kept}");
}

/// Numbers that the specification does not know of come in all sizes.
#[test]
fn an_unknown_number_is_kept_to_its_last_digit() {
    for number in ["123456789012345680000", "1e308", "-1e-320", "0.1", "-0.0"] {
        let json = format!(r#"{{"id":"c-1","riskScore":{number}}}"#);
        let read: Certification = serde_json::from_str(&json).unwrap();
        let expected: f64 = number.parse().unwrap();
        assert_eq!(read.extra["riskScore"].as_f64(), Some(expected));
        assert_kept(&read);
    }
}

/// The names of V3 come out, whichever went in.
#[test]
fn the_model_takes_the_documented_shapes_of_beta() {
    let decoded: Certification = serde_json::from_value(beta_certification()).unwrap();
    let expected = unified("beta", "listCertifications", beta_certification());
    assert_eq!(serde_json::to_value(&decoded).unwrap(), expected);
    assert!(decoded.extra.is_empty(), "{:?}", decoded.extra);

    let decoded: Task = serde_json::from_value(beta_task()).unwrap();
    assert_eq!(
        decoded.target_id.as_deref(),
        beta_task()["certificationId"].as_str()
    );
    let errors: Vec<_> = decoded.errors.iter().map(ToString::to_string).collect();
    assert_eq!(json!(errors), beta_task()["errors"]);
    assert!(decoded.extra.is_empty(), "{:?}", decoded.extra);
}

#[test]
fn the_generated_types_give_back_what_they_take() {
    for contract in contracts() {
        for operation in contract.operations() {
            let body = answer(contract.version, &operation.id);
            let decoded = decode_raw(contract.version, &operation.id, &body).unwrap();
            assert_eq!(decoded, body, "{} {}", contract.version, operation.id);
        }
    }
}

#[tokio::test]
async fn the_client_loses_nothing() {
    let server = Canned::start();
    let client = server.client();
    for contract in contracts() {
        for operation in contract.operations() {
            let body = answer(contract.version, &operation.id);
            server.answer_json(&body);
            let outcome = call(&client, contract.version, &operation.id)
                .await
                .unwrap();
            let expected = unified(contract.version, &operation.id, body);
            assert_eq!(outcome, expected, "{} {}", contract.version, operation.id);
        }
    }
}

/// Encoding back cannot tell a field from an unknown one of the same name. This can.
#[tokio::test]
async fn the_client_puts_every_field_in_its_place() {
    let server = Canned::start();
    let client = server.client();
    let review = client.certification("c-1");
    server.answer_json(&certification());
    assert_complete(&review.get().await.unwrap());
    server.answer_json(&json!([item()]));
    assert_complete(&review.items().send().await.unwrap().items);
    server.answer_json(&json!([access_summary()]));
    let roles = review.access_summaries(certs::model::AccessType::Role);
    assert_complete(&roles.send().await.unwrap().items);
    server.answer_json(&identity_summary());
    assert_complete(&review.identity_summary("s-1").await.unwrap());
    server.answer_json(&decision_summary());
    assert_complete(&review.decision_summary().await.unwrap());
    server.answer_json(&json!([identity("Ines Barros")]));
    assert_complete(&review.reviewers().send().await.unwrap().items);
    let beta = client.beta().certification("c-1");
    assert_complete(&beta.reviewers().send().await.unwrap().items);
    server.answer_json(&json!([permission()]));
    assert_complete(&review.permissions("i-1").send().await.unwrap().items);
    assert_complete(&beta.permissions("i-1").send().await.unwrap().items);
    server.answer_json(&task());
    assert_complete(&client.task("t-1").get().await.unwrap());

    // What beta does not have is absent, and nothing else is.
    server.answer_json(&json!([beta_certification()]));
    let mut found = client
        .beta()
        .certifications()
        .send()
        .await
        .unwrap()
        .items
        .remove(0);
    assert_eq!((found.created, found.modified), (None, None));
    let date = found.due;
    (found.created, found.modified) = (date, date);
    for reviewer in [
        found.reviewer.as_mut(),
        found
            .reassignment
            .as_mut()
            .unwrap()
            .from
            .as_mut()
            .unwrap()
            .reviewer
            .as_mut(),
    ] {
        let reviewer = reviewer.unwrap();
        assert_eq!((reviewer.created, reviewer.modified), (None, None));
        (reviewer.created, reviewer.modified) = (date, date);
    }
    assert_complete(&found);

    server.answer_json(&beta_task());
    let mut found = beta.task("t-1").get().await.unwrap();
    assert_eq!(found.created, None);
    found.created = date;
    let texts = ["nobody is on board", "the tide is out"].map(Some);
    assert_eq!(
        found
            .errors
            .iter()
            .map(|e| e.text.as_deref())
            .collect::<Vec<_>>(),
        texts
    );
    found.errors.clear();
    assert_complete(&found);
}

/// The service sends fields that no specification names; beta's certifications have two.
#[tokio::test]
async fn unknown_fields_are_kept_at_every_level() {
    let server = Canned::start();
    let client = server.client();
    for contract in contracts() {
        for operation in contract.operations() {
            let mut body = answer(contract.version, &operation.id);
            add_novelties(&mut body);
            server.answer_json(&body);
            let outcome = call(&client, contract.version, &operation.id)
                .await
                .unwrap();
            let expected = unified(contract.version, &operation.id, body);
            assert_eq!(outcome, expected, "{} {}", contract.version, operation.id);
        }
    }

    server.answer_json(&json!([{ "id": "c-1", "campaignOwner": { "id": "p-1" } }]));
    let found = client
        .beta()
        .certifications()
        .send()
        .await
        .unwrap()
        .items
        .remove(0);
    assert_eq!(found.extra["campaignOwner"], json!({ "id": "p-1" }));
}

fn add_novelties(value: &mut Value) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(add_novelties),
        Value::Object(fields) => {
            fields.values_mut().for_each(add_novelties);
            fields.insert("novelty".to_owned(), json!({ "deep": [1, null, "x"] }));
        }
        _ => {}
    }
}

/// The answers above are only worth something while they have every field.
#[test]
fn the_answers_have_every_field_of_the_contract() {
    for contract in contracts() {
        for operation in contract.operations() {
            let body = answer(contract.version, &operation.id);
            let place = format!("{} {}", contract.version, operation.id);
            assert_every_field(&place, &body, operation.answer());
        }
    }
}

fn assert_every_field(place: &str, body: &Value, schema: &Value) {
    match kind(schema) {
        "object" => {
            let (fields, properties) = (
                body.as_object().unwrap(),
                schema["properties"].as_object().unwrap(),
            );
            let mut names: Vec<_> = fields.keys().collect();
            let mut declared: Vec<_> = properties.keys().collect();
            names.sort();
            declared.sort();
            assert_eq!(names, declared, "{place}");
            for (name, property) in properties {
                assert_every_field(&format!("{place}.{name}"), &fields[name], property);
            }
        }
        "array" => {
            let elements = body.as_array().unwrap();
            assert!(!elements.is_empty(), "{place}");
            for element in elements {
                assert_every_field(place, element, &schema["items"]);
            }
        }
        _ => assert!(!body.is_null(), "{place}"),
    }
}
