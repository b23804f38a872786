//! From the contract to what the generator can read and a client can tolerate.
//!
//! The contract says what the service promises. A client generated from it to the letter breaks on
//! the first response that keeps the promise less strictly: a new enum value, a null, a field left
//! out. And the generator panics on much of what OpenAPI allows. Each step here loosens or reshapes
//! one thing, is a function of its own, and runs in the order of [`normalise`]. Nothing is written
//! to disk: the contract stays as the vendor has it. What a step had to choose without knowing is
//! noted; what no contract has had so far and the generator cannot write is refused, with the way
//! out: an overlay.

mod compose;
mod direction;
mod enums;
mod lift;
mod names;
mod notes;
mod nullable;
mod operations;
mod scalars;
mod schemas;
mod types;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::contract::Contract;
pub(crate) use enums::variant_name;
pub use enums::{OpenEnum, Variant};
pub(crate) use names::{WIRE_NAME, field_name, type_name};
pub(crate) use notes::Note;
pub use notes::Notes;
pub(crate) use operations::MEDIA_TYPE;

/// A contract that is ready for the generator, with what the generator has to be told
/// beside it.
#[derive(Debug)]
pub struct Normalised {
    /// The OpenAPI document.
    pub document: Value,
    /// The enums lifted out of it, in order of their names.
    pub enums: Vec<OpenEnum>,
    /// The components that are sent, which callers have to construct.
    pub(crate) requests: Vec<String>,
}

/// Runs every step, in the one order that works.
pub fn normalise(mut document: Value, notes: &mut Notes) -> Result<Normalised> {
    Contract::checked(&document)?;
    have_components(&mut document)?;
    names::name_components(&mut document)?;
    let mut received = direction::received(&document, notes);

    operations::have_names(&mut document)?;
    operations::be_self_contained(&mut document);

    compose::unwrap_lone_references(&mut document);
    compose::flatten_all_of(&mut document, notes)?;
    compose::unions_are_values(&mut document, notes)?;
    types::say_types(&mut document, notes)?;
    compose::inline_array_aliases(&mut document)?;
    operations::digestible_parameters(&mut document, notes)?;

    enums::only_text(&mut document);
    nullable::hoist_nullable(&mut document);
    scalars::be_plain(&mut document);
    operations::digestible_bodies(&mut document)?;
    operations::one_kind_of_success(&mut document, notes);

    lift::lift(&mut document, &mut received);
    direction::be_lenient(&mut document, &received);
    nullable::wrap_nullable_references(&mut document);

    names::have_fields_of_their_own(&document)?;
    names::name_parameters(&mut document)?;
    Ok(Normalised {
        enums: enums::list(&document),
        requests: direction::sent(&document),
        document,
    })
}

/// Makes sure that there is a place for the components that steps add.
fn have_components(document: &mut Value) -> Result<()> {
    let components = &mut document["components"];
    if !components.is_object() && !components.is_null() {
        bail!("`components` is not a mapping");
    }
    if components["schemas"].is_null() {
        components["schemas"] = json!({});
    }
    Ok(())
}
