//! Errors: their text for people, and their accessors for programs.

use std::fmt::Debug;
use std::net::TcpListener as StdListener;

use axum::http::{Response, StatusCode};
use certs::filter::certification;
use certs::model::ReviewDecision;
use certs::{Client, Error, ErrorKind};
use certs_sim::{RateLimit, Simulator};
use insta::assert_snapshot;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::canned::{Canned, json};
use crate::support::{
    admin_of, another_reviewer, builder, builder_at, client_of, open_certification, simulator,
    tenant,
};

/// All facts of an error.
#[track_caller]
fn facts<T: Debug>(outcome: Result<T, Error>) -> String {
    let error = outcome.unwrap_err();
    let texts = |messages: &[certs::model::ErrorMessage]| {
        messages.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    format!(
        "{error}\n\n\
         kind: {:?}\noperation: {:?} of {:?}\nstatus: {:?}\ndetail code: {:?}\n\
         tracking id: {:?}\nmessages: {:#?}\ncauses: {:#?}\nretry after: {:?}\nattempts: {}\n",
        error.kind(),
        error.operation(),
        error.version(),
        error.status(),
        error.detail_code(),
        error.tracking_id(),
        texts(error.messages()),
        texts(error.causes()),
        error.retry_after(),
        error.attempts(),
    )
}

/// `facts` as a snapshot, without values that differ from run to run.
macro_rules! assert_facts {
    ($outcome:expr) => {
        let facts = facts($outcome);
        let ids = [("[0-9a-f]{32}", "[id]"), (r"os error \d+", "os error [n]")];
        insta::with_settings!({ filters => ids }, { assert_snapshot!(facts) });
    };
}

/// The kind, which the predicates confirm.
fn kind(error: &Error) -> ErrorKind {
    for (holds, kind) in [
        (error.is_not_found(), ErrorKind::NotFound),
        (error.is_invalid_request(), ErrorKind::InvalidRequest),
        (error.is_rate_limited(), ErrorKind::RateLimited),
        (error.is_timeout(), ErrorKind::Timeout),
        (error.is_cancelled(), ErrorKind::Cancelled),
    ] {
        assert_eq!(holds, error.kind() == kind, "{error}");
    }
    error.kind()
}

#[tokio::test]
async fn bad_request_with_its_cause() {
    let sim = simulator();
    let certification = open_certification(&sim);
    let review = admin_of(&sim).certification(&certification.id);
    let approve = ReviewDecision::approve("i-1").comment("still needed");
    let outcome = review.decide([approve]).await.unwrap().ensure_complete();
    assert_eq!(
        kind(outcome.as_ref().unwrap_err()),
        ErrorKind::InvalidRequest
    );
    assert_facts!(outcome);
}

#[tokio::test]
async fn bad_request_for_a_filter_of_the_callers_own() {
    let sim = simulator();
    let raw = certs::filter::Filter::raw("phase lt \"ACTIVE\"");
    assert_facts!(admin_of(&sim).certifications().filter(raw).send().await);
}

#[tokio::test]
async fn unauthorized_for_a_wrong_secret() {
    let sim = simulator();
    let client = builder(&sim)
        .client_credentials("sim-admin", "not the secret")
        .build()
        .unwrap();
    let outcome = client.certifications().send().await;
    assert_eq!(kind(outcome.as_ref().unwrap_err()), ErrorKind::Unauthorized);
    assert_facts!(outcome);
}

#[tokio::test]
async fn unauthorized_for_a_refused_token() {
    let sim = simulator();
    let client = builder(&sim).token("stale").build().unwrap();
    let outcome = client.certification("c-1").get().await;
    assert_eq!(kind(outcome.as_ref().unwrap_err()), ErrorKind::Unauthorized);
    assert_facts!(outcome);
}

#[tokio::test]
async fn forbidden_for_somebody_elses_certification() {
    let sim = simulator();
    let certification = open_certification(&sim);
    let other = another_reviewer(&sim, &certification);
    let client = client_of(&sim, &sim.credentials_for(&other));
    let outcome = client.certification(&certification.id).get().await;
    assert_eq!(kind(outcome.as_ref().unwrap_err()), ErrorKind::Forbidden);
    assert_facts!(outcome);
}

#[tokio::test]
async fn not_found() {
    let sim = simulator();
    let outcome = admin_of(&sim)
        .beta()
        .certification("nowhere")
        .reviewers()
        .send()
        .await;
    assert_eq!(kind(outcome.as_ref().unwrap_err()), ErrorKind::NotFound);
    assert_facts!(outcome);
}

#[tokio::test]
async fn rate_limited_with_the_time_to_wait() {
    let limit = RateLimit {
        requests: 1,
        per: std::time::Duration::from_secs(10),
    };
    let sim = tenant().rate_limit(Some(limit)).build().unwrap();
    let client = admin_of(&sim);
    client.certifications().send().await.unwrap();
    let outcome = client.certifications().send().await;
    assert_eq!(kind(outcome.as_ref().unwrap_err()), ErrorKind::RateLimited);
    assert_facts!(outcome);
}

#[tokio::test]
async fn a_fault_of_the_service() {
    let server = Canned::start();
    let mut fault = json(&json!({
        "detailCode": "500.0 Internal Fault",
        "trackingId": "9c1d0f4e2b7a4f6e8a55c0ffee00beef",
        "messages": [
            { "locale": "en-US", "localeOrigin": "DEFAULT", "text": "Something went wrong." },
            { "locale": "sv-SE", "localeOrigin": "REQUEST", "text": "Något gick fel." },
        ],
        "causes": null,
    }));
    *fault.status_mut() = 500.try_into().unwrap();
    server.respond(fault);
    let outcome = server
        .client()
        .certification("c-1")
        .sign_off()
        .unchecked()
        .await;
    assert_eq!(kind(outcome.as_ref().unwrap_err()), ErrorKind::Server);
    assert_facts!(outcome);
}

#[tokio::test]
async fn a_page_of_a_proxy() {
    let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
                <center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>";
    let outcome = responding(502, "text/html", page).await;
    assert_eq!(kind(outcome.as_ref().unwrap_err()), ErrorKind::Server);
    assert_facts!(outcome);
}

#[tokio::test]
async fn a_failure_without_a_body() {
    assert_facts!(responding(503, "text/plain", "").await);
}

#[tokio::test]
async fn a_success_without_a_body() {
    let outcome = responding(200, "application/json", "").await;
    assert_eq!(kind(outcome.as_ref().unwrap_err()), ErrorKind::Decode);
    assert_facts!(outcome);
}

#[tokio::test]
async fn a_response_that_breaks_off() {
    let outcome = responding(200, "application/json", r#"{"id": "c-1", "name": "Ada Lov"#).await;
    assert_eq!(kind(outcome.as_ref().unwrap_err()), ErrorKind::Decode);
    assert_facts!(outcome);
}

#[tokio::test]
async fn a_response_that_is_not_json() {
    assert_facts!(responding(200, "text/html", "<html>Ada Lovelace, log in</html>").await);
}

/// An unexpected value may be personal data, which does not belong in a log.
#[tokio::test]
async fn a_response_of_another_type_is_described_without_its_value() {
    let body = r#"["Ada Lovelace", "Grace Hopper"]"#;
    let outcome = responding(200, "application/json", body).await;
    let error = outcome.as_ref().unwrap_err();
    assert_eq!(kind(error), ErrorKind::Decode);
    for shown in [
        error.to_string(),
        format!("{error:?}"),
        format!("{error:#?}"),
    ] {
        assert!(!shown.contains("Lovelace"), "{shown}");
        assert!(!shown.contains("Hopper"), "{shown}");
    }
    assert_facts!(outcome);
}

/// The same for a list: the error names the record and its field.
#[tokio::test]
async fn a_record_of_another_type_is_described_without_its_value() {
    let server = Canned::start();
    let page = r#"[{"id": "c-1"}, {"id": "c-2", "campaign": {"name": "Grace Hopper\ud800"}}]"#;
    server.respond(Response::new(page.into()));
    let outcome = server.client().certifications().send().await;
    let shown = format!("{:?}", outcome.as_ref().unwrap_err());
    assert!(!shown.contains("Hopper"), "{shown}");
    assert_facts!(outcome);
}

/// The head of the response announces a body, and the connection ends.
#[tokio::test]
async fn a_connection_that_breaks() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        let _ = socket.read(&mut request).await.unwrap();
        let head =
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n";
        socket.write_all(head.as_bytes()).await.unwrap();
        socket.write_all(b"{\"id\": \"c-1\"").await.unwrap();
    });
    let client = builder_at(&format!("http://{address}"))
        .token("a token")
        .build()
        .unwrap();
    let outcome = client.certification("c-1").get().await;
    server.await.unwrap();
    assert_eq!(kind(outcome.as_ref().unwrap_err()), ErrorKind::Interrupted);
    assert_facts!(outcome);
}

