//! What changes access: the journal of it, what it comes to, and finishing it after a crash.

pub(crate) mod journal;
pub(crate) mod outcome;
pub(crate) mod resume;
