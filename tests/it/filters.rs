//! The service lists the records for which `matches()` is true.
//!
//! The client writes a filter, and the simulator, which shares no code with it, reads and evaluates
//! it; the client evaluates it on all records, too. Filters are made from the data, so that many
//! match, and from hostile texts. Every run has the same cases.

mod tenant;
mod terms;

use std::cell::Cell;
use std::collections::HashMap;
use std::str::FromStr;

use certs::filter::endpoint::{BetaCertifications, Certifications, DecisionSummaries, Items};
use certs::filter::{
    Filter, ParseError, access_summary, beta, certification, decision_summary, identity_summary,
    item, permission, reviewer, task,
};
use certs::model::{
    AccessReviewItem, AccessType, CampaignType, IdentityReference, ObjectType, Permission, Phase,
    TaskType,
};
use certs::{List, ListEndpoint};
use certs_sim::Scenario;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use self::tenant::Tenant;
use self::terms::{combined, combined_once, ids_near, one_of, term, texts_near};

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases,
        rng_seed: RngSeed::Fixed(11),
        failure_persistence: None,
        // Each case takes at least one request.
        max_shrink_iters: 200,
        ..Config::default()
    })
}

/// Asks the simulator and the client for the same records.
fn agree<E>(tenant: &Tenant, list: &List<E>, filters: impl Strategy<Value = Filter<E>>)
where
    E: ListEndpoint<Item: Clone + PartialEq>,
{
    let all = tenant.all(list);
    let telling = Cell::new(0);
    let cases = 48;
    runner(cases)
        .run(&filters, |filter| {
            let listed = tenant.all(&list.clone().filter(filter.clone()));
            let mut expected = Vec::new();
            for record in &all {
                if filter.matches(record).unwrap() {
                    expected.push(record.clone());
                }
            }
            if !expected.is_empty() && expected.len() < all.len() {
                telling.set(telling.get() + 1);
            }
            prop_assert_eq!(listed, expected, "{}", filter);
            prop_assert_eq!(reread(&filter), Ok(filter));
            Ok(())
        })
        .unwrap();
    // Filters that match everything or nothing would agree too easily.
    assert!(telling.get() * 8 >= cases, "{} of {cases}", telling.get());
}

/// Filters by values that no record can have.
fn agree_on_hostile<E>(tenant: &Tenant, list: &List<E>, of: impl Fn(String) -> Filter<E>)
where
    E: ListEndpoint<Item: Clone + PartialEq>,
{
    let all = tenant.all(list);
    for text in terms::hostile() {
        let filter = of(text);
        let listed = tenant.all(&list.clone().filter(filter.clone()));
        assert_eq!(listed, [], "{filter}");
        assert!(all.iter().all(|record| filter.matches(record) == Ok(false)));
        assert_eq!(reread(&filter), Ok(filter));
    }
}

fn reread<E>(filter: &Filter<E>) -> Result<Filter<E>, ParseError>
where
    Filter<E>: FromStr<Err = ParseError>,
{
    filter.to_string().parse()
}

fn some<T>(records: &[T], text: impl Fn(&T) -> Option<&str>) -> Vec<String> {
    let texts = records.iter().filter_map(text).map(str::to_owned);
    texts.collect()
}

#[test]
fn certifications() {
    let tenant = Tenant::start();
    let list = tenant.client.certifications();
    let all = tenant.all(&list);
    let ids = ids_near(some(&all, |record| record.id.get()));
    let campaigns = ids_near(some(&all, |record| record.campaign.as_ref()?.id.get()));
    let filters = combined::<Certifications>(one_of([
        term!(certification::id(), eq, ids.clone()),
        term!(certification::id(), is_in, up to 3, ids),
        term!(certification::campaign_id(), eq, campaigns.clone()),
        term!(certification::campaign_id(), is_in, up to 3, campaigns),
        term!(certification::phase(), eq, phases()),
        term!(certification::completed(), eq, any::<bool>()),
    ]));
    agree(&tenant, &list, filters);
    agree_on_hostile(&tenant, &list, |text| certification::id().eq(text));
}

#[test]
fn beta_certifications() {
    let tenant = Tenant::start();
    let list = tenant.client.beta().certifications();
    let all = tenant.all(&list);
    let ids = ids_near(some(&all, |record| record.id.get()));
    let campaigns = ids_near(some(&all, |record| record.campaign.as_ref()?.id.get()));
    let types = select(vec![
        CampaignType::Manager,
        CampaignType::SourceOwner,
        CampaignType::Search,
        CampaignType::RoleComposition,
        CampaignType::MachineAccount,
    ]);
    let filters = combined::<BetaCertifications>(one_of([
        term!(beta::certification::id(), eq, ids.clone()),
        term!(beta::certification::id(), is_in, up to 3, ids),
        term!(beta::certification::campaign_id(), eq, campaigns.clone()),
        term!(beta::certification::campaign_id(), is_in, up to 3, campaigns),
        term!(beta::certification::campaign_type(), eq, types.clone()),
        term!(beta::certification::campaign_type(), is_in, up to 3, types),
        term!(beta::certification::phase(), eq, phases()),
        term!(beta::certification::completed(), eq, any::<bool>()),
        term!(beta::certification::completed(), ne, any::<bool>()),
    ]));
    agree(&tenant, &list, filters);
    agree_on_hostile(&tenant, &list, |text| beta::certification::id().eq(text));
}

