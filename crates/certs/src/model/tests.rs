//! What holds for every type of the model: the documented JSON decodes completely and
//! encodes back unchanged, and nothing that the service does to a field fails an
//! answer.

use std::collections::BTreeSet;
use std::fmt::Debug;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::*;

trait Model: Debug + PartialEq + Serialize + DeserializeOwned + JsonSchema {}
impl<T: Debug + PartialEq + Serialize + DeserializeOwned + JsonSchema> Model for T {}

fn decode<T: Model>(json: &Value) -> T {
    serde_json::from_str(&json.to_string()).unwrap_or_else(|error| panic!("{error}: {json:#}"))
}

fn keys(object: &Value) -> BTreeSet<&str> {
    let object = object.as_object().unwrap();
    object.keys().map(String::as_str).collect()
}

/// `json` names every field of `T`, decodes into those fields and encodes back to
/// itself.
#[track_caller]
fn assert_complete<T: Model>(json: &Value) {
    let schema = schemars::schema_for!(T);
    assert_eq!(keys(json), keys(schema.get("properties").unwrap()));

    let value: T = decode(json);
    assert_eq!(&serde_json::to_value(&value).unwrap(), json);
    let debug = format!("{value:?}");
    assert!(!debug.contains("None"), "{debug}");
    assert!(!debug.contains("Unrecognized"), "{debug}");
    assert_eq!(
        debug.matches("extra: {}").count(),
        debug.matches("extra: ").count(),
        "{debug}"
    );
}

/// Every field of `json`, at any depth, may be missing or null; unknown fields may
/// stand anywhere; unknown values may stand in enumerations.
#[track_caller]
fn assert_tolerant<T: Model>(json: &Value) {
    let mut pointers = Vec::new();
    collect_pointers(json, "", &mut pointers);
    for pointer in &pointers {
        let mut nulled = json.clone();
        *nulled.pointer_mut(pointer).unwrap() = Value::Null;
        decode::<T>(&nulled);

        let mut removed = json.clone();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        if let Some(parent) = removed.pointer_mut(parent).unwrap().as_object_mut() {
            parent.remove(key);
        }
        decode::<T>(&removed);

        let mut added = json.clone();
        if let Some(object) = added.pointer_mut(pointer).unwrap().as_object_mut() {
            object.insert("novelty".to_owned(), json!({ "deep": [1, null] }));
        }
        let value: T = decode(&added);
        assert_eq!(serde_json::to_value(&value).unwrap(), added);

        let mut renamed = json.clone();
        let leaf = renamed.pointer_mut(pointer).unwrap();
        if leaf
            .as_str()
            .is_some_and(|text| text == text.to_uppercase())
        {
            *leaf = json!("NOVELTY");
            decode::<T>(&renamed);
        }
    }
}

fn collect_pointers(json: &Value, pointer: &str, pointers: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match json {
        Value::Object(object) => object
            .iter()
            .map(|(key, value)| (key.clone(), value))
            .collect(),
        Value::Array(array) => array
            .iter()
            .enumerate()
            .map(|(index, value)| (index.to_string(), value))
            .collect(),
        _ => Vec::new(),
    };
    for (key, value) in children {
        let pointer = format!("{pointer}/{key}");
        collect_pointers(value, &pointer, pointers);
        pointers.push(pointer);
    }
}

#[track_caller]
fn assert_model<T: Model + Default>(json: &Value) {
    assert_complete::<T>(json);
    assert_eq!(
        serde_json::from_value::<T>(json.clone()).unwrap(),
        decode(json)
    );
    assert_tolerant::<T>(json);
    let empty: T = decode(&json!({}));
    assert_eq!(empty, T::default());
}

fn reviewer() -> Value {
    json!({
        "id": "8b1f", "name": "Grace Okafor", "email": "grace@example.org",
        "type": "IDENTITY",
        "created": "2024-02-29T12:00:00.000Z", "modified": "2025-07-01T06:30:15.250Z",
    })
}

fn campaign() -> Value {
    json!({
        "id": "c0ffee", "name": "Q4 managers", "type": "CAMPAIGN",
        "campaignType": "MANAGER", "description": "Once a quarter",
        "correlatedStatus": "CORRELATED",
        "mandatoryCommentRequirement": "REVOKE_ONLY_DECISIONS",
    })
}

