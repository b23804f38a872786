//! Scenario files: exact cases, as a client sees them.

use certs_sim::{Clock, Phase, Scenario, Simulator, TaskStatus};
use serde_json::{Value, json};

use crate::client::{Client, count, simulator};

fn id(kind: &str, number: u8) -> String {
    format!("{kind}{number:0width$}", width = 32 - kind.len())
}

/// Two certifications of one campaign, with items of every type, a pending task and one
/// that has failed.
fn scenario() -> Value {
    json!({
        "identities": [
            { "id": id("a", 1), "name": "Mei Tanaka", "email": "mei@acme.example" },
            { "id": id("a", 2), "name": "Omar Haddad", "email": "omar@acme.example" },
            { "id": id("a", 3), "name": "Ines Rossi", "email": "ines@acme.example" },
        ],
        "sources": [{ "id": id("b", 1), "name": "Ledger", "type": "Oracle Database - Direct" }],
        "entitlements": [
            { "id": id("e", 1), "name": "Posting", "source": id("b", 1), "privileged": true,
              "permissions": [
                  { "target": "FIN.LEDGER", "rights": ["SELECT", "INSERT"] },
                  { "target": "FIN.VENDORS", "rights": ["SELECT"] },
              ] },
            { "id": id("e", 2), "name": "Reading", "source": id("b", 1), "revocable": false },
        ],
        "accessProfiles": [
            { "id": id("d", 1), "name": "Bookkeeping", "source": id("b", 1),
              "entitlements": [id("e", 1), id("e", 2)] },
        ],
        "roles": [
            { "id": id("f", 1), "name": "Accountant", "accessProfiles": [id("d", 1)],
              "entitlements": [id("e", 2)] },
        ],
        "campaigns": [
            { "id": id("ca", 1), "name": "Spring Review", "type": "MANAGER",
              "mandatoryCommentRequirement": "ALL_DECISIONS" },
        ],
        "certifications": [
            {
                "id": id("ce", 1), "campaign": id("ca", 1), "name": "Omar's team",
                "reviewer": { "type": "IDENTITY", "id": id("a", 1) },
                "due": "2026-04-01T00:00:00Z",
                "items": [
                    { "id": id("1", 1), "identity": id("a", 2), "newAccess": true,
                      "access": { "type": "ROLE", "id": id("f", 1) } },
                    { "id": id("1", 2), "identity": id("a", 2),
                      "access": { "type": "ACCESS_PROFILE", "id": id("d", 1) },
                      "decision": "REVOKE", "comments": "moved",
                      "proposedEndDate": "2026-05-01T00:00:00Z" },
                    { "id": id("1", 3), "identity": id("a", 3),
                      "access": { "type": "ENTITLEMENT", "id": id("e", 1) },
                      "decision": "APPROVE", "comments": "fine", "bulk": true },
                ],
            },
            {
                "id": id("ce", 2), "campaign": id("ca", 1), "phase": "SIGNED",
                "reviewer": { "type": "IDENTITY", "id": id("a", 3) },
                "reassignment": { "from": id("ce", 1), "comment": "knows him" },
                "items": [
                    { "id": id("1", 4), "identity": id("a", 2), "decision": "REVOKE",
                      "access": { "type": "ENTITLEMENT", "id": id("e", 2) } },
                ],
            },
        ],
        "tasks": [
            { "id": id("7", 1), "certification": id("ce", 1), "reassignTo": id("a", 3),
              "reason": "knows him", "reassign": [{ "type": "ITEM", "id": id("1", 1) }],
              "ends": "2026-03-02T09:00:00Z" },
            { "id": id("7", 2), "type": "ADMIN_REASSIGN", "certification": id("ce", 1),
              "reassignTo": "nobody", "reason": "why not", "reassign": [],
              "outcome": { "status": "ERROR", "errors": ["there is no nobody"] } },
        ],
    })
}

