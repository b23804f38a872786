//! Which types are sent and which are received: the two are treated differently.
//!
//! A client must be strict in what it sends and lenient in what it reads, and one Rust
//! type cannot be both.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::notes::Notes;
use super::schemas::{self, Schema};
use crate::contract::Contract;

/// The names of components that are received, and not strict on purpose.
pub(super) type Received = BTreeSet<String>;

/// The extension by which an overlay says how a type that goes both ways is treated.
const DIRECTION: &str = "x-direction";

/// Finds out which components are received, errors included.
///
/// An object that goes both ways is to be classed on purpose, by an overlay that sets
/// `x-direction` to `request` or `response`; until then it is read leniently. Enums are
/// open in both directions, so for them nothing has to be decided.
pub(super) fn received(document: &Value, notes: &mut Notes) -> Received {
    let sent = reachable(document, "requestBody");
    let mut received = reachable(document, "responses");
    received.retain(|name| {
        let schema = &document["components"]["schemas"][name];
        let direction = schema[DIRECTION].as_str().unwrap_or_default();
        let goes_both_ways = sent.contains(name) && is_structured(schema);
        if goes_both_ways && !["request", "response"].contains(&direction) {
            notes.add(format!(
                "#/components/schemas/{name}: both sent and received, and read leniently; decide in \
                 an overlay: set `{DIRECTION}` to `request` (strict) or `response` (lenient)"
            ));
        }
        !(goes_both_ways && direction == "request")
    });
    received
}

/// The components that are sent, whatever else they are for.
pub(super) fn sent(document: &Value) -> Vec<String> {
    reachable(document, "requestBody").into_iter().collect()
}

/// Whether it matters in which direction a schema goes.
fn is_structured(schema: &Value) -> bool {
    ["properties", "allOf", "oneOf", "anyOf", "items"]
        .iter()
        .any(|keyword| schema.get(*keyword).is_some())
}

fn reachable(document: &Value, part: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let operations = Contract(document).operations().into_iter();
    let mut open: Vec<&Value> = operations.map(|operation| &operation.node[part]).collect();
    while let Some(node) = open.pop() {
        match node {
            Value::Object(map) => {
                let name = schemas::reference(map);
                if name.is_none_or(|name| found.insert(name.to_owned())) {
                    open.extend(Contract(document).target(node));
                }
                open.extend(map.values());
            }
            Value::Array(list) => open.extend(list),
            _ => {}
        }
    }
    found
}

/// Makes what is received lenient.
///
/// Nothing is required: a field that the service leaves out must not fail the page it is on. A list
/// may be null, and so may its elements, those of a page included: without this it is a `Vec` that
/// defaults to empty when absent and fails on null. What the specification does not name is kept:
/// every object gets a map for the rest.
pub(super) fn be_lenient(document: &mut Value, received: &Received) {
    for (name, schema) in schemas::components_mut(document) {
        if !received.contains(name) {
            continue;
        }
        schemas::visit_schema(schema, |schema| {
            schema.shift_remove("required");
            if elements_may_be_null(schema) {
                schema.insert("nullable".into(), true.into());
            }
            if schema.contains_key("properties") {
                schema.insert("additionalProperties".into(), json!({}));
            }
        });
    }
    for (_, operation) in schemas::operations_mut(document) {
        if let Some(responses) = operation.get_mut("responses") {
            schemas::visit_holder(responses, |schema| {
                elements_may_be_null(schema);
            });
        }
    }
}

/// Whether the schema is a list; if so, its elements may be null from now on.
fn elements_may_be_null(schema: &mut Schema) -> bool {
    let is_list = schemas::text(schema, "type") == "array";
    if is_list && let Some(Value::Object(items)) = schema.get_mut("items") {
        items.insert("nullable".into(), true.into());
    }
    is_list
}
