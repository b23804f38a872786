use std::time::Duration;

use certs_sim::{Phase, Reviewer, Simulator, TaskStatus, view};
use serde_json::{Value, json};

use crate::client::{Client, simulator};

fn active(sim: &Simulator) -> view::Certification {
    sim.certifications()
        .into_iter()
        .find(|row| row.phase == Phase::Active && row.identities_total > 1)
        .unwrap()
}

/// A reviewer of another certification.
fn another(sim: &Simulator, than: &view::Certification) -> String {
    sim.certifications()
        .into_iter()
        .find_map(|row| match row.reviewer {
            Reviewer::Identity(id) if id != than.reviewer.id() => Some(id),
            _ => None,
        })
        .unwrap()
}

fn body(kind: &str, ids: &[&str], to: &str) -> Value {
    let references: Vec<_> = ids
        .iter()
        .map(|id| json!({ "id": id, "type": kind }))
        .collect();
    json!({ "reassign": references, "reassignTo": to, "reason": "knows better" })
}

#[tokio::test]
async fn items_go_to_a_certification_of_the_new_reviewer() {
    let sim = simulator().await;
    let row = active(&sim);
    let to = another(&sim, &row);
    let client = Client::admin(&sim).await;
    let path = format!("/v3/certifications/{}/reassign", row.id);
    let items = sim.items_of(&row.id);
    let after = client
        .post(&path, body("ITEM", &[&items[0].id], &to))
        .await
        .ok();
    assert_eq!(after["id"], row.id.as_str());
    assert_eq!(after["decisionsTotal"], items.len() - 1);

    let found = |sim: &Simulator| {
        let all = sim.certifications();
        all.into_iter()
            .filter(|new| new.reassigned_from.as_ref() == Some(&row.id) && new.reviewer.id() == to)
            .collect::<Vec<_>>()
    };
    assert_eq!(found(&sim).len(), 1);
    // A second reassignment to the same reviewer, grouped by access, adds to the first
    // certification.
    client
        .post(&path, body("TARGET_SUMMARY", &[&items[1].access_id], &to))
        .await
        .ok();
    let new = found(&sim);
    assert_eq!(new.len(), 1);
    assert_eq!(new[0].campaign_id, row.campaign_id);
    assert_eq!(new[0].phase, Phase::Active);
    assert!(
        sim.items_of(&new[0].id)
            .iter()
            .any(|item| item.id == items[1].id)
    );

    let reviewer = Client::new(&sim, sim.credentials_for(&to)).await;
    let shown = reviewer
        .get(&format!("/v3/certifications/{}", new[0].id))
        .await
        .ok();
    assert_eq!(shown["reassignment"]["comment"], "knows better");
    assert_eq!(shown["reassignment"]["from"]["id"], row.id.as_str());
    assert_eq!(
        shown["reassignment"]["from"]["reviewer"]["id"],
        row.reviewer.id()
    );
    let filters = format!("id eq \"{}\"", new[0].id);
    let beta = reviewer
        .list("/beta/certifications", &[("filters", &filters)])
        .await
        .records();
    assert_eq!(beta[0]["reassignment"]["from"]["id"], row.id.as_str());
}

#[tokio::test]
async fn an_identity_goes_with_everything_of_theirs_but_not_to_themselves() {
    let sim = simulator().await;
    let row = active(&sim);
    let client = Client::admin(&sim).await;
    let path = format!("/v3/certifications/{}/reassign", row.id);
    let items = sim.items_of(&row.id);
    let person = items[0].identity_id.clone().unwrap();
    let summary = items[0].identity_summary_id.clone().unwrap();
    let theirs = items
        .iter()
        .filter(|item| item.identity_id.as_ref() == Some(&person))
        .count();

    let to_themselves = body("IDENTITY_SUMMARY", &[&summary], &person);
    let reply = client.post(&path, to_themselves).await;
    assert!(
        reply.refusal().1.contains("own access"),
        "{:?}",
        reply.refusal()
    );

    let to = another(&sim, &row);
    client
        .post(&path, body("IDENTITY_SUMMARY", &[&summary], &to))
        .await
        .ok();
    assert_eq!(sim.items_of(&row.id).len(), items.len() - theirs);
    // The summary belonged to the certification that the items have left.
    let reply = client
        .post(&path, body("IDENTITY_SUMMARY", &[&summary], &to))
        .await;
    assert!(reply.refusal().1.contains("reassign[0].id"));
}

#[tokio::test]
async fn a_bad_target_moves_nothing() {
    let sim = simulator().await;
    let row = active(&sim);
    let client = Client::admin(&sim).await;
    let path = format!("/v3/certifications/{}/reassign", row.id);
    let items = sim.items_of(&row.id);
    let machine = sim
        .identities()
        .into_iter()
        .find(|row| row.is_machine)
        .unwrap()
        .id;
    for to in ["nobody", &machine, row.reviewer.id()] {
        let reply = client.post(&path, body("ITEM", &[&items[0].id], to)).await;
        assert_eq!(reply.refusal().0, "400.1 Bad Request Content");
        assert!(reply.refusal().1.contains("reassignTo"));
    }
    let to = another(&sim, &row);
    let reply = client
        .post(&path, body("ITEM", &[&items[0].id, "unknown"], &to))
        .await;
    assert!(reply.refusal().1.contains("reassign[1].id"));
    assert_eq!(sim.items_of(&row.id), items);
}

