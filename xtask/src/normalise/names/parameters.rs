//! Names of parameters.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use serde_json::Value;

use super::{field_name, type_name};
use crate::normalise::schemas::{METHODS, Schema};

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

/// Gives parameters the name that an overlay set as `x-rust-name`, and those that would
/// clash in a builder another one. The generator derives the Rust name from the wire name
/// and knows no other way; it puts the wire name back with the list that this returns.
pub(in crate::normalise) fn name_parameters(document: &mut Value) -> Result<Vec<Rename>> {
    let mut renames = Vec::new();
    let Some(Value::Object(paths)) = document.get_mut("paths") else {
        return Ok(renames);
    };
    let mut renamed = serde_json::Map::new();
    for (path, mut item) in std::mem::take(paths) {
        let mut new_path = path.clone();
        if let Value::Object(item) = &mut item {
            for (_, operation) in item
                .iter_mut()
                .filter(|(key, _)| METHODS.contains(&key.as_str()))
            {
                if let Value::Object(operation) = operation {
                    name_those_of(operation, &mut new_path, &mut renames)?;
                }
            }
        }
        renamed.insert(new_path, item);
    }
    *paths = renamed;
    Ok(renames)
}

fn name_those_of(
    operation: &mut Schema,
    path: &mut String,
    renames: &mut Vec<Rename>,
) -> Result<()> {
    let builder = operation
        .get("operationId")
        .and_then(Value::as_str)
        .map(type_name)
        .unwrap_or_default();
    let mut taken: BTreeSet<String> = TAKEN.map(str::to_owned).into();
    let parameters = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        let Value::Object(parameter) = parameter else {
            continue;
        };
        let said = parameter.shift_remove(RUST_NAME);
        let text = |keyword: &str| parameter.get(keyword).and_then(Value::as_str);
        let (Some(place), Some(wire)) = (text("in"), text("name")) else {
            bail!("a parameter of `{builder}` has no `in` or no `name`");
        };
        let (place, wire) = (place.to_owned(), wire.to_owned());
        let rust = match said {
            None => free(&wire, &mut taken),
            Some(Value::String(rust)) if place == "query" => {
                taken.insert(field_name(&rust));
                rust
            }
            Some(Value::String(_)) => {
                bail!("`{RUST_NAME}` is for query parameters; `{wire}` of `{builder}` is none")
            }
            Some(_) => bail!("`{RUST_NAME}` of a parameter of `{builder}` is not text"),
        };
        if rust == wire {
            continue;
        }
        parameter.insert("name".into(), rust.clone().into());
        if place == "path" {
            // In a path, the name never leaves the client.
            *path = path.replace(&format!("{{{wire}}}"), &format!("{{{rust}}}"));
        } else {
            renames.push(Rename {
                builder: builder.clone(),
                rust,
                wire,
            });
        }
    }
    Ok(())
}

/// The name itself, or one whose field is free.
fn free(wire: &str, taken: &mut BTreeSet<String>) -> String {
    if taken.insert(field_name(wire)) {
        return wire.to_owned();
    }
    (2..)
        .map(|n: u32| format!("{}-{n}", field_name(wire)))
        .find(|name| taken.insert(field_name(name)))
        .unwrap_or_else(|| wire.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document(path: &str, parameters: Value) -> Value {
        json!({"paths": {path: {"get": {"operationId": "listThings", "parameters": parameters}}}})
    }

    #[test]
    fn the_generator_sees_the_right_spelling_and_the_wire_name_is_remembered() {
        let mut document = document(
            "/a",
            json!([{"in": "query", "name": "nmae", "x-rust-name": "name"}]),
        );
        let renames = name_parameters(&mut document).unwrap();
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
        let mut document = document(
            "/a/{b}",
            json!([{"in": "path", "name": "b", "x-rust-name": "c"}]),
        );
        assert!(name_parameters(&mut document).is_err());
    }

    #[test]
    fn parameters_that_would_clash_get_names_of_their_own() {
        let mut document = document(
            "/a/{send}",
            json!([
                {"in": "path", "name": "send"},
                {"in": "query", "name": "a-b"},
                {"in": "header", "name": "a_b"},
            ]),
        );
        let renames = name_parameters(&mut document).unwrap();
        assert_eq!(renames.len(), 1);
        assert_eq!(
            (renames[0].rust.as_str(), renames[0].wire.as_str()),
            ("a_b-2", "a_b")
        );
        assert!(document["paths"].get("/a/{send-2}").is_some());
    }
}
