//! From generated types to the model, the only place where the two meet.
//!
//! Every generated struct is taken apart field by field and without `..`: when a release
//! of the specification brings a field, the build stops here until somebody decides what
//! becomes of it.

pub(crate) mod beta;
mod shared;
pub(crate) mod v3;

use std::convert::Infallible;
use std::str::FromStr;

use jiff::Timestamp;
use serde::de::DeserializeOwned;

use super::{Extra, timestamp};

/// A value of a generated enum, as the model's enum of the same texts.
fn open<T: FromStr<Err = Infallible>>(text: &str) -> T {
    match text.parse() {
        Ok(value) => value,
        Err(never) => match never {},
    }
}

/// A date-time. One that cannot be read is kept as it came, among the fields that the
/// model does not name.
fn date(extra: &mut Extra, name: &str, text: Option<String>) -> Option<Timestamp> {
    let text = text?;
    let date = timestamp::parse(&text);
    if date.is_none() {
        extra.insert(name.to_owned(), text.into());
    }
    date
}

/// What one version calls by another name than the other, or declares not at all, may yet come
/// under the other's name. Then it is that field, and no extra one: encoded again, it has to
/// stand there once, or nobody could decode it.
fn under<T: DeserializeOwned>(extra: &mut Extra, other: &str, declared: Option<T>) -> Option<T> {
    let undeclared = extra
        .remove(other)
        .and_then(|value| serde_json::from_value(value).ok());
    declared.or(undeclared)
}

/// A list with its nulls left out.
fn list<T, U>(list: Option<Vec<Option<T>>>, convert: impl Fn(T) -> U) -> Vec<U> {
    list.unwrap_or_default()
        .into_iter()
        .flatten()
        .map(convert)
        .collect()
}

/// A text for the wire.
pub(crate) fn wire_date(date: Timestamp) -> String {
    timestamp::format(date)
}
