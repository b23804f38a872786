//! The simulator without a socket, in paused time.

use std::io::ErrorKind;
use std::time::Duration;

use bytes::Bytes;
use certs_sim::{Builder, Clock, Decision, Fault, Operation, RateLimit, Simulator, TaskStatus};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};
use tower_service::Service as _;

const START: &str = "2026-03-02T08:00:00Z";
const HOUR: Duration = Duration::from_secs(3600);

fn builder() -> Builder {
    Simulator::builder().items(600)
}

/// An administrator of a simulator without a socket.
struct Scene {
    sim: Simulator,
    token: String,
    certification: String,
    reviewer: String,
    items: Vec<String>,
}

impl Scene {
    async fn new(builder: Builder) -> Self {
        let sim = builder
            .clock(Clock::tokio(START.parse().unwrap()))
            .build()
            .unwrap();
        let row = sim
            .certifications()
            .into_iter()
            .find(|row| {
                row.phase == certs_sim::Phase::Active
                    && row.decisions_made == 0
                    && row.decisions_total > 1
                    && matches!(row.reviewer, certs_sim::Reviewer::Identity(_))
            })
            .unwrap();
        let items = sim.items_of(&row.id).into_iter().map(|item| item.id);
        let mut scene = Self {
            items: items.collect(),
            token: String::new(),
            certification: row.id,
            reviewer: row.reviewer.id().to_owned(),
            sim,
        };
        scene.renew_token().await;
        scene.sim.clear_requests();
        scene
    }

    async fn renew_token(&mut self) {
        let form = "grant_type=client_credentials&client_id=sim-admin&client_secret=sim-secret";
        let request = Request::post("/oauth/token")
            .body(Full::from(form))
            .unwrap();
        let response = self.sim.service().call(request).await.unwrap();
        let response = json_of(response).await.unwrap();
        self.token = response["access_token"].as_str().unwrap().to_owned();
    }

    fn request(&self, method: &str, path: &str, body: Value) -> Request<Full<Bytes>> {
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        Request::builder()
            .method(method)
            .uri(format!("{}/v3{path}", self.sim.base_url()))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .body(Full::from(body))
            .unwrap()
    }

    async fn get(&self, path: &str) -> std::io::Result<Response<certs_sim::ResponseBody>> {
        let request = self.request("GET", path, Value::Null);
        self.sim.service().call(request).await
    }

    async fn decide(&self) -> std::io::Result<Response<certs_sim::ResponseBody>> {
        let path = format!("/certifications/{}/decide", self.certification);
        let decision = json!([{
            "id": self.items[0], "decision": "APPROVE", "bulk": true, "comments": "needed",
        }]);
        let request = self.request("POST", &path, decision);
        self.sim.service().call(request).await
    }

    /// A reviewer who can take over an item.
    fn somebody_else(&self, item: &certs_sim::view::Item) -> String {
        let mut people = self.sim.identities().into_iter();
        let to = people.find(|row| {
            !row.is_machine && row.id != self.reviewer && item.identity_id.as_ref() != Some(&row.id)
        });
        to.unwrap().id
    }

    fn is_decided(&self) -> bool {
        let items = self.sim.items_of(&self.certification);
        items[0].decision == Some(Decision::Approve)
    }
}

