//! Making errors of what happened.

use std::sync::Arc;

use certs_raw::Operation;
use reqwest::StatusCode;

use super::{ApiError, Error, ErrorKind, Repr, TOKEN_OPERATION, body};
use crate::http::Received;
use crate::http::retry::retry_after;
use crate::model::ErrorMessage;

impl Error {
    /// A client that cannot be set up.
    pub(crate) fn config(why: impl Into<String>) -> Self {
        Self::of(ErrorKind::Config).message(why).into()
    }

    /// A call that is not worth sending.
    pub(crate) fn refused(why: impl Into<String>) -> Self {
        Self::of(ErrorKind::Refused).message(why).into()
    }

    /// Something that cannot be written.
    pub(crate) fn output(
        why: impl Into<String>,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        let repr = Self::of(ErrorKind::Output).message(why);
        repr.caused_by(Box::new(source)).into()
    }

    /// Something that was there, and is not any more.
    pub(crate) fn gone(operation: Operation, why: String) -> Self {
        let mut repr = Self::of(ErrorKind::NotFound).message(why);
        repr.operation = Some(operation);
        repr.into()
    }

    /// A journal that cannot be read or written.
    pub(crate) fn journal(
        what: impl Into<String>,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        let what = format!("{}: {source}", what.into());
        Self::of(ErrorKind::Journal)
            .message(what)
            .caused_by(Box::new(source))
            .into()
    }

    /// A journal that does not say what it should.
    pub(crate) fn journal_says(why: &str) -> Self {
        Self::of(ErrorKind::Journal).message(why).into()
    }

    /// The same error, said to have happened during an operation.
    pub(crate) fn during(self, operation: Operation) -> Self {
        let mut repr = Arc::unwrap_or_clone(self.0);
        repr.operation = Some(operation);
        repr.into()
    }

    /// A background task that ended badly, or has not ended.
    pub(crate) fn task(
        kind: ErrorKind,
        operation: Operation,
        why: String,
        causes: Vec<ErrorMessage>,
    ) -> Self {
        let mut repr = Self::of(kind).message(why);
        repr.operation = Some(operation);
        repr.api.causes = causes;
        repr.into()
    }

    /// A background task that nobody has waited for.
    pub(crate) fn task_pending(why: impl Into<String>) -> Self {
        Self::of(ErrorKind::TaskPending).message(why).into()
    }

    /// A write of an earlier run, of which a journal does not say what came of it.
    pub(crate) fn of_earlier_run(operation: Operation) -> Self {
        let why = "it was sent before the journal ended, which does not say what came of it";
        let mut repr = Self::of(ErrorKind::Interrupted).message(why);
        repr.operation = Some(operation);
        repr.into()
    }

    /// A certification that cannot be signed off yet.
    pub(crate) fn not_ready(why: impl Into<String>) -> Self {
        Self::of(ErrorKind::NotReady).message(why).into()
    }

    /// The same error, with the one that led to it.
    pub(crate) fn because_of(self, cause: Self) -> Self {
        let repr = Arc::unwrap_or_clone(self.0);
        repr.caused_by(Box::new(cause)).into()
    }

    /// A request that got no answer, or lost it.
    pub(crate) fn from_http(operation: Operation, error: reqwest::Error) -> Self {
        // A connection that was not made in time is both, and what counts is that nothing
        // was sent.
        let (kind, what) = if error.is_connect() {
            (ErrorKind::Connect, "no connection")
        } else if error.is_timeout() {
            (ErrorKind::Timeout, "no answer in time")
        } else if error.is_builder() {
            (ErrorKind::Refused, "the request could not be built")
        } else {
            (ErrorKind::Interrupted, "the connection broke")
        };
        // The query of the URL may hold names of people.
        let error = error.without_url();
        let mut repr = Self::of(kind).message(format!("{what}: {}", root_cause(&error)));
        repr.operation = Some(operation);
        repr.caused_by(Box::new(error)).into()
    }

