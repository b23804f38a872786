//! Text that is compared without regard to case.

use serde::{Serialize, Serializer};

/// A string beside its folded form: the API compares and sorts without regard to
/// case, and folding a name at every comparison would dominate a large sort.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    shown: Box<str>,
    folded: Box<str>,
}

impl Text {
    pub(crate) fn new(shown: impl Into<String>) -> Self {
        let shown: String = shown.into();
        Self {
            folded: fold(&shown).into(),
            shown: shown.into(),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.shown
    }

    pub(crate) fn folded(&self) -> &str {
        &self.folded
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.shown)
    }
}

/// The form in which strings are compared: in lower case, with the final form of sigma as
/// any other sigma, so that a word and its beginning compare alike.
pub(crate) fn fold(text: &str) -> String {
    text.to_lowercase().replace('ς', "σ")
}
