//! Which responses the generated client knows.

use serde_json::Value;

use super::schemas;

/// Drops every response that is not a success, and puts those that are in their places.
///
/// Each operation declares three distinct error bodies, and the generator takes one.
/// Without any, a failed call keeps its status, headers and body together, which is
/// what a typed error needs; a merged schema would lose all three on the HTML page of
/// a proxy.
pub(super) fn keep_success_only(document: &mut Value) {
    let components = schemas::take_components(document, "responses");
    for (_, operation) in schemas::operations_mut(document) {
        if let Some(Value::Object(responses)) = operation.get_mut("responses") {
            responses.retain(|status, _| status.starts_with('2'));
            for response in responses.values_mut() {
                schemas::put_in_place(response, &components);
            }
        }
    }
}
