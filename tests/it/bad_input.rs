//! Awkward input reaches the service unchanged; wrong input is refused before anything is sent.

use std::fmt::{Debug, Write as _};

use axum::body::Body;
use axum::http::{Response, Uri};
use certs::filter::{access_summary, certification, decision_summary, item, permission};
use certs::model::{AccessReviewItem, AccessType, Id, Phase, ReviewDecision};
use certs::{Client, Error, ErrorKind, MAX_DECISIONS};
use certs_sim::Simulator;
use insta::assert_snapshot;

use crate::support::canned::Canned;
use crate::support::wire::{api_requests, decode, only_request, query_parameter};
use crate::support::{admin_of, open_certification, simulator};

const AWKWARD: &[&str] = &[
    r#"the "big" one"#,
    r"C:\groups\",
    r#"\""#,
    r#"" or id eq ""#,
    "R&D",
    "#1 tax=5% + more;",
    "100%41",
    "a+b c",
    "two\nlines\tand\r\nmore",
    "Großzügig, Łódź, 東京, Ωμέγα, العربية",
    "👩‍💻 on call 🚒",
    " spaces around ",
    "in (1,2)",
    "'single' `back` $var ${x} <b>",
    "",
];

/// Reads a quoted text by the documented grammar.
fn unquote(literal: &str) -> String {
    let inner = literal
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap();
    let mut text = String::new();
    let mut chars = inner.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => {
                let escaped = chars.next().unwrap();
                assert!(matches!(escaped, '\\' | '"'), "{literal}");
                text.push(escaped);
            }
            '"' => panic!("a quote in the middle of {literal}"),
            char => text.push(char),
        }
    }
    text
}

#[tokio::test]
async fn awkward_filter_values_reach_the_service_unchanged() {
    let sim = simulator();
    let certification = open_certification(&sim);
    let items = admin_of(&sim).certification(&certification.id).items();
    for value in AWKWARD {
        sim.clear_requests();
        items
            .clone()
            .filter(item::access_name().eq(*value))
            .send()
            .await
            .unwrap();

        let query = only_request(&sim).query.unwrap();
        let filters = query_parameter(&query, "filters").unwrap();
        let literal = filters.strip_prefix("access.name eq ").unwrap();
        assert_eq!(unquote(literal), *value, "{query}");
    }
}

/// The simulator's parser finds the end of each value, and the terms after it.
#[tokio::test]
async fn awkward_filter_values_do_not_change_the_rest_of_the_filter() {
    let sim = simulator();
    let certification = open_certification(&sim);
    let wanted = sim.items_of(&certification.id).remove(0);
    let items = admin_of(&sim).certification(&certification.id).items();
    for value in AWKWARD {
        let filter = item::access_name()
            .eq(*value)
            .or(item::id().is_in([&format!("-{value}"), &wanted.id]));
        let found = items.clone().filter(filter).send().await.unwrap();
        let ids: Vec<_> = found.items.iter().map(|item| &item.id).collect();
        assert_eq!(ids, [&wanted.id], "{value:?}");

        let nothing = item::id()
            .eq(&wanted.id)
            .and(item::access_name().eq(*value));
        let found = items.clone().filter(nothing).send().await.unwrap();
        assert!(found.items.is_empty(), "{value:?}");
    }
}

#[tokio::test]
async fn awkward_comments_are_kept_as_they_are() {
    let sim = simulator();
    let certification = open_certification(&sim);
    let item = sim.items_of(&certification.id).remove(0);
    let review = admin_of(&sim).certification(&certification.id);
    for comment in AWKWARD {
        let approve = ReviewDecision::approve(&item.id).comment(*comment);
        let outcome = review.decide([approve]).await.unwrap();
        assert!(outcome.is_complete(), "{outcome}");
        let kept = sim.items_of(&certification.id).remove(0).comments;
        assert_eq!(kept.as_deref(), Some(*comment));
    }
}

#[tokio::test]
async fn a_reviewer_without_an_id_is_refused_instead_of_listing_everybodys() {
    let sim = simulator();
    let client = admin_of(&sim);
    for refused in [
        client.certifications().reviewer("").send().await.err(),
        client
            .beta()
            .certifications()
            .reviewer("")
            .count()
            .await
            .err(),
        client.tasks().reviewer("").send().await.err(),
    ] {
        assert_eq!(refused.unwrap().kind(), ErrorKind::Refused);
    }
    assert_eq!(api_requests(&sim), []);
}

