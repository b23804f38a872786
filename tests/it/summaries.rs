//! The four certification summaries agree with the items.

use std::collections::{BTreeMap, BTreeSet};

use certs::filter::{access_summary, decision_summary, identity_summary};
use certs::model::{AccessType, Id, ReviewDecision};

use crate::support::{admin_of, open_certification, simulator};

#[tokio::test]
async fn the_summaries_agree_with_the_items() {
    let sim = simulator();
    let certification = open_certification(&sim);
    let review = admin_of(&sim).certification(&certification.id);
    let items = sim.items_of(&certification.id);
    let (approved, revoked) = (&items[..2], &items[2..3]);
    let approve = approved
        .iter()
        .map(|item| ReviewDecision::approve(&item.id));
    let revoke = revoked.iter().map(|item| ReviewDecision::revoke(&item.id));
    let revoke = revoke.map(|decision| decision.comment("not used"));
    let outcome = review.decide(approve.chain(revoke)).await.unwrap();
    outcome.ensure_complete().unwrap();
    let items = sim.items_of(&certification.id);

    let summary = review.decision_summary().await.unwrap();
    assert_eq!((summary.approved(), summary.revoked()), (2, 1));
    let now = review.get().await.unwrap();
    assert_eq!(summary.progress(), now.progress());

    // By identity, page by page.
    let mut identities: BTreeMap<Id, Vec<bool>> = BTreeMap::new();
    for item in &items {
        let decisions = identities.entry(item.identity_summary_id.clone().unwrap().into());
        decisions.or_default().push(item.decision.is_some());
    }
    let list = review.identity_summaries().in_stable_order().page_size(2);
    let listed: Vec<_> = list.clone().stream().try_collect().await.unwrap();
    let ids: BTreeSet<_> = listed.iter().map(|row| &row.id).collect();
    assert_eq!(ids, identities.keys().collect());
    assert_eq!(listed.len(), identities.len());
    let mut total = 0;
    for row in &listed {
        let decisions = &identities[&row.id];
        assert_eq!(row.is_completed(), decisions.iter().all(|decided| *decided));
        assert_eq!(review.identity_summary(&row.id).await.unwrap(), *row);
        let of_identity = decision_summary::identity_summary_id().eq(&row.id);
        let summary = review.decision_summary().filter(of_identity).await.unwrap();
        let made = decisions.iter().filter(|decided| **decided).count();
        assert_eq!(summary.progress().made, i64::try_from(made).unwrap());
        total += summary.progress().total;
    }
    assert_eq!(total, now.progress().total);
    let open = list.filter(identity_summary::completed().eq(false));
    let open = open.stream().try_collect::<Vec<_>>().await.unwrap();
    assert!(!open.is_empty() && open.iter().all(|row| !row.is_completed()));

    // By access, of all three types.
    let mut accesses = BTreeSet::new();
    for access_type in [
        AccessType::Role,
        AccessType::AccessProfile,
        AccessType::Entitlement,
    ] {
        let list = review.access_summaries(access_type).in_stable_order();
        let mut rows = list.clone().page_size(2).stream();
        while let Some(row) = rows.try_next().await.unwrap() {
            assert!(accesses.insert(row.access.unwrap().id), "each once");
        }
        let open = list.clone().filter(access_summary::completed().eq(false));
        let decided = list.clone().filter(access_summary::completed().eq(true));
        let (open, decided) = (open.count().await.unwrap(), decided.count().await.unwrap());
        assert_eq!(open + decided, list.count().await.unwrap());
    }
    let expected: BTreeSet<_> = items
        .into_iter()
        .map(|item| Id::from(item.access_id))
        .collect();
    assert_eq!(accesses, expected);
}
