//! Every operation and schema of the generated client says what it is.

use heck::ToTitleCase as _;
use serde_json::Value;

use crate::normalise::{Note, Notes};

/// Gives a sentence made of its name to every operation and component that no overlay
/// describes, and notes it.
///
/// This is how a maintainer learns what a release added.
pub(super) fn complete(document: &mut Value, notes: &mut Notes) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            let Some(operation) = operation.as_object_mut() else {
                continue;
            };
            let id = operation.get("operationId").and_then(Value::as_str);
            if let Some(sentence) = id.map(sentence)
                && !operation.contains_key("summary")
            {
                notes.add(Note::Undescribed {
                    target: format!("$.paths['{path}'].{method}"),
                    is_operation: true,
                });
                operation.insert("summary".into(), sentence.into());
            }
        }
    }
    let schemas = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut);
    for (name, schema) in schemas.into_iter().flatten() {
        let Some(schema) = schema.as_object_mut() else {
            continue;
        };
        // A list is put in the places that refer to it and has no type of its own.
        let has_type = schema.get("type").is_none_or(|kind| kind != "array");
        if has_type && !schema.contains_key("description") {
            notes.add(Note::Undescribed {
                target: target(name),
                is_operation: false,
            });
            schema.insert("description".into(), sentence(name).into());
        }
    }
}

/// Where an overlay finds a schema. A name that begins with a digit has to be quoted.
fn target(name: &str) -> String {
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("$.components.schemas['{name}']")
    } else {
        format!("$.components.schemas.{name}")
    }
}

/// `getAccessSummary` as words.
fn sentence(name: &str) -> String {
    let mut words = name.to_title_case().to_lowercase();
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words.push('.');
    words
}
