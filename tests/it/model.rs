//! The model: how its types decode responses, and their methods.
//!
//! [`tolerance`](super::tolerance) tests that they have every field of the contract and survive
//! malformed ones.

use std::fmt::Debug;

use certs::model::{
    AccessReviewItem, AccessType, Certification, DecisionSummary, ObjectType, Permission, Progress,
    Reassignment, ReviewDecision, Task,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::support::canned::Canned;
use crate::support::contract::{Contract, sample};
use crate::support::facade::of_response;

#[track_caller]
fn read<T: DeserializeOwned>(json: &Value) -> T {
    serde_json::from_str(&json.to_string()).unwrap()
}

/// A record that was written, to disk for example, is read as the same record.
#[track_caller]
fn assert_kept<T: Serialize + DeserializeOwned + Debug + PartialEq>(read: &T) {
    let kept = serde_json::to_string(read).unwrap();
    assert_eq!(serde_json::from_str::<T>(&kept).unwrap(), *read, "{kept}");
}

/// No field is absent, and none is in `extra`. `Debug` shows all levels of all types at once.
#[test]
fn every_field_of_the_contract_has_a_place() {
    fn check<T: Serialize + DeserializeOwned + Debug + PartialEq>(json: &Value) {
        let value: T = read(json);
        let debug = format!("{value:?}");
        // A value of an enumeration may be called `None`, too.
        assert!(!debug.contains(": None"), "a field is absent: {debug}");
        let extras = debug.matches("extra: {").count();
        assert_eq!(debug.matches("extra: {}").count(), extras, "{debug}");
        assert_kept(&value);
    }
    for operation in Contract::load("v3").operations() {
        let Some(response) = operation.response() else {
            continue;
        };
        // Fields that a slim campaign omits are absent.
        if operation.id == "updateCampaign" {
            continue;
        }
        let response = sample(response);
        let record = record(&response);
        of_response!(&operation.id, check(record));
    }
}

/// The record of a response; the first one of a page.
fn record(response: &Value) -> &Value {
    let list = response.get("items").unwrap_or(response);
    list.get(0).unwrap_or(response)
}

/// Records can be read by any `serde` format, and as fields of derived types.
#[test]
fn every_format_gives_the_same() {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Buffered<T> {
        Value(T),
    }

    #[derive(serde::Deserialize)]
    struct Flattened<T> {
        #[serde(flatten)]
        value: T,
    }

    fn check<T: DeserializeOwned + Debug + PartialEq>(json: &Value) {
        let text: T = read(json);
        assert_eq!(serde_json::from_value::<T>(json.clone()).unwrap(), text);
        assert_eq!(
            serde_json::from_slice::<T>(&serde_json::to_vec(json).unwrap()).unwrap(),
            text
        );
        let Buffered::Value(buffered) = read::<Buffered<T>>(json);
        assert_eq!(buffered, text);
        assert_eq!(read::<Flattened<T>>(json).value, text);
    }
    for operation in Contract::load("v3").operations() {
        let Some(response) = operation.response() else {
            continue;
        };
        let response = sample(response);
        let mut record = record(&response).clone();
        of_response!(&operation.id, check(&record));
        // With numbers and truth values of another type, and an unknown field.
        let fields = record.as_object_mut().unwrap();
        for value in fields.values_mut() {
            *value = match &value {
                Value::Bool(value) => value.to_string().into(),
                Value::Number(number) => number.as_f64().unwrap().into(),
                Value::String(_) => 7.into(),
                other => json!([other]),
            };
        }
        fields.insert("novelty".to_owned(), json!([1.5, { "deep": null }]));
        of_response!(&operation.id, check(&record));
    }
}

#[test]
fn requests_are_as_documented() {
    let json = json!({
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
    });
    let decision: ReviewDecision = read(&json);
    assert_eq!(serde_json::to_value(&decision).unwrap(), json);
    for access_type in ["ROLE", "ACCESS_PROFILE", "ENTITLEMENT"] {
        let read: AccessType = read(&json!(access_type));
        assert_eq!(read.as_str(), access_type);
        assert_eq!(ObjectType::from(read).as_str(), access_type);
    }
}

/// A decision with an end date must not become one without.
#[test]
fn a_decision_whose_end_date_cannot_be_read_is_refused() {
    let json = json!({ "id": "i-1", "decision": "REVOKE", "proposedEndDate": "31/05/2026" });
    let error = serde_json::from_value::<ReviewDecision>(json).unwrap_err();
    assert_eq!(error.to_string(), "`31/05/2026` is not a date");
}

/// The two names are one field, when read and when written.
#[tokio::test]
async fn a_response_may_have_the_names_of_both_versions() {
    let server = Canned::start();
    let client = server.client();
    server.respond_json(&json!({
        "id": "c-1",
        "campaign": { "id": "k-1" }, "campaignRef": { "id": "k-2" },
        "identitiesTotal": 1, "entitiesTotal": 2, "entitiesCompleted": 3,
    }));
    let read = client.certification("c-1").get().await.unwrap();
    assert_eq!(read.campaign.as_ref().unwrap().id, "k-1");
    let counts = json!([read.identities_total, read.identities_completed]);
    assert_eq!(counts, json!([1, 3]));
    assert_kept(&read);
    server.respond_json(&json!({ "id": "t-1", "certificationId": "c-1" }));
    let read = client.task("t-1").get().await.unwrap();
    assert_eq!(read.target_id, "c-1");
    assert_kept(&read);

    server.respond_json(&json!({
        "id": "t-1", "certificationId": "c-1", "targetId": "c-2", "targetType": "CAMPAIGN",
        "reassignmentTrailDTOs": [{ "newOwner": "i-1" }], "created": "2026-03-02T08:00:00Z",
    }));
    let task = client.beta().certification("c-1").task("t-1");
    let read = task.get().await.unwrap();
    // In both versions, the model's own name counts.
    assert_eq!(read.target_id, "c-2");
    assert_eq!(read.reassignment_trails.len(), 1);
    assert!(read.created.is_some());
    assert_kept(&read);
}

#[test]
fn beta_names_are_written_as_those_of_v3() {
    let task: Task = read(&json!({
        "id": "t-1", "certificationId": "c-1", "type": "REASSIGN", "status": "ERROR",
        "errors": ["no such reviewer", null],
    }));
    assert_eq!(
        serde_json::to_value(&task).unwrap(),
        json!({
            "id": "t-1", "targetId": "c-1", "type": "REASSIGN", "status": "ERROR",
            "errors": [{ "text": "no such reviewer" }], "reassignmentTrailDTOs": [],
        })
    );
    assert_eq!(task.errors[0].to_string(), "no such reviewer");
}

/// A value of another type is kept in `extra`, and written under the field's name.
#[test]
fn a_value_of_another_type_is_kept() {
    let json = json!({
        "id": 7,
        "campaign": { "id": "k-1", "correlatedStatus": { "value": "CORRELATED" } },
        "signed": false, "due": 20_261_201, "phase": ["ACTIVE"], "name": { "en": "Q4" },
        "completed": "perhaps", "decisionsMade": 1.5, "decisionsTotal": 2_147_483_648_i64,
    });
    let certification: Certification = read(&json);
    let mut fields = certification.clone();
    fields.extra.clear();
    fields.campaign = None;
    assert_eq!(fields, Certification::default());
    assert_eq!(certification.extra["signed"], false);
    let campaign = certification.campaign.as_ref().unwrap();
    assert_eq!(campaign.id, "k-1");
    assert_eq!(campaign.correlated_status, None);
    assert_eq!(campaign.extra["correlatedStatus"]["value"], "CORRELATED");
    assert_eq!(serde_json::to_value(&certification).unwrap(), json);
    assert_kept(&certification);

    // If the field is set later, its value counts.
    let mut certification = certification;
    certification.name = Some("Q4".to_owned());
    let text = serde_json::to_string(&certification).unwrap();
    assert_eq!(text.matches("\"name\"").count(), 1, "{text}");
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["name"], "Q4");
}

