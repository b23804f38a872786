//! Lists are complete and in order, however they are read.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Response, Uri};
use certs::{Client, ErrorKind};
use certs_sim::{PastEnd, Simulator, view};
use serde_json::{Value, json};

use crate::support::canned::{self, Canned};
use crate::support::wire::{api_requests, query_parameter, token_requests};
use crate::support::{admin_of, simulator, tenant};

/// A tenant with this many certifications, `c-0` and so on, and the requested offsets.
struct Counted {
    server: Canned,
    offsets: Arc<Mutex<Vec<usize>>>,
}

impl Counted {
    async fn with(total: usize) -> Self {
        Self::made_of(
            (0..total)
                .map(|n| json!({ "id": format!("c-{n}") }))
                .collect(),
        )
        .await
    }

    async fn made_of(records: Vec<Value>) -> Self {
        let offsets = Arc::<Mutex<Vec<usize>>>::default();
        let asked = Arc::clone(&offsets);
        let server = Canned::with(move |uri: Uri| {
            let number = |name| {
                let query = uri.query().unwrap();
                query_parameter(query, name).map(|value| value.parse::<usize>().unwrap())
            };
            let (offset, limit) = (number("offset").unwrap(), number("limit").unwrap());
            asked.lock().unwrap().push(offset);
            let page: Vec<_> = records.iter().skip(offset).take(limit).collect();
            let mut response = canned::json(&json!(page));
            if query_parameter(uri.query().unwrap(), "count").as_deref() == Some("true") {
                response
                    .headers_mut()
                    .insert("x-total-count", records.len().into());
            }
            response.map(Body::from)
        });
        Self { server, offsets }
    }

    fn client(&self) -> Client {
        self.server.client()
    }

    fn offsets(&self) -> Vec<usize> {
        self.offsets.lock().unwrap().clone()
    }
}

fn ids(numbers: std::ops::Range<usize>) -> Vec<String> {
    numbers.map(|n| format!("c-{n}")).collect()
}

const TOTALS: [usize; 7] = [0, 1, 249, 250, 251, 500, 501];

#[tokio::test]
async fn a_stream_brings_every_record_once_and_in_order() {
    for total in TOTALS {
        let tenant = Counted::with(total).await;
        let mut stream = tenant.client().certifications().stream();
        let mut found = Vec::new();
        while let Some(certification) = stream.try_next().await.unwrap() {
            found.push(certification.id);
        }
        assert_eq!(found, ids(0..total), "of {total}");
        let whole_pages: Vec<_> = (0..=total / 250).map(|page| page * 250).collect();
        assert_eq!(tenant.offsets(), whole_pages, "of {total}");
    }
}

/// Loops that select over several streams poll again after the end.
#[tokio::test]
async fn a_stream_that_has_ended_stays_at_its_end() {
    let tenant = Counted::with(3).await;
    let mut items = tenant.client().certifications().stream();
    while items.try_next().await.unwrap().is_some() {}
    let mut pages = tenant.client().certifications().pages();
    while pages.try_next().await.unwrap().is_some() {}
    let asked = tenant.offsets().len();
    for _ in 0..3 {
        assert!(items.try_next().await.unwrap().is_none());
        assert!(pages.try_next().await.unwrap().is_none());
    }
    assert_eq!(tenant.offsets().len(), asked);
}

#[tokio::test]
async fn pages_bring_every_record_once_and_in_order() {
    for total in TOTALS {
        let tenant = Counted::with(total).await;
        let list = tenant.client().certifications().with_total();
        let pages: Vec<_> = list.pages().try_collect().await.unwrap();
        let mut found = Vec::new();
        for (number, page) in pages.iter().enumerate() {
            assert_eq!(page.offset as usize, number * 250);
            assert_eq!(page.page_size, 250);
            assert_eq!(page.total, Some(total as u64));
            assert_eq!(page.is_last(), number + 1 == pages.len());
            found.extend(
                page.items
                    .iter()
                    .map(|certification| certification.id.clone()),
            );
        }
        assert_eq!(found, ids(0..total), "of {total}");
    }
}

#[tokio::test]
async fn small_pages_bring_the_same_records() {
    for page_size in [1, 7, 50, 249] {
        let tenant = Counted::with(100).await;
        let list = tenant.client().certifications().page_size(page_size);
        let found: Vec<_> = list.stream().try_collect().await.unwrap();
        let found: Vec<_> = found
            .into_iter()
            .map(|certification| certification.id)
            .collect();
        assert_eq!(found, ids(0..100), "pages of {page_size}");
    }
}

#[tokio::test]
async fn a_list_continues_where_a_page_ended() {
    let tenant = Counted::with(501).await;
    let list = tenant.client().certifications().page_size(200);
    let first = list.clone().send().await.unwrap();
    assert_eq!(first.next_offset(), 200);
    assert!(!first.is_last());
    assert_eq!(first.total, None, "nobody asked");

    let rest: Vec<_> = list
        .offset(first.next_offset())
        .stream()
        .try_collect()
        .await
        .unwrap();
    let rest: Vec<_> = rest
        .into_iter()
        .map(|certification| certification.id)
        .collect();
    assert_eq!(rest, ids(200..501));
    assert_eq!(tenant.offsets(), [0, 200, 400]);
}

