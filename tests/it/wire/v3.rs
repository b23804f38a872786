//! V3's certifications and tasks.

use std::time::Duration;

use certs::filter::{certification, item, permission, reviewer, task};
use certs::model::{Decision, ObjectType, Phase, Recommendation, TaskStatus, TaskType};
use certs::{KeepTogether, ReviewerIdentity};
use certs_sim::{AccessType, TaskTimes};
use insta::assert_snapshot;

use crate::support::wire::{api_requests, query_parameter, request_text};
use crate::support::{
    admin_of, another_reviewer, client_of, open_certification, simulator, tenant,
};

#[tokio::test]
async fn list_identity_certifications() {
    let sim = simulator();
    let wanted = open_certification(&sim);
    let page = admin_of(&sim)
        .certifications()
        .reviewer(wanted.reviewer.id())
        .filter(
            certification::phase()
                .eq(Phase::Active)
                .and(certification::completed().eq(false))
                .and(certification::campaign_id().is_in([&wanted.campaign_id, "other"]))
                .and(certification::id().eq(&wanted.id)),
        )
        .sort(certification::due().asc())
        .sort(certification::name().desc())
        .page_size(25)
        .offset(0)
        .with_total()
        .send()
        .await
        .unwrap();

    assert_eq!(page.total, Some(1));
    let [found] = &page.items[..] else {
        panic!("{page:?}")
    };
    assert_eq!(found.id, wanted.id);
    assert_eq!(found.name.as_deref(), Some(&*wanted.name));
    assert_eq!(found.phase, Some(Phase::Active));
    assert_eq!(found.due, wanted.due);
    assert_eq!(
        found.progress().to_string(),
        format!("0/{}", wanted.decisions_total)
    );
    assert!(found.extra.is_empty(), "{:?}", found.extra);
    assert_snapshot!(request_text(
        &sim,
        &[
            (&wanted.id, "certification"),
            (&wanted.campaign_id, "campaign"),
            (wanted.reviewer.id(), "reviewer"),
        ],
    ));
}

/// Nor by a field that is already in the order, which some services refuse.
#[tokio::test]
async fn no_list_is_sorted_twice_by_a_field() {
    let sim = simulator();
    let id = open_certification(&sim).id;
    let client = admin_of(&sim);
    let review = client.certification(&id);
    let sorted = |sort: &str| {
        let requests = api_requests(&sim);
        let query = requests.last().unwrap().query.clone().unwrap_or_default();
        assert_eq!(query_parameter(&query, "sorters").unwrap(), sort);
    };
    let certifications = || client.certifications();
    let by_due = certifications().sort(certification::due().desc());
    by_due.in_stable_order().send().await.unwrap();
    sorted("-due,name");
    let twice = certifications().in_stable_order().in_stable_order();
    twice.send().await.unwrap();
    sorted("name,due");
    let by_access = review.items().sort(item::access_name().desc());
    let by_access = by_access.in_stable_order().send().await.unwrap();
    assert!(!by_access.items.is_empty());
    let requests = api_requests(&sim);
    let query = requests.last().unwrap().query.clone().unwrap_or_default();
    let sorters = query_parameter(&query, "sorters").unwrap();
    let fields: Vec<_> = sorters
        .split(',')
        .map(|it| it.trim_start_matches('-'))
        .collect();
    let distinct: std::collections::HashSet<_> = fields.iter().collect();
    assert_eq!(
        (distinct.len(), sorters.starts_with('-')),
        (fields.len(), true),
        "{sorters}"
    );
}

#[tokio::test]
async fn the_token_owner_is_me() {
    let sim = simulator();
    let mine = admin_of(&sim)
        .certifications()
        .reviewer(ReviewerIdentity::Me)
        .send()
        .await
        .unwrap();

    assert!(!mine.items.is_empty(), "the administrator reviews, too");
    assert!(mine.items.len() < sim.certifications().len());
    assert_snapshot!(request_text(&sim, &[]));
}

#[tokio::test]
async fn get_identity_certification() {
    let sim = simulator();
    let wanted = open_certification(&sim);
    let found = admin_of(&sim)
        .certification(&wanted.id)
        .get()
        .await
        .unwrap();

    assert_eq!(found.id, wanted.id);
    let campaign = found.campaign.unwrap();
    assert_eq!(campaign.id, wanted.campaign_id);
    assert_eq!(
        campaign.campaign_type.unwrap().as_str(),
        wanted.campaign_type.as_str()
    );
    assert_eq!(found.reviewer.unwrap().id, wanted.reviewer.id());
    assert_snapshot!(request_text(&sim, &[(&wanted.id, "certification")]));
}

