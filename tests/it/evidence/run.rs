//! Runs: selections, discrepancies and failures.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use axum::body::Body;
use axum::http::{Response, Uri};
use certs::evidence::{DiscrepancyKind, EvidenceFormat, EvidenceRow};
use certs::filter::{Filter, certification, item};
use certs::model::{CampaignStatus, Decision, Phase};
use certs::{Client, ErrorKind};
use certs_sim::view::{self, Reviewer};
use certs_sim::{Fault, Operation, Target};
use serde_json::{Value, json};
use tokio::io::{AsyncWrite, sink};

use super::{EMPTY, MEIS, OF_THE_BOARD, OMARS, SPRING, find, kinds, small_tenant};
use crate::support::canned::Canned;
use crate::support::{admin_of, another_reviewer, open_certification, reviewer_of, simulator};

async fn items(evidence: certs::evidence::Evidence<'_>) -> Vec<String> {
    let mut records = evidence.stream();
    let mut ids = Vec::new();
    while let Some(record) = records.try_next().await.unwrap() {
        ids.push(
            record
                .item_id
                .unwrap()
                .trim_start_matches("1000000000000000")
                .trim_start_matches('0')
                .to_owned(),
        );
    }
    ids.sort();
    ids
}

#[tokio::test]
async fn selections() {
    let (_sim, client) = small_tenant().await;
    let evidence = || client.evidence();
    assert_eq!(items(evidence()).await, ["1", "2", "3", "4"]);
    assert_eq!(
        items(evidence().campaign(SPRING)).await,
        ["1", "2", "3", "4"]
    );
    assert_eq!(
        items(evidence().certifications([OMARS, EMPTY])).await,
        ["3", "4"]
    );
    let mei = "a0000000000000000000000000000001";
    assert_eq!(items(evidence().reviewer(mei)).await, ["1", "2"]);
    let signed = certification::phase().eq(Phase::Signed);
    assert_eq!(
        items(evidence().campaign(SPRING).filter(signed.clone())).await,
        ["1", "2"]
    );
    let either = signed.clone().or(certification::id().eq(EMPTY));
    assert_eq!(
        items(evidence().campaign(SPRING).filter(either)).await,
        ["1", "2"]
    );
    assert!(
        items(evidence().certifications([OMARS]).filter(signed))
            .await
            .is_empty()
    );
    let open = item::completed().eq(false);
    assert_eq!(items(evidence().campaign(SPRING).items(open)).await, ["3"]);
}

#[tokio::test]
async fn many_certifications_are_requested_in_parts() {
    let sim = simulator();
    let ids: Vec<_> = sim.certifications().into_iter().map(|c| c.id).collect();
    // More than fit into one URL.
    let absent = (0..50).map(|n| format!("{n:032}"));
    let all = admin_of(&sim)
        .evidence()
        .csv("csv", sink())
        .write()
        .await
        .unwrap();
    let named = admin_of(&sim)
        .evidence()
        .certifications(ids.iter().cloned().chain(absent))
        .csv("csv", sink())
        .write()
        .await
        .unwrap();
    assert_eq!(all.totals, named.totals);
    let expected = [
        vec![DiscrepancyKind::CertificationNotFound; 50],
        vec![DiscrepancyKind::CertificationNotReadable],
    ];
    assert_eq!(kinds(&named), expected.concat());
    let listed = sim.requests().into_iter();
    let listed = listed.filter(|request| request.path.ends_with("/v3/certifications"));
    // Two parts, each read twice, after the list of all, which was also read twice.
    assert_eq!(listed.count(), 2 + 4);
    assert_eq!(named.totals.certifications, ids.len() as u64);
}

/// Campaigns are read with an administrator's token; a reviewer's evidence is complete without
/// them.
#[tokio::test]
async fn what_a_campaign_is_can_be_read_by_administrators() {
    let sim = simulator();
    let certification = open_certification(&sim);
    let of_campaign = |client: &Client| client.evidence().campaign(&certification.campaign_id);
    let read = of_campaign(&admin_of(&sim)).json_lines("lines", sink());
    let read = read.write().await.unwrap();
    let campaigns = sim.campaigns().into_iter();
    let mut campaigns = campaigns.filter(|campaign| campaign.id == certification.campaign_id);
    let campaign = &read.campaigns[0];
    assert_eq!(campaign.deadline, Some(campaigns.next().unwrap().deadline));
    assert_eq!(campaign.status, Some(CampaignStatus::Active));
    assert!(campaign.created.is_some() && campaign.modified >= campaign.created);

    let is_anothers = |row: &view::Certification| {
        let is_of = row.campaign_id == certification.campaign_id;
        let reviewer = &row.reviewer;
        is_of && *reviewer != certification.reviewer && matches!(reviewer, Reviewer::Identity(_))
    };
    let anothers = sim.certifications().into_iter().find(is_anothers).unwrap();
    let read = of_campaign(&reviewer_of(&sim, &anothers));
    let read = read.json_lines("lines", sink());
    let read = read.write().await.unwrap();
    assert!(read.complete, "{:?}", read.discrepancies);
    assert_eq!(read.campaigns[0].status, None);
}

