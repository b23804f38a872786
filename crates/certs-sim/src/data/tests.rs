use std::collections::HashSet;

use jiff::Timestamp;

use super::generate;
use crate::state::State;
use crate::state::review::{Access, Reviewer};
use crate::state::task::TaskTimes;
use crate::view::{AccessType, CampaignType, CommentRequirement, Item, Phase};

fn sample(seed: u64, items: usize) -> State {
    let start: Timestamp = "2026-03-02T08:15:00Z".parse().unwrap();
    generate(seed, items, start, TaskTimes::default())
}

#[test]
fn is_the_same_for_the_same_seed_and_day() {
    let evening = "2026-03-02T20:00:00Z".parse().unwrap();
    let again = generate(5, 400, evening, TaskTimes::default());
    let first = sample(5, 400);
    assert_eq!(first.view_certifications(), again.view_certifications());
    assert_eq!(first.view_items(), again.view_items());
    assert_ne!(first.view_items(), sample(6, 400).view_items());
}

#[test]
fn has_roughly_the_requested_number_of_items() {
    for items in [500, 2_000, 50_000] {
        let found = sample(1, items).items.len();
        assert!(found.abs_diff(items) * 20 < items, "{found} of {items}");
    }
}

#[test]
fn has_every_kind_of_everything_even_when_small() {
    for seed in 0..20 {
        let state = sample(seed, 0);
        let certifications = state.certifications.rows();
        let kinds = |phase: Phase| {
            certifications
                .iter()
                .filter(|row| row.phase == phase)
                .count()
        };
        assert!(kinds(Phase::Staged) > 3 && kinds(Phase::Active) > 3 && kinds(Phase::Signed) > 3);
        let campaigns = state.campaigns.rows();
        for kind in CampaignType::SPELLINGS {
            let of_kind = campaigns
                .iter()
                .filter(|row| row.kind.as_str() == *kind)
                .count();
            assert!(of_kind > 1, "{kind}");
        }
        for comments in CommentRequirement::SPELLINGS {
            assert!(
                campaigns
                    .iter()
                    .any(|row| row.comments.as_str() == *comments)
            );
        }
        assert!(campaigns.iter().any(|row| row.description.is_none()));
        assert_eq!(
            certifications
                .iter()
                .filter(|row| row.error.is_some())
                .count(),
            1
        );
        assert_eq!(
            certifications
                .iter()
                .filter(|row| row.reassignment.is_some())
                .count(),
            1
        );
        let of_groups = certifications
            .iter()
            .filter(|row| matches!(row.reviewer, Reviewer::Group(_)));
        assert_eq!(of_groups.count(), 1);
        assert!(certifications.iter().any(|row| row.due.is_none()));
        assert!(certifications.iter().all(|row| !row.items.is_empty()));
        assert!(
            state
                .tenant
                .groups
                .rows()
                .iter()
                .all(|group| !group.members.is_empty())
        );
    }
}

#[test]
fn a_usual_size_shows_all_of_the_wire() {
    let state = sample(1, 2_000);
    let items = state.items.rows();
    for kind in [
        AccessType::Entitlement,
        AccessType::AccessProfile,
        AccessType::Role,
    ] {
        assert!(
            items.iter().any(|item| item.access.kind() == kind),
            "{kind}"
        );
    }
    let with_permissions = items.iter().any(|item| match item.access {
        Access::Entitlement(ix) => !state.tenant.entitlements[ix].permissions.is_empty(),
        Access::Profile(_) | Access::Role(_) => false,
    });
    assert!(with_permissions);
    let largest = state
        .certifications
        .rows()
        .iter()
        .map(|row| row.items.len())
        .max();
    assert!(largest > Some(500), "more than one page: {largest:?}");
    let admin = Reviewer::Identity(state.tenant.admin);
    let open = state
        .certifications
        .rows()
        .iter()
        .filter(|row| row.reviewer == admin && row.phase == Phase::Active);
    assert!(open.count() > 1);
}

#[test]
fn nobody_reviews_their_own_access_and_nothing_exists_twice() {
    for items in [200, 2_000, 20_000] {
        let state = sample(2, items);
        let emails: HashSet<_> = state
            .tenant
            .people
            .rows()
            .iter()
            .map(|person| person.email.as_str())
            .collect();
        assert_eq!(emails.len(), state.tenant.people.len());
        for row in state.certifications.rows() {
            let mut seen = HashSet::new();
            for item in &row.items {
                let item = &state.items[*item];
                assert!(
                    seen.insert((item.subject, item.access)),
                    "{}",
                    row.name.as_str()
                );
                if let (Some(subject), Reviewer::Identity(reviewer)) = (item.subject, row.reviewer)
                {
                    assert_ne!(subject, reviewer);
                }
            }
        }
    }
}

#[test]
fn many_items_omit_the_access_and_some_hide_privileged_access() {
    let items = sample(1, 5_000).view_items();
    let omitted = items.iter().filter(|item| item.access_omitted).count();
    assert!(
        omitted.abs_diff(items.len() * 2 / 5) * 10 < items.len(),
        "{omitted}"
    );
    for seed in 0..20 {
        let items = sample(seed, 0).view_items();
        for kind in [
            AccessType::Entitlement,
            AccessType::AccessProfile,
            AccessType::Role,
        ] {
            for omitted in [true, false] {
                let is_one =
                    |item: &&Item| item.access_type == kind && item.access_omitted == omitted;
                assert!(
                    items.iter().any(|item| is_one(&item)),
                    "{seed}: {kind} {omitted}"
                );
            }
        }
        // The flag of a role or access profile does not show whether its parts are privileged.
        for kind in [AccessType::AccessProfile, AccessType::Role] {
            let hides = |item: &&Item| {
                item.access_type == kind && item.grants_privileged && !item.is_privileged
            };
            assert!(items.iter().any(|item| hides(&item)), "{seed}: {kind}");
        }
    }
}
