//! A minimal HTTP client.

use std::time::Duration;

use certs_sim::{Clock, Credentials, Simulator};
use reqwest::{Method, StatusCode};
use serde_json::Value;

/// A simulator with a manual clock and no rate limit.
pub(crate) async fn simulator() -> Simulator {
    Simulator::builder()
        .items(600)
        .rate_limit(None)
        .clock(Clock::manual("2026-03-02T08:00:00Z".parse().unwrap()))
        .start()
        .await
        .unwrap()
}

/// A caller with a token.
pub(crate) struct Client {
    http: reqwest::Client,
    base_url: String,
    token: String,
}

/// A response.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Reply {
    /// The body of a success.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        self.body
    }

    /// The records of a success.
    #[track_caller]
    pub(crate) fn records(self) -> Vec<Value> {
        match self.ok() {
            Value::Array(records) => records,
            other => panic!("not a list: {other}"),
        }
    }

    /// The detail code and the first cause of a refusal.
    #[track_caller]
    pub(crate) fn refusal(&self) -> (&str, &str) {
        let text = |pointer| self.body.pointer(pointer).and_then(Value::as_str);
        let detail = text("/detailCode").unwrap_or_else(|| panic!("no refusal: {}", self.body));
        (detail, text("/causes/0/text").unwrap_or_default())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

impl Client {
    pub(crate) async fn new(sim: &Simulator, credentials: Credentials) -> Self {
        Self::with_scope(sim, credentials, "sp:scopes:all").await
    }

    pub(crate) async fn admin(sim: &Simulator) -> Self {
        Self::new(sim, sim.admin()).await
    }

    pub(crate) async fn with_scope(sim: &Simulator, credentials: Credentials, scope: &str) -> Self {
        let http = reqwest::Client::new();
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &credentials.client_id),
            ("client_secret", &credentials.client_secret),
            ("scope", scope),
        ];
        let response = http
            .post(format!("{}/oauth/token", sim.base_url()))
            .form(&form)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let response: Value = response.json().await.unwrap();
        Self::with_token(sim, response["access_token"].as_str().unwrap())
    }

    pub(crate) fn with_token(sim: &Simulator, token: &str) -> Self {
        Self {
            http: reqwest::Client::new(),
            base_url: sim.base_url().to_owned(),
            token: token.to_owned(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    /// A list with form-encoded query parameters.
    pub(crate) async fn list(&self, path: &str, query: &[(&str, &str)]) -> Reply {
        let request = self
            .http
            .get(format!("{}{path}", self.base_url))
            .query(query);
        self.reply(request).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, Some(body.to_string())).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<String>) -> Reply {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base_url));
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body);
        }
        self.reply(request).await
    }

    async fn reply(&self, request: reqwest::RequestBuilder) -> Reply {
        let response = request
            .bearer_auth(&self.token)
            .timeout(Duration::from_secs(20))
            .send()
            .await
            .unwrap();
        let status = response.status();
        let headers = response.headers().clone();
        let text = response.text().await.unwrap();
        let body = match text.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap_or_else(|_| panic!("not JSON: {text}")),
        };
        Reply {
            status,
            headers,
            body,
        }
    }
}

/// A count, whether a version writes it as a number or as text.
pub(crate) fn count(value: &Value) -> usize {
    value.to_string().trim_matches('"').parse().unwrap()
}
