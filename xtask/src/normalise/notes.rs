//! What a person has still to decide about a contract.

use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// An operation or a schema that no overlay describes.
    Undescribed { target: String, is_operation: bool },
    /// A sentence of an overlay for what is not there.
    StaleSentence { overlay: String, target: String },
    /// A value that may have several shapes, and is JSON in Rust.
    Union { place: String, shapes: usize },
    /// A choice that the generator had to make.
    Choice(String),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undescribed {
                target,
                is_operation,
            } => {
                let what = if *is_operation {
                    "summary"
                } else {
                    "description"
                };
                write!(f, "{target}: no {what}; add one to the docs overlay")
            }
            Self::StaleSentence { overlay, target } => {
                write!(
                    f,
                    "{overlay}: the sentence for `{target}` applies to nothing; remove it"
                )
            }
            Self::Union { place, shapes } => write!(
                f,
                "{place}: one of {shapes} shapes, which is a JSON value in Rust; keep it as a `Value` \
                 in the model, or decide in an overlay: `remove: true` what lists the shapes, and \
                 `update` with the properties that are read"
            ),
            Self::Choice(text) => f.write_str(text),
        }
    }
}

impl From<String> for Note {
    fn from(text: String) -> Self {
        Self::Choice(text)
    }
}

/// Collects decisions that are open. The generator goes on with a safe choice; `check`
/// does not let an open one pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes(Vec<Note>);

impl Notes {
    /// Adds a note, unless it is there already.
    pub(crate) fn add(&mut self, note: impl Into<Note>) {
        let note = note.into();
        if !self.0.contains(&note) {
            self.0.push(note);
        }
    }

    /// All of them, in the order in which they were met.
    pub(crate) fn into_vec(self) -> Vec<Note> {
        self.0
    }

    /// All of them, as a maintainer reads them.
    pub fn lines(self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }
}
