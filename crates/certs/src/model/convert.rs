//! Conversions from the model to the generated types of requests.
//!
//! Requests go through the generated types: each struct of the model is destructured without `..`.
//!
//! Responses do not: they are decoded directly into the model, because going through the generated
//! types would double the cost (`BENCHMARKS.md`). `tests/it/model/tolerance.rs` checks that the
//! model has every field of the contract.

pub(crate) mod beta;
mod shared;
pub(crate) mod v3;

use std::convert::Infallible;
use std::str::FromStr;

use jiff::Timestamp;

use super::timestamp;

/// The model's text for an enumeration, as the generated enum of the same texts.
pub(crate) fn open<T: FromStr<Err = Infallible>>(text: &str) -> T {
    match text.parse() {
        Ok(value) => value,
        Err(never) => match never {},
    }
}

/// A text for the wire.
pub(crate) fn wire_date(date: Timestamp) -> String {
    timestamp::format(date)
}
