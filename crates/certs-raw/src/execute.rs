//! The interface between the generated clients and the code that sends their requests.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};

/// The state of a generated client: the [`Execute`] that sends its requests.
pub type Inner = Arc<dyn Execute>;

/// The future of [`Execute::execute`].
pub type Executing<'a> =
    Pin<Box<dyn Future<Output = Result<Response<Bytes>, ExecuteError>> + Send + 'a>>;

/// The error of an [`Execute`] that received no response.
pub type ExecuteError = Box<dyn StdError + Send + Sync>;

/// The operation of a request. Each builder has it as the constant `OPERATION`.
///
/// ```
/// use certs_raw::v3::builder::ListIdentityCertifications;
///
/// let operation = ListIdentityCertifications::OPERATION;
/// assert_eq!((operation.version, operation.id), ("v3", "list_identity_certifications"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Operation {
    /// The contract of the operation: `v3` or `beta`.
    pub version: &'static str,
    /// The operation's name in the specification, in snake case
    /// (`list_identity_certifications`).
    pub id: &'static str,
}

/// Sends the requests of the generated clients.
///
/// A builder's `request()` needs none: it builds an [`http::Request`] that you send as you like.
/// Its `send()` passes that request to an `Execute`, which adds features that the generated code
/// lacks, such as authentication and retries, and then decodes the response:
///
/// - a status that the specification has for a success becomes a
///   [`ResponseValue`](progenitor_client::ResponseValue);
/// - any other is an [`Error::UnexpectedResponse`](progenitor_client::Error::UnexpectedResponse)
///   with the response inside;
/// - an error of the `Execute` is an [`Error::Custom`](progenitor_client::Error::Custom) with its
///   text and that of its sources.
///
/// ```
/// use std::sync::Arc;
///
/// use bytes::Bytes;
/// use certs_raw::{Execute, Executing, Operation};
/// use http::{Request, Response};
///
/// /// Responds to every request with the same certification.
/// #[derive(Debug)]
/// struct Canned(&'static str);
///
/// impl Execute for Canned {
///     fn execute(&self, request: Request<Bytes>, _: Operation) -> Executing<'_> {
///         assert_eq!(request.uri(), "/certifications/ef38f943");
///         Box::pin(async { Ok(Response::new(Bytes::from_static(self.0.as_bytes()))) })
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), certs_raw::v3::Error> {
/// let client = certs_raw::v3::Client::new("", Arc::new(Canned(r#"{"id": "ef38f943"}"#)));
/// let certification = client.get_identity_certification().id("ef38f943").send().await?;
/// assert_eq!(certification.id.as_deref(), Some("ef38f943"));
/// # Ok(()) }
/// ```
pub trait Execute: Debug + Send + Sync {
    /// Sends one request and returns the response, whatever its status, with its whole body.
    ///
    /// # Errors
    ///
    /// If the request fails without a response.
    fn execute(&self, request: Request<Bytes>, operation: Operation) -> Executing<'_>;
}

/// An error of an [`Execute`], with its sources, as the generated code can return it.
pub(crate) fn failure<E>(error: ExecuteError) -> progenitor_client::Error<E> {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    progenitor_client::Error::Custom(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v3::{Client, Error};

    /// Responds with a status and a body, or fails.
    #[derive(Debug)]
    struct Canned(Option<(u16, &'static str)>);

    impl Execute for Canned {
        fn execute(&self, _: Request<Bytes>, operation: Operation) -> Executing<'_> {
            assert_eq!(operation.id, "get_identity_certification");
            Box::pin(async {
                let Some((status, body)) = self.0 else {
                    let refused = std::io::Error::other("connection refused");
                    return Err(serde_json::Error::io(refused).into());
                };
                Ok(Response::builder().status(status).body(body.into())?)
            })
        }
    }

    async fn sent(canned: Canned) -> Result<Option<String>, Error> {
        let client = Client::new("", Arc::new(canned));
        let sent = client.get_identity_certification().id("a").send().await;
        sent.map(|certification| certification.into_inner().name)
    }

    #[tokio::test]
    async fn what_is_received_is_decoded_or_returned() {
        let canned = |status, body| sent(Canned(Some((status, body))));

        let name = canned(200, r#"{"name": "Q1"}"#).await.unwrap();
        assert_eq!(name.as_deref(), Some("Q1"));
        let error = canned(200, "<html>").await.unwrap_err();
        assert!(matches!(error, Error::InvalidResponsePayload(body, _) if body == "<html>"));
        match canned(404, "not here").await.unwrap_err() {
            Error::UnexpectedResponse(response) => {
                assert_eq!(response.status(), 404);
                assert_eq!(response.text().await.unwrap(), "not here");
            }
            other => panic!("{other}"),
        }
    }

    #[tokio::test]
    async fn what_was_not_received_or_built_says_why() {
        let error = sent(Canned(None)).await.unwrap_err();
        assert!(matches!(error, Error::Custom(text) if text.contains("connection refused")));

        let client = Client::new("", Arc::new(Canned(None)));
        let error = client
            .get_identity_certification()
            .send()
            .await
            .unwrap_err();
        assert!(matches!(error, Error::InvalidRequest(text) if text.contains("`id`")));
    }
}
