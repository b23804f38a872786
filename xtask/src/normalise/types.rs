//! Types that the generator knows.

use anyhow::Result;
use serde_json::{Value, json};

use super::notes::Notes;
use super::schemas::{self, Schema, text};

const KNOWN: [&str; 6] = ["string", "integer", "number", "boolean", "array", "object"];

/// Adds a type that is only implied, drops keywords that do not belong to it, and lets a value of a
/// type that OpenAPI 3.0 does not have be anything: the generator panics on it.
pub(super) fn say_types(document: &mut Value, notes: &mut Notes) -> Result<()> {
    schemas::visit_places(document, &mut |place, schema| {
        if schema.contains_key("$ref") {
            return Ok(());
        }
        let kind = match text(schema, "type") {
            "" => meant(schema).unwrap_or_default().to_owned(),
            kind => kind.to_owned(),
        };
        if KNOWN.contains(&kind.as_str()) {
            schema.insert("type".into(), kind.clone().into());
        } else if !kind.is_empty() {
            notes.add(format!(
                "{place}: OpenAPI 3.0 has no type `{kind}`; it is a JSON value in Rust"
            ));
            schema.shift_remove("type");
        }
        schema.retain(|keyword, value| match keyword.as_str() {
            "properties" | "required" => kind == "object",
            // Values of one type cannot be had with the map that keeps the order of keys, and an
            // object that refuses what it does not know would break on the next release.
            "additionalProperties" => {
                if value.is_object() {
                    *value = json!({});
                }
                kind == "object" && *value != false
            }
            "items" => kind == "array",
            // Words for people, from which the generator would name types. What a value must not
            // be, and how shapes are distinguished, has no place in a type.
            "title" | "not" | "discriminator" => false,
            _ => true,
        });
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
