//! Values that may be null.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::schemas;

/// Moves `nullable` from components to the places that refer to them.
///
/// A nullable component becomes two types of one name; a nullable use becomes an
/// `Option`.
pub(super) fn hoist_nullable(document: &mut Value) {
    let mut nullable = BTreeSet::new();
    for (name, schema) in schemas::components_mut(document) {
        if taken(schema) {
            nullable.insert(name.clone());
        }
    }
    schemas::visit_all(document, |schema| {
        if schemas::reference(schema).is_some_and(|name| nullable.contains(name)) {
            schema.insert("nullable".into(), true.into());
        }
    });
}

/// Wraps a reference that says `nullable` beside itself.
///
/// What is beside a `$ref` is dropped when the document is read as OpenAPI 3.0; an
/// `allOf` of one member may have neighbours.
pub(super) fn wrap_nullable_references(document: &mut Value) {
    schemas::visit_all(document, |schema| {
        if schema.len() > 1
            && let Some(reference) = schema.shift_remove("$ref")
        {
            if schema.get("nullable") == Some(&true.into()) {
                schema.insert("allOf".into(), json!([{"$ref": reference}]));
            } else {
                schema.clear();
                schema.insert("$ref".into(), reference);
            }
        }
    });
}

/// Takes `nullable` out of a schema. Returns whether it was true.
pub(super) fn taken(schema: &mut Value) -> bool {
    let schema = schema.as_object_mut();
    schema.and_then(|schema| schema.shift_remove("nullable")) == Some(true.into())
}