#[tokio::test]
async fn list_identity_access_review_items() {
    let sim = simulator();
    let certification = open_certification(&sim);
    let wanted = sim.items_of(&certification.id).remove(0);
    let summary = wanted.identity_summary_id.clone().unwrap();
    let kind = wanted.access_type.as_str().parse::<ObjectType>().unwrap();
    let page = admin_of(&sim)
        .certification(&certification.id)
        .items()
        .filter(
            item::completed()
                .ne(true)
                .and(item::access_type().eq(kind.clone()))
                .and(item::access_name().starts_with(&wanted.access_name))
                .and(item::access_id().is_in([&wanted.access_id]))
                .and(item::identity_summary_id().eq(&summary))
                .and(item::id().eq(&wanted.id)),
        )
        .sort(
            item::identity_summary_name()
                .asc()
                .then(item::access_name().desc()),
        )
        .page_size(10)
        .with_total()
        .send()
        .await
        .unwrap();

    let [found] = &page.items[..] else {
        panic!("{page:?}")
    };
    assert_eq!(found.id, wanted.id);
    assert_eq!(found.access_name(), Some(&*wanted.access_name));
    assert_eq!(found.access_type(), Some(&kind));
    assert!(!found.is_completed());
    assert_eq!(found.decision, None);
    let ids = [
        (&*certification.id, "certification"),
        (&*wanted.id, "item"),
        (&*summary, "summary"),
        (&*wanted.access_id, "access"),
        // Encoded as in a query.
        (&*wanted.access_name.replace(' ', "+"), "access name"),
        (kind.as_str(), "TYPE"),
    ];
    assert_snapshot!(request_text(&sim, &ids));
}

/// The three parameters exclude one another, so each is in a separate request.
#[tokio::test]
async fn items_about_some_access() {
    let sim = simulator();
    let client = admin_of(&sim);
    for kind in [
        AccessType::Entitlement,
        AccessType::AccessProfile,
        AccessType::Role,
    ] {
        let of_kind = |item: &certs_sim::view::Item| item.access_type == kind;
        let wanted = sim
            .certifications()
            .into_iter()
            .filter(|certification| certification.campaign_type == certs_sim::CampaignType::Search)
            .flat_map(|certification| sim.items_of(&certification.id))
            .find(of_kind)
            .unwrap();
        let items = client.certification(&wanted.certification_id).items();
        let ids = [&*wanted.access_id, "another"];
        sim.clear_requests();
        let page = match kind {
            AccessType::Entitlement => items.entitlements(ids),
            AccessType::AccessProfile => items.access_profiles(ids),
            AccessType::Role => items.roles(ids),
            other => panic!("{other:?} is not narrowed by"),
        }
        .send()
        .await
        .unwrap();

        assert!(page.items.iter().any(|item| item.id == wanted.id));
        assert!(
            page.items
                .iter()
                .all(|item| item.access_id() == Some(&wanted.access_id))
        );
        let ids = [
            (&*wanted.certification_id, "certification"),
            (&*wanted.access_id, "access"),
        ];
        assert_snapshot!(
            format!("items_about_{kind}").to_lowercase(),
            request_text(&sim, &ids)
        );
    }
}

#[tokio::test]
async fn make_identity_decision() {
    let sim = simulator();
    let certification = open_certification(&sim);
    let review = admin_of(&sim).certification(&certification.id);
    let items = sim.items_of(&certification.id);
    let page = review.items().page_size(3).send().await.unwrap();
    sim.clear_requests();

    let recommendation = Recommendation::new("REVOKE")
        .reason("nobody else in the team has it")
        .timestamp("2026-03-01T22:00:00Z".parse().unwrap());
    let outcome = review
        .decide([
            page.items[0].approve().comment("still needed"),
            page.items[1]
                .approve()
                .comment("rota: on call until June")
                .bulk(true),
            page.items[2]
                .revoke()
                .comment("moved to \"Treasury\" – nicht mehr nötig")
                .proposed_end_date("2026-06-30T23:59:59Z".parse().unwrap())
                .recommendation(recommendation),
        ])
        .await
        .unwrap();

    let applied: Vec<_> = outcome.applied().map(|item| &item.id).collect();
    assert_eq!(applied, [&*items[0].id, &*items[1].id, &*items[2].id]);
    assert_eq!(outcome.certification().unwrap().decisions_made, Some(3));
    let decided = sim.items_of(&certification.id);
    assert_eq!(decided[1].bulk, Some(true));
    assert_eq!(decided[2].decision, Some(certs_sim::Decision::Revoke));
    assert_eq!(
        decided[2].comments.as_deref(),
        Some("moved to \"Treasury\" – nicht mehr nötig"),
    );
    let ids = [
        (&*certification.id, "certification"),
        (&*items[0].id, "item 1"),
        (&*items[1].id, "item 2"),
        (&*items[2].id, "item 3"),
    ];
    assert_snapshot!(request_text(&sim, &ids));

    let again = review.items().page_size(3).send().await.unwrap();
    assert_eq!(again.items[2].decision, Some(Decision::Revoke));
}

