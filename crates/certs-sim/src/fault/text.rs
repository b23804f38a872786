//! Reads and writes fault rules as text, for the command line.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::SignedDuration;

use super::{Fault, FaultRule, InvalidFault, Target};
use crate::operation::Operation;

/// The faults as an error lists them.
pub(super) const FAULTS: &[&str] = &[
    "latency=DURATION",
    "429[=DURATION]",
    "500",
    "502",
    "503[=DURATION]",
    "504",
    "201[=empty]",
    "202[=empty]",
    "204",
    "303",
    "in-part",
    "reset-before",
    "reset-after",
    "silence-before",
    "silence-after",
    "truncated",
    "drip=DURATION",
    "invalid-json",
    "unknown-enum",
    "null",
    "numbers-as-text",
    "huge=BYTES",
    "expired-token",
    "echo",
];

/// The targets as an error lists them.
pub(super) fn targets() -> Vec<&'static str> {
    let operations = Operation::ALL.iter().map(|operation| operation.name());
    ["any", "reads", "writes"]
        .into_iter()
        .chain(operations)
        .collect()
}

impl FromStr for Target {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let named = |operation: &&Operation| operation.name() == text;
        match text {
            "any" => Ok(Self::Any),
            "reads" => Ok(Self::Reads),
            "writes" => Ok(Self::Writes),
            text => match Operation::ALL.iter().find(named) {
                Some(operation) => Ok(Self::Operation(*operation)),
                None => Err(InvalidFault::Target(text.to_owned())),
            },
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "any",
            Self::Reads => "reads",
            Self::Writes => "writes",
            Self::Operation(operation) => operation.name(),
        })
    }
}

impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        let invalid = || InvalidFault::Fault(text.to_owned());
        let duration = |value: &str| read_duration(value).ok_or_else(invalid);
        let seconds = |value: Option<&str>| value.map(duration).transpose();
        Ok(match (name, value) {
            ("latency", Some(value)) => Self::Latency(duration(value)?),
            ("429", value) => Self::TooManyRequests {
                retry_after: seconds(value)?,
            },
            ("500", None) => Self::InternalError,
            ("502", None) => Self::BadGateway,
            ("503", value) => Self::Unavailable {
                retry_after: seconds(value)?,
            },
            ("504", None) => Self::GatewayTimeout,
            ("201", None | Some("empty")) => Self::Created {
                body: value.is_none(),
            },
            ("202", None | Some("empty")) => Self::Accepted {
                body: value.is_none(),
            },
            ("204", None) => Self::NoContent,
            ("303", None) => Self::SeeOther,
            ("in-part", None) => Self::InPart,
            ("reset-before", None) => Self::ResetBefore,
            ("reset-after", None) => Self::ResetAfter,
            ("silence-before", None) => Self::SilenceBefore,
            ("silence-after", None) => Self::SilenceAfter,
            ("truncated", None) => Self::TruncatedBody,
            ("drip", Some(value)) => Self::SlowDrip(duration(value)?),
            ("invalid-json", None) => Self::InvalidJson,
            ("unknown-enum", None) => Self::UnknownEnumValue,
            ("null", None) => Self::NullField,
            ("numbers-as-text", None) => Self::NumbersAsText,
            ("huge", Some(value)) => Self::HugeBody(value.parse().map_err(|_| invalid())?),
            ("expired-token", None) => Self::ExpiredToken,
            ("echo", None) => Self::Echo,
            _ => return Err(invalid()),
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = |f: &mut fmt::Formatter<'_>, status, after: &Option<Duration>| match after {
            Some(after) => write!(f, "{status}={}", Shown(*after)),
            None => f.write_str(status),
        };
        match self {
            Self::Latency(wait) => write!(f, "latency={}", Shown(*wait)),
            Self::TooManyRequests { retry_after } => status(f, "429", retry_after),
            Self::InternalError => f.write_str("500"),
            Self::BadGateway => f.write_str("502"),
            Self::Unavailable { retry_after } => status(f, "503", retry_after),
            Self::GatewayTimeout => f.write_str("504"),
            Self::Created { body: true } => f.write_str("201"),
            Self::Created { body: false } => f.write_str("201=empty"),
            Self::Accepted { body: true } => f.write_str("202"),
            Self::Accepted { body: false } => f.write_str("202=empty"),
            Self::NoContent => f.write_str("204"),
            Self::SeeOther => f.write_str("303"),
            Self::InPart => f.write_str("in-part"),
            Self::ResetBefore => f.write_str("reset-before"),
            Self::ResetAfter => f.write_str("reset-after"),
            Self::SilenceBefore => f.write_str("silence-before"),
            Self::SilenceAfter => f.write_str("silence-after"),
            Self::TruncatedBody => f.write_str("truncated"),
            Self::SlowDrip(pause) => write!(f, "drip={}", Shown(*pause)),
            Self::InvalidJson => f.write_str("invalid-json"),
            Self::UnknownEnumValue => f.write_str("unknown-enum"),
            Self::NullField => f.write_str("null"),
            Self::NumbersAsText => f.write_str("numbers-as-text"),
            Self::HugeBody(bytes) => write!(f, "huge={bytes}"),
            Self::ExpiredToken => f.write_str("expired-token"),
            Self::Echo => f.write_str("echo"),
        }
    }
}

