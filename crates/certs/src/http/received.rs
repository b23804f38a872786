//! Answers, read whole and not without limit.

use bytes::{Bytes, BytesMut};
use certs_raw::Operation;
use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode};

use crate::error::{self, Error};

/// An answer with its whole body.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Received {
    /// The id under which the vendor's support finds the request. Only failures have one.
    pub(super) fn tracking_id(&self) -> Option<String> {
        match self.status.is_success() {
            true => None,
            false => error::body::read(&self.body).tracking_id,
        }
    }
}

impl Received {
    /// Takes out a secret of the request that the answer repeats, as gateways in debug mode
    /// do, before anything shows the answer.
    pub(crate) fn redact(&mut self, secret: &str) {
        let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        let body = String::from_utf8_lossy(&self.body);
        let repeated = |secret: &&str| !secret.is_empty() && body.contains(*secret);
        if [secret, &encoded].iter().any(repeated) {
            let redacted = body.replace(secret, "[redacted]");
            self.body = redacted.replace(&encoded, "[redacted]").into();
        }
    }
}

/// Reads the body. Reading it here, and not where it is decoded, is what lets a read whose
/// answer breaks off be tried again.
pub(super) async fn read(
    mut response: Response,
    operation: Operation,
    max_size: usize,
) -> Result<Received, Error> {
    let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
    let too_large = |size| Error::too_large(operation, status, size, max_size);
    let announced = response
        .content_length()
        .and_then(|size| usize::try_from(size).ok());
    if let Some(size) = announced.filter(|size| *size > max_size) {
        return Err(too_large(size));
    }
    let mut body = Bytes::new();
    let mut joined = BytesMut::new();
    loop {
        let chunk = response
            .chunk()
            .await
            .map_err(|error| Error::from_http(operation, error).answered_with(status))?;
        let Some(chunk) = chunk else { break };
        if body.len() + joined.len() + chunk.len() > max_size {
            return Err(too_large(body.len() + joined.len() + chunk.len()));
        }
        // A body that comes in one piece is passed on as it is.
        if body.is_empty() && joined.is_empty() {
            body = chunk;
        } else {
            if joined.is_empty() {
                joined.reserve(announced.unwrap_or_default().max(2 * body.len()));
                joined.extend_from_slice(&std::mem::take(&mut body));
            }
            joined.extend_from_slice(&chunk);
        }
    }
    let body = if joined.is_empty() {
        body
    } else {
        joined.freeze()
    };
    Ok(Received {
        status,
        headers,
        body,
    })
}

impl From<Received> for Response {
    fn from(received: Received) -> Self {
        let Received {
            status,
            headers,
            body,
        } = received;
        let mut response = http::Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Self::from(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_taken_out_in_both_of_its_forms() {
        let redacted = |body: &'static str, secret: &str| {
            let mut received = Received {
                status: StatusCode::BAD_GATEWAY,
                headers: HeaderMap::new(),
                body: Bytes::from_static(body.as_bytes()),
            };
            received.redact(secret);
            received.body
        };
        assert_eq!(
            redacted("client_secret=a%2Fb+c&secret: a/b c", "a/b c"),
            "client_secret=[redacted]&secret: [redacted]"
        );
        assert_eq!(redacted("nothing to hide", "hush"), "nothing to hide");
        assert_eq!(redacted("an empty secret", ""), "an empty secret");
    }
}
