//! Names in Rust that differ from the wire.

use anyhow::{Result, bail};
use serde_json::Value;

use super::{enums::pascal_case, schemas};

/// The extension by which an overlay spells a parameter right.
const RUST_NAME: &str = "x-rust-name";

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

/// Gives parameters the name that an overlay set as `x-rust-name`. The generator derives
/// the Rust name from the wire name and knows no other way; it puts the wire name back
/// with the list that this returns.
pub(super) fn apply_rust_names(document: &mut Value) -> Result<Vec<Rename>> {
    let mut renames = Vec::new();
    for operation in schemas::operations_mut(document) {
        let builder = operation
            .get("operationId")
            .and_then(Value::as_str)
            .map(pascal_case)
            .unwrap_or_default();
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for parameter in parameters
            .into_iter()
            .flatten()
            .filter_map(Value::as_object_mut)
        {
            let Some(rust) = parameter.shift_remove(RUST_NAME) else {
                continue;
            };
            let (Some(rust), Some(wire)) =
                (rust.as_str(), parameter.get("name").and_then(Value::as_str))
            else {
                bail!("`{RUST_NAME}` of a parameter of `{builder}` is not text");
            };
            if parameter.get("in") != Some(&Value::from("query")) {
                bail!("`{RUST_NAME}` is for query parameters; `{wire}` of `{builder}` is none");
            }
            let rename = Rename {
                builder: builder.clone(),
                rust: rust.to_owned(),
                wire: wire.to_owned(),
            };
            parameter.insert("name".into(), rust.into());
            renames.push(rename);
        }
    }
    Ok(renames)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_generator_sees_the_right_spelling_and_the_wire_name_is_remembered() {
        let mut document = json!({"paths": {"/a": {"get": {
            "operationId": "listThings",
            "parameters": [{"in": "query", "name": "nmae", "x-rust-name": "name"}],
        }}}});
        let renames = apply_rust_names(&mut document).unwrap();
        let expected = Rename {
            builder: "ListThings".into(),
            rust: "name".into(),
            wire: "nmae".into(),
        };
        assert_eq!(renames, [expected]);
        assert_eq!(
            document["paths"]["/a"]["get"]["parameters"][0],
            json!({"in": "query", "name": "name"})
        );
    }

    #[test]
    fn only_query_parameters_can_be_renamed() {
        let mut document = json!({"paths": {"/a/{b}": {"get": {
            "operationId": "getThing",
            "parameters": [{"in": "path", "name": "b", "x-rust-name": "c"}],
        }}}});
        assert!(apply_rust_names(&mut document).is_err());
    }
}