#[tokio::test]
async fn a_campaign_that_names_nothing_is_not_complete() {
    let (_sim, client) = small_tenant().await;
    let (mut lines, mut csv) = (Vec::new(), Vec::new());
    let typo = "ca00000000000000000000000000000f";
    let manifest = client
        .evidence()
        .campaign(typo)
        .campaign(SPRING)
        .filter(certification::id().eq(EMPTY))
        .json_lines("lines", &mut lines)
        .csv("csv", &mut csv)
        .write()
        .await
        .unwrap();
    assert!(!manifest.complete);
    assert_eq!(kinds(&manifest), [DiscrepancyKind::CampaignNotFound; 2]);
    assert!(manifest.discrepancies[0].message.contains(typo));
    assert_eq!(manifest.totals.items, 0);
    assert!(lines.is_empty());
    assert_eq!(
        String::from_utf8(csv).unwrap(),
        format!("{}\r\n", EvidenceRow::columns().join(","))
    );
}

#[tokio::test]
async fn many_campaigns_are_requested_in_parts() {
    let sim = simulator();
    let client = admin_of(&sim);
    let all = client.evidence().csv("csv", sink()).write().await.unwrap();
    sim.clear_requests();
    let mut evidence = client.evidence();
    let absent = (0..2_000).map(|n| format!("{n:032}"));
    for id in sim
        .campaigns()
        .into_iter()
        .map(|campaign| campaign.id)
        .chain(absent)
    {
        evidence = evidence.campaign(id.clone()).campaign(id);
    }
    let named = evidence.csv("csv", sink()).write().await.unwrap();
    assert_eq!(named.totals, all.totals);
    assert_eq!(named.selection.campaigns.len(), 2_000 + all.campaigns.len());
    let missing = kinds(&named).into_iter();
    let missing = missing.filter(|kind| *kind == DiscrepancyKind::CampaignNotFound);
    assert_eq!(missing.count(), 2_000);
    for request in sim.requests() {
        assert!(request.query.unwrap_or_default().len() < 4_000);
    }
}

/// Responds like the service, except for the items of certification `c1`.
fn service_with(items_of_c1: &'static (impl Fn() -> Response<Body> + Sync)) -> Canned {
    Canned::with(move |uri: Uri| {
        let body = match uri.path() {
            "/v3/certifications" => json!([
                { "id": "c1", "campaign": { "id": "k1" }, "decisionsTotal": 1 },
                { "id": "c2", "campaign": { "id": "k1" }, "decisionsTotal": 1 },
            ]),
            "/v3/certifications/c1/access-review-items" => return items_of_c1(),
            _ => json!([{ "id": "i1", "decision": "APPROVE" }]),
        };
        let count = body.as_array().unwrap().len();
        Response::builder()
            .header("content-type", "application/json")
            .header("x-total-count", count)
            .body(Body::from(body.to_string()))
            .unwrap()
    })
}

