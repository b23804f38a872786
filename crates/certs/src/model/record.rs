//! [`record!`] declares the struct of a response.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, Unexpected, Visitor};
use serde_json::Value;

use super::Extra;
use super::field::{AnyValue, Field};

/// Declares a struct of a response: its fields, each with its name in JSON and any other names that
/// it is read from.
///
/// The struct is decoded from an object, encoded to one and described in a JSON Schema, as the
/// types of its fields specify ([`Field`]). Values without a field go to `extra`: members of other
/// names, and values of a type that the field does not take. `serde`'s derive could do the first
/// (`flatten`), but not the second.
///
/// If a field is present under several of its names, the first one counts.
///
/// `or its FIELD` reads bare text as an object with only this field. What is
/// in `beside` is not part of the JSON.
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
            /// The parts of the response that no field takes.
            pub extra: $crate::model::Extra,
        }

        impl $crate::model::record::Record for $name {
            const NAMES: &'static [&'static str] = &[$($json),*];

            #[inline(always)]
            fn is_name_of(place: usize, name: &str) -> bool {
                $crate::model::record::places!($($field)*);
                $(if place == Place::$field as usize {
                    return name == $json;
                })*
                false
            }

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

            fn read_field<'de, A: ::serde::de::MapAccess<'de>>(
                &mut self,
                place: usize,
                object: &mut A,
            ) -> ::std::result::Result<::std::option::Option<::serde_json::Value>, A::Error> {
                $crate::model::record::places!($($field)*);
                let by_another_name = place >= Self::NAMES.len();
                let place = if by_another_name { place - Self::NAMES.len() } else { place };
                $(if place == Place::$field as usize {
                    return if by_another_name {
                        $crate::model::record::read_unless_there(&mut self.$field, object)
                    } else {
                        $crate::model::field::Field::read(&mut self.$field, object)
                    };
                })*
                Ok(None)
            }

            fn extra(&mut self) -> &mut $crate::model::Extra {
                &mut self.extra
            }
        }

        impl $crate::model::field::FromJson for $name {
            $(fn from_text(text: &str) -> ::std::result::Result<Self, ::serde_json::Value> {
                Ok(Self { $bare: Some(text.to_owned()), ..Self::default() })
            })?

            fn read_object<'de, A: ::serde::de::MapAccess<'de>>(
                slot: &mut ::std::option::Option<Self>,
                object: A,
            ) -> ::std::result::Result<::std::option::Option<::serde_json::Value>, A::Error> {
                use $crate::model::record::Record as _;

                slot.insert(Self::default()).read_members(object)?;
                Ok(None)
            }
        }

        #[automatically_derived]
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::model::record::deserialize(deserializer)
            }
        }

        #[automatically_derived]
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                use ::serde::ser::SerializeMap as _;
                use $crate::model::record::Record as _;

                let mut object = serializer.serialize_map(None)?;
                $($crate::model::field::Field::write(
                    &self.$field,
                    $json,
                    self.extra.get($json),
                    &mut object,
                )?;)*
                for (name, value) in &self.extra {
                    if !Self::NAMES.contains(&name.as_str()) {
                        object.serialize_entry(name, value)?;
                    }
                }
                object.end()
            }
        }

        #[automatically_derived]
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

/// The code that [`record!`] generates from a declaration. Code outside this crate cannot name it.
pub trait Record: super::field::FromJson + Default + DeserializeOwned {
    /// The names of the fields in the order of declaration, which is that of the specification and
    /// so, nearly always, that of responses.
    const NAMES: &'static [&'static str];

    /// Whether a field has this name. Each comparison is with a text that the compiler knows, which
    /// costs less than one with an element of `NAMES`.
    fn is_name_of(place: usize, name: &str) -> bool;

    /// The place of the field with this name. Other names have places from the number of fields on.
    fn place(name: &str) -> Option<usize>;

    /// Reads the value of a field. Returns what the field does not take.
    fn read_field<'de, A: MapAccess<'de>>(
        &mut self,
        place: usize,
        object: &mut A,
    ) -> Result<Option<Value>, A::Error>;

    fn extra(&mut self) -> &mut Extra;

    /// Reads the members of an object. A function of its own for each record: copied into its
    /// callers, it needs more instructions.
    #[inline(never)]
    fn read_members<'de, A: MapAccess<'de>>(&mut self, mut object: A) -> Result<(), A::Error> {
        // The field that comes next if the response keeps the order of declaration.
        let mut next = 0;
        while let Some(name) = object.next_key_seed(Name::<Self>(next, PhantomData))? {
            match name {
                Ok(place) => {
                    if let Some(other) = self.read_field(place, &mut object)? {
                        let name = Self::NAMES[place % Self::NAMES.len()];
                        self.extra().insert(name.to_owned(), other);
                    }
                    next = place + 1;
                }
                Err(name) => {
                    let value = object.next_value_seed(AnyValue)?;
                    self.extra().insert(name, value);
                }
            }
        }
        Ok(())
    }
}

/// Reads a field by one of its other names. Its own name takes precedence if both are present.
pub(super) fn read_unless_there<'de, T: Field, A: MapAccess<'de>>(
    field: &mut T,
    object: &mut A,
) -> Result<Option<Value>, A::Error> {
    let mut value = T::default();
    let other = value.read(object)?;
    if *field == T::default() {
        *field = value;
    }
    Ok(other)
}

/// Decodes a record that is not a field of another.
pub(super) fn deserialize<'de, T: Record, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let mut record = T::default();
    read_into(&mut record, deserializer)?;
    Ok(record)
}

/// Decodes a record into its place, since moving a large one costs as much as reading several
/// fields.
pub(super) fn read_into<'de, T: Record, D: Deserializer<'de>>(
    place: &mut T,
    deserializer: D,
) -> Result<(), D::Error> {
    deserializer.deserialize_any(InPlace(place))
}

struct InPlace<'a, T>(&'a mut T);

impl<'de, T: Record> Visitor<'de> for InPlace<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<(), A::Error> {
        self.0.read_members(object)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        let record = T::from_text(text);
        *self.0 = record.map_err(|_| E::invalid_type(Unexpected::Str(text), &self))?;
        Ok(())
    }
}

/// The name of a member: which field it is, or the name itself if it is not a field. Comparing it
/// with the likely field first costs less than a search.
struct Name<T>(usize, PhantomData<T>);

impl<'de, T: Record> DeserializeSeed<'de> for Name<T> {
    type Value = Result<usize, String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<T: Record> Visitor<'_> for Name<T> {
    type Value = Result<usize, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    #[inline(always)]
    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        let Self(likely, _) = self;
        if T::is_name_of(likely, name) {
            return Ok(Ok(likely));
        }
        Ok(find::<T>(name))
    }
}

/// Apart from the comparison with the likely field, which is nearly always enough, and so stays a
/// few instructions.
#[inline(never)]
fn find<T: Record>(name: &str) -> Result<usize, String> {
    T::place(name).ok_or_else(|| name.to_owned())
}
