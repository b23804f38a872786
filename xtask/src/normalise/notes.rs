//! What a person has still to decide about a contract.

/// Collects decisions that are open. The generator goes on with a safe choice; `check`
/// does not let an open one pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Notes(Vec<String>);

impl Notes {
    /// Adds one; what is said already is not said again.
    pub(crate) fn add(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.0.contains(&note) {
            self.0.push(note);
        }
    }

    /// All of them, in the order in which they were met.
    pub(crate) fn into_vec(self) -> Vec<String> {
        self.0
    }
}
