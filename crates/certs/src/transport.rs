//! How every request gets to the service: the one executor behind all calls.
//!
//! Each attempt passes the same stations: a place in the budget, a token, the wire, and the
//! whole body. An outcome that may be better next time is tried again where that can do no
//! harm; the table is in [`retry`].

mod body;
pub(crate) mod budget;
mod call;
mod carry;
mod context;
mod deprecation;
#[cfg(fuzzing)]
pub mod fuzzing;
pub(crate) mod retry;

use std::fmt;
use std::sync::Arc;

use certs_raw::{Execute, Executing, Operation};
use reqwest::header::AUTHORIZATION;
use reqwest::{Request, Response, StatusCode};
use tracing::Instrument as _;

use crate::auth::{AccessToken, TokenCache};
use crate::error::Error;
use budget::Budgets;
use deprecation::Deprecations;
use retry::{Effect, Retries};

pub(crate) use body::Received;
pub(crate) use call::{Answer, call, call_idempotent, call_list};

/// Sends requests and reads their answers whole. Shared by calls and by the token request.
#[derive(Clone, Debug)]
pub(crate) struct Wire {
    pub(crate) http: reqwest::Client,
    pub(crate) max_response_size: usize,
}

impl Wire {
    /// One request, one answer.
    pub(crate) async fn send(
        &self,
        request: Request,
        operation: Operation,
    ) -> Result<Received, Error> {
        let answered = self.http.execute(request).await;
        let response = answered.map_err(|error| Error::from_http(operation, error))?;
        body::read(response, operation, self.max_response_size).await
    }
}

/// The executor behind the generated clients.
pub(crate) struct Transport {
    wire: Wire,
    tokens: TokenCache,
    budgets: Budgets,
    retries: Arc<Retries>,
    deprecations: Deprecations,
}

impl Transport {
    pub(crate) fn new(
        wire: Wire,
        tokens: TokenCache,
        budgets: Budgets,
        retries: Arc<Retries>,
    ) -> Self {
        Self {
            wire,
            tokens,
            budgets,
            retries,
            deprecations: Deprecations::default(),
        }
    }

    async fn send(&self, request: Request, operation: Operation) -> Result<Received, Error> {
        let is_read = request.method().is_safe();
        context::is_read(is_read);
        let effect = match is_read || context::is_idempotent() {
            true => Effect::None,
            false => Effect::Once,
        };
        let request = &request;
        let outcome = self
            .retries
            .run(operation, effect, |attempt| async move {
                context::attempt(attempt);
                self.attempt(request, operation).await
            })
            .await;
        if let Ok(received) = &outcome {
            self.deprecations.notice(operation, &received.headers);
        }
        outcome
    }

    async fn attempt(&self, request: &Request, operation: Operation) -> Result<Received, Error> {
        // A place counts from when it is taken, so the token has to be at hand by then.
        self.tokens.token().await?;
        let token = self.place_and_token(operation).await?;
        let received = self.with_token(request, &token, operation).await?;
        if received.status == StatusCode::UNAUTHORIZED
            && self.tokens.replace(&token).await?.is_some()
        {
            tracing::debug!("the token was refused; sending once more with a new one");
            let token = self.place_and_token(operation).await?;
            return self.with_token(request, &token, operation).await;
        }
        Ok(received)
    }

    /// Waits for a place in the budget, and takes the token that is good by then: the one
    /// from before may have ended meanwhile.
    async fn place_and_token(&self, operation: Operation) -> Result<AccessToken, Error> {
        self.budgets.of(operation.version).take().await;
        self.tokens.token().await
    }

    async fn with_token(
        &self,
        request: &Request,
        token: &AccessToken,
        operation: Operation,
    ) -> Result<Received, Error> {
        let Some(mut request) = request.try_clone() else {
            return Err(Error::refused("the body of a request cannot be sent twice"));
        };
        request.headers_mut().insert(AUTHORIZATION, token.bearer()?);
        tracing::trace!("sending");
        let mut outcome = self.wire.send(request, operation).await;
        match &mut outcome {
            Ok(received) => {
                if !received.status.is_success() {
                    token.take_out_of(received);
                }
                let tracking_id = received.tracking_id();
                tracing::debug!(status = received.status.as_u16(), tracking_id, "answered");
                self.budgets.of(operation.version).learn(received);
            }
            Err(error) => tracing::debug!(%error, "not answered"),
        }
        outcome
    }
}

impl Execute for Transport {
    fn execute(&self, request: Request, operation: Operation) -> Executing<'_> {
        let span = tracing::debug_span!(
            "call",
            version = operation.version,
            operation = operation.id,
            certification = certification_in(request.url().path()),
        );
        let sending = async move {
            Ok(match self.send(request, operation).await {
                Ok(received) if !context::is_ours() => Response::from(received),
                outcome => carry::in_a_response(outcome),
            })
        };
        Box::pin(sending.instrument(span))
    }
}

/// The certification that a path is about, as it stands there.
fn certification_in(path: &str) -> Option<&str> {
    path.split_once("/certifications/")
        .and_then(|(_, rest)| rest.split('/').next())
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("tokens", &self.tokens)
            .finish_non_exhaustive()
    }
}
