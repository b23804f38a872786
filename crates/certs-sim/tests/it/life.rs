use certs_sim::{CommentRequirement, Decision, Phase, Reviewer, Simulator, view};
use serde_json::{Value, json};

use crate::client::{Client, count, simulator};

fn with(sim: &Simulator, phase: Phase, comments: CommentRequirement) -> view::Certification {
    sim.certifications()
        .into_iter()
        .find(|row| {
            row.phase == phase
                && row.comment_requirement == comments
                && row.identities_total > 0
                && matches!(row.reviewer, Reviewer::Identity(_))
        })
        .unwrap()
}

fn approve(items: &[view::Item]) -> Value {
    let decisions = items
        .iter()
        .map(|item| json!({ "id": item.id, "decision": "APPROVE", "bulk": true }));
    Value::Array(decisions.collect())
}

#[tokio::test]
async fn a_review_is_decided_changed_signed_off_and_then_read_only() {
    let sim = simulator().await;
    let row = with(&sim, Phase::Active, CommentRequirement::RevokeOnlyDecisions);
    let reviewer = Client::new(&sim, sim.credentials_for(row.reviewer.id())).await;
    let path = format!("/v3/certifications/{}", row.id);
    let items = sim.items_of(&row.id);

    let reply = reviewer
        .post(&format!("{path}/sign-off"), json!(null))
        .await;
    assert!(
        reply.refusal().1.contains("decisions are not made"),
        "{:?}",
        reply.refusal()
    );

    let decided = reviewer
        .post(&format!("{path}/decide"), approve(&items))
        .await
        .ok();
    assert_eq!(decided["completed"], true);
    assert_eq!(decided["phase"], "ACTIVE");
    assert_eq!(
        count(&decided["identitiesCompleted"]),
        count(&decided["identitiesTotal"])
    );
    assert_eq!(decided["decisionsMade"], items.len());

    let changed = json!([{
        "id": items[0].id,
        "decision": "REVOKE",
        "bulk": false,
        "comments": "left the team",
        "proposedEndDate": "2026-06-30T00:00:00.000Z",
    }]);
    reviewer.post(&format!("{path}/decide"), changed).await.ok();
    let after = &sim.items_of(&row.id)[0];
    assert_eq!(after.decision, Some(Decision::Revoke));
    assert_eq!(after.comments.as_deref(), Some("left the team"));
    assert_eq!(after.bulk, Some(false));

    let before = sim.remediations().len();
    let signed = reviewer
        .post(&format!("{path}/sign-off"), json!(null))
        .await
        .ok();
    assert_eq!(signed["phase"], "SIGNED");
    assert_eq!(signed["signed"], "2026-03-02T08:00:00.000Z");
    let remediation = sim.remediations().pop().unwrap();
    assert_eq!(sim.remediations().len(), before + 1);
    assert_eq!(remediation.item_id, items[0].id);
    assert!(remediation.proposed_end_date.is_some());

    for (operation, body) in [
        ("sign-off", json!(null)),
        ("decide", approve(&items)),
        ("reassign", reassignment(&items[0].id, &sim)),
        ("reassign-async", reassignment(&items[0].id, &sim)),
    ] {
        let reply = reviewer.post(&format!("{path}/{operation}"), body).await;
        let (detail, cause) = reply.refusal();
        assert_eq!(detail, "400.1 Bad Request Content");
        assert!(cause.contains("signed off"), "{cause}");
    }
    assert_eq!(reviewer.get(&path).await.ok(), signed);
    let beta = reviewer
        .list(
            "/beta/certifications",
            &[("filters", &format!("id eq \"{}\"", row.id))],
        )
        .await
        .records();
    assert_eq!(beta[0]["signed"], signed["signed"]);
    assert_eq!(beta[0]["entitiesTotal"], signed["identitiesTotal"]);
}

fn reassignment(item: &str, sim: &Simulator) -> Value {
    let identities = sim.identities();
    json!({
        "reassign": [{ "id": item, "type": "ITEM" }],
        "reassignTo": identities[1].id,
        "reason": "knows better",
    })
}

