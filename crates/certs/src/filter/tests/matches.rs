//! Local evaluation of filters.

use serde::de::DeserializeOwned;
use serde_json::json;

use crate::filter::endpoint::Items;
use crate::filter::{
    Endpoint, Filter, FilterError, access_summary, certification, identity_summary, item,
    permission, reviewer, task,
};
use crate::model::{ObjectType, Phase, TaskType};

fn record<T: DeserializeOwned>(value: serde_json::Value) -> T {
    serde_json::from_value(value).unwrap()
}

#[track_caller]
fn holds<E>(filter: Filter<E>, value: serde_json::Value) -> bool
where
    E: Endpoint<Record: DeserializeOwned>,
{
    filter.matches(&record(value)).unwrap()
}

#[test]
fn text_is_compared_without_regard_to_case() {
    let name = |name: &str| json!({ "name": name });
    assert!(holds(reviewer::name().eq("ada"), name("Ada")));
    assert!(holds(reviewer::name().eq("ÅSA ØST"), name("Åsa Øst")));
    assert!(holds(reviewer::name().starts_with("aD"), name("Ada")));
    assert!(holds(reviewer::name().starts_with(""), name("")));
    assert!(holds(reviewer::name().eq(""), name("")));
    assert!(!holds(reviewer::name().eq("Ada "), name("Ada")));
    assert!(!holds(reviewer::name().starts_with("Ada L"), name("Ada")));
    assert!(!holds(reviewer::name().eq("Asa"), name("Åsa")));
    assert!(holds(
        reviewer::id().is_in(["x", "AB"]),
        json!({ "id": "ab" })
    ));

    // Sigma has a form for the end of words, which is the same letter.
    for (wanted, actual) in [("ΟΔΟΣ", "οδος"), ("οδοσ", "ΟΔΟΣ"), ("Οδος", "οδοσ")]
    {
        assert!(holds(reviewer::name().eq(wanted), name(actual)), "{wanted}");
    }
    assert!(holds(reviewer::name().starts_with("ΟΔΟΣ"), name("ΟΔΟΣΗΜΑ")));
    assert!(holds(reviewer::name().starts_with("οδος"), name("ΟΔΟΣΗΜΑ")));

    let permission = json!({ "target": "SYS.User$", "rights": ["SELECT", "Update"] });
    let rights = |rights: [&str; 2]| permission::rights().contains_all(rights);
    assert!(holds(rights(["update", "Select"]), permission.clone()));
    assert!(!holds(rights(["update", "drop"]), permission.clone()));
    assert!(holds(permission::target().starts_with("sys."), permission));
}

#[test]
fn enumerations_and_flags() {
    let staged = json!({ "phase": "STAGED", "completed": false });
    assert!(holds(
        certification::phase().eq(Phase::Staged),
        staged.clone()
    ));
    assert!(!holds(
        certification::phase().eq(Phase::Active),
        staged.clone()
    ));
    assert!(holds(certification::completed().eq(false), staged));

    let news = Phase::Unrecognized("PAUSED".to_owned());
    assert!(holds(
        certification::phase().eq(news),
        json!({ "phase": "PAUSED" })
    ));
    assert!(holds(
        task::task_type().is_in([TaskType::Reassign, TaskType::AdminReassign]),
        json!({ "type": "ADMIN_REASSIGN" })
    ));
}

#[test]
fn what_is_absent_equals_nothing_and_differs_from_everything() {
    let nothing = || json!({ "id": null, "completed": null });
    assert!(!holds(item::id().eq("a"), nothing()));
    assert!(!holds(item::id().is_in(["a", "b"]), nothing()));
    assert!(!holds(item::access_name().eq(""), nothing()));
    assert!(!holds(item::access_name().starts_with(""), nothing()));
    assert!(!holds(item::completed().eq(false), nothing()));
    assert!(!holds(item::completed().eq(true), nothing()));
    assert!(holds(item::completed().ne(true), nothing()));
    assert!(holds(!item::completed().eq(true), nothing()));
    assert!(holds(!item::access_name().eq("a"), nothing()));
    assert!(!holds(permission::target().starts_with(""), json!({})));
    assert!(!holds(permission::rights().contains_all(["a"]), json!({})));
}

#[test]
fn composites() {
    let [a, b] = ["a", "b"].map(|id| identity_summary::id().eq(id));
    for (filter, expected) in [
        (a.clone().or(b.clone()), true),
        (b.clone().or(a.clone()), true),
        (a.clone().and(b.clone()), false),
        (a.clone().and(!b.clone()), true),
        (!a.clone().or(b.clone()), false),
        (!(a.and(b)), true),
    ] {
        assert_eq!(
            holds(filter.clone(), json!({ "id": "a" })),
            expected,
            "{filter}"
        );
    }
}

#[test]
fn raw_text_is_evaluated_as_far_as_it_can_be_read() {
    let open = record(json!({ "completed": false }));
    let raw = Filter::<Items>::raw(r#"completed eq false or access.name sw "SAP""#);
    assert_eq!(raw.matches(&open), Ok(true));
    assert_eq!((!raw).matches(&open), Ok(false));

    // Unreadable for each record, also where the rest would decide.
    let raw = Filter::<Items>::raw(r#"access.name co "SAP""#);
    let either = item::completed().eq(false).or(raw);
    assert_eq!(
        either.matches(&open).unwrap_err().to_string(),
        "a raw filter cannot be evaluated: column 13: `access.name` has no operator `co`: it has \
         `eq`, `sw`"
    );
}

#[test]
fn what_would_not_be_sent_is_not_evaluated() {
    let nothing: [&str; 0] = [];
    let empty = item::id().is_in(nothing);
    assert_eq!(
        empty.matches(&record(json!({}))),
        empty.check().map(|()| true)
    );
    assert_eq!(
        Filter::<Items>::raw(" ").matches(&record(json!({}))),
        Err(FilterError::EmptyRaw)
    );
}

#[test]
fn access_summaries_do_not_say_whether_they_are_completed() {
    let filter = access_summary::access_id().eq("a");
    let summary = record(json!({ "access": { "id": "b" } }));
    assert_eq!(filter.matches(&summary), Ok(false));
    assert_eq!(
        filter
            .and(access_summary::completed().eq(true))
            .matches(&summary),
        Err(FilterError::NotInRecord { field: "completed" })
    );
}

/// The service sometimes leaves the reference out and sends only the role.
#[test]
fn access_summaries_without_a_reference_are_known_by_their_parts() {
    let summary = json!({ "access": null, "role": { "id": "r", "name": "Role one" } });
    let by_id = access_summary::access_id().eq("r");
    assert_eq!(by_id.matches(&record(summary.clone())), Ok(true));
    let by_name = access_summary::access_name().eq("Role one");
    assert_eq!(by_name.matches(&record(summary)), Ok(true));
}

#[test]
fn an_access_profile_is_of_the_source_of_its_entitlements() {
    let profile = json!({ "accessSummary": {
        "access": { "type": "ACCESS_PROFILE", "id": "p", "name": "P" },
        "accessProfile": { "entitlements": [{ "sourceName": null }, { "sourceName": "SAP" }] },
    }});
    assert!(holds(
        item::access_profile_source_name().eq("sap"),
        profile.clone()
    ));
    assert!(!holds(
        item::entitlement_source_name().eq("sap"),
        profile.clone()
    ));
    assert!(holds(
        item::item_type().eq(ObjectType::AccessProfile),
        profile.clone()
    ));
    assert!(holds(
        item::access_type().eq(ObjectType::AccessProfile),
        profile
    ));
}
