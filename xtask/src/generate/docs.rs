//! Every operation and schema of the generated client says what it is.

use anyhow::{Result, bail};
use serde_json::Value;

/// Refuses a contract with an operation or a component that no overlay describes.
///
/// This is how a maintainer learns what a release added.
pub(super) fn require(document: &Value) -> Result<()> {
    let mut missing = Vec::new();
    let paths = document.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if operation.get("operationId").is_some() && operation.get("summary").is_none() {
                missing.push(format!("$.paths['{path}'].{method} (summary)"));
            }
        }
    }
    let schemas = document
        .pointer("/components/schemas")
        .and_then(Value::as_object);
    for (name, schema) in schemas.into_iter().flatten() {
        // A list is put in the places that refer to it and has no type of its own.
        if schema.get("description").is_none() && schema["type"] != "array" {
            missing.push(format!("$.components.schemas.{name} (description)"));
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    bail!(
        "these have no sentence of documentation; add an action for each to the version's docs \
         overlay:\n  {}",
        missing.join("\n  ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_lacks_a_sentence_is_named() {
        let document = json!({
            "paths": {"/a": {"get": {"operationId": "getA"}}},
            "components": {"schemas": {
                "B": {"type": "object"},
                "C": {"type": "object", "description": "Described."},
                "D": {"type": "array"},
            }},
        });
        insta::assert_snapshot!(require(&document).unwrap_err(), @r"
        these have no sentence of documentation; add an action for each to the version's docs overlay:
          $.paths['/a'].get (summary)
          $.components.schemas.B (description)
        ");
    }
}