fn phases() -> impl Strategy<Value = Phase> + Clone {
    select(vec![Phase::Staged, Phase::Active, Phase::Signed])
}

#[test]
fn items() {
    let tenant = Tenant::start();
    // One with identities under review and one without.
    for certification in [tenant.varied(), tenant.role_composition()] {
        let list = tenant.client.certification(certification).items();
        let all = tenant.all(&list);
        let profile_source = |item: &AccessReviewItem| {
            let profile = item.access_summary.as_ref()?.access_profile.as_ref()?;
            profile.entitlements.first()?.source_name.clone()
        };
        let ids = ids_near(some(&all, |item| item.id.get()));
        let access_ids = ids_near(some(&all, AccessReviewItem::access_id));
        let access_names = texts_near(some(&all, AccessReviewItem::access_name));
        let identities = texts_near(some(&all, AccessReviewItem::identity_name));
        let summaries = ids_near(some(&all, |item| item.identity_summary.as_ref()?.id.get()));
        let sources = texts_near(some(&all, AccessReviewItem::source_name));
        let profile_sources = texts_near(all.iter().filter_map(profile_source).collect());
        let types = select(vec![
            ObjectType::Role,
            ObjectType::AccessProfile,
            ObjectType::Entitlement,
            ObjectType::Identity,
        ]);
        let filters = combined(one_of([
            term!(item::id(), eq, ids.clone()),
            term!(item::id(), is_in, up to 3, ids),
            term!(item::item_type(), eq, types.clone()),
            term!(item::access_type(), eq, types),
            term!(item::completed(), eq, any::<bool>()),
            term!(item::completed(), ne, any::<bool>()),
            term!(item::identity_summary_id(), eq, summaries.clone()),
            term!(item::identity_summary_id(), is_in, up to 3, summaries),
            term!(item::identity_summary_name(), eq, identities.clone()),
            term!(item::identity_summary_name(), starts_with, identities),
            term!(item::access_id(), eq, access_ids.clone()),
            term!(item::access_id(), is_in, up to 3, access_ids),
            term!(item::access_name(), eq, access_names.clone()),
            term!(item::access_name(), starts_with, access_names),
            term!(item::entitlement_source_name(), eq, sources.clone()),
            term!(item::entitlement_source_name(), starts_with, sources),
            term!(
                item::access_profile_source_name(),
                eq,
                profile_sources.clone()
            ),
            term!(
                item::access_profile_source_name(),
                starts_with,
                profile_sources
            ),
        ]));
        agree(&tenant, &list, filters);
        agree_on_hostile(&tenant, &list, |text| item::access_name().starts_with(text));
    }
}

#[test]
fn decision_summaries() {
    let tenant = Tenant::start();
    let review = tenant.client.certification(tenant.varied());
    let items = tenant.all(&review.items());
    let summaries = ids_near(some(&items, |item| {
        item.identity_summary.as_ref()?.id.get()
    }));
    let filters = combined::<DecisionSummaries>(one_of([
        term!(
            decision_summary::identity_summary_id(),
            eq,
            summaries.clone()
        ),
        term!(decision_summary::identity_summary_id(), is_in, up to 3, summaries),
    ]));
    runner(48)
        .run(&filters, |filter| {
            let counted = review.decision_summary().filter(filter.clone());
            let counted = tenant.wait(counted.into_future()).unwrap().progress();
            let matching = items.iter().filter(|item| filter.matches(item) == Ok(true));
            let made = matching.clone().filter(|item| item.is_completed());
            prop_assert_eq!(counted.total, matching.count() as i64, "{}", filter);
            prop_assert_eq!(counted.made, made.count() as i64, "{}", filter);
            prop_assert_eq!(reread(&filter), Ok(filter));
            Ok(())
        })
        .unwrap();
}

#[test]
fn identity_summaries() {
    let tenant = Tenant::start();
    let list = tenant
        .client
        .certification(tenant.varied())
        .identity_summaries();
    let all = tenant.all(&list);
    let ids = ids_near(some(&all, |summary| summary.id.get()));
    let names = texts_near(some(&all, |summary| summary.name.as_deref()));
    let filters = combined(one_of([
        term!(identity_summary::id(), eq, ids.clone()),
        term!(identity_summary::id(), is_in, up to 3, ids),
        term!(identity_summary::completed(), eq, any::<bool>()),
        term!(identity_summary::completed(), ne, any::<bool>()),
        term!(identity_summary::name(), eq, names.clone()),
        term!(identity_summary::name(), starts_with, names),
    ]));
    agree(&tenant, &list, filters);
    agree_on_hostile(&tenant, &list, |text| identity_summary::name().eq(text));
}

