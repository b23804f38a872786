//! From the contract to what the generator can digest and a client can survive.
//!
//! The contract says what the service promises. A client generated from it to the
//! letter breaks on the first answer that keeps the promise less strictly: a new enum
//! value, a null, a field left out. Each step here loosens or reshapes one thing, is a
//! function of its own, and runs in the order of [`normalise`]. Nothing is written to
//! disk: the contract stays as the vendor has it.

mod compose;
mod direction;
mod enums;
mod names;
mod nullable;
mod responses;
mod scalars;
mod schemas;

use anyhow::Result;
use serde_json::Value;

pub(crate) use enums::{OpenEnum, pascal_case};
pub(crate) use names::Rename;

/// A contract that is ready for the generator, with what the generator has to be told
/// beside it.
pub(crate) struct Normalised {
    /// The OpenAPI document.
    pub(crate) document: Value,
    /// The enums lifted out of it, in order of their names.
    pub(crate) enums: Vec<OpenEnum>,
    /// The components that are sent, which callers have to construct.
    pub(crate) requests: Vec<String>,
    /// Parameters whose name in Rust is not the one on the wire.
    pub(crate) renames: Vec<Rename>,
}

/// Runs every step, in the one order that works.
pub(crate) fn normalise(mut document: Value) -> Result<Normalised> {
    let directions = direction::classify(&document)?;
    responses::keep_success_only(&mut document);
    compose::flatten_all_of(&mut document)?;
    compose::inline_array_aliases(&mut document)?;
    nullable::take_null_out_of_enums(&mut document);
    nullable::hoist_nullable(&mut document);
    scalars::drop_defaults(&mut document);
    scalars::drop_limits(&mut document);
    scalars::dates_as_text(&mut document);
    direction::drop_required_of_responses(&mut document, &directions);
    direction::lists_may_be_null(&mut document, &directions);
    direction::keep_unknown_fields(&mut document, &directions);
    nullable::wrap_nullable_references(&mut document);
    let enums = enums::lift(&mut document)?;
    let renames = names::apply_rust_names(&mut document)?;
    let requests = direction::requests(&directions);
    Ok(Normalised {
        document,
        enums,
        requests,
        renames,
    })
}
