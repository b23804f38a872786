//! Sorters: fields to sort by, and how they are written and read.

use std::fmt::{self, Debug, Display, Formatter};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::parse::error::{Fault, ParseError, Span, unknown_field};
use super::vocabulary::{Endpoint, EndpointVocabulary};

/// The order of the records that endpoint `E` lists.
///
/// Made by [`Field::asc`](super::Field::asc) and [`Field::desc`](super::Field::desc), or
/// [read from text](super#in-configuration-files). `Display` writes the value of the query
/// parameter `sorters`: names of fields, a `-` before those that sort descending.
pub struct Sorter<E> {
    keys: Vec<Key>,
    endpoint: PhantomData<E>,
}

/// A field to sort by.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Key {
    field: &'static str,
    descending: bool,
}

impl<E> Sorter<E> {
    pub(super) fn by(field: &'static str, descending: bool) -> Self {
        Self::of(vec![Key { field, descending }])
    }

    fn of(keys: Vec<Key>) -> Self {
        Self {
            keys,
            endpoint: PhantomData,
        }
    }

    /// Sorts records that this order leaves equal by another one. A field that is already in the
    /// order is left out, because those records do not differ in it.
    ///
    /// ```
    /// use certs::filter::certification::{due, name};
    ///
    /// assert_eq!(due().asc().then(name().desc()).to_string(), "due,-name");
    /// ```
    #[must_use]
    pub fn then(mut self, next: Self) -> Self {
        for key in next.keys {
            if !self.keys.iter().any(|known| known.field == key.field) {
                self.keys.push(key);
            }
        }
        self
    }
}

impl<E> Clone for Sorter<E> {
    fn clone(&self) -> Self {
        Self::of(self.keys.clone())
    }
}

impl<E> PartialEq for Sorter<E> {
    fn eq(&self, other: &Self) -> bool {
        self.keys == other.keys
    }
}

impl<E> Display for Sorter<E> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, key) in self.keys.iter().enumerate() {
            let separator = if index > 0 { "," } else { "" };
            let sign = if key.descending { "-" } else { "" };
            write!(f, "{separator}{sign}{}", key.field)?;
        }
        Ok(())
    }
}

impl<E> Debug for Sorter<E> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Sorter({self})")
    }
}

/// Reads names of fields with commas between, `-` before those that sort descending.
///
/// ```
/// use certs::filter::{Sorter, certification, endpoint::Certifications};
///
/// let sorter: Sorter<Certifications> = "due, -name".parse()?;
/// assert_eq!(sorter, certification::due().asc().then(certification::name().desc()));
/// # Ok::<(), certs::filter::ParseError>(())
/// ```
impl<E: Endpoint> FromStr for Sorter<E> {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut column = 0;
        let keys = text.split(',').map(|part| {
            let blanks = part.chars().take_while(|next| next.is_whitespace());
            let start = column + blanks.count();
            column += part.chars().count() + 1;
            key(part.trim(), start, E::VOCABULARY)
        });
        let keys: Result<Vec<Key>, Fault> = keys.collect();
        keys.map(Self::of)
            .map_err(|fault| ParseError::new(text, fault))
    }
}

fn key(part: &str, start: usize, vocabulary: &EndpointVocabulary) -> Result<Key, Fault> {
    let (name, descending) = match part.strip_prefix('-') {
        Some(name) => (name, true),
        None => (part, false),
    };
    let end = start + part.chars().count();
    let at = Span { start, end };
    if name.is_empty() {
        return Err(at.unexpected("a field to sort by", (!part.is_empty()).then_some(&part)));
    }
    match vocabulary.sortable().find(|known| known.name == name) {
        Some(known) => Ok(Key {
            field: known.name,
            descending,
        }),
        None => Err(at.fault(as_in_sql(name, vocabulary).unwrap_or_else(|| {
            unknown_field("sort", name, vocabulary.sortable(), vocabulary.filterable())
        }))),
    }
}

/// Suggests what to write instead of `name desc`.
fn as_in_sql(part: &str, vocabulary: &EndpointVocabulary) -> Option<String> {
    let (name, order) = part.split_once(char::is_whitespace)?;
    let known = vocabulary.sortable().find(|known| known.name == name)?;
    let sign = match order.trim().to_ascii_lowercase().as_str() {
        "desc" => "-",
        "asc" => "",
        _ => return None,
    };
    Some(format!("write `{sign}{}` instead of `{part}`", known.name))
}

impl<E> Serialize for Sorter<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, E: Endpoint> Deserialize<'de> for Sorter<E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
