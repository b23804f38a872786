//! Sends requests through a tower service, and reads their responses.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::USER_AGENT;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceExt as _};

use crate::time;

/// The body of a request to a [service of the caller's own](crate::ClientBuilder::http_service).
pub type RequestBody = Full<Bytes>;

/// The error of a service of the caller's own.
pub type BoxError = Box<dyn StdError + Send + Sync>;

type ResponseBody = UnsyncBoxBody<Bytes, BoxError>;

/// A tower service of any kind, as one type.
pub(crate) type HttpService =
    BoxCloneSyncService<Request<RequestBody>, Response<ResponseBody>, BoxError>;

/// Gives a service the one type that the client keeps.
pub(crate) fn boxed<S, B>(service: S) -> HttpService
where
    S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
    S::Error: Into<BoxError>,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let service = service
        .map_response(|response: Response<B>| {
            response.map(|body| body.map_err(Into::into).boxed_unsync())
        })
        .map_err(Into::into);
    BoxCloneSyncService::new(service)
}

/// The limits of one attempt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// From the first byte sent to the last received.
    pub(crate) timeout: Duration,
    /// For how long the service may be silent.
    pub(crate) read_timeout: Duration,
    /// In bytes, uncompressed.
    pub(crate) max_response_size: usize,
}

/// Sends requests and reads their responses whole. Shared by calls and by the token request.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    pub(crate) service: HttpService,
    /// The user agent, unless the request has one.
    pub(crate) user_agent: HeaderValue,
    pub(crate) limits: Limits,
}

/// A response with its whole body.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Why a request has no response.
#[derive(Debug)]
pub(crate) struct SendError {
    pub(crate) failure: Failure,
    /// The status of a response that was not read to its end.
    pub(crate) status: Option<StatusCode>,
    pub(crate) source: Option<BoxError>,
}

/// The kinds of [`SendError`], by what is known about the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It was not sent.
    Connect,
    /// It could not be built, so it was not sent.
    Unbuildable,
    /// It may have arrived: the connection broke.
    Interrupted,
    /// It may have arrived: no response in time.
    Timeout,
    /// The response is larger than the limit.
    TooLarge {
        /// The size in bytes, as far as it is known.
        bytes: usize,
        limit: usize,
    },
}

/// The header `User-Agent`: the program's name, then the client's.
pub(crate) fn user_agent(product: Option<&str>) -> Result<HeaderValue, String> {
    const OURS: &str = concat!("certs/", env!("CARGO_PKG_VERSION"));
    let Some(product) = product else {
        return Ok(HeaderValue::from_static(OURS));
    };
    HeaderValue::try_from(format!("{product} {OURS}"))
        .map_err(|_| format!("the user agent {product:?} has characters that no header can hold"))
}

