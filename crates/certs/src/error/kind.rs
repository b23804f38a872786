//! The kinds of failure.

/// The kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client could not be set up: an address, a file or a certificate is wrong.
    Config,
    /// This client refused the call. Nothing was changed.
    Refused,
    /// A [`TokenProvider`](crate::TokenProvider) has no token.
    Token,
    /// The service does not accept the token or the credentials (401, or any refusal by
    /// the token endpoint).
    Unauthorized,
    /// The token's owner may not do this (403).
    Forbidden,
    /// The service does not know the id (404).
    NotFound,
    /// The service understood the request and rejects it (400 and the other 4xx).
    InvalidRequest,
    /// Too many requests in a short time (429), or a request that waited too long for the rate limit.
    RateLimited,
    /// The address redirects elsewhere (3xx). This client does not follow redirects.
    Redirected,
    /// The service failed (5xx). A write may or may not have had its effect.
    Server,
    /// No connection could be made: nothing was sent.
    Connect,
    /// The connection broke while the request or its response was on the way. A write may or may
    /// not have had its effect.
    Interrupted,
    /// No response in time, or 408. A write may or may not have had its effect.
    Timeout,
    /// The response could not be read. A write has had its effect.
    Decode,
    /// The response is larger than the client accepts. A write has had its effect.
    TooLarge,
    /// The call was cancelled, because the runtime shuts down or by its caller:
    /// [`WaitForTask::cancel_on`](crate::WaitForTask::cancel_on).
    Cancelled,
    /// A [`Journal`](crate::Journal) could not be read or written.
    Journal,
    /// A background task failed.
    TaskFailed,
    /// A background task did not end in the time that the caller allowed.
    TaskPending,
    /// A certification cannot be signed off yet: decisions are open, tasks are running, or it has
    /// not started. The sign-off was not sent.
    NotReady,
    /// A file or another destination of evidence cannot be written.
    Output,
}
