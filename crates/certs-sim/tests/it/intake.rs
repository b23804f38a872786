//! Input that is not a request, or does not arrive in time.

use std::time::Duration;

use certs_sim::{Operation, Simulator};
use http_body_util::{BodyExt as _, Full, StreamBody};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tower_service::Service as _;

async fn connect(sim: &Simulator) -> TcpStream {
    let address = sim.base_url().trim_start_matches("http://");
    TcpStream::connect(address).await.unwrap()
}

/// The response until the connection is closed.
async fn rest(mut socket: TcpStream) -> String {
    let mut response = String::new();
    socket.read_to_string(&mut response).await.unwrap();
    response
}

#[tokio::test]
async fn what_is_not_http_gets_a_response_and_is_recorded() {
    let sim = Simulator::builder().items(0).start().await.unwrap();
    let long = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "a".repeat(1_000_000));
    for (text, status) in [
        ("GET /v3/certifications\r\n\r\n", 400),
        ("\0\0\0\r\n\r\n", 400),
        ("GET /\u{1} HTTP/1.1\r\n\r\n", 400),
        (&long, 431),
    ] {
        sim.clear_requests();
        let mut socket = connect(&sim).await;
        // The server may refuse it before it has read everything.
        let _ = socket.write_all(text.as_bytes()).await;
        let mut response = Vec::new();
        // If the request is refused early, unread data reset the connection.
        let _ = socket.read_to_end(&mut response).await;
        let response = String::from_utf8(response).unwrap();
        let (head, body) = response
            .split_once("\r\n\r\n")
            .unwrap_or_else(|| panic!("{response}"));
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{head}");
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["detailCode"], "400.0 Bad request syntax");
        assert!(body["causes"][0]["text"].is_string(), "{body}");
        let requests = sim.requests();
        assert_eq!(requests.len(), 1);
        assert_eq!(
            (requests[0].status, requests[0].path.as_str()),
            (status, "")
        );
    }
}

#[tokio::test]
async fn a_head_that_does_not_end_times_out() {
    let builder = Simulator::builder().items(0);
    let sim = builder
        .receive_timeout(Duration::from_secs(2))
        .start()
        .await
        .unwrap();
    let mut socket = connect(&sim).await;
    socket.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    assert_eq!(rest(socket).await, "");
    // A connection may be idle between two requests.
    let mut socket = connect(&sim).await;
    let ask = b"GET /nothing HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut response = vec![0; 1_000];
    for _ in 0..2 {
        socket.write_all(ask).await.unwrap();
        let read = socket.read(&mut response).await.unwrap();
        assert!(response[..read].starts_with(b"HTTP/1.1 404"));
        tokio::time::sleep(Duration::from_millis(2_200)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_refused() {
    let sim = Simulator::builder().items(0).build().unwrap();
    let never = StreamBody::new(futures_util::stream::pending::<
        Result<http_body::Frame<bytes::Bytes>, std::io::Error>,
    >());
    let request = http::Request::post("/oauth/token").body(never).unwrap();
    let response = sim.service().call(request).await.unwrap();
    assert_eq!(response.status(), 408);
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["detailCode"], "408 Request timeout");
    let request = sim.requests().remove(0);
    assert_eq!(
        (request.operation, request.status),
        (Some(Operation::Token), 408)
    );
}

#[tokio::test]
async fn bodies_of_unauthorised_requests_are_not_recorded() {
    let sim = Simulator::builder()
        .items(0)
        .log_bytes(10_000)
        .build()
        .unwrap();
    for _ in 0..100 {
        let body = Full::from(format!("[\"{}\"]", "a".repeat(1_000)));
        let request = http::Request::post("/v3/certifications/a/decide")
            .body(body)
            .unwrap();
        assert_eq!(sim.service().call(request).await.unwrap().status(), 401);
    }
    let requests = sim.requests();
    assert_eq!(requests.len(), 100);
    assert!(requests.iter().all(|request| request.body.is_none()));
    for _ in 0..100 {
        let body = Full::from("a".repeat(1_000));
        let request = http::Request::post("/elsewhere").body(body).unwrap();
        assert_eq!(sim.service().call(request).await.unwrap().status(), 404);
    }
    let kept = sim.requests();
    assert!((5..10).contains(&kept.len()), "{}", kept.len());
    assert!(kept.iter().all(|request| request.body.is_some()));
}

#[tokio::test]
async fn a_page_of_another_origin_is_allowed_with_cors() {
    for allowed in [false, true] {
        let sim = Simulator::builder().items(0).cors(allowed).build().unwrap();
        let preflight = http::Request::options("/v3/certifications")
            .header("origin", "https://acme.example")
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", "authorization")
            .body(Full::<bytes::Bytes>::default())
            .unwrap();
        let response = sim.service().call(preflight).await.unwrap();
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap())
        };
        let any = allowed.then_some("*");
        assert_eq!(header("access-control-allow-origin"), any);
        let headers = header("access-control-allow-headers");
        assert_eq!(headers, allowed.then_some("authorization"));

        let request = http::Request::get("/v3/certifications")
            .header("origin", "https://acme.example")
            .body(Full::<bytes::Bytes>::default())
            .unwrap();
        let response = sim.service().call(request).await.unwrap();
        assert_eq!(response.status(), 401);
        let exposed = response.headers().get("access-control-expose-headers");
        assert_eq!(exposed.map(|value| value.to_str().unwrap()), any);
    }
}