impl Sender {
    /// One request, one response.
    pub(crate) async fn send(&self, mut request: Request<Bytes>) -> Result<Received, SendError> {
        let headers = request.headers_mut();
        headers
            .entry(USER_AGENT)
            .or_insert_with(|| self.user_agent.clone());
        let exchange = time::within(self.limits.timeout, self.exchange(request));
        exchange
            .await
            .unwrap_or_else(|| Err(Failure::Timeout.into()))
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Received, SendError> {
        let sent = self.service.clone().oneshot(request.map(Full::new));
        let sent = time::within(self.limits.read_timeout, sent).await;
        let response = sent.ok_or(Failure::Timeout)?.map_err(SendError::of)?;
        let (parts, body) = response.into_parts();
        let body = self.whole(body).await.map_err(|error| SendError {
            status: Some(parts.status),
            ..error
        })?;
        Ok(Received {
            status: parts.status,
            headers: parts.headers,
            body,
        })
    }

    /// Reads the body. This is part of the attempt, so a read whose response breaks off can be
    /// retried.
    async fn whole(&self, mut body: ResponseBody) -> Result<Bytes, SendError> {
        let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        self.check_size(announced)?;
        let mut whole = Bytes::new();
        let mut joined = BytesMut::new();
        loop {
            let frame = time::within(self.limits.read_timeout, body.frame()).await;
            let Some(frame) = frame.ok_or(Failure::Timeout)? else {
                break;
            };
            // Trailers are ignored.
            let Ok(chunk) = frame.map_err(SendError::of)?.into_data() else {
                continue;
            };
            self.check_size(whole.len() + joined.len() + chunk.len())?;
            // A body in one piece is passed on without copying it.
            if whole.is_empty() && joined.is_empty() {
                whole = chunk;
            } else {
                if joined.is_empty() {
                    joined.reserve(announced.max(2 * whole.len()));
                    joined.extend_from_slice(&std::mem::take(&mut whole));
                }
                joined.extend_from_slice(&chunk);
            }
        }
        if joined.is_empty() {
            Ok(whole)
        } else {
            Ok(joined.freeze())
        }
    }

    fn check_size(&self, bytes: usize) -> Result<(), SendError> {
        let limit = self.limits.max_response_size;
        if bytes > limit {
            Err(Failure::TooLarge { bytes, limit }.into())
        } else {
            Ok(())
        }
    }
}

impl SendError {
    /// Classifies the error of a service by its causes. Retries depend on whether the request was
    /// sent; in doubt, it counts as arrived.
    fn of(error: BoxError) -> Self {
        let failure = {
            let first: &(dyn StdError + 'static) = error.as_ref();
            let causes = std::iter::successors(Some(first), |cause| (*cause).source());
            causes.filter_map(failure_of).next()
        };
        Self {
            failure: failure.unwrap_or(Failure::Interrupted),
            status: None,
            source: Some(error),
        }
    }
}

fn failure_of(cause: &(dyn StdError + 'static)) -> Option<Failure> {
    if let Some(error) = cause.downcast_ref::<reqwest::Error>() {
        // A connect timeout is both, and nothing was sent.
        return if error.is_connect() {
            Some(Failure::Connect)
        } else if error.is_timeout() {
            Some(Failure::Timeout)
        } else if error.is_builder() {
            Some(Failure::Unbuildable)
        } else {
            Some(Failure::Interrupted)
        };
    }
    match cause.downcast_ref::<io::Error>()?.kind() {
        io::ErrorKind::ConnectionRefused => Some(Failure::Connect),
        io::ErrorKind::TimedOut => Some(Failure::Timeout),
        _ => Some(Failure::Interrupted),
    }
}

impl From<Failure> for SendError {
    fn from(failure: Failure) -> Self {
        Self {
            failure,
            status: None,
            source: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use http_body_util::StreamBody;
    use tower::service_fn;

    use super::*;

    fn sender(service: HttpService) -> Sender {
        Sender {
            service,
            user_agent: HeaderValue::from_static("test"),
            limits: Limits {
                timeout: Duration::from_secs(300),
                read_timeout: Duration::from_secs(60),
                max_response_size: 10,
            },
        }
    }

    /// Responds with these chunks, one a minute less a second.
    fn responding(chunks: &'static [&'static str]) -> Sender {
        sender(boxed(service_fn(move |_| async move {
            let chunks = futures_util::stream::unfold(chunks.iter(), |mut chunks| async {
                let chunk = Bytes::from(*chunks.next()?);
                time::sleep(Duration::from_secs(59)).await;
                Some((Ok::<_, Infallible>(http_body::Frame::data(chunk)), chunks))
            });
            Ok::<_, Infallible>(Response::new(StreamBody::new(chunks)))
        })))
    }

    fn failing(error: fn() -> BoxError) -> Sender {
        sender(boxed(service_fn(move |_| async move {
            Err::<Response<RequestBody>, _>(error())
        })))
    }

    async fn failure(sender: Sender) -> Failure {
        sender.send(Request::default()).await.unwrap_err().failure
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_in_pieces_is_joined_up_to_the_limit() {
        let received = responding(&["ab", "cd", "ef"])
            .send(Request::default())
            .await;
        assert_eq!(received.unwrap().body, "abcdef");
        let error = responding(&["abcdef", "ghijk"])
            .send(Request::default())
            .await;
        let error = error.unwrap_err();
        assert_eq!(
            error.failure,
            Failure::TooLarge {
                bytes: 11,
                limit: 10
            }
        );
        assert_eq!(error.status, Some(StatusCode::OK));
    }

    #[tokio::test(start_paused = true)]
    async fn silence_and_dripping_are_limited() {
        assert_eq!(failure(responding(&["a"; 9])).await, Failure::Timeout);
        let silent = sender(boxed(service_fn(|_| {
            std::future::pending::<Result<Response<RequestBody>, Infallible>>()
        })));
        assert_eq!(failure(silent).await, Failure::Timeout);
    }

    #[tokio::test]
    async fn an_error_tells_whether_the_request_may_have_arrived() {
        let refused =
            || -> BoxError { Box::new(io::Error::from(io::ErrorKind::ConnectionRefused)) };
        assert_eq!(failure(failing(refused)).await, Failure::Connect);
        let broken = || -> BoxError { Box::new(io::Error::from(io::ErrorKind::BrokenPipe)) };
        assert_eq!(failure(failing(broken)).await, Failure::Interrupted);
        assert_eq!(failure(failing(|| "?".into())).await, Failure::Interrupted);
    }
}
