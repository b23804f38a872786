//! A server that answers what a test tells it to, right or wrong.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Response, Uri};
use certs::Client;
use serde_json::Value;
use tokio::net::TcpListener;

/// A server on a free port that stops when it is dropped.
pub(crate) struct Canned {
    base_url: String,
    server: tokio::task::JoinHandle<()>,
    answer: Arc<Mutex<Response<Vec<u8>>>>,
}

impl Canned {
    /// Answers every request alike: with an empty object until [`answer`](Self::answer)
    /// says what.
    pub(crate) async fn start() -> Self {
        let answer = Arc::new(Mutex::new(Response::new(b"{}".to_vec())));
        let current = Arc::clone(&answer);
        let (base_url, server) = serve(move |_| {
            let answer = current.lock().unwrap().clone();
            answer.map(Body::from)
        })
        .await;
        Self {
            base_url,
            server,
            answer,
        }
    }

    /// Answers whatever `answer` makes of the request's address.
    pub(crate) async fn with(
        answer: impl Fn(Uri) -> Response<Body> + Clone + Send + Sync + 'static,
    ) -> Self {
        let (base_url, server) = serve(answer).await;
        let unused = Arc::default();
        Self {
            base_url,
            server,
            answer: unused,
        }
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// A client that needs no token endpoint.
    pub(crate) fn client(&self) -> Client {
        super::builder(&self.base_url)
            .token("a token")
            .build()
            .unwrap()
    }

    pub(crate) fn answer(&self, answer: Response<Vec<u8>>) {
        *self.answer.lock().unwrap() = answer;
    }

    pub(crate) fn answer_json(&self, body: &Value) {
        self.answer(json(body));
    }
}

impl Drop for Canned {
    fn drop(&mut self) {
        self.server.abort();
    }
}

pub(crate) fn json(body: &Value) -> Response<Vec<u8>> {
    Response::builder()
        .header("content-type", "application/json")
        .body(body.to_string().into_bytes())
        .unwrap()
}

async fn serve(
    answer: impl Fn(Uri) -> Response<Body> + Clone + Send + Sync + 'static,
) -> (String, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(move |request: Request| {
        let answer = answer(request.uri().clone());
        async move { answer }
    });
    let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (base_url, server)
}
