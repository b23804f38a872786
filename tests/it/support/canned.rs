//! A service with the responses of a test, valid or not, without a socket.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, Uri};
use certs::{Client, ClientBuilder, RateLimit, RequestBody, RetryPolicy};
use serde_json::Value;
use tokio::net::TcpListener;
use tower::service_fn;

/// Responds to requests as the test specifies.
pub(crate) struct Canned(
    Arc<dyn Fn(Uri) -> Response<Body> + Send + Sync>,
    Arc<Mutex<Response<Vec<u8>>>>,
);

impl Canned {
    /// Gives every request the same response: an empty object until [`respond`](Self::respond) sets
    /// another.
    pub(crate) fn start() -> Self {
        let response = Arc::new(Mutex::new(Response::new(b"{}".to_vec())));
        let current = Arc::clone(&response);
        let same = move |_| current.lock().unwrap().clone().map(Body::from);
        Self(Arc::new(same), response)
    }

    /// Responds with what `response` returns for the request's address.
    pub(crate) fn with(response: impl Fn(Uri) -> Response<Body> + Send + Sync + 'static) -> Self {
        Self(Arc::new(response), Arc::default())
    }

    /// A client that needs no token endpoint.
    pub(crate) fn client(&self) -> Client {
        self.builder().token("a token").build().unwrap()
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        let response = Arc::clone(&self.0);
        let service = service_fn(move |request: Request<RequestBody>| {
            let response = response(request.uri().clone());
            async move { Ok::<_, Infallible>(response) }
        });
        Client::builder("http://127.0.0.1:0")
            .http_service(service)
            .rate_limit(RateLimit::unlimited())
            .retry(RetryPolicy::none())
    }

    /// Responds over a socket as well, for tests of the transport and for other processes. Returns
    /// its base URL.
    pub(crate) async fn listen(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let response = Arc::clone(&self.0);
        let router = Router::new().fallback(async move |uri: Uri| response(uri));
        tokio::spawn(async move { axum::serve(listener, router).await });
        base_url
    }

    pub(crate) fn respond(&self, response: Response<Vec<u8>>) {
        *self.1.lock().unwrap() = response;
    }

    pub(crate) fn respond_json(&self, body: &Value) {
        self.respond(json(body));
    }
}

pub(crate) fn json(body: &Value) -> Response<Vec<u8>> {
    Response::builder()
        .header("content-type", "application/json")
        .body(body.to_string().into_bytes())
        .unwrap()
}
