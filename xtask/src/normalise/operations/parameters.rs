//! Parameters that the generator can write.

use serde_json::{Map, Value, json};

use super::each;
use crate::normalise::notes::Notes;
use crate::normalise::schemas;

/// Headers that OpenAPI says are no parameters.
const NO_PARAMETERS: [&str; 3] = ["accept", "authorization", "content-type"];
const SCALARS: [&str; 4] = ["string", "integer", "number", "boolean"];

/// Leaves parameters as the generator knows them: in the path, the query or a header, each
/// a scalar, or in the query a list that repeats its name. What is written in another way
/// becomes text, which the caller writes. Parameters and places in the path go together.
pub(in crate::normalise) fn digestible_parameters(document: &mut Value, notes: &mut Notes) {
    let components = schemas::components(document).cloned().unwrap_or_default();
    each(document, |at, operation| {
        let parameters = match operation.shift_remove("parameters") {
            Some(Value::Array(parameters)) => parameters,
            _ => Vec::new(),
        };
        let path = at.split_once(' ').map_or("", |(_, path)| path);
        let mut kept: Vec<Value> = Vec::new();
        for parameter in parameters {
            let Value::Object(mut parameter) = parameter else {
                continue;
            };
            let text = |keyword: &str| parameter.get(keyword).and_then(Value::as_str);
            let (Some(place), Some(name)) = (text("in"), text("name")) else {
                notes.add(format!(
                    "{at}: a parameter has no `in` or no `name`; it is left out"
                ));
                continue;
            };
            let (place, name) = (place.to_owned(), name.to_owned());
            let is_sent = match place.as_str() {
                "path" => path.contains(&format!("{{{name}}}")),
                "query" => true,
                "header" => !NO_PARAMETERS.contains(&name.to_lowercase().as_str()),
                _ => false,
            };
            if !is_sent {
                notes.add(format!(
                    "{at}: the {place} parameter `{name}` cannot be sent; it is left out"
                ));
                continue;
            }
            if place == "path" {
                parameter.insert("required".into(), true.into());
            }
            if !is_written_plainly(&parameter, &place, &components) {
                notes.add(format!(
                    "{at}: the {place} parameter `{name}` is written in a way that the generator \
                     does not know; it is text in Rust, to be written by the caller"
                ));
                parameter.insert("schema".into(), json!({"type": "string"}));
            }
            for keyword in [
                "content",
                "style",
                "explode",
                "allowReserved",
                "allowEmptyValue",
            ] {
                parameter.shift_remove(keyword);
            }
            if let Some(Value::Object(schema)) = parameter.get_mut("schema") {
                // Not to send it is all that null could mean.
                schema.shift_remove("nullable");
            }
            kept.push(parameter.into());
        }
        for name in names_in(path) {
            let is_there = kept
                .iter()
                .any(|parameter| parameter["in"] == "path" && parameter["name"] == name);
            if !is_there {
                notes.add(format!(
                    "{at}: nothing is said about `{{{name}}}`; it is text in Rust"
                ));
                kept.push(json!({
                    "in": "path", "name": name, "required": true, "schema": {"type": "string"},
                }));
            }
        }
        if !kept.is_empty() {
            operation.insert("parameters".into(), kept.into());
        }
        true
    });
}

fn is_written_plainly(
    parameter: &Map<String, Value>,
    place: &str,
    components: &Map<String, Value>,
) -> bool {
    let style = match place {
        "query" => "form",
        _ => "simple",
    };
    if parameter.get("style").is_some_and(|said| said != style) {
        return false;
    }
    let Some(schema) = parameter.get("schema") else {
        return false;
    };
    let is_scalar = |schema: &Value| {
        let kind = resolved(schema, components)
            .get("type")
            .and_then(Value::as_str);
        kind.is_some_and(|kind| SCALARS.contains(&kind))
    };
    if is_scalar(schema) {
        return true;
    }
    let schema = resolved(schema, components);
    place == "query"
        && schema.get("type").is_some_and(|kind| kind == "array")
        && parameter.get("explode") != Some(&Value::Bool(false))
        && schema.get("items").is_some_and(is_scalar)
}

fn resolved<'a>(schema: &'a Value, components: &'a Map<String, Value>) -> &'a Value {
    let name = schema.as_object().and_then(schemas::reference);
    name.and_then(|name| components.get(name)).unwrap_or(schema)
}

/// The names of a path's places.
fn names_in(path: &str) -> Vec<String> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_plain_or_text() {
        let list = json!({"type": "array", "items": {"type": "string"}});
        let mut document = json!({
            "paths": {"/a/{id}/{other}": {"get": {"parameters": [
                {"in": "path", "name": "id", "schema": {"type": "string", "nullable": true}},
                {"in": "path", "name": "gone", "schema": {"type": "string"}},
                {"in": "query", "name": "list", "explode": true, "schema": list},
                {"in": "query", "name": "joined", "explode": false, "schema": list},
                {"in": "query", "name": "phase", "schema": {"$ref": "#/components/schemas/Phase"}},
                {"in": "query", "name": "deep", "style": "deepObject", "schema": {"type": "object"}},
                {"in": "query", "name": "json", "content": {"application/json": {"schema": {}}}},
                {"in": "header", "name": "X-List", "schema": list},
                {"in": "header", "name": "Accept", "schema": {"type": "string"}},
                {"in": "cookie", "name": "session", "schema": {"type": "string"}},
            ]}}},
            "components": {"schemas": {"Phase": {"type": "string"}}},
        });
        let mut notes = Notes::default();
        digestible_parameters(&mut document, &mut notes);
        let text = json!({"type": "string"});
        assert_eq!(
            document["paths"]["/a/{id}/{other}"]["get"]["parameters"],
            json!([
                {"in": "path", "name": "id", "schema": text, "required": true},
                {"in": "query", "name": "list", "schema": list},
                {"in": "query", "name": "joined", "schema": text},
                {"in": "query", "name": "phase", "schema": {"$ref": "#/components/schemas/Phase"}},
                {"in": "query", "name": "deep", "schema": text},
                {"in": "query", "name": "json", "schema": text},
                {"in": "header", "name": "X-List", "schema": text},
                {"in": "path", "name": "other", "required": true, "schema": text},
            ])
        );
        insta::assert_snapshot!(notes.lines().join("\n"));
    }
}
