//! Where the values of a record's fields come from: an object that `serde` walks through, in
//! whatever format, or the text of an answer.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use super::field::{Date, Plain};

/// An object of which the name of a field was just read.
pub(super) trait Source {
    type Error;

    /// The field's value, unless it is null.
    fn value<T: Plain>(&mut self) -> Result<Option<T>, Self::Error>;

    /// The field's value if that is a list, without the nulls in it.
    fn list<T: Plain>(&mut self) -> Result<Option<Vec<T>>, Self::Error>;

    /// The field's value if that is a date.
    fn date(&mut self) -> Result<Option<Date>, Self::Error>;
}

/// An object of `serde`'s.
pub(super) struct Object<'de, A>(pub(super) A, pub(super) PhantomData<&'de ()>);

impl<'de, A: MapAccess<'de>> Source for Object<'de, A> {
    type Error = A::Error;

    fn value<T: Plain>(&mut self) -> Result<Option<T>, A::Error> {
        self.0.next_value()
    }

    fn list<T: Plain>(&mut self) -> Result<Option<Vec<T>>, A::Error> {
        let elements: Option<Elements<T>> = self.0.next_value()?;
        Ok(elements.map(|Elements(elements)| elements))
    }

    fn date(&mut self) -> Result<Option<Date>, A::Error> {
        self.0.next_value()
    }
}

/// The elements of a list that are not null.
struct Elements<T>(Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Elements<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ElementsVisitor(PhantomData))
    }
}

struct ElementsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ElementsVisitor<T> {
    type Value = Elements<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Elements<T>, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element::<Option<T>>()? {
            elements.extend(element);
        }
        Ok(Elements(elements))
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(DateVisitor)
    }
}

struct DateVisitor;

impl Visitor<'_> for DateVisitor {
    type Value = Date;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<Date, E> {
        Ok(Date::new(text))
    }
}
