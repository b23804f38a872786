//! Names of parameters.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use serde_json::Value;

use super::field_name;
use crate::normalise::schemas::{self, list_mut, text};

/// The extension by which an overlay spells a parameter right.
const RUST_NAME: &str = "x-rust-name";

/// In a parameter that has another name in Rust, by [`name_parameters`]: the one on the wire.
pub(crate) const WIRE_NAME: &str = "x-wire-name";

/// Methods of a builder, and variables where it builds the request.
const TAKEN: [&str; 6] = ["new", "request", "send", "body", "client", "url"];

/// Gives parameters the name that an overlay set as `x-rust-name`: the generator derives the Rust
/// name from the wire name and knows no other way. Refuses names that would clash in a builder.
pub(in crate::normalise) fn name_parameters(document: &mut Value) -> Result<()> {
    for (at, operation) in schemas::operations_mut(document) {
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
                parameter.insert("name".into(), rust.into());
                parameter.insert(WIRE_NAME.into(), wire.into());
            }
        }
    }
    Ok(())
}
