//! How every request gets to the service: the one executor behind all calls.
//!
//! Each request passes the same stations: it is given a token, sent, and sent once more
//! with a new token if the service refused the old one. The caller's budget and retries
//! have their place here, between the token and the wire.

mod call;
mod carry;

use std::fmt;

use certs_raw::{Execute, Executing, Operation};
use reqwest::header::AUTHORIZATION;
use reqwest::{Request, Response, StatusCode};
use tracing::Instrument as _;

use crate::auth::{AccessToken, TokenCache};
use crate::error::Error;

pub(crate) use call::{Answer, call};

/// Sends the requests of the generated clients.
pub(crate) struct Transport {
    http: reqwest::Client,
    tokens: TokenCache,
}

impl Transport {
    pub(crate) fn new(http: reqwest::Client, tokens: TokenCache) -> Self {
        Self { http, tokens }
    }

    async fn send(&self, request: Request, operation: Operation) -> Result<Response, Error> {
        let again = request.try_clone();
        let token = self.tokens.token().await?;
        let response = self.attempt(request, &token, operation).await?;
        if response.status() == StatusCode::UNAUTHORIZED
            && let Some(again) = again
            && let Some(token) = self.tokens.replace(&token).await?
        {
            tracing::debug!("the token was refused; sending once more with a new one");
            return self.attempt(again, &token, operation).await;
        }
        Ok(response)
    }

    async fn attempt(
        &self,
        mut request: Request,
        token: &AccessToken,
        operation: Operation,
    ) -> Result<Response, Error> {
        request.headers_mut().insert(AUTHORIZATION, token.bearer()?);
        let answered = self.http.execute(request).await;
        match &answered {
            Ok(response) => tracing::debug!(status = response.status().as_u16(), "answered"),
            Err(error) => tracing::debug!(%error, "not answered"),
        }
        answered.map_err(|error| Error::from_http(operation, error))
    }
}

impl Execute for Transport {
    fn execute(&self, request: Request, operation: Operation) -> Executing<'_> {
        let span = tracing::debug_span!(
            "call",
            version = operation.version,
            operation = operation.id,
            path = request.url().path(),
        );
        let sending = async move {
            Ok(self
                .send(request, operation)
                .await
                .unwrap_or_else(carry::in_a_response))
        };
        Box::pin(sending.instrument(span))
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("tokens", &self.tokens)
            .finish_non_exhaustive()
    }
}
