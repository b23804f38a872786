//! Access tokens: where they come from, and how one serves every call.
//!
//! A token lives about 12 minutes, and the service gives no refresh token: the client requests a
//! new one with the same credentials, shortly before the old one expires or when the service
//! refuses it. All calls that wait for a token share that request.

mod cache;
mod claims;
mod client_credentials;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use crate::error::Error;

pub use claims::TokenClaims;

pub(crate) use cache::TokenCache;
pub(crate) use client_credentials::ClientCredentials;

/// The future of [`TokenProvider::token`].
pub type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<AccessToken, Error>> + Send + 'a>>;

/// Provides access tokens that do not come from a personal access token's client id and secret, but
/// from a vault, an authorisation code flow or another process.
///
/// The client caches each token until shortly before it expires, so a provider need not. Concurrent
/// calls ask the provider once, in a task that continues if the call that started it is dropped.
/// The provider may take as long as a [request](crate::ClientBuilder::timeout); if it panics, the
/// calls that wait for it end with that panic.
///
/// ```
/// use std::time::Duration;
///
/// use certs::{AccessToken, TokenFuture, TokenProvider};
///
/// #[derive(Debug)]
/// struct Vault;
///
/// impl TokenProvider for Vault {
///     fn token(&self) -> TokenFuture<'_> {
///         Box::pin(async {
///             let token = "eyJhbGciOi…"; // read from the vault
///             Ok(AccessToken::new(token).expires_in(Duration::from_secs(749)))
///         })
///     }
/// }
///
/// let client = certs::Client::builder("https://acme.api.identitynow.com")
///     .token_provider(Vault)
///     .build()?;
/// # Ok::<(), certs::Error>(())
/// ```
pub trait TokenProvider: fmt::Debug + Send + Sync + 'static {
    /// Gets a token that is valid now.
    ///
    /// # Errors
    ///
    /// Why the provider has no token; [`Error::no_token`] makes this from any error.
    fn token(&self) -> TokenFuture<'_>;
}

/// A bearer token, and for how long it is valid.
///
/// Its `Debug` does not show it.
#[derive(Clone)]
pub struct AccessToken {
    secret: SecretString,
    expires_in: Option<Duration>,
}

impl AccessToken {
    /// A token that is used until the service refuses it. Blanks and quotes around it and the
    /// words `Authorization` and `Bearer` before it, which are often copied with a token, are
    /// removed.
    pub fn new(token: impl Into<String>) -> Self {
        Self {
            secret: SecretString::from(cleaned(&token.into())),
            expires_in: None,
        }
    }

    /// Sets for how long, from now, the token is valid. It is replaced shortly before it expires.
    #[must_use]
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        self.expires_in = Some(lifetime);
        self
    }

    pub(crate) fn bearer(&self) -> Result<HeaderValue, Error> {
        let secret = self.secret.expose_secret();
        if secret.is_empty() {
            return Err(Error::no_token("the access token is empty"));
        }
        if !secret.is_ascii() {
            return Err(Error::no_token(
                "the access token holds characters that no token has",
            ));
        }
        let value = HeaderValue::try_from(format!("Bearer {secret}"));
        let mut value = value
            .map_err(|_| Error::no_token("the access token holds characters that no header can"))?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// The token itself, to remove it from a response that repeats it.
    pub(crate) fn expose(&self) -> &str {
        self.secret.expose_secret()
    }

    fn is_same(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

fn cleaned(token: &str) -> String {
    let around = |character: char| {
        character.is_whitespace() || "\"'`“”‘’\u{feff}\u{200b}".contains(character)
    };
    let mut token = token.trim_matches(around);
    for word in ["authorization", "bearer"] {
        if let Some((start, rest)) = token.split_at_checked(word.len())
            && start.eq_ignore_ascii_case(word)
            && !rest.starts_with(|next: char| next.is_alphanumeric() || "-._~+/=".contains(next))
        {
            token = rest.trim_start_matches(':').trim_matches(around);
        }
    }
    token.to_owned()
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

/// Provides one fixed token.
#[derive(Debug)]
pub(crate) struct StaticToken(pub(crate) AccessToken);

impl TokenProvider for StaticToken {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(async { Ok(self.0.clone()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn a_token_is_cleaned_of_what_is_copied_along() {
        for given in [
            "abc",
            " abc\n",
            "\"abc\"",
            "'abc'",
            "Bearer abc",
            "bearer  \"abc\"",
            "\"Bearer abc\"",
            "Bearer: abc",
            "Authorization: Bearer abc",
            "\u{feff}“abc”\r\n",
        ] {
            assert_eq!(AccessToken::new(given).expose(), "abc", "{given:?}");
        }
        assert_eq!(AccessToken::new("bearer-abc").expose(), "bearer-abc");
    }

    #[test]
    fn what_cannot_be_a_token_is_refused() {
        for given in ["", "  ", "Bearer ", "\"\"", "a\nb", "a\u{200b}b"] {
            let error = AccessToken::new(given).bearer().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Token, "{given:?}: {error}");
        }
    }
}
