//! Names of parameters.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use serde_json::Value;

use super::{field_name, type_name};
use crate::normalise::schemas::{self, list_mut, text};

/// The extension by which an overlay spells a parameter right.
const RUST_NAME: &str = "x-rust-name";

/// Methods of a builder, and variables where it sends the request.
const TAKEN: [&str; 8] = [
    "new",
    "send",
    "body",
    "header_map",
    "info",
    "value",
    "url_path",
    "client",
];

/// A parameter that is spelled one way in Rust and another on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rename {
    /// The builder of its operation, in the case of Rust types.
    pub(crate) builder: String,
    /// The name that the generator was given.
    pub(crate) rust: String,
    /// The name that the service knows.
    pub(crate) wire: String,
}

/// Gives parameters the name that an overlay set as `x-rust-name`. The generator derives the Rust
/// name from the wire name and knows no other way; it puts the wire name back with the list that
/// this returns. Refuses names that would clash in a builder.
pub(in crate::normalise) fn name_parameters(document: &mut Value) -> Result<Vec<Rename>> {
    let mut renames = Vec::new();
    for (at, operation) in schemas::operations_mut(document) {
        let builder = type_name(text(operation, "operationId"));
        let mut taken: BTreeSet<String> = TAKEN.map(str::to_owned).into();
        let parameters = list_mut(operation.get_mut("parameters"));
        for parameter in parameters.filter_map(Value::as_object_mut) {
            let said = parameter.shift_remove(RUST_NAME);
            let wire = text(parameter, "name").to_owned();
            let rust = match said {
                None => wire.clone(),
                Some(Value::String(rust)) if text(parameter, "in") == "query" => rust,
                Some(said) => bail!(
                    "{at}: `{RUST_NAME}` is a name for a query parameter; `{wire}` is not one, or {said} \
                     is not a name"
                ),
            };
            if !taken.insert(field_name(&rust)) {
                bail!(
                    "{at}: the Rust name of `{wire}` is taken; give it another as `{RUST_NAME}` in an overlay"
                );
            }
            if rust != wire {
                parameter.insert("name".into(), rust.clone().into());
                renames.push(Rename {
                    builder: builder.clone(),
                    rust,
                    wire,
                });
            }
        }
    }
    Ok(renames)
}
