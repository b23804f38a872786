//! The builder of clients.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use secrecy::{ExposeSecret as _, SecretString};
use tower::Service;

use super::placeholder::is_placeholder;
use super::{Client, base_url};
use crate::api::Api;
use crate::api::call::Parts;
use crate::api::version::Version;
use crate::auth::{AccessToken, ClientCredentials, StaticToken, TokenCache, TokenProvider};
use crate::error::{Error, Result};
use crate::http::counters::Counting;
use crate::http::default_service::{DefaultService, HttpOptions, ProxyChoice};
use crate::http::rate_limiter::RateLimit;
use crate::http::retry::{RetryLoop, RetryPolicy};
use crate::http::service::{BoxError, HttpService, Limits, RequestBody, Sender, boxed, user_agent};

/// Pages of 250 items have a few megabytes at most.
const MAX_RESPONSE_SIZE: usize = 64 * 1024 * 1024;

/// Configures and builds a [`Client`].
///
/// ```
/// let client = certs::Client::builder("https://acme.api.identitynow.com")
///     .client_credentials("client id", "client secret")
///     .build()?;
/// # Ok::<(), certs::Error>(())
/// ```
#[must_use = "a builder does nothing until it is built"]
pub struct ClientBuilder {
    base_url: String,
    token_url: Option<String>,
    allow_http: bool,
    version: Version,
    auth: Option<Auth>,
    http: HttpOptions,
    /// The name of the program that uses the client.
    product: Option<String>,
    /// The caller's own service, instead of one made from the options.
    service: Option<HttpService>,
    limits: Limits,
    rate_limit: RateLimit,
    retry: RetryPolicy,
}

enum Auth {
    Credentials { id: String, secret: SecretString },
    Token(AccessToken),
    Provider(Box<dyn TokenProvider>),
}

/// Version and credentials.
impl ClientBuilder {
    pub(super) fn new(base_url: String) -> Self {
        Self {
            base_url,
            token_url: None,
            allow_http: false,
            version: Version::default(),
            auth: None,
            http: HttpOptions::default(),
            product: None,
            service: None,
            limits: Limits {
                timeout: Duration::from_secs(5 * 60),
                // A full page of 250 items takes long to arrive, but its bytes arrive all the time.
                read_timeout: Duration::from_secs(60),
                max_response_size: MAX_RESPONSE_SIZE,
            },
            rate_limit: RateLimit::default(),
            retry: RetryPolicy::default(),
        }
    }

    /// Sets the version of the API. The default is [`Version::V3`]. All versions have the same
    /// operations, and each has its own rate limit.
    ///
    /// ```
    /// let client = certs::Client::builder("https://acme.api.identitynow.com")
    ///     .version(certs::Version::V2025)
    ///     .token("…")
    ///     .build()?;
    /// assert_eq!(client.version().name(), "v2025");
    /// # Ok::<(), certs::Error>(())
    /// ```
    pub fn version(mut self, version: Version) -> Self {
        self.version = version;
        self
    }

    /// Authenticates with the client id and secret of a personal access token.
    pub fn client_credentials(
        mut self,
        client_id: impl Into<String>,
        client_secret: impl Into<String>,
    ) -> Self {
        let secret = SecretString::from(client_secret.into());
        self.auth = Some(Auth::Credentials {
            id: client_id.into(),
            secret,
        });
        self
    }

    /// Authenticates with one token, until it expires.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.auth = Some(Auth::Token(AccessToken::new(token)));
        self
    }

    /// Authenticates with the tokens of this provider.
    pub fn token_provider(mut self, provider: impl TokenProvider) -> Self {
        self.auth = Some(Auth::Provider(Box::new(provider)));
        self
    }

    /// Sets the URL of the token endpoint for client credentials. The default is
    /// `{base URL}/oauth/token`. The client sends the secret there, so the URL must be as safe as
    /// the base URL.
    pub fn token_url(mut self, url: impl Into<String>) -> Self {
        self.token_url = Some(url.into());
        self
    }
}

/// Limits.
impl ClientBuilder {
    /// Sets the rate limit: how many requests may be sent in a period of time. The default is the
    /// service's own limit.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = limit;
        self
    }

    /// Sets how failed attempts are retried.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets the time limit of one attempt, from the first byte sent to the last received. The
    /// default is 5 minutes.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.limits.timeout = timeout;
        self
    }

    /// Sets the time limit for connecting. The default is 10 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.http.connect_timeout = timeout;
        self
    }

    /// Sets how long the client waits for the next bytes of a response. The default is 60 seconds.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.limits.read_timeout = timeout;
        self
    }

    /// Sets the largest size of a response in bytes, uncompressed. The default is 64 MiB; the
    /// largest pages take a few MiB.
    ///
    /// This also bounds the memory of a response, though not one to one: an empty object in a list
    /// has three bytes in the response and takes a few hundred in memory. A page is cut off after
    /// 10,000 records. Where memory is scarce and the service is not trusted, set a few MiB.
    pub fn max_response_size(mut self, bytes: usize) -> Self {
        self.limits.max_response_size = bytes;
        self
    }
}

