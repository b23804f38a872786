//! Constructors of errors.

use std::sync::Arc;

use http::{Method, StatusCode};

use super::{ApiError, Error, ErrorKind, Operation, Repr, body};
use crate::http::default_service::root_cause;
use crate::http::retry::{Attempted, retry_after};
use crate::http::service::{Failure, Received, SendError};
use crate::model::{ErrorMessage, Id};

impl Error {
    /// The client cannot be set up.
    pub(crate) fn config(why: impl Into<String>) -> Self {
        Self::of(ErrorKind::Config).message(why).into()
    }

    /// The client refuses the call before sending it.
    pub(crate) fn refused(why: impl Into<String>) -> Self {
        Self::of(ErrorKind::Refused).message(why).into()
    }

    /// An output cannot be written.
    pub(crate) fn output(
        why: impl Into<String>,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        let repr = Self::of(ErrorKind::Output).message(why);
        repr.caused_by(Box::new(source)).into()
    }

    /// A journal cannot be read or written.
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

    /// A journal cannot be used, for this reason.
    pub(crate) fn journal_says(why: &str) -> Self {
        Self::of(ErrorKind::Journal).message(why).into()
    }

    /// Sets the operation, unless the error already has one.
    pub(crate) fn during(self, operation: Operation) -> Self {
        self.map(|repr| {
            repr.operation.get_or_insert(operation);
        })
    }

    /// Replaces the kind.
    pub(crate) fn with_kind(self, kind: ErrorKind) -> Self {
        self.map(|repr| repr.kind = kind)
    }

    /// Sets the ids that the error is about.
    pub(crate) fn about(self, items: Vec<Id>) -> Self {
        self.map(|repr| repr.items = items)
    }

    /// A background task failed or has not ended.
    pub(crate) fn task(kind: ErrorKind, why: String, causes: Vec<ErrorMessage>) -> Self {
        let mut repr = Self::of(kind).message(why);
        repr.api.causes = causes;
        repr.into()
    }

    /// The call did not wait for a background task.
    pub(crate) fn task_pending(why: impl Into<String>) -> Self {
        Self::of(ErrorKind::TaskPending).message(why).into()
    }

    /// A write of an earlier run has no outcome in the journal.
    pub(crate) fn of_earlier_run() -> Self {
        let why = "it was sent, and the journal ends before its outcome";
        Self::from(Self::of(ErrorKind::Interrupted).message(why)).of_write()
    }

    /// A certification cannot be signed off yet.
    pub(crate) fn not_ready(why: impl Into<String>) -> Self {
        Self::of(ErrorKind::NotReady).message(why).into()
    }

    /// Adds the error that caused this one.
    pub(crate) fn because_of(self, cause: Self) -> Self {
        let repr = Arc::unwrap_or_clone(self.0);
        repr.caused_by(Box::new(cause)).into()
    }

    /// The service responded with a failure. The secret is removed wherever the response repeats
    /// it.
    pub(crate) fn from_received(
        (method, path): (&Method, &str),
        received: &Received,
        secret: &str,
    ) -> Self {
        let status = received.status;
        let mut repr = Self::of(kind_of(status));
        repr.status = Some(status.as_u16());
        repr.retry_after = retry_after(&received.headers);
        if status.is_redirection() {
            repr.message = "the service redirects to another address, which would get the token. \
                            Check the base URL"
                .into();
        } else {
            repr.api = body::read(&received.body, secret);
            if !repr.api.says_something() {
                repr.message = format!("the response to {method} {path} gives no reason");
            }
        }
        repr.into()
    }

    /// A response could not be decoded. `why` must not repeat its content.
    pub(crate) fn undecodable(why: impl Into<String>) -> Self {
        Self::of(ErrorKind::Decode).message(why).into()
    }

    /// Sets the number of attempts.
    pub(crate) fn after(self, attempts: u32) -> Self {
        self.map(|repr| repr.attempts = attempts)
    }

    /// Marks the error as that of a write.
    pub(crate) fn of_write(self) -> Self {
        self.map(|repr| repr.is_write = true)
    }

    /// Marks the write as not done, as a probe has shown.
    pub(crate) fn seen_without_effect(self) -> Self {
        self.map(|repr| repr.is_write = false)
    }

    /// Sets the failure of the whole call, which is shown first.
    pub(crate) fn with_context(self, context: &str) -> Self {
        self.map(|repr| repr.context = Some(context.to_owned()))
    }

    /// Sets what to do if the service does not accept the request.
    pub(crate) fn advise(self, advice: impl Into<String>) -> Self {
        self.map(|repr| repr.advice = Some(advice.into()))
    }

