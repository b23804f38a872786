//! Filters and sorters as text in files: read on the way in, written on the way out.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

use super::endpoint::Endpoint;
use super::expr::Term as _;
use super::parse::{self, error::ParseError};
use super::{Filter, Sorter};

/// Reads the API's own syntax, with the fields and operators of this endpoint.
///
/// ```
/// use certs::filter::{Filter, certification, endpoint::Certifications};
/// use certs::model::Phase;
///
/// let filter: Filter<Certifications> = r#"phase eq "ACTIVE" and completed eq false"#.parse()?;
/// assert_eq!(
///     filter,
///     certification::phase().eq(Phase::Active).and(certification::completed().eq(false)),
/// );
/// # Ok::<(), certs::filter::ParseError>(())
/// ```
impl<E: Endpoint> FromStr for Filter<E> {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        parse::filter(text, E::RULES).map(Self::from_expr)
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
        parse::sorter(text, E::VOCABULARY.sorters).map(Self::from_keys)
    }
}

macro_rules! as_text {
    ($type:ident, $what:literal) => {
        impl<E> Serialize for $type<E> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de, E: Endpoint> Deserialize<'de> for $type<E> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Text {
                    what: $what,
                    read: PhantomData,
                })
            }
        }
    };
}

as_text!(Filter, "a filter");
as_text!(Sorter, "a sorter");

/// Reads a `T` from a string, without a copy of the string.
struct Text<T> {
    what: &'static str,
    read: PhantomData<T>,
}

impl<T: FromStr<Err = ParseError>> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} as a string", self.what)
    }

    fn visit_str<D: Error>(self, text: &str) -> Result<T, D> {
        // On one line: formats put it into messages that show a place of their own.
        text.parse()
            .map_err(|error: ParseError| D::custom(error.message()))
    }
}