#[tokio::test]
async fn a_task_advances_with_the_clock_and_delays_the_sign_off() {
    let sim = simulator().await;
    let row = active(&sim);
    let to = another(&sim, &row);
    let client = Client::new(&sim, sim.credentials_for(row.reviewer.id())).await;
    let path = format!("/v3/certifications/{}", row.id);
    let items = sim.items_of(&row.id);
    let ids: Vec<_> = items.iter().map(|item| item.id.as_str()).collect();
    let request = body("ITEM", &ids[..1], &to);
    let task = client
        .post(&format!("{path}/reassign-async"), request)
        .await
        .ok();
    assert_eq!(task["type"], "REASSIGN");
    assert_eq!(task["targetType"], "CERTIFICATION");
    assert_eq!(task["targetId"], row.id.as_str());
    assert_eq!(task["created"], "2026-03-02T08:00:00.000Z");
    let id = task["id"].as_str().unwrap();
    let decisions: Vec<_> = ids
        .iter()
        .map(|id| json!({ "id": id, "decision": "APPROVE", "bulk": true, "comments": "fine" }))
        .collect();
    client
        .post(&format!("{path}/decide"), json!(decisions))
        .await
        .ok();

    for (advance, status) in [(0, "QUEUED"), (500, "IN_PROGRESS")] {
        sim.clock().advance(Duration::from_millis(advance));
        let shown = client
            .get(&format!("/v3/certification-tasks/{id}"))
            .await
            .ok();
        assert_eq!(shown["status"], status);
        for filters in [
            format!("id eq \"{id}\""),
            format!("targetId in (\"{}\") and type eq \"REASSIGN\"", row.id),
        ] {
            let query = [
                ("filters", filters.as_str()),
                ("reviewer-identity", "me"),
                ("count", "true"),
            ];
            let pending = client.list("/v3/certification-tasks", &query).await;
            assert_eq!(pending.header("x-total-count"), Some("1"));
            assert_eq!(pending.records()[0], shown);
        }
        let beta = client
            .get(&format!("/beta/certifications/{}/tasks-pending", row.id))
            .await;
        assert_eq!(beta.records()[0]["status"], status);
        let reply = client.post(&format!("{path}/sign-off"), json!(null)).await;
        assert!(reply.refusal().1.contains(id), "{:?}", reply.refusal());
    }
    assert_eq!(sim.items_of(&row.id).len(), items.len());

    sim.clock().advance(Duration::from_millis(500));
    let done = client
        .get(&format!("/v3/certification-tasks/{id}"))
        .await
        .ok();
    assert_eq!(done["status"], "SUCCESS");
    assert_eq!(
        done["reassignmentTrailDTOs"][0]["previousOwner"],
        row.reviewer.id()
    );
    assert_eq!(done["reassignmentTrailDTOs"][0]["newOwner"], to.as_str());
    assert!(
        client
            .get("/v3/certification-tasks")
            .await
            .records()
            .is_empty()
    );
    assert_eq!(sim.items_of(&row.id).len(), items.len() - 1);
    client
        .post(&format!("{path}/sign-off"), json!(null))
        .await
        .ok();
}

#[tokio::test]
async fn a_task_with_a_bad_target_ends_in_an_error_that_each_version_words_its_way() {
    let sim = simulator().await;
    let row = active(&sim);
    let client = Client::admin(&sim).await;
    let items = sim.items_of(&row.id);
    let request = body("ITEM", &[&items[0].id], "nobody");
    let path = format!("/beta/certifications/{}", row.id);
    let reply = client
        .post(&format!("{path}/reassign-async"), request)
        .await;
    assert_eq!(reply.header("x-deprecated"), Some("true"));
    let task = reply.ok();
    assert_eq!(task["certificationId"], row.id.as_str());
    assert_eq!(task["errors"], json!([]));
    let id = task["id"].as_str().unwrap();
    sim.clock().advance(Duration::from_secs(1));
    let beta = client.get(&format!("{path}/tasks/{id}")).await.ok();
    assert_eq!(beta["status"], "ERROR");
    assert!(beta["errors"][0].as_str().unwrap().contains("nobody"));
    let v3 = client
        .get(&format!("/v3/certification-tasks/{id}"))
        .await
        .ok();
    assert_eq!(v3["errors"][0]["text"], beta["errors"][0]);
    assert_eq!(v3["errors"][0]["localeOrigin"], "DEFAULT");
    assert_eq!(v3["reassignmentTrailDTOs"], json!([]));
    assert_eq!(sim.tasks()[0].status, TaskStatus::Error);
    assert_eq!(sim.items_of(&row.id), items);
    // A task is found only under its own certification.
    let other = sim
        .certifications()
        .into_iter()
        .find(|other| other.id != row.id)
        .unwrap();
    let elsewhere = client
        .get(&format!("/beta/certifications/{}/tasks/{id}", other.id))
        .await;
    assert_eq!(elsewhere.refusal().0, "404 Not found");
}
