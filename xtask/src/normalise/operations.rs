//! Operations that the generator can write. It panics on, or refuses the whole document for, what a
//! single operation may bring: that is refused here, with the way out.

mod bodies;
mod parameters;

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::names::field_name;
use super::schemas;

pub(crate) use bodies::MEDIA_TYPE;
pub(super) use bodies::{digestible_bodies, one_kind_of_success};
pub(super) use parameters::digestible_parameters;

/// The method that the generated client has of its own, and the types that the code of builders
/// names without a path: a builder is a type, too.
const TAKEN: [&str; 14] = [
    "new",
    "byte_stream",
    "error",
    "response_value",
    "client",
    "default",
    "from",
    "into",
    "option",
    "result",
    "string",
    "try_from",
    "try_into",
    "vec",
];

/// Refuses operations without a method name of their own.
pub(super) fn have_names(document: &mut Value) -> Result<()> {
    let mut taken: BTreeSet<String> = TAKEN.map(str::to_owned).into();
    for (at, operation) in schemas::operations_mut(document) {
        let id = operation.get("operationId").and_then(Value::as_str);
        let id = id.with_context(|| format!("{at} has no `operationId`"))?;
        if !taken.insert(field_name(id)) {
            bail!(
                "{at}: the Rust name of `{id}` is taken; give it another `operationId` with an overlay"
            );
        }
    }
    Ok(())
}

/// Puts parameters in the places of references to them: what follows reads operations only.
pub(super) fn put_parameters_in_place(document: &mut Value) {
    let components = schemas::take_components(document, "parameters");
    for (_, operation) in schemas::operations_mut(document) {
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            schemas::put_in_place(parameter, &components);
        }
    }
}

/// Drops what has nothing to do with requests and responses, and which a reader of OpenAPI might
/// stumble over: security schemes and servers.
pub(super) fn drop_surroundings(document: &mut Value) {
    if let Some(Value::Object(components)) = document.get_mut("components") {
        components.shift_remove("securitySchemes");
    }
    for keyword in ["security", "servers"] {
        for (_, operation) in schemas::operations_mut(document) {
            operation.shift_remove(keyword);
        }
        if let Some(document) = document.as_object_mut() {
            document.shift_remove(keyword);
        }
    }
}
