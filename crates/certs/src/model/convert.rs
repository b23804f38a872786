//! Between generated types and the model, the only place where the two meet.
//!
//! What is sent goes through the generated types: every struct of the model is taken apart
//! field by field and without `..`.
//!
//! What is answered does not: it is decoded into the model at once. A detour over the generated
//! types costs as much again as decoding (`BENCHMARKS.md`). That the two have the same fields is
//! what `tests/it/tolerance.rs` checks, field by field of the contract.

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
