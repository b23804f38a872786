//! The OAuth client credentials grant: tokens for the client id and secret of a personal access
//! token.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{Method, Request, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{AccessToken, TokenFuture, TokenProvider};
use crate::error::{Error, ErrorKind, Operation};
use crate::http::counters::Counting;
use crate::http::retry::{Idempotency, RetryLoop};
use crate::http::service::{Received, SendError, Sender};
use crate::model::decode::{decode, is_web_page};

/// The OAuth 2.0 client credentials grant.
pub(crate) struct ClientCredentials {
    pub(crate) sender: Sender,
    pub(crate) retries: Arc<RetryLoop>,
    pub(crate) counting: Arc<Counting>,
    pub(crate) token_url: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: SecretString,
}

impl ClientCredentials {
    async fn fetch(&self) -> Result<AccessToken, Error> {
        let request = self.request()?;
        let attempt = || {
            tracing::debug!("requesting a token");
            self.counting.requests.count();
            self.sender.send(request.clone())
        };
        // Requesting a token twice does no harm.
        let run = self
            .retries
            .run(Idempotency::Idempotent, &self.counting.retries, attempt);
        let (outcome, attempts) = run.await;
        let received: Received =
            outcome.map_err(|error: SendError| Error::from(error).after(attempts))?;
        if !received.status.is_success() {
            let path = request.uri().path();
            let secret = self.client_secret.expose_secret();
            let error =
                Error::from_received((&Method::POST, path), &received, secret).after(attempts);
            // The endpoint returns 400 for a wrong secret.
            return Err(if received.status == StatusCode::BAD_REQUEST {
                error.with_kind(ErrorKind::Unauthorized)
            } else {
                error
            });
        }
        let granted: Granted = decode(&received.body).map_err(|_| {
            Error::undecodable(if is_web_page(&received.body) {
                "the token endpoint returned a web page. Check the base URL: it must be that \
                 of the API, not of the user interface"
            } else {
                "the response of the token endpoint has no token. Check the base URL"
            })
        })?;
        let token = AccessToken::new(granted.access_token);
        Ok(match granted.expires_in {
            Some(lifetime) => token.expires_in(lifetime),
            None => token,
        })
    }

    fn request(&self) -> Result<Request<Bytes>, Error> {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &self.client_id)
            .append_pair("client_secret", self.client_secret.expose_secret())
            .finish();
        Request::post(&self.token_url)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Bytes::from(body))
            .map_err(|_| Error::config("the token URL is not a URL"))
    }
}

impl TokenProvider for ClientCredentials {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(async {
            self.fetch()
                .await
                .map_err(|error| error.during(Operation::TOKEN))
        })
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
    expires_in: Option<Duration>,
}

/// Seconds as a number, with or without a fraction, or as text: token endpoints write all of
/// these. What cannot be a time is ignored; the service will refuse the token when it has expired.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let seconds = match Value::deserialize(deserializer)? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    Ok(seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lifetime_is_a_number_or_text_or_missing() {
        for (rest, expected) in [
            ("", None),
            (r#", "expires_in": null"#, None),
            (r#", "expires_in": 749"#, Some(749_000)),
            (r#", "expires_in": 749.5"#, Some(749_500)),
            (r#", "expires_in": "749""#, Some(749_000)),
            (r#", "expires_in": " 749.0 ""#, Some(749_000)),
            (r#", "expires_in": "soon""#, None),
            (r#", "expires_in": -1"#, None),
            (r#", "expires_in": 1e300"#, None),
            (r#", "expires_in": {}"#, None),
        ] {
            let text = format!(r#"{{"access_token": "t"{rest}}}"#);
            let granted: Granted = serde_json::from_str(&text).unwrap();
            let expected = expected.map(Duration::from_millis);
            assert_eq!(granted.expires_in, expected, "{rest}");
        }
    }
}