#[tokio::test]
async fn two_filters_are_refused_instead_of_forgetting_one() {
    let sim = simulator();
    let list = admin_of(&sim)
        .certifications()
        .filter(certification::completed().eq(false))
        .filter(certification::phase().eq(Phase::Active));
    let error = list.send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    assert_eq!(api_requests(&sim), []);
}

#[tokio::test]
async fn awkward_reviewers_reach_the_service_unchanged() {
    let sim = simulator();
    let client = admin_of(&sim);
    for value in AWKWARD.iter().filter(|value| !value.is_empty()) {
        sim.clear_requests();
        client
            .certifications()
            .reviewer(*value)
            .send()
            .await
            .unwrap();
        let query = only_request(&sim).query.unwrap();
        assert_eq!(
            query_parameter(&query, "reviewer-identity").as_deref(),
            Some(*value)
        );

        sim.clear_requests();
        client
            .beta()
            .certifications()
            .reviewer(*value)
            .send()
            .await
            .unwrap();
        let query = only_request(&sim).query.unwrap();
        assert_eq!(
            query_parameter(&query, "reviewer-identitiy").as_deref(),
            Some(*value)
        );
    }
}

#[tokio::test]
async fn ids_are_encoded_and_never_interpreted() {
    let sim = simulator();
    let client = admin_of(&sim);
    let ids = [
        "a/b",
        "../sign-off",
        "a b",
        "a?limit=1",
        "a#b",
        "100%",
        "%2F",
        "a%2e%2e",
        "a+b",
        "ä–東京",
        "👍",
        "a;b",
        "a\"b",
        "...",
        "a\nb",
    ];
    let mut paths = String::new();
    for id in ids {
        sim.clear_requests();
        let error = client.certification(id).get().await.unwrap_err();
        assert!(error.is_not_found(), "{id:?}: {error}");

        let request = only_request(&sim);
        assert_eq!(request.query, None, "{id:?}");
        let segments: Vec<_> = request.path.split('/').collect();
        let ["", "v3", "certifications", segment] = segments[..] else {
            panic!("{id:?} became {}", request.path)
        };
        // In a path, unlike in a query, a plus is a plus.
        assert_eq!(decode(&segment.replace('+', "%2B")), id);
        writeln!(paths, "{id:?} => {}", request.path).unwrap();
    }
    assert_snapshot!(paths);
}

#[tokio::test]
async fn ids_are_encoded_in_every_place_of_a_path() {
    let sim = simulator();
    let certification = open_certification(&sim).id;
    let client = admin_of(&sim);
    let review = client.certification(&certification);
    let awkward = "a/b?c#d %";
    let encoded = "a%2Fb%3Fc%23d%20%25";
    let beta = client.beta().certification(&certification);
    review.permissions(awkward).send().await.unwrap_err();
    beta.permissions(awkward).send().await.unwrap_err();
    review.identity_summary(awkward).await.unwrap_err();
    client.task(awkward).get().await.unwrap_err();
    beta.task(awkward).get().await.unwrap_err();
    let paths: Vec<_> = crate::support::wire::api_requests(&sim)
        .into_iter()
        .map(|request| request.path.replace(&certification, "[certification]"))
        .collect();
    assert_eq!(
        paths,
        [
            format!("/v3/certifications/[certification]/access-review-items/{encoded}/permissions"),
            format!(
                "/beta/certifications/[certification]/access-review-items/{encoded}/permissions"
            ),
            format!("/v3/certifications/[certification]/identity-summaries/{encoded}"),
            format!("/v3/certification-tasks/{encoded}"),
            format!("/beta/certifications/[certification]/tasks/{encoded}"),
        ],
    );
}

/// Collects refused calls and their errors.
struct Refusals {
    sim: Simulator,
    text: String,
}

impl Refusals {
    async fn start() -> (Self, Client) {
        let sim = simulator();
        let client = admin_of(&sim);
        (
            Self {
                sim,
                text: String::new(),
            },
            client,
        )
    }

    #[track_caller]
    fn add<T: Debug>(&mut self, what: &str, outcome: Result<T, Error>) {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{what}: {error}");
        assert_eq!(error.status(), None, "{what}");
        assert!(error.operation().is_some(), "{what}: {error}");
        // Not even a token was requested.
        assert_eq!(self.sim.requests(), [], "{what}");
        writeln!(self.text, "{what}\n  {error}").unwrap();
    }
}

