//! Makes a call: from the request of a generated builder to the response in the model.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use certs_raw::{Execute, Executing};
use http::header::AUTHORIZATION;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use serde::de::DeserializeOwned;
use tracing::Instrument as _;

use super::deprecation::Deprecations;
use super::version::{Row, Version};
use crate::auth::{AccessToken, TokenCache};
use crate::error::{Error, Operation, Result};
use crate::http::counters::Counting;
use crate::http::rate_limiter::{RateLimit, RateLimiter};
use crate::http::retry::{HasResponse, Idempotency, RetryLoop, RetryPolicy};
use crate::http::service::{Received, Sender};
use crate::model::Record;
use crate::model::decode::{Records, decode, decode_page, is_web_page};
use crate::progress::Reporter;
use crate::time::{self, Instant};

/// Sends every call. It holds the tenant, the version, the token and a rate limit for each version.
/// Clones are cheap and share all of these.
#[derive(Clone)]
#[doc(hidden)]
pub struct Api {
    shared: Arc<Shared>,
    /// Reports when requests wait for the rate limit.
    progress: Reporter,
    /// The time after which nothing is sent any more, if there is one.
    leave_by: Option<Instant>,
}

struct Shared {
    core: Arc<Core>,
    raw: certs_raw::v3::Client,
    beta: certs_raw::beta::Client,
}

/// The parts of an [`Api`].
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) base_url: String,
    pub(crate) version: Version,
    pub(crate) sender: Sender,
    pub(crate) tokens: TokenCache,
    pub(crate) retries: Arc<RetryLoop>,
    pub(crate) rate_limit: RateLimit,
    pub(crate) counting: Arc<Counting>,
}

#[derive(Debug)]
struct Core {
    parts: Parts,
    rate_limiters: Vec<(&'static str, RateLimiter)>,
    deprecations: Deprecations,
}

/// A response that was decoded.
#[derive(Debug)]
pub(crate) struct Decoded<T> {
    pub(crate) body: T,
    pub(crate) headers: HeaderMap,
}

/// The operation of a generated builder, as the client names it.
type RawOperation = certs_raw::Operation;

impl Api {
    pub(crate) fn new(parts: Parts) -> Self {
        let limiter = |row: Row| (row.name, RateLimiter::new(parts.rate_limit));
        let core = Arc::new(Core {
            rate_limiters: Row::all().map(limiter).collect(),
            deprecations: Deprecations::default(),
            parts,
        });
        // Relative to the base URL and the version, which are placed when it is sent.
        Self {
            shared: Arc::new(Shared {
                raw: certs_raw::v3::Client::new("", Arc::clone(&core) as _),
                beta: certs_raw::beta::Client::new("", Arc::clone(&core) as _),
                core,
            }),
            progress: Reporter::default(),
            leave_by: None,
        }
    }

    /// The same, and reports waits for the rate limit.
    pub(crate) fn reporting(&self, progress: &Reporter) -> Self {
        Self {
            progress: progress.clone(),
            ..self.clone()
        }
    }

    /// The same, and sends nothing after this time: waits for the rate limit and retries end with an
    /// [error](Error::is_too_late).
    pub(crate) fn leaving_by(&self, leave_by: Option<Instant>) -> Self {
        Self {
            leave_by,
            ..self.clone()
        }
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.shared.core.parts.base_url
    }

    pub(crate) fn version(&self) -> Version {
        self.shared.core.parts.version
    }

    pub(crate) async fn token(&self) -> Result<AccessToken> {
        self.shared.core.parts.tokens.token().await
    }

    pub(crate) fn counting(&self) -> &Counting {
        &self.shared.core.parts.counting
    }

    /// How its calls are retried.
    pub(crate) fn retry_policy(&self) -> &RetryPolicy {
        &self.shared.core.parts.retries.policy
    }

    /// Builds requests of the contract that all versions share, and sends them.
    pub(crate) fn raw(&self) -> &certs_raw::v3::Client {
        &self.shared.raw
    }

    /// The same for beta.
    pub(crate) fn raw_beta(&self) -> &certs_raw::beta::Client {
        &self.shared.beta
    }

    /// The operation as errors and traces name it.
    pub(crate) fn operation(&self, raw: RawOperation) -> Operation {
        self.shared.core.operation(raw)
    }

    /// Sends a read and decodes its response.
    pub(crate) async fn read<T: DeserializeOwned>(
        &self,
        operation: RawOperation,
        request: impl FnOnce() -> Result<Request<Bytes>>,
    ) -> Result<Decoded<T>> {
        let sent = async {
            let (received, attempts) = self
                .received(operation, Idempotency::Idempotent, request()?)
                .await?;
            let body = decode(&received.body);
            let body = body.map_err(|error| unreadable(&received, error).after(attempts))?;
            Ok(Decoded {
                body,
                headers: received.headers,
            })
        };
        sent.await
            .map_err(|error: Error| error.during(self.operation(operation)))
    }