#[test]
fn access_summaries() {
    let tenant = Tenant::start();
    let review = tenant.client.certification(tenant.varied());
    for kind in [AccessType::Entitlement, AccessType::AccessProfile] {
        let list = review.access_summaries(kind);
        let all = tenant.all(&list);
        let ids = ids_near(some(&all, |record| record.access.as_ref()?.id.get()));
        let names = texts_near(some(&all, |record| record.access.as_ref()?.name.as_deref()));
        let sources = some(&all, |record| {
            let entitlement = match kind {
                AccessType::Entitlement => record.entitlement.as_deref(),
                _ => record.access_profile.as_ref()?.entitlements.first(),
            };
            entitlement?.source_name.as_deref()
        });
        let sources = texts_near(sources);
        // Not `completed`, which the records do not carry.
        let filters = combined(one_of([
            term!(access_summary::access_id(), eq, ids.clone()),
            term!(access_summary::access_id(), is_in, up to 3, ids),
            term!(access_summary::access_name(), eq, names.clone()),
            term!(access_summary::access_name(), starts_with, names),
            term!(
                access_summary::entitlement_source_name(),
                eq,
                sources.clone()
            ),
            term!(
                access_summary::entitlement_source_name(),
                starts_with,
                sources.clone()
            ),
            term!(
                access_summary::access_profile_source_name(),
                eq,
                sources.clone()
            ),
            term!(
                access_summary::access_profile_source_name(),
                starts_with,
                sources
            ),
        ]));
        agree(&tenant, &list, filters);
        agree_on_hostile(&tenant, &list, |text| {
            access_summary::access_name().eq(text)
        });
    }
}

/// The one filter that cannot be evaluated on records; the items show the result.
#[test]
fn access_summaries_are_completed_with_their_items() {
    let tenant = Tenant::start();
    let review = tenant.client.certification(tenant.varied());
    let items = tenant.all(&review.items());
    let list = review.access_summaries(AccessType::Entitlement);
    let all = tenant.all(&list);
    for wanted in [true, false] {
        let mut expected = all.clone();
        expected.retain(|summary| {
            let id = summary.access.as_ref().and_then(|access| access.id.get());
            let mut about = items.iter().filter(|item| item.access_id() == id);
            about.all(AccessReviewItem::is_completed) == wanted
        });
        for filter in [
            access_summary::completed().eq(wanted),
            access_summary::completed().ne(!wanted),
        ] {
            assert_eq!(
                tenant.all(&list.clone().filter(filter.clone())),
                expected,
                "{filter}"
            );
        }
        assert!(!expected.is_empty());
    }
}

#[test]
fn permissions() {
    let tenant = Tenant::start();
    let (certification, item) = tenant.with_permissions();
    let list = tenant.client.certification(certification).permissions(item);
    let [targets, rights] = permission_values(&tenant.all(&list));
    let filters = combined_once(
        one_of([
            term!(permission::target(), eq, texts_near(targets.clone())),
            term!(permission::target(), starts_with, texts_near(targets)),
        ]),
        term!(permission::rights(), contains_all, up to 2, texts_near(rights)),
    );
    agree(&tenant, &list, filters);
    agree_on_hostile(&tenant, &list, |text| {
        permission::target().starts_with(text)
    });
    agree_on_hostile(&tenant, &list, |text| {
        permission::rights().contains_all([text])
    });
}

#[test]
fn beta_permissions() {
    use beta::permission;

    let tenant = Tenant::start();
    let (certification, item) = tenant.with_permissions();
    let review = tenant.client.beta().certification(certification);
    let list = review.permissions(item);
    let [targets, rights] = permission_values(&tenant.all(&list));
    let filters = combined_once(
        one_of([
            term!(permission::target(), eq, texts_near(targets.clone())),
            term!(permission::target(), starts_with, texts_near(targets)),
        ]),
        term!(permission::rights(), contains_all, up to 2, texts_near(rights)),
    );
    agree(&tenant, &list, filters);
    agree_on_hostile(&tenant, &list, |text| permission::target().eq(text));
}

fn permission_values(all: &[Permission]) -> [Vec<String>; 2] {
    let rights = all.iter().flat_map(|permission| permission.rights.clone());
    [
        some(all, |permission| permission.target.as_deref()),
        rights.collect(),
    ]
}

