//! Every version responds, at its own paths and with its own rate limit.

use certs_sim::{Clock, Operation, Phase, RateLimit, Reviewer, Simulator, Version};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::client::{Client, simulator};

/// The versions with the operations of V3.
fn like_v3() -> impl Iterator<Item = Version> {
    let all = Version::ALL.iter().copied();
    all.filter(|version| *version != Version::Beta)
}

/// The responses of a review with all 15 operations, from the list to the sign-off.
async fn review(version: Version) -> Vec<(Operation, Value)> {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    let row = sim
        .certifications()
        .into_iter()
        .find(|row| {
            row.phase == Phase::Active
                && row.decisions_made == 0
                && row.decisions_total > 3
                && row.identities_total > 1
                && matches!(row.reviewer, Reviewer::Identity(_))
        })
        .unwrap();
    sim.clear_requests();
    let at = |path: &str| version.path(&path.replace("{id}", &row.id));
    let mut responses = Vec::new();
    for path in [
        "/certifications?limit=3&count=true",
        "/certifications/{id}",
        "/certifications/{id}/access-review-items",
        "/certifications/{id}/reviewers",
        "/certifications/{id}/decision-summary",
        "/certifications/{id}/identity-summaries",
        "/certifications/{id}/access-summaries/ENTITLEMENT",
        "/certification-tasks",
    ] {
        responses.push(client.get(&at(path)).await.ok());
    }
    let items = sim.items_of(&row.id);
    let summary = items[0].identity_summary_id.as_ref().unwrap();
    let path = format!("/certifications/{{id}}/identity-summaries/{summary}");
    responses.push(client.get(&at(&path)).await.ok());
    let path = format!(
        "/certifications/{{id}}/access-review-items/{}/permissions",
        items[0].id
    );
    responses.push(client.get(&at(&path)).await.ok());

    let mut people = sim.identities().into_iter().filter(|person| {
        !person.is_machine
            && person.id != row.reviewer.id()
            && items
                .iter()
                .all(|item| item.identity_id.as_ref() != Some(&person.id))
    });
    for (name, item) in [("reassign", &items[1]), ("reassign-async", &items[2])] {
        let body = json!({
            "reassign": [{ "type": "ITEM", "id": item.id }],
            "reassignTo": people.next().unwrap().id,
            "reason": "away",
        });
        responses.push(
            client
                .post(&at(&format!("/certifications/{{id}}/{name}")), body)
                .await
                .ok(),
        );
    }
    let task = responses.last().unwrap()["id"].as_str().unwrap().to_owned();
    sim.clock().advance(std::time::Duration::from_secs(1));
    responses.push(
        client
            .get(&at(&format!("/certification-tasks/{task}")))
            .await
            .ok(),
    );
    let decisions: Vec<_> = sim
        .items_of(&row.id)
        .iter()
        .map(|item| {
            json!({ "id": item.id, "decision": "APPROVE", "bulk": true, "comments": "needed" })
        })
        .collect();
    let path = at("/certifications/{id}/decide");
    responses.push(client.post(&path, json!(decisions)).await.ok());
    responses.push(
        client
            .post(&at("/certifications/{id}/sign-off"), Value::Null)
            .await
            .ok(),
    );

    let requests = sim.requests();
    assert!(
        requests
            .iter()
            .all(|request| request.version == Some(version))
    );
    let operations = requests.iter().map(|request| request.operation.unwrap());
    operations.zip(responses).collect()
}

#[tokio::test]
async fn every_operation_responds_the_same_in_each() {
    let mut first = review(Version::V3).await;
    first.iter_mut().for_each(without_chance);
    let mut operations: Vec<_> = first.iter().map(|(operation, _)| *operation).collect();
    operations.sort();
    operations.dedup();
    assert_eq!(operations.len(), 15);
    for version in like_v3() {
        let mut responses = review(version).await;
        responses.iter_mut().for_each(without_chance);
        assert_eq!(responses, first, "{version}");
    }
}

/// Only tasks have random identifiers.
fn without_chance((operation, response): &mut (Operation, Value)) {
    if matches!(operation, Operation::ReassignAsync | Operation::Task) {
        response["id"].take();
    }
}

#[tokio::test]
async fn each_client_has_a_rate_limit_for_each() {
    let sim = Simulator::builder()
        .items(0)
        .rate_limit(Some(RateLimit {
            requests: 1,
            per: std::time::Duration::from_secs(10),
        }))
        .clock(Clock::manual("2026-03-02T08:00:00Z".parse().unwrap()))
        .start()
        .await
        .unwrap();
    for credentials in [sim.admin(), sim.cert_admin()] {
        let client = Client::new(&sim, credentials).await;
        for status in [StatusCode::OK, StatusCode::TOO_MANY_REQUESTS] {
            for version in Version::ALL {
                let reply = client.get(&version.path("/certifications")).await;
                assert_eq!(reply.status, status, "{version}");
            }
        }
    }
    let refused = 2 * Version::ALL.len();
    assert_eq!(sim.traffic().rate_limited, u64::try_from(refused).unwrap());
}

#[tokio::test]
async fn the_page_for_people_lists_them() {
    let sim = simulator().await;
    let page = reqwest::get(sim.base_url())
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    for version in Version::ALL {
        let row = format!(
            "<td>{version}</td><td><code>{}</code></td>",
            version.path("/certifications")
        );
        assert!(page.contains(&row), "{row}");
    }
}

#[tokio::test]
async fn a_version_has_its_own_operations_and_no_others() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    for path in [
        "/beta/certification-tasks",
        "/v1/certifications",
        "/certifications/v2026",
        "/v2023/certifications",
    ] {
        assert_eq!(
            client.get(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}
