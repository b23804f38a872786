//! Calls every operation without any code of the client, and returns the simulator's responses as
//! text.

use std::time::Duration;

use certs_sim::view::{Certification, Reviewer};
use certs_sim::{AccessType, CampaignStatus, Credentials, Simulator, TaskTimes};
use reqwest::Method;
use serde_json::{Value, json};

use super::{another_reviewer, clock, open_certification, tenant};

/// A response of the simulator.
pub(crate) struct Recorded {
    pub(crate) version: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) status: u16,
    pub(crate) body: Value,
}

struct Walker<'a> {
    sim: &'a Simulator,
    http: reqwest::Client,
    token: String,
    recorded: Vec<Recorded>,
}

impl<'a> Walker<'a> {
    async fn new(sim: &'a Simulator, credentials: &Credentials) -> Self {
        let http = reqwest::Client::new();
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &credentials.client_id),
            ("client_secret", &credentials.client_secret),
        ];
        let url = format!("{}/oauth/token", sim.base_url());
        let granted = http.post(url).form(&form).send().await.unwrap();
        let granted: Value = granted.json().await.unwrap();
        Self {
            sim,
            http,
            token: granted["access_token"].as_str().unwrap().to_owned(),
            recorded: Vec::new(),
        }
    }

    async fn call(
        &mut self,
        version: &'static str,
        operation: &'static str,
        path: &str,
        body: Option<Value>,
    ) -> Value {
        let method = if body.is_some() || path.ends_with("/sign-off") {
            Method::POST
        } else {
            Method::GET
        };
        self.send(version, operation, method, path, body).await
    }

    async fn send(
        &mut self,
        version: &'static str,
        operation: &'static str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Value {
        let url = format!("{}/{version}{path}", self.sim.base_url());
        let mut request = self.http.request(method, url).bearer_auth(&self.token);
        if let Some(body) = &body {
            request = request.body(body.to_string());
            let is_patch = operation.starts_with("patch") || operation == "updateCampaign";
            let patch = if is_patch { "-patch+json" } else { "" };
            request = request.header("content-type", format!("application/json{patch}"));
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        // 204 has no body.
        let body = match text.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap(),
        };
        self.recorded.push(Recorded {
            version,
            operation,
            status,
            body: body.clone(),
        });
        body
    }

    async fn v3(&mut self, operation: &'static str, path: &str) -> Value {
        self.call("v3", operation, path, None).await
    }

    async fn beta(&mut self, operation: &'static str, path: &str) -> Value {
        self.call("beta", operation, path, None).await
    }
}

/// A tenant in which tasks take time, by a clock that the test advances.
pub(crate) async fn slow_tenant() -> Simulator {
    let times = TaskTimes {
        queued: MINUTE,
        running: MINUTE,
    };
    tenant()
        .clock(clock())
        .task_times(times)
        .start()
        .await
        .unwrap()
}

const MINUTE: Duration = Duration::from_secs(60);

/// Calls every operation, so that all of its successful responses occur.
pub(crate) async fn walk(sim: &Simulator) -> Vec<Recorded> {
    let mut walker = Walker::new(sim, &sim.admin()).await;
    read(&mut walker).await;
    review(&mut walker).await;
    campaigns(&mut walker).await;
    templates(&mut walker).await;
    filters(&mut walker).await;
    walker.recorded
}

