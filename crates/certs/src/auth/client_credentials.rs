//! Tokens for a personal access token's client id and secret.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{AccessToken, TokenFuture, TokenProvider};
use crate::error::{Error, TOKEN_OPERATION};
use crate::http::retry::{Effect, Retries};
use crate::http::{Received, Wire};

/// The OAuth 2.0 client credentials grant.
pub(crate) struct ClientCredentials {
    wire: Wire,
    retries: Arc<Retries>,
    token_url: String,
    client_id: String,
    client_secret: SecretString,
}

impl ClientCredentials {
    pub(crate) fn new(
        wire: Wire,
        retries: Arc<Retries>,
        token_url: String,
        client_id: String,
        client_secret: SecretString,
    ) -> Self {
        Self {
            wire,
            retries,
            token_url,
            client_id,
            client_secret,
        }
    }

    async fn fetch(&self) -> Result<AccessToken, Error> {
        // Asking twice for a token does no harm.
        let attempt = |_| self.attempt();
        let mut received = self
            .retries
            .run(TOKEN_OPERATION, Effect::None, attempt)
            .await?;
        if !received.status.is_success() {
            received.redact(self.client_secret.expose_secret());
            return Err(Error::from_received(TOKEN_OPERATION, &received));
        }
        let granted: Granted = serde_json::from_slice(&received.body).map_err(|_| {
            let why = "the answer of the token endpoint holds no token. Check the base URL";
            Error::undecodable(TOKEN_OPERATION, why.to_owned())
        })?;
        let token = AccessToken::new(granted.access_token);
        Ok(match granted.expires_in {
            Some(seconds) => token.expires_in(Duration::from_secs(seconds)),
            None => token,
        })
    }

    async fn attempt(&self) -> Result<Received, Error> {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &self.client_id),
            ("client_secret", self.client_secret.expose_secret()),
        ];
        let request = self.wire.http.post(&self.token_url).form(&form).build();
        let request = request.map_err(|error| Error::from_http(TOKEN_OPERATION, error))?;
        self.wire.send(request, TOKEN_OPERATION).await
    }
}

impl TokenProvider for ClientCredentials {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(self.fetch())
    }
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials")
            .field("token_url", &self.token_url)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    #[serde(default, deserialize_with = "seconds")]
    expires_in: Option<u64>,
}

/// Seconds as a number or, as some token endpoints write them, as text.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    match Option::<Value>::deserialize(deserializer)? {
        None => Ok(None),
        Some(Value::String(text)) => text.trim().parse().map(Some).map_err(D::Error::custom),
        Some(value) => u64::deserialize(value).map(Some).map_err(D::Error::custom),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lifetime_is_a_number_or_text_or_missing() {
        for (rest, expected) in [
            ("", Some(None)),
            (r#", "expires_in": null"#, Some(None)),
            (r#", "expires_in": 749"#, Some(Some(749))),
            (r#", "expires_in": "749""#, Some(Some(749))),
            (r#", "expires_in": "soon""#, None),
            (r#", "expires_in": -1"#, None),
            (r#", "expires_in": {}"#, None),
        ] {
            let granted = serde_json::from_str(&format!(r#"{{"access_token": "t"{rest}}}"#));
            let lifetime = granted.ok().map(|granted: Granted| granted.expires_in);
            assert_eq!(lifetime, expected, "{rest}");
        }
    }
}