#[tokio::test]
async fn wrong_decisions_are_refused_before_sending() {
    let (mut refusals, client) = Refusals::start().await;
    let review = client.certification("c-1");
    let approve = |id: &str| ReviewDecision::approve(id);
    let date = "2026-06-30T00:00:00Z".parse().unwrap();

    let large = review
        .decide([approve("i-1")])
        .batch_size(MAX_DECISIONS + 1);
    refusals.add("a batch of 251", large.await);
    let empty = review.decide([approve("i-1")]).batch_size(0);
    refusals.add("a batch of none", empty.await);
    let twice = [
        approve("i-1"),
        approve("i-2"),
        ReviewDecision::revoke("i-1"),
    ];
    refusals.add("an item twice", review.decide(twice).await);
    let many = (0..10).map(|n| approve(&format!("i-{}", n / 2)));
    refusals.add("many items twice", review.decide(many).await);
    let dated = [approve("i-1").proposed_end_date(date)];
    refusals.add("an end date on an approval", review.decide(dated).await);
    refusals.add(
        "an item without id",
        review.decide([approve("i-1"), approve("")]).await,
    );
    assert_snapshot!(refusals.text);
}

/// Deciding or reassigning nothing succeeds, as does a policy without a match.
#[tokio::test]
async fn nothing_is_done_without_a_request() {
    let sim = simulator();
    let client = admin_of(&sim);
    let review = client.certification("c-1");
    let beta = client.beta().certification("c-1");
    for outcome in [
        review.decide([]).await,
        review.reassign("p-1", "a reason").await,
        review.reassign("p-1", "a reason").in_background().await,
        beta.reassign("p-1", "a reason").await,
    ] {
        let outcome = outcome.unwrap();
        assert!(outcome.is_complete() && outcome.items().is_empty());
        assert_eq!(outcome.to_string(), "0 of 0 applied");
    }
    assert_eq!(sim.requests(), []);
}

#[tokio::test]
async fn wrong_lists_are_refused_before_sending() {
    let (mut refusals, client) = Refusals::start().await;
    let review = client.certification("c-1");
    let items = review.items();
    let nothing: [&str; 0] = [];

    refusals.add(
        "a page of 0",
        client.certifications().page_size(0).send().await,
    );
    refusals.add(
        "a page of 251",
        client.certifications().page_size(251).send().await,
    );
    refusals.add(
        "a stream of pages of 251",
        client
            .beta()
            .certifications()
            .page_size(251)
            .stream()
            .try_next()
            .await,
    );
    refusals.add(
        "a count of pages of 0",
        items.clone().page_size(0).count().await,
    );
    refusals.add(
        "an offset beyond the wire",
        items.clone().offset(u32::MAX).send().await,
    );
    refusals.add(
        "`in` nothing",
        client
            .certifications()
            .filter(certification::id().is_in(nothing))
            .send()
            .await,
    );
    refusals.add(
        "`in` nothing, deep inside",
        items
            .clone()
            .filter(
                !item::completed()
                    .eq(true)
                    .and(item::access_id().is_in(nothing)),
            )
            .pages()
            .try_next()
            .await,
    );
    refusals.add(
        "all of no rights",
        review
            .permissions("i-1")
            .filter(permission::rights().contains_all(nothing))
            .send()
            .await,
    );
    let target = permission::target().eq("T");
    refusals.add(
        "permissions combined twice",
        review
            .permissions("i-1")
            .filter(
                target
                    .clone()
                    .and(permission::rights().contains_all(["R"]))
                    .or(target),
            )
            .send()
            .await,
    );
    refusals.add(
        "a summary `in` nothing",
        review
            .decision_summary()
            .filter(decision_summary::identity_summary_id().is_in(nothing))
            .await,
    );
    refusals.add(
        "access `in` nothing",
        review
            .access_summaries(AccessType::Role)
            .filter(access_summary::access_id().is_in(nothing))
            .send()
            .await,
    );
    refusals.add(
        "a blank filter",
        items
            .clone()
            .filter(certs::filter::Filter::raw(" "))
            .send()
            .await,
    );
    refusals.add(
        "a filter with a missing id",
        items
            .clone()
            .filter(item::id().is_in([Id::from("i-1"), Id::default()]))
            .send()
            .await,
    );
    refusals.add(
        "the certifications of a campaign without an id",
        client.campaign(Id::default()).certifications().send().await,
    );
    refusals.add(
        "entitlements and roles",
        items
            .clone()
            .entitlements(["e-1"])
            .roles(["r-1"])
            .send()
            .await,
    );
    refusals.add(
        "entitlements and access profiles",
        items
            .clone()
            .entitlements(["e-1"])
            .access_profiles(["a-1"])
            .send()
            .await,
    );
    refusals.add(
        "access profiles and roles",
        items
            .clone()
            .access_profiles(["a-1"])
            .roles(["r-1"])
            .send()
            .await,
    );
    refusals.add("no roles", items.clone().roles(nothing).send().await);
    refusals.add(
        "a missing role",
        items.clone().roles([Id::default()]).send().await,
    );
    refusals.add(
        "a role with a comma",
        items.clone().roles(["r-1,r-2"]).send().await,
    );
    assert_snapshot!(refusals.text);
}