    /// Reads a page of at most this many records.
    pub(crate) async fn read_page<T: Record>(
        &self,
        operation: RawOperation,
        max_records: usize,
        lenient: bool,
        request: impl FnOnce() -> Result<Request<Bytes>>,
    ) -> Result<Decoded<Records<T>>> {
        let sent = async {
            let (received, attempts) = self
                .received(operation, Idempotency::Idempotent, request()?)
                .await?;
            let body = decode_page(&received.body, max_records, lenient);
            Ok(Decoded {
                body: body.map_err(|error| unreadable(&received, error).after(attempts))?,
                headers: received.headers,
            })
        };
        sent.await
            .map_err(|error: Error| error.during(self.operation(operation)))
    }

    /// Sends a write. Any success means that the service accepted it; `None` if it responded
    /// without a body. An error says whether the write [may have taken
    /// effect](Error::may_have_taken_effect).
    pub(crate) async fn write<T: DeserializeOwned>(
        &self,
        operation: RawOperation,
        idempotency: Idempotency,
        request: impl FnOnce() -> Result<Request<Bytes>>,
    ) -> Result<Option<T>> {
        let sent = async {
            let request = request()?;
            let received = self.received(operation, idempotency, request).await;
            let (received, attempts) = received.map_err(Error::of_write)?;
            if received.body.trim_ascii().is_empty() {
                return Ok(None);
            }
            let body = decode(&received.body);
            body.map_err(|error| unreadable(&received, error).after(attempts).of_write())
                .map(Some)
        };
        sent.await
            .map_err(|error: Error| error.during(self.operation(operation)))
    }

    /// Sends any request to the tenant and returns the response, whatever its status.
    pub(crate) async fn execute(&self, request: Request<Bytes>) -> Result<Response<Bytes>> {
        if request.uri().authority().is_some() || !request.uri().path().starts_with('/') {
            return Err(Error::refused(
                "the request has an address of its own, and the token must not go elsewhere. Give \
                 the path from the base URL on, such as `/v3/public-identities`",
            ));
        }
        let is_read = request.method().is_safe();
        let core = &self.shared.core;
        let row = Row::in_path(request.uri().path()).unwrap_or(Row::of(self.version()));
        let call = Call {
            operation: "",
            row,
            idempotency: idempotency_of(request.method()),
            progress: &self.progress,
            leave_by: self.leave_by,
        };
        let (outcome, attempts) = core.send(call, request).await;
        match outcome {
            Ok(exchange) => Ok(exchange.received.into()),
            Err(error) if is_read => Err(error.after(attempts)),
            Err(error) => Err(error.after(attempts).of_write()),
        }
    }

    /// The response to a request of an operation, if it is a success, and the number of attempts.
    async fn received(
        &self,
        operation: RawOperation,
        idempotency: Idempotency,
        request: Request<Bytes>,
    ) -> Result<(Received, u32)> {
        let core = &self.shared.core;
        let row = core.row(operation);
        let (mut parts, body) = request.into_parts();
        parts.uri = placed(row, &parts.uri)?;
        let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
        let call = Call {
            operation: operation.id,
            row,
            idempotency,
            progress: &self.progress,
            leave_by: self.leave_by,
        };
        let (outcome, attempts) = core.send(call, Request::from_parts(parts, body)).await;
        let Exchange { received, token } = outcome.map_err(|error| error.after(attempts))?;
        core.deprecations
            .notice(self.operation(operation), &received.headers);
        if received.status.is_success() {
            return Ok((received, attempts));
        }
        let error = Error::from_received((&method, &path), &received, token.expose());
        Err(error.after(attempts))
    }
}

/// How a request is sent.
struct Call<'a> {
    operation: &'static str,
    row: Row,
    idempotency: Idempotency,
    progress: &'a Reporter,
    leave_by: Option<Instant>,
}

/// A request with its response, and the token that it carried.
struct Exchange {
    received: Received,
    token: AccessToken,
}

impl HasResponse for Exchange {
    fn received(&self) -> &Received {
        &self.received
    }
}

impl Core {
    fn row(&self, raw: RawOperation) -> Row {
        if raw.version == Row::BETA.name {
            Row::BETA
        } else {
            Row::of(self.parts.version)
        }
    }

    fn operation(&self, raw: RawOperation) -> Operation {
        Operation {
            id: raw.id,
            version: self.row(raw).name,
        }
    }

    /// Sends a request with a complete path, and retries where that helps and does no harm. Returns
    /// the number of attempts, too.
    async fn send(&self, call: Call<'_>, request: Request<Bytes>) -> (Result<Exchange>, u32) {
        let span = tracing::debug_span!(
            "call",
            version = call.row.name,
            operation = call.operation,
            certification = certification_in(request.uri().path()),
        );
        let request = match self.absolute(request) {
            Ok(request) => request,
            Err(error) => return (Err(error), 0),
        };
        let Parts {
            retries, counting, ..
        } = &self.parts;
        retries
            .run(call.idempotency, &counting.retries, || {
                self.attempt(&call, &request)
            })
            .instrument(span)
            .await
    }

