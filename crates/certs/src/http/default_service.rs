//! The default service behind a client: reqwest.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use http::uri::Scheme;
use http::{Request, Response, Uri};
use reqwest::Proxy;
use tokio::runtime::{Handle, Id};
use tower::Service;
use url::Host;

use super::loopback::is_loopback;
use super::service::{BoxError, RequestBody};
use crate::sync::lock;

/// The longest timeout that is passed on: connecting takes less, and timers can hold it.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

/// How reqwest is set up, for calls and for the token request alike.
#[derive(Clone)]
pub(crate) struct HttpOptions {
    pub(crate) connect_timeout: Duration,
    pub(crate) proxy: ProxyChoice,
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    pub(crate) root_certificates: Vec<Vec<u8>>,
}

/// The proxy that requests go through.
#[derive(Clone)]
pub(crate) enum ProxyChoice {
    /// The one that the environment names, if any.
    FromEnvironment,
    None,
    This(String),
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            proxy: ProxyChoice::FromEnvironment,
            #[cfg(any(feature = "rustls", feature = "native-tls"))]
            root_certificates: Vec::new(),
        }
    }
}

/// The kind of addresses that a client is for.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Reach {
    /// Addresses of this machine, which do not use the environment's proxy.
    loopback: bool,
    /// Unencrypted addresses, which need no certificate.
    plain: bool,
}

impl Reach {
    fn of(uri: &Uri) -> Self {
        let host = uri.host().and_then(|host| Host::parse(host).ok());
        let loopback = host.is_some_and(|host| is_loopback(&host));
        let plain = uri.scheme() == Some(&Scheme::HTTP);
        Self { loopback, plain }
    }
}

impl HttpOptions {
    /// Builds a reqwest client. The error is worded for the person who set the options.
    fn client(&self, reach: Reach) -> Result<reqwest::Client, String> {
        let mut builder = reqwest::Client::builder()
            .connect_timeout(self.connect_timeout.min(LONGEST_TIMEOUT))
            // The APIs do not redirect, and secrets must not follow one elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            // Retries are decided in `http/retry.rs`.
            .retry(reqwest::retry::never());
        builder = match &self.proxy {
            ProxyChoice::FromEnvironment if reach.loopback => builder.no_proxy(),
            ProxyChoice::FromEnvironment => builder,
            ProxyChoice::None => builder.no_proxy(),
            ProxyChoice::This(url) => {
                let proxy = Proxy::all(url).map_err(|_| {
                    // The part before an `@` may be a password.
                    let shown = url
                        .rsplit_once('@')
                        .map_or(url.clone(), |(_, host)| format!("…@{host}"));
                    format!("the proxy `{shown}` is not a URL such as http://host:port")
                })?;
                builder.no_proxy().proxy(proxy)
            }
        };
        let client = self.with_certificates(builder, reach)?.build();
        client.map_err(|error| {
            let why = root_cause(&error);
            format!(
                "the HTTP client could not be set up: {why}. If this machine has no certificates, \
                 name the authorities to trust with `root_certificates`"
            )
        })
    }

    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    fn with_certificates(
        &self,
        mut builder: reqwest::ClientBuilder,
        reach: Reach,
    ) -> Result<reqwest::ClientBuilder, String> {
        if reach.plain && reach.loopback && self.root_certificates.is_empty() {
            return Ok(builder.tls_certs_only([]));
        }
        for pem in &self.root_certificates {
            let certificates = reqwest::Certificate::from_pem_bundle(pem)
                .ok()
                .filter(|certificates| !certificates.is_empty())
                .ok_or("a root certificate is not PEM, or the PEM holds no certificate")?;
            builder = builder.tls_certs_merge(certificates);
        }
        Ok(builder)
    }

    #[cfg(not(any(feature = "rustls", feature = "native-tls")))]
    fn with_certificates(
        &self,
        builder: reqwest::ClientBuilder,
        _: Reach,
    ) -> Result<reqwest::ClientBuilder, String> {
        Ok(builder)
    }
}

/// The cause of an error.
pub(crate) fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.last().unwrap_or(error).to_string()
}

impl fmt::Debug for HttpOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A proxy's URL may hold a password.
        f.debug_struct("HttpOptions")
            .field("connect_timeout", &self.connect_timeout)
            .finish_non_exhaustive()
    }
}

/// Sends through reqwest.
///
/// A connection belongs to the runtime that made it: on another one, responses would arrive only
/// while the first one runs. So each runtime gets its own connections.
#[derive(Clone, Debug)]
pub(crate) struct DefaultService(Arc<Inner>);

#[derive(Debug)]
enum Inner {
    Options {
        options: HttpOptions,
        /// The most recent last.
        clients: Mutex<Vec<(Option<Id>, Reach, reqwest::Client)>>,
    },
    /// The caller's own.
    Client(reqwest::Client),
}

/// How many runtimes may use one client at the same time, for the API and a token endpoint with
/// other settings. Beyond that, the runtime that was idle longest has to make new connections.
const CLIENTS: usize = 2 * 4;

impl DefaultService {
    /// A service for these addresses. Wrong options are reported at once.
    pub(crate) fn new(options: HttpOptions, addresses: [&str; 2]) -> Result<Self, String> {
        let mut clients = Vec::new();
        for uri in addresses
            .into_iter()
            .filter_map(|address| address.parse().ok())
        {
            let reach = Reach::of(&uri);
            if !clients.iter().any(|(_, known, _)| *known == reach) {
                clients.push((current_runtime(), reach, options.client(reach)?));
            }
        }
        let clients = Mutex::new(clients);
        Ok(Self(Arc::new(Inner::Options { options, clients })))
    }

    pub(crate) fn of_client(client: reqwest::Client) -> Self {
        Self(Arc::new(Inner::Client(client)))
    }

    fn client(&self, uri: &Uri) -> Result<reqwest::Client, String> {
        let (options, clients) = match &*self.0 {
            Inner::Client(client) => return Ok(client.clone()),
            Inner::Options { options, clients } => (options, clients),
        };
        let (runtime, reach) = (current_runtime(), Reach::of(uri));
        let mut clients = lock(clients);
        // A client that was made outside a runtime has no connections yet.
        let place = clients
            .iter()
            .position(|(id, of, _)| *of == reach && (*id == runtime || id.is_none()));
        let client = match place {
            Some(place) => clients.remove(place).2,
            None => options.client(reach)?,
        };
        if clients.len() == CLIENTS {
            clients.remove(0);
        }
        clients.push((runtime, reach, client.clone()));
        Ok(client)
    }
}

fn current_runtime() -> Option<Id> {
    Handle::try_current().ok().map(|runtime| runtime.id())
}

impl Service<Request<RequestBody>> for DefaultService {
    type Response = Response<reqwest::Body>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<RequestBody>) -> Self::Future {
        let client = self.client(request.uri());
        Box::pin(async move {
            let request = reqwest::Request::try_from(request.map(reqwest::Body::wrap))?;
            let response = client?.execute(request).await;
            // The query of the URL may hold names of people.
            Ok(response.map_err(reqwest::Error::without_url)?.into())
        })
    }
}
