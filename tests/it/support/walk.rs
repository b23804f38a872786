//! A walk through every operation, without any code of the client: what the simulator
//! answers, as text.

use std::time::Duration;

use certs_sim::view::{Certification, Reviewer};
use certs_sim::{AccessType, Credentials, Simulator, TaskTimes};
use reqwest::Method;
use serde_json::{Value, json};

use super::{another_reviewer, clock, open_certification, tenant};

/// An answer of the simulator.
pub(crate) struct Answered {
    pub(crate) version: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) status: u16,
    pub(crate) body: Value,
}

struct Walker<'a> {
    sim: &'a Simulator,
    http: reqwest::Client,
    token: String,
    answered: Vec<Answered>,
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
            answered: Vec::new(),
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
        let url = format!("{}/{version}{path}", self.sim.base_url());
        let mut request = self.http.request(method, url).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let body: Value = response.json().await.unwrap();
        self.answered.push(Answered {
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

/// A tenant in which tasks take their time, which the test turns.
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

/// Calls everything with everything that it can answer when a call goes well.
pub(crate) async fn walk(sim: &Simulator) -> Vec<Answered> {
    let mut walker = Walker::new(sim, &sim.admin()).await;
    read(&mut walker).await;
    review(&mut walker).await;
    walker.answered
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

    // One task for each version that succeeds and one that fails: nobody may review
    // their own access.
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

/// Certifications that differ in what their answers hold: by phase and campaign type, and
/// the odd ones.
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
pub(crate) async fn stumble(sim: &Simulator) -> Vec<Answered> {
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

    let mut answered = admin.answered;
    answered.append(&mut stranger.answered);
    answered.append(&mut hasty.answered);
    answered
}
