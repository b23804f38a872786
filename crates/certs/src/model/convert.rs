//! Between generated types and the model, the only place where the two meet.
//!
//! What is sent goes through the generated types: every struct of the model is taken apart
//! field by field and without `..`.
//!
//! What is answered does not: it is decoded into the model at once. A detour over the
//! generated types costs as much again as decoding (`BENCHMARKS.md`). [`Answers`] says which
//! type of the model stands for which generated one. That the two have the same fields, so
//! that none of a new release ends up among the nameless, is what `tests/it/round_trip.rs`
//! and `tests/it/tolerance.rs` see to, field by field of the contract.

pub(crate) mod beta;
mod shared;
pub(crate) mod v3;

use std::convert::Infallible;
use std::str::FromStr;

use jiff::Timestamp;
use serde::de::DeserializeOwned;

use super::timestamp;

/// A type that the specification declares for an answer.
pub(crate) trait Answers {
    /// What it is in the model.
    type Model: DeserializeOwned;

    /// Adds what only this type's specification says, and not the answer.
    fn complete(_: &mut Self::Model) {}
}

/// Pairs generated types of answers with those of the model.
macro_rules! answers {
    ($($raw:ident => $model:ident,)*) => {$(
        impl crate::model::convert::Answers for raw::$raw {
            type Model = model::$model;
        }
    )*};
}
use answers;

/// The model's text for an enumeration, as the generated enum of the same texts.
fn open<T: FromStr<Err = Infallible>>(text: &str) -> T {
    match text.parse() {
        Ok(value) => value,
        Err(never) => match never {},
    }
}

/// A text for the wire.
pub(crate) fn wire_date(date: Timestamp) -> String {
    timestamp::format(date)
}
