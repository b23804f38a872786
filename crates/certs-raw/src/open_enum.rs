//! Enums that may grow: [`open_enum!`](crate::open_enum!).
//!
//! The service adds values to its enumerations without a new version of the API: campaign types,
//! task types, object types. With a closed enum, the first new value is a decoding error, and
//! because it is inside an element of a list, the whole page is lost. An open enum decodes every
//! string: the values that the contract names become variants, anything else is kept, unchanged, in
//! `Unrecognized`, and encodes back to the same text.
//!
//! # Equality
//!
//! Values are equal if their texts on the wire are. `Unrecognized` is a public variant, so a caller
//! can put a known text into it; with derived equality, that value would print like the known
//! variant and yet differ from it. So equality and hashing use the text, and `FromStr` and
//! `Deserialize` give the known variant. Only `match` can tell a hand-made `Unrecognized("ACTIVE")`
//! from `Active`: parse text, do not wrap it.
//!
//! # Omitted on purpose
//!
//! `From<&str>` and `From<String>`: with `.parse()` alone, a raw string is not accepted in place of a
//! typed value.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Visitor};

/// Declares an enum of strings that keeps values it does not know.
///
/// Each variant names its text on the wire. The macro adds the variant
/// `Unrecognized(String)`, `as_str`, `Display`, `FromStr` (which cannot fail), `Serialize`,
/// `Deserialize`, and equality and hashing by the text. The enum is `#[non_exhaustive]`:
/// a value that becomes known later is not a breaking change.
///
/// Doc comments are optional; every variant's docs end with its text on the wire.
///
/// ```
/// certs_raw::open_enum! {
///     /// How urgent a ticket is.
///     pub enum Urgency {
///         /// It can wait.
///         Low => "LOW",
///         /// It cannot.
///         High => "HIGH",
///     }
/// }
///
/// # fn main() -> Result<(), serde_json::Error> {
/// assert_eq!("HIGH".parse(), Ok(Urgency::High));
/// assert_eq!(Urgency::High.to_string(), "HIGH");
///
/// let news: Urgency = serde_json::from_str(r#""CRITICAL""#)?;
/// assert_eq!(news, Urgency::Unrecognized("CRITICAL".to_owned()));
/// assert_eq!(serde_json::to_string(&news)?, r#""CRITICAL""#);
/// # Ok(())
/// # }
/// ```
///
/// A raw string is not a value:
///
/// ```compile_fail,E0277
/// # certs_raw::open_enum! { pub enum Urgency { Low => "LOW" } }
/// let urgency: Urgency = "LOW".into();
/// ```
#[macro_export]
macro_rules! open_enum {
    (
        $(#[$attribute:meta])*
        $visibility:vis enum $name:ident {
            $(
                $(#[$variant_attribute:meta])*
                $variant:ident => $text:literal
            ),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        ///
        /// The service may add values at any time: one that this version does not
        /// name is kept as `Unrecognized`. Values are equal when their text on the
        /// wire is.
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        $visibility enum $name {
            $(
                $(#[$variant_attribute])*
                #[doc = ""]
                #[doc = ::std::concat!("On the wire: `", $text, "`.")]
                $variant,
            )*
            /// A value that this version does not name, exactly as it was received.
            ///
            /// To make a value from text, parse it: that gives the known variant when
            /// there is one.
            Unrecognized(::std::string::String),
        }

        #[allow(dead_code, reason = "a private enum need not use all of these")]
        impl $name {
            /// The text on the wire of every value that this version names, in the
            /// order of declaration.
            pub(crate) const KNOWN: &'static [&'static str] = &[$($text),*];

            /// The value's text on the wire.
            #[must_use]
            $visibility fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Unrecognized(text) => text,
                }
            }

            fn from_known(text: &str) -> ::std::option::Option<Self> {
                match text {
                    $($text => ::std::option::Option::Some(Self::$variant),)*
                    _ => ::std::option::Option::None,
                }
            }
        }

        #[automatically_derived]
        impl ::std::cmp::PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }

        #[automatically_derived]
        impl ::std::cmp::Eq for $name {}

        #[automatically_derived]
        impl ::std::hash::Hash for $name {
            fn hash<H: ::std::hash::Hasher>(&self, state: &mut H) {
                ::std::hash::Hash::hash(self.as_str(), state);
            }
        }

        #[automatically_derived]
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        #[automatically_derived]
        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                ::std::result::Result::Ok(
                    Self::from_known(text)
                        .unwrap_or_else(|| Self::Unrecognized(text.to_owned())),
                )
            }
        }

        #[automatically_derived]
        impl $crate::open_enum::serde::Serialize for $name {
            fn serialize<S>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error>
            where
                S: $crate::open_enum::serde::Serializer,
            {
                serializer.serialize_str(self.as_str())
            }
        }

        #[automatically_derived]
        impl<'de> $crate::open_enum::serde::Deserialize<'de> for $name {
            fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
            where
                D: $crate::open_enum::serde::Deserializer<'de>,
            {
                $crate::open_enum::deserialize(
                    deserializer,
                    Self::from_known,
                    Self::Unrecognized,
                )
            }
        }
    };
}

