//! The client gives up on responses that would fill the memory or never end.

use std::convert::Infallible;
use std::io::Write as _;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Response, Uri};
use certs::{Client, ClientBuilder, ErrorKind};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream;

use crate::support::canned::Canned;
use crate::support::{builder_at, running_clock};

const MAX: usize = 64 * 1024;

fn modest(builder: ClientBuilder) -> Client {
    let builder = builder.token("a token");
    builder.max_response_size(MAX).build().unwrap()
}

/// Valid JSON of this many bytes, so that only its size can be refused.
fn certification(size: usize) -> Vec<u8> {
    let mut json = br#"{"id": "c-1", "name": ""}"#.to_vec();
    let name = json.len() - 2;
    json.splice(name..name, std::iter::repeat_n(b'x', size - json.len()));
    json
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn gzip(body: Vec<u8>) -> Response<Vec<u8>> {
    let response = Response::builder()
        .header("content-type", "application/json")
        .header("content-encoding", "gzip");
    response.body(body).unwrap()
}

/// The size after decompression counts, not that on the wire.
#[tokio::test]
async fn a_compressed_response_is_as_large_as_what_is_in_it() {
    let server = Canned::start();
    // The transport decompresses.
    let client = modest(builder_at(&server.listen().await));
    server.respond(gzip(compressed(&certification(MAX))));
    let read = client.certification("c-1").get().await.unwrap();
    assert!(read.name.unwrap().len() > MAX / 2);

    let bomb = compressed(&certification(512 * MAX));
    assert!(bomb.len() < MAX, "{} bytes", bomb.len());
    server.respond(gzip(bomb.clone()));
    let error = client.certification("c-1").get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");

    // Compressed twice, as no server should: it is decompressed only once.
    let twice = compressed(&bomb);
    assert!(twice.len() < bomb.len() / 8, "{} bytes", twice.len());
    let mut response = gzip(twice);
    let header = response.headers_mut();
    header.insert("content-encoding", "gzip, gzip".parse().unwrap());
    server.respond(response);
    let error = client.certification("c-1").get().await.unwrap_err();
    let kinds = [ErrorKind::TooLarge, ErrorKind::Decode];
    assert!(kinds.contains(&error.kind()), "{error}");
}

/// It does not announce its size and never ends.
fn endless(_: Uri) -> Response<Body> {
    let chunk = Ok::<_, Infallible>(Bytes::from_static(&[b'['; 1024]));
    Response::new(Body::from_stream(stream::repeat(chunk)))
}

#[tokio::test]
async fn a_response_without_end_is_given_up() {
    let server = Canned::with(endless);
    let client = modest(server.builder());
    let error = client.certification("c-1").get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
    assert!(!error.may_have_taken_effect());
    let error = client.certification("c-1").sign_off().unchecked().await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
    assert!(error.may_have_taken_effect());
}

/// The limit applies to refusals and to responses of the token endpoint, too.
#[tokio::test]
async fn a_refusal_without_end_is_given_up() {
    let refusing = |uri| {
        let mut response = endless(uri);
        *response.status_mut() = axum::http::StatusCode::BAD_GATEWAY;
        response
    };
    let server = Canned::with(refusing);
    let client = modest(server.builder());
    let error = client.certification("c-1").get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");

    let server = Canned::with(endless);
    let builder = server.builder().client_credentials("ada", "secret");
    let client = builder.max_response_size(MAX).build().unwrap();
    let error = client.certification("c-1").get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
    assert_eq!(error.version(), Some("oauth"));
}

/// A byte every few seconds: never silent long enough for the read timeout, but the attempt has a
/// limit.
#[tokio::test(start_paused = true)]
async fn a_response_that_trickles_is_given_up() {
    let clock = running_clock();
    let server = Canned::with(|_| {
        let trickle = stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_secs(5)).await;
            Some((Ok::<_, Infallible>(Bytes::from_static(b" ")), ()))
        });
        Response::new(Body::from_stream(trickle))
    });
    let builder = server.builder().token("a token");
    let client = builder.timeout(Duration::from_secs(60)).build().unwrap();
    let started = clock.now();
    let error = client.certification("c-1").get().await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!((60..65).contains(&(clock.now() - started).get_seconds()));
}
