//! The client and how it is made.

pub(crate) mod base_url;
mod builder;
mod config;

use std::fmt;
use std::sync::Arc;

use crate::error::Result;
use crate::http::retry::RetryPolicy;

pub use builder::ClientBuilder;

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
    retry: RetryPolicy,
    v3: certs_raw::v3::Client,
    beta: certs_raw::beta::Client,
}

impl Client {
    /// Starts to make a client for the tenant at `base_url`, such as
    /// `https://acme.api.identitynow.com`, without `/v3` or `/beta`.
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(base_url.into())
    }

    /// Makes a client from the environment variables `SAIL_BASE_URL`, `SAIL_CLIENT_ID` and
    /// `SAIL_CLIENT_SECRET`, the ones that the vendor's own tools read. Id and secret are
    /// those of a personal access token.
    ///
    /// [`ClientBuilder::from_env`] and [`ClientBuilder::from_file`] leave room for more
    /// settings.
    ///
    /// # Errors
    ///
    /// If one of them is missing, and as [`ClientBuilder::build`].
    pub fn from_env() -> Result<Self> {
        ClientBuilder::from_env()?.build()
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

    /// How its calls are tried again.
    pub(crate) fn retry(&self) -> &RetryPolicy {
        &self.0.retry
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
