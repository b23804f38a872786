//! Which requests a rule is about.

use crate::operation::Operation;

/// Which requests a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Target {
    /// All of them, those for a token included. In rules: `any`.
    Any,
    /// Those that change nothing; not those for a token. In rules: `reads`.
    Reads,
    /// Those that change something: decide, reassign, sign off, complete a campaign and the
    /// like. In rules: `writes`.
    Writes,
    /// Those for one operation, in any version. In rules: its name.
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
