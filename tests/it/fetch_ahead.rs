//! Pages that are fetched ahead arrive in order, within bounds, and end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use certs::model::Certification;
use certs::{Client, ErrorKind};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::support::builder_at;

/// A list of this many certifications, and counters of its pages.
struct Service {
    total: usize,
    asked: AtomicUsize,
    on_their_way: AtomicUsize,
    most_at_once: AtomicUsize,
    dropped: AtomicUsize,
    /// Pages from this offset on wait for `release`.
    held_from: usize,
    release: Notify,
    /// Pages from this offset on fail.
    failing_from: usize,
    past_the_end: StatusCode,
    ignores_offset: bool,
    /// The most records of a page, whatever the request says.
    largest_page: usize,
}

impl Default for Service {
    fn default() -> Self {
        Self {
            total: 0,
            asked: AtomicUsize::new(0),
            on_their_way: AtomicUsize::new(0),
            most_at_once: AtomicUsize::new(0),
            dropped: AtomicUsize::new(0),
            held_from: usize::MAX,
            release: Notify::new(),
            failing_from: usize::MAX,
            past_the_end: StatusCode::OK,
            ignores_offset: false,
            largest_page: usize::MAX,
        }
    }
}

#[derive(Deserialize)]
struct Asked {
    offset: usize,
    limit: usize,
    #[serde(default)]
    count: bool,
}

/// Counts a page as in flight, and as dropped if it never gets a response.
struct OnItsWay<'a>(&'a Service, bool);

impl Drop for OnItsWay<'_> {
    fn drop(&mut self) {
        self.0.on_their_way.fetch_sub(1, Ordering::SeqCst);
        if !self.1 {
            self.0.dropped.fetch_add(1, Ordering::SeqCst);
        }
    }
}

