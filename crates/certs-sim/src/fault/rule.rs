//! Which fault hits which requests, how often and with which probability.

use super::{Fault, Target};

/// Which fault hits which requests. It always hits, unless [`probability`](Self::probability) or
/// [`times`](Self::times) say otherwise.
///
/// As text it is `TARGET:FAULT[=VALUE][:PROBABILITY][:xTIMES]`:
///
/// ```
/// use std::time::Duration;
/// use certs_sim::{Fault, FaultRule, Target};
///
/// let rule: FaultRule = "reads:503=2s:x2".parse()?;
/// let retry_after = Some(Duration::from_secs(2));
/// assert_eq!(rule, Fault::Unavailable { retry_after }.on(Target::Reads).times(2));
///
/// let error = "decide:explode".parse::<FaultRule>().unwrap_err();
/// assert!(error.to_string().contains("reset-after"), "{error}"); // it lists the faults
/// # Ok::<(), certs_sim::InvalidFault>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FaultRule {
    pub(super) target: Target,
    pub(super) fault: Fault,
    pub(super) probability: f64,
    pub(super) times: Option<u64>,
}

impl FaultRule {
    pub(super) fn new(target: Target, fault: Fault) -> Self {
        Self {
            target,
            fault,
            probability: 1.0,
            times: None,
        }
    }

    /// Sets the probability, from 0 to 1. Other values are clamped.
    #[must_use]
    pub fn probability(mut self, probability: f64) -> Self {
        self.probability = if probability.is_nan() {
            0.0
        } else {
            probability.clamp(0.0, 1.0)
        };
        self
    }

    /// Sets the greatest number of times that the fault occurs.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }
}
