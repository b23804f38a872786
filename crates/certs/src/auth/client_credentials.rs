//! Tokens for a personal access token's client id and secret.

use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{AccessToken, TokenFuture, TokenProvider};
use crate::error::{Error, TOKEN_OPERATION};

/// The OAuth 2.0 client credentials grant, as `POST {base}/oauth/token`.
pub(crate) struct ClientCredentials {
    http: reqwest::Client,
    token_url: String,
    client_id: String,
    client_secret: SecretString,
}

impl ClientCredentials {
    pub(crate) fn new(
        http: reqwest::Client,
        token_url: String,
        client_id: String,
        client_secret: SecretString,
    ) -> Self {
        Self {
            http,
            token_url,
            client_id,
            client_secret,
        }
    }

    async fn fetch(&self) -> Result<AccessToken, Error> {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &self.client_id),
            ("client_secret", self.client_secret.expose_secret()),
        ];
        let response = self
            .http
            .post(&self.token_url)
            .form(&form)
            .send()
            .await
            .map_err(|error| Error::from_http(TOKEN_OPERATION, error))?;
        if !response.status().is_success() {
            return Err(Error::from_response(TOKEN_OPERATION, response).await);
        }
        let body = response
            .bytes()
            .await
            .map_err(|error| Error::from_http(TOKEN_OPERATION, error))?;
        let granted: Granted = serde_json::from_slice(&body)
            .map_err(|error| Error::undecodable::<Granted>(TOKEN_OPERATION, &body, error))?;
        let token = AccessToken::new(granted.access_token);
        Ok(match granted.expires_in {
            Some(seconds) => token.expires_in(Duration::from_secs(seconds)),
            None => token,
        })
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
    expires_in: Option<u64>,
}