/// Beta's fields are written under V3's names, whatever their values.
#[test]
fn a_value_of_another_type_is_kept_under_the_name_that_is_written() {
    let certification: Certification = read(&json!({ "campaignRef": "Q4" }));
    assert_eq!(certification.extra["campaign"], "Q4");
    assert_kept(&certification);
}

#[test]
fn elements_of_another_type_are_kept_apart_from_the_others() {
    let permission: Permission = read(&json!({ "rights": ["SELECT", 7, null, "DROP", {}] }));
    assert_eq!(permission.rights, ["SELECT", "DROP"]);
    assert_eq!(permission.extra["rights"], json!([7, {}]));
    assert_eq!(
        serde_json::to_value(&permission).unwrap()["rights"],
        json!(["SELECT", "DROP", 7, {}])
    );
    assert_kept(&permission);
}

#[test]
fn counts_and_truth_values_are_read_however_they_are_written() {
    for (json, count) in [
        ("5", Some(5)),
        ("5.0", Some(5)),
        ("\"5\"", Some(5)),
        ("\"5.0\"", Some(5)),
        ("\" 5 \"", Some(5)),
        ("5e0", Some(5)),
        ("-0", Some(0)),
        ("1.0", Some(1)),
        ("2147483647", Some(i32::MAX)),
        ("2147483648", None),
        ("\"\"", None),
        ("\"five\"", None),
        ("0.5", None),
        ("1e300", None),
    ] {
        let json = format!(r#"{{"decisionsMade":{json}}}"#);
        let read: Certification = serde_json::from_str(&json).unwrap();
        assert_eq!(read.decisions_made, count, "{json}");
        assert_eq!(
            read.extra.contains_key("decisionsMade"),
            count.is_none(),
            "{json}"
        );
    }
    let read: Certification = read(&json!({ "completed": "true", "hasErrors": " False" }));
    assert_eq!((read.completed, read.has_errors), (Some(true), Some(false)));
}

/// Unknown numbers may have any size.
#[tokio::test]
async fn an_unknown_number_is_kept_to_its_last_digit() {
    for number in ["123456789012345680000", "1e308", "-1e-320", "0.1", "-0.0"] {
        let json = format!(r#"{{"id":"c-1","riskScore":{number}}}"#);
        let read: Certification = serde_json::from_str(&json).unwrap();
        let expected: f64 = number.parse().unwrap();
        assert_eq!(read.extra["riskScore"].as_f64(), Some(expected));
        assert_kept(&read);
    }
    let server = Canned::start();
    let client = server.client();
    let body = r#"[{"id":"c-1","score":123456789012345678901,"decisionsMade":-9223372036854775809,
        "campaign":{"deep":[18446744073709551616,18446744073709551615]}}]"#;
    server.respond(axum::http::Response::new(body.into()));
    let read = client
        .certifications()
        .send()
        .await
        .unwrap()
        .items
        .remove(0);
    assert_eq!(read.extra["score"], "123456789012345678901");
    assert_eq!(read.decisions_made, None);
    assert_eq!(read.extra["decisionsMade"], "-9223372036854775809");
    assert_eq!(
        read.campaign.unwrap().extra["deep"],
        json!(["18446744073709551616", u64::MAX])
    );
}