/// An item about the new reviewer's own access.
fn of_identity_p_1(n: usize) -> AccessReviewItem {
    let item = serde_json::json!({
        "id": format!("own-{n}"),
        "identitySummary": { "id": "s-1", "identityId": "p-1" },
    });
    serde_json::from_value(item).unwrap()
}

#[tokio::test]
async fn wrong_reassignments_are_refused_before_sending() {
    let (mut refusals, client) = Refusals::start().await;
    let review = client.certification("c-1");
    let beta = client.beta().certification("c-1");
    let reassign = || review.reassign("p-1", "a reason");

    refusals.add("no reason", review.reassign("p-1", "").items(["i-1"]).await);
    refusals.add(
        "a blank reason",
        review
            .reassign("p-1", " \n")
            .items(["i-1"])
            .in_background()
            .await,
    );
    refusals.add(
        "a blank reason, in beta",
        beta.reassign("p-1", "\t").items(["i-1"]).await,
    );
    refusals.add(
        "to nobody",
        review.reassign("", "a reason").items(["i-1"]).await,
    );
    refusals.add("an empty id", reassign().items(["i-1", ""]).await);
    let own: Vec<AccessReviewItem> = (1..=7).map(of_identity_p_1).collect();
    let mixed = reassign().items(["i-1"]).items(&own[..1]);
    refusals.add("their own item", mixed.await);
    refusals.add(
        "their own items, in beta",
        beta.reassign("p-1", "a reason").items(&own).await,
    );
    let summary = own[0].identity_summary.as_ref().unwrap();
    refusals.add("themselves", reassign().identities([summary]).await);
    // Any mention of the item can say whose access it is.
    let twice = reassign().items(["own-1"]).items(&own[..1]);
    refusals.add("their own item, by id as well", twice.await);
    assert_snapshot!(refusals.text);
}

#[tokio::test]
async fn ids_that_mean_something_in_a_path_are_refused_before_sending() {
    let (mut refusals, client) = Refusals::start().await;
    for id in ["", ".", "..", r"a\b", r"\"] {
        refusals.add(
            &format!("certification {id:?}"),
            client.certification(id).get().await,
        );
    }
    for id in ["", ".."] {
        let review = client.certification("c-1");
        refusals.add(&format!("item {id:?}"), review.permissions(id).send().await);
        refusals.add(
            &format!("summary {id:?}"),
            review.identity_summary(id).await,
        );
        refusals.add(&format!("task {id:?}"), client.task(id).get().await);
        let beta = client.beta().certification("c-1");
        refusals.add(&format!("beta task {id:?}"), beta.task(id).get().await);
        refusals.add(
            &format!("beta item {id:?}"),
            beta.permissions(id).send().await,
        );
    }
    let nameless = client.certification("..");
    let approve = [ReviewDecision::approve("i-1")];
    refusals.add("decide", nameless.decide(approve).await);
    refusals.add("sign off", nameless.sign_off().await);
    refusals.add("sign off, unchecked", nameless.sign_off().unchecked().await);
    refusals.add("items", nameless.items().stream().try_next().await);
    refusals.add("reviewers", nameless.reviewers().send().await);
    refusals.add("decision summary", nameless.decision_summary().await);
    refusals.add(
        "identity summaries",
        nameless.identity_summaries().send().await,
    );
    refusals.add(
        "access summaries",
        nameless.access_summaries(AccessType::Role).send().await,
    );
    refusals.add(
        "reassign",
        nameless.reassign("p-1", "why").items(["i-1"]).await,
    );
    refusals.add(
        "submit",
        nameless
            .reassign("p-1", "why")
            .items(["i-1"])
            .in_background()
            .await,
    );
    let nameless = client.beta().certification("");
    refusals.add("beta reviewers", nameless.reviewers().send().await);
    refusals.add("beta tasks", nameless.tasks_pending().await);
    refusals.add(
        "beta reassign",
        nameless.reassign("p-1", "why").items(["i-1"]).await,
    );
    assert_snapshot!(refusals.text);
}

