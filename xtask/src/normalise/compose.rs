//! Schemas made of other schemas.

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use super::schemas::{self, Schema};

/// Merges every `allOf` into one plain object.
///
/// The generator would embed the members as fields named after their position, a shape
/// that no JSON has.
pub(super) fn flatten_all_of(document: &mut Value) -> Result<()> {
    let components = component_schemas(document);
    let mut outcome = Ok(());
    schemas::visit_all(document, &mut |schema| {
        if outcome.is_ok() && schema.contains_key("allOf") {
            outcome = merged(schema, &components, 0).map(|flat| *schema = flat);
        }
    });
    outcome
}

/// `allOf` may name a component that has an `allOf` of its own, to any depth but not
/// in a circle.
const MAX_DEPTH: usize = 16;

fn merged(schema: &Schema, components: &Schema, depth: usize) -> Result<Schema> {
    if depth > MAX_DEPTH {
        bail!("an `allOf` refers to itself, directly or through other schemas");
    }
    let mut flat = schema.clone();
    let Some(Value::Array(members)) = flat.shift_remove("allOf") else {
        return Ok(flat);
    };
    for member in members {
        let Value::Object(member) = member else {
            bail!("a member of `allOf` is not a schema: {member}");
        };
        let member = match schemas::reference(&member) {
            Some(name) => components
                .get(name)
                .and_then(Value::as_object)
                .with_context(|| format!("`allOf` refers to `{name}`, which no component is"))?
                .clone(),
            None => member,
        };
        absorb(&mut flat, merged(&member, components, depth + 1)?)?;
    }
    Ok(flat)
}

fn absorb(flat: &mut Schema, member: Schema) -> Result<()> {
    for (key, value) in member {
        match (flat.get_mut(&key), value) {
            (None, value) => {
                flat.insert(key, value);
            }
            (Some(Value::Object(ours)), Value::Object(theirs)) if key == "properties" => {
                for (name, property) in theirs {
                    match ours.get(&name) {
                        Some(ours) if *ours != property => {
                            bail!("two members of `allOf` disagree about the property `{name}`")
                        }
                        _ => ours.insert(name, property),
                    };
                }
            }
            (Some(Value::Array(ours)), Value::Array(theirs)) if key == "required" => {
                ours.extend(theirs);
            }
            (Some(ours), theirs) if *ours == theirs => {}
            // What the outer schema says of itself wins over what a member says.
            (Some(_), _) if key == "description" => {}
            (Some(ours), theirs) => {
                bail!("two members of `allOf` disagree about `{key}`: {ours} and {theirs}")
            }
        }
    }
    Ok(())
}

/// Puts each component that is a plain list in the places that refer to it.
///
/// As a component it becomes a newtype around a `Vec`, which every caller would have to
/// unwrap, and which cannot be made to accept a null.
pub(super) fn inline_array_aliases(document: &mut Value) -> Result<()> {
    let aliases: Schema = component_schemas(document)
        .into_iter()
        .filter(|(_, schema)| schema.get("type") == Some(&Value::from("array")))
        .collect();
    let mut outcome = Ok(());
    schemas::visit_all(document, &mut |schema| {
        let mut depth = 0;
        while let Some(Value::Object(list)) =
            schemas::reference(schema).and_then(|name| aliases.get(name))
        {
            depth += 1;
            if depth > MAX_DEPTH {
                outcome = Err(anyhow::anyhow!("a list is an alias of itself"));
                return;
            }
            let beside = std::mem::replace(schema, list.clone());
            schema.extend(beside.into_iter().filter(|(key, _)| key != "$ref"));
        }
    });
    if let Some(Value::Object(components)) = document.pointer_mut("/components/schemas") {
        components.retain(|name, _| !aliases.contains_key(name));
    }
    outcome
}

fn component_schemas(document: &Value) -> Map<String, Value> {
    document
        .pointer("/components/schemas")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schemas(schemas: Value) -> Value {
        json!({"components": {"schemas": schemas}})
    }

    #[test]
    fn all_of_becomes_one_object() {
        let mut document = schemas(json!({
            "Base": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
            "Middle": {"allOf": [{"$ref": "#/components/schemas/Base"}]},
            "Whole": {"type": "object", "allOf": [
                {"$ref": "#/components/schemas/Middle"},
                {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
            ]},
        }));
        flatten_all_of(&mut document).unwrap();
        assert_eq!(
            document["components"]["schemas"]["Whole"],
            json!({
                "type": "object",
                "required": ["id", "name"],
                "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
            })
        );
    }

    #[test]
    fn members_that_disagree_are_refused() {
        let mut document = schemas(json!({
            "Whole": {"allOf": [
                {"properties": {"id": {"type": "string"}}},
                {"properties": {"id": {"type": "integer"}}},
            ]},
        }));
        let error = flatten_all_of(&mut document).unwrap_err();
        assert!(error.to_string().contains("property `id`"), "{error}");
    }

    #[test]
    fn an_all_of_without_an_end_is_refused() {
        let mut document = schemas(json!({
            "Snake": {"allOf": [{"$ref": "#/components/schemas/Snake"}]},
        }));
        let error = flatten_all_of(&mut document).unwrap_err();
        assert!(error.to_string().contains("refers to itself"), "{error}");
    }

    #[test]
    fn a_list_stands_where_its_alias_stood() {
        let mut document = schemas(json!({
            "Names": {"type": "array", "items": {"type": "string"}},
            "Owner": {"type": "object", "properties": {
                "names": {"$ref": "#/components/schemas/Names", "nullable": true},
            }},
        }));
        inline_array_aliases(&mut document).unwrap();
        assert_eq!(
            document,
            schemas(json!({
                "Owner": {"type": "object", "properties": {
                    "names": {"type": "array", "items": {"type": "string"}, "nullable": true},
                }},
            }))
        );
    }
}
