//! Errors: why a call failed, and what to do next.

mod body;
mod display;
mod kind;
mod make;
mod redact;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::model::{ErrorMessage, Id};

pub use kind::ErrorKind;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call failed.
///
/// [`kind`](Self::kind) is the kind of failure; predicates (`is_not_found()`, …) test for the kinds
/// that programs branch on most. Accessors return the details. `Display` prints one line: which
/// operation failed, why, and what to do next.
///
/// ```
/// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
/// # example(async |client, _| {
/// let error = client.certification("no-such-id").get().await.unwrap_err();
///
/// assert!(error.is_not_found());
/// assert_eq!(error.status(), Some(404));
/// assert_eq!(error.operation(), Some("get_identity_certification"));
/// assert!(error.tracking_id().is_some()); // what the vendor's support asks for
/// # Ok(()) });
/// ```
///
/// It is cheap to clone, holds no secret, and never repeats personal data of a response that could
/// not be read.
///
/// # Troubleshooting
///
/// The guide has a [table of what to do](crate::guide::errors#troubleshooting) for each kind.
#[derive(Clone)]
pub struct Error(Arc<Repr>);

#[derive(Clone, Debug)]
struct Repr {
    kind: ErrorKind,
    operation: Option<Operation>,
    status: Option<u16>,
    /// The ids that the failure is about.
    items: Vec<Id>,
    /// The failure of the whole call, if this is the error of one of its items.
    context: Option<String>,
    /// Our own message; empty if the service's is enough.
    message: String,
    /// What to do if the service does not accept the request.
    advice: Option<String>,
    api: ApiError,
    retry_after: Option<Duration>,
    attempts: u32,
    /// Whether the request was a write that may have been done.
    is_write: bool,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// Which operation failed, in which version of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Operation {
    pub(crate) id: &'static str,
    pub(crate) version: &'static str,
}

impl Operation {
    /// Obtaining a token is not an operation of any contract.
    pub(crate) const TOKEN: Self = Self {
        id: "token",
        version: "oauth",
    };
}

/// The service's report of a failed call.
///
/// Any field may be empty: proxies and gateways have their own formats. What can be read of these
/// becomes a message.
#[derive(Clone, Debug, Default, PartialEq)]
struct ApiError {
    detail_code: Option<String>,
    tracking_id: Option<String>,
    messages: Vec<ErrorMessage>,
    causes: Vec<ErrorMessage>,
}

impl Error {
    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether the service does not know the id (404).
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// Whether the service rejects the request itself.
    #[must_use]
    pub fn is_invalid_request(&self) -> bool {
        self.kind() == ErrorKind::InvalidRequest
    }

    /// Whether there were too many requests; see [`retry_after`](Self::retry_after).
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.kind() == ErrorKind::RateLimited
    }

    /// Whether no response came in time.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// Whether the call was cancelled, by its caller or because the runtime shuts down.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.kind() == ErrorKind::Cancelled
    }

    /// The operation that failed, by its name in the specification in snake case. `None` if the
    /// call failed before any operation.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation.map(|operation| operation.id)
    }

    /// The API version of the operation: `v3`, `v2025`, `beta`, …, or `oauth` for the token.
    #[must_use]
    pub fn version(&self) -> Option<&'static str> {
        self.0.operation.map(|operation| operation.version)
    }

    /// The HTTP status, if there was a response.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The service's own code, finer than the status: `400.1.3 Illegal value`. Code, id and
    /// messages are missing where a proxy or gateway responded; the readable part of its response
    /// becomes a message.
    #[must_use]
    pub fn detail_code(&self) -> Option<&str> {
        self.0.api.detail_code.as_deref()
    }

    /// The id under which the vendor's support finds the request.
    #[must_use]
    pub fn tracking_id(&self) -> Option<&str> {
        self.0.api.tracking_id.as_deref()
    }

    /// The service's general messages about the failure.
    #[must_use]
    pub fn messages(&self) -> &[ErrorMessage] {
        &self.0.api.messages
    }

    /// The service's messages about the exact causes.
    #[must_use]
    pub fn causes(&self) -> &[ErrorMessage] {
        &self.0.api.causes
    }

    /// How long the service asks to wait before the next request (`Retry-After`, in seconds or as a
    /// date).
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The ids of the items or identities at fault, if only some of those passed to the call are. The
    /// call is accepted without them.
    #[must_use]
    pub fn items(&self) -> &[Id] {
        &self.0.items
    }

    /// How many attempts the call made. 0 if nothing was sent, or if the error is about waiting for a
    /// task, which takes many calls.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether the change may have been made: the response to a write was lost, was a redirection
    /// or could not be read, or the service failed. Read what the write would have changed before
    /// trying again. Always false for reads.
    ///
    /// ```
    /// # async fn run(review: certs::Review) {
    /// match review.sign_off().await {
    ///     Ok(certification) => println!("signed: {:?}", certification.signed),
    ///     Err(error) if error.may_have_taken_effect() => println!("read it back: {error}"),
    ///     Err(error) => println!("not done: {error}"),
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn may_have_taken_effect(&self) -> bool {
        let lost = matches!(
            self.kind(),
            ErrorKind::Server
                | ErrorKind::Interrupted
                | ErrorKind::Timeout
                | ErrorKind::Decode
                | ErrorKind::TooLarge
                | ErrorKind::Redirected
        );
        lost && self.0.is_write && !self.is_about_the_token()
    }

    /// An error for a [`TokenProvider`](crate::TokenProvider) that has no token.
    ///
    /// Do not put the token into it.
    pub fn no_token(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let source = why.into();
        Self::of(ErrorKind::Token)
            .message(format!("no access token: {source}"))
            .caused_by(source)
            .into()
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `main` and `unwrap` print this form to people; `{:#?}` shows the parts.
        if f.alternate() {
            self.0.fmt(f)
        } else {
            write!(f, "{:?}: {self}", self.kind())
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
