//! Making a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::{Client, Inner};
use crate::auth::{AccessToken, ClientCredentials, StaticToken, TokenCache, TokenProvider};
use crate::client::base_url;
use crate::error::{Error, Result};
use crate::http::default_service::{HttpOptions, ProxyChoice};
use crate::http::rate_limiter::{Budgets, RequestBudget};
use crate::http::retry::{Retries, RetryPolicy};
use crate::http::{Transport, Wire};

/// Pages of 250 items have a few megabytes at most.
const MAX_RESPONSE_SIZE: usize = 64 * 1024 * 1024;

/// Makes a [`Client`].
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
    auth: Option<Auth>,
    http: HttpOptions,
    budget: RequestBudget,
    retry: RetryPolicy,
    max_response_size: usize,
}

enum Auth {
    Credentials { id: String, secret: SecretString },
    Provider(Box<dyn TokenProvider>),
}

/// Who asks.
impl ClientBuilder {
    pub(super) fn new(base_url: String) -> Self {
        Self {
            base_url,
            token_url: None,
            allow_http: false,
            auth: None,
            http: HttpOptions::default(),
            budget: RequestBudget::default(),
            retry: RetryPolicy::default(),
            max_response_size: MAX_RESPONSE_SIZE,
        }
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

    /// Authenticates with one token, as long as it lives.
    pub fn token(self, token: impl Into<String>) -> Self {
        self.token_provider(StaticToken(AccessToken::new(token)))
    }

    /// Authenticates with tokens from elsewhere.
    pub fn token_provider(mut self, provider: impl TokenProvider) -> Self {
        self.auth = Some(Auth::Provider(Box::new(provider)));
        self
    }

    /// Where client credentials are shown, if not at `{base URL}/oauth/token`. The secret
    /// goes there, so it has to be as safe as the base URL.
    pub fn token_url(mut self, url: impl Into<String>) -> Self {
        self.token_url = Some(url.into());
        self
    }
}

/// How much, how long, how often.
impl ClientBuilder {
    /// How many requests are sent in how much time. The default is the service's own limit.
    pub fn budget(mut self, budget: RequestBudget) -> Self {
        self.budget = budget;
        self
    }

    /// How failed attempts are tried again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How long an attempt takes at most, from the first byte sent to the last received. The
    /// default is 5 minutes.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.http.timeout = timeout;
        self
    }

    /// How long making a connection takes at most. The default is 10 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.http.connect_timeout = timeout;
        self
    }

    /// How long the service may be silent during an answer. The default is 60 seconds.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.http.read_timeout = timeout;
        self
    }

    /// How many bytes an answer has at most, uncompressed. The default is 64 MiB; the
    /// largest pages have a few.
    pub fn max_response_size(mut self, bytes: usize) -> Self {
        self.max_response_size = bytes;
        self
    }
}

/// By which way. All of it is for the token request, too.
impl ClientBuilder {
    /// Sends everything through this proxy, such as `http://user:password@proxy:3128`. By
    /// default it is the one that the environment names (`HTTPS_PROXY`, `NO_PROXY`).
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.http.proxy = ProxyChoice::This(url.into());
        self
    }

    /// Uses no proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.http.proxy = ProxyChoice::None;
        self
    }

    /// Names the program that uses the client, such as `access-robot/2.1`. It stands before the
    /// client's own name in the header `User-Agent`, by which the vendor's support and your
    /// proxies tell programs apart.
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.http.product = Some(product.into());
        self
    }

    /// Trusts these certificate authorities, too: PEM, one or more. Needs one of the features
    /// for TLS.
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http.root_certificates.push(pem.into());
        self
    }

    /// Sends everything through an HTTP client of your own. Timeouts, proxy, certificates and
    /// user agent are then its business.
    ///
    /// Make it without redirects, so that tokens and secrets cannot follow one to another
    /// host, and without retries, so that no write is sent twice. Its type is reqwest's, and
    /// this method follows reqwest's releases.
    pub fn http_client(mut self, http: reqwest::Client) -> Self {
        self.http.own = Some(http);
        self
    }

    /// Allows addresses that are not encrypted. Loopback addresses need no allowance.
    pub fn allow_http(mut self) -> Self {
        self.allow_http = true;
        self
    }
}

impl ClientBuilder {
    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// If the base URL cannot be one, if no way to authenticate was given, or if the HTTP
    /// client could not be set up.
    pub fn build(self) -> Result<Client> {
        let base_url = base_url::parse(&self.base_url, self.allow_http)?;
        let token_url = match self.token_url {
            Some(url) => base_url::parse(&url, self.allow_http)?,
            None => format!("{base_url}/oauth/token"),
        };
        let http = self.http.build()?;
        let wire = Wire {
            http: http.clone(),
            max_response_size: self.max_response_size,
        };
        let retries = Arc::new(Retries::new(self.retry));
        let provider: Box<dyn TokenProvider> = match self.auth {
            Some(Auth::Provider(provider)) => provider,
            Some(Auth::Credentials { id, secret }) => Box::new(ClientCredentials::new(
                wire.clone(),
                Arc::clone(&retries),
                token_url,
                id,
                secret,
            )),
            None => {
                return Err(Error::config(
                    "there is no way to authenticate. Give `client_credentials`, a `token` or a \
                     `token_provider`",
                ));
            }
        };
        let budgets = Budgets::new(self.budget);
        let transport = Arc::new(Transport::new(
            wire,
            TokenCache::new(provider),
            budgets,
            retries,
        ));
        Ok(Client(Arc::new(Inner {
            v3: certs_raw::v3::Client::new_with_client(
                &format!("{base_url}/v3"),
                http.clone(),
                transport.clone(),
            ),
            beta: certs_raw::beta::Client::new_with_client(
                &format!("{base_url}/beta"),
                http,
                transport,
            ),
            base_url,
            retry: self.retry,
        })))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("base_url", &base_url::shown(&self.base_url))
            .field("http", &self.http)
            .field("budget", &self.budget)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}
