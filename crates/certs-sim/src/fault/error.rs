//! Parse errors of fault rules.

use super::text::{FAULTS, targets};

/// Why a text is not a [`FaultRule`](crate::FaultRule).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidFault {
    /// It does not begin with a target and a fault.
    #[error("`{0}` is not TARGET:FAULT[=VALUE][:PROBABILITY][:xTIMES]")]
    Form(String),
    /// There is no such target.
    #[error("there is no target `{0}`; there are {existing}", existing = targets().join(", "))]
    Target(String),
    /// There is no such fault, or its value is missing, wrong or too much.
    #[error("`{0}` is not a fault; there are {existing}", existing = FAULTS.join(", "))]
    Fault(String),
    /// It is neither a probability nor a number of times.
    #[error("`{0}` is neither a probability from 0 to 1 nor a number of times such as x3")]
    Limit(String),
}