fn reassignment() -> Value {
    json!({
        "from": {
            "id": "ce27", "name": "Before", "type": "CERTIFICATION", "reviewer": reviewer(),
        },
        "comment": "on leave",
    })
}

fn certification() -> Value {
    json!({
        "id": "ce28", "name": "Grace's reports", "campaign": campaign(),
        "completed": false, "identitiesCompleted": 2, "identitiesTotal": 5,
        "created": "2026-10-01T00:00:00.000Z", "modified": "2026-11-02T10:20:30.405Z",
        "decisionsMade": 11, "decisionsTotal": 31,
        "due": "2026-12-01T00:00:00.000Z", "signed": "2026-11-30T23:59:59.999Z",
        "reviewer": reviewer(), "reassignment": reassignment(),
        "hasErrors": true, "errorMessage": "a source is offline", "phase": "ACTIVE",
    })
}

fn identity_reference() -> Value {
    json!({
        "type": "IDENTITY", "id": "1d", "name": "Ines Duarte", "email": "ines@example.org",
    })
}

fn account() -> Value {
    json!({
        "nativeIdentity": "CN=Ines", "disabled": false, "locked": true, "type": "ACCOUNT",
        "id": "acc1", "name": "ines", "created": "2020-01-02T03:04:05.006Z",
        "modified": "2021-01-02T03:04:05.006Z",
        "activityInsights": { "accountID": "acc1", "usageDays": 12, "usageDaysState": "UNKNOWN" },
        "description": "daily work", "governanceGroupId": "gg1",
        "owner": { "id": "1e", "type": "IDENTITY", "displayName": "Omar Haddad" },
    })
}

fn data_access() -> Value {
    json!({
        "policies": [{ "value": "HIPAA" }],
        "categories": [{ "value": "iban", "matchCount": 5_000_000_000_i64 }],
        "impactScore": { "value": "High" },
    })
}

fn entitlement() -> Value {
    json!({
        "id": "e1", "name": "payroll-write", "description": "writes payroll",
        "privileged": true, "owner": identity_reference(), "attributeName": "groups",
        "attributeValue": "CN=payroll-write", "sourceSchemaObjectType": "group",
        "sourceName": "HR Directory", "sourceType": "Directory", "sourceId": "s1",
        "hasPermissions": true, "isPermission": false, "revocable": true,
        "cloudGoverned": false, "containsDataAccess": true,
        "dataAccess": data_access(), "account": account(),
    })
}

fn access_profile() -> Value {
    json!({
        "id": "ap1", "name": "Payroll", "description": "all of payroll", "privileged": false,
        "cloudGoverned": true, "endDate": "2027-01-01T00:00:00.000Z",
        "owner": identity_reference(), "entitlements": [entitlement()],
        "created": "2022-03-04T05:06:07.008Z", "modified": "2022-03-05T05:06:07.008Z",
    })
}

fn role() -> Value {
    json!({
        "id": "r1", "name": "Payroll clerk", "description": "runs payroll",
        "privileged": false, "owner": identity_reference(), "revocable": false,
        "endDate": "2027-02-01T00:00:00.000Z", "accessProfiles": [access_profile()],
        "entitlements": [entitlement()],
    })
}

fn access_summary() -> Value {
    json!({
        "access": { "type": "ENTITLEMENT", "id": "e1", "name": "payroll-write" },
        "entitlement": entitlement(), "accessProfile": access_profile(), "role": role(),
    })
}

fn identity_summary() -> Value {
    json!({ "id": "is1", "name": "Ines Duarte", "identityId": "1d", "completed": true })
}

fn item() -> Value {
    json!({
        "accessSummary": access_summary(), "identitySummary": identity_summary(),
        "id": "i1", "completed": true, "newAccess": false, "decision": "REVOKE",
        "comments": "has moved on",
    })
}

fn error_message() -> Value {
    json!({ "locale": "pt-PT", "localeOrigin": "REQUEST", "text": "não" })
}

