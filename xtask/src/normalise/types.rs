//! Types that the generator knows.

use anyhow::{Result, bail};
use serde_json::Value;

use super::schemas::{self, Schema};

const KNOWN: [&str; 6] = ["string", "integer", "number", "boolean", "array", "object"];

/// Says the type where it is only meant, and drops what does not go with it. Refuses a type that
/// OpenAPI 3.0 does not have: the generator panics on it.
pub(super) fn say_types(document: &mut Value) -> Result<()> {
    schemas::visit_places(document, &mut |place, schema| {
        // Words for people, from which the generator would name types.
        schema.shift_remove("title");
        // What a value must not be, and how shapes are distinguished, has no place in a type.
        schema.shift_remove("not");
        schema.shift_remove("discriminator");
        if schema.contains_key("$ref") {
            return Ok(());
        }
        match schema.get("type").and_then(Value::as_str) {
            Some(kind) if KNOWN.contains(&kind) => {}
            None => {
                if let Some(meant) = meant(schema) {
                    schema.insert("type".into(), meant.into());
                }
            }
            Some(unknown) => bail!(
                "{place}: OpenAPI 3.0 has no type `{unknown}`; remove it with an overlay, and it is \
                 a JSON value"
            ),
        }
        let kind = schema
            .get("type")
            .and_then(Value::as_str)
            .map(str::to_owned);
        let of = |wanted: &str| kind.as_deref() == Some(wanted);
        if !of("object") {
            for keyword in ["properties", "required", "additionalProperties"] {
                schema.shift_remove(keyword);
            }
        }
        if !of("array") {
            schema.shift_remove("items");
        }
        Ok(())
    })
}

fn meant(schema: &Schema) -> Option<&'static str> {
    if schema.contains_key("properties") || schema.contains_key("additionalProperties") {
        return Some("object");
    }
    if schema.contains_key("items") {
        return Some("array");
    }
    let values = schema.get("enum")?.as_array()?;
    let is_text = |value: &Value| value.is_string() || value.is_null();
    (!values.is_empty() && values.iter().all(is_text)).then_some("string")
}
