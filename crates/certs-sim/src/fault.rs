//! Injected faults between a client and the service.
//!
//! A [`FaultRule`] says which fault hits which requests, how often and with which probability; a
//! running simulator's [`Faults`] hold the rules. The requests that are hit depend only on the seed
//! and the order in which requests arrive.

pub(crate) mod corrupt;
mod error;
mod plan;
mod rule;
mod target;
mod text;

use std::time::Duration;

pub use self::error::InvalidFault;
pub use self::plan::Faults;
pub(crate) use self::plan::Hit;
pub use self::rule::FaultRule;
pub use self::target::Target;

/// A fault of one request.
///
/// [`on`](Self::on) makes a rule of it:
///
/// ```
/// use certs_sim::{Fault, Operation};
///
/// let rule = Fault::ResetAfter.on(Operation::Decide).probability(0.1).times(3);
/// assert_eq!(rule.to_string(), "decide:reset-after:0.1:x3");
/// assert_eq!("decide:reset-after:0.1:x3".parse(), Ok(rule));
/// ```
///
/// Waiting uses Tokio's clock, not the simulator's, because the network is slow and not the
/// service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The request is processed at once, and its response takes this long. In rules:
    /// `latency=250ms`.
    Latency(Duration),
    /// 429, with or without `Retry-After` in whole seconds, although the rate limit is not reached.
    /// Nothing is processed. In rules: `429`, `429=2s`.
    TooManyRequests {
        /// What `Retry-After` says.
        retry_after: Option<Duration>,
    },
    /// 500 with an error body. Nothing is processed. In rules: `500`.
    InternalError,
    /// 502 with the HTML page of a proxy. Nothing is processed. In rules: `502`.
    BadGateway,
    /// 503 without a body, with or without `Retry-After` in whole seconds. Nothing is
    /// processed. In rules: `503`, `503=2s`.
    Unavailable {
        /// What `Retry-After` says.
        retry_after: Option<Duration>,
    },
    /// 504 with the HTML page of a proxy that gave up waiting. The request *is*
    /// processed. In rules: `504`.
    GatewayTimeout,
    /// The request is processed, and the status is 201, with or without its body. In rules: `201`,
    /// `201=empty`.
    Created {
        /// Whether the response has its body.
        body: bool,
    },
    /// The request is processed, and the status is 202, with or without its body. In rules: `202`,
    /// `202=empty`.
    Accepted {
        /// Whether the response has its body.
        body: bool,
    },
    /// The request is processed, and the status is 204, which has no body. In rules: `204`.
    NoContent,
    /// The request is processed, and the status is 303, with the address one segment above its own
    /// (of the certification, for one that changes it) in `Location`. In rules: `303`.
    SeeOther,
    /// A request to decide or to reassign is processed entry by entry and refused with 400 in
    /// the middle: what comes before the first bad entry is done, or the first half (rounded
    /// down) if all are good. Other requests are processed as usual. In rules: `in-part`.
    ///
    /// [`processed`](crate::RecordedRequest::processed) is false for a request that was
    /// refused so.
    InPart,
    /// The connection is reset before the request is processed. In rules:
    /// `reset-before`.
    ResetBefore,
    /// The request is processed, and the connection reset before a byte of the response is sent. In
    /// rules: `reset-after`.
    ResetAfter,
    /// The request is not processed, and there is never a response. In rules: `silence-before`.
    SilenceBefore,
    /// The request is processed, and there is never a response. In rules: `silence-after`.
    SilenceAfter,
    /// The request is processed, and the connection closed after half of the body. In
    /// rules: `truncated`.
    TruncatedBody,
    /// The request is processed, and the body comes in small pieces with this pause
    /// before each. In rules: `drip=20ms`.
    SlowDrip(Duration),
    /// The request is processed, and the body stops being JSON in its middle. In rules:
    /// `invalid-json`.
    InvalidJson,
    /// The request is processed, and one of the constants in the response is replaced with an
    /// unknown one. In rules: `unknown-enum`.
    UnknownEnumValue,
    /// The request is processed, and something in the response, a whole record perhaps, is null. In
    /// rules: `null`.
    NullField,
    /// The request is processed, and all numbers in the response are text. In rules:
    /// `numbers-as-text`.
    NumbersAsText,
    /// The request is processed, and this many blanks come before its response. Their number is not
    /// announced. In rules: `huge=100000000`.
    HugeBody(u64),
    /// A valid token expires early: 401. Nothing is processed. In rules: `expired-token`.
    ExpiredToken,
    /// 500, and a body that repeats the request with its headers, as gateways in debug mode do.
    /// Nothing is processed. In rules: `echo`.
    Echo,
}

impl Fault {
    /// Makes a rule that applies this fault to every request for the target.
    #[must_use]
    pub fn on(self, target: impl Into<Target>) -> FaultRule {
        FaultRule::new(target.into(), self)
    }

    /// Whether a request with this fault is still processed, and completely.
    #[must_use]
    pub fn processes(self) -> bool {
        match self {
            Self::Latency(_)
            | Self::GatewayTimeout
            | Self::Created { .. }
            | Self::Accepted { .. }
            | Self::NoContent
            | Self::SeeOther
            | Self::ResetAfter
            | Self::SilenceAfter
            | Self::TruncatedBody
            | Self::SlowDrip(_)
            | Self::InvalidJson
            | Self::UnknownEnumValue
            | Self::NullField
            | Self::NumbersAsText
            | Self::HugeBody(_) => true,
            Self::TooManyRequests { .. }
            | Self::InternalError
            | Self::BadGateway
            | Self::Unavailable { .. }
            | Self::InPart
            | Self::ResetBefore
            | Self::SilenceBefore
            | Self::ExpiredToken
            | Self::Echo => false,
        }
    }
}
