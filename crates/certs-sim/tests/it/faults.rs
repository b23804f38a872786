//! Each fault as a client sees it, and as the log records it.

use std::time::Duration;

use certs_sim::{Decision, Fault, FaultRule, Operation, RecordedRequest, Simulator, Target};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::client::{Client, simulator};

/// A tenant with one fault, and a request that decides on an item, which shows whether it was
/// processed.
struct Scene {
    sim: Simulator,
    token: String,
    certification: String,
    item: String,
}

impl Scene {
    async fn new() -> Self {
        let sim = simulator().await;
        let token = token(&sim).await;
        let row = sim
            .certifications()
            .into_iter()
            .find(|row| {
                row.phase == certs_sim::Phase::Active
                    && row.decisions_made == 0
                    && matches!(row.reviewer, certs_sim::Reviewer::Identity(_))
            })
            .unwrap();
        let item = sim.items_of(&row.id).remove(0).id;
        sim.clear_requests();
        Self {
            sim,
            token,
            certification: row.id,
            item,
        }
    }

    fn break_with(&self, fault: Fault) {
        self.sim.faults().add(fault.on(Operation::Decide).times(1));
    }

    fn request(&self) -> reqwest::RequestBuilder {
        let url = format!(
            "{}/v3/certifications/{}/decide",
            self.sim.base_url(),
            self.certification
        );
        let decision = json!([{
            "id": self.item, "decision": "APPROVE", "bulk": true, "comments": "still needed",
        }]);
        reqwest::Client::new()
            .post(url)
            .bearer_auth(&self.token)
            .json(&decision)
    }

    async fn send(&self) -> Response {
        self.request().send().await.unwrap()
    }

    /// The only request. The item is decided if and only if it was processed.
    #[track_caller]
    fn record(&self) -> RecordedRequest {
        let mut requests = self.sim.requests();
        assert_eq!(requests.len(), 1, "{requests:#?}");
        let request = requests.remove(0);
        let items = self.sim.items_of(&self.certification);
        let item = items.iter().find(|item| item.id == self.item).unwrap();
        let decision = request.processed.then_some(Decision::Approve);
        assert_eq!(item.decision, decision, "{request:#?}");
        assert_eq!(request.fault.map(Fault::processes), Some(request.processed));
        request
    }
}

async fn token(sim: &Simulator) -> String {
    let credentials = sim.admin();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", &credentials.client_id),
        ("client_secret", &credentials.client_secret),
    ];
    let url = format!("{}/oauth/token", sim.base_url());
    let request = reqwest::Client::new().post(url).form(&form);
    let response: Value = request.send().await.unwrap().json().await.unwrap();
    response["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn responses_that_do_not_come_from_the_api() {
    let two = Some(Duration::from_secs(2));
    for (fault, status, retry_after, body) in [
        (
            Fault::TooManyRequests { retry_after: None },
            429,
            None,
            "Rate Limit Exceeded",
        ),
        (
            Fault::TooManyRequests { retry_after: two },
            429,
            Some("2"),
            "Rate Limit Exceeded",
        ),
        (Fault::InternalError, 500, None, "500.0 Internal Fault"),
        (Fault::BadGateway, 502, None, "<title>502"),
        (Fault::Unavailable { retry_after: None }, 503, None, ""),
        (Fault::Unavailable { retry_after: two }, 503, Some("2"), ""),
        (Fault::GatewayTimeout, 504, None, "<title>504"),
        (Fault::Echo, 500, None, "still needed"),
    ] {
        let scene = Scene::new().await;
        scene.break_with(fault);
        let response = scene.send().await;
        assert_eq!(response.status(), status, "{fault}");
        let header = response.headers().get("retry-after");
        let header = header.map(|value| value.to_str().unwrap());
        assert_eq!(header, retry_after, "{fault}");
        let text = response.text().await.unwrap();
        assert!(text.contains(body), "{fault}: {text}");
        let record = scene.record();
        assert_eq!((record.fault, record.status), (Some(fault), status));
        assert_eq!(scene.send().await.status(), StatusCode::OK, "{fault}");
    }
}

