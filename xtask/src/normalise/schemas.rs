//! Walks over the schemas of an OpenAPI document.

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::contract::METHODS;

/// A schema object, in this module's signatures.
pub(super) type Schema = Map<String, Value>;

/// What is done with a schema at a place.
type Visit<'v> = &'v mut dyn FnMut(&str, &mut Schema) -> Result<()>;

/// A visit that cannot fail.
fn infallible(visit: &mut dyn FnMut(&mut Schema)) -> impl FnMut(&str, &mut Schema) -> Result<()> {
    |_, schema| {
        visit(schema);
        Ok(())
    }
}

/// Calls `visit` for every schema of the document, parents before their children, wherever it is:
/// components, request bodies, responses.
pub(super) fn visit_all(document: &mut Value, visit: &mut dyn FnMut(&mut Schema)) {
    let _ = visit_places(document, &mut infallible(visit));
}

/// Like [`visit_all`], and says where each schema is. Ends with the first error.
pub(super) fn visit_places(document: &mut Value, visit: Visit<'_>) -> Result<()> {
    for (name, schema) in components_mut(document) {
        visit_schema_at(&format!("#/components/schemas/{name}"), schema, visit)?;
    }
    for holder in ["/components/parameters", "/components/responses", "/paths"] {
        if let Some(node) = document.pointer_mut(holder) {
            visit_holder_at(&format!("#{holder}"), node, visit)?;
        }
    }
    Ok(())
}

/// Calls `visit` for this schema and for every schema inside it. References are not
/// followed: their targets are components and are visited as such.
pub(super) fn visit_schema(schema: &mut Value, visit: &mut dyn FnMut(&mut Schema)) {
    let _ = visit_schema_at("", schema, &mut infallible(visit));
}

fn visit_schema_at(place: &str, schema: &mut Value, visit: Visit<'_>) -> Result<()> {
    let Value::Object(schema) = schema else {
        return Ok(());
    };
    visit(place, schema)?;
    for key in [
        "properties",
        "items",
        "additionalProperties",
        "not",
        "allOf",
        "anyOf",
        "oneOf",
    ] {
        let place = format!("{place}/{key}");
        match (key, schema.get_mut(key)) {
            ("properties", Some(Value::Object(properties))) => {
                for (name, property) in properties {
                    visit_schema_at(&format!("{place}/{name}"), property, visit)?;
                }
            }
            (_, Some(Value::Array(members))) => {
                for (n, member) in members.iter_mut().enumerate() {
                    visit_schema_at(&format!("{place}/{n}"), member, visit)?;
                }
            }
            (_, Some(inner)) => visit_schema_at(&place, inner, visit)?,
            (_, None) => {}
        }
    }
    Ok(())
}

/// Calls `visit` for every schema in a part of the document that is not a schema itself:
/// there, schemas are under the key `schema`.
pub(super) fn visit_holder(node: &mut Value, visit: &mut dyn FnMut(&mut Schema)) {
    let _ = visit_holder_at("", node, &mut infallible(visit));
}

fn visit_holder_at(place: &str, node: &mut Value, visit: Visit<'_>) -> Result<()> {
    match node {
        Value::Object(map) => {
            for (key, value) in map {
                let step = key.replace('~', "~0").replace('/', "~1");
                let place = format!("{place}/{step}");
                if key == "schema" {
                    visit_schema_at(&place, value, visit)?;
                } else {
                    visit_holder_at(&place, value, visit)?;
                }
            }
        }
        Value::Array(list) => {
            for (n, item) in list.iter_mut().enumerate() {
                visit_holder_at(&format!("{place}/{n}"), item, visit)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// The component a `$ref` names, if the schema is one.
pub(super) fn reference(schema: &Schema) -> Option<&str> {
    let reference = schema.get("$ref")?.as_str()?;
    reference.strip_prefix("#/components/schemas/")
}

/// Takes the components of a kind other than schemas out of the document.
pub(super) fn take_components(document: &mut Value, section: &str) -> Value {
    let components = document
        .get_mut("components")
        .and_then(Value::as_object_mut);
    let section = components.and_then(|components| components.shift_remove(section));
    section.unwrap_or_default()
}

/// Puts a component in the place of a reference to it.
pub(super) fn put_in_place(node: &mut Value, components: &Value) {
    let reference = node["$ref"]
        .as_str()
        .and_then(|reference| reference.rsplit('/').next());
    if let Some(component) = reference.and_then(|name| components.get(name)) {
        *node = component.clone();
    }
}

pub(super) fn referring_to(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

pub(super) fn components(document: &Value) -> Option<&Schema> {
    document.pointer("/components/schemas")?.as_object()
}

pub(super) fn components_mut(document: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    let schemas = document.pointer_mut("/components/schemas");
    schemas.and_then(Value::as_object_mut).into_iter().flatten()
}

pub(super) fn operations(document: &Value) -> impl Iterator<Item = &Schema> {
    let paths = document.get("paths").and_then(Value::as_object);
    let items = paths.into_iter().flat_map(|paths| paths.values());
    items
        .flat_map(|item| METHODS.iter().filter_map(|method| item.get(*method)))
        .filter_map(Value::as_object)
}

/// Every operation of the document with its method and path, to be changed.
pub(super) fn operations_mut(document: &mut Value) -> impl Iterator<Item = (String, &mut Schema)> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    paths.into_iter().flatten().flat_map(|(path, item)| {
        let operations = item.as_object_mut().into_iter().flatten();
        operations
            .filter(|(method, _)| METHODS.contains(&method.as_str()))
            .filter_map(move |(method, operation)| {
                let at = format!("{} {path}", method.to_uppercase());
                Some((at, operation.as_object_mut()?))
            })
    })
}
