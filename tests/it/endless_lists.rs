//! Lists that never end: the client reports a service that repeats itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use certs::{Client, ErrorKind, List, RequestBody, filter::endpoint::Items};
use certs_sim::Simulator;
use http::{Request, Response};
use tower::ServiceExt as _;

use crate::support::wire::query_parameter;
use crate::support::{builder, simulator};

const PAGE: usize = 25;

/// The page that the service returns instead of the requested one.
type Turn = fn(usize, usize) -> usize;

const TURNS: [(&str, Turn); 4] = [
    ("the first page again and again", |_, _| 0),
    ("two pages in turn", |page, _| page % 2),
    ("the pages in rotation", |page, pages| page % pages),
    ("the pages in another order each time", |page, pages| {
        let round = page / pages;
        (page * [7, 11, 1][round % 3] + round) % pages
    }),
];

/// The number of records that the service reports.
#[derive(Clone, Copy, Debug)]
enum Count {
    Right,
    Nothing,
    FarTooMany,
}

/// Lists the items of the largest certification from a service without a last page. Returns the
/// number of full pages, and of requests.
fn endless(sim: &Simulator, turn: Turn, count: Count) -> (List<Items>, usize, Arc<AtomicUsize>) {
    let certifications = sim.certifications().into_iter();
    let largest = certifications.max_by_key(|certification| certification.decisions_total);
    let largest = largest.unwrap();
    let pages = largest.decisions_total as usize / PAGE;
    let requests = Arc::new(AtomicUsize::new(0));
    let asked = Arc::clone(&requests);
    let turned = move |mut request: Request<RequestBody>| {
        asked.fetch_add(1, Ordering::Relaxed);
        let uri = request.uri().to_string();
        let query = request.uri().query().unwrap_or_default();
        if query_parameter(query, "limit").as_deref() == Some("25") {
            let offset = query_parameter(query, "offset").unwrap();
            let page = offset.parse::<usize>().unwrap() / PAGE;
            let place = turn(page, pages) * PAGE;
            let uri = uri.replace(&format!("offset={offset}"), &format!("offset={place}"));
            *request.uri_mut() = uri.parse().unwrap();
        }
        request
    };
    let counted = move |mut response: Response<_>| {
        match (count, response.headers_mut().remove("x-total-count")) {
            (Count::Right, Some(total)) => {
                response.headers_mut().insert("x-total-count", total);
            }
            (Count::FarTooMany, Some(_)) => {
                let total = u64::MAX.into();
                response.headers_mut().insert("x-total-count", total);
            }
            _ => {}
        }
        response
    };
    let service = sim.service().map_request(turned).map_response(counted);
    let admin = sim.admin();
    let client: Client = builder(sim)
        .http_service(service)
        .client_credentials(admin.client_id, admin.client_secret)
        .build()
        .unwrap();
    let items = client.certification(largest.id).items();
    (items.page_size(25), pages, requests)
}

#[tokio::test]
async fn an_endless_list_is_reported_whatever_its_order_and_count() {
    let sim = simulator();
    for (what, turn) in TURNS {
        for count in [Count::Right, Count::Nothing, Count::FarTooMany] {
            for (ahead, with_total) in [(1, false), (4, false), (1, true)] {
                let (items, pages, requests) = endless(&sim, turn, count);
                let items = items.fetch_ahead(ahead);
                let items = if with_total {
                    items.with_total()
                } else {
                    items
                };
                let mut stream = items.stream();
                let mut came = 0;
                let error = loop {
                    match stream.try_next().await {
                        Ok(Some(_)) => came += 1,
                        Ok(None) => panic!("{what}: it ended, {count:?}"),
                        Err(error) => break error,
                    }
                };
                let place = format!("{what}, {count:?}, {ahead} ahead: {error}");
                assert_eq!(error.kind(), ErrorKind::Decode, "{place}");
                let shown = error.to_string();
                assert!(
                    shown.contains("the list would never end") || shown.contains("but has sent"),
                    "{place}"
                );
                // The first round returns everything; after that, each page costs at most a count.
                let bound = match count {
                    Count::FarTooMany => 5_000 + (pages + 1) * PAGE,
                    Count::Right | Count::Nothing => (2 * pages + 1) * PAGE,
                };
                assert!(came <= bound, "{place}: {came} records");
                let sent = requests.load(Ordering::Relaxed);
                assert!(sent <= 2 * bound / PAGE + ahead + 2, "{place}: {sent}");
            }
        }
    }
}