#[tokio::test]
async fn a_response_without_end() {
    let server = Canned::start();
    server.respond_json(&json!({ "id": "c-1", "name": "x".repeat(2000) }));
    let client = server
        .builder()
        .token("a token")
        .max_response_size(1000)
        .build()
        .unwrap();
    let outcome = client.certification("c-1").get().await;
    assert_eq!(kind(outcome.as_ref().unwrap_err()), ErrorKind::TooLarge);
    assert_facts!(outcome);
}

#[tokio::test]
async fn a_redirect() {
    let server = Canned::start();
    let elsewhere = Response::builder()
        .status(302)
        .header("location", "https://login.example/");
    server.respond(elsewhere.body(Vec::new()).unwrap());
    assert_facts!(server.client().certification("c-1").get().await);
}

/// Otherwise a response could forge log lines or control a terminal.
#[tokio::test]
async fn what_a_service_says_stays_on_one_line() {
    let server = Canned::start();
    let said = json!({
        "detailCode": "400.1\nERROR forged",
        "trackingId": "e7ea\r\n\tERROR forged",
        "messages": [],
        "causes": [{ "text": "red:\u{1b}[31m\u{7}\u{0}\u{2028}over.\u{85}" }],
    });
    let mut response = json(&said);
    *response.status_mut() = StatusCode::BAD_REQUEST;
    server.respond(response);
    let error = server
        .client()
        .certification("c-1")
        .get()
        .await
        .unwrap_err();
    let expected = "get_identity_certification (v3): 400.1 ERROR forged: red: [31m over \
                    [tracking id e7ea ERROR forged]";
    assert_eq!(error.to_string(), expected);
    assert_eq!(format!("{error:?}"), format!("InvalidRequest: {expected}"));
    // The original text is available from the accessors.
    assert_eq!(error.tracking_id(), said["trackingId"].as_str());
}