async fn start(scenario: Scenario) -> Simulator {
    Simulator::builder()
        .scenario(scenario)
        .clock(Clock::manual("2026-03-02T08:00:00Z".parse().unwrap()))
        .start()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_client_sees_exactly_what_the_file_says() {
    let sim = start(Scenario::from_json(&scenario().to_string()).unwrap()).await;
    let client = Client::new(&sim, sim.credentials_for(&id("a", 1))).await;
    let rows = client.get("/v3/certifications").await.records();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["name"], "Omar's team");
    assert_eq!(rows[0]["due"], "2026-04-01T00:00:00.000Z");
    assert_eq!(
        [&rows[0]["decisionsMade"], &rows[0]["decisionsTotal"]],
        [2, 3]
    );
    assert_eq!(
        ["identitiesCompleted", "identitiesTotal"].map(|name| count(&rows[0][name])),
        [1, 2]
    );

    let path = format!("/v3/certifications/{}", id("ce", 1));
    let items = client
        .get(&format!("{path}/access-review-items"))
        .await
        .records();
    let role = &items[0]["accessSummary"]["role"];
    assert_eq!(
        role.pointer("/accessProfiles/0/entitlements/1/name"),
        Some(&json!("Reading"))
    );
    assert_eq!(
        role.pointer("/entitlements/0/revocable"),
        Some(&json!(false))
    );
    assert_eq!(items[0]["newAccess"], true);
    assert_eq!(items[1]["comments"], "moved");
    assert_eq!(
        items[2].pointer("/accessSummary/entitlement/sourceType"),
        Some(&json!("Oracle Database - Direct"))
    );
    let permissions = format!("{path}/access-review-items/{}/permissions", id("1", 3));
    let permissions = client.get(&permissions).await.records();
    assert_eq!(
        permissions[0],
        json!({ "target": "FIN.LEDGER", "rights": ["SELECT", "INSERT"] })
    );
    assert_eq!(permissions.len(), 2);

    let tasks = client.get("/v3/certification-tasks").await.records();
    assert_eq!(tasks[0]["id"], id("7", 1));
    assert_eq!(tasks.len(), 1);
    let failed = client
        .get(&format!("/v3/certification-tasks/{}", id("7", 2)))
        .await
        .ok();
    assert_eq!(failed["errors"][0]["text"], "there is no nobody");

    let admin = Client::admin(&sim).await;
    let signed = admin
        .get(&format!("/v3/certifications/{}", id("ce", 2)))
        .await
        .ok();
    assert_eq!(signed["signed"], "2026-03-02T08:00:00.000Z");
    assert_eq!(signed["reassignment"]["comment"], "knows him");
    assert_eq!(sim.remediations()[0].item_id, id("1", 4));
}

#[tokio::test]
async fn the_review_continues_where_the_export_left_it() {
    let sim = start(Scenario::from_json(&scenario().to_string()).unwrap()).await;
    let path = format!("/v3/certifications/{}", id("ce", 1));
    let decision = json!([{ "id": id("1", 1), "decision": "APPROVE", "bulk": false,
        "comments": "fine" }]);
    let client = Client::admin(&sim).await;
    client.post(&format!("{path}/decide"), decision).await.ok();

    let again = start(sim.export()).await;
    assert_eq!(again.export(), sim.export());
    assert_eq!(again.certifications(), sim.certifications());
    assert_eq!(again.tasks()[0].status, TaskStatus::Queued);
    // The running task also ends in the copy, and the rest can be signed.
    again.clock().advance(std::time::Duration::from_secs(3_600));
    assert_eq!(again.tasks()[0].status, TaskStatus::Success);
    assert_eq!(again.certifications().len(), 3);
    let client = Client::admin(&again).await;
    client
        .post(&format!("{path}/sign-off"), Value::Null)
        .await
        .ok();
    assert_eq!(again.certifications()[0].phase, Phase::Signed);
    let last = start(again.export()).await;
    assert_eq!(last.export(), again.export());
}

#[tokio::test]
async fn a_file_that_cannot_be_used_stops_the_start_and_names_the_place() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut scenario = scenario();
    scenario["certifications"][1]["items"][0]["access"]["id"] = json!(id("e", 9));
    std::fs::write(&file, scenario.to_string()).unwrap();
    let error = Simulator::builder()
        .scenario_file(&file)
        .start()
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("certifications[1].items[0].access.id"),
        "{error}"
    );
    assert!(error.contains(file.path().to_str().unwrap()), "{error}");
}

