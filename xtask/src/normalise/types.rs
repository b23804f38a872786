//! Types that the generator knows.

use serde_json::Value;

use super::notes::Notes;
use super::schemas::{self, Schema};

const KNOWN: [&str; 6] = ["string", "integer", "number", "boolean", "array", "object"];

/// Says the type where it is only meant, drops what does not go with it, and lets a value
/// of a type that OpenAPI 3.0 does not have be anything.
///
/// The generator panics on a type that it does not know.
pub(super) fn say_types(document: &mut Value, notes: &mut Notes) {
    schemas::visit_places(document, &mut |place, schema| {
        // Words for people, from which the generator would name types.
        schema.shift_remove("title");
        // What a value must not be, and how shapes are distinguished, has no place in a type.
        schema.shift_remove("not");
        schema.shift_remove("discriminator");
        if schema.contains_key("$ref") {
            return;
        }
        match schema.get("type").and_then(Value::as_str) {
            Some(kind) if KNOWN.contains(&kind) => {}
            _ => {
                if let Some(unknown) = schema.shift_remove("type") {
                    notes.add(format!(
                        "{place}: OpenAPI 3.0 has no type {unknown}; it is a JSON value in Rust"
                    ));
                }
                if let Some(meant) = meant(schema) {
                    schema.insert("type".into(), meant.into());
                }
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
    });
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn types_that_are_meant_are_said() {
        let mut document = json!({"components": {"schemas": {
            "A": {"properties": {"x": {"enum": ["B", null]}, "y": {"items": {}}}},
            "B": {"type": "file", "title": "B"},
            "C": {"type": "string", "properties": {"x": {}}, "items": {}},
            "D": {"enum": [1, 2], "not": {}},
            "E": {"$ref": "#/components/schemas/A"},
        }}});
        let mut notes = Notes::default();
        say_types(&mut document, &mut notes);
        assert_eq!(
            document["components"]["schemas"],
            json!({
                "A": {"type": "object", "properties": {
                    "x": {"enum": ["B", null], "type": "string"},
                    "y": {"items": {}, "type": "array"},
                }},
                "B": {},
                "C": {"type": "string"},
                "D": {"enum": [1, 2]},
                "E": {"$ref": "#/components/schemas/A"},
            })
        );
        assert_eq!(
            notes.lines(),
            [
                "#/components/schemas/B: OpenAPI 3.0 has no type \"file\"; it is a JSON value in Rust"
            ]
        );
    }
}