#[tokio::test]
async fn a_staged_certification_waits() {
    let sim = simulator().await;
    let row = with(&sim, Phase::Staged, CommentRequirement::RevokeOnlyDecisions);
    let client = Client::admin(&sim).await;
    let items = sim.items_of(&row.id);
    for (operation, body) in [("decide", approve(&items)), ("sign-off", json!(null))] {
        let path = format!("/v3/certifications/{}/{operation}", row.id);
        assert!(
            client
                .post(&path, body)
                .await
                .refusal()
                .1
                .contains("staged")
        );
    }
    let path = format!("/v3/certifications/{}/reassign", row.id);
    client
        .post(&path, reassignment(&items[0].id, &sim))
        .await
        .ok();
}

#[tokio::test]
async fn comments_are_needed_as_the_campaign_says() {
    use CommentRequirement::{AllDecisions, NoDecisions, RevokeOnlyDecisions};
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    for (requirement, approve_needs, revoke_needs) in [
        (AllDecisions, true, true),
        (RevokeOnlyDecisions, false, true),
        (NoDecisions, false, false),
    ] {
        let row = with(&sim, Phase::Active, requirement);
        let item = &sim.items_of(&row.id)[0].id;
        let path = format!("/v3/certifications/{}/decide", row.id);
        for (decision, needs) in [("APPROVE", approve_needs), ("REVOKE", revoke_needs)] {
            for comments in [json!(null), json!("  ")] {
                let body = json!([{ "id": item, "decision": decision, "bulk": false, "comments": comments }]);
                let reply = client.post(&path, body).await;
                if needs {
                    assert!(
                        reply.refusal().1.contains("[0].comments"),
                        "{:?}",
                        reply.refusal()
                    );
                } else {
                    reply.ok();
                }
            }
            let body =
                json!([{ "id": item, "decision": decision, "bulk": false, "comments": "why" }]);
            client.post(&path, body).await.ok();
        }
    }
}

#[tokio::test]
async fn decisions_are_made_all_or_none() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    let row = with(&sim, Phase::Active, CommentRequirement::NoDecisions);
    let other = with(&sim, Phase::Active, CommentRequirement::AllDecisions);
    let path = format!("/v3/certifications/{}/decide", row.id);
    let open = |row: &view::Certification| {
        let items = sim.items_of(&row.id);
        items
            .into_iter()
            .filter(|item| item.decision.is_none())
            .collect::<Vec<_>>()
    };
    let mine = open(&row);
    let foreign = [mine[0].clone(), open(&other)[0].clone()];
    assert!(
        client
            .post(&path, approve(&foreign))
            .await
            .refusal()
            .1
            .contains("[1].id")
    );
    let twice = [mine[0].clone(), mine[0].clone()];
    assert!(
        client
            .post(&path, approve(&twice))
            .await
            .refusal()
            .1
            .contains("more than once")
    );
    assert_eq!(open(&row).len(), mine.len());
}

#[tokio::test]
async fn a_governance_group_only_shows_in_lists() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    let row = sim
        .certifications()
        .into_iter()
        .find(|row| matches!(row.reviewer, Reviewer::GovernanceGroup(_)))
        .unwrap();
    let filters = format!("id eq \"{}\"", row.id);
    for path in ["/v3/certifications", "/beta/certifications"] {
        let found = client.list(path, &[("filters", &filters)]).await.records();
        assert_eq!(found[0]["reviewer"]["type"], "GOVERNANCE_GROUP");
        assert_eq!(found[0]["reviewer"]["email"], Value::Null);
    }
    let path = format!("/v3/certifications/{}", row.id);
    let items = sim.items_of(&row.id);
    let mut replies = vec![
        client.get(&path).await,
        client.get(&format!("{path}/access-review-items")).await,
        client
            .post(&format!("{path}/decide"), approve(&items))
            .await,
        client.post(&format!("{path}/sign-off"), json!(null)).await,
    ];
    for operation in ["reassign", "reassign-async"] {
        let body = reassignment(&items[0].id, &sim);
        replies.push(client.post(&format!("{path}/{operation}"), body).await);
    }
    for reply in replies {
        assert_eq!(reply.refusal().0, "400.1 Bad Request Content");
        assert!(reply.refusal().1.contains("governance group"));
    }
    let reviewers = client.get(&format!("{path}/reviewers")).await.records();
    assert!(!reviewers.is_empty());
    let member = reviewers[0]["id"].as_str().unwrap();
    let member = Client::new(&sim, sim.credentials_for(member)).await;
    assert_eq!(
        member
            .list("/v3/certifications", &[("filters", &filters)])
            .await
            .records()
            .len(),
        1
    );
}
