//! The HTTP client underneath: timeouts, proxies, certificates.

use std::fmt;
use std::time::Duration;

use reqwest::Proxy;
use reqwest::header::HeaderValue;

use crate::client::base_url;
use crate::error::{Error, Result};

/// How the HTTP client is set up, for calls and for the token request alike.
pub(crate) struct HttpOptions {
    pub(crate) connect_timeout: Duration,
    pub(crate) read_timeout: Duration,
    pub(crate) timeout: Duration,
    pub(crate) proxy: ProxyChoice,
    /// The program that uses the client, as it names itself.
    pub(crate) product: Option<String>,
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    pub(crate) root_certificates: Vec<Vec<u8>>,
    /// A client of the caller's own, which takes the place of all the rest.
    pub(crate) own: Option<reqwest::Client>,
}

/// Which proxy requests go through.
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
            // A page of 250 items with everything in them takes its time; silence is not that.
            read_timeout: Duration::from_secs(60),
            timeout: Duration::from_secs(5 * 60),
            proxy: ProxyChoice::FromEnvironment,
            product: None,
            #[cfg(any(feature = "rustls", feature = "native-tls"))]
            root_certificates: Vec::new(),
            own: None,
        }
    }
}

impl HttpOptions {
    pub(crate) fn build(self) -> Result<reqwest::Client> {
        if let Some(own) = self.own {
            return Ok(own);
        }
        let mut builder = reqwest::Client::builder()
            .user_agent(user_agent(self.product.as_deref())?)
            .connect_timeout(self.connect_timeout)
            .read_timeout(self.read_timeout)
            .timeout(self.timeout)
            // The APIs do not redirect, and secrets must not follow one elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            // What is tried again is decided in one place, and that is not here.
            .retry(reqwest::retry::never());
        #[cfg(any(feature = "rustls", feature = "native-tls"))]
        for pem in &self.root_certificates {
            builder = builder.tls_certs_merge(certificates(pem)?);
        }
        builder = match &self.proxy {
            ProxyChoice::FromEnvironment => builder,
            ProxyChoice::None => builder.no_proxy(),
            ProxyChoice::This(url) => {
                let proxy = Proxy::all(url).map_err(|_| {
                    let url = base_url::shown(url);
                    Error::config(format!(
                        "the proxy `{url}` is not a URL such as http://host:port"
                    ))
                })?;
                builder.no_proxy().proxy(proxy)
            }
        };
        builder.build().map_err(|error| {
            Error::config(format!(
                "the HTTP client could not be set up: {}",
                root_cause(&error)
            ))
        })
    }
}

fn user_agent(product: Option<&str>) -> Result<HeaderValue> {
    const OURS: &str = concat!("certs/", env!("CARGO_PKG_VERSION"));
    let Some(product) = product else {
        return Ok(HeaderValue::from_static(OURS));
    };
    HeaderValue::try_from(format!("{product} {OURS}")).map_err(|_| {
        Error::config(format!(
            "the user agent {product:?} has characters that no header can hold"
        ))
    })
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn certificates(pem: &[u8]) -> Result<Vec<reqwest::Certificate>> {
    match reqwest::Certificate::from_pem_bundle(pem) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(Error::config(
            "a root certificate is not PEM, or there is none in it",
        )),
    }
}

fn root_cause(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), root_cause)
}

impl fmt::Debug for HttpOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A proxy's URL may hold a password.
        f.debug_struct("HttpOptions")
            .field("connect_timeout", &self.connect_timeout)
            .field("read_timeout", &self.read_timeout)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
