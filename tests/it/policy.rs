//! Deciding by rule.

use certs::filter::{Filter, item};
use certs::model::Decision;
use certs::{ErrorKind, Policy, Verdict};

use crate::support::bulk::{decided, largest};
use crate::support::wire::api_requests;
use crate::support::{admin_of, simulator};

fn policy() -> Policy {
    Policy::new()
        .when(
            item::access_type().eq(certs::model::ObjectType::Role),
            Verdict::revoke().comment("no roles"),
        )
        .named("roles go")
        .when_item(
            |item| item.is_privileged(),
            Verdict::revoke().comment("privileged"),
        )
        .when(
            item::access_type().eq(certs::model::ObjectType::Entitlement),
            Verdict::approve().comment("standard access"),
        )
}

#[tokio::test]
async fn the_first_rule_that_matches_decides_and_the_rest_stays_open() {
    let sim = simulator();
    let certification = largest(&sim);
    let review = admin_of(&sim).certification(&certification.id);
    let open = item::completed().eq(false);
    let items: Vec<_> = review
        .items()
        .filter(open)
        .stream()
        .try_collect::<Vec<_>>()
        .await
        .unwrap();

    sim.clear_requests();
    let planned = review.decide_by(policy()).dry_run().await.unwrap();
    assert_eq!(decided(&sim).len(), 0, "a dry run sends nothing but reads");
    assert!(
        api_requests(&sim)
            .iter()
            .all(|request| request.method == "GET")
    );

    let outcome = review.decide_by(policy()).await.unwrap();
    assert!(outcome.is_complete(), "{outcome}");
    let what = |outcome: &certs::BulkOutcome| {
        let items = outcome.items().iter();
        let items = items.map(|item| (item.decision.clone(), item.rule.clone()));
        items.collect::<Vec<_>>()
    };
    assert_eq!(what(&planned), what(&outcome));
    assert_eq!(planned.left_open(), outcome.left_open());

    let mut by_rule = [0; 3];
    for one in outcome.items() {
        let item = items.iter().find(|item| item.id == one.id).unwrap();
        let rule = one.rule.as_ref().unwrap();
        by_rule[rule.index] += 1;
        let kind = item.access_type().unwrap().as_str();
        let (expected, decision) = match (kind, item.is_privileged()) {
            ("ROLE", _) => (0, Decision::Revoke),
            (_, true) => (1, Decision::Revoke),
            _ => (2, Decision::Approve),
        };
        let made = one.decision.as_ref().unwrap();
        assert_eq!((rule.index, &made.decision), (expected, &decision));
        assert_eq!(rule.name.as_deref(), (expected == 0).then_some("roles go"));
        assert!(made.bulk);
    }
    assert!(by_rule.iter().all(|count| *count > 0), "{by_rule:?}");
    assert!(!outcome.left_open().is_empty());
    assert_eq!(
        outcome.items().len() + outcome.left_open().len(),
        items.len()
    );
    let open = sim.items_of(&certification.id).into_iter();
    let mut open: Vec<_> = open
        .filter(|item| item.decision.is_none())
        .map(|item| item.id)
        .collect();
    let mut left_open = outcome.left_open().to_vec();
    open.sort();
    left_open.sort();
    assert_eq!(left_open, open);

    // The next policy sees only the items that are still open.
    let rest = Policy::new().otherwise(Verdict::approve().comment("looked at"));
    let rest = review.decide_by(rest).await.unwrap();
    assert_eq!(rest.items().len(), outcome.left_open().len());
    let nothing = review.decide_by(policy()).await.unwrap();
    assert!(
        nothing.is_complete() && nothing.items().is_empty(),
        "{nothing}"
    );
}

#[tokio::test]
async fn a_filter_says_which_items_the_policy_reads() {
    let sim = simulator();
    let certification = largest(&sim);
    let review = admin_of(&sim).certification(&certification.id);
    let all = Policy::new().otherwise(Verdict::approve().comment("first"));
    let outcome = review.decide_by(all).await.unwrap();
    assert!(outcome.items().len() > 3);
    let wanted = outcome.items()[3].id.clone();

    let again = Policy::new().otherwise(Verdict::revoke().comment("second thoughts"));
    let outcome = review
        .decide_by(again)
        .filter(item::id().eq(&wanted))
        .await
        .unwrap();
    assert!(outcome.is_complete(), "{outcome}");
    let revoked = sim.items_of(&certification.id).into_iter();
    let revoked = revoked.filter(|item| item.comments.as_deref() == Some("second thoughts"));
    let revoked: Vec<_> = revoked.map(|item| item.id).collect();
    assert_eq!([wanted], *revoked);
}

