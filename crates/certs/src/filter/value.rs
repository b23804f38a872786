//! Values of filters and of records, and their comparison.

use std::cmp::Ordering;
use std::convert::Infallible;
use std::fmt::{self, Display, Formatter, Write as _};

use crate::model::{CampaignStatus, CampaignType, Id, ObjectType, Phase, TaskType};

/// A type whose values the grammar can write.
pub trait Value: Sized + 'static {
    fn into_literal(self) -> Literal;
}

/// A value in a filter.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    Text(String),
    Id(Id),
    Bool(bool),
}

impl Literal {
    /// Whether it is a missing id.
    pub(super) fn is_missing(&self) -> bool {
        matches!(self, Self::Id(id) if id.get().is_none())
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Id(id) => id.get(),
            Self::Bool(_) => None,
        }
    }
}

impl Value for String {
    fn into_literal(self) -> Literal {
        Literal::Text(self)
    }
}

impl Value for Id {
    fn into_literal(self) -> Literal {
        Literal::Id(self)
    }
}

impl Value for bool {
    fn into_literal(self) -> Literal {
        Literal::Bool(self)
    }
}

/// Fields that a list can only be sorted by have no values.
impl Value for Infallible {
    fn into_literal(self) -> Literal {
        match self {}
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            text => write_quoted(text.text().unwrap_or_default(), f),
        }
    }
}

/// The grammar has two escapes, for the quote and for the backslash. `#`, `%` and `&` are
/// left to the encoding of the URL.
fn write_quoted(text: &str, f: &mut Formatter<'_>) -> fmt::Result {
    f.write_char('"')?;
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(character)?;
    }
    f.write_char('"')
}

/// The value of a record's field.
#[derive(Clone, Copy, Debug)]
pub enum FieldValue<'a> {
    Missing,
    Text(&'a str),
    Bool(bool),
    Texts(&'a [String]),
}

impl FieldValue<'_> {
    pub(super) fn is(self, wanted: &Literal) -> bool {
        match (self, wanted) {
            (Self::Bool(value), Literal::Bool(wanted)) => value == *wanted,
            (Self::Text(text), wanted) => wanted
                .text()
                .is_some_and(|wanted| folded(text).eq(folded(wanted))),
            _ => false,
        }
    }

    pub(super) fn starts_with(self, prefix: &Literal) -> bool {
        let (Self::Text(text), Some(prefix)) = (self, prefix.text()) else {
            return false;
        };
        let mut text = folded(text);
        folded(prefix).all(|next| text.next() == Some(next))
    }

    /// Compares it with another one in the order of texts.
    pub(super) fn compared_with(self, other: &Literal) -> Option<Ordering> {
        match (self, other.text()) {
            (Self::Text(text), Some(other)) => Some(folded(text).cmp(folded(other))),
            _ => None,
        }
    }

    pub(super) fn contains(self, wanted: &Literal) -> bool {
        match self {
            Self::Texts(texts) => texts.iter().any(|text| Self::Text(text).is(wanted)),
            _ => false,
        }
    }
}

/// The characters by which text is compared: in lower case, with the final form of sigma
/// as any other sigma. So a word and its beginning compare alike, wherever the word ends.
fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|character| if character == 'ς' { 'σ' } else { character })
}

impl<'a> From<Option<&'a str>> for FieldValue<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Missing, Self::Text)
    }
}

impl From<Option<bool>> for FieldValue<'_> {
    fn from(value: Option<bool>) -> Self {
        value.map_or(Self::Missing, Self::Bool)
    }
}

impl<'a> From<&'a Vec<String>> for FieldValue<'a> {
    fn from(texts: &'a Vec<String>) -> Self {
        Self::Texts(texts)
    }
}

macro_rules! open_enum_values {
    ($($name:ident),+) => {$(
        impl Value for $name {
            fn into_literal(self) -> Literal {
                Literal::Text(self.as_str().to_owned())
            }
        }

        impl<'a> From<Option<&'a $name>> for FieldValue<'a> {
            fn from(value: Option<&'a $name>) -> Self {
                value.map($name::as_str).into()
            }
        }
    )+};
}

open_enum_values!(CampaignStatus, CampaignType, ObjectType, Phase, TaskType);
