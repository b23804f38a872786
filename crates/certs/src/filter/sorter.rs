//! Sorters.

use std::fmt;
use std::marker::PhantomData;

use super::capability::Sortable;
use super::endpoint::Endpoint;
use super::field::Field;

/// The order of the elements that endpoint `E` lists.
///
/// Made by [`Field::asc`](super::Field::asc) and [`Field::desc`](super::Field::desc), or
/// [read from text](super#in-configuration-files). `Display` writes the value of the query
/// parameter `sorters`: names of fields, a `-` before those that sort descending.
#[derive(Clone, Debug, PartialEq)]
pub struct Sorter<E> {
    keys: Vec<Key>,
    endpoint: PhantomData<E>,
}

/// One field to sort by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Key {
    pub(super) field: &'static str,
    pub(super) descending: bool,
}

impl<E: Endpoint> Sorter<E> {
    pub(super) fn ascending(field: &'static str) -> Self {
        Self::by(Key {
            field,
            descending: false,
        })
    }

    pub(super) fn descending(field: &'static str) -> Self {
        Self::by(Key {
            field,
            descending: true,
        })
    }

    fn by(key: Key) -> Self {
        Self::from_keys(vec![key])
    }

    pub(super) fn from_keys(keys: Vec<Key>) -> Self {
        Self {
            keys,
            endpoint: PhantomData,
        }
    }

    /// Sorts what this order leaves equal by another one.
    ///
    /// ```
    /// use certs::filter::certification::{due, name};
    ///
    /// assert_eq!(due().asc().then(name().desc()).to_string(), "due,-name");
    /// ```
    #[must_use]
    pub fn then(mut self, next: Self) -> Self {
        self.keys.extend(next.keys);
        self
    }
}

/// A field alone sorts smallest first.
impl<K: Sortable> From<Field<K>> for Sorter<K::Endpoint> {
    fn from(field: Field<K>) -> Self {
        field.asc()
    }
}

impl<E> fmt::Display for Sorter<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, key) in self.keys.iter().enumerate() {
            let separator = if index > 0 { "," } else { "" };
            let sign = if key.descending { "-" } else { "" };
            write!(f, "{separator}{sign}{}", key.field)?;
        }
        Ok(())
    }
}
