//! V3's certification summaries.

use certs::filter::{access_summary, decision_summary, identity_summary};
use certs::model::{AccessType, ObjectType};
use insta::assert_snapshot;

use crate::support::wire::request_text;
use crate::support::{admin_of, open_certification, simulator};

#[tokio::test]
async fn get_identity_decision_summary() {
    let sim = simulator();
    let certification = open_certification(&sim);
    let items = sim.items_of(&certification.id);
    let summary = items[0].identity_summary_id.clone().unwrap();
    let counts = admin_of(&sim)
        .certification(&certification.id)
        .decision_summary()
        .filter(decision_summary::identity_summary_id().eq(&summary))
        .await
        .unwrap();

    let of_identity = items
        .iter()
        .filter(|i| i.identity_summary_id.as_ref() == Some(&summary));
    assert_eq!(
        counts.progress().total,
        i64::try_from(of_identity.count()).unwrap()
    );
    assert_eq!(counts.progress().made, 0);
    assert_eq!((counts.approved(), counts.revoked()), (0, 0));
    let ids = [
        (&*certification.id, "certification"),
        (&*summary, "summary"),
    ];
    assert_snapshot!(request_text(&sim, &ids));
}

#[tokio::test]
async fn get_identity_summaries() {
    let sim = simulator();
    let certification = open_certification(&sim);
    let items = sim.items_of(&certification.id);
    let summary = items[0].identity_summary_id.clone().unwrap();
    let identity = items[0].identity_id.clone().unwrap();
    let name = sim
        .identities()
        .into_iter()
        .find(|i| i.id == identity)
        .unwrap()
        .name;
    let page = admin_of(&sim)
        .certification(&certification.id)
        .identity_summaries()
        .filter(
            identity_summary::completed()
                .ne(true)
                .and(identity_summary::name().starts_with(&name[..1]))
                .and(identity_summary::id().is_in([&summary])),
        )
        .sort(identity_summary::name().desc())
        .page_size(20)
        .offset(0)
        .with_total()
        .send()
        .await
        .unwrap();

    assert_eq!(page.total, Some(1));
    assert_eq!(page.items[0].id, summary);
    assert_eq!(page.items[0].identity_id, identity);
    assert_eq!(page.items[0].name.as_ref(), Some(&name));
    assert!(!page.items[0].is_completed());
    let initial = format!("%22{}%22", &name[..1]);
    let ids = [
        (&*certification.id, "certification"),
        (&*summary, "summary"),
        (&*initial, "initial"),
    ];
    assert_snapshot!(request_text(&sim, &ids));
}

#[tokio::test]
async fn get_identity_summary() {
    let sim = simulator();
    let certification = open_certification(&sim);
    let item = sim.items_of(&certification.id).remove(0);
    let id = item.identity_summary_id.unwrap();
    let review = admin_of(&sim).certification(&certification.id);
    let summary = review.identity_summary(&id).await.unwrap();

    assert_eq!(summary.id, id);
    assert_eq!(summary.identity_id.get(), item.identity_id.as_deref());
    let ids = [(&*certification.id, "certification"), (&*id, "summary")];
    assert_snapshot!(request_text(&sim, &ids));
}

#[tokio::test]
async fn get_identity_access_summaries() {
    let sim = simulator();
    let client = admin_of(&sim);
    let kinds = [
        (AccessType::Entitlement, certs_sim::AccessType::Entitlement),
        (
            AccessType::AccessProfile,
            certs_sim::AccessType::AccessProfile,
        ),
        (AccessType::Role, certs_sim::AccessType::Role),
    ];
    for (kind, simulated) in kinds {
        let wanted = sim
            .items()
            .into_iter()
            .find(|item| item.access_type == simulated && item.decision.is_none())
            .unwrap();
        sim.clear_requests();
        let page = client
            .certification(&wanted.certification_id)
            .access_summaries(kind)
            .filter(
                access_summary::completed()
                    .eq(false)
                    .and(access_summary::access_id().is_in([&wanted.access_id]))
                    .and(access_summary::access_name().starts_with(&wanted.access_name[..1])),
            )
            .sort(access_summary::access_name().asc())
            .page_size(30)
            .with_total()
            .send()
            .await
            .unwrap();

        assert_eq!(page.total, Some(1), "{wanted:?}");
        let summary = &page.items[0];
        let access = summary.access.as_ref().unwrap();
        assert_eq!(access.id, wanted.access_id);
        assert_eq!(access.kind, Some(ObjectType::from(kind)));
        let details = [
            summary.entitlement.is_some(),
            summary.access_profile.is_some(),
            summary.role.is_some(),
        ];
        assert_eq!(details, kinds.map(|(of, _)| of == kind));
        let initial = format!("%22{}%22", &wanted.access_name[..1]);
        let ids = [
            (&*wanted.certification_id, "certification"),
            (&*wanted.access_id, "access"),
            (&*initial, "initial"),
        ];
        let name = format!("get_identity_access_summaries_{kind}").to_lowercase();
        assert_snapshot!(name, request_text(&sim, &ids));
    }
}
