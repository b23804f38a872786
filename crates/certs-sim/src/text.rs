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

/// The form in which strings are compared. A sigma is the same letter at the end of a word,
/// where lower case writes it in another way.
pub(crate) fn fold(text: &str) -> String {
    text.to_lowercase().replace('\u{3c2}', "\u{3c3}")
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn case_does_not_matter_at_the_end_of_a_word_either() {
        assert_eq!(fold("ΟΔΟΣ"), fold("οδος"));
        assert_eq!(fold("ΟΔΟΣ"), fold("οδοσ"));
        assert_ne!(fold("a"), fold("b"));
    }
}