#[tokio::test]
async fn an_unreadable_certification_does_not_stop_the_others() {
    for status in [400_u16, 401, 403, 404, 409, 429, 500, 503, 520] {
        let response = move || {
            let body = json!({
                "detailCode": format!("{status}.1"), "trackingId": "t-1",
                "messages": [{ "text": "An internal fault occurred." }], "causes": [],
            });
            let response = Response::builder().status(status);
            let response = response.header("content-type", "application/json");
            response.body(Body::from(body.to_string())).unwrap()
        };
        let service = service_with(Box::leak(Box::new(response)));
        let evidence = service.client().evidence().campaign("k1");
        let manifest = evidence.csv("csv", sink()).write().await.unwrap();
        assert!(!manifest.complete);
        assert_eq!(manifest.totals.items, 1);
        assert_eq!(manifest.totals.certifications_read, 1);
        let failed = find(&manifest, DiscrepancyKind::CertificationNotReadable);
        assert_eq!(failed.certification_id.as_deref(), Some("c1"));
        assert!(failed.message.contains(&status.to_string()), "{failed}");
        assert_eq!(failed.tracking_id.as_deref(), Some("t-1"), "{failed}");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_repeatedly_ends_the_run() {
    let (sim, client) = small_tenant().await;
    let lost = || Fault::ResetBefore.on(Target::Operation(Operation::Items));
    sim.faults().add(lost().times(1));
    let evidence = client.evidence().csv("csv", sink());
    let manifest = evidence.write().await.unwrap();
    assert!(!manifest.complete);
    // One of the four certifications, and that of a governance group.
    assert_eq!(manifest.totals.certifications_read, 2);

    sim.faults().clear();
    sim.faults().add(lost());
    let evidence = client.evidence().csv("csv", sink());
    let error = evidence.write().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
}

#[tokio::test]
async fn a_bad_selection_is_refused_before_sending() {
    let (sim, client) = small_tenant().await;
    sim.clear_requests();
    let none: [&str; 0] = [];
    let filter = || Filter::raw("phase eq \"SIGNED\"");
    let evidence = || client.evidence();
    for (evidence, why) in [
        (
            evidence().certifications(none).csv("a", sink()),
            "list of certifications is empty",
        ),
        (
            evidence().certifications([""]).csv("a", sink()),
            "id of a certification of the evidence is missing",
        ),
        (
            evidence().campaign("").csv("a", sink()),
            "id of a campaign of the evidence is missing",
        ),
        (
            evidence()
                .filter(filter())
                .filter(filter())
                .csv("a", sink()),
            "two filters",
        ),
        (
            evidence().items(item::id().is_in(none)).csv("a", sink()),
            "id",
        ),
        (
            evidence().csv("a", sink()).json_lines("a", sink()),
            "two outputs are named `a`",
        ),
        (
            evidence()
                .csv("a", sink())
                .grants_to("a", EvidenceFormat::Csv, sink()),
            "two outputs are named `a`",
        ),
        (
            evidence().grants_to("a", EvidenceFormat::Html, sink()),
            "use `write_to`",
        ),
        (evidence(), "the evidence has no output"),
    ] {
        let error = evidence.write().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert!(error.to_string().contains(why), "{error}");
    }
    let error = evidence()
        .certifications(none)
        .stream()
        .try_next()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(sim.requests().is_empty());
}

#[tokio::test]
async fn certifications_that_cannot_be_read_or_found_are_named() {
    let (_sim, client) = small_tenant().await;
    let ids = [OF_THE_BOARD, "ce00000000000000000000000000000f", MEIS];
    let manifest = client
        .evidence()
        .certifications(ids)
        .csv("csv", sink())
        .write()
        .await
        .unwrap();
    assert!(!manifest.complete);
    assert_eq!(manifest.totals.items, 2);
    assert_eq!(manifest.totals.certifications, 2);
    assert_eq!(manifest.totals.certifications_read, 1);
    let lost = find(&manifest, DiscrepancyKind::CertificationNotFound);
    assert_eq!(lost.certification_id.as_deref(), Some(ids[1]));
    let board = find(&manifest, DiscrepancyKind::CertificationNotReadable);
    assert_eq!(board.certification_id.as_deref(), Some(OF_THE_BOARD));
    assert!(board.message.contains("governance group"), "{board}");
    assert_eq!(manifest.discrepancies.len(), 2);
}

#[tokio::test]
async fn items_that_are_reassigned_meanwhile_show() {
    let sim = simulator();
    let client = admin_of(&sim);
    let certification = open_certification(&sim);
    let to = another_reviewer(&sim, &certification);
    let mut records = client
        .evidence()
        .campaign(&certification.campaign_id)
        .fetch_ahead(1)
        .stream();
    // By now, the certifications are listed and some items are read.
    records.try_next().await.unwrap().unwrap();
    let moved = &sim.items_of(&certification.id)[0].id;
    let review = client.certification(&certification.id);
    let given = review.reassign(&to, "on leave").items([moved]).await;
    given.unwrap().ensure_complete().unwrap();
    while records.try_next().await.unwrap().is_some() {}

    let manifest = records.manifest();
    assert!(!manifest.complete);
    let left = find(&manifest, DiscrepancyKind::ItemsMoved);
    assert_eq!(
        left.certification_id.as_deref(),
        Some(certification.id.as_str())
    );
    // The reassignment has made a certification.
    let new = find(&manifest, DiscrepancyKind::CertificationAppeared);
    assert!(
        sim.certifications()
            .iter()
            .any(|c| Some(&c.id) == new.certification_id.as_ref())
    );
}

#[tokio::test]
async fn decisions_that_are_made_meanwhile_show_and_leave_it_complete() {
    let (_sim, client) = small_tenant().await;
    let mut records = client.evidence().campaign(SPRING).stream();
    records.try_next().await.unwrap().unwrap();
    let review = client.certification(OMARS);
    let open = review
        .items()
        .filter(item::completed().eq(false))
        .send()
        .await
        .unwrap();
    let outcome = review.decide([open.items[0].approve()]).await;
    outcome.unwrap().ensure_complete().unwrap();
    while records.try_next().await.unwrap().is_some() {}
    let manifest = records.manifest();
    assert_eq!(kinds(&manifest), [DiscrepancyKind::CertificationChanged]);
    insta::assert_snapshot!(manifest.discrepancies[0], @"certification ce000000000000000000000000000002: changed while evidence was read: decisions made: 1 before, 2 after");
    assert!(manifest.complete);
}

#[tokio::test]
async fn a_selection_that_is_left_shows() {
    let (_sim, client) = small_tenant().await;
    let active = certification::phase().eq(Phase::Active);
    let mut records = client.evidence().campaign(SPRING).filter(active).stream();
    records.try_next().await.unwrap().unwrap();
    let review = client.certification(OMARS);
    let open = review
        .items()
        .filter(item::completed().eq(false))
        .send()
        .await
        .unwrap();
    let outcome = review.decide([open.items[0].approve()]).await;
    outcome.unwrap().ensure_complete().unwrap();
    review.sign_off().await.unwrap();
    while records.try_next().await.unwrap().is_some() {}
    assert_eq!(
        kinds(&records.manifest()),
        [DiscrepancyKind::CertificationDisappeared]
    );
}

#[tokio::test]
async fn a_stream_that_is_not_taken_to_its_end_is_not_complete() {
    let (_sim, client) = small_tenant().await;
    let mut records = client.evidence().campaign(SPRING).stream();
    records.try_next().await.unwrap().unwrap();
    let manifest = records.manifest();
    assert!(!manifest.complete);
    assert_eq!(kinds(&manifest), [DiscrepancyKind::Unfinished]);
}

/// A certification with these pages of items, of which the service counts this many.
async fn service(pages: Vec<Value>, counts: Vec<Option<u64>>) -> Canned {
    Canned::with(move |uri: Uri| {
        let mut response = Response::builder().header("content-type", "application/json");
        let query = uri.query().unwrap_or_default();
        let offset = query
            .split('&')
            .find_map(|part| part.strip_prefix("offset="));
        let page = offset.map_or(0, |offset| offset.parse::<usize>().unwrap() / 250);
        let (count, body) = match uri.path() {
            "/v3/certifications" => (Some(1), json!([{ "id": "c", "decisionsTotal": 3 }])),
            _ => (
                counts[page.min(counts.len() - 1)],
                pages.get(page).cloned().unwrap_or(json!([])),
            ),
        };
        if let Some(count) = count {
            response = response.header("x-total-count", count);
        }
        response.body(Body::from(body.to_string())).unwrap()
    })
}

fn item_ids(ids: impl IntoIterator<Item = usize>) -> Value {
    ids.into_iter()
        .map(|id| json!({ "id": format!("i{id}"), "decision": "APPROVE" }))
        .collect()
}

#[tokio::test]
async fn counts_that_differ_are_reported() {
    let two_pages = || vec![item_ids(0..250), item_ids(250..260)];
    let (differs, not_readable) = (
        DiscrepancyKind::CountDiffers,
        DiscrepancyKind::CertificationNotReadable,
    );
    for (pages, counts, items, kind, message) in [
        (
            vec![item_ids(0..2)],
            vec![None],
            2,
            differs,
            "2 items were received, but the service counts none or not always",
        ),
        (
            two_pages(),
            vec![Some(261), Some(260)],
            260,
            differs,
            "260 items were received, but the service counts 261 before and 260 after",
        ),
        // The list detects that the service contradicts itself. The received items are recorded.
        (
            vec![item_ids(0..2)],
            vec![Some(3)],
            2,
            not_readable,
            "the service counts 3 records, but ended the list after 2",
        ),
        (
            two_pages(),
            vec![Some(260), Some(261)],
            260,
            not_readable,
            "the service counts 261 records, but ended the list after 260",
        ),
    ] {
        let service = service(pages, counts).await;
        let evidence = service.client().evidence().csv("csv", sink());
        let manifest = evidence.write().await.unwrap();
        assert_eq!(kinds(&manifest), [kind]);
        assert_eq!(manifest.totals.items, items);
        let found = &manifest.discrepancies[0].message;
        assert!(found.contains(message), "{found}");
        assert!(!manifest.complete);
    }
}

#[tokio::test]
async fn an_item_that_is_listed_twice_is_recorded_once_and_reported() {
    // Two items were added at the front while the second page was requested.
    let service = service(
        vec![item_ids(0..250), item_ids(248..256)],
        vec![Some(256), Some(258)],
    )
    .await;
    let manifest = service
        .client()
        .evidence()
        .csv("csv", sink())
        .write()
        .await
        .unwrap();
    assert_eq!(manifest.totals.items, 256);
    assert_eq!(manifest.certifications[0].repeated, 2);
    let repeated = find(&manifest, DiscrepancyKind::RecordRepeated);
    assert_eq!(repeated.item_id.as_deref(), Some("i248"));
    find(&manifest, DiscrepancyKind::CountDiffers);
}

#[tokio::test]
async fn records_that_cannot_be_read_are_named_and_the_others_are_there() {
    let page = json!([
        { "id": "good", "decision": "ACKNOWLEDGE" },
        ["Ada Lovelace"],
        null,
    ]);
    let service = service(vec![page], vec![Some(3)]).await;
    let mut records = service.client().evidence().stream();
    let record = records.try_next().await.unwrap().unwrap();
    assert_eq!(record.item_id.as_deref(), Some("good"));
    assert_eq!(
        record.decision,
        Some("ACKNOWLEDGE".parse::<Decision>().unwrap())
    );
    assert!(records.try_next().await.unwrap().is_none());

    let manifest = records.manifest();
    assert!(!manifest.complete);
    let shown: Vec<_> = manifest
        .discrepancies
        .iter()
        .map(ToString::to_string)
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r"
    certification c: item number 2 of the list cannot be read: the response is not as specified: expected an object
    certification c: item number 3 of the list cannot be read: it is null
    ");
    assert_eq!(manifest.certifications[0].unreadable, 2);
}

#[tokio::test]
async fn very_many_bad_records_are_counted_and_only_some_named() {
    let page: Value = (0..200).map(|id| json!([id])).collect();
    let service = service(vec![page], vec![Some(200)]).await;
    let manifest = service
        .client()
        .evidence()
        .csv("csv", sink())
        .write()
        .await
        .unwrap();
    assert_eq!(manifest.certifications[0].unreadable, 200);
    assert_eq!(manifest.discrepancies.len(), 101);
    insta::assert_snapshot!(manifest.discrepancies[100], @"certification c: there are more than 100 such items; see its counts");
}

/// Accepts this many bytes and no more.
struct Full(usize);

impl AsyncWrite for Full {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let room = self.0.min(bytes.len());
        self.0 -= room;
        Poll::Ready(match room {
            0 if !bytes.is_empty() => Err(io::ErrorKind::StorageFull.into()),
            room => Ok(room),
        })
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn a_writer_that_is_full_ends_the_run() {
    let (_sim, client) = small_tenant().await;
    for room in [0, 100, 2_000] {
        let evidence = client
            .evidence()
            .csv("left.csv", sink())
            .json_lines("right.jsonl", Full(room));
        let error = evidence.write().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Output);
        assert_eq!(error.attempts(), 0);
        assert!(!error.may_have_taken_effect());
        insta::allow_duplicates! {
            insta::assert_snapshot!(error, @"`right.jsonl` cannot be written: no storage space. Check the destination and its free space, and start again");
        }
    }
}

#[tokio::test]
async fn progress_is_reported_up_to_the_total() {
    let sim = simulator();
    let reports = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&reports);
    let manifest = admin_of(&sim)
        .evidence()
        .progress(move |report| told.lock().unwrap().push(report))
        .csv("csv", sink())
        .write()
        .await
        .unwrap();
    let reports = reports.lock().unwrap();
    let (first, last) = (reports.first().unwrap(), reports.last().unwrap());
    assert_eq!(first.done, 0);
    assert!(first.total > Some(0));
    assert_eq!(last.done, manifest.totals.items);
    assert_eq!(last.total, Some(last.done));
    assert!(reports.is_sorted_by_key(|report| report.done));
}