#[tokio::test]
async fn a_list_is_counted_without_its_records() {
    for total in TOTALS {
        let tenant = Counted::with(total).await;
        let count = tenant
            .client()
            .certifications()
            .page_size(10)
            .offset(0)
            .count()
            .await;
        assert_eq!(count.unwrap(), total as u64);
        assert_eq!(tenant.offsets(), [0]);
    }
}

#[tokio::test]
async fn a_missing_count_is_not_zero() {
    let server = Canned::start();
    server.respond_json(&json!([]));
    let error = server.client().certifications().count().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
}

/// A null counts as an element of its page: a page with nulls is as full as one without.
#[tokio::test]
async fn nulls_among_the_records_do_not_end_the_list() {
    let records = (0..501)
        .map(|n| {
            if n % 2 == 0 {
                json!({ "id": format!("c-{n}") })
            } else {
                Value::Null
            }
        })
        .collect();
    let tenant = Counted::made_of(records).await;
    let found: Vec<_> = tenant
        .client()
        .certifications()
        .stream()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(found.len(), 251);
    assert_eq!(found.last().unwrap().id, "c-500");
    assert_eq!(tenant.offsets(), [0, 250, 500]);
}

/// The records before a failure are complete, and none follow it.
#[tokio::test]
async fn a_stream_ends_with_the_page_that_failed() {
    let server = Canned::with(|uri: Uri| {
        let offset = query_parameter(uri.query().unwrap(), "offset").unwrap();
        if offset == "0" {
            let page: Vec<_> = ids(0..250)
                .into_iter()
                .map(|id| json!({ "id": id }))
                .collect();
            return canned::json(&json!(page)).map(Body::from);
        }
        let fault = Response::builder().status(500);
        fault.body(Body::empty()).unwrap()
    });
    let mut stream = server.client().certifications().stream();
    for expected in ids(0..250) {
        assert_eq!(stream.try_next().await.unwrap().unwrap().id, expected);
    }
    let error = stream.try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Server, "{error}");
    assert!(stream.try_next().await.unwrap().is_none());
}

/// Some services return 400 for an offset past the end. That is the end of the list, not an error.
#[tokio::test]
async fn a_service_that_refuses_the_offset_past_the_end_ends_the_list() {
    let sim = tenant().past_end(PastEnd::Refused).build().unwrap();
    let all = sim.certifications().len();
    let list = admin_of(&sim).certifications().page_size(1);
    let found: Vec<_> = list.clone().stream().try_collect().await.unwrap();
    assert_eq!(found.len(), all);
    // If the caller requests that offset, it is an error.
    let past = list.offset(u32::try_from(all).unwrap() + 1).send().await;
    assert!(past.unwrap_err().is_invalid_request());
}

/// The certification with the most items: several pages of them.
fn largest(sim: &Simulator) -> view::Certification {
    let certifications = sim.certifications().into_iter();
    let largest = certifications.max_by_key(|certification| certification.decisions_total);
    let largest = largest.unwrap();
    assert!(largest.decisions_total > 500, "{largest:?}");
    largest
}

#[tokio::test]
async fn a_token_that_expires_on_the_way_is_replaced_once() {
    let sim = simulator();
    let certification = largest(&sim);
    let client = admin_of(&sim);
    let mut pages = client
        .certification(&certification.id)
        .items()
        .page_size(100)
        .pages();
    let mut found = Vec::new();
    while let Some(page) = pages.try_next().await.unwrap() {
        found.extend(page.items.into_iter().map(|item| item.id));
        if found.len() == 200 {
            sim.clock().advance(Duration::from_secs(750));
        }
    }
    let expected: Vec<_> = sim
        .items_of(&certification.id)
        .into_iter()
        .map(|item| item.id)
        .collect();
    assert_eq!(found, expected);
    assert_eq!(token_requests(&sim).len(), 2);
    let refused = api_requests(&sim)
        .into_iter()
        .filter(|request| request.status == 401);
    assert_eq!(refused.count(), 1);
}

#[tokio::test]
async fn the_simulators_lists_come_whole_and_sorted() {
    let sim = simulator();
    let client = admin_of(&sim);
    let certification = largest(&sim);
    let items = client.certification(&certification.id).items();
    let by_name = certs::filter::item::access_name().asc();
    let found: Vec<_> = items
        .clone()
        .sort(by_name)
        .page_size(99)
        .stream()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(found.len(), certification.decisions_total as usize);
    let names: Vec<_> = found
        .iter()
        .map(|item| item.access_name().unwrap().to_lowercase())
        .collect();
    assert!(names.is_sorted());
    assert_eq!(
        items.count().await.unwrap(),
        u64::from(certification.decisions_total)
    );
    let all = sim.certifications().len() as u64;
    assert_eq!(client.certifications().count().await.unwrap(), all);
    assert_eq!(client.beta().certifications().count().await.unwrap(), all);
}
