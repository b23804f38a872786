//! The simulator as a service within the process, without a socket.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::iter::successors;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use bytes::Bytes;
use http::{Request, Response};
use http_body::{Frame, SizeHint};
use tower_service::Service;

use crate::app::App;
use crate::connection::Connection;

/// A simulator as a tower service: the same application, faults included, without a socket.
///
/// [`Simulator::service`](crate::Simulator::service) makes one. Each call is a separate connection.
/// Connection failures are an [`io::Error`] of the call or of the response body:
///
/// | kind | of | when |
/// |---|---|---|
/// | [`ConnectionRefused`](io::ErrorKind::ConnectionRefused) | the call | connections are refused, or the simulator was stopped: the request never arrived |
/// | [`ConnectionReset`](io::ErrorKind::ConnectionReset) | the call | the connection was reset, before or after the request was processed |
/// | [`ConnectionReset`](io::ErrorKind::ConnectionReset) | the body | connections were refused in the middle of it |
/// | [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) | the body | it was truncated |
///
/// A service that never responds keeps the call pending. All waits use Tokio's clock, so they take
/// no real time while it is paused.
#[derive(Clone)]
pub struct SimulatorService {
    app: Arc<App>,
    router: Router,
}

impl SimulatorService {
    pub(crate) fn new(app: Arc<App>, router: Router) -> Self {
        Self { app, router }
    }

    async fn respond(mut self, request: Request<Body>) -> io::Result<Response<ResponseBody>> {
        let connection = Connection::in_process();
        if self.app.is_stopped() || self.app.connections.are_refused() {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        self.app.connections.add(&connection);
        let mut request = request;
        request
            .extensions_mut()
            .insert(ConnectInfo(connection.clone()));
        let mut responding = pin!(self.router.call(request));
        let response = poll_fn(|context| {
            if let Poll::Ready(error) = connection.poll_reset(context) {
                return Poll::Ready(Err(error));
            }
            responding
                .as_mut()
                .poll(context)
                .map(|response| response.map_err(|never: Infallible| match never {}))
        })
        .await?;
        connection.check()?;
        Ok(response.map(|body| ResponseBody { body, connection }))
    }
}

impl fmt::Debug for SimulatorService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatorService").finish_non_exhaustive()
    }
}

impl<B> Service<Request<B>> for SimulatorService
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    type Response = Response<ResponseBody>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Response<ResponseBody>>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        Box::pin(self.clone().respond(request.map(Body::new)))
    }
}

/// The streamed body of a response of [`SimulatorService`].
#[derive(Debug)]
pub struct ResponseBody {
    body: Body,
    connection: Connection,
}

impl http_body::Body for ResponseBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Poll::Ready(error) = self.connection.poll_reset(context) {
            return Poll::Ready(Some(Err(error)));
        }
        let frame = Pin::new(&mut self.body).poll_frame(context);
        frame.map_err(|error| io::Error::new(kind(&error), error))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The kind of error that ended the body, however it is wrapped.
fn kind(error: &(dyn Error + 'static)) -> io::ErrorKind {
    successors(Some(error), |&error| error.source())
        .find_map(|error| error.downcast_ref::<io::Error>())
        .map_or(io::ErrorKind::Other, io::Error::kind)
}
