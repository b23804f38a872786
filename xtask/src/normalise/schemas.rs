//! Walks over the schemas of an OpenAPI document.

use serde_json::{Map, Value};

/// The methods of a path item that hold an operation.
pub(super) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// What a schema object is, in this module's signatures.
pub(super) type Schema = Map<String, Value>;

/// Calls `visit` for every schema of the document, parents before their children,
/// wherever it stands: components, parameters, request bodies, responses.
pub(super) fn visit_all(document: &mut Value, visit: &mut dyn FnMut(&mut Schema)) {
    if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") {
        schemas
            .values_mut()
            .for_each(|schema| visit_schema(schema, visit));
    }
    for holder in ["/components/parameters", "/components/responses", "/paths"] {
        if let Some(node) = document.pointer_mut(holder) {
            visit_holder(node, visit);
        }
    }
}

/// Calls `visit` for this schema and for every schema inside it. References are not
/// followed: their targets are components and are visited as such.
pub(super) fn visit_schema(schema: &mut Value, visit: &mut dyn FnMut(&mut Schema)) {
    let Value::Object(schema) = schema else {
        return;
    };
    visit(schema);
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties
            .values_mut()
            .for_each(|property| visit_schema(property, visit));
    }
    for key in ["items", "additionalProperties", "not"] {
        if let Some(inner) = schema.get_mut(key) {
            visit_schema(inner, visit);
        }
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        if let Some(Value::Array(members)) = schema.get_mut(key) {
            members
                .iter_mut()
                .for_each(|member| visit_schema(member, visit));
        }
    }
}

/// Calls `visit` for every schema in a part of the document that is no schema itself:
/// there, schemas stand under the key `schema`.
pub(super) fn visit_holder(node: &mut Value, visit: &mut dyn FnMut(&mut Schema)) {
    match node {
        Value::Object(map) => {
            for (key, value) in map {
                if key == "schema" {
                    visit_schema(value, visit);
                } else {
                    visit_holder(value, visit);
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|item| visit_holder(item, visit)),
        _ => {}
    }
}

/// The component a `$ref` names, if the schema is one.
pub(super) fn reference(schema: &Schema) -> Option<&str> {
    schema
        .get("$ref")?
        .as_str()?
        .strip_prefix("#/components/schemas/")
}

/// Every operation of the document.
pub(super) fn operations(document: &Value) -> impl Iterator<Item = &Schema> {
    document
        .get("paths")
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(|paths| paths.values())
        .filter_map(Value::as_object)
        .flat_map(|item| METHODS.iter().filter_map(|method| item.get(*method)))
        .filter_map(Value::as_object)
}

/// Every operation of the document, to be changed.
pub(super) fn operations_mut(document: &mut Value) -> impl Iterator<Item = &mut Schema> {
    document
        .get_mut("paths")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(|paths| paths.values_mut())
        .filter_map(Value::as_object_mut)
        .flat_map(|item| item.iter_mut())
        .filter(|(method, _)| METHODS.contains(&method.as_str()))
        .filter_map(|(_, operation)| operation.as_object_mut())
}