#[tokio::test]
async fn reassign_identity_certifications() {
    let sim = simulator();
    let certification = open_certification(&sim);
    let items = sim.items_of(&certification.id);
    let to = another_reviewer(&sim, &certification);
    let left = admin_of(&sim)
        .certification(&certification.id)
        .reassign(&to, "knows the project")
        .keep_together(KeepTogether::Nothing)
        .items([&items[0].id])
        .identities([items[1].identity_summary_id.as_deref().unwrap()])
        .targets([&items[2].access_id])
        .await
        .unwrap();

    let left = left.certification().unwrap();
    assert_eq!(left.id, certification.id);
    assert!(left.decisions_total < i32::try_from(certification.decisions_total).ok());
    let moved = sim
        .certifications()
        .into_iter()
        .find(|c| c.reassigned_from.as_ref() == Some(&certification.id) && c.reviewer.id() == to);
    assert!(
        sim.items_of(&moved.unwrap().id)
            .iter()
            .any(|item| item.id == items[0].id)
    );
    let ids = [
        (&*certification.id, "certification"),
        (&*items[0].id, "item"),
        (items[1].identity_summary_id.as_deref().unwrap(), "summary"),
        (&*items[2].access_id, "access"),
        (&*to, "reviewer"),
    ];
    assert_snapshot!(request_text(&sim, &ids));
}

#[tokio::test]
async fn submit_reassign_certs_async() {
    let sim = simulator();
    let certification = open_certification(&sim);
    let item = sim.items_of(&certification.id).remove(0);
    let to = another_reviewer(&sim, &certification);
    let submitted = client_of(&sim, &sim.cert_admin())
        .certification(&certification.id)
        .reassign(&to, "knows the project")
        .items([&item.id])
        .in_background()
        .await
        .unwrap();

    let submitted = submitted.tasks().next().unwrap();
    assert_eq!(submitted.target_id, certification.id);
    assert_eq!(submitted.task_type, Some(TaskType::AdminReassign));
    assert!(submitted.errors.is_empty());
    assert_eq!(sim.tasks().len(), 1);
    let ids = [
        (&*certification.id, "certification"),
        (&*item.id, "item"),
        (&*to, "reviewer"),
    ];
    assert_snapshot!(request_text(&sim, &ids));
}

#[tokio::test]
async fn sign_off_identity_certification() {
    let sim = simulator();
    let ready = sim
        .certifications()
        .into_iter()
        .find(|c| {
            c.phase == certs_sim::Phase::Active
                && c.is_completed()
                && matches!(c.reviewer, certs_sim::view::Reviewer::Identity(_))
        })
        .unwrap();
    let signed = admin_of(&sim)
        .certification(&ready.id)
        .sign_off()
        .unchecked()
        .await
        .unwrap();

    assert!(signed.is_signed());
    assert_eq!(signed.phase, Some(Phase::Signed));
    assert_eq!(signed.signed, Some(sim.clock().now()));
    assert_snapshot!(request_text(&sim, &[(&ready.id, "certification")]));
}