// For the macro's expansion, which must not depend on what its caller depends on.
#[doc(hidden)]
pub use serde;

/// Decodes any string; a known one is compared in place and never copied.
#[doc(hidden)]
pub fn deserialize<'de, D, T>(
    deserializer: D,
    known: fn(&str) -> Option<T>,
    unrecognized: fn(String) -> T,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
{
    deserializer.deserialize_str(TextVisitor {
        known,
        unrecognized,
        value: PhantomData,
    })
}

struct TextVisitor<T> {
    known: fn(&str) -> Option<T>,
    unrecognized: fn(String) -> T,
    value: PhantomData<T>,
}

impl<T> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    // `visit_borrowed_str` forwards here.
    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok((self.known)(text).unwrap_or_else(|| (self.unrecognized)(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<T, E> {
        Ok((self.known)(&text).unwrap_or_else(|| (self.unrecognized)(text)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    open_enum! {
        /// Where a parcel is.
        pub(crate) enum Parcel {
            /// Handed in.
            Posted => "POSTED",
            /// On its way.
            Moving => "IN_TRANSIT",
            Delivered => "DELIVERED",
        }
    }

    open_enum! {
        enum Undocumented {
            Only => "ONLY"
        }
    }

    fn unrecognized(text: &str) -> Parcel {
        Parcel::Unrecognized(text.to_owned())
    }

    #[test]
    fn every_known_text_is_its_variant_and_goes_back_unchanged() {
        assert_eq!(Parcel::KNOWN, ["POSTED", "IN_TRANSIT", "DELIVERED"]);
        for text in Parcel::KNOWN {
            let json = format!("{text:?}");
            let value: Parcel = serde_json::from_str(&json).unwrap();
            assert!(!matches!(value, Parcel::Unrecognized(_)), "{text}");
            assert_eq!(value.as_str(), *text);
            assert_eq!(value, text.parse().unwrap());
            assert_eq!(serde_json::to_string(&value).unwrap(), json);
        }
    }

    #[test]
    fn unknown_text_survives_the_round_trip_exactly() {
        for text in ["", "posted", " POSTED", "LOST \"at\" sea\n", "配達"] {
            let json = serde_json::to_string(text).unwrap();
            let value: Parcel = serde_json::from_str(&json).unwrap();
            assert!(matches!(&value, Parcel::Unrecognized(kept) if kept == text));
            assert_eq!(serde_json::to_string(&value).unwrap(), json);
        }
    }

    #[test]
    fn text_that_arrives_owned_is_recognized_too() {
        let owned = serde_json::Value::String("IN_TRANSIT".to_owned());
        let value: Parcel = serde_json::from_value(owned).unwrap();
        assert!(matches!(value, Parcel::Moving));
    }

    #[test]
    fn what_is_not_a_string_is_an_error() {
        for json in ["1", "true", "null", "{}", "[\"POSTED\"]"] {
            assert!(serde_json::from_str::<Parcel>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_known_text_wrapped_by_hand_equals_its_variant() {
        let wrapped = unrecognized("POSTED");
        assert_eq!(wrapped, Parcel::Posted);
        assert!(HashSet::from([Parcel::Posted]).contains(&wrapped));
    }

    #[test]
    fn display_takes_a_width() {
        assert_eq!(format!("{:>10}|", Parcel::Posted), "    POSTED|");
    }

    #[test]
    fn docs_are_optional() {
        assert_eq!("ONLY".parse(), Ok(Undocumented::Only));
    }
}
