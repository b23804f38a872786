//! Exact wire strings, and the whole vocabulary against the API's facts.

mod matches;
mod parse;
mod round_trip;

use std::fmt::{Debug, Display};

use crate::model::{AccessType, CampaignType, ObjectType, Phase, TaskType};

use super::endpoint::{BetaPermissions, Certifications, Endpoint, Items, Permissions};
use super::{
    Field, Filter, FilterError, IntoFilter, RightsTerm, Sorter, TargetTerm, VOCABULARY,
    access_summary, beta, certification, decision_summary, identity_summary, item, permission,
    reviewer, task,
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
fn the_vocabulary_is_exactly_what_the_api_documents() {
    type Fields = [(&'static str, &'static [&'static str])];
    const EQ: &[&str] = &["eq"];
    const EQ_IN: &[&str] = &["eq", "in"];
    const EQ_NE: &[&str] = &["eq", "ne"];
    const EQ_SW: &[&str] = &["eq", "sw"];
    const CA: &[&str] = &["ca"];

    let expected: &[(&str, &str, &Fields, &[&str])] = &[
        (
            "v3",
            "listIdentityCertifications",
            &[
                ("id", EQ_IN),
                ("campaign.id", EQ_IN),
                ("phase", EQ),
                ("completed", EQ),
            ],
            &["due", "name", "signed"],
        ),
        (
            "v3",
            "listIdentityAccessReviewItems",
            &[
                ("id", EQ_IN),
                ("type", EQ),
                ("access.type", EQ),
                ("completed", EQ_NE),
                ("identitySummary.id", EQ_IN),
                ("identitySummary.name", EQ_SW),
                ("access.id", EQ_IN),
                ("access.name", EQ_SW),
                ("entitlement.sourceName", EQ_SW),
                ("accessProfile.sourceName", EQ_SW),
            ],
            &[
                "access.name",
                "access.type",
                "accessProfile.sourceName",
                "entitlement.sourceName",
                "identitySummary.name",
            ],
        ),
        (
            "v3",
            "getIdentityDecisionSummary",
            &[("identitySummary.id", EQ_IN)],
            &[],
        ),
        (
            "v3",
            "getIdentitySummaries",
            &[("id", EQ_IN), ("completed", EQ_NE), ("name", EQ_SW)],
            &["name"],
        ),
        (
            "v3",
            "getIdentityAccessSummaries",
            &[
                ("completed", EQ_NE),
                ("access.id", EQ_IN),
                ("access.name", EQ_SW),
                ("entitlement.sourceName", EQ_SW),
                ("accessProfile.sourceName", EQ_SW),
            ],
            &["access.name"],
        ),
        (
            "v3",
            "getIdentityCertificationItemPermissions",
            &[("target", EQ_SW), ("rights", CA)],
            &[],
        ),
        (
            "v3",
            "listCertificationReviewers",
            &[("id", EQ_IN), ("name", EQ_SW), ("email", EQ_SW)],
            &["email", "name"],
        ),
        (
            "v3",
            "getPendingCertificationTasks",
            &[("id", EQ_IN), ("targetId", EQ_IN), ("type", EQ_IN)],
            &[],
        ),
        (
            "beta",
            "listCertifications",
            &[
                ("id", EQ_IN),
                ("phase", EQ),
                ("completed", EQ_NE),
                ("campaignRef.campaignType", EQ_IN),
                ("campaignRef.id", EQ_IN),
            ],
            &["due", "name", "signed"],
        ),
        (
            "beta",
            "getIdentityCertificationItemPermissions",
            &[("target", EQ_SW), ("rights", CA)],
            &[],
        ),
        (
            "beta",
            "listCertificationReviewers",
            &[("id", EQ_IN), ("name", EQ_SW), ("email", EQ_SW)],
            &["email", "name"],
        ),
    ];

    assert_eq!(VOCABULARY.len(), expected.len());
    for (actual, (version, operation_id, filters, sorters)) in VOCABULARY.iter().zip(expected) {
        assert_eq!(actual.version, *version);
        assert_eq!(actual.operation_id, *operation_id);
        assert_eq!(actual.filters, *filters, "{version} {operation_id}");
        // A set: the order in which the documentation names sorters means nothing.
        let mut actual_sorters = actual.sorters.to_vec();
        actual_sorters.sort_unstable();
        assert_eq!(actual_sorters, *sorters, "{version} {operation_id}");
    }
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
    assert_wire(
        item::access_type().eq(AccessType::AccessProfile),
        r#"access.type eq "ACCESS_PROFILE""#,
    );
    assert_wire(
        beta::certification::campaign_type().is_in([&CampaignType::Manager, &CampaignType::Search]),
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
    let slices: &[&str] = &["a", "b"];
    for filter in [
        item::id().is_in(["a", "b"]),
        item::id().is_in(slices),
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
fn parentheses_stand_only_where_precedence_needs_them() {
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
    assert_wire(
        target().and(rights()),
        r#"target eq "T" and rights ca ("R")"#,
    );
    assert_wire(target().or(rights()), r#"target eq "T" or rights ca ("R")"#);
    assert_wire(
        rights().and(target()),
        r#"rights ca ("R") and target eq "T""#,
    );
    assert_wire(rights().or(target()), r#"rights ca ("R") or target eq "T""#);

    fn accepted(filter: impl IntoFilter<Permissions>) -> String {
        filter.into_filter().to_string()
    }
    assert_eq!(accepted(target()), r#"target eq "T""#);
    assert_eq!(accepted(rights()), r#"rights ca ("R")"#);
    assert_eq!(
        accepted(target().and(rights())),
        target().and(rights()).to_string()
    );
    assert_eq!(Filter::from(target()).to_string(), r#"target eq "T""#);
}

#[test]
fn an_empty_list_is_remembered_wherever_it_stands() {
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
fn an_endpoint_knows_its_own_vocabulary() {
    assert_eq!(Certifications::VOCABULARY, VOCABULARY[0]);
    assert_eq!(
        BetaPermissions::VOCABULARY.operation_id,
        Permissions::VOCABULARY.operation_id
    );
    assert_ne!(BetaPermissions::VOCABULARY, Permissions::VOCABULARY);
}

#[test]
fn the_types_go_anywhere() {
    fn goes_anywhere<T: Clone + Debug + Send + Sync + 'static>(_: T) {}
    goes_anywhere::<Filter<Items>>(a());
    goes_anywhere::<Sorter<Items>>(item::access_name().asc());
    goes_anywhere::<TargetTerm<Permissions>>(permission::target().eq("T"));
    goes_anywhere::<RightsTerm<Permissions>>(permission::rights().contains_all(["R"]));
    goes_anywhere::<Field<_>>(item::id());
    assert_eq!(format!("{:?}", a()), r#"Filter(id eq "a")"#);
}
