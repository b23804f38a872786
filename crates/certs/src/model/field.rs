//! The types of fields of records: how each is decoded and encoded.
//!
//! A value of the wrong JSON type never fails the record: the field returns it, and the record
//! keeps it in `extra` under the field's name. The JSON Schemas of fields are in
//! [`schema`](super::schema).

use std::fmt;

use jiff::Timestamp;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::decode::digits;
use super::record::Record;
use super::{Extra, Id, timestamp};

/// A field of a record.
pub(super) trait Field: Default + PartialEq {
    /// Reads the value of the member whose name was just read. Returns a value that the field does
    /// not accept. A null leaves the field unchanged.
    fn read<'de, A: MapAccess<'de>>(&mut self, object: &mut A) -> Result<Option<Value>, A::Error>;

    /// Writes the field, or the value that it did not accept when it was read.
    fn write<M: SerializeMap>(
        &self,
        name: &'static str,
        kept: Option<&Value>,
        object: &mut M,
    ) -> Result<(), M::Error>;
}

/// Null and absent decode as `None`, which is not written.
impl<T: FromJson + Serialize + PartialEq> Field for Option<T> {
    fn read<'de, A: MapAccess<'de>>(&mut self, object: &mut A) -> Result<Option<Value>, A::Error> {
        object.next_value_seed(Slot(self))
    }

    fn write<M: SerializeMap>(
        &self,
        name: &'static str,
        kept: Option<&Value>,
        object: &mut M,
    ) -> Result<(), M::Error> {
        match (self, kept) {
            (Some(value), _) => object.serialize_entry(name, value),
            (None, Some(kept)) => object.serialize_entry(name, kept),
            (None, None) => Ok(()),
        }
    }
}

impl Field for Option<Timestamp> {
    fn read<'de, A: MapAccess<'de>>(&mut self, object: &mut A) -> Result<Option<Value>, A::Error> {
        let mut date = None;
        let kept = object.next_value_seed(Slot(&mut date))?;
        *self = date.map(|Date(date)| date).or(*self);
        Ok(kept)
    }

    fn write<M: SerializeMap>(
        &self,
        name: &'static str,
        kept: Option<&Value>,
        object: &mut M,
    ) -> Result<(), M::Error> {
        self.map(Date).write(name, kept, object)
    }
}

/// Any JSON, for values of several shapes. Null and absent decode as `None`, which is not written.
impl Field for Option<Value> {
    fn read<'de, A: MapAccess<'de>>(&mut self, object: &mut A) -> Result<Option<Value>, A::Error> {
        let value = object.next_value_seed(AnyValue)?;
        if !value.is_null() {
            *self = Some(value);
        }
        Ok(None)
    }

    fn write<M: SerializeMap>(
        &self,
        name: &'static str,
        _: Option<&Value>,
        object: &mut M,
    ) -> Result<(), M::Error> {
        self.as_ref()
            .map_or(Ok(()), |value| object.serialize_entry(name, value))
    }
}

/// Null and absent decode as the missing id, which is not written.
impl Field for Id {
    fn read<'de, A: MapAccess<'de>>(&mut self, object: &mut A) -> Result<Option<Value>, A::Error> {
        let mut id = None;
        let kept = object.next_value_seed(Slot(&mut id))?;
        if let Some(id) = id {
            *self = id;
        }
        Ok(kept)
    }

    fn write<M: SerializeMap>(
        &self,
        name: &'static str,
        kept: Option<&Value>,
        object: &mut M,
    ) -> Result<(), M::Error> {
        match (self.get(), kept) {
            (Some(id), _) => object.serialize_entry(name, id),
            (None, Some(kept)) => object.serialize_entry(name, kept),
            (None, None) => Ok(()),
        }
    }
}

