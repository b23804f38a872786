//! Sorters.

use std::fmt;
use std::marker::PhantomData;

use super::endpoint::Endpoint;

/// The order of the elements that endpoint `E` lists.
///
/// Made by [`Field::asc`](super::Field::asc) and [`Field::desc`](super::Field::desc).
/// `Display` writes the value of the query parameter `sorters`: names of fields, a `-`
/// before those that sort descending.
#[derive(Clone, Debug, PartialEq)]
pub struct Sorter<E> {
    keys: Vec<Key>,
    endpoint: PhantomData<E>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Key {
    field: &'static str,
    descending: bool,
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
        Self {
            keys: vec![key],
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
