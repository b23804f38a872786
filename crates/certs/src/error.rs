//! What can go wrong, and what to do next.

pub(crate) mod body;
mod display;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use certs_raw::Operation;
use reqwest::StatusCode;

use crate::model::ErrorMessage;
use crate::transport::Received;
use crate::transport::retry::retry_after;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Getting a token is no operation of either specification.
pub(crate) const TOKEN_OPERATION: Operation = Operation {
    version: "oauth",
    id: "token",
};

/// Why a call failed.
///
/// Ask it what kind of failure it was with [`kind`](Self::kind) or one of the predicates
/// (`is_not_found()`, …), and for the facts with the accessors. Printed, it says which
/// operation failed, why, and what to do next, on one line:
///
/// ```
/// # async fn run() -> certs::Result<()> {
/// # let sim = certs_sim::Simulator::start().await.unwrap();
/// # let admin = sim.admin();
/// # let client = certs::Client::builder(sim.base_url())
/// #     .client_credentials(admin.client_id, admin.client_secret)
/// #     .build()?;
/// let error = client.certification("no-such-id").get().await.unwrap_err();
///
/// assert!(error.is_not_found());
/// assert_eq!(error.status(), Some(404));
/// assert_eq!(error.operation(), Some("get_identity_certification"));
/// assert!(error.tracking_id().is_some()); // what the vendor's support asks for
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(run()).unwrap();
/// ```
///
/// It is cheap to clone, holds no secret, and never repeats personal data of an answer
/// that could not be read.
#[derive(Clone)]
pub struct Error(Arc<Repr>);

#[derive(Clone, Debug)]
struct Repr {
    kind: ErrorKind,
    operation: Option<Operation>,
    status: Option<u16>,
    /// What the failure is only a part of.
    context: Option<String>,
    /// What we say ourselves; empty if the service said it all.
    message: String,
    api: ApiError,
    retry_after: Option<Duration>,
    attempts: u32,
    /// Whether the call reads and changes nothing, or was seen to have changed nothing.
    without_effect: bool,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// The kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client could not be set up: an address, a file or a certificate is wrong.
    Config,
    /// The call was refused by this client: nothing was sent that would change anything.
    Refused,
    /// A [`TokenProvider`](crate::TokenProvider) has no token to give.
    Token,
    /// The service does not accept the token or the credentials (401, or any refusal by
    /// the token endpoint).
    Unauthorized,
    /// The token's owner may not do this (403).
    Forbidden,
    /// There is no such thing (404).
    NotFound,
    /// The service understood the request and rejects it (400 and the other 4xx).
    InvalidRequest,
    /// Too many requests in a short time (429).
    RateLimited,
    /// The address redirects elsewhere (3xx), where this client does not follow.
    Redirected,
    /// The service failed (5xx). A write may or may not have had its effect.
    Server,
    /// No connection could be made: nothing was sent.
    Connect,
    /// The connection broke while the request or its answer was on the way. A write may or
    /// may not have had its effect.
    Interrupted,
    /// No answer in time, or 408. A write may or may not have had its effect.
    Timeout,
    /// The answer could not be read. A write has had its effect.
    Decode,
    /// The answer is larger than the client accepts. A write has had its effect.
    TooLarge,
    /// The call was given up before its end, because the runtime shuts down or because its
    /// caller said so: [`WaitForTask::cancel_on`](crate::WaitForTask::cancel_on).
    Cancelled,
    /// A [`Journal`](crate::Journal) could not be read or written.
    Journal,
    /// A background task ended in an error.
    TaskFailed,
    /// A background task did not end in the time that the caller allowed.
    TaskPending,
    /// A certification cannot be signed off yet, as a look at it showed: decisions are open,
    /// tasks are running, or it has not started. The sign-off was not sent.
    NotReady,
    /// A file, or whatever else evidence is written to, cannot be written.
    Output,
}

/// What the service said about a failed call.
///
/// Any field may be empty: proxies and gateways answer in shapes of their own, of which
/// the readable part becomes a message.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ApiError {
    /// The service's own code, finer than the status: `400.1.3 Illegal value`.
    pub detail_code: Option<String>,
    /// The id under which the vendor's support finds the request.
    pub tracking_id: Option<String>,
    /// What happened, in general words.
    pub messages: Vec<ErrorMessage>,
    /// What exactly is wrong.
    pub causes: Vec<ErrorMessage>,
}