fn task() -> Value {
    json!({
        "id": "t1", "type": "ADMIN_REASSIGN", "targetType": "CERTIFICATION",
        "targetId": "ce28", "status": "ERROR", "errors": [error_message()],
        "reassignmentTrailDTOs": [
            { "previousOwner": "1d", "newOwner": "1e", "reassignmentType": "AUTOMATIC" },
        ],
        "created": "2026-11-22T08:00:00.123Z",
    })
}

fn decision_summary() -> Value {
    json!({
        "entitlementDecisionsMade": 1, "accessProfileDecisionsMade": 2,
        "roleDecisionsMade": 3, "accountDecisionsMade": 4,
        "entitlementDecisionsTotal": 10, "accessProfileDecisionsTotal": 20,
        "roleDecisionsTotal": 30, "accountDecisionsTotal": 40,
        "entitlementsApproved": 1, "entitlementsRevoked": 0,
        "accessProfilesApproved": 1, "accessProfilesRevoked": 1,
        "rolesApproved": 2, "rolesRevoked": 0,
        "accountsApproved": 0, "accountsRevoked": 4,
    })
}

#[test]
fn certifications() {
    assert_model::<Certification>(&certification());
    assert_model::<CampaignReference>(&campaign());
    assert_model::<Reviewer>(&reviewer());
    assert_model::<Reassignment>(&reassignment());
    assert_model::<CertificationReference>(&reassignment()["from"]);
}

#[test]
fn items() {
    assert_model::<AccessReviewItem>(&item());
    assert_model::<IdentitySummary>(&identity_summary());
    assert_model::<AccessSummary>(&access_summary());
    assert_model::<AccessReference>(&access_summary()["access"]);
    assert_model::<Role>(&role());
    assert_model::<AccessProfile>(&access_profile());
    assert_model::<Entitlement>(&entitlement());
    assert_model::<Account>(&account());
    assert_model::<AccountOwner>(&account()["owner"]);
    assert_model::<ActivityInsights>(&account()["activityInsights"]);
    assert_model::<DataAccess>(&data_access());
    assert_model::<DataAccessPolicy>(&data_access()["policies"][0]);
    assert_model::<DataAccessCategory>(&data_access()["categories"][0]);
    assert_model::<ImpactScore>(&data_access()["impactScore"]);
}

#[test]
fn everything_else_that_is_answered() {
    assert_model::<IdentityReference>(&identity_reference());
    assert_model::<Permission>(&json!({ "rights": ["SELECT", "DROP"], "target": "HR.PAY$" }));
    assert_model::<DecisionSummary>(&decision_summary());
    assert_model::<Task>(&task());
    assert_model::<ReassignmentTrail>(&task()["reassignmentTrailDTOs"][0]);
    assert_model::<ErrorMessage>(&error_message());
}

#[test]
fn what_is_sent() {
    assert_complete::<ReviewDecision>(&json!({
        "id": "i1", "decision": "REVOKE", "proposedEndDate": "2026-12-24T18:00:00.000Z",
        "bulk": true,
        "recommendation": {
            "recommendation": "REVOKE", "reasons": ["unused", "risky"],
            "timestamp": "2026-11-01T00:00:00.000Z",
        },
        "comments": "unused for a year",
    }));
    for reassign_type in ["ITEM", "TARGET_SUMMARY", "IDENTITY_SUMMARY"] {
        let json = json!({ "id": "i1", "type": reassign_type });
        assert_complete::<ReassignReference>(&json);
        let reference: ReassignReference = decode(&json);
        assert_eq!(reference.reassign_type.as_str(), reassign_type);
    }
    for access_type in ["ROLE", "ACCESS_PROFILE", "ENTITLEMENT"] {
        let decoded: AccessType = decode(&json!(access_type));
        assert_eq!(decoded.as_str(), access_type);
        assert_eq!(ObjectType::from(decoded).as_str(), access_type);
    }
}

