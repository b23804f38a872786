//! What goes wrong.

use std::time::Duration;

use certs_sim::{Fault, FaultRule, Target};

use super::MAX_RESPONSE_SIZE;

/// Everything that there is, but for 429 out of turn: how many of those the client causes
/// itself is what the run measures.
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

/// Rules by which all faults together hit this part of the requests, each as many as any
/// other.
pub(crate) fn mix(part: f64) -> Vec<FaultRule> {
    let each = part / FAULTS.len() as f64;
    let mut left = 1.0;
    let rule = |fault: &Fault| {
        // Only what the rules before have let pass comes to this one.
        let rule = fault.on(Target::Any).probability(each / left);
        left -= each;
        rule
    };
    FAULTS.iter().map(rule).collect()
}
