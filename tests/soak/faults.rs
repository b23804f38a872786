//! The faults of a campaign.

use std::time::Duration;

use certs_sim::{Fault, FaultRule, Target};

use super::MAX_RESPONSE_SIZE;

/// All faults, except 429: the run measures how many of these the client causes itself.
const FAULTS: &[Fault] = &[
    Fault::Latency(Duration::from_millis(700)),
    Fault::InternalError,
    Fault::BadGateway,
    Fault::Unavailable { retry_after: None },
    Fault::Unavailable {
        retry_after: Some(Duration::from_secs(1)),
    },
    Fault::GatewayTimeout,
    Fault::ResetBefore,
    Fault::ResetAfter,
    Fault::SilenceBefore,
    Fault::SilenceAfter,
    Fault::TruncatedBody,
    Fault::SlowDrip(Duration::from_millis(10)),
    Fault::InvalidJson,
    Fault::UnknownEnumValue,
    Fault::NullField,
    Fault::NumbersAsText,
    Fault::HugeBody(MAX_RESPONSE_SIZE as u64 + 1),
    Fault::ExpiredToken,
    Fault::Echo,
];

/// Rules by which all faults together hit this share of the requests, each equally often.
pub(crate) fn mix(part: f64) -> Vec<FaultRule> {
    let each = part / FAULTS.len() as f64;
    let mut left = 1.0;
    let rule = |fault: &Fault| {
        // A rule sees only the requests that the rules before it did not hit.
        let rule = fault.on(Target::Any).probability(each / left);
        left -= each;
        rule
    };
    FAULTS.iter().map(rule).collect()
}