impl Error {
    /// What kind of failure this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether this client refused the call: nothing was sent that would change anything.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.kind() == ErrorKind::Refused
    }

    /// Whether the service does not accept the token or the credentials.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.kind() == ErrorKind::Unauthorized
    }

    /// Whether the token's owner may not do this.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.kind() == ErrorKind::Forbidden
    }

    /// Whether there is no such thing.
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

    /// Whether the service failed.
    #[must_use]
    pub fn is_server(&self) -> bool {
        self.kind() == ErrorKind::Server
    }

    /// Whether no connection could be made, so that nothing was sent.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.kind() == ErrorKind::Connect
    }

    /// Whether the connection broke while the request or its answer was on the way.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        self.kind() == ErrorKind::Interrupted
    }

    /// Whether no answer came in time.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// Whether the call was given up, because the runtime shuts down or its caller said so.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.kind() == ErrorKind::Cancelled
    }

    /// Whether the answer could not be read.
    #[must_use]
    pub fn is_decode(&self) -> bool {
        self.kind() == ErrorKind::Decode
    }

    /// The operation that failed, by its name in the specification in snake case.
    /// `None` when no operation was reached yet.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation.map(|operation| operation.id)
    }

    /// The API version of the operation: `v3`, `beta`, or `oauth` for the token.
    #[must_use]
    pub fn version(&self) -> Option<&'static str> {
        self.0.operation.map(|operation| operation.version)
    }

    /// The HTTP status, if there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Everything the service said.
    #[must_use]
    pub fn api(&self) -> &ApiError {
        &self.0.api
    }

    /// The service's own code: `400.1 Bad Request Content`.
    #[must_use]
    pub fn detail_code(&self) -> Option<&str> {
        self.0.api.detail_code.as_deref()
    }

    /// The id under which the vendor's support finds the request.
    #[must_use]
    pub fn tracking_id(&self) -> Option<&str> {
        self.0.api.tracking_id.as_deref()
    }

    /// What happened, in the service's general words.
    #[must_use]
    pub fn messages(&self) -> &[ErrorMessage] {
        &self.0.api.messages
    }

    /// What exactly is wrong, in the service's words.
    #[must_use]
    pub fn causes(&self) -> &[ErrorMessage] {
        &self.0.api.causes
    }

    /// For how long the service asks to be left alone, as its `Retry-After` said in
    /// seconds or as a date.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// How many attempts the call made. 0 if nothing was sent, and for a wait for a task that
    /// failed or is pending, which is made of many calls.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether what was asked for may have been done all the same: a write whose answer was
    /// lost or could not be used, or that failed inside the service. Look before trying again.
    ///
    /// ```
    /// # async fn run(review: certs::Review) {
    /// match review.sign_off().await {
    ///     Ok(certification) => println!("signed: {:?}", certification.signed),
    ///     Err(error) if error.may_have_taken_effect() => println!("look first: {error}"),
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
        );
        lost && !self.0.without_effect && !self.is_about_the_token()
    }

    /// Whether the address redirects elsewhere.
    #[must_use]
    pub fn is_redirected(&self) -> bool {
        self.kind() == ErrorKind::Redirected
    }

    /// Whether a background task ended in an error; [`causes`](Self::causes) say why.
    #[must_use]
    pub fn is_task_failed(&self) -> bool {
        self.kind() == ErrorKind::TaskFailed
    }

    /// Whether a background task has not ended in the time that the caller allowed.
    #[must_use]
    pub fn is_task_pending(&self) -> bool {
        self.kind() == ErrorKind::TaskPending
    }

    /// Whether a certification cannot be signed off yet. The error says what is missing.
    #[must_use]
    pub fn is_not_ready(&self) -> bool {
        self.kind() == ErrorKind::NotReady
    }

    /// Whether a [`Journal`](crate::Journal) could not be read or written.
    #[must_use]
    pub fn is_journal(&self) -> bool {
        self.kind() == ErrorKind::Journal
    }

    /// Whether the client could not be set up.
    #[must_use]
    pub fn is_config(&self) -> bool {
        self.kind() == ErrorKind::Config
    }

    /// Whether a [`TokenProvider`](crate::TokenProvider) has no token to give.
    #[must_use]
    pub fn is_token(&self) -> bool {
        self.kind() == ErrorKind::Token
    }

    /// Whether the answer is larger than the client accepts.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        self.kind() == ErrorKind::TooLarge
    }

    /// Whether a file, or whatever else evidence is written to, cannot be written.
    #[must_use]
    pub fn is_output(&self) -> bool {
        self.kind() == ErrorKind::Output
    }

    /// An error for a [`TokenProvider`](crate::TokenProvider) that has no token to give.
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

/// Making errors.
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

    fn of(kind: ErrorKind) -> Repr {
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
    fn message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    fn caused_by(mut self, source: Box<dyn std::error::Error + Send + Sync>) -> Self {
        self.source = Some(Arc::from(source));
        self
    }
}

impl From<Repr> for Error {
    fn from(repr: Repr) -> Self {
        Self(Arc::new(repr))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `main` and `unwrap` print this form to people; `{:#?}` shows the parts.
        match f.alternate() {
            true => self.0.fmt(f),
            false => write!(f, "{:?}: {self}", self.kind()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
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
