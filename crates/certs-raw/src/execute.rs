//! The seam between the generated clients and whoever sends their requests.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use progenitor_client::{ClientHooks, OperationInfo};

/// What a generated client carries: the [`Execute`] that sends its requests.
pub type Inner = Arc<dyn Execute>;

/// The future of [`Execute::execute`].
pub type Executing<'a> =
    Pin<Box<dyn Future<Output = reqwest::Result<reqwest::Response>> + Send + 'a>>;

/// Which operation a request belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Operation {
    /// The API version: `v3` or `beta`.
    pub version: &'static str,
    /// The operation's name in the specification, in snake case
    /// (`list_identity_certifications`).
    pub id: &'static str,
}

/// Sends the requests of the generated clients.
///
/// There is no way around it: a client of this crate cannot be made without one. An
/// implementation adds what the generated code knows nothing of, such as authentication
/// and retries.
///
/// The result can only be what reqwest returns. An implementation that fails for a reason
/// of its own answers with a response that it made up
/// (`reqwest::Response::from(http::Response)`), with its error among the extensions; a
/// status other than success comes back as
/// [`Error::UnexpectedResponse`](progenitor_client::Error::UnexpectedResponse), with the
/// extensions in place.
///
/// ```
/// use std::sync::Arc;
///
/// use certs_raw::{Execute, Executing, Operation};
///
/// /// Sends each request as it is, with a token that never changes.
/// #[derive(Debug)]
/// struct WithToken(reqwest::Client, &'static str);
///
/// impl Execute for WithToken {
///     fn execute(&self, mut request: reqwest::Request, _: Operation) -> Executing<'_> {
///         let bearer = format!("Bearer {}", self.1).parse().expect("a token is ASCII");
///         request.headers_mut().insert("authorization", bearer);
///         Box::pin(self.0.execute(request))
///     }
/// }
///
/// let http = reqwest::Client::new();
/// let execute = Arc::new(WithToken(http.clone(), "…"));
/// let client = certs_raw::v3::Client::new_with_client(
///     "https://tenant.api.identitynow.com/v3",
///     http,
///     execute,
/// );
/// let _call = client.get_identity_certification().id("ef38f943");
/// ```
pub trait Execute: Debug + Send + Sync {
    /// Sends one request and returns the response, whatever its status.
    fn execute(&self, request: reqwest::Request, operation: Operation) -> Executing<'_>;
}

/// Generated clients add the version of the specification to each request, under a name
/// that the service does not know. It must not reach the wire.
const GENERATOR_HEADER: &str = "api-version";

macro_rules! hand_over {
    ($($version:ident),*) => {$(
        impl ClientHooks<Inner> for crate::$version::Client {
            async fn exec(
                &self,
                mut request: reqwest::Request,
                info: &OperationInfo,
            ) -> reqwest::Result<reqwest::Response> {
                request.headers_mut().remove(GENERATOR_HEADER);
                let operation = Operation { version: stringify!($version), id: info.operation_id };
                self.inner.execute(request, operation).await
            }
        }
    )*};
}

hand_over!(v3, beta);