    fn absolute(&self, request: Request<Bytes>) -> Result<Request<Bytes>> {
        let (mut parts, body) = request.into_parts();
        let uri = format!("{}{}", self.parts.base_url, parts.uri);
        parts.uri = uri
            .parse()
            .map_err(|_| Error::refused("the address of the request is too long, or not a URL"))?;
        Ok(Request::from_parts(parts, body))
    }

    async fn attempt(&self, call: &Call<'_>, request: &Request<Bytes>) -> Result<Exchange> {
        // Gets the token before waiting, so that the request can leave on time.
        self.parts.tokens.token().await?;
        let token = self.depart(call).await?;
        let received = self.with_token(call, request, &token).await?;
        if received.status == StatusCode::UNAUTHORIZED
            && self.parts.tokens.replace(&token).await?.is_some()
        {
            tracing::debug!("the token was refused; sending once more with a new one");
            let token = self.depart(call).await?;
            let received = self.with_token(call, request, &token).await?;
            return Ok(Exchange { received, token });
        }
        Ok(Exchange { received, token })
    }

    /// Waits for the rate limit, then takes the current token: an earlier one may have expired
    /// during the wait.
    async fn depart(&self, call: &Call<'_>) -> Result<AccessToken> {
        let waiting = || {
            self.parts.counting.rate_limit_waits.count();
            call.progress.waiting()
        };
        if let Some(waited) = self.rate_limiter(call.row).acquire(waiting).await {
            waited.end();
        }
        let token = self.parts.tokens.token().await?;
        if call.leave_by.is_some_and(|by| by <= time::now()) {
            return Err(Error::too_late());
        }
        Ok(token)
    }

    async fn with_token(
        &self,
        call: &Call<'_>,
        request: &Request<Bytes>,
        token: &AccessToken,
    ) -> Result<Received> {
        let mut request = request.clone();
        request.headers_mut().insert(AUTHORIZATION, token.bearer()?);
        tracing::trace!("sending");
        self.parts.counting.requests.count();
        match self.parts.sender.send(request).await {
            Ok(received) => {
                tracing::debug!(status = received.status.as_u16(), "got a response");
                if received.status == StatusCode::TOO_MANY_REQUESTS {
                    self.parts.counting.rate_limited.count();
                }
                let limiter = self.rate_limiter(call.row);
                limiter.learn(received.status, &received.headers);
                Ok(received)
            }
            Err(error) => {
                let error = Error::from(error);
                tracing::debug!(%error, "got no response");
                Err(error)
            }
        }
    }

    fn rate_limiter(&self, row: Row) -> &RateLimiter {
        let own = self
            .rate_limiters
            .iter()
            .find(|(name, _)| *name == row.name);
        &own.unwrap_or(&self.rate_limiters[0]).1
    }
}

/// Used by the generated clients' own `send()`.
impl Execute for Core {
    fn execute(&self, request: Request<Bytes>, operation: RawOperation) -> Executing<'_> {
        Box::pin(async move {
            let row = self.row(operation);
            let (mut parts, body) = request.into_parts();
            parts.uri = placed(row, &parts.uri)?;
            let progress = Reporter::default();
            let call = Call {
                operation: operation.id,
                row,
                idempotency: idempotency_of(&parts.method),
                progress: &progress,
                leave_by: None,
            };
            let (outcome, attempts) = self.send(call, Request::from_parts(parts, body)).await;
            let exchange = outcome.map_err(|error| error.after(attempts))?;
            Ok(exchange.received.into())
        })
    }
}

impl From<Received> for Response<Bytes> {
    fn from(received: Received) -> Self {
        let mut response = Self::new(received.body);
        *response.status_mut() = received.status;
        *response.headers_mut() = received.headers;
        response
    }
}

fn idempotency_of(method: &Method) -> Idempotency {
    if method.is_safe() {
        Idempotency::Idempotent
    } else {
        Idempotency::NotIdempotent
    }
}

fn placed(row: Row, uri: &Uri) -> Result<Uri> {
    let path = row.place(uri.path_and_query().map_or("", |path| path.as_str()));
    path.parse()
        .map_err(|_| Error::refused("the address of the request is too long, or not a URL"))
}

/// The id of the certification in a path.
fn certification_in(path: &str) -> Option<&str> {
    let (_, rest) = path.split_once("/certifications/")?;
    let mut segments = rest.split('/');
    segments.find(|segment| *segment != Version::V1.name())
}

fn unreadable(received: &Received, error: impl fmt::Display) -> Error {
    let why = if is_web_page(&received.body) {
        "the response is a web page. Check the base URL: it must be that of the API, not of the user \
         interface"
            .to_owned()
    } else {
        error.to_string()
    };
    Error::undecodable(why).with_status(received.status)
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api")
            .field("base_url", &self.base_url())
            .field("version", &self.version())
            .finish_non_exhaustive()
    }
}