    /// An answer that says that the call failed.
    pub(crate) fn from_received(operation: Operation, received: &Received) -> Self {
        let Received {
            status,
            headers,
            body,
        } = received;
        let mut repr = Self::of(kind_of(operation, *status));
        repr.operation = Some(operation);
        repr.status = Some(status.as_u16());
        repr.retry_after = retry_after(headers);
        if status.is_redirection() {
            repr.message = "the address redirects elsewhere, and a token is not sent along. Check \
                            the base URL"
                .into();
        } else {
            repr.api = body::read(body);
        }
        repr.into()
    }

    /// An answer that is not what the operation answers. `why` must not repeat what stands in
    /// it.
    pub(crate) fn undecodable(operation: Operation, why: impl Into<String>) -> Self {
        let mut repr = Self::of(ErrorKind::Decode).message(why);
        repr.operation = Some(operation);
        repr.into()
    }

    /// An answer that is not read to its end.
    pub(crate) fn too_large(
        operation: Operation,
        status: StatusCode,
        size: usize,
        max_size: usize,
    ) -> Self {
        let why = format!(
            "the answer has {size} bytes or more, and the client accepts {max_size}. Raise \
             `max_response_size`, or ask for smaller pages"
        );
        let mut repr = Self::of(ErrorKind::TooLarge).message(why);
        repr.operation = Some(operation);
        repr.status = Some(status.as_u16());
        repr.into()
    }

    /// The same error, of a call that made so many attempts and reads or writes.
    pub(crate) fn of_call(self, attempts: u32, is_read: bool) -> Self {
        let mut repr = Arc::unwrap_or_clone(self.0);
        (repr.attempts, repr.without_effect) = (attempts, is_read);
        repr.into()
    }

    /// The same error, of a write that a look has shown not to have been done.
    pub(crate) fn seen_without_effect(self) -> Self {
        let mut repr = Arc::unwrap_or_clone(self.0);
        repr.without_effect = true;
        repr.into()
    }

    /// The same error, preceded by what it is only a part of.
    pub(crate) fn with_context(self, context: &str) -> Self {
        let mut repr = Arc::unwrap_or_clone(self.0);
        repr.context = Some(context.to_owned());
        repr.into()
    }

    /// The same error, of a call that got an answer with this status.
    pub(crate) fn answered_with(self, status: StatusCode) -> Self {
        let mut repr = Arc::unwrap_or_clone(self.0);
        repr.status = Some(status.as_u16());
        repr.into()
    }

    /// Whether it was the token that could not be had.
    pub(crate) fn is_about_the_token(&self) -> bool {
        self.kind() == ErrorKind::Token || self.0.operation == Some(TOKEN_OPERATION)
    }

    /// An error of a kind, for tests of what is done about kinds.
    #[cfg(test)]
    pub(crate) fn of_kind(kind: ErrorKind) -> Self {
        Self::of(kind).into()
    }

    /// A call that nobody waits for any more.
    pub(crate) fn cancelled(why: &str) -> Self {
        Self::of(ErrorKind::Cancelled).message(why).into()
    }

    pub(super) fn of(kind: ErrorKind) -> Repr {
        Repr {
            kind,
            operation: None,
            status: None,
            context: None,
            message: String::new(),
            api: ApiError::default(),
            retry_after: None,
            attempts: 0,
            without_effect: false,
            source: None,
        }
    }
}

impl Repr {
    pub(super) fn message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    pub(super) fn caused_by(mut self, source: Box<dyn std::error::Error + Send + Sync>) -> Self {
        self.source = Some(Arc::from(source));
        self
    }
}

impl From<Repr> for Error {
    fn from(repr: Repr) -> Self {
        Self(Arc::new(repr))
    }
}

fn kind_of(operation: Operation, status: StatusCode) -> ErrorKind {
    match status.as_u16() {
        ..400 => ErrorKind::Redirected,
        401 => ErrorKind::Unauthorized,
        408 => ErrorKind::Timeout,
        429 => ErrorKind::RateLimited,
        500.. => ErrorKind::Server,
        // The token endpoint answers 400 to a secret that is wrong.
        400..500 if operation == TOKEN_OPERATION => ErrorKind::Unauthorized,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        _ => ErrorKind::InvalidRequest,
    }
}

fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
