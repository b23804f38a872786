//! Walks over the schemas of an OpenAPI document.

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::contract::METHODS;

/// A schema object, in this module's signatures.
pub(super) type Schema = Map<String, Value>;

/// What a node of the document holds.
#[derive(Clone, Copy)]
enum Kind {
    Schema,
    /// Schemas by name, or in a list.
    Schemas,
    /// Anything else: there, schemas are under the key `schema`.
    Other,
}

/// What is done with a schema at a place.
type Visit<'v> = &'v mut dyn FnMut(&str, &mut Schema) -> Result<()>;

/// Calls `visit` for every schema in a node, parents before their children. References are not
/// followed: their targets are components and are visited as such.
fn visit_in(place: &str, node: &mut Value, kind: Kind, visit: Visit<'_>) -> Result<()> {
    if let (Kind::Schema, Value::Object(schema)) = (kind, &mut *node) {
        visit(place, schema)?;
    }
    let children: Vec<(String, &mut Value)> = match node {
        Value::Object(map) => map
            .iter_mut()
            .map(|(key, child)| (key.clone(), child))
            .collect(),
        Value::Array(list) => (0..).map(|n: usize| n.to_string()).zip(list).collect(),
        _ => return Ok(()),
    };
    for (key, child) in children {
        let kind = match (kind, key.as_str()) {
            (Kind::Schema, "properties" | "allOf" | "anyOf" | "oneOf") => Kind::Schemas,
            (Kind::Schema, "items" | "additionalProperties" | "not") => Kind::Schema,
            (Kind::Schema, _) => continue,
            (Kind::Schemas, _) | (Kind::Other, "schema") => Kind::Schema,
            (Kind::Other, _) => Kind::Other,
        };
        let step = key.replace('~', "~0").replace('/', "~1");
        visit_in(&format!("{place}/{step}"), child, kind, visit)?;
    }
    Ok(())
}

/// Calls `visit` for every schema of the document, wherever it is, with its place: components,
/// request bodies, responses. Ends with the first error.
pub(super) fn visit_places(document: &mut Value, visit: Visit<'_>) -> Result<()> {
    for (pointer, kind) in [
        ("/components/schemas", Kind::Schemas),
        ("/components/parameters", Kind::Other),
        ("/components/responses", Kind::Other),
        ("/paths", Kind::Other),
    ] {
        if let Some(node) = document.pointer_mut(pointer) {
            visit_in(&format!("#{pointer}"), node, kind, visit)?;
        }
    }
    Ok(())
}

/// A visit that cannot fail.
fn infallible(mut visit: impl FnMut(&mut Schema)) -> impl FnMut(&str, &mut Schema) -> Result<()> {
    move |_, schema| {
        visit(schema);
        Ok(())
    }
}

/// Like [`visit_places`], for what cannot fail.
pub(super) fn visit_all(document: &mut Value, visit: impl FnMut(&mut Schema)) {
    let _ = visit_places(document, &mut infallible(visit));
}

/// Calls `visit` for this schema and for every schema inside it.
pub(super) fn visit_schema(schema: &mut Value, visit: impl FnMut(&mut Schema)) {
    let _ = visit_in("", schema, Kind::Schema, &mut infallible(visit));
}

/// Calls `visit` for every schema in a part of the document that is not a schema itself.
pub(super) fn visit_holder(node: &mut Value, visit: impl FnMut(&mut Schema)) {
    let _ = visit_in("", node, Kind::Other, &mut infallible(visit));
}

/// The component a `$ref` names, if the schema is one.
pub(super) fn reference(schema: &Schema) -> Option<&str> {
    let reference = schema.get("$ref")?.as_str()?;
    reference.strip_prefix("#/components/schemas/")
}

pub(super) fn referring_to(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The text under a keyword; empty if the keyword is missing.
pub(super) fn text<'a>(node: &'a Schema, keyword: &str) -> &'a str {
    node.get(keyword)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

pub(super) fn components(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let schemas = document.pointer("/components/schemas");
    schemas.and_then(Value::as_object).into_iter().flatten()
}

pub(super) fn components_mut(document: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    entries_mut(document.pointer_mut("/components/schemas"))
}

/// The members of an object, if it is one.
pub(super) fn entries_mut(node: Option<&mut Value>) -> impl Iterator<Item = (&String, &mut Value)> {
    node.and_then(Value::as_object_mut).into_iter().flatten()
}

/// The elements of a list, if it is one.
pub(super) fn list_mut(node: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    node.and_then(Value::as_array_mut).into_iter().flatten()
}

/// Every operation of the document with its method and path, to be changed.
pub(super) fn operations_mut(document: &mut Value) -> impl Iterator<Item = (String, &mut Schema)> {
    entries_mut(document.get_mut("paths")).flat_map(|(path, item)| {
        let operations = entries_mut(Some(item));
        let operations = operations.filter(|(method, _)| METHODS.contains(&method.as_str()));
        operations.filter_map(move |(method, operation)| {
            let at = format!("{} {path}", method.to_uppercase());
            Some((at, operation.as_object_mut()?))
        })
    })
}
