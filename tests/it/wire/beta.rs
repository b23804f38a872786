//! Beta.

use std::time::Duration;

use certs::KeepTogether;
use certs::filter::beta::{certification, permission, reviewer};
use certs::model::{CampaignType, Phase, TaskStatus, TaskTargetType, TaskType};
use certs_sim::{Simulator, TaskTimes};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::wire::request_text;
use crate::support::{admin_of, another_reviewer, open_certification, simulator, tenant};

#[tokio::test]
async fn list_certifications() {
    let sim = simulator();
    let wanted = open_certification(&sim);
    let page = admin_of(&sim)
        .beta()
        .certifications()
        .reviewer(wanted.reviewer.id())
        .filter(
            certification::completed()
                .ne(true)
                .and(certification::phase().eq(Phase::Active))
                .and(
                    certification::campaign_type()
                        .is_in([CampaignType::Manager, CampaignType::Search]),
                )
                .and(certification::campaign_id().eq(&wanted.campaign_id))
                .and(certification::id().is_in([&wanted.id])),
        )
        .sort(certification::signed().desc())
        .sort(certification::due().asc())
        .sort(certification::name().asc())
        .page_size(40)
        .offset(0)
        .with_total()
        .send()
        .await
        .unwrap();

    assert_eq!(page.total, Some(1));
    let found = &page.items[0];
    assert_eq!(found.id, wanted.id);
    assert_eq!(found.campaign.as_ref().unwrap().id, wanted.campaign_id);
    assert_eq!(json!(found.identities_total), wanted.identities_total);
    let ids = [
        (&*wanted.id, "certification"),
        (&*wanted.campaign_id, "campaign"),
        (wanted.reviewer.id(), "reviewer"),
    ];
    assert_snapshot!(request_text(&sim, &ids));
}

#[tokio::test]
async fn list_certification_reviewers() {
    let sim = simulator();
    let certification = open_certification(&sim);
    let reviewer_id = certification.reviewer.id();
    let page = admin_of(&sim)
        .beta()
        .certification(&certification.id)
        .reviewers()
        .filter(
            reviewer::id().eq(reviewer_id).or(reviewer::name()
                .eq("nobody")
                .or(reviewer::email().starts_with("no."))),
        )
        .sort(reviewer::name().asc())
        .sort(reviewer::email().desc())
        .page_size(5)
        .offset(0)
        .with_total()
        .send()
        .await
        .unwrap();

    assert_eq!(page.total, Some(1));
    assert_eq!(page.items[0].id, reviewer_id);
    let ids = [
        (&*certification.id, "certification"),
        (reviewer_id, "reviewer"),
    ];
    assert_snapshot!(request_text(&sim, &ids));
}

#[tokio::test]
async fn get_identity_certification_item_permissions() {
    let sim = simulator();
    let item = sim
        .items()
        .into_iter()
        .find(|item| item.permissions > 1)
        .unwrap();
    let page = admin_of(&sim)
        .beta()
        .certification(&item.certification_id)
        .permissions(&item.id)
        .filter(
            permission::rights()
                .contains_all(["NO SUCH RIGHT"])
                .or(permission::target().starts_with("")),
        )
        .page_size(7)
        .offset(1)
        .with_total()
        .send()
        .await
        .unwrap();

    assert_eq!(page.total, u64::try_from(item.permissions).ok());
    assert_eq!(page.items.len(), item.permissions - 1);
    assert!(page.items[0].target.is_some());
    let ids = [
        (&*item.certification_id, "certification"),
        (&*item.id, "item"),
    ];
    assert_snapshot!(request_text(&sim, &ids));
}

#[tokio::test]
async fn submit_reassign_certs_async() {
    let sim = simulator();
    let certification = open_certification(&sim);
    let items = sim.items_of(&certification.id);
    let summary = items[1].identity_summary_id.as_deref().unwrap();
    let to = another_reviewer(&sim, &certification);
    let task = admin_of(&sim)
        .beta()
        .certification(&certification.id)
        .reassign(&to, "new team lead")
        .keep_together(KeepTogether::Nothing)
        .items([&items[0].id])
        .identities([summary])
        .await
        .unwrap();

    let task = task.tasks().next().unwrap();
    assert_eq!(task.target_id, certification.id);
    assert_eq!(task.target_type, Some(TaskTargetType::Certification));
    assert_eq!(task.task_type, Some(TaskType::Reassign));
    let ids = [
        (&*certification.id, "certification"),
        (&*items[0].id, "item"),
        (summary, "summary"),
        (&*to, "reviewer"),
    ];
    assert_snapshot!(request_text(&sim, &ids));
}

/// A tenant with a queued reassignment, its certification and its task.
async fn with_queued_task() -> (Simulator, String, String) {
    let never = Duration::from_secs(3600);
    let times = TaskTimes {
        queued: never,
        running: never,
    };
    let sim = tenant().task_times(times).build().unwrap();
    let certification = open_certification(&sim);
    let item = sim.items_of(&certification.id).remove(0);
    let task = admin_of(&sim)
        .beta()
        .certification(&certification.id)
        .reassign(another_reviewer(&sim, &certification), "on leave")
        .items([item.id])
        .await
        .unwrap();
    sim.clear_requests();
    let task = task.tasks().next().unwrap().id.to_string();
    (sim, certification.id, task)
}

#[tokio::test]
async fn get_identity_certification_task_status() {
    let (sim, certification, id) = with_queued_task().await;
    let review = admin_of(&sim).beta().certification(&certification);
    let task = review.task(&id).get().await.unwrap();

    assert_eq!(task.id, id);
    assert_eq!(task.status, Some(TaskStatus::Queued));
    assert!(task.errors.is_empty());
    let ids = [(&*certification, "certification"), (&*id, "task")];
    assert_snapshot!(request_text(&sim, &ids));
}

#[tokio::test]
async fn get_identity_certification_pending_tasks() {
    let (sim, certification, id) = with_queued_task().await;
    let review = admin_of(&sim).beta().certification(&certification);
    let tasks = review.tasks_pending().await.unwrap();

    assert_eq!(tasks.len(), 1);
    assert_eq!(tasks[0].id, id);
    assert_eq!(tasks[0].target_id, certification);
    assert_snapshot!(request_text(&sim, &[(&certification, "certification")]));
}
