//! Which answers the generated client knows.

use serde_json::Value;

use super::schemas;

/// Drops every answer that is not a success, and puts those that are in their places.
///
/// Each operation declares three distinct error bodies, and the generator takes one.
/// Without any, a failed call keeps its status, headers and body together, which is
/// what a typed error needs; a merged schema would lose all three on the HTML page of
/// a proxy.
pub(super) fn keep_success_only(document: &mut Value) {
    let components = document.pointer("/components/responses").cloned();
    for (_, operation) in schemas::operations_mut(document) {
        if let Some(Value::Object(responses)) = operation.get_mut("responses") {
            responses.retain(|status, _| status.starts_with('2'));
            for response in responses.values_mut() {
                let shared = response
                    .get("$ref")
                    .and_then(Value::as_str)
                    .and_then(|reference| reference.strip_prefix("#/components/responses/"))
                    .and_then(|name| components.as_ref()?.get(name));
                if let Some(shared) = shared {
                    *response = shared.clone();
                }
            }
        }
    }
    if let Some(Value::Object(components)) = document.get_mut("components") {
        components.shift_remove("responses");
    }
}
