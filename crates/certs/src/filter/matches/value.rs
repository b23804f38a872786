//! Values of records, and how they compare with those of filters.

use crate::filter::expr::Literal;

/// What a record has in a field.
#[derive(Clone, Copy, Debug)]
pub enum FieldValue<'a> {
    Missing,
    Text(&'a str),
    Bool(bool),
    Texts(&'a [String]),
}

impl<'a> FieldValue<'a> {
    pub(super) fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Missing, Self::Text)
    }

    /// An id; the model has an empty one where the answer had none.
    pub(super) fn id(id: &'a str) -> Self {
        Self::text((!id.is_empty()).then_some(id))
    }

    pub(super) fn bool(value: Option<bool>) -> Self {
        value.map_or(Self::Missing, Self::Bool)
    }

    pub(super) fn is(self, wanted: &Literal) -> bool {
        match (self, wanted) {
            (Self::Text(text), Literal::Text(wanted)) => folded(text).eq(folded(wanted)),
            (Self::Bool(value), Literal::Bool(wanted)) => value == *wanted,
            _ => false,
        }
    }

    pub(super) fn starts_with(self, prefix: &Literal) -> bool {
        let (Self::Text(text), Literal::Text(prefix)) = (self, prefix) else {
            return false;
        };
        let mut text = folded(text);
        folded(prefix).all(|next| text.next() == Some(next))
    }

    pub(super) fn contains(self, wanted: &Literal) -> bool {
        match self {
            Self::Texts(texts) => texts.iter().any(|text| Self::Text(text).is(wanted)),
            _ => false,
        }
    }
}

/// The characters by which text is compared. One at a time, not the word as a whole: the
/// beginning of a folded text is then the folded beginning, which is not so where a letter
/// has a form for the end of words.
fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().flat_map(char::to_lowercase)
}