/// Decoding fails at a number that is too large for floating point, so it is read another time.
#[tokio::test]
async fn a_number_too_large_for_floating_point_is_kept_to_its_last_digit() {
    let number = "9".repeat(400);
    let server = Canned::start();
    let client = server.client();
    let record = format!(r#"{{"id":"c-1","score":{number}}}"#);
    server.respond(axum::http::Response::new(format!("[{record}]").into()));
    let page = client.certifications().send().await.unwrap();
    assert_eq!(page.items[0].extra["score"], *number);
    server.respond(axum::http::Response::new(record.into()));
    let read = client.certification("c-1").get().await.unwrap();
    assert_eq!(read.extra["score"], *number);
}

/// Some gateways write a byte order mark.
#[tokio::test]
async fn a_byte_order_mark_is_skipped() {
    let server = Canned::start();
    let client = server.client();
    server.respond(axum::http::Response::new(
        "\u{feff}[{\"id\":\"c-1\"}]".into(),
    ));
    let page = client.certifications().send().await.unwrap();
    assert_eq!(page.items[0].id, "c-1");
    server.respond(axum::http::Response::new("\u{feff}{\"id\":\"c-1\"}".into()));
    assert_eq!(client.certification("c-1").get().await.unwrap().id, "c-1");
}

#[test]
fn dates_are_read_generously_and_written_one_way() {
    let reassignment: Reassignment = read(&json!({
        "from": { "reviewer": { "created": "2026-03-02", "modified": "2026-03-02T10:00:00+02:00" } },
    }));
    assert_eq!(
        serde_json::to_value(&reassignment).unwrap()["from"]["reviewer"],
        json!({ "created": "2026-03-02T00:00:00.000Z", "modified": "2026-03-02T08:00:00.000Z" })
    );
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
        let task: Task = read(&json!({ "status": status }));
        assert_eq!(task.is_pending(), pending, "{status}");
        assert_eq!(task.is_finished(), finished, "{status}");
        assert_eq!(task.succeeded(), succeeded, "{status}");
        assert_eq!(task.failed(), finished && !succeeded, "{status}");
    }
}

/// An item about this access.
fn item(access: Value) -> AccessReviewItem {
    read(&json!({ "id": "i-1", "accessSummary": access }))
}

