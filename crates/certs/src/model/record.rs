//! The structs of answers: [`record!`], which declares one.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Unexpected, Visitor};

use super::Extra;
use super::field::Field;
use super::source::{Object, Source};

/// Declares a struct of an answer: its fields, each with its name in JSON and the other names
/// that it is also read from.
///
/// The struct is decoded from an object, encoded to one and described in a JSON Schema, all
/// as the types of its fields say ([`Field`]). Names that are none of its fields' go to
/// `extra`. `serde`'s derive could do that too (`flatten`), but has no place for a date that
/// cannot be read.
///
/// If a field comes under several of its names, the first of them counts.
///
/// `or its FIELD` lets bare text stand for an object of which it is this one field. What
/// stands in `beside` is no part of the JSON.
macro_rules! record {
    (
        $(#[doc = $doc:literal])+
        pub struct $name:ident $(or its $bare:ident)? {
            $(
                $(#[doc = $field_doc:literal])+
                pub $field:ident: $type:ty => $json:literal $(| $other:literal)*,
            )*
        }
        $(beside {
            $(
                $(#[doc = $beside_doc:literal])+
                $beside_visibility:vis $beside:ident: $beside_type:ty,
            )*
        })?
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[doc = $field_doc])+ pub $field: $type,)*
            $($($(#[doc = $beside_doc])+ $beside_visibility $beside: $beside_type,)*)?
            /// Fields that the specification does not name.
            pub extra: $crate::model::Extra,
        }

        impl $crate::model::record::Record for $name {
            const NAMES: &'static [&'static str] = &[$(concat!("\"", $json, "\":")),*];

            fn place(name: &str) -> ::std::option::Option<usize> {
                $crate::model::record::places!($($field)*);
                match name {
                    $(
                        $json => Some(Place::$field as usize),
                        $($other => Some(Self::NAMES.len() + Place::$field as usize),)*
                    )*
                    _ => None,
                }
            }

            fn read<S: $crate::model::source::Source>(
                &mut self,
                place: usize,
                source: &mut S,
            ) -> ::std::result::Result<(), S::Error> {
                $crate::model::record::places!($($field)*);
                let count = Self::NAMES.len();
                let by_another_name = place >= count;
                let place = if by_another_name { place - count } else { place };
                $(if place == Place::$field as usize {
                    let Self { $field, extra, .. } = self;
                    return match by_another_name {
                        false => $crate::model::field::Field::read($field, source, $json, extra),
                        true => $crate::model::record::read_unless_there(
                            $field, source, $json, extra,
                        ),
                    };
                })*
                Ok(())
            }

            fn extra(&mut self) -> &mut $crate::model::Extra {
                &mut self.extra
            }

            $(fn from_text(text: &str) -> ::std::option::Option<Self> {
                Some(Self { $bare: Some(text.to_owned()), ..Self::default() })
            })?
        }

        impl $crate::model::field::Plain for $name {
            fn read(
                reader: &mut $crate::model::reader::Reader<'_>,
            ) -> ::std::result::Result<Self, $crate::model::reader::Unusual> {
                reader.record()
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::model::record::deserialize(deserializer)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                use ::serde::ser::SerializeMap as _;

                let mut object = serializer.serialize_map(None)?;
                $($crate::model::field::Field::write(&self.$field, $json, &mut object)?;)*
                for (name, value) in &self.extra {
                    object.serialize_entry(name, value)?;
                }
                object.end()
            }
        }

        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema(generator: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                let mut schema = $crate::model::schema::record(&[$($doc),+]);
                $($crate::model::schema::property::<$type>(
                    &mut schema,
                    generator,
                    $json,
                    &[$($field_doc),+],
                );)*
                schema
            }
        }
    };
}
pub(super) use record;

/// Numbers the fields of a record.
macro_rules! places {
    ($($field:ident)*) => {
        #[allow(non_camel_case_types, reason = "the variants are named as the fields are")]
        enum Place {
            $($field,)*
        }
    };
}
pub(super) use places;

/// What [`record!`] makes of a declaration.
pub(super) trait Record: Default {
    /// The names of the fields as they stand in compact JSON, quotes and colon included, in
    /// the order of declaration, which is that of the specification and so, nearly always,
    /// that of answers.
    const NAMES: &'static [&'static str];

    /// Which of the fields has this name. Its other names count from the number of fields
    /// on.
    fn place(name: &str) -> Option<usize>;

    /// Reads the value of a field.
    fn read<S: Source>(&mut self, place: usize, source: &mut S) -> Result<(), S::Error>;

    fn extra(&mut self) -> &mut Extra;

    /// The record that bare text stands for, if it may.
    fn from_text(_: &str) -> Option<Self> {
        None
    }
}

/// Reads a field by another name than its own, which counts if it is there as well.
pub(super) fn read_unless_there<T: Field + Default + PartialEq, S: Source>(
    field: &mut T,
    source: &mut S,
    name: &str,
    extra: &mut Extra,
) -> Result<(), S::Error> {
    let mut value = T::default();
    value.read(source, name, extra)?;
    if *field == T::default() {
        *field = value;
    }
    Ok(())
}

/// Decodes a record in one pass over its object, whatever the format.
pub(super) fn deserialize<'de, T: Record, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_any(RecordVisitor(PhantomData))
}

struct RecordVisitor<T>(PhantomData<T>);

impl<'de, T: Record> Visitor<'de> for RecordVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<T, A::Error> {
        let mut object = Object(object, PhantomData);
        let mut record = T::default();
        while let Some(Name(name)) = object.0.next_key()? {
            if let Some(place) = T::place(&name) {
                record.read(place, &mut object)?;
            } else {
                let value = object.0.next_value()?;
                record.extra().insert(name.into_owned(), value);
            }
        }
        Ok(record)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        T::from_text(text).ok_or_else(|| E::invalid_type(Unexpected::Str(text), &self))
    }
}

/// The name of a field, in the answer itself where it can be.
struct Name<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Borrowed(name)))
    }

    fn visit_str<E>(self, name: &str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Owned(name.to_owned())))
    }
}