#[tokio::test]
async fn a_policy_that_cannot_be_applied_is_refused_before_anything_is_sent() {
    let sim = simulator();
    let review = admin_of(&sim).certification("c-1");
    let approve = || Verdict::approve().comment("fine");
    let none: [&str; 0] = [];
    let date = "2026-06-30T00:00:00Z".parse().unwrap();
    let mut text = String::new();
    for policy in [
        Policy::new(),
        Policy::new().when(Filter::raw("risk gt 7"), approve()),
        Policy::new()
            .otherwise(approve())
            .when(item::id().is_in(none), approve())
            .named("nobody"),
        Policy::new().otherwise(approve().proposed_end_date(date)),
    ] {
        let error = review.decide_by(policy).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
        text += &format!("{error}\n");
    }
    assert_eq!(sim.requests(), []);
    insta::assert_snapshot!(text);
}

#[test]
fn a_policy_is_read_from_text() {
    let policy: Policy = toml::from_str(
        r#"
        [[rule]]
        name = "new and ordinary"
        when = 'access.name sw "SAP"'
        privileged = false
        new_access = true
        decision = "Approve"

        [[rule]]
        decision = "REVOKE"
        comment = "not needed"
        end_date = "2027-01-31"
        "#,
    )
    .unwrap();
    // Every condition has to hold.
    for (item, expected) in [
        (
            r#"{"newAccess": true, "accessSummary": {"access": {"name": "SAP"}}}"#,
            0,
        ),
        (
            r#"{"newAccess": false, "accessSummary": {"access": {"name": "SAP"}}}"#,
            1,
        ),
        (r#"{"newAccess": true}"#, 1),
        (
            r#"{"newAccess": true, "accessSummary": {"access": {"name": "SAP"},
                "entitlement": {"privileged": true}}}"#,
            1,
        ),
    ] {
        let (decision, rule) = policy.decide(&serde_json::from_str(item).unwrap()).unwrap();
        assert_eq!(rule.index, expected, "{item}");
        if expected == 1 {
            assert_eq!(decision.comments.as_deref(), Some("not needed"));
            let date = decision.proposed_end_date.unwrap().to_string();
            assert_eq!(date, "2027-01-31T00:00:00Z");
        }
    }
    let commented = Verdict::revoke().comment("left: in May");
    assert_eq!("REVOKE: left: in May".parse(), Ok(commented));
    assert_eq!(" Approve ".parse(), Ok(Verdict::approve()));
    let text = serde_json::from_str::<Verdict>(r#""revoke""#).unwrap();
    assert_eq!(text, Verdict::revoke());
}

/// Each error names its place, and what to write instead.
#[test]
fn mistakes_in_a_policys_text_are_named() {
    let mut said = "keep".parse::<Verdict>().unwrap_err().to_string() + "\n";
    for text in [
        "[[rule]]\nwhen = 'access.nam sw \"A\"'\ndecision = \"revoke\"",
        "[[rule]]\ndecision = \"delete\"",
        "[[rule]]\ndecision = \"approve\"\ncoment = \"x\"",
        "[[rule]]\ndecision = \"revoke\"\nend_date = 2027-01-31",
        "[[rule]]\ndecision = \"revoke\"\nend_date = \"soon\"",
        "[[rule]]\nname = \"a\"",
        "[[rules]]",
        "rule = []",
        "[[rule]]\ndecision = \"approve\"\n[[rule]]\ndecision = \"revoke\"",
        "[[rule]]\ndecision = \"approve\"\nend_date = \"2027-01-31\"",
    ] {
        let error = toml::from_str::<Policy>(text).unwrap_err();
        said += &format!("\n{error}");
    }
    insta::assert_snapshot!(said);
}

/// The examples of the guide and of the documentation.
#[test]
fn what_is_documented_is_a_policy() {
    let blocks = |text: &str| {
        let after = text.split("```toml\n").skip(1);
        let blocks = after.filter_map(|rest| Some(rest.split_once("```")?.0.to_owned()));
        blocks.collect::<Vec<_>>()
    };
    let source = include_str!("../../crates/certs/src/review/policy.rs").replace("/// ", "");
    let guide = include_str!("../../crates/certs/src/guide/deciding.md");
    let documented = [blocks(&source.replace("///", "")), blocks(guide)].concat();
    assert_eq!(documented.len(), 2);
    for text in documented {
        assert!(toml::from_str::<Policy>(&text).is_ok(), "{text}");
    }
}