#[tokio::test]
async fn other_successes_than_200() {
    for (fault, status, has_body) in [
        (Fault::Created { body: true }, 201, true),
        (Fault::Created { body: false }, 201, false),
        (Fault::Accepted { body: true }, 202, true),
        (Fault::Accepted { body: false }, 202, false),
        (Fault::NoContent, 204, false),
        (Fault::SeeOther, 303, false),
    ] {
        let scene = Scene::new().await;
        scene.break_with(fault);
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        let request = scene.request().build().unwrap();
        let response = http.build().unwrap().execute(request).await.unwrap();
        assert_eq!(response.status(), status, "{fault}");
        let above = format!("/v3/certifications/{}", scene.certification);
        let location = response
            .headers()
            .get("location")
            .map(|value| value.to_str().unwrap());
        assert_eq!(
            location,
            (status == 303).then_some(above.as_str()),
            "{fault}"
        );
        let text = response.text().await.unwrap();
        assert_eq!(
            text.contains(&scene.certification),
            has_body,
            "{fault}: {text}"
        );
        assert_eq!(text.is_empty(), !has_body, "{fault}: {text}");
        let record = scene.record();
        assert_eq!((record.status, record.processed), (status, true), "{fault}");
    }
    // A refusal remains a refusal.
    let scene = Scene::new().await;
    scene.break_with(Fault::NoContent);
    let refused = scene.request().body("[]").send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_batch_is_done_in_part_and_refused() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    let row = sim
        .certifications()
        .into_iter()
        .find(|row| {
            row.phase == certs_sim::Phase::Active
                && row.decisions_made == 0
                && row.decisions_total > 4
                && matches!(row.reviewer, certs_sim::Reviewer::Identity(_))
        })
        .unwrap();
    let items = sim.items_of(&row.id);
    let decide = |ids: &[&str]| {
        sim.faults().add("decide:in-part:x1".parse().unwrap());
        let decisions = ids.iter().map(
            |id| json!({ "id": id, "decision": "APPROVE", "bulk": true, "comments": "needed" }),
        );
        let path = format!("/v3/certifications/{}/decide", row.id);
        let body = Value::Array(decisions.collect());
        let client = &client;
        async move { client.post(&path, body).await }
    };
    let decided = || {
        let items = sim.items_of(&row.id);
        items.iter().filter(|item| item.decision.is_some()).count()
    };

    let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|position: usize| items[position].id.as_str());
    let reply = decide(&[a, b, "unknown", c]).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert!(reply.refusal().1.starts_with("[2].id"), "{reply:?}");
    assert_eq!(decided(), 2);
    let reply = decide(&[c, d, e]).await;
    assert!(reply.refusal().1.starts_with("[1]"), "{reply:?}");
    assert_eq!(decided(), 3);
    assert_eq!(decide(&[d]).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(decided(), 3);
    assert!(
        sim.requests()
            .iter()
            .all(|request| request.fault.is_none() || !request.processed)
    );

    sim.faults().add("reassign:in-part:x1".parse().unwrap());
    let to = sim.identities().into_iter().find(|person| {
        !person.is_machine
            && person.id != row.reviewer.id()
            && items
                .iter()
                .all(|item| item.identity_id.as_ref() != Some(&person.id))
    });
    let references: Vec<_> = [a, b, c, d]
        .iter()
        .map(|id| json!({ "type": "ITEM", "id": id }))
        .collect();
    let body = json!({ "reassign": references, "reassignTo": to.unwrap().id, "reason": "away" });
    let path = format!("/v3/certifications/{}/reassign", row.id);
    assert_eq!(
        client.post(&path, body).await.status,
        StatusCode::BAD_REQUEST
    );
    let moved = |id: &str| sim.item(id).unwrap().certification_id != row.id;
    assert_eq!([a, b, c, d].map(moved), [true, true, false, false]);
}

#[tokio::test]
async fn an_echo_repeats_the_token() {
    let scene = Scene::new().await;
    scene.break_with(Fault::Echo);
    let text = scene.send().await.text().await.unwrap();
    assert!(text.contains(&scene.token), "{text}");
    assert!(!format!("{:?}", scene.record()).contains(&scene.token));
}

#[tokio::test]
async fn resets_before_and_after() {
    for (fault, status) in [(Fault::ResetBefore, 0), (Fault::ResetAfter, 200)] {
        let scene = Scene::new().await;
        scene.break_with(fault);
        let error = scene.request().send().await.unwrap_err();
        assert!(error.is_request() && !error.is_connect(), "{error:?}");
        assert_eq!(scene.record().status, status);
        assert_eq!(scene.send().await.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn silence_before_and_after_ends_with_the_simulator() {
    for fault in [Fault::SilenceBefore, Fault::SilenceAfter] {
        let scene = Scene::new().await;
        scene.break_with(fault);
        let request = scene.request().timeout(Duration::from_millis(50));
        assert!(request.send().await.unwrap_err().is_timeout());
        scene.record();

        let waiting = tokio::spawn(scene.request().send());
        // The next request gets its response, because the fault happens only once.
        assert_eq!(waiting.await.unwrap().unwrap().status(), StatusCode::OK);
        scene.break_with(fault);
        scene.sim.clear_requests();
        let waiting = tokio::spawn(scene.request().send());
        while scene.sim.requests().is_empty() {
            tokio::task::yield_now().await;
        }
        scene.sim.shutdown().await;
        assert!(!waiting.await.unwrap().unwrap_err().is_timeout());
    }
}

#[tokio::test]
async fn latency_and_drips_change_nothing_but_the_time() {
    for fault in [
        Fault::Latency(Duration::from_millis(5)),
        Fault::SlowDrip(Duration::from_micros(10)),
    ] {
        let scene = Scene::new().await;
        scene.break_with(fault);
        let response = scene.send().await;
        assert_eq!(response.status(), StatusCode::OK);
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["id"], scene.certification.as_str(), "{fault}");
        scene.record();
    }
}

#[tokio::test]
async fn a_truncated_body_promises_more_than_it_brings() {
    let scene = Scene::new().await;
    scene.break_with(Fault::TruncatedBody);
    let mut response = scene.send().await;
    let promised = usize::try_from(response.content_length().unwrap()).unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let mut received = 0;
    let error = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => received += chunk.len(),
            Ok(None) => panic!("it ended well"),
            Err(error) => break error,
        }
    };
    assert!(!error.is_timeout(), "{error:?}");
    assert_eq!(received, promised / 2);
    scene.record();
}

