//! The life of a campaign.

use std::time::Duration;

use certs_sim::{CampaignStatus, Clock, Phase, Simulator, TaskStatus, view};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::client::{Client, simulator};

fn campaign(sim: &Simulator, status: CampaignStatus) -> view::Campaign {
    let mut all = sim.campaigns().into_iter();
    let found = all.find(|row| row.status == status);
    found.unwrap_or_else(|| panic!("none is {status}"))
}

fn status(sim: &Simulator, id: &str) -> CampaignStatus {
    let mut all = sim.campaigns().into_iter();
    all.find(|row| row.id == id).unwrap().status
}

/// Another simulator that starts with the state of this one.
fn again(sim: &Simulator) -> Simulator {
    let same_time = Clock::manual(sim.clock().now());
    let again = Simulator::builder().scenario(sim.export()).clock(same_time);
    again.build().unwrap()
}

#[tokio::test]
async fn they_are_for_administrators() {
    let sim = simulator().await;
    let reviewer = Client::new(&sim, sim.credentials_for(&sim.identities()[5].id)).await;
    for path in ["/v3/campaigns", "/v2026/campaigns/reports-configuration"] {
        assert_eq!(reviewer.get(path).await.status, StatusCode::FORBIDDEN);
    }
    let admin = Client::admin(&sim).await;
    let refused = admin.get("/v3/campaigns?detail=MOST").await;
    assert_eq!(refused.refusal().0, "400.1.3 Illegal value");
}

#[tokio::test]
async fn what_is_on_its_way_is_part_of_a_scenario() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    let staged = campaign(&sim, CampaignStatus::Staged).id;
    let path = format!("/v3/campaigns/{staged}/activate");
    let reply = client.send(Method::POST, &path, None).await;
    assert_eq!(
        (reply.status, reply.body),
        (StatusCode::ACCEPTED, json!({}))
    );
    let report = format!("/v3/campaigns/{staged}/run-report/CAMPAIGN_STATUS_REPORT");
    client.send(Method::POST, &report, None).await;
    let columns = json!({ "identityAttributeColumns": ["country"] });
    let path = "/campaigns/v1/reports-configuration";
    client
        .send(Method::PUT, path, Some(columns.to_string()))
        .await;

    assert!(again(&sim).export() == sim.export(), "it differs");
    assert_eq!(status(&sim, &staged), CampaignStatus::Activating);
    sim.clock().advance(Duration::from_secs(1));
    assert_eq!(status(&sim, &staged), CampaignStatus::Active);
    for row in sim.certifications() {
        if row.campaign_id == staged {
            assert_eq!(row.phase, Phase::Active);
            assert!(row.due.is_some());
        }
    }
    assert_eq!(client.get(path).await.ok(), columns);
}

#[tokio::test]
async fn the_last_sign_off_completes_a_campaign() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    let active = campaign(&sim, CampaignStatus::Active).id;
    for row in sim.certifications() {
        if row.campaign_id != active || row.phase == Phase::Signed {
            continue;
        }
        assert_eq!(status(&sim, &active), CampaignStatus::Active);
        for item in sim.items_of(&row.id) {
            let decision = certs_sim::Decision::Approve;
            sim.decide(&item.id, decision, Some("needed")).unwrap();
        }
        sim.sign_off(&row.id).unwrap();
    }
    assert_eq!(status(&sim, &active), CampaignStatus::Completed);
    let path = format!("/v3/campaigns/{active}");
    let shown = client.get(&path).await.ok();
    assert_eq!(
        shown["totalCertifications"],
        shown["completedCertifications"]
    );
}

#[tokio::test]
async fn whole_certifications_go_to_another_reviewer_or_none_does() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    let is_open = |row: &view::Certification| row.phase == Phase::Active;
    let open = sim.certifications().into_iter().find(is_open).unwrap();
    let all: Vec<_> = sim.certifications().into_iter().collect();
    let of_campaign = |row: &&view::Certification| row.campaign_id == open.campaign_id;
    let ids: Vec<_> = all
        .iter()
        .filter(of_campaign)
        .filter(|row| is_open(row))
        .collect();
    let people = sim.identities();
    let is_new = |id: &String| {
        ids.iter().all(|row| {
            row.reviewer.id() != id
                && sim
                    .items_of(&row.id)
                    .iter()
                    .all(|item| item.identity_id.as_ref() != Some(id))
        })
    };
    let free = people
        .iter()
        .filter(|person| !person.is_machine)
        .map(|person| &person.id);
    let to = free.clone().find(|id| is_new(id)).unwrap();
    let path = format!("/v3/campaigns/{}/reassign", open.campaign_id);
    let body = |to: &str| {
        let ids: Vec<_> = ids.iter().map(|row| &row.id).collect();
        let to = json!({ "type": "IDENTITY", "id": to });
        json!({ "certificationIds": ids, "reassignTo": to, "reason": "on leave" })
    };
    let reply = client.post(&path, body(to)).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED);
    assert_eq!(reply.body["type"], "ADMIN_REASSIGN");
    assert_eq!(reply.body["targetType"], "CAMPAIGN");
    assert_eq!(reply.body["targetId"], open.campaign_id.as_str());
    assert!(again(&sim).export() == sim.export(), "it differs");
    sim.clock().advance(Duration::from_secs(1));
    assert_eq!(sim.tasks()[0].status, TaskStatus::Success);
    for row in sim.certifications() {
        if ids.iter().any(|moved| moved.id == row.id) {
            assert_eq!(row.reviewer.id(), to);
        }
    }
    let shown = client
        .get(&format!("/v3/certifications/{}", open.id))
        .await
        .ok();
    let from = &shown["reassignment"]["from"];
    assert_eq!(from["reviewer"]["id"], open.reviewer.id());
    assert!(again(&sim).export() == sim.export(), "it differs");

    // The reviewer has the certification already.
    client.post(&path, body(to)).await;
    sim.clock().advance(Duration::from_secs(1));
    assert_eq!(sim.tasks()[1].status, TaskStatus::Error);
    let wrong = json!({ "certificationIds": [open.campaign_id], "reason": "x",
        "reassignTo": { "type": "IDENTITY", "id": to } });
    let refused = client.post(&path, wrong).await;
    assert_eq!(refused.refusal().0, "400.1 Bad Request Content");
}