#[test]
fn reviewers() {
    let tenant = Tenant::start();
    let list = tenant.client.certification(tenant.of_a_group()).reviewers();
    let [ids, names, emails] = reviewer_values(&tenant.all(&list));
    let filters = combined(one_of([
        term!(reviewer::id(), eq, ids_near(ids.clone())),
        term!(reviewer::id(), is_in, up to 3, ids_near(ids)),
        term!(reviewer::name(), eq, texts_near(names.clone())),
        term!(reviewer::name(), starts_with, texts_near(names)),
        term!(reviewer::email(), eq, texts_near(emails.clone())),
        term!(reviewer::email(), starts_with, texts_near(emails)),
    ]));
    agree(&tenant, &list, filters);
    agree_on_hostile(&tenant, &list, |text| reviewer::email().starts_with(text));
}

#[test]
fn beta_reviewers() {
    use beta::reviewer;

    let tenant = Tenant::start();
    let review = tenant.client.beta().certification(tenant.of_a_group());
    let list = review.reviewers();
    let [ids, names, emails] = reviewer_values(&tenant.all(&list));
    let filters = combined(one_of([
        term!(reviewer::id(), eq, ids_near(ids.clone())),
        term!(reviewer::id(), is_in, up to 3, ids_near(ids)),
        term!(reviewer::name(), eq, texts_near(names.clone())),
        term!(reviewer::name(), starts_with, texts_near(names)),
        term!(reviewer::email(), eq, texts_near(emails.clone())),
        term!(reviewer::email(), starts_with, texts_near(emails)),
    ]));
    agree(&tenant, &list, filters);
    agree_on_hostile(&tenant, &list, |text| reviewer::name().eq(text));
}

fn reviewer_values(all: &[IdentityReference]) -> [Vec<String>; 3] {
    [
        some(all, |reviewer| reviewer.id.get()),
        some(all, |reviewer| reviewer.name.as_deref()),
        some(all, |reviewer| reviewer.email.as_deref()),
    ]
}

/// A final sigma is written differently, but is the same letter.
#[tokio::test]
async fn a_final_sigma_is_a_sigma_to_client_and_simulator() {
    let certification = format!("ce{:030}", 1);
    let row = serde_json::json!([{ "id": certification, "phase": "ACTIVE", "items": [{
        "id": format!("17{:030}", 1),
        "accessSummary": { "access": { "type": "ROLE", "name": "ΟΔΟΣ", "id": format!("a0{:030}", 1) } },
    }] }]);
    let scenario = Scenario::from_responses(&row.to_string()).unwrap();
    let sim = crate::support::tenant().scenario(scenario).build().unwrap();
    let client = crate::support::admin_of(&sim);
    let items = client.certification(certification).items();
    let all = items.clone().send().await.unwrap().items;
    let name = item::access_name;
    for (filter, is_found) in [
        (name().eq("οδος"), true),
        (name().eq("οδοσ"), true),
        (name().starts_with("οδος"), true),
        (name().starts_with("ΟΔΟΣ"), true),
        (name().eq("οδο"), false),
    ] {
        let found = items.clone().filter(filter.clone()).send().await.unwrap();
        assert_eq!(!found.items.is_empty(), is_found, "{filter}");
        assert_eq!(filter.matches(&all[0]), Ok(is_found), "{filter}");
    }
}

#[test]
fn tasks() {
    let tenant = Tenant::start();
    tenant.submit_tasks();
    let list = tenant.client.tasks();
    let all = tenant.all(&list);
    let ids = ids_near(some(&all, |task| task.id.get()));
    let targets = ids_near(some(&all, |task| task.target_id.get()));
    let types = select(vec![
        TaskType::Reassign,
        TaskType::AdminReassign,
        TaskType::CampaignCreate,
    ]);
    let filters = combined(one_of([
        term!(task::id(), eq, ids.clone()),
        term!(task::id(), is_in, up to 3, ids),
        term!(task::target_id(), eq, targets.clone()),
        term!(task::target_id(), is_in, up to 3, targets),
        term!(task::task_type(), eq, types.clone()),
        term!(task::task_type(), is_in, up to 3, types),
    ]));
    agree(&tenant, &list, filters);
    agree_on_hostile(&tenant, &list, |text| task::target_id().eq(text));
}

/// A filter in several lines of a TOML file: the error of the file shows its own line, and
/// within it the line of the filter.
#[test]
fn an_error_in_a_file_keeps_its_excerpt() {
    let file = "filter = '''\ncompleted eq false\n  AND id eq \"a\"'''\n";
    let wrong = toml::from_str::<HashMap<String, Filter<Items>>>(file);
    let wrong = wrong.unwrap_err().to_string();
    let expected = "line 2, column 3: write `and` instead of `AND`\n  \
                    |   AND id eq \"a\"\n  \
                    |   ^^^";
    assert!(wrong.contains(expected), "{wrong}");
}