async fn campaigns(walker: &mut Walker<'_>) {
    const LIST: &str = "getActiveCampaigns";
    let sim = walker.sim;
    let campaign = |status| {
        let mut all = sim.campaigns().into_iter();
        let found = all.find(|campaign| campaign.status == status);
        format!("/campaigns/{}", found.unwrap().id)
    };
    let (staged, active) = (
        campaign(CampaignStatus::Staged),
        campaign(CampaignStatus::Active),
    );
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let patch = json!([{ "op": "replace", "path": "/name", "value": "another" }]);
    walker
        .send("v3", "updateCampaign", Method::PATCH, &staged, Some(patch))
        .await;
    for new in new_campaigns(sim) {
        let created = walker
            .call("v3", "createCampaign", "/campaigns", Some(new))
            .await;
        let created = created["id"].as_str().unwrap();
        let full = format!("/campaigns/{created}?detail=FULL");
        walker.v3("getCampaign", &full).await;
    }
    let delete = json!({ "ids": [id(&staged)] });
    walker
        .call("v3", "deleteCampaigns", "/campaigns/delete", Some(delete))
        .await;
    let another = sim
        .campaigns()
        .into_iter()
        .filter(|campaign| campaign.status == CampaignStatus::Staged && campaign.id != id(&staged));
    let another = another.into_iter().next().unwrap().id;
    let activate = format!("/campaigns/{another}/activate");
    let zone = Some(json!({ "timeZone": "+02:00" }));
    walker.call("v3", "startCampaign", &activate, zone).await;

    let open = sim.certifications().into_iter().find(|row| {
        row.campaign_id == id(&active)
            && row.phase == certs_sim::Phase::Active
            && matches!(row.reviewer, Reviewer::Identity(_))
    });
    let open = open.unwrap();
    let items = sim.items_of(&open.id);
    let to = sim.identities().into_iter().find(|person| {
        let is_own = |item: &certs_sim::view::Item| item.identity_id.as_ref() == Some(&person.id);
        !person.is_machine && person.id != open.reviewer.id() && !items.iter().any(is_own)
    });
    let reassign = json!({
        "certificationIds": [open.id],
        "reassignTo": { "type": "IDENTITY", "id": to.unwrap().id },
        "reason": "on leave",
    });
    let path = format!("{active}/reassign");
    let task = walker.call("v3", "move", &path, Some(reassign)).await;
    let task = format!("/certification-tasks/{}", task["id"].as_str().unwrap());
    let post = Method::POST;
    let scan = format!("{active}/run-remediation-scan");
    walker
        .send(
            "v3",
            "startCampaignRemediationScan",
            post.clone(),
            &scan,
            None,
        )
        .await;
    let run = format!("{active}/run-report/CERTIFICATION_SIGNOFF_REPORT");
    let reports = format!("{active}/reports");
    walker
        .send("v3", "startCampaignReport", post, &run, None)
        .await;
    for _ in 0..3 {
        for detail in ["SLIM", "FULL"] {
            walker
                .v3(LIST, &format!("/campaigns?detail={detail}"))
                .await;
            walker
                .v3("getCampaign", &format!("{active}?detail={detail}"))
                .await;
        }
        walker.v3("getCampaignReports", &reports).await;
        walker.v3("getCertificationTask", &task).await;
        sim.clock().advance(MINUTE);
    }
    let config = "/campaigns/reports-configuration";
    walker.v3("getCampaignReportsConfig", config).await;
    let columns = Some(json!({ "identityAttributeColumns": ["country"] }));
    walker
        .send(
            "v3",
            "setCampaignReportsConfig",
            Method::PUT,
            config,
            columns,
        )
        .await;

    // A hundred days later, it is past due, and the token has expired.
    sim.clock().advance(MINUTE * 60 * 24 * 100);
    let again = Walker::new(sim, &sim.admin()).await;
    walker.token = again.token;
    let revoke = Some(json!({ "autoCompleteAction": "REVOKE" }));
    walker
        .call(
            "v3",
            "completeCampaign",
            &format!("{active}/complete"),
            revoke,
        )
        .await;
    walker.v3(LIST, "/campaigns").await;
    sim.clock().advance(MINUTE * 2);
    walker.v3(LIST, "/campaigns").await;
}

/// A campaign of each type, with every setting.
fn new_campaigns(sim: &Simulator) -> Vec<Value> {
    let person = json!({ "type": "IDENTITY", "id": sim.identities()[0].id });
    let filter = sim.export().campaign_filters.remove(0).id;
    let mut all = vec![
        json!({ "type": "MANAGER" }),
        json!({ "type": "SOURCE_OWNER", "sourceOwnerCampaignInfo": { "sourceIds": ["s"] } }),
        json!({ "type": "SEARCH", "searchCampaignInfo": {
            "type": "ACCESS", "query": "x", "description": "all of x", "reviewer": person,
            "accessConstraints": [{ "type": "ROLE", "operator": "SELECTED", "ids": ["r"] }],
        } }),
        json!({ "type": "SEARCH", "searchCampaignInfo": {
            "type": "IDENTITY", "identityIds": [person["id"]],
        } }),
        json!({ "type": "ROLE_COMPOSITION", "filter": { "type": "CAMPAIGN_FILTER", "id": filter },
            "roleCompositionCampaignInfo": {
                "remediatorRef": person, "reviewer": person, "roleIds": ["r"],
            },
        }),
        json!({ "type": "ROLE_COMPOSITION", "roleCompositionCampaignInfo": {
            "remediatorRef": person, "query": "x", "description": "all of x",
        } }),
        json!({ "type": "MACHINE_ACCOUNT", "machineAccountCampaignInfo": {
            "sourceIds": ["s"], "reviewerType": "ACCOUNT_OWNER",
        } }),
    ];
    for new in &mut all {
        new["name"] = "%Y review".into();
        new["description"] = "a description".into();
    }
    all
}