#[tokio::test]
async fn records_can_carry_more_than_is_specified_and_less() {
    let mut scenario = simulator().await.export();
    let certification = &mut scenario.certifications[0];
    certification
        .extra
        .insert("hasErrors".to_owned(), json!("perhaps"));
    let recommendation = json!({ "recommendation": "true", "reasons": ["most have it"] });
    let [first, second] = [0, 1].map(|position| certification.items[position].id.clone());
    certification.items[0]
        .extra
        .insert("recommendation".to_owned(), recommendation.clone());
    certification.items[1].access_omitted = true;
    let id = certification.id.clone();

    let sim = Simulator::builder()
        .scenario(scenario.clone())
        .start()
        .await
        .unwrap();
    assert_eq!(sim.export(), scenario);
    let client = Client::admin(&sim).await;
    let path = format!("/v3/certifications/{id}");
    assert_eq!(client.get(&path).await.ok()["hasErrors"], "perhaps");
    let listed = client.list("/v3/certifications", &[]).await.records();
    assert_eq!(listed[0]["hasErrors"], "perhaps");
    let items = client
        .get(&format!("{path}/access-review-items"))
        .await
        .records();
    assert_eq!(
        (&items[0]["id"], &items[1]["id"]),
        (&json!(first), &json!(second))
    );
    assert_eq!(items[0]["recommendation"], recommendation);
    assert!(items[0]["accessSummary"]["access"].is_object());
    assert_eq!(items[1]["accessSummary"]["access"], Value::Null);
    let row = sim.item(&second).unwrap();
    assert!(row.access_omitted);
    // Filters still match it.
    let filter = format!("access.id eq \"{}\"", row.access_id);
    let found = client
        .list(
            &format!("{path}/access-review-items"),
            &[("filters", &filter)],
        )
        .await
        .records();
    assert!(found.iter().any(|item| item["id"] == second.as_str()));
}

#[tokio::test]
async fn responses_can_be_imported_and_come_back() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    // The whole state, as a client reads it.
    let mut certifications = client.list("/v3/certifications", &[]).await.records();
    for row in &mut certifications {
        let id = row["id"].as_str().unwrap().to_owned();
        if row["reviewer"]["type"] == "IDENTITY" {
            let path = format!("/v3/certifications/{id}/access-review-items");
            row["items"] = Value::Array(client.list(&path, &[]).await.records());
        }
    }
    let text = format!("\u{feff}{}", Value::from(certifications.clone()));
    let scenario = Scenario::from_responses(&text).unwrap();
    let again = Simulator::builder()
        .scenario(scenario)
        .rate_limit(None)
        .clock(sim.clock().clone())
        .start()
        .await
        .unwrap();
    let client = Client::admin(&again).await;
    for mut row in certifications {
        let id = row["id"].as_str().unwrap().to_owned();
        let items = row.as_object_mut().unwrap().remove("items");
        let found = client
            .list(
                "/v3/certifications",
                &[("filters", &format!("id eq \"{id}\""))],
            )
            .await
            .records();
        // Only personal settings of the reviewer are in no response.
        let plain = |row: &Value| {
            let mut row = row.clone();
            for person in ["/reviewer", "/reassignment/from/reviewer"] {
                if let Some(person) = row.pointer_mut(person).and_then(Value::as_object_mut) {
                    person.remove("created");
                    person.remove("modified");
                }
            }
            row
        };
        assert_eq!(plain(&found[0]), plain(&row));
        if let Some(items) = items {
            let path = format!("/v3/certifications/{id}/access-review-items");
            let found = client.list(&path, &[]).await.records();
            assert_eq!(Value::Array(found), items);
        }
    }
}

#[test]
fn responses_that_lack_information_are_refused() {
    let item = json!({ "id": "i1", "accessSummary": {} });
    let certifications = json!([{ "id": "c1" }, { "id": "c2" }]);
    for (responses, expected) in [
        (json!("text"), "a record is an object"),
        (
            json!({ "certifications": certifications, "items": [item] }),
            "which certification",
        ),
        (
            json!({ "certifications": certifications, "items": { "c3": [item] } }),
            "no certification",
        ),
        (json!([{ "id": "c1", "phase": "OVER" }]), "OVER"),
    ] {
        let error = Scenario::from_responses(&responses.to_string()).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
    let error = Scenario::from_responses("[").unwrap_err();
    assert!(error.to_string().contains("EOF"), "{error}");
    let responses = json!({ "certifications": certifications, "items": { "c1": [item] } });
    let scenario = Scenario::from_responses(&responses.to_string()).unwrap();
    let items: Vec<_> = scenario
        .certifications
        .iter()
        .map(|row| row.items.len())
        .collect();
    assert_eq!(items, [1, 0]);
}