/// An error that repeated such an id would be as long. A filter's values may have any length.
#[tokio::test]
async fn ids_that_are_too_long_are_refused_before_sending() {
    let (mut refusals, client) = Refusals::start().await;
    let long = "x".repeat(10_240);
    let long = long.as_str();
    let review = client.certification("c-1");
    let beta = client.beta().certification("c-1");

    refusals.add("certification", client.certification(long).get().await);
    let sign_off = client.certification(long).sign_off().unchecked();
    refusals.add("sign-off", sign_off.await);
    refusals.add(
        "beta",
        client.beta().certification(long).tasks_pending().await,
    );
    refusals.add("permissions", review.permissions(long).send().await);
    refusals.add("beta permissions", beta.permissions(long).send().await);
    refusals.add("identity summary", review.identity_summary(long).await);
    refusals.add("task", client.task(long).get().await);
    refusals.add("beta task", beta.task(long).get().await);
    refusals.add("campaign", client.campaign(long).get().await);
    refusals.add("template", client.campaign_template(long).get().await);
    refusals.add("campaign filter", client.campaign_filter(long).get().await);
    let of_reviewer = client.certifications().reviewer(long);
    refusals.add("reviewer", of_reviewer.send().await);
    refusals.add("role", review.items().roles([long]).send().await);
    let decisions = [
        ReviewDecision::approve("i-1"),
        ReviewDecision::approve(long),
    ];
    refusals.add("decision", review.decide(decisions).await);
    let items = review.reassign("p-1", "a reason").items(["i-1", long]);
    refusals.add("reassignment", items.await);
    let to = review.reassign(long, "a reason").items(["i-1"]);
    refusals.add("new reviewer", to.await);
    assert_snapshot!(refusals.text);

    let evidence = || client.evidence();
    for evidence in [evidence().campaign(long), evidence().certifications([long])] {
        let error = evidence.write_to("nowhere").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
        assert!(error.to_string().contains("10240 bytes"), "{error}");
        assert_eq!(refusals.sim.requests(), []);
    }
}

/// Otherwise an id, such as a cell of a table, could forge log lines or control a terminal.
#[tokio::test]
async fn an_id_in_an_error_stays_on_one_line() {
    let id = "red\u{1b}[31m\u{7}\r\nERROR forged\u{2028}";
    let shown = "red [31m ERROR forged";
    let client = Canned::with(move |uri: Uri| {
        let body = match uri.path() {
            "/v3/certification-tasks" => serde_json::json!([]),
            _ => serde_json::json!({ "id": id, "phase": "STAGED" }),
        };
        Response::new(Body::from(body.to_string()))
    })
    .client();
    let review = client.certification("c-1");
    let in_path = format!("{id}\\");
    let with_comma = format!("{id},");
    let decision = || ReviewDecision::approve(id);
    let own = serde_json::json!({
        "id": id,
        "identitySummary": { "id": "s-1", "identityId": "p-1" },
    });
    let own: AccessReviewItem = serde_json::from_value(own).unwrap();
    let errors = [
        review.permissions(&in_path).send().await.err(),
        review.items().roles([with_comma]).send().await.err(),
        review.decide([decision(), decision()]).await.err(),
        review.reassign("p-1", "a reason").items([&own]).await.err(),
        client.certification(id).sign_off().await.err(),
    ];
    for error in errors.map(Option::unwrap) {
        let text = error.to_string();
        assert!(text.contains(shown), "{text:?}");
        for text in [text, format!("{error:?}")] {
            assert!(!text.contains(char::is_control), "{text:?}");
            assert!(!text.contains('\u{2028}'), "{text:?}");
        }
        // The id itself is available from the accessor.
        assert!(error.items().iter().all(|item| item == id), "{error:?}");
    }
}
