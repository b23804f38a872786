//! Values that may be null.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::schemas;

/// Takes a literal `null` out of enums and says `nullable` instead.
///
/// A null among the values is not a variant that Rust could have.
pub(super) fn take_null_out_of_enums(document: &mut Value) {
    schemas::visit_all(document, &mut |schema| {
        let Some(Value::Array(values)) = schema.get_mut("enum") else {
            return;
        };
        let before = values.len();
        values.retain(|value| !value.is_null());
        if values.len() < before {
            schema.insert("nullable".into(), true.into());
        }
    });
}

/// Moves `nullable` from components to the places that refer to them.
///
/// A nullable component becomes two types of one name; a nullable use becomes an
/// `Option`.
pub(super) fn hoist_nullable(document: &mut Value) {
    let mut nullable = BTreeSet::new();
    for (name, schema) in schemas::components_mut(document) {
        let schema = schema.as_object_mut();
        let taken = schema.and_then(|schema| schema.shift_remove("nullable"));
        if taken == Some(true.into()) {
            nullable.insert(name.clone());
        }
    }
    schemas::visit_all(document, &mut |schema| {
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
    schemas::visit_all(document, &mut |schema| {
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
