//! JSON Schemas of records, enumerations and times, with their descriptions.

use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use super::Id;
use super::field::FromJson;

/// The schema of a field of a record.
pub(super) trait FieldSchema {
    fn schema(generator: &mut SchemaGenerator) -> Schema;
}

impl<T: FromJson + JsonSchema> FieldSchema for Option<T> {
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Self>()
    }
}

impl FieldSchema for Option<Value> {
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Value>()
    }
}

impl FieldSchema for Id {
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Self>()
    }
}

impl<T: FromJson + JsonSchema> FieldSchema for Vec<T> {
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = generator.subschema_for::<Option<Vec<Option<T>>>>();
        schema.insert("default".to_owned(), serde_json::json!([]));
        schema
    }
}

impl FieldSchema for Option<Timestamp> {
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        time_or_null(generator)
    }
}

pub(crate) fn time(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "format": "date-time" })
}

pub(crate) fn time_or_null(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "null"], "format": "date-time" })
}

/// The schema of a record without its fields.
pub(super) fn record(doc: &[&str]) -> Schema {
    json_schema!({
        "type": "object",
        "description": plain(&doc.join("\n")),
        "properties": {},
        "additionalProperties": true,
    })
}

/// Adds a field to the schema of a record.
pub(super) fn property<T: FieldSchema>(
    record: &mut Schema,
    generator: &mut SchemaGenerator,
    name: &str,
    doc: &[&str],
) {
    let mut schema = T::schema(generator);
    schema.insert("description".to_owned(), plain(&doc.join("\n")).into());
    let properties = record.get_mut("properties").and_then(Value::as_object_mut);
    if let Some(properties) = properties {
        properties.insert(name.to_owned(), schema.into());
    }
}

/// A schema that names the known values and still admits every string: `enum` alone
/// would make validators refuse exactly the values that the type is open for, and
/// `examples` is ignored by the tools that offer completions or generate types.
pub(super) fn open_enum(doc: &[&str], known: &[&str]) -> Schema {
    let summary: Vec<_> = doc
        .iter()
        .map(|line| line.trim())
        .take_while(|line| !line.is_empty())
        .collect();
    json_schema!({
        "description": summary.join(" "),
        "anyOf": [
            { "type": "string", "enum": known },
            { "type": "string" },
        ],
    })
}

/// Makes descriptions fit for readers of a JSON Schema: they come from documentation comments,
/// whose examples and links only make sense in Rust. Keeps the first paragraph, as plain text.
pub(crate) fn plain_descriptions(schema: &mut Schema) {
    if let Some(object) = schema.as_object_mut() {
        object.values_mut().for_each(inside);
        describe(object);
    }
}

fn inside(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.values_mut().for_each(inside);
            describe(object);
        }
        Value::Array(list) => list.iter_mut().for_each(inside),
        _ => {}
    }
}

/// A property that is named `description` is an object, not text.
fn describe(object: &mut serde_json::Map<String, Value>) {
    if let Some(Value::String(text)) = object.get_mut("description") {
        *text = plain(text);
    }
}

/// The first paragraph of a documentation comment, as plain text.
fn plain(text: &str) -> String {
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let mut plain = String::new();
    let mut rest = paragraph;
    while let Some(start) = rest.find('[') {
        let (before, link) = rest.split_at(start);
        plain.push_str(before);
        let Some(end) = link.find(']') else { break };
        plain.push_str(&link[1..end]);
        rest = &link[end + 1..];
        if rest.starts_with('(')
            && let Some(end) = rest.find(')')
        {
            rest = &rest[end + 1..];
        }
    }
    plain.push_str(rest.trim_start_matches('['));
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn the_first_paragraph_without_links() {
        assert_eq!(
            plain("The id of\nan [item](super::Item), see [`Other`].\n\n```\nlet x = 1;\n```"),
            "The id of an item, see `Other`."
        );
        assert_eq!(plain("No links."), "No links.");
    }
}