#[tokio::test]
async fn bodies_that_are_not_as_specified() {
    let scene = Scene::new().await;
    scene.break_with(Fault::InvalidJson);
    let text = scene.send().await.text().await.unwrap();
    assert!(serde_json::from_str::<Value>(&text).is_err(), "{text}");
    scene.record();

    let scene = Scene::new().await;
    scene.break_with(Fault::HugeBody(1_000_000));
    let response = scene.send().await;
    assert_eq!(response.content_length(), None);
    let text = response.text().await.unwrap();
    assert!(text.len() > 1_000_000);
    let whole: Value = serde_json::from_str(&text).unwrap();
    scene.record();

    for fault in [
        Fault::UnknownEnumValue,
        Fault::NullField,
        Fault::NumbersAsText,
    ] {
        let scene = Scene::new().await;
        scene.break_with(fault);
        let changed: Value = scene.send().await.json().await.unwrap();
        assert!(changed.is_object());
        assert_ne!(changed, whole, "{fault}");
        scene.record();
    }
}

#[tokio::test]
async fn an_expired_token_is_refused() {
    let scene = Scene::new().await;
    scene.break_with(Fault::ExpiredToken);
    assert_eq!(scene.send().await.status(), StatusCode::UNAUTHORIZED);
    scene.record();
    assert_eq!(scene.send().await.status(), StatusCode::UNAUTHORIZED);
    let renewed = Scene {
        token: token(&scene.sim).await,
        ..scene
    };
    assert_eq!(renewed.send().await.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_token_endpoint_can_be_down_without_showing_a_secret() {
    let sim = simulator().await;
    let url = format!("{}/oauth/token", sim.base_url());
    let form = [("client_id", "somebody"), ("client_secret", "hush-hush")];
    for (rule, status) in [
        ("token:503:x1", 503),
        ("any:504:x1", 504),
        ("any:echo:x1", 500),
    ] {
        sim.faults().add(rule.parse().unwrap());
        let request = reqwest::Client::new().post(&url).form(&form);
        assert_eq!(request.send().await.unwrap().status(), status, "{rule}");
    }
    let requests = sim.requests();
    assert_eq!(requests.len(), 3);
    assert!(
        !format!("{requests:?}").contains("hush-hush"),
        "{requests:#?}"
    );
}

#[tokio::test]
async fn refused_connections_come_back_at_the_same_address() {
    let sim = simulator().await;
    let client = Client::admin(&sim).await;
    let kept = reqwest::Client::new();
    let url = format!("{}/v3/certifications", sim.base_url());
    assert_eq!(kept.get(&url).send().await.unwrap().status(), 401);
    for _ in 0..3 {
        sim.refuse_connections().unwrap();
        sim.refuse_connections().unwrap();
        // Neither a new connection nor an existing one.
        assert!(reqwest::get(&url).await.unwrap_err().is_connect());
        kept.get(&url).send().await.unwrap_err();
        sim.accept_connections().unwrap();
        sim.accept_connections().unwrap();
        client.get("/v3/certifications").await.ok();
        assert_eq!(kept.get(&url).send().await.unwrap().status(), 401);
    }
    sim.refuse_connections().unwrap();
    sim.shutdown().await;
}

#[tokio::test]
async fn the_same_seed_hits_the_same_requests() {
    async fn run(seed: u64) -> Vec<Option<Fault>> {
        let rule: FaultRule = "reads:503:0.3".parse().unwrap();
        let sim = Simulator::builder()
            .items(0)
            .fault(rule)
            .fault(Fault::UnknownEnumValue.on(Target::Any).probability(0.3))
            .fault_seed(seed)
            .start()
            .await
            .unwrap();
        let http = reqwest::Client::new();
        for _ in 0..40 {
            let url = format!("{}/v3/certifications", sim.base_url());
            http.get(url).send().await.unwrap();
        }
        let requests = sim.requests();
        requests.into_iter().map(|request| request.fault).collect()
    }
    let first = run(1).await;
    assert_eq!(first, run(1).await);
    assert_ne!(first, run(2).await);
    assert!(first.contains(&None) && first.contains(&Some(Fault::UnknownEnumValue)));
}