    /// Sets the status of the response.
    pub(crate) fn with_status(self, status: StatusCode) -> Self {
        self.map(|repr| repr.status = Some(status.as_u16()))
    }

    fn map(self, change: impl FnOnce(&mut Repr)) -> Self {
        let mut repr = Arc::unwrap_or_clone(self.0);
        change(&mut repr);
        repr.into()
    }

    /// Whether getting the token failed.
    pub(crate) fn is_about_the_token(&self) -> bool {
        self.kind() == ErrorKind::Token || self.0.operation == Some(Operation::TOKEN)
    }

    /// A request waited too long: what it is based on may have changed.
    pub(crate) fn too_late() -> Self {
        let why = "the items were read a minute ago, and the request still has to wait for the rate \
                   limit. Make fewer calls at the same time";
        Self::of(ErrorKind::RateLimited).message(why).into()
    }

    /// Whether it is [`too_late`](Self::too_late), not a refusal of the service.
    pub(crate) fn is_too_late(&self) -> bool {
        self.kind() == ErrorKind::RateLimited && self.status().is_none()
    }

    /// The call was cancelled.
    pub(crate) fn cancelled(why: &str) -> Self {
        Self::of(ErrorKind::Cancelled).message(why).into()
    }

    pub(super) fn of(kind: ErrorKind) -> Repr {
        Repr {
            kind,
            operation: None,
            status: None,
            items: Vec::new(),
            context: None,
            message: String::new(),
            advice: None,
            api: ApiError::default(),
            retry_after: None,
            attempts: 0,
            is_write: false,
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

/// The kind of a failed call, by its status.
fn kind_of(status: StatusCode) -> ErrorKind {
    match status.as_u16() {
        300..400 => ErrorKind::Redirected,
        401 => ErrorKind::Unauthorized,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        408 => ErrorKind::Timeout,
        429 => ErrorKind::RateLimited,
        400..500 => ErrorKind::InvalidRequest,
        // No other status is possible: a success is not an error, and 1xx is not a final response.
        _ => ErrorKind::Server,
    }
}

/// The generated builder cannot make a request from the parameters.
impl From<certs_raw::RequestError> for Error {
    fn from(error: certs_raw::RequestError) -> Self {
        Self::refused(error.to_string())
    }
}

/// A request without a response, or whose response was lost.
impl From<SendError> for Error {
    fn from(error: SendError) -> Self {
        let SendError {
            failure,
            status,
            source,
        } = error;
        let cause = source.as_deref().map(|source| root_cause(source));
        let (kind, what) = match failure {
            Failure::Connect => (ErrorKind::Connect, "no connection".to_owned()),
            Failure::Unbuildable => (
                ErrorKind::Refused,
                "the request could not be built".to_owned(),
            ),
            Failure::Interrupted => (ErrorKind::Interrupted, "the connection broke".to_owned()),
            Failure::Timeout => (ErrorKind::Timeout, "no response in time".to_owned()),
            Failure::TooLarge { bytes, limit } => (
                ErrorKind::TooLarge,
                format!(
                    "the response has at least {bytes} bytes, and the client accepts {limit}. Raise \
                     `max_response_size`, or ask for smaller pages"
                ),
            ),
        };
        let message = cause.map_or(what.clone(), |cause| format!("{what}: {cause}"));
        let mut repr = Self::of(kind).message(message);
        repr.status = status.map(|status| status.as_u16());
        match source {
            Some(source) => repr.caused_by(source).into(),
            None => repr.into(),
        }
    }
}

impl Attempted for Error {
    /// A failure to get the token is final here: the token request has retries of its own.
    fn failure(&self) -> Option<Failure> {
        if self.is_about_the_token() {
            return None;
        }
        match self.kind() {
            ErrorKind::Connect => Some(Failure::Connect),
            ErrorKind::Interrupted => Some(Failure::Interrupted),
            ErrorKind::Timeout => Some(Failure::Timeout),
            _ => None,
        }
    }
}

impl ApiError {
    /// Whether any of its texts is not empty.
    pub(super) fn says_something(&self) -> bool {
        let texts = self.messages.iter().chain(&self.causes);
        let mut texts = texts.filter_map(|message| message.text.as_deref());
        texts.any(|text| !text.trim().is_empty())
    }

    pub(super) fn for_each_text(&mut self, change: impl Fn(&mut String)) {
        let own = [&mut self.detail_code, &mut self.tracking_id];
        own.into_iter().flatten().for_each(&change);
        for message in self.messages.iter_mut().chain(&mut self.causes) {
            message.text.iter_mut().for_each(&change);
        }
    }
}
