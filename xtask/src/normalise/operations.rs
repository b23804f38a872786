//! Operations that the generator can write.
//!
//! It panics on, or refuses the whole document for, what a single operation may bring. An
//! operation that cannot be written at all is left out, and a note says so: the others
//! are not its fault.

mod bodies;
mod parameters;

use std::collections::BTreeSet;

use serde_json::Value;

use super::names::field_name;
use super::notes::Notes;
use super::schemas::METHODS;

pub(crate) use bodies::MediaType;
pub(super) use bodies::{digestible_bodies, one_kind_of_success};
pub(super) use parameters::digestible_parameters;

/// The method that the generated client has of its own, and the types that the code of builders
/// names without a path: a builder is a type, too.
const TAKEN: [&str; 14] = [
    "new",
    "byte_stream",
    "error",
    "response_value",
    "client",
    "default",
    "from",
    "into",
    "option",
    "result",
    "string",
    "try_from",
    "try_into",
    "vec",
];

/// Gives every operation an id whose method name is its own.
pub(super) fn identify(document: &mut Value, notes: &mut Notes) {
    let mut taken: BTreeSet<String> = TAKEN.map(str::to_owned).into();
    each(document, |at, operation| {
        let said = operation.get("operationId").and_then(Value::as_str);
        let id = match said.filter(|id| !id.is_empty()) {
            Some(id) => id.to_owned(),
            None => {
                notes.add(format!("{at}: no operationId; it is named after its path"));
                at.to_owned()
            }
        };
        let mut free = id.clone();
        let mut n = 2;
        while !taken.insert(field_name(&free)) {
            free = format!("{id}{n}");
            n += 1;
        }
        if free != id {
            notes.add(format!(
                "{at}: the Rust name of `{id}` is taken; it is called `{free}`"
            ));
        }
        operation.insert("operationId".into(), free.into());
        true
    });
}

/// Puts the parameters of path items into their operations, and references in their
/// places: what follows reads operations only.
pub(super) fn put_parameters_in_place(document: &mut Value) {
    let components = document.pointer("/components/parameters").cloned();
    let resolved = |parameter: &Value| {
        let name = parameter
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|reference| reference.strip_prefix("#/components/parameters/"));
        match (name, &components) {
            (Some(name), Some(components)) => components.get(name).cloned(),
            _ => None,
        }
        .unwrap_or_else(|| parameter.clone())
    };
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (_, item) in paths.into_iter().flatten() {
        let Value::Object(item) = item else {
            continue;
        };
        let shared: Vec<Value> = match item.shift_remove("parameters") {
            Some(Value::Array(shared)) => shared.iter().map(resolved).collect(),
            _ => Vec::new(),
        };
        for (_, operation) in item
            .iter_mut()
            .filter(|(key, _)| METHODS.contains(&key.as_str()))
        {
            let Some(operation) = operation.as_object_mut() else {
                continue;
            };
            let mut own: Vec<Value> = match operation.get("parameters") {
                Some(Value::Array(own)) => own.iter().map(resolved).collect(),
                _ => Vec::new(),
            };
            let key = |parameter: &Value| (parameter["in"].clone(), parameter["name"].clone());
            let overruled: Vec<_> = own.iter().map(key).collect();
            own.extend(
                shared
                    .iter()
                    .filter(|parameter| !overruled.contains(&key(parameter)))
                    .cloned(),
            );
            if !own.is_empty() {
                operation.insert("parameters".into(), own.into());
            }
        }
    }
    if let Some(Value::Object(components)) = document.get_mut("components") {
        components.shift_remove("parameters");
    }
}

/// Drops what has nothing to do with requests and answers, and which a reader of OpenAPI
/// might stumble over: security schemes, servers, the vendor's own keywords for them.
pub(super) fn drop_surroundings(document: &mut Value) {
    if let Some(document) = document.as_object_mut() {
        for keyword in ["security", "servers"] {
            document.shift_remove(keyword);
        }
    }
    if let Some(Value::Object(components)) = document.get_mut("components") {
        components.shift_remove("securitySchemes");
    }
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (_, item) in paths.into_iter().flatten() {
        if let Value::Object(item) = item {
            item.shift_remove("servers");
        }
    }
    each(document, |_, operation| {
        for keyword in ["security", "servers"] {
            operation.shift_remove(keyword);
        }
        true
    });
}

/// Calls `visit` for every operation with its method and path. Operations for which it
/// answers no are taken out.
fn each(
    document: &mut Value,
    mut visit: impl FnMut(&str, &mut serde_json::Map<String, Value>) -> bool,
) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        let Value::Object(item) = item else {
            continue;
        };
        item.retain(|method, operation| {
            let at = format!("{} {path}", method.to_uppercase());
            match operation.as_object_mut() {
                Some(operation) if METHODS.contains(&method.as_str()) => visit(&at, operation),
                _ => true,
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_operation_has_an_id_of_its_own() {
        let mut document = json!({"paths": {
            "/a": {"get": {"operationId": "getA"}, "put": {}},
            "/b": {"get": {"operationId": "get_a"}},
        }});
        let mut notes = Notes::default();
        identify(&mut document, &mut notes);
        assert_eq!(document["paths"]["/a"]["put"]["operationId"], "PUT /a");
        assert_eq!(document["paths"]["/b"]["get"]["operationId"], "get_a2");
        insta::assert_snapshot!(notes.lines().join("\n"), @r"
        PUT /a: no operationId; it is named after its path
        GET /b: the Rust name of `get_a` is taken; it is called `get_a2`
        ");
    }

    #[test]
    fn no_operation_takes_a_name_that_generated_code_means_by_something_else() {
        let mut document = json!({"paths": {
            "/a": {"get": {"operationId": "new"}},
            "/b": {"get": {"operationId": "Result"}},
            "/c": {"get": {"operationId": "exec"}},
        }});
        let mut notes = Notes::default();
        identify(&mut document, &mut notes);
        assert_eq!(document["paths"]["/a"]["get"]["operationId"], "new2");
        assert_eq!(document["paths"]["/b"]["get"]["operationId"], "Result2");
        assert_eq!(document["paths"]["/c"]["get"]["operationId"], "exec");
        assert_eq!(notes.lines().len(), 2);
    }

    #[test]
    fn parameters_stand_in_their_operations() {
        let mut document = json!({
            "paths": {"/a": {
                "parameters": [{"$ref": "#/components/parameters/id"}, {"in": "query", "name": "b"}],
                "get": {"parameters": [{"in": "query", "name": "b", "required": true}]},
                "put": {},
            }},
            "components": {"parameters": {"id": {"in": "path", "name": "id"}}},
        });
        put_parameters_in_place(&mut document);
        let id = json!({"in": "path", "name": "id"});
        assert_eq!(
            document,
            json!({
                "paths": {"/a": {
                    "get": {"parameters": [{"in": "query", "name": "b", "required": true}, id]},
                    "put": {"parameters": [id, {"in": "query", "name": "b"}]},
                }},
                "components": {},
            })
        );
    }
}
