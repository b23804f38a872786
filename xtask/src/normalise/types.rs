//! Types that the generator knows.

use anyhow::Result;
use serde_json::Value;

use super::notes::Notes;
use super::schemas::{self, Schema};

const KNOWN: [&str; 6] = ["string", "integer", "number", "boolean", "array", "object"];

/// Adds a type that is only implied, drops keywords that do not belong to it, and lets a value of a
/// type that OpenAPI 3.0 does not have be anything: the generator panics on it.
pub(super) fn say_types(document: &mut Value, notes: &mut Notes) -> Result<()> {
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
            Some(unknown) => {
                notes.add(format!(
                    "{place}: OpenAPI 3.0 has no type `{unknown}`; it is a JSON value in Rust"
                ));
                schema.shift_remove("type");
            }
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