#[tokio::test]
async fn get_identity_certification_item_permissions() {
    let sim = simulator();
    let item = sim
        .items()
        .into_iter()
        .find(|item| item.permissions > 1)
        .expect("some entitlement has permissions");
    let review = admin_of(&sim).certification(&item.certification_id);
    let all = review.permissions(&item.id).send().await.unwrap();
    assert_eq!(all.items.len(), item.permissions);
    let wanted = all.items[0].clone();
    let target = wanted.target.clone().unwrap();
    sim.clear_requests();

    let page = review
        .permissions(&item.id)
        .filter(
            permission::target()
                .starts_with(&target[..3])
                .and(permission::rights().contains_all(&wanted.rights)),
        )
        .page_size(50)
        .offset(0)
        .with_total()
        .send()
        .await
        .unwrap();

    assert!(page.items.contains(&wanted));
    assert_eq!(page.total, u64::try_from(page.items.len()).ok());
    let rights = wanted.rights.join("%22%2C%22");
    let ids = [
        (&*item.certification_id, "certification"),
        (&*item.id, "item"),
        (&*rights, "rights"),
        (&target[..3], "target"),
    ];
    assert_snapshot!(request_text(&sim, &ids));
}

#[tokio::test]
async fn list_certification_reviewers() {
    let sim = simulator();
    let certification = open_certification(&sim);
    let identities = sim.identities();
    let wanted = identities
        .iter()
        .find(|i| i.id == certification.reviewer.id())
        .unwrap();
    let page = admin_of(&sim)
        .certification(&certification.id)
        .reviewers()
        .filter(
            reviewer::id()
                .is_in([&wanted.id])
                .and(reviewer::name().starts_with(&wanted.name[..1]))
                .and(reviewer::email().eq(&wanted.email)),
        )
        .sort(reviewer::email().asc())
        .sort(reviewer::name().desc())
        .page_size(5)
        .with_total()
        .send()
        .await
        .unwrap();

    assert_eq!(page.total, Some(1));
    assert_eq!(page.items[0].id, wanted.id);
    assert_eq!(page.items[0].email.as_deref(), Some(&*wanted.email));
    assert_eq!(page.items[0].kind, Some(ObjectType::Identity));
    let email = wanted.email.replace('@', "%40");
    let initial = format!("%22{}%22", &wanted.name[..1]);
    let ids = [
        (&*certification.id, "certification"),
        (&*wanted.id, "reviewer"),
        (&*email, "email"),
        (&*initial, "initial"),
    ];
    assert_snapshot!(request_text(&sim, &ids));
}

/// A tenant with a running reassignment that does not end.
async fn with_pending_task() -> (certs_sim::Simulator, certs::model::Task) {
    let never = Duration::from_secs(3600);
    let times = TaskTimes {
        queued: Duration::ZERO,
        running: never,
    };
    let sim = tenant().task_times(times).build().unwrap();
    let certification = open_certification(&sim);
    let item = sim.items_of(&certification.id).remove(0);
    let task = admin_of(&sim)
        .certification(&certification.id)
        .reassign(another_reviewer(&sim, &certification), "on leave")
        .items([item.id])
        .in_background()
        .await
        .unwrap();
    sim.clear_requests();
    let task = task.tasks().next().unwrap().clone();
    (sim, task)
}

#[tokio::test]
async fn get_certification_task() {
    let (sim, submitted) = with_pending_task().await;
    let task = admin_of(&sim).task(&submitted.id).get().await.unwrap();

    assert_eq!(task.id, submitted.id);
    assert_eq!(task.status, Some(TaskStatus::InProgress));
    assert_eq!(task.created, Some(sim.clock().now()));
    assert_snapshot!(request_text(&sim, &[(submitted.id.get().unwrap(), "task")]));
}

#[tokio::test]
async fn get_pending_certification_tasks() {
    let (sim, submitted) = with_pending_task().await;
    let target = submitted.target_id.get().unwrap();
    let certifications = sim.certifications();
    let certification = certifications.iter().find(|c| c.id == target).unwrap();
    let page = admin_of(&sim)
        .tasks()
        .reviewer(certification.reviewer.id())
        .filter(
            task::task_type()
                .is_in([TaskType::Reassign, TaskType::AdminReassign])
                .and(task::target_id().eq(target))
                .and(task::id().is_in([&submitted.id])),
        )
        .page_size(100)
        .offset(0)
        .with_total()
        .send()
        .await
        .unwrap();

    assert_eq!(page.total, Some(1));
    assert_eq!(page.items[0].id, submitted.id);
    assert!(!page.items[0].succeeded() && !page.items[0].failed());
    let ids = [
        (submitted.id.get().unwrap(), "task"),
        (target, "certification"),
        (certification.reviewer.id(), "reviewer"),
    ];
    assert_snapshot!(request_text(&sim, &ids));
}