async fn json_of(response: Response<certs_sim::ResponseBody>) -> std::io::Result<Value> {
    let body = response.into_body().collect().await?.to_bytes();
    Ok(serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn responses_are_those_of_the_socket() {
    let at = Clock::manual(START.parse().unwrap());
    let sim = builder().clock(at).start().await.unwrap();
    let client = crate::client::Client::admin(&sim).await;
    let scene = Scene::new(builder()).await;
    for path in [
        "/certifications?limit=7&count=true",
        "/certifications?filters=nonsense",
        &format!("/certifications/{}", scene.certification),
        &format!(
            "/certifications/{}/access-review-items",
            scene.certification
        ),
        "/certifications/nothing",
        "/certification-tasks",
        "/elsewhere",
    ] {
        let over_socket = client.get(&format!("/v3{path}")).await;
        let response = scene.get(path).await.unwrap();
        assert_eq!(response.status(), over_socket.status, "{path}");
        for name in ["content-type", "content-length", "x-total-count"] {
            assert_eq!(
                response.headers().get(name),
                over_socket.headers.get(name),
                "{path}: {name}"
            );
        }
        let mut bodies = [json_of(response).await.unwrap(), over_socket.body];
        for body in &mut bodies {
            if let Some(tracking_id) = body.get_mut("trackingId") {
                *tracking_id = Value::Null;
            }
        }
        assert_eq!(bodies[0], bodies[1], "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_reset_is_an_error_of_the_call() {
    for (fault, is_processed) in [(Fault::ResetBefore, false), (Fault::ResetAfter, true)] {
        let scene = Scene::new(builder()).await;
        scene.sim.faults().add(fault.on(Operation::Decide).times(1));
        let error = scene.decide().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{fault}");
        assert_eq!(scene.is_decided(), is_processed, "{fault}");
        assert_eq!(scene.sim.requests()[0].processed, is_processed, "{fault}");
        assert_eq!(scene.decide().await.unwrap().status(), StatusCode::OK);
    }
}

#[tokio::test(start_paused = true)]
async fn silence_lasts_until_the_simulator_stops() {
    for (fault, is_processed) in [(Fault::SilenceBefore, false), (Fault::SilenceAfter, true)] {
        let scene = Scene::new(builder()).await;
        scene.sim.faults().add(fault.on(Operation::Decide));
        timeout(24 * HOUR, scene.decide()).await.unwrap_err();
        assert_eq!(scene.is_decided(), is_processed, "{fault}");

        let mut service = scene.sim.service();
        let request = |scene: &Scene| {
            let path = format!("/certifications/{}/decide", scene.certification);
            scene.request("POST", &path, json!([]))
        };
        let waiting = tokio::spawn(service.call(request(&scene)));
        let late = request(&scene);
        while scene.sim.requests().len() < 2 {
            tokio::task::yield_now().await;
        }
        scene.sim.shutdown().await;
        let error = waiting.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
        let error = service.call(late).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    }
}

#[tokio::test(start_paused = true)]
async fn a_truncated_body_brings_half_and_then_an_error() {
    let scene = Scene::new(builder()).await;
    scene
        .sim
        .faults()
        .add(Fault::TruncatedBody.on(Operation::Decide));
    let response = scene.decide().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let promised = response.headers()["content-length"].to_str().unwrap();
    let promised: usize = promised.parse().unwrap();
    let mut body = response.into_body();
    let half = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(half.len(), promised / 2);
    let error = body.frame().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
}

#[tokio::test(start_paused = true)]
async fn slow_responses_take_no_real_time() {
    let scene = Scene::new(builder()).await;
    let now = || scene.sim.clock().now();

    scene
        .sim
        .faults()
        .add(Fault::Latency(HOUR).on(Operation::Decide).times(1));
    let before = now();
    json_of(scene.decide().await.unwrap()).await.unwrap();
    assert_eq!(now().duration_since(before), HOUR.try_into().unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_body_drips_and_a_huge_one_streams() {
    let scene = Scene::new(builder()).await;
    let faults = scene.sim.faults();
    faults.add(
        Fault::SlowDrip(Duration::from_secs(1))
            .on(Operation::Decide)
            .times(1),
    );
    let before = scene.sim.clock().now();
    json_of(scene.decide().await.unwrap()).await.unwrap();
    let took = scene.sim.clock().now().duration_since(before);
    assert!((32..=64).contains(&took.as_secs()), "{took:?}");

    faults.add(Fault::HugeBody(1_000_000).on(Operation::Decide).times(1));
    let mut body = scene.decide().await.unwrap().into_body();
    let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(first.len() < 100_000, "it does not come at once");
    let rest = body.collect().await.unwrap().to_bytes();
    assert!(first.len() + rest.len() > 1_000_000);
}

#[tokio::test(start_paused = true)]
async fn refused_connections_come_back_and_open_ones_are_reset() {
    let scene = Scene::new(builder()).await;
    scene
        .sim
        .faults()
        .add(Fault::Latency(HOUR).on(Operation::Certifications));
    scene
        .sim
        .faults()
        .add(Fault::SlowDrip(HOUR).on(Operation::Tasks));
    let request = scene.request("GET", "/certifications", Value::Null);
    let waiting = tokio::spawn(scene.sim.service().call(request));
    let dripping = scene.get("/certification-tasks").await.unwrap();
    while scene.sim.requests().len() < 2 {
        tokio::task::yield_now().await;
    }

    scene.sim.refuse_connections().unwrap();
    let error = waiting.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    let error = json_of(dripping).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    let error = scene.decide().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    assert!(!scene.is_decided());

    scene.sim.accept_connections().unwrap();
    assert_eq!(scene.decide().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn tokens_the_rate_limit_and_tasks_go_by_the_time_of_the_runtime() {
    let limit = RateLimit {
        requests: 3,
        per: Duration::from_secs(10),
    };
    let mut scene = Scene::new(builder().rate_limit(Some(limit))).await;
    for status in [200, 200, 200, 429, 429] {
        assert_eq!(scene.get("/certifications").await.unwrap().status(), status);
    }
    sleep(Duration::from_secs(10)).await;
    assert_eq!(scene.get("/certifications").await.unwrap().status(), 200);

    let item = scene.sim.items_of(&scene.certification).remove(0);
    let path = format!("/certifications/{}/reassign-async", scene.certification);
    let body = json!({
        "reassign": [{ "type": "ITEM", "id": item.id }],
        "reassignTo": scene.somebody_else(&item),
        "reason": "away",
    });
    let request = scene.request("POST", &path, body);
    assert_eq!(
        scene.sim.service().call(request).await.unwrap().status(),
        200
    );
    assert_eq!(scene.sim.tasks()[0].status, TaskStatus::Queued);
    sleep(Duration::from_secs(1)).await;
    assert_eq!(scene.sim.tasks()[0].status, TaskStatus::Success);

    sleep(Duration::from_secs(749)).await;
    assert_eq!(scene.get("/certifications").await.unwrap().status(), 401);
    scene.renew_token().await;
    assert_eq!(scene.get("/certifications").await.unwrap().status(), 200);

    let traffic = scene.sim.traffic();
    assert_eq!(traffic.of(Operation::Certifications), 8);
    assert_eq!(traffic.of(Operation::ReassignAsync), 1);
    assert_eq!(traffic.of(Operation::Decide), 0);
    assert_eq!((traffic.rate_limited, traffic.tokens_issued), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn reads_can_be_behind_the_writes() {
    let scene = Scene::new(builder().read_lag(Duration::from_secs(2))).await;
    let path = format!("/certifications/{}", scene.certification);
    let made = async || {
        let response = json_of(scene.get(&path).await.unwrap()).await.unwrap();
        response["decisionsMade"].as_u64().unwrap()
    };
    let response = json_of(scene.decide().await.unwrap()).await.unwrap();
    assert_eq!(response["decisionsMade"], 1, "its own response shows it");
    sleep(Duration::from_secs(1)).await;
    let second = &scene.items[1];
    scene
        .sim
        .decide(second, Decision::Approve, Some("me too"))
        .unwrap();
    assert!(scene.is_decided(), "as do the simulator's own methods");
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(made().await);
        sleep(Duration::from_millis(900)).await;
    }
    assert_eq!(seen, [0, 0, 1, 2]);
}

#[tokio::test(start_paused = true)]
async fn what_a_task_did_is_read_later_too() {
    let scene = Scene::new(builder().read_lag(Duration::from_secs(10))).await;
    let item = scene.sim.item(&scene.items[0]).unwrap();
    let path = format!("/certifications/{}/reassign-async", scene.certification);
    let body = json!({
        "reassign": [{ "type": "ITEM", "id": item.id }],
        "reassignTo": scene.somebody_else(&item),
        "reason": "away",
    });
    let request = scene.request("POST", &path, body);
    let task = json_of(scene.sim.service().call(request).await.unwrap())
        .await
        .unwrap();
    let path = format!("/certification-tasks/{}", task["id"].as_str().unwrap());
    assert_eq!(
        scene.get(&path).await.unwrap().status(),
        404,
        "it is not there yet"
    );
    sleep(Duration::from_millis(10_100)).await;
    let read = json_of(scene.get(&path).await.unwrap()).await.unwrap();
    assert_eq!(read["status"], "QUEUED");
    assert_eq!(scene.sim.tasks()[0].status, TaskStatus::Success);
    sleep(Duration::from_secs(1)).await;
    let read = json_of(scene.get(&path).await.unwrap()).await.unwrap();
    assert_eq!(read["status"], "SUCCESS");
}

#[test]
fn it_can_be_made_and_read_without_a_runtime() {
    let sim = builder().build().unwrap();
    assert!(!sim.certifications().is_empty());
    assert_eq!(sim.base_url(), "http://127.0.0.1:0");
}