#[tokio::test]
async fn a_new_one_is_pending_and_then_staged() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    let search = json!({ "type": "IDENTITY", "query": "*" });
    let body = json!({ "name": "New", "description": "Of a test", "type": "SEARCH",
        "searchCampaignInfo": search, "emailNotificationEnabled": true });
    let reply = client.post("/v3/campaigns", body.clone()).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED);
    assert_eq!(reply.body["status"], "PENDING");
    assert_eq!(reply.body["searchCampaignInfo"], search);
    let id = reply.body["id"].as_str().unwrap().to_owned();
    sim.clock().advance(Duration::from_secs(1));
    assert_eq!(status(&sim, &id), CampaignStatus::Staged);

    for (field, value) in [
        ("type", json!("MANAGER")),
        ("searchCampaignInfo", json!(null)),
        ("searchCampaignInfo", json!({ "type": "IDENTITY" })),
        ("sourceOwnerCampaignInfo", json!({ "sourceIds": [] })),
        ("name", json!("")),
    ] {
        let mut wrong = body.clone();
        wrong[field] = value;
        let reply = client.post("/v3/campaigns", wrong).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{field}: {reply:?}");
    }
}

#[tokio::test]
async fn a_wrong_filter_makes_a_campaign_that_is_in_error() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    let role = json!({ "type": "ROLE", "property": "name", "value": "Admin" });
    for criterion in [
        json!({ "type": "COMPOSITE", "operation": "AND" }),
        json!({ "type": "SOURCE", "children": [role] }),
        json!({ "type": "COMPOSITE", "operation": "OR", "children": [{ "type": "COMPOSITE" }] }),
    ] {
        let filter = json!({ "name": "Wrong", "mode": "INCLUSION", "criteriaList": [criterion] });
        let filter = client.post("/v3/campaign-filters", filter).await.ok();
        let filter = json!({ "type": "CAMPAIGN_FILTER", "id": filter["id"] });
        let new = json!({ "name": "New", "description": "Of a test", "type": "MANAGER",
            "filter": filter });
        let reply = client.post("/v3/campaigns", new).await;
        let id = reply.body["id"].as_str().unwrap().to_owned();
        sim.clock().advance(Duration::from_secs(1));
        assert_eq!(status(&sim, &id), CampaignStatus::Error);
        let path = format!("/v3/campaigns/{id}");
        let shown = client.get(&path).await.ok();
        assert_eq!(shown["alerts"][0]["level"], "ERROR");
        let activate = client.post(&format!("{path}/activate"), json!({})).await;
        assert_eq!(activate.refusal().0, "400.1 Bad Request Content");
        assert!(again(&sim).export() == sim.export(), "it differs");
        let delete = json!({ "ids": [id] });
        let delete = client.post("/v3/campaigns/delete", delete).await;
        assert_eq!(delete.status, StatusCode::ACCEPTED);
    }
}

#[tokio::test]
async fn a_scenario_has_campaigns_in_every_status() {
    let mut scenario = simulator().await.export();
    let statuses = CampaignStatus::SPELLINGS.iter().copied();
    let statuses: Vec<_> = statuses.filter_map(CampaignStatus::from_wire).collect();
    assert!(statuses.len() <= scenario.campaigns.len());
    for (campaign, status) in scenario.campaigns.iter_mut().zip(&statuses) {
        campaign.status = Some(*status);
    }
    let sim = Simulator::builder().scenario(scenario);
    let sim = sim.clock(Clock::system()).start().await.unwrap();
    let shown = sim.campaigns().into_iter().map(|campaign| campaign.status);
    assert!(shown.zip(&statuses).all(|(shown, status)| shown == *status));
    assert!(again(&sim).export() == sim.export(), "it differs");
    let archived = campaign(&sim, CampaignStatus::Archived).id;
    let client = Client::admin(&sim).await;
    let found = client
        .get("/v3/campaigns?filters=status%20eq%20%22ARCHIVED%22")
        .await;
    assert_eq!(found.ok()[0]["id"], archived.as_str());
}