#[tokio::test]
async fn nobody_listens() {
    // A port that was in use a moment ago is not given to another process.
    let address = StdListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let client = builder_at(&format!("http://{address}"))
        .token("a token")
        .build()
        .unwrap();
    let outcome = client
        .certifications()
        .filter(certification::id().eq("c-1"))
        .send()
        .await;
    let error = outcome.as_ref().unwrap_err();
    assert_eq!(kind(error), ErrorKind::Connect);
    assert!(std::error::Error::source(error).is_some());
    assert_facts!(outcome);
}

/// The kernel accepts the connection and the request, but no response comes. Time is paused, so the
/// timeout takes no time.
#[tokio::test(start_paused = true)]
async fn no_response_in_time() {
    let silent = StdListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let client = builder_at(&format!("http://{address}"))
        .token("a token")
        .build()
        .unwrap();
    let outcome = client.certification("c-1").sign_off().unchecked().await;
    assert_eq!(kind(outcome.as_ref().unwrap_err()), ErrorKind::Timeout);
    assert_facts!(outcome);
}

#[tokio::test]
async fn a_refusal_of_our_own() {
    let sim = simulator();
    let nameless = certs::model::ReviewDecision::approve("");
    let outcome = admin_of(&sim).certification("c-1").decide([nameless]).await;
    assert_eq!(kind(outcome.as_ref().unwrap_err()), ErrorKind::Refused);
    assert_facts!(outcome);
}

/// A task that must fail: its new reviewer would review their own access.
async fn failing_task(sim: &Simulator) -> certs::TaskHandle {
    let certification = open_certification(sim);
    let item = sim.items_of(&certification.id).remove(0);
    let client = admin_of(sim);
    let submitted = client
        .certification(&certification.id)
        .reassign(item.identity_id.unwrap(), "try it")
        .items([item.id])
        .in_background()
        .await
        .unwrap();
    client.task(&submitted.tasks().next().unwrap().id)
}

#[tokio::test]
async fn a_task_that_failed() {
    let sim = simulator();
    let outcome = failing_task(&sim).await.wait().await;
    assert_eq!(outcome.as_ref().unwrap_err().kind(), ErrorKind::TaskFailed);
    assert_facts!(outcome);
}

#[tokio::test]
async fn a_task_that_takes_too_long() {
    let never = std::time::Duration::from_secs(3600);
    let times = certs_sim::TaskTimes {
        queued: never,
        running: never,
    };
    let sim = tenant().task_times(times).build().unwrap();
    let wait = failing_task(&sim)
        .await
        .wait()
        .timeout(std::time::Duration::ZERO);
    let outcome = wait.await;
    assert_eq!(outcome.as_ref().unwrap_err().kind(), ErrorKind::TaskPending);
    assert_facts!(outcome);
}

#[test]
fn a_base_url_with_a_version() {
    let outcome = Client::builder("https://acme.example/v3")
        .token("a token")
        .build();
    assert_facts!(outcome);
}

#[test]
fn no_way_to_authenticate() {
    assert_facts!(Client::builder("https://acme.example").build());
}

async fn responding(status: u16, content_type: &str, body: &str) -> Result<impl Debug, Error> {
    let server = Canned::start();
    let response = Response::builder()
        .status(status)
        .header("content-type", content_type);
    server.respond(response.body(body.as_bytes().to_vec()).unwrap());
    server.client().certification("c-1").get().await
}
