//! Which requests a rule is about.

use crate::operation::Operation;

/// Which requests a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Target {
    /// All requests, including those for tokens. In rules: `any`.
    Any,
    /// Requests that change nothing, except those for tokens. In rules: `reads`.
    Reads,
    /// Requests that change something: decide, reassign, sign off, complete a campaign and the
    /// like. In rules: `writes`.
    Writes,
    /// Requests for one operation, in any version. In rules: its name.
    Operation(Operation),
}

impl Target {
    pub(super) fn covers(self, operation: Operation) -> bool {
        match self {
            Self::Any => true,
            Self::Reads => !operation.is_write() && operation != Operation::Token,
            Self::Writes => operation.is_write(),
            Self::Operation(one) => one == operation,
        }
    }
}

impl From<Operation> for Target {
    fn from(operation: Operation) -> Self {
        Self::Operation(operation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_neither_read_nor_write() {
        assert!(Target::Any.covers(Operation::Token));
        assert!(!Target::Reads.covers(Operation::Token));
        assert!(!Target::Writes.covers(Operation::Token));
        assert!(Target::Writes.covers(Operation::SignOff));
        assert!(Target::Reads.covers(Operation::Task));
    }
}
