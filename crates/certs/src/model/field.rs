//! What a field of a record may be. Its type says what becomes of a null and of a field that
//! is not there, on the way in and on the way out, and what the JSON Schema says of it.

use std::fmt;
use std::marker::PhantomData;

use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap};

use super::{Extra, timestamp};

/// A field of a record.
pub(super) trait Field: Sized {
    /// Reads the value that comes next in the object. A null leaves the field as it is.
    fn read<'de, A: MapAccess<'de>>(
        &mut self,
        object: &mut A,
        name: &str,
        extra: &mut Extra,
    ) -> Result<(), A::Error>;

    fn write<M: SerializeMap>(&self, name: &str, object: &mut M) -> Result<(), M::Error>;

    fn schema(generator: &mut SchemaGenerator) -> Schema;
}

/// What may stand in an optional field or in a list and is read as it is.
pub(super) trait Plain: DeserializeOwned + Serialize + JsonSchema {}

impl Plain for bool {}
impl Plain for i32 {}
impl Plain for i64 {}
impl Plain for String {}
impl<T: Plain> Plain for Box<T> {}

/// Null and missing are `None`, which is left out.
impl<T: Plain> Field for Option<T> {
    fn read<'de, A: MapAccess<'de>>(
        &mut self,
        object: &mut A,
        _: &str,
        _: &mut Extra,
    ) -> Result<(), A::Error> {
        if let Some(value) = object.next_value()? {
            *self = Some(value);
        }
        Ok(())
    }

    fn write<M: SerializeMap>(&self, name: &str, object: &mut M) -> Result<(), M::Error> {
        match self {
            Some(value) => object.serialize_entry(name, value),
            None => Ok(()),
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Self>()
    }
}

/// An identifier: null and missing are the empty string, which is left out.
impl Field for String {
    fn read<'de, A: MapAccess<'de>>(
        &mut self,
        object: &mut A,
        _: &str,
        _: &mut Extra,
    ) -> Result<(), A::Error> {
        if let Some(id) = object.next_value()? {
            *self = id;
        }
        Ok(())
    }

    fn write<M: SerializeMap>(&self, name: &str, object: &mut M) -> Result<(), M::Error> {
        match self.is_empty() {
            true => Ok(()),
            false => object.serialize_entry(name, self),
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Option<Self>>()
    }
}

/// Null and missing are the empty list, and null elements (the specification makes some
/// element types nullable) are skipped. An empty list is written.
impl<T: Plain> Field for Vec<T> {
    fn read<'de, A: MapAccess<'de>>(
        &mut self,
        object: &mut A,
        _: &str,
        _: &mut Extra,
    ) -> Result<(), A::Error> {
        if let Some(Elements(elements)) = object.next_value()? {
            *self = elements;
        }
        Ok(())
    }

    fn write<M: SerializeMap>(&self, name: &str, object: &mut M) -> Result<(), M::Error> {
        object.serialize_entry(name, self)
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = generator.subschema_for::<Option<Vec<Option<T>>>>();
        schema.insert("default".to_owned(), serde_json::json!([]));
        schema
    }
}

/// Text that is no date leaves `None` and is kept among the fields without a name: one
/// malformed value must not cost the caller the page that it stands on.
impl Field for Option<Timestamp> {
    fn read<'de, A: MapAccess<'de>>(
        &mut self,
        object: &mut A,
        name: &str,
        extra: &mut Extra,
    ) -> Result<(), A::Error> {
        match object.next_value()? {
            Some(Date::Read(date)) => *self = Some(date),
            Some(Date::Unreadable(text)) => {
                extra.insert(name.to_owned(), text.into());
            }
            None => {}
        }
        Ok(())
    }

    fn write<M: SerializeMap>(&self, name: &str, object: &mut M) -> Result<(), M::Error> {
        match self {
            Some(date) => object.serialize_entry(name, &timestamp::format(*date)),
            None => Ok(()),
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        timestamp::schema(generator)
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

enum Date {
    Read(Timestamp),
    Unreadable(String),
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
        Ok(timestamp::parse(text).map_or_else(|| Date::Unreadable(text.to_owned()), Date::Read))
    }
}