/// Many real campaigns have only the details.
#[test]
fn access_without_a_name_of_its_own_is_named_by_its_details() {
    for (name, kind) in [
        ("role", ObjectType::Role),
        ("accessProfile", ObjectType::AccessProfile),
        ("entitlement", ObjectType::Entitlement),
    ] {
        let details = json!({ "id": "a-1", "name": "Domain Admins" });
        for access in [
            json!({ name: details }),
            json!({ "access": null, name: details, "novelty": {} }),
            json!({ "access": {}, name: details }),
            json!({ "access": { "name": null, "type": null, "id": "" }, name: details }),
            json!({ "access": "Domain Admins", name: details }),
        ] {
            let item = item(access);
            assert_eq!(item.access_id(), Some("a-1"));
            assert_eq!(item.access_name(), Some("Domain Admins"));
            assert_eq!(item.access_type(), Some(&kind));
        }
        let item = item(json!({
            "access": { "id": "b-1", "name": "Its own", "type": "SOURCE" }, name: details,
        }));
        assert_eq!(item.access_id(), Some("b-1"));
        assert_eq!(item.access_name(), Some("Its own"));
        assert_eq!(item.access_type(), Some(&ObjectType::Source));
    }
    for item in [
        AccessReviewItem::default(),
        item(json!({})),
        item(json!({ "role": {} })),
    ] {
        assert_eq!((item.access_id(), item.access_name()), (None, None));
    }
}

#[test]
fn grants_are_every_entitlement_with_its_path() {
    let entitlement = |name: &str| json!({ "id": format!("{name}-id"), "name": name });
    let profile = |name: &str, inside: &[&str]| {
        let inside: Vec<_> = inside.iter().map(|name| entitlement(name)).collect();
        json!({ "name": name, "entitlements": inside })
    };
    let paths = |item: &AccessReviewItem| {
        let paths = item.grants().map(|grant| grant.to_string());
        paths.collect::<Vec<_>>()
    };
    assert_eq!(
        paths(&item(json!({ "entitlement": entitlement("e") }))),
        ["e"]
    );
    let by_profile = item(json!({ "accessProfile": profile("p", &["e", "f"]) }));
    assert_eq!(paths(&by_profile), ["p > e", "p > f"]);
    let by_role = item(json!({ "role": {
        "id": "r-id",
        "entitlements": [entitlement("e")],
        "accessProfiles": [profile("p", &["f"]), profile("q", &[]), profile("s", &["f", "g"])],
    }}));
    assert_eq!(
        paths(&by_role),
        ["r-id > e", "r-id > p > f", "r-id > s > f", "r-id > s > g"]
    );
    let deepest = by_role.grants().last().unwrap();
    assert_eq!(deepest.entitlement.id, "g-id");
    assert_eq!(deepest.access_profile.unwrap().name.as_deref(), Some("s"));
    assert_eq!(deepest.role.unwrap().id, "r-id");
    assert_eq!(AccessReviewItem::default().grants().count(), 0);
}

#[test]
fn access_is_privileged_if_an_entitlement_inside_is() {
    let yes = json!({ "privileged": true });
    for (access, marked, privileged) in [
        (json!({ "entitlement": yes }), true, true),
        (json!({ "accessProfile": yes }), true, true),
        (json!({ "role": yes }), true, true),
        (
            json!({ "accessProfile": { "entitlements": [{}, yes] } }),
            false,
            true,
        ),
        (json!({ "role": { "entitlements": [yes] } }), false, true),
        (json!({ "role": { "accessProfiles": [yes] } }), false, true),
        (
            json!({ "role": { "accessProfiles": [{ "entitlements": [yes] }] } }),
            false,
            true,
        ),
        (
            json!({ "role": { "privileged": false, "entitlements": [{}] } }),
            false,
            false,
        ),
        (json!({ "role": { "owner": yes } }), false, false),
        (json!({}), false, false),
    ] {
        let item = item(access.clone());
        assert_eq!(item.is_marked_privileged(), marked, "{access}");
        assert_eq!(item.is_privileged(), privileged, "{access}");
    }
}

#[test]
fn a_recommendation_is_read_in_whatever_form_it_comes() {
    let of = |value: Value| read::<AccessReviewItem>(&json!({ "recommendation": value }));
    let full = of(json!({
        "recommendation": "NO", "reasons": ["unused", null, 7],
        "timestamp": "2026-02-01T00:00:00Z", "score": 3,
    }));
    let recommendation = full.recommendation().unwrap();
    assert_eq!(recommendation.recommendation.as_deref(), Some("NO"));
    assert_eq!(recommendation.reasons, ["unused"]);
    assert_eq!(
        recommendation.timestamp,
        "2026-02-01T00:00:00Z".parse().ok()
    );
    assert_eq!(full.extra["recommendation"]["score"], 3);
    let text = of(json!("NO")).recommendation().unwrap();
    assert_eq!(text.recommendation.as_deref(), Some("NO"));
    assert_eq!(of(json!(null)).recommendation(), None);
    assert_eq!(of(json!(7)).recommendation(), None);
    assert_eq!(AccessReviewItem::default().recommendation(), None);
}