/// Null and absent decode as the empty list, which is written. Null elements (the specification
/// makes some element types nullable) are skipped. Elements of another type are returned as a
/// separate list.
impl<T: FromJson + Serialize + PartialEq> Field for Vec<T> {
    fn read<'de, A: MapAccess<'de>>(&mut self, object: &mut A) -> Result<Option<Value>, A::Error> {
        let mut elements = None;
        let kept = object.next_value_seed(Slot(&mut elements))?;
        if let Some(Elements(elements)) = elements {
            *self = elements;
        }
        Ok(kept)
    }

    fn write<M: SerializeMap>(
        &self,
        name: &'static str,
        kept: Option<&Value>,
        object: &mut M,
    ) -> Result<(), M::Error> {
        match kept {
            Some(Value::Array(others)) => object.serialize_entry(name, &Joined(self, others)),
            Some(kept) if self.is_empty() => object.serialize_entry(name, kept),
            _ => object.serialize_entry(name, self),
        }
    }
}

/// The elements of a list, then those that it did not accept.
struct Joined<'a, T>(&'a [T], &'a [Value]);

impl<T: Serialize> Serialize for Joined<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeSeq as _;

        let mut list = serializer.serialize_seq(Some(self.0.len() + self.1.len()))?;
        for element in self.0 {
            list.serialize_element(element)?;
        }
        for element in self.1 {
            list.serialize_element(element)?;
        }
        list.end()
    }
}

/// A type that can be read from a JSON value.
///
/// There is a method for each JSON type. It returns a value that `Self` does not accept. Code
/// outside this crate cannot name this trait.
pub trait FromJson: Sized {
    fn from_bool(value: bool) -> Result<Self, Value> {
        Err(value.into())
    }

    fn from_integer(value: i64) -> Result<Self, Value> {
        Err(value.into())
    }

    fn from_text(text: &str) -> Result<Self, Value> {
        Err(text.into())
    }

    fn read_list<'de, A: SeqAccess<'de>>(
        _: &mut Option<Self>,
        list: A,
    ) -> Result<Option<Value>, A::Error> {
        AnyValue
            .deserialize(SeqAccessDeserializer::new(list))
            .map(Some)
    }

    fn read_object<'de, A: MapAccess<'de>>(
        _: &mut Option<Self>,
        object: A,
    ) -> Result<Option<Value>, A::Error> {
        AnyValue
            .deserialize(MapAccessDeserializer::new(object))
            .map(Some)
    }
}

impl FromJson for String {
    #[inline(always)]
    fn from_text(text: &str) -> Result<Self, Value> {
        Ok(text.to_owned())
    }
}

impl FromJson for Id {
    #[inline(always)]
    fn from_text(text: &str) -> Result<Self, Value> {
        Ok(text.into())
    }
}

/// Some services write truth values and numbers as text.
impl FromJson for bool {
    fn from_bool(value: bool) -> Result<Self, Value> {
        Ok(value)
    }

    fn from_text(text: &str) -> Result<Self, Value> {
        match text.trim() {
            text if text.eq_ignore_ascii_case("true") => Ok(true),
            text if text.eq_ignore_ascii_case("false") => Ok(false),
            _ => Err(text.into()),
        }
    }
}

impl FromJson for i64 {
    fn from_integer(value: i64) -> Result<Self, Value> {
        Ok(value)
    }

    fn from_text(text: &str) -> Result<Self, Value> {
        let number = text.trim();
        let exact = number.parse().ok();
        let exact = exact.or_else(|| whole(number.parse().ok()?));
        exact.ok_or_else(|| text.into())
    }
}

impl FromJson for i32 {
    fn from_integer(value: i64) -> Result<Self, Value> {
        value.try_into().map_err(|_| value.into())
    }

    fn from_text(text: &str) -> Result<Self, Value> {
        i64::from_text(text)?.try_into().map_err(|_| text.into())
    }
}

/// The whole number that a floating point number equals, if any: `5.0` is 5.
fn whole(number: f64) -> Option<i64> {
    // Above this bound, `f64` cannot represent every whole number.
    const LIMIT: f64 = 9_007_199_254_740_992.0;

    let is_whole = number.fract() == 0.0 && number.abs() < LIMIT;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it is whole and below the limit"
    )]
    is_whole.then_some(number as i64)
}