async fn templates(walker: &mut Walker<'_>) {
    let list = "/campaign-templates";
    let mut template = Value::Null;
    for campaign in new_campaigns(walker.sim) {
        let new = json!({
            "name": "a name",
            "description": "a description",
            "deadlineDuration": "P2W",
            "campaign": campaign,
        });
        template = walker
            .call("v3", "createCampaignTemplate", list, Some(new))
            .await;
    }
    let path = format!("{list}/{}", template["id"].as_str().unwrap());
    walker.v3("getCampaignTemplate", &path).await;
    let patch = json!([{ "op": "replace", "path": "/deadlineDuration", "value": "P3W" }]);
    walker
        .send(
            "v3",
            "patchCampaignTemplate",
            Method::PATCH,
            &path,
            Some(patch),
        )
        .await;
    let schedule = format!("{path}/schedule");
    let yearly = json!({
        "type": "ANNUALLY",
        "hours": { "type": "RANGE", "values": ["8", "16"], "interval": 4 },
        "days": { "type": "RANGE", "values": ["1", "5"], "interval": 2 },
        "months": { "type": "RANGE", "values": ["1", "12"], "interval": 3 },
        "expiration": "2027-12-31T23:59:59Z",
        "timeZoneId": "Europe/Berlin",
    });
    let set = "setCampaignTemplateSchedule";
    walker
        .send("v3", set, Method::PUT, &schedule, Some(yearly))
        .await;
    walker.v3("getCampaignTemplateSchedule", &schedule).await;
    walker.v3("getCampaignTemplates", list).await;
    let generate = format!("{path}/generate");
    let generated = "startGenerateCampaignTemplate";
    walker
        .send("v3", generated, Method::POST, &generate, None)
        .await;
    for (operation, path) in [
        ("deleteCampaignTemplateSchedule", &schedule),
        ("deleteCampaignTemplate", &path),
    ] {
        walker
            .send("v3", operation, Method::DELETE, path, None)
            .await;
    }
}

async fn filters(walker: &mut Walker<'_>) {
    let list = "/campaign-filters";
    let new = json!({
        "name": "a name",
        "description": "a description",
        "mode": "INCLUSION",
        "criteriaList": [{
            "type": "SOURCE", "operation": "EQUALS", "property": "name", "value": "a source",
        }],
    });
    let filter = walker
        .call("v3", "createCampaignFilter", list, Some(new.clone()))
        .await;
    let id = filter["id"].as_str().unwrap();
    let path = format!("{list}/{id}");
    walker.v3("getCampaignFilterById", &path).await;
    walker
        .call("v3", "updateCampaignFilter", &path, Some(new))
        .await;
    walker.v3("listCampaignFilters", list).await;
    let delete = format!("{list}/delete");
    walker
        .call("v3", "deleteCampaignFilters", &delete, Some(json!([id])))
        .await;
}

async fn read(walker: &mut Walker<'_>) {
    let sim = walker.sim;
    walker
        .v3("listIdentityCertifications", "/certifications?count=true")
        .await;
    walker.beta("listCertifications", "/certifications").await;
    for certification in one_of_each(sim) {
        let path = format!("/certifications/{}", certification.id);
        walker
            .v3("listCertificationReviewers", &format!("{path}/reviewers"))
            .await;
        walker
            .beta("listCertificationReviewers", &format!("{path}/reviewers"))
            .await;
        walker
            .beta(
                "getIdentityCertificationPendingTasks",
                &format!("{path}/tasks-pending"),
            )
            .await;
        if matches!(certification.reviewer, Reviewer::GovernanceGroup(_)) {
            continue;
        }
        walker.v3("getIdentityCertification", &path).await;
        walker
            .v3(
                "listIdentityAccessReviewItems",
                &format!("{path}/access-review-items"),
            )
            .await;
        walker
            .v3(
                "getIdentityDecisionSummary",
                &format!("{path}/decision-summary"),
            )
            .await;
        let summaries = format!("{path}/identity-summaries");
        walker.v3("getIdentitySummaries", &summaries).await;
        for kind in AccessType::SPELLINGS {
            let summaries = format!("{path}/access-summaries/{kind}");
            walker.v3("getIdentityAccessSummaries", &summaries).await;
        }
        let items = sim.items_of(&certification.id);
        if let Some(summary) = &items[0].identity_summary_id {
            walker
                .v3("getIdentitySummary", &format!("{summaries}/{summary}"))
                .await;
        }
    }
    let item = sim
        .items()
        .into_iter()
        .find(|item| item.permissions > 0)
        .unwrap();
    let permissions = format!(
        "/certifications/{}/access-review-items/{}/permissions",
        item.certification_id, item.id,
    );
    walker
        .v3("getIdentityCertificationItemPermissions", &permissions)
        .await;
    walker
        .beta("getIdentityCertificationItemPermissions", &permissions)
        .await;
}