/// As the vendor's event triggers send it.
#[test]
fn a_certification_of_an_event_is_read() {
    let certification: Certification = read(&json!({
        "id": "c-1", "name": "Finance", "created": "2026-01-01T00:00:00Z",
        "campaignRef": { "id": "k-1", "name": "Q1", "type": "CAMPAIGN" },
        "phase": "SIGNED", "due": "2026-03-01T00:00:00Z", "signed": "2026-02-28T00:00:00Z",
        "reviewer": { "type": "GOVERNANCE_GROUP", "id": "g-1", "name": "Auditors" },
        "reassignment": null, "hasErrors": false, "errorMessage": null, "completed": true,
        "decisionsMade": 7, "decisionsTotal": 7, "entitiesCompleted": 3, "entitiesTotal": 3,
    }));
    assert_eq!(certification.campaign_id(), Some("k-1"));
    assert_eq!(certification.campaign_name(), Some("Q1"));
    assert_eq!(certification.reviewer_name(), Some("Auditors"));
    assert_eq!(certification.reviewer_email(), None);
    assert_eq!(certification.identities_total, Some(3));
    assert!(certification.is_signed() && certification.is_completed());
    assert!(certification.extra.is_empty());
}

#[test]
fn a_certification_says_whether_it_can_be_worked_on() {
    let of = |phase: &str, reviewer: &str| -> Certification {
        read(&json!({ "phase": phase, "reviewer": { "type": reviewer } }))
    };
    assert!(of("ACTIVE", "IDENTITY").is_workable());
    assert!(of("ACTIVE", "SOMEBODY_NEW").is_workable());
    assert!(!of("ACTIVE", "GOVERNANCE_GROUP").is_workable());
    assert!(!of("STAGED", "IDENTITY").is_workable());
    assert!(!of("SIGNED", "IDENTITY").is_workable());
    assert!(!Certification::default().is_workable());
}

#[test]
fn a_certification_says_how_much_time_is_left() {
    let now = "2026-03-02T08:00:00Z".parse().unwrap();
    for (due, days, overdue) in [
        ("2026-03-12T08:00:00Z", 10, false),
        ("2026-03-12T07:59:59Z", 9, false),
        ("2026-03-02T08:00:00Z", 0, false),
        ("2026-03-02T07:59:59.999Z", -1, true),
        ("2026-03-01T08:00:00Z", -1, true),
        ("2026-02-27T08:00:00Z", -3, true),
    ] {
        let mut certification: Certification = read(&json!({ "due": due }));
        assert_eq!(certification.days_left(now), Some(days), "{due}");
        assert_eq!(certification.is_overdue(now), overdue, "{due}");
        certification.signed = Some(now);
        assert!(!certification.is_overdue(now));
    }
    assert_eq!(Certification::default().days_left(now), None);
    assert!(!Certification::default().is_overdue(now));
}

#[test]
fn progress_is_complete_only_when_nothing_remains() {
    for (made, total, percent) in [
        (0, 0, 100),
        (0, 3, 0),
        (1, 3, 33),
        (999, 1000, 99),
        (1000, 1000, 100),
        (9, 8, 100),
        (-1, 8, 0),
        (i32::MAX, i32::MAX, 100),
    ] {
        let certification: Certification =
            read(&json!({ "decisionsMade": made, "decisionsTotal": total }));
        let progress: Progress = certification.progress();
        assert_eq!(progress.percent(), percent, "{progress}");
        assert_eq!(progress.remaining() == 0, percent == 100, "{progress}");
    }
}

#[test]
fn summaries_add_up() {
    let summary: DecisionSummary = read(&json!({
        "entitlementDecisionsMade": 1, "accessProfileDecisionsMade": 2,
        "roleDecisionsMade": 3, "accountDecisionsMade": 4,
        "entitlementDecisionsTotal": 10, "accessProfileDecisionsTotal": 20,
        "roleDecisionsTotal": 30, "accountDecisionsTotal": 40,
        "entitlementsApproved": 1, "accessProfilesApproved": 1, "accessProfilesRevoked": 1,
        "rolesApproved": 2, "accountsRevoked": 4,
    }));
    assert_eq!(summary.progress().to_string(), "10/100");
    assert_eq!(summary.progress().remaining(), 90);
    assert_eq!((summary.approved(), summary.revoked()), (4, 5));
}
