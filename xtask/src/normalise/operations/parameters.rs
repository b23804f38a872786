//! Parameters that the generator can write.

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::contract::Contract;
use crate::normalise::notes::Notes;
use crate::normalise::schemas::{self, Schema, text};

/// Headers that OpenAPI says are not parameters.
const NO_PARAMETERS: [&str; 3] = ["accept", "authorization", "content-type"];
const SCALARS: [&str; 4] = ["string", "integer", "number", "boolean"];
/// Keywords that say how a value is written.
const STYLE: [&str; 5] = [
    "content",
    "style",
    "explode",
    "allowReserved",
    "allowEmptyValue",
];

/// Leaves parameters as the generator knows them: in the path, the query or a header, each
/// a scalar, or in the query a list that repeats its name. What is written in another way
/// becomes text, which the caller writes.
pub(in crate::normalise) fn digestible_parameters(
    document: &mut Value,
    notes: &mut Notes,
) -> Result<()> {
    let whole = document.clone();
    for (at, operation) in schemas::operations_mut(document) {
        let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
        let Some(parameters) = parameters.as_array_mut() else {
            continue;
        };
        put_into_path(&at, parameters, notes);
        for parameter in parameters.iter_mut().filter_map(Value::as_object_mut) {
            let [place, name] = ["in", "name"].map(|keyword| text(parameter, keyword).to_owned());
            match place.as_str() {
                "path" => {
                    parameter.insert("required".into(), true.into());
                }
                "query" => {}
                "header" if !NO_PARAMETERS.contains(&name.to_lowercase().as_str()) => {}
                _ => bail!(
                    "{at}: the {place} parameter `{name}` cannot be sent; remove it with an overlay"
                ),
            }
            if !is_written_plainly(parameter, &place, Contract(&whole)) {
                notes.add(format!(
                    "{at}: the {place} parameter `{name}` is written in a way that the generator \
                     does not know; it is text in Rust, to be written by the caller"
                ));
                parameter.insert("schema".into(), json!({"type": "string"}));
            }
            parameter.retain(|keyword, _| !STYLE.contains(&keyword.as_str()));
            if let Some(Value::Object(schema)) = parameter.get_mut("schema") {
                // Null could only mean not to send it.
                schema.shift_remove("nullable");
            }
        }
    }
    Ok(())
}

/// Parameters and places in the path go together: the vendor has called one by another name.
fn put_into_path(at: &str, parameters: &mut Vec<Value>, notes: &mut Notes) {
    let places = || at.split('/').filter(|step| step.starts_with('{'));
    parameters.retain(|parameter| {
        let name = parameter["name"].as_str().unwrap_or_default();
        let is_sent =
            parameter["in"] != "path" || places().any(|place| place == format!("{{{name}}}"));
        if !is_sent {
            notes.add(format!(
                "{at}: its path has no `{name}`; the parameter is left out"
            ));
        }
        is_sent
    });
    for name in places().map(|place| place.trim_matches(['{', '}'])) {
        let is_it = |parameter: &Value| parameter["in"] == "path" && parameter["name"] == name;
        if !parameters.iter().any(is_it) {
            notes.add(format!(
                "{at}: nothing is said about `{{{name}}}`; it is text in Rust"
            ));
            parameters.push(json!({"in": "path", "name": name, "schema": {"type": "string"}}));
        }
    }
}

fn is_written_plainly(parameter: &Schema, place: &str, whole: Contract<'_>) -> bool {
    let style = if place == "query" { "form" } else { "simple" };
    let is_scalar = |schema: &Value| {
        let schema = whole.target(schema).unwrap_or(schema);
        SCALARS.iter().any(|kind| schema["type"] == *kind)
    };
    let Some(schema) = parameter.get("schema") else {
        return false;
    };
    let list = whole.target(schema).unwrap_or(schema);
    let is_repeated = place == "query"
        && list["type"] == "array"
        && parameter.get("explode") != Some(&Value::Bool(false))
        && list.get("items").is_some_and(is_scalar);
    parameter.get("style").is_none_or(|said| said == style) && (is_scalar(schema) || is_repeated)
}
