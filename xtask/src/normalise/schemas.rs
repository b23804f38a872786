//! Walks over the schemas of an OpenAPI document.

use serde_json::{Map, Value};

/// The methods of a path item that hold an operation.
pub(super) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// What a schema object is, in this module's signatures.
pub(super) type Schema = Map<String, Value>;

/// Calls `visit` for every schema of the document, parents before their children,
/// wherever it is: components, parameters, request bodies, responses.
pub(super) fn visit_all(document: &mut Value, visit: &mut dyn FnMut(&mut Schema)) {
    visit_places(document, &mut |_, schema| visit(schema));
}

/// Like [`visit_all`], and says where each schema is.
pub(super) fn visit_places(document: &mut Value, visit: &mut dyn FnMut(&str, &mut Schema)) {
    if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") {
        for (name, schema) in schemas {
            visit_schema_at(&format!("#/components/schemas/{name}"), schema, visit);
        }
    }
    for holder in ["/components/parameters", "/components/responses", "/paths"] {
        if let Some(node) = document.pointer_mut(holder) {
            visit_holder_at(&format!("#{holder}"), node, visit);
        }
    }
}

/// Calls `visit` for this schema and for every schema inside it. References are not
/// followed: their targets are components and are visited as such.
pub(super) fn visit_schema(schema: &mut Value, visit: &mut dyn FnMut(&mut Schema)) {
    visit_schema_at("", schema, &mut |_, schema| visit(schema));
}

fn visit_schema_at(place: &str, schema: &mut Value, visit: &mut dyn FnMut(&str, &mut Schema)) {
    let Value::Object(schema) = schema else {
        return;
    };
    visit(place, schema);
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (name, property) in properties {
            visit_schema_at(&format!("{place}/properties/{name}"), property, visit);
        }
    }
    for key in ["items", "additionalProperties", "not"] {
        if let Some(inner) = schema.get_mut(key) {
            visit_schema_at(&format!("{place}/{key}"), inner, visit);
        }
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        if let Some(Value::Array(members)) = schema.get_mut(key) {
            for (n, member) in members.iter_mut().enumerate() {
                visit_schema_at(&format!("{place}/{key}/{n}"), member, visit);
            }
        }
    }
}

/// Calls `visit` for every schema in a part of the document that is not a schema itself:
/// there, schemas are under the key `schema`.
pub(super) fn visit_holder(node: &mut Value, visit: &mut dyn FnMut(&mut Schema)) {
    visit_holder_at("", node, &mut |_, schema| visit(schema));
}

fn visit_holder_at(place: &str, node: &mut Value, visit: &mut dyn FnMut(&str, &mut Schema)) {
    match node {
        Value::Object(map) => {
            for (key, value) in map {
                let step = key.replace('~', "~0").replace('/', "~1");
                let place = format!("{place}/{step}");
                if key == "schema" {
                    visit_schema_at(&place, value, visit);
                } else {
                    visit_holder_at(&place, value, visit);
                }
            }
        }
        Value::Array(list) => {
            for (n, item) in list.iter_mut().enumerate() {
                visit_holder_at(&format!("{place}/{n}"), item, visit);
            }
        }
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

/// A reference to a component.
pub(super) fn referring_to(name: &str) -> Value {
    serde_json::json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The components that are schemas.
pub(super) fn components(document: &Value) -> Option<&Schema> {
    document.pointer("/components/schemas")?.as_object()
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