async fn page(State(service): State<Arc<Service>>, Query(asked): Query<Asked>) -> Response {
    service.asked.fetch_add(1, Ordering::SeqCst);
    let now = service.on_their_way.fetch_add(1, Ordering::SeqCst) + 1;
    service.most_at_once.fetch_max(now, Ordering::SeqCst);
    let mut on_its_way = OnItsWay(&service, false);
    if asked.offset >= service.held_from {
        service.release.notified().await;
    }
    // Yields, so that pages overlap and overtake each other.
    for _ in 0..(asked.offset / 250 % 7) {
        tokio::task::yield_now().await;
    }
    on_its_way.1 = true;
    if asked.offset >= service.failing_from {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    if asked.offset >= service.total && asked.offset > 0 && service.past_the_end != StatusCode::OK {
        return service.past_the_end.into_response();
    }
    let offset = if service.ignores_offset {
        0
    } else {
        asked.offset
    };
    let limit = asked.limit.min(service.largest_page);
    let ids = (offset..service.total).take(limit);
    let body: Vec<Value> = ids.map(|n| json!({ "id": n.to_string() })).collect();
    let counted = asked
        .count
        .then(|| [("x-total-count", service.total.to_string())]);
    match counted {
        Some(headers) => (headers, axum::Json(body)).into_response(),
        None => axum::Json(body).into_response(),
    }
}

fn serve(service: Service) -> (Arc<Service>, Client) {
    let service = Arc::new(service);
    let router = Router::new()
        .route("/v3/certifications", get(page))
        .with_state(Arc::clone(&service));
    let client = builder_at("http://127.0.0.1:9")
        .http_service(router)
        .token("a token")
        .build()
        .unwrap();
    (service, client)
}

fn numbers(certifications: &[Certification]) -> Vec<usize> {
    certifications
        .iter()
        .map(|c| c.id.get().unwrap().parse().unwrap())
        .collect()
}

#[tokio::test]
async fn every_size_comes_whole_and_in_order() {
    for total in [0, 1, 249, 250, 251, 500, 100_000] {
        let (service, client) = serve(Service {
            total,
            ..Service::default()
        });
        let list = client.certifications().fetch_ahead(8);
        let records: Vec<Certification> = list.stream().try_collect().await.unwrap();
        assert_eq!(numbers(&records), (0..total).collect::<Vec<_>>());
        let most = service.most_at_once.load(Ordering::SeqCst);
        assert!(most <= 8, "{most} pages at once for {total}");
        assert!(
            total < 2500 || most > 1,
            "nothing was fetched ahead for {total}"
        );
    }
}

#[tokio::test]
async fn a_short_list_costs_one_request() {
    let (service, client) = serve(Service {
        total: 249,
        ..Service::default()
    });
    let list = client.certifications().fetch_ahead(8);
    let records: Vec<Certification> = list.stream().try_collect().await.unwrap();
    assert_eq!(
        (records.len(), service.asked.load(Ordering::SeqCst)),
        (249, 1)
    );
}

#[tokio::test]
async fn a_known_total_keeps_requests_past_the_end_away() {
    let (service, client) = serve(Service {
        total: 1001,
        ..Service::default()
    });
    let list = client.certifications().fetch_ahead(8).with_total();
    let records: Vec<Certification> = list.stream().try_collect().await.unwrap();
    assert_eq!(
        (records.len(), service.asked.load(Ordering::SeqCst)),
        (1001, 5)
    );
}

#[tokio::test]
async fn dropping_the_stream_cancels_what_is_on_its_way() {
    let held = Service {
        total: 10_000,
        held_from: 250,
        ..Service::default()
    };
    let (service, client) = serve(held);
    let mut pages = client.certifications().fetch_ahead(4).pages();
    assert!(pages.try_next().await.unwrap().is_some());
    // The next page does not arrive, but polling for it sends the requests of the window.
    let window_is_full = async {
        while service.on_their_way.load(Ordering::SeqCst) < 4 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        page = pages.try_next() => panic!("{page:?} came, though it is held"),
        () = window_is_full => {}
    }
    drop(pages);
    while service.dropped.load(Ordering::SeqCst) < 4 {
        tokio::task::yield_now().await;
    }
    assert_eq!(service.asked.load(Ordering::SeqCst), 5);
}

#[tokio::test]
async fn an_error_comes_in_its_place_and_ends_the_stream() {
    let failing = Service {
        total: 10_000,
        failing_from: 1000,
        ..Service::default()
    };
    let (_, client) = serve(failing);
    let mut stream = client.certifications().fetch_ahead(8).stream();
    for n in 0..1000 {
        assert_eq!(stream.try_next().await.unwrap().unwrap().id, n.to_string());
    }
    assert_eq!(
        stream.try_next().await.unwrap_err().kind(),
        ErrorKind::Server
    );
    assert_eq!(stream.position(), 1000);
    assert!(stream.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn only_a_refused_offset_past_the_end_is_the_end_of_a_list() {
    for (total, ahead) in [(500, 1), (500, 8)] {
        let past_the_end = StatusCode::BAD_REQUEST;
        let service = Service {
            total,
            past_the_end,
            ..Service::default()
        };
        let (_, client) = serve(service);
        let list = client.certifications().fetch_ahead(ahead);
        let records: Vec<Certification> = list.stream().try_collect().await.unwrap();
        assert_eq!(records.len(), 500);
    }
    let past_the_end = StatusCode::FORBIDDEN;
    let (_, client) = serve(Service {
        total: 500,
        past_the_end,
        ..Service::default()
    });
    let outcome = client
        .certifications()
        .stream()
        .try_collect::<Vec<_>>()
        .await;
    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Forbidden);
}

#[tokio::test]
async fn a_service_that_ignores_the_offset_is_reported() {
    for ahead in [1, 8] {
        let service = Service {
            total: 250,
            ignores_offset: true,
            ..Service::default()
        };
        let (_, client) = serve(service);
        let list = client.certifications().fetch_ahead(ahead);
        let error = list.stream().try_collect::<Vec<_>>().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert!(
            error.to_string().contains("the list would never end"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_service_that_cuts_its_pages_is_reported_after_what_came() {
    for ahead in [1, 8] {
        let (service, client) = serve(Service {
            total: 1000,
            largest_page: 100,
            ..Service::default()
        });
        let list = client.certifications().fetch_ahead(ahead).with_total();
        let mut records = list.stream();
        for n in 0..100 {
            assert_eq!(records.try_next().await.unwrap().unwrap().id, n.to_string());
        }
        let error = records.try_next().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        let what = "counts 1000 records, but ended the list after 100";
        assert!(error.to_string().contains(what), "{error}");
        assert!(records.try_next().await.unwrap().is_none());
        assert_eq!(service.asked.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn a_stream_resumes_where_another_was() {
    let (_, client) = serve(Service {
        total: 700,
        ..Service::default()
    });
    let mut first = client.certifications().stream();
    let mut taken = Vec::new();
    for _ in 0..333 {
        taken.push(first.try_next().await.unwrap().unwrap());
    }
    let rest = client
        .certifications()
        .offset(first.position())
        .fetch_ahead(3)
        .stream();
    taken.extend(rest.try_collect::<Vec<_>>().await.unwrap());
    assert_eq!(numbers(&taken), (0..700).collect::<Vec<_>>());
}