#[test]
fn a_beta_certification_has_the_same_fields_under_v3_names() {
    let beta = json!({
        "campaignRef": campaign(), "phase": "SIGNED", "due": "2026-12-01T00:00:00.000Z",
        "signed": "2026-11-30T08:00:00.000Z",
        "reviewer": { "type": "GOVERNANCE_GROUP", "id": "gg", "name": "Audit", "email": null },
        "reassignment": {
            "from": {
                "type": "CERTIFICATION", "id": "ce27", "name": "Before",
                "reviewer": {
                    "type": "IDENTITY", "id": "8b1f", "name": "Grace Okafor",
                    "email": "grace@example.org",
                },
            },
            "comment": "on leave",
        },
        "hasErrors": false, "errorMessage": null, "completed": true,
        "decisionsMade": 7, "decisionsTotal": 7, "entitiesCompleted": 3, "entitiesTotal": 3,
        "campaignOwner": { "id": "1e" },
    });
    let certification: Certification = decode(&beta);
    assert!(certification.is_signed());
    assert!(certification.is_completed());
    assert!(
        certification
            .reviewer
            .as_ref()
            .unwrap()
            .is_governance_group()
    );
    assert_eq!(certification.extra["campaignOwner"], json!({ "id": "1e" }));

    let mut v3 = beta;
    let fields = v3.as_object_mut().unwrap();
    for (beta_name, v3_name) in [
        ("campaignRef", "campaign"),
        ("entitiesCompleted", "identitiesCompleted"),
        ("entitiesTotal", "identitiesTotal"),
    ] {
        let value = fields.remove(beta_name).unwrap();
        fields.insert(v3_name.to_owned(), value);
    }
    fields.remove("errorMessage");
    fields["reviewer"].as_object_mut().unwrap().remove("email");
    assert_eq!(serde_json::to_value(&certification).unwrap(), v3);
}

#[test]
fn a_beta_task_has_the_same_fields_under_v3_names() {
    let task: Task = decode(&json!({
        "id": "t1", "certificationId": "ce28", "type": "REASSIGN", "status": "ERROR",
        "errors": ["no such reviewer", null],
    }));
    assert_eq!(
        serde_json::to_value(&task).unwrap(),
        json!({
            "id": "t1", "targetId": "ce28", "type": "REASSIGN", "status": "ERROR",
            "errors": [{ "text": "no such reviewer" }], "reassignmentTrailDTOs": [],
        })
    );
    assert_eq!(task.errors[0].to_string(), "no such reviewer");
}

#[test]
fn task_predicates_follow_the_status() {
    for (status, pending, finished, succeeded) in [
        (json!("QUEUED"), true, false, false),
        (json!("IN_PROGRESS"), true, false, false),
        (json!("SUCCESS"), false, true, true),
        (json!("ERROR"), false, true, false),
        (json!("PAUSED"), false, false, false),
        (json!(null), false, false, false),
    ] {
        let task: Task = decode(&json!({ "status": status }));
        assert_eq!(task.is_pending(), pending, "{status}");
        assert_eq!(task.is_finished(), finished, "{status}");
        assert_eq!(task.succeeded(), succeeded, "{status}");
        assert_eq!(task.failed(), finished && !succeeded, "{status}");
    }
}

#[test]
fn item_accessors_reach_into_the_access() {
    let item: AccessReviewItem = decode(&item());
    assert_eq!(item.access_id(), Some("e1"));
    assert_eq!(item.access_name(), Some("payroll-write"));
    assert_eq!(item.access_type(), Some(&ObjectType::Entitlement));
    assert_eq!(item.source_name(), Some("HR Directory"));
    assert_eq!(item.identity_name(), Some("Ines Duarte"));
    assert_eq!(item.approve(), ReviewDecision::approve("i1"));
    assert_eq!(item.revoke(), ReviewDecision::revoke("i1"));
    assert_eq!(
        ReassignReference::from(&item),
        ReassignReference::item("i1")
    );

    let empty = AccessReviewItem::default();
    assert_eq!(empty.access_id(), None);
    assert_eq!(empty.source_name(), None);
}

#[test]
fn summaries_add_up() {
    let summary: DecisionSummary = decode(&decision_summary());
    assert_eq!(summary.progress().to_string(), "10/100");
    assert_eq!(summary.progress().remaining(), 90);
    assert_eq!((summary.approved(), summary.revoked()), (4, 5));
}

#[test]
fn a_malformed_date_costs_only_itself() {
    let certification: Certification =
        decode(&json!({ "id": "ce28", "due": "soon", "signed": "2026-11-30" }));
    assert_eq!(certification.due, None);
    assert_eq!(certification.signed, timestamp::parse("2026-11-30"));
}
