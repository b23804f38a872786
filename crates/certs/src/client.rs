//! The client and how it is made.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use crate::auth::{AccessToken, ClientCredentials, StaticToken, TokenCache, TokenProvider};
use crate::base_url;
use crate::error::{Error, Result};
use crate::transport::Transport;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The service answers pages of 250 items with everything in them; slow is not dead.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

const BASE_URL: &str = "SAIL_BASE_URL";
const CLIENT_ID: &str = "SAIL_CLIENT_ID";
const CLIENT_SECRET: &str = "SAIL_CLIENT_SECRET";

/// A client of one tenant's Certifications APIs.
///
/// It holds a pool of connections and the access token. Clones are cheap and share both:
/// make one, clone it into every task.
///
/// The methods here are those of V3; [`beta`](Self::beta) gives those of beta.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    base_url: String,
    v3: certs_raw::v3::Client,
    beta: certs_raw::beta::Client,
}

impl Client {
    /// Starts to make a client for the tenant at `base_url`, such as
    /// `https://acme.api.identitynow.com`, without `/v3` or `/beta`.
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder {
        ClientBuilder {
            base_url: base_url.into(),
            allow_http: false,
            auth: None,
        }
    }

    /// Makes a client from the environment variables `SAIL_BASE_URL`, `SAIL_CLIENT_ID` and
    /// `SAIL_CLIENT_SECRET`, the ones that the vendor's own tools read. Id and secret are
    /// those of a personal access token.
    ///
    /// # Errors
    ///
    /// If one of them is missing, and as [`ClientBuilder::build`].
    pub fn from_env() -> Result<Self> {
        let read = |name| match std::env::var(name) {
            Ok(value) if !value.trim().is_empty() => Ok(value),
            _ => Err(Error::refused(format!(
                "the environment variable {name} is not set. Set {BASE_URL}, {CLIENT_ID} and \
                 {CLIENT_SECRET}, or use `Client::builder`"
            ))),
        };
        Self::builder(read(BASE_URL)?)
            .client_credentials(read(CLIENT_ID)?, read(CLIENT_SECRET)?)
            .build()
    }

    /// The tenant's address, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.0.base_url
    }

    /// The generated V3 client underneath, for what this crate does not cover.
    ///
    /// Its calls go the same way as all others: with a token, and traced. Its types are
    /// those of `certs-raw` and change with every release of the specification; nothing
    /// here promises that they stay.
    #[must_use]
    pub fn raw(&self) -> &certs_raw::v3::Client {
        &self.0.v3
    }

    pub(crate) fn raw_beta(&self) -> &certs_raw::beta::Client {
        &self.0.beta
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.0.base_url)
            .finish_non_exhaustive()
    }
}

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
    allow_http: bool,
    auth: Option<Auth>,
}

enum Auth {
    Credentials { id: String, secret: SecretString },
    Provider(Box<dyn TokenProvider>),
}

impl ClientBuilder {
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

    /// Allows a base URL that is not encrypted. Loopback addresses need no allowance.
    pub fn allow_http(mut self) -> Self {
        self.allow_http = true;
        self
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// If the base URL cannot be one, if no way to authenticate was given, or if TLS could
    /// not be set up.
    pub fn build(self) -> Result<Client> {
        let base_url = base_url::parse(&self.base_url, self.allow_http)?;
        let http = reqwest::Client::builder()
            .user_agent(concat!("certs/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            // The APIs do not redirect, and secrets must not follow one elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| {
                Error::refused(format!("the HTTP client could not be set up: {error}"))
            })?;
        let provider: Box<dyn TokenProvider> = match self.auth {
            Some(Auth::Provider(provider)) => provider,
            Some(Auth::Credentials { id, secret }) => {
                let token_url = format!("{base_url}/oauth/token");
                Box::new(ClientCredentials::new(http.clone(), token_url, id, secret))
            }
            None => {
                return Err(Error::refused(
                    "there is no way to authenticate. Give `client_credentials`, a `token` or a \
                     `token_provider`",
                ));
            }
        };
        let transport = Arc::new(Transport::new(http.clone(), TokenCache::new(provider)));
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
        })))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("base_url", &base_url::shown(&self.base_url))
            .finish_non_exhaustive()
    }
}
