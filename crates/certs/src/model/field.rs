//! What a field of a record may be. Its type says what becomes of a null and of a field that
//! is not there, on the way in and on the way out; what the JSON Schema says of it is in
//! [`schema`](super::schema).

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::ser::{Serialize, SerializeMap};

use super::reader::{Reader, Unusual};
use super::source::Source;
use super::{Extra, timestamp};

/// A field of a record.
pub(super) trait Field: Sized {
    /// Reads the value. A null leaves the field as it is.
    fn read<S: Source>(
        &mut self,
        source: &mut S,
        name: &str,
        extra: &mut Extra,
    ) -> Result<(), S::Error>;

    fn write<M: SerializeMap>(&self, name: &str, object: &mut M) -> Result<(), M::Error>;
}

/// Null and missing are `None`, which is left out.
impl<T: Plain> Field for Option<T> {
    fn read<S: Source>(&mut self, source: &mut S, _: &str, _: &mut Extra) -> Result<(), S::Error> {
        if let Some(value) = source.value()? {
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
}

/// An identifier: null and missing are the empty string, which is left out.
impl Field for String {
    fn read<S: Source>(&mut self, source: &mut S, _: &str, _: &mut Extra) -> Result<(), S::Error> {
        if let Some(id) = source.value()? {
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
}

/// Null and missing are the empty list, and null elements (the specification makes some
/// element types nullable) are skipped. An empty list is written.
impl<T: Plain> Field for Vec<T> {
    fn read<S: Source>(&mut self, source: &mut S, _: &str, _: &mut Extra) -> Result<(), S::Error> {
        if let Some(list) = source.list()? {
            *self = list;
        }
        Ok(())
    }

    fn write<M: SerializeMap>(&self, name: &str, object: &mut M) -> Result<(), M::Error> {
        object.serialize_entry(name, self)
    }
}

/// Text that is no date leaves `None` and is kept among the fields without a name: one
/// malformed value must not cost the caller the page that it stands on.
impl Field for Option<Timestamp> {
    fn read<S: Source>(
        &mut self,
        source: &mut S,
        name: &str,
        extra: &mut Extra,
    ) -> Result<(), S::Error> {
        match source.date()? {
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
}

/// Text where a date belongs.
pub(super) enum Date {
    Read(Timestamp),
    Unreadable(String),
}

impl Date {
    pub(super) fn new(text: &str) -> Self {
        timestamp::parse(text).map_or_else(|| Self::Unreadable(text.to_owned()), Self::Read)
    }
}

/// What may stand in an optional field, in a list, or be a whole answer, and is read as it is.
pub(crate) trait Plain: DeserializeOwned + Serialize {
    /// Reads the value, which is not null.
    fn read(reader: &mut Reader<'_>) -> Result<Self, Unusual>;
}

impl Plain for bool {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Unusual> {
        reader.boolean()
    }
}

impl Plain for i32 {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Unusual> {
        Self::try_from(reader.integer()?).map_err(|_| Unusual)
    }
}

impl Plain for i64 {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Unusual> {
        reader.integer()
    }
}

impl Plain for String {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Unusual> {
        Ok(reader.string()?.into_owned())
    }
}

impl<T: Plain> Plain for Box<T> {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Unusual> {
        T::read(reader).map(Self::new)
    }
}
