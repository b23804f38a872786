//! Every version of the API: the same operations, filters and responses under different paths.

mod campaigns;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::Request;
use certs::filter::{access_summary, certification, identity_summary, item, permission, reviewer};
use certs::model::{AccessType, Phase, TaskType};
use certs::{Client, RateLimit, ReviewerIdentity, Version};
use certs_sim::{RecordedRequest, Simulator};

use crate::support::contract::Contract;
use crate::support::log::{Captured, is_own_process};
use crate::support::wire::api_requests;
use crate::support::{another_reviewer, builder, moment, open_certification, simulator};

fn client_of(sim: &Simulator, version: Version) -> Client {
    let admin = sim.admin();
    builder(sim)
        .client_credentials(admin.client_id, admin.client_secret)
        .version(version)
        .build()
        .unwrap()
}

/// Ids of the data set, and their names in snapshots.
type Names = Vec<(String, &'static str)>;

/// Makes every call once. Returns the requests, with the ids of the data set replaced by names.
async fn every_call(version: Version) -> Vec<RecordedRequest> {
    let sim = simulator();
    let client = client_of(&sim, version);
    let certification = open_certification(&sim);
    let to = another_reviewer(&sim, &certification);
    let mut names: Names = vec![
        (certification.id.clone(), "certification"),
        (to.clone(), "reviewer"),
    ];
    every_call_of_a_review(&sim, &client, &certification.id, &to, &mut names).await;
    campaigns::every_call(&client, &certification, &to, &mut names).await;
    let named = |text: String| {
        names.iter().fold(text, |text, (id, name)| {
            text.replace(id, &format!("[{name}]"))
        })
    };
    let mut requests = api_requests(&sim);
    for request in &mut requests {
        request.path = named(std::mem::take(&mut request.path));
        request.query = request.query.take().map(named);
        let body = request.body.take().map(|body| named(body.to_string()));
        request.body = body.map(|body| body.parse().unwrap());
    }
    requests
}

async fn every_call_of_a_review(
    sim: &Simulator,
    client: &Client,
    certification: &str,
    to: &str,
    names: &mut Names,
) {
    use certs::filter::{decision_summary, task};

    let items = sim.items_of(certification);
    let summary = items[0].identity_summary_id.clone().unwrap();
    let with_permissions = sim.items().into_iter().find(|item| item.permissions > 1);
    let with_permissions = with_permissions.unwrap();
    let ready = sim.certifications().into_iter().find(|c| {
        c.phase == certs_sim::Phase::Active
            && c.is_completed()
            && matches!(c.reviewer, certs_sim::Reviewer::Identity(_))
    });
    let ready = ready.unwrap();
    let review = client.certification(certification);

    client
        .certifications()
        .reviewer(ReviewerIdentity::Me)
        .filter(certification::phase().eq(Phase::Active))
        .sort(certification::due().desc())
        .page_size(25)
        .offset(50)
        .with_total()
        .send()
        .await
        .unwrap();
    review.get().await.unwrap();
    let list = review.items().filter(item::completed().eq(false));
    let list = list.sort(item::identity_summary_name().asc());
    list.clone().send().await.unwrap();
    list.entitlements(["e-1", "e-2"]).send().await.unwrap();
    let permissions = client
        .certification(&with_permissions.certification_id)
        .permissions(&with_permissions.id)
        .filter(permission::target().starts_with("a"));
    permissions.send().await.unwrap();
    let reviewers = review.reviewers().filter(reviewer::name().starts_with("A"));
    reviewers
        .sort(reviewer::email().asc())
        .send()
        .await
        .unwrap();
    let of_identity = decision_summary::identity_summary_id().eq(&summary);
    review.decision_summary().filter(of_identity).await.unwrap();
    let summaries = review.identity_summaries();
    let summaries = summaries.filter(identity_summary::completed().eq(false));
    summaries.send().await.unwrap();
    review.identity_summary(&summary).await.unwrap();
    let access = review.access_summaries(AccessType::Entitlement);
    let access = access.filter(access_summary::completed().eq(false));
    access.send().await.unwrap();

    let decision = certs::model::ReviewDecision::revoke(&items[0].id).comment("has moved");
    let outcome = review.decide([decision]).await.unwrap();
    outcome.ensure_complete().unwrap();
    let reassign = review.reassign(to, "knows it").items([&items[1].id]);
    reassign.await.unwrap().ensure_complete().unwrap();
    let reassign = review.reassign(to, "knows it").items([&items[2].id]);
    let outcome = reassign.in_background().await.unwrap();
    let task_id = outcome.tasks().next().unwrap().id.clone();
    client.task(&task_id).get().await.unwrap();
    let pending = client.tasks().reviewer(ReviewerIdentity::Me);
    let pending = pending.filter(task::task_type().eq(TaskType::Reassign));
    pending.send().await.unwrap();
    let sign_off = client.certification(&ready.id).sign_off().unchecked();
    assert!(sign_off.await.unwrap().is_signed());

    let [first, second, third, ..] = items.as_slice() else {
        unreachable!("it has four items or more")
    };
    let ids = [
        (with_permissions.id, "item"),
        (with_permissions.certification_id, "certification"),
        (ready.id, "certification"),
        (first.id.to_string(), "item"),
        (second.id.to_string(), "item"),
        (third.id.to_string(), "item"),
        (summary, "summary"),
        (task_id.to_string(), "task"),
    ];
    names.extend(ids);
}

/// Methods, queries and bodies of one version, because they are the same in all, and the paths of
/// each.
#[tokio::test]
async fn every_call_in_every_version() {
    let first = every_call(Version::V3).await;
    let mut table: Vec<String> = first
        .iter()
        .map(|request| {
            assert_eq!(request.status / 100, 2, "{request:?}");
            let mut row = format!("{:?}: {}", request.operation.unwrap(), request.method);
            let content_type = request.headers.get("content-type").map(String::as_str);
            if let Some(other) = content_type.filter(|of| *of != "application/json") {
                write!(row, " {other}").unwrap();
            }
            if let Some(query) = &request.query {
                write!(row, " ?{query}").unwrap();
            }
            if let Some(body) = &request.body {
                write!(row, " {body}").unwrap();
            }
            row
        })
        .collect();
    for version in Version::ALL {
        let requests = every_call(*version).await;
        assert_eq!(requests.len(), first.len(), "{version}");
        for ((request, of_first), row) in requests.iter().zip(&first).zip(&mut table) {
            assert_eq!(request.version.unwrap().name(), version.name());
            assert_eq!(request.operation, of_first.operation);
            assert_eq!(request.method, of_first.method);
            assert_eq!(request.query, of_first.query);
            assert_eq!(request.body, of_first.body);
            assert_eq!(request.status, of_first.status);
            write!(row, "\n  {}", request.path).unwrap();
        }
    }
    // Task ids are random in each simulator.
    insta::with_settings!({ filters => [("/[0-9a-f]{32}", "/[task]")] }, {
        insta::assert_snapshot!(table.join("\n"));
    });
    let called: BTreeSet<_> = first.iter().map(|request| request.operation).collect();
    let operations = Contract::load(Version::V3.name()).operations();
    let ids: Vec<_> = operations.iter().map(|operation| &operation.id).collect();
    assert_eq!(called.len(), ids.len(), "{called:?} is not all of {ids:?}");
}

/// The service counts requests of each version separately.
#[tokio::test(start_paused = true)]
async fn each_version_has_a_rate_limit_of_its_own() {
    let sim = simulator();
    let admin = sim.admin();
    let client = builder(&sim)
        .client_credentials(admin.client_id, admin.client_secret)
        .rate_limit(RateLimit::new(1, Duration::from_secs(10)))
        .build()
        .unwrap();
    let list = async |path: String| {
        let request = Request::get(path).body(Bytes::new()).unwrap();
        let response = client.execute(request).await.unwrap();
        assert_eq!(response.status(), 200);
    };
    let started = moment();
    for round in 0..3 {
        for version in certs_sim::Version::ALL {
            list(version.path("/certifications?limit=1")).await;
        }
        // The client's window is a little longer than the service's.
        let waited = started.elapsed().as_secs();
        assert!((round * 10..=round * 11).contains(&waited), "{waited}");
    }
}

#[tokio::test]
async fn errors_and_traces_name_the_version() {
    if !is_own_process(concat!(
        module_path!(),
        "::errors_and_traces_name_the_version"
    )) {
        return;
    }
    let sim = simulator();
    for version in Version::ALL {
        let log = Captured::default();
        let guard = log.everything();
        let client = client_of(&sim, *version);
        assert_eq!(client.version(), *version);
        let error = client.certification("nowhere").get().await.unwrap_err();
        drop(guard);
        assert!(error.is_not_found(), "{error}");
        assert_eq!(error.version(), Some(version.name()));
        let named = format!("get_identity_certification ({version}): ");
        assert!(error.to_string().starts_with(&named), "{error}");
        let span = format!("version=\"{version}\" operation=\"get_identity_certification\"");
        assert!(log.text().contains(&span), "{}", log.text());
    }
}

/// Beta has its own operations, which use beta's paths whatever the version.
#[tokio::test]
async fn beta_is_beta_in_every_version() {
    let sim = simulator();
    for version in Version::ALL {
        sim.clear_requests();
        let client = client_of(&sim, *version);
        client.beta().certifications().send().await.unwrap();
        let error = client.beta().certification("c").task("t").get().await;
        assert_eq!(error.unwrap_err().version(), Some("beta"));
        let paths: Vec<_> = api_requests(&sim).into_iter().map(|r| r.path).collect();
        assert!(
            paths.iter().all(|path| path.starts_with("/beta/")),
            "{paths:?}"
        );
    }
}
