//! Which types are sent and which are answered: the two are treated differently.
//!
//! A client must be strict in what it sends and lenient in what it reads, and one Rust
//! type cannot be both.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::notes::Notes;
use super::schemas::{self, Schema};

/// What each component is for.
pub(super) type Directions = BTreeMap<String, Direction>;

/// How the service uses a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Request,
    Response,
}

/// The extension by which an overlay says how a type that goes both ways is treated.
const DIRECTION: &str = "x-direction";

/// Finds out for each component whether it is sent or answered, errors included.
///
/// An object that goes both ways is to be classed on purpose, by an overlay that sets
/// `x-direction` to `request` or `response`; until then it is read leniently. Enums are
/// open in both directions, so for them nothing has to be decided.
pub(super) fn classify(document: &Value, notes: &mut Notes) -> Directions {
    let sent = reachable(document, "requestBody");
    let answered = reachable(document, "responses");
    let mut directions = BTreeMap::new();
    for name in sent.union(&answered) {
        let schema = &document["components"]["schemas"][name];
        let direction = match (sent.contains(name), answered.contains(name)) {
            (true, true) if !is_structured(schema) => Direction::Response,
            (true, true) => match schema.get(DIRECTION).and_then(Value::as_str) {
                Some("request") => Direction::Request,
                Some("response") => Direction::Response,
                _ => {
                    notes.add(format!(
                        "#/components/schemas/{name}: both sent and answered, and read leniently; \
                         decide in an overlay: set `{DIRECTION}` to `request` (strict) or \
                         `response` (lenient)"
                    ));
                    Direction::Response
                }
            },
            (true, false) => Direction::Request,
            _ => Direction::Response,
        };
        directions.insert(name.clone(), direction);
    }
    directions
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
    let mut open: Vec<&Value> = schemas::operations(document)
        .filter_map(|operation| operation.get(part))
        .collect();
    while let Some(node) = open.pop() {
        match node {
            Value::Object(map) => {
                let pointer = map
                    .get("$ref")
                    .and_then(Value::as_str)
                    .and_then(|r| r.strip_prefix('#'));
                let seen =
                    schemas::reference(map).is_some_and(|name| !found.insert(name.to_owned()));
                if let Some(target) = pointer.filter(|_| !seen).and_then(|p| document.pointer(p)) {
                    open.push(target);
                }
                open.extend(map.values());
            }
            Value::Array(list) => open.extend(list),
            _ => {}
        }
    }
    found
}

/// Nothing in an answer is required: a field that the service leaves out must not fail
/// the page it is on.
pub(super) fn drop_required_of_responses(document: &mut Value, directions: &Directions) {
    visit_answered(document, directions, &mut |schema| {
        schema.shift_remove("required");
    });
}

/// A list in an answer may be null, and so may its elements, those of a page included.
/// Without this it is a `Vec` that defaults to empty when absent and fails on null.
pub(super) fn lists_may_be_null(document: &mut Value, directions: &Directions) {
    visit_answered(document, directions, &mut |schema| {
        if elements_may_be_null(schema) {
            schema.insert("nullable".into(), true.into());
        }
    });
    for (_, operation) in schemas::operations_mut(document) {
        if let Some(responses) = operation.get_mut("responses") {
            schemas::visit_holder(responses, &mut |schema| {
                elements_may_be_null(schema);
            });
        }
    }
}

/// Whether the schema is a list; if so, its elements may be null from now on.
fn elements_may_be_null(schema: &mut Schema) -> bool {
    let is_list = schema.get("type") == Some(&Value::from("array"));
    if is_list && let Some(Value::Object(items)) = schema.get_mut("items") {
        items.insert("nullable".into(), true.into());
    }
    is_list
}

/// What the specification does not name is kept: every answered object gets a map for
/// the rest.
pub(super) fn keep_unknown_fields(document: &mut Value, directions: &Directions) {
    visit_answered(document, directions, &mut |schema| {
        if schema.contains_key("properties") {
            schema.insert("additionalProperties".into(), json!({}));
        }
    });
}

fn visit_answered(
    document: &mut Value,
    directions: &Directions,
    visit: &mut dyn FnMut(&mut Schema),
) {
    for (name, schema) in schemas::components_mut(document) {
        if directions.get(name) == Some(&Direction::Response) {
            schemas::visit_schema(schema, visit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(schemas: Value) -> Value {
        let body = |name: &str| json!({"content": {"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}}});
        json!({
            "paths": {"/a": {"post": {"requestBody": body("Sent"), "responses": {"200": body("Answered")}}}},
            "components": {"schemas": schemas},
        })
    }

    #[test]
    fn answers_are_lenient_and_requests_stay_strict() {
        let object = json!({
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"type": "string"}, "names": {"type": "array", "items": {"type": "string"}}},
        });
        let mut document = document(json!({"Sent": object, "Answered": object}));
        let directions = classify(&document, &mut Notes::default());
        drop_required_of_responses(&mut document, &directions);
        lists_may_be_null(&mut document, &directions);
        keep_unknown_fields(&mut document, &directions);
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["Sent"], object);
        assert_eq!(
            schemas["Answered"],
            json!({
                "type": "object",
                "properties": {
                    "id": {"type": "string"},
                    "names": {
                        "type": "array",
                        "items": {"type": "string", "nullable": true},
                        "nullable": true,
                    },
                },
                "additionalProperties": {},
            })
        );
    }

    #[test]
    fn a_page_may_have_null_records() {
        let mut document = json!({"paths": {"/a": {"get": {"responses": {"200": {"schema": {
            "type": "array", "items": {"$ref": "#/components/schemas/A"},
        }}}}}}});
        lists_may_be_null(&mut document, &Directions::new());
        assert_eq!(
            document["paths"]["/a"]["get"]["responses"]["200"]["schema"],
            json!({"type": "array", "items": {"$ref": "#/components/schemas/A", "nullable": true}})
        );
    }

    #[test]
    fn an_object_that_goes_both_ways_is_to_be_classed() {
        let both = |extra: Value| {
            let mut shared = json!({"type": "object", "properties": {}});
            shared
                .as_object_mut()
                .unwrap()
                .extend(extra.as_object().unwrap().clone());
            let holder = json!({"properties": {"shared": {"$ref": "#/components/schemas/Shared"}}});
            document(json!({"Sent": holder, "Answered": holder, "Shared": shared}))
        };
        let mut notes = Notes::default();
        let lenient = classify(&both(json!({})), &mut notes);
        assert_eq!(lenient["Shared"], Direction::Response);
        // Callers still have to be able to make one.
        assert_eq!(sent(&both(json!({}))), ["Sent", "Shared"]);
        insta::assert_snapshot!(notes.lines().join("\n"), @"#/components/schemas/Shared: both sent and answered, and read leniently; decide in an overlay: set `x-direction` to `request` (strict) or `response` (lenient)");

        let mut notes = Notes::default();
        let classed = classify(&both(json!({"x-direction": "request"})), &mut notes);
        assert_eq!(classed["Shared"], Direction::Request);
        assert_eq!(notes, Notes::default());
    }

    #[test]
    fn an_enum_may_go_both_ways() {
        let holder = json!({"properties": {"decision": {"$ref": "#/components/schemas/Decision"}}});
        let document = document(json!({
            "Sent": holder, "Answered": holder, "Decision": {"enum": ["APPROVE"]},
        }));
        let mut notes = Notes::default();
        classify(&document, &mut notes);
        assert_eq!(notes, Notes::default());
    }
}
