//! Exact wire strings, and refusals before sending.

mod matches;
mod parse;
mod round_trip;

use std::fmt::{Debug, Display};

use crate::model::{
    AccessReviewItem, AccessType, CampaignType, ObjectType, Permission, Phase, TaskType,
};

use super::endpoint::Items;
use super::{
    Field, Filter, FilterError, Sorter, access_summary, beta, certification, decision_summary,
    identity_summary, item, permission, reviewer, task,
};

#[track_caller]
fn assert_wire(filter: impl Display, expected: &str) {
    assert_eq!(filter.to_string(), expected);
}

fn a() -> Filter<Items> {
    item::id().eq("a")
}

fn b() -> Filter<Items> {
    item::id().eq("b")
}

fn c() -> Filter<Items> {
    item::id().eq("c")
}

#[test]
fn text_is_quoted_with_two_escapes_and_nothing_else() {
    for (text, expected) in [
        ("", r#"id eq """#),
        (r#"say "hi""#, r#"id eq "say \"hi\"""#),
        (r"C:\dir\", r#"id eq "C:\\dir\\""#),
        (r#"\""#, r#"id eq "\\\"""#),
        (
            "a & b # c % d + e, (f) eq true",
            r#"id eq "a & b # c % d + e, (f) eq true""#,
        ),
        ("line\nbreak\tNUL\0", "id eq \"line\nbreak\tNUL\0\""),
        ("Zoë 配達 שלום 🙂", r#"id eq "Zoë 配達 שלום 🙂""#),
    ] {
        assert_wire(item::id().eq(text), expected);
    }
}

#[test]
fn values_of_every_type() {
    assert_wire(certification::completed().eq(false), "completed eq false");
    assert_wire(
        certification::phase().eq(Phase::Signed),
        r#"phase eq "SIGNED""#,
    );
    assert_wire(
        certification::phase().eq(Phase::Unrecognized("PAUSED".to_owned())),
        r#"phase eq "PAUSED""#,
    );
    assert_wire(
        item::item_type().eq(ObjectType::Identity),
        r#"type eq "IDENTITY""#,
    );
    for filter in [
        item::access_type().eq(ObjectType::AccessProfile),
        item::access_type().eq(AccessType::AccessProfile),
    ] {
        assert_wire(filter, r#"access.type eq "ACCESS_PROFILE""#);
    }
    assert_wire(
        beta::certification::campaign_type().is_in([CampaignType::Manager, CampaignType::Search]),
        r#"campaignRef.campaignType in ("MANAGER","SEARCH")"#,
    );
    assert_wire(
        task::task_type().is_in(vec![TaskType::Reassign, TaskType::AdminReassign]),
        r#"type in ("REASSIGN","ADMIN_REASSIGN")"#,
    );
}

#[test]
fn text_in_every_wrapping() {
    let owned = vec!["a".to_owned(), "b".to_owned()];
    for filter in [
        item::id().is_in(["a", "b"]),
        item::id().is_in(&owned),
        item::id().is_in(owned.clone()),
        item::id().is_in(owned.iter().map(String::as_str)),
        item::id().is_in(["a", "b"].map(Box::<str>::from)),
        item::id().is_in(["a", "b"].map(std::borrow::Cow::from)),
    ] {
        assert_wire(filter, r#"id in ("a","b")"#);
    }
}

#[test]
fn every_endpoint_compares() {
    assert_wire(
        certification::campaign_id().eq("x"),
        r#"campaign.id eq "x""#,
    );
    assert_wire(
        decision_summary::identity_summary_id().is_in(["x"]),
        r#"identitySummary.id in ("x")"#,
    );
    assert_wire(identity_summary::name().starts_with("x"), r#"name sw "x""#);
    assert_wire(access_summary::completed().ne(true), "completed ne true");
    assert_wire(
        permission::rights().contains_all(["A", "B"]),
        r#"rights ca ("A","B")"#,
    );
    assert_wire(reviewer::email().starts_with("x@"), r#"email sw "x@""#);
    assert_wire(task::target_id().eq("x"), r#"targetId eq "x""#);
    assert_wire(
        beta::certification::campaign_id().eq("x"),
        r#"campaignRef.id eq "x""#,
    );
    assert_wire(
        beta::permission::target().starts_with("x"),
        r#"target sw "x""#,
    );
    assert_wire(beta::reviewer::id().is_in(["x"]), r#"id in ("x")"#);
}

#[test]
fn parentheses_appear_only_where_precedence_needs_them() {
    for (filter, expected) in [
        (
            a().and(b()).and(c()),
            r#"id eq "a" and id eq "b" and id eq "c""#,
        ),
        (
            a().and(b().and(c())),
            r#"id eq "a" and id eq "b" and id eq "c""#,
        ),
        (
            a().or(b().or(c())),
            r#"id eq "a" or id eq "b" or id eq "c""#,
        ),
        (
            a().and(b()).or(c()),
            r#"id eq "a" and id eq "b" or id eq "c""#,
        ),
        (
            a().or(b().and(c())),
            r#"id eq "a" or id eq "b" and id eq "c""#,
        ),
        (
            a().or(b()).and(c()),
            r#"(id eq "a" or id eq "b") and id eq "c""#,
        ),
        (
            a().and(b().or(c())),
            r#"id eq "a" and (id eq "b" or id eq "c")"#,
        ),
        (!a(), r#"not id eq "a""#),
        (!!a(), r#"id eq "a""#),
        (!a().and(b()), r#"not (id eq "a" and id eq "b")"#),
        (!a().or(b()), r#"not (id eq "a" or id eq "b")"#),
        ((!a()).and(!b()), r#"not id eq "a" and not id eq "b""#),
    ] {
        assert_wire(filter, expected);
    }
    assert_eq!(a().and(b()).and(c()), a().and(b().and(c())));
    assert_ne!(a().and(b()), b().and(a()));
}

#[test]
fn raw_text_is_kept_and_kept_apart() {
    let raw = || Filter::raw("x co 1 or y pr");
    assert_wire(Filter::<Items>::raw("x co 1 or y pr"), "x co 1 or y pr");
    assert_wire(a().or(raw()), r#"id eq "a" or (x co 1 or y pr)"#);
    assert_wire(raw().and(a()), r#"(x co 1 or y pr) and id eq "a""#);
    assert_wire(!raw().and(a()), r#"not ((x co 1 or y pr) and id eq "a")"#);
    let negated: Filter<Items> = !raw();
    assert_wire(negated, "not (x co 1 or y pr)");
}

#[test]
fn permissions_combine_once() {
    let target = || permission::target().eq("T");
    let rights = || permission::rights().contains_all(["R"]);
    for (filter, expected) in [
        (target(), r#"target eq "T""#),
        (rights(), r#"rights ca ("R")"#),
        (
            target().and(rights()),
            r#"target eq "T" and rights ca ("R")"#,
        ),
        (rights().or(target()), r#"rights ca ("R") or target eq "T""#),
        (
            target().and(Filter::raw("rights pr")),
            r#"target eq "T" and (rights pr)"#,
        ),
        (!!target(), r#"target eq "T""#),
    ] {
        assert_eq!(filter.check(), Ok(()), "{filter}");
        assert_wire(filter, expected);
    }
    for filter in [
        !target(),
        target().or(target()),
        rights().and(rights()),
        target().and(rights()).and(target()),
        target().and(rights().or(target())),
        target().and(!rights()),
        !target().and(rights()),
    ] {
        let error = filter.check().unwrap_err();
        assert_eq!(
            error.to_string(),
            "this list takes one `and` or `or`, between conditions on different fields \
             (`target`, `rights`), and no `not`: ask for less, and select among the records \
             that come",
            "{filter}"
        );
        assert_eq!(filter.matches(&Permission::default()), Err(error));
    }
}

/// A program that builds a filter in a loop gets one that works, whichever side it grows.
#[test]
fn any_depth_and_any_length() {
    const LEVELS: usize = 20_000;
    let grow: [fn(Filter<Items>) -> Filter<Items>; 4] = [
        |filter| a().and(b().or(filter)),
        |filter| filter.or(b()).and(a()),
        |filter| !a().or(filter),
        |filter| a().and(filter),
    ];
    for grow in grow {
        let filter = (0..LEVELS).fold(c(), |filter, _| grow(filter));
        let text = filter.to_string();
        assert!(text.len() > LEVELS * r#"id eq "a""#.len());
        assert_eq!(format!("{filter:?}"), format!("Filter({text})"));
        assert_eq!(filter.check(), Ok(()));
        let record = AccessReviewItem::default();
        let holds = filter.matches(&record);
        assert_eq!(
            (!filter.clone()).matches(&record),
            holds.map(|holds| !holds)
        );
        assert_eq!(text.parse(), Ok(filter));
    }
}

#[test]
fn an_empty_list_is_found_at_any_place() {
    let nothing: [&str; 0] = [];
    let expected = Err(FilterError::EmptyList {
        field: "id",
        operator: "in",
    });
    let empty = || item::id().is_in(nothing);
    assert_eq!(empty().check(), expected);
    assert_eq!((!empty()).check(), expected);
    assert_eq!(a().and(b().or(empty())).check(), expected);
    assert_eq!(a().and(b().or(c())).check(), Ok(()));

    let rights = permission::rights().contains_all(nothing);
    assert_eq!(
        permission::target().eq("T").or(rights).check(),
        Err(FilterError::EmptyList {
            field: "rights",
            operator: "ca",
        })
    );
    assert_eq!(
        Filter::<Items>::raw(" \n").check(),
        Err(FilterError::EmptyRaw)
    );
    assert_eq!(Filter::<Items>::raw("id pr").check(), Ok(()));
}

#[test]
fn sorters_keep_their_order() {
    assert_wire(certification::signed().desc(), "-signed");
    assert_wire(
        item::access_type()
            .asc()
            .then(item::identity_summary_name().desc())
            .then(item::entitlement_source_name().asc())
            .then(item::access_profile_source_name().desc()),
        "access.type,-identitySummary.name,entitlement.sourceName,-accessProfile.sourceName",
    );
    assert_wire(reviewer::email().asc(), "email");
    assert_wire(identity_summary::name().desc(), "-name");
    assert_wire(access_summary::access_name().asc(), "access.name");
    assert_wire(beta::certification::due().asc(), "due");
    assert_wire(beta::reviewer::name().desc(), "-name");
}

#[test]
fn the_types_go_anywhere() {
    fn goes_anywhere<T: Clone + Debug + Send + Sync + 'static>(_: T) {}
    goes_anywhere::<Filter<Items>>(a());
    goes_anywhere::<Sorter<Items>>(item::access_name().asc());
    goes_anywhere::<Field<_>>(item::id());
    assert_eq!(format!("{:?}", a()), r#"Filter(id eq "a")"#);
}