/// The connection. These settings apply to the token request, too.
impl ClientBuilder {
    /// Sends everything through this proxy, such as `http://user:password@proxy:3128`. The
    /// default comes from the environment (`HTTPS_PROXY`, `NO_PROXY`).
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.http.proxy = ProxyChoice::This(url.into());
        self
    }

    /// Uses no proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.http.proxy = ProxyChoice::None;
        self
    }

    /// Names the program that uses the client, such as `access-robot/2.1`. The header
    /// `User-Agent` has this name before the client's own; the vendor's support and your proxies
    /// tell programs apart by it.
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.product = Some(product.into());
        self
    }

    /// Trusts these certificate authorities, too: one or more in PEM format. Needs one of the TLS
    /// features.
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http.root_certificates.push(pem.into());
        self
    }

    /// Sends everything through an HTTP client of your own, which then decides about proxy,
    /// certificates and connect timeout.
    ///
    /// Switch off its redirects, which could carry tokens and secrets to another host, and its
    /// retries, which could send a write twice. Use it on one runtime: connections belong to the
    /// runtime that opened them. The parameter is a type of reqwest, so a new major version of
    /// reqwest changes this method.
    pub fn http_client(self, http: reqwest::Client) -> Self {
        self.http_service(DefaultService::of_client(http))
    }

    /// Sends everything through a tower service of your own: a client with middleware around it,
    /// or no network at all, such as the simulator's `service()` in a test with a paused clock.
    ///
    /// Each attempt is one call of the service, with the token on it. The service must not
    /// follow redirects or try anything again. An error counts as "the request may have
    /// arrived", unless an [`std::io::Error`] of kind `ConnectionRefused`, or a reqwest error
    /// that is about connecting, is among its causes.
    ///
    /// ```
    /// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
    /// # let sim = certs_sim::Simulator::builder().build()?;
    /// use tower::ServiceExt as _;
    ///
    /// let service = sim.service().map_request(|mut request: http::Request<certs::RequestBody>| {
    ///     request.headers_mut().insert("x-correlation-id", "7".parse().expect("a digit"));
    ///     request
    /// });
    /// let client = certs::Client::builder(sim.base_url())
    ///     .client_credentials(sim.admin().client_id, sim.admin().client_secret)
    ///     .http_service(service)
    ///     .build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn http_service<S, B>(mut self, service: S) -> Self
    where
        S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
        S::Error: Into<BoxError>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        self.service = Some(boxed(service));
        self
    }

    /// Allows unencrypted addresses. Loopback addresses are always allowed.
    pub fn allow_http(mut self) -> Self {
        self.allow_http = true;
        self
    }
}

impl ClientBuilder {
    /// Builds the client. Sends nothing.
    ///
    /// # Errors
    ///
    /// If the base URL is invalid, if there are no credentials, or if the HTTP client could not be
    /// set up.
    pub fn build(self) -> Result<Client> {
        let base_url = base_url::parse(&self.base_url, self.allow_http)?;
        let token_url = match self.token_url {
            Some(url) => base_url::parse_endpoint(&url, self.allow_http)?,
            None => format!("{base_url}/oauth/token"),
        };
        let service = match self.service {
            Some(service) => service,
            None => {
                let service = DefaultService::new(self.http, [&base_url, &token_url]);
                boxed(service.map_err(Error::config)?)
            }
        };
        let sender = Sender {
            service,
            user_agent: user_agent(self.product.as_deref()).map_err(Error::config)?,
            limits: self.limits,
        };
        let retries = Arc::new(RetryLoop::new(self.retry));
        let counting = Arc::new(Counting::default());
        let from_provider =
            |provider| TokenCache::new(provider, self.limits.timeout, Arc::clone(&counting));
        let tokens = match self.auth {
            Some(Auth::Token(token)) if is_placeholder(token.expose()) => {
                return Err(Error::config(
                    "the token is a placeholder. Give a token of the tenant",
                ));
            }
            Some(Auth::Token(token)) => from_provider(Box::new(StaticToken(token))),
            Some(Auth::Provider(provider)) => from_provider(provider),
            Some(Auth::Credentials { id, secret }) => {
                let credentials = ClientCredentials {
                    sender: sender.clone(),
                    retries: Arc::clone(&retries),
                    counting: Arc::clone(&counting),
                    token_url,
                    client_id: credential("client id", &id)?,
                    client_secret: credential("client secret", secret.expose_secret())?.into(),
                };
                // The token request has retries, and a time limit for each attempt.
                TokenCache::new(Box::new(credentials), Duration::MAX, Arc::clone(&counting))
            }
            None => {
                return Err(Error::config(
                    "there is no way to authenticate. Give `client_credentials`, a `token` or a \
                     `token_provider`",
                ));
            }
        };
        let api = Api::new(Parts {
            base_url,
            version: self.version,
            sender,
            tokens,
            retries,
            rate_limit: self.rate_limit,
            counting,
        });
        Ok(Client { api })
    }
}

/// Trims an id or a secret, and refuses an empty one or a placeholder.
fn credential(what: &str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        Err(Error::config(format!("the {what} is empty")))
    } else if is_placeholder(text) {
        Err(Error::config(format!(
            "the {what} is a placeholder. Make a personal access token in the tenant and give what \
             it shows"
        )))
    } else {
        Ok(text.to_owned())
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("base_url", &base_url::shown(&self.base_url))
            .field("http", &self.http)
            .field("version", &self.version)
            .field("rate_limit", &self.rate_limit)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}