/// An object without declared fields.
impl FromJson for Extra {
    fn read_object<'de, A: MapAccess<'de>>(
        slot: &mut Option<Self>,
        object: A,
    ) -> Result<Option<Value>, A::Error> {
        let object = Self::deserialize(MapAccessDeserializer::new(object))?;
        object.values().for_each(digits::note_all);
        *slot = Some(object);
        Ok(None)
    }
}

/// A date-time in the service's own form.
#[derive(PartialEq)]
struct Date(Timestamp);

impl FromJson for Date {
    fn from_text(text: &str) -> Result<Self, Value> {
        timestamp::parse(text).map(Self).ok_or_else(|| text.into())
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&timestamp::format(self.0))
    }
}

/// Decodes into the box, which saves moving the record later.
impl<T: Record> FromJson for Box<T> {
    fn from_text(text: &str) -> Result<Self, Value> {
        T::from_text(text).map(Self::new)
    }

    fn read_object<'de, A: MapAccess<'de>>(
        slot: &mut Option<Self>,
        object: A,
    ) -> Result<Option<Value>, A::Error> {
        slot.insert(Self::default()).read_members(object)?;
        Ok(None)
    }
}

/// Reads any JSON. Nothing else in the model may decode a [`Value`], so that no long number is
/// missed.
pub(super) struct AnyValue;

impl<'de> DeserializeSeed<'de> for AnyValue {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let value = Value::deserialize(deserializer)?;
        digits::note_all(&value);
        Ok(value)
    }
}

struct Elements<T>(Vec<T>);

impl<T: FromJson> FromJson for Elements<T> {
    fn read_list<'de, A: SeqAccess<'de>>(
        slot: &mut Option<Self>,
        mut list: A,
    ) -> Result<Option<Value>, A::Error> {
        let Self(elements) = slot.insert(Self(Vec::new()));
        let mut others = Vec::new();
        let mut element = None;
        while let Some(other) = list.next_element_seed(Slot(&mut element))? {
            elements.extend(element.take());
            others.extend(other);
        }
        Ok((!others.is_empty()).then_some(Value::Array(others)))
    }
}

/// The place that a value is read into. Reading returns a value that does not fit.
struct Slot<'a, T>(&'a mut Option<T>);

impl<T> Slot<'_, T> {
    #[inline(always)]
    fn fill(self, value: Result<T, Value>) -> Option<Value> {
        match value {
            Ok(value) => {
                *self.0 = Some(value);
                None
            }
            Err(other) => Some(other),
        }
    }
}

impl<'de, T: FromJson> DeserializeSeed<'de> for Slot<'_, T> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: FromJson> Visitor<'de> for Slot<'_, T> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value of JSON")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(self.fill(T::from_bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(self.fill(T::from_integer(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        let integer = i64::try_from(value).map_err(|_| value.into());
        Ok(self.fill(integer.and_then(T::from_integer)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        digits::note(value);
        let integer = whole(value).and_then(|integer| T::from_integer(integer).ok());
        Ok(self.fill(integer.ok_or_else(|| value.into())))
    }

    #[inline(always)]
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.fill(T::from_text(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        T::read_list(self.0, list)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        T::read_object(self.0, object)
    }
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "`record!` declares what is public")]
mod tests {
    use serde_json::{Value, json};

    use crate::model::record::record;

    record! {
        /// A record.
        pub struct Shaped {
            /// A value of several shapes.
            pub origin: Option<Value> => "origin",
        }
    }

    #[test]
    fn a_field_of_several_shapes_keeps_each() {
        for origin in [json!("text"), json!(1.5), json!([null]), json!({"a": 1})] {
            let response = json!({"origin": origin});
            let read: Shaped = serde_json::from_value(response.clone()).unwrap();
            assert_eq!(read.origin, Some(origin));
            assert_eq!(serde_json::to_value(read).unwrap(), response);
        }
        let read: Shaped = serde_json::from_value(json!({"origin": null})).unwrap();
        assert_eq!(read, Shaped::default());
    }
}