impl FromStr for FaultRule {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let mut parts = text.split(':');
        let (Some(target), Some(fault)) = (parts.next(), parts.next()) else {
            return Err(InvalidFault::Form(text.to_owned()));
        };
        let mut rule = fault.parse::<Fault>()?.on(target.parse::<Target>()?);
        for limit in parts {
            let invalid = || InvalidFault::Limit(limit.to_owned());
            rule = match limit.strip_prefix('x') {
                Some(times) => rule.times(times.parse().map_err(|_| invalid())?),
                None => match limit.parse() {
                    Ok(probability) if (0.0..=1.0).contains(&probability) => {
                        rule.probability(probability)
                    }
                    _ => return Err(invalid()),
                },
            };
        }
        Ok(rule)
    }
}

impl fmt::Display for FaultRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.target, self.fault)?;
        if self.probability < 1.0 {
            write!(f, ":{}", self.probability)?;
        }
        match self.times {
            Some(times) => write!(f, ":x{times}"),
            None => Ok(()),
        }
    }
}

fn read_duration(text: &str) -> Option<Duration> {
    let duration: SignedDuration = text.parse().ok()?;
    Duration::try_from(duration).ok()
}

/// A duration as rules spell it.
struct Shown(Duration);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let duration = SignedDuration::try_from(self.0).unwrap_or(SignedDuration::MAX);
        write!(f, "{duration:#}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_reads_as_it_is_written() {
        for fault in FAULTS {
            let fault = fault
                .replace("[=DURATION]", "=2s")
                .replace("[=empty]", "=empty")
                .replace("DURATION", "1s 250ms")
                .replace("BYTES", "64");
            for target in targets() {
                for limits in ["", ":0.25", ":x3", ":0.25:x3"] {
                    let text = format!("{target}:{fault}{limits}");
                    let rule: FaultRule = text.parse().unwrap();
                    assert_eq!(rule.to_string(), text);
                }
            }
        }
        for text in ["any:429", "any:503", "any:201", "any:202"] {
            assert_eq!(text.parse::<FaultRule>().unwrap().to_string(), text);
        }
        assert_eq!(
            "any:500:1".parse::<FaultRule>().unwrap().to_string(),
            "any:500"
        );
    }

    #[test]
    fn an_unknown_rule_is_refused_with_the_list_of_rules() {
        for (text, expected) in [
            ("", "TARGET:FAULT"),
            ("decide", "TARGET:FAULT"),
            ("decision:500", "sign-off"),
            ("decide:", "latency=DURATION"),
            ("decide:501", "latency=DURATION"),
            ("decide:500=1s", "`500=1s` is not a fault"),
            ("decide:latency", "`latency` is not a fault"),
            ("decide:latency=-1s", "is not a fault"),
            ("decide:huge=many", "is not a fault"),
            ("decide:202=full", "is not a fault"),
            ("decide:500:2", "`2` is neither"),
            ("decide:500:NaN", "`NaN` is neither"),
            ("decide:500:x", "`x` is neither"),
            ("decide:500:0.1:", "`` is neither"),
        ] {
            let error = text.parse::<FaultRule>().unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