async fn review(walker: &mut Walker<'_>) {
    let sim = walker.sim;
    let certification = open_certification(sim);
    let path = format!("/certifications/{}", certification.id);
    let items = sim.items_of(&certification.id);
    let to = another_reviewer(sim, &certification);
    let reassign = |item: &certs_sim::view::Item, to: &str| {
        Some(json!({
            "reassign": [{ "id": item.id, "type": "ITEM" }],
            "reassignTo": to,
            "reason": "on leave",
        }))
    };

    let now = format!("{path}/reassign");
    let body = reassign(&items[0], &to);
    walker
        .call("v3", "reassignIdentityCertifications", &now, body)
        .await;

    // For each version, a task that succeeds and one that fails, because nobody may review their
    // own access.
    let later = format!("{path}/reassign-async");
    let mut tasks = Vec::new();
    for version in ["v3", "beta"] {
        let own = items[2].identity_id.as_deref().unwrap();
        for (item, to) in [(&items[1], &*to), (&items[2], own)] {
            let body = reassign(item, to);
            let task = walker
                .call(version, "submitReassignCertsAsync", &later, body)
                .await;
            tasks.push(task["id"].as_str().unwrap().to_owned());
        }
    }
    for _ in 0..3 {
        walker
            .v3("getPendingCertificationTasks", "/certification-tasks")
            .await;
        let pending = format!("{path}/tasks-pending");
        walker
            .beta("getIdentityCertificationPendingTasks", &pending)
            .await;
        for task in &tasks {
            walker
                .v3(
                    "getCertificationTask",
                    &format!("/certification-tasks/{task}"),
                )
                .await;
            let task = format!("{path}/tasks/{task}");
            walker
                .beta("getIdentityCertificationTaskStatus", &task)
                .await;
        }
        sim.clock().advance(MINUTE);
    }

    let decisions: Value = sim
        .items_of(&certification.id)
        .iter()
        .enumerate()
        .map(|(n, item)| {
            let decision = if n % 2 == 0 { "REVOKE" } else { "APPROVE" };
            json!({ "id": item.id, "decision": decision, "bulk": true, "comments": "reviewed" })
        })
        .collect();
    let decide = format!("{path}/decide");
    walker
        .call("v3", "makeIdentityDecision", &decide, Some(decisions))
        .await;
    walker
        .v3(
            "listIdentityAccessReviewItems",
            &format!("{path}/access-review-items"),
        )
        .await;
    walker
        .v3("signOffIdentityCertification", &format!("{path}/sign-off"))
        .await;
    walker
        .v3("listIdentityCertifications", "/certifications")
        .await;
    walker.beta("listCertifications", "/certifications").await;
}

/// Certifications with different fields in their responses: by phase and campaign type, and unusual
/// ones.
fn one_of_each(sim: &Simulator) -> Vec<Certification> {
    let mut seen = Vec::new();
    let mut certifications = sim.certifications();
    certifications.retain(|certification| {
        let is_odd = certification.reassigned_from.is_some()
            || certification.error_message.is_some()
            || certification.due.is_none()
            || matches!(certification.reviewer, Reviewer::GovernanceGroup(_));
        let sort = (certification.phase, certification.campaign_type);
        let is_new = !seen.contains(&sort);
        seen.push(sort);
        is_odd || is_new
    });
    certifications
}

/// Calls that are refused, one for each status.
pub(crate) async fn stumble(sim: &Simulator) -> Vec<Recorded> {
    let certification = open_certification(sim);
    let path = format!("/certifications/{}", certification.id);
    let mut admin = Walker::new(sim, &sim.admin()).await;
    let bad = format!("{path}/access-review-items?filters=nonsense");
    admin.v3("listIdentityAccessReviewItems", &bad).await;
    admin
        .v3("signOffIdentityCertification", &format!("{path}/sign-off"))
        .await;
    admin
        .v3("getIdentityCertification", "/certifications/nowhere")
        .await;
    admin
        .beta("listCertifications", "/certifications?limit=many")
        .await;
    admin
        .beta(
            "getIdentityCertificationTaskStatus",
            &format!("{path}/tasks/none"),
        )
        .await;

    let stranger = sim.credentials_for(&another_reviewer(sim, &certification));
    let mut stranger = Walker::new(sim, &stranger).await;
    stranger.v3("getIdentityCertification", &path).await;
    stranger
        .beta("listCertificationReviewers", &format!("{path}/reviewers"))
        .await;
    stranger.token = "expired".to_owned();
    stranger
        .v3("listIdentityCertifications", "/certifications")
        .await;
    stranger.beta("listCertifications", "/certifications").await;

    let limit = certs_sim::RateLimit {
        requests: 0,
        per: MINUTE,
    };
    let busy = tenant().rate_limit(Some(limit)).start().await.unwrap();
    let mut hasty = Walker::new(&busy, &busy.admin()).await;
    hasty
        .v3("listIdentityCertifications", "/certifications")
        .await;
    hasty.beta("listCertifications", "/certifications").await;

    let mut recorded = admin.recorded;
    recorded.append(&mut stranger.recorded);
    recorded.append(&mut hasty.recorded);
    recorded
}
