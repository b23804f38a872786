//! Operations that the generator can write. It panics on, or refuses the whole document for, what a
//! single operation may bring: that is refused here, with the way out.

mod bodies;
mod parameters;

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use serde_json::Value;

use super::names::field_name;
use super::schemas::{self, list_mut, text};
use crate::contract::Contract;

pub(crate) use bodies::MEDIA_TYPE;
pub(super) use bodies::{digestible_bodies, one_kind_of_success};
pub(super) use parameters::digestible_parameters;

/// The method that the generated client has of its own, and the types that the code of builders
/// names without a path: a builder is a type, too.
const TAKEN: &str = "new byte_stream error response_value client default from into option result \
                     string try_from try_into vec";

/// Refuses operations without a method name of their own.
pub(super) fn have_names(document: &mut Value) -> Result<()> {
    let mut taken: BTreeSet<String> = TAKEN.split(' ').map(str::to_owned).collect();
    for (at, operation) in schemas::operations_mut(document) {
        let id = text(operation, "operationId");
        if id.is_empty() {
            bail!("{at} has no `operationId`");
        }
        if !taken.insert(field_name(id)) {
            bail!(
                "{at}: the Rust name of `{id}` is taken; give it another `operationId` with an overlay"
            );
        }
    }
    Ok(())
}

/// Puts parameters and responses in the places of references to them, since what follows reads
/// operations only, and drops every response that is not a success.
///
/// Each operation declares three distinct error bodies, and the generator takes one. Without any, a
/// failed call keeps its status, headers and body together, which is what a typed error needs; a
/// merged schema would lose all three on the HTML page of a proxy.
pub(super) fn be_self_contained(document: &mut Value) {
    let whole = document.clone();
    let put_in_place = |node: &mut Value| {
        if let Some(target) = Contract(&whole).target(node) {
            *node = target.clone();
        }
    };
    for (_, operation) in schemas::operations_mut(document) {
        list_mut(operation.get_mut("parameters")).for_each(put_in_place);
        if let Some(Value::Object(responses)) = operation.get_mut("responses") {
            responses.retain(|status, _| status.starts_with('2'));
            responses.values_mut().for_each(put_in_place);
        }
    }
    if let Some(Value::Object(components)) = document.get_mut("components") {
        components.retain(|section, _| section == "schemas");
    }
}
