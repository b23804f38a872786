//! What the steps make of shapes that our own contracts do not have. What they make of those that
//! these have is committed: the generated modules.

use serde_json::{Value, json};

use xtask::normalise::{Notes, normalise};

fn contract(operation: Value, schemas: Value) -> Value {
    let mut operation = operation;
    operation["operationId"] = "listBooks".into();
    json!({
        "openapi": "3.0.1",
        "paths": {"/books/{id}": {"get": operation}},
        "components": {"schemas": schemas},
    })
}

/// The path's parameter, and another.
fn with_parameter(other: Value) -> Value {
    let id = json!({"in": "path", "name": "id", "schema": {"type": "string"}});
    json!({"parameters": [id, other]})
}

#[test]
fn shapes_that_our_contracts_do_not_have() {
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let list = json!({"type": "array", "items": {"type": "string"}});
    let json =
        |schema: Value| json!({"content": {"application/json; charset=utf-8": {"schema": schema}}});
    let mut operation = with_parameter(json!({
        "in": "query", "name": "joined", "explode": false, "schema": list,
    }));
    operation["parameters"][0]["name"] = "bookId".into();
    operation["responses"] = json!({"200": json(reference("Book")), "202": {"description": ""}});
    operation["requestBody"] = json(json!({"type": "array", "items": reference("Base")}));
    let contract = contract(
        operation,
        json!({
            "Base": {"required": ["id"], "properties": {
                "id": {"type": "string"},
                "label": reference("Label"),
            }},
            "Label": {"x-direction": "request", "required": ["text"], "properties": {
                "text": {"type": "string"},
            }},
            "Shelf": {"nullable": true, "properties": {"mark": {"type": "string"}}},
            "Book": {"allOf": [reference("Base"), {"required": ["name"], "properties": {
                "cover": {"nullable": true, "allOf": [reference("Cover")]},
                "map": {"additionalProperties": {"type": "string"}},
                "closed": {"type": "object", "additionalProperties": false},
                "names": {"$ref": "#/components/schemas/Names", "nullable": true},
                "any": {"nullable": true, "oneOf": [{"type": "string"}, {"type": "object"}]},
                "only": {"anyOf": [{"type": "string"}]},
                "number": {"type": "integer", "enum": [1, 2]},
                "mixed": {"enum": ["A", 1]},
                "id": {"type": "integer"},
                "file": {"type": "file"},
                "shelf": reference("Shelf"),
                "state": {"type": "string", "nullable": true, "enum": ["LENT"]},
            }}]},
            "Cover": {"type": "string", "enum": [true, "A", "1_DAY", "a-b", "a_b", "", "self", null]},
            "Names": list,
        }),
    );
    let mut notes = Notes::default();
    let normalised = normalise(contract, &mut notes).unwrap();
    let document = serde_json::to_string_pretty(&normalised.document).unwrap();
    let enums = &normalised.enums;
    let notes = notes.lines().join("\n");
    insta::assert_snapshot!(format!("{document}\n{enums:#?}\n{notes}"));
}

#[test]
fn what_the_generator_cannot_write_is_refused() {
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let parameter = |place: &str, name: &str| {
        let schema = json!({"type": "string"});
        with_parameter(json!({"in": place, "name": name, "schema": schema}))
    };
    let plain =
        || with_parameter(json!({"in": "query", "name": "a-b", "schema": {"type": "string"}}));
    let mut renamed = parameter("header", "b");
    renamed["parameters"][1]["x-rust-name"] = "c".into();
    let mut clash = plain();
    let parameters = clash["parameters"].as_array_mut().unwrap();
    parameters.push(json!({"in": "header", "name": "a_b", "schema": {"type": "string"}}));
    let mut file = plain();
    file["requestBody"] = json!({"content": {"multipart/form-data": {}}});
    let mut response = plain();
    let book = json!({"content": {"application/json": {"schema": reference("Book")}}});
    response["responses"] = json!({"200": book});
    let cases = [
        ("cookie", parameter("cookie", "session"), json!({})),
        ("header", parameter("header", "Accept"), json!({})),
        ("builder", parameter("query", "send"), json!({})),
        ("renamed", renamed, json!({})),
        ("clash", clash, json!({})),
        ("body", file, json!({})),
        ("names", plain(), json!({"loan-dto": {}, "LoanDto": {}})),
        (
            "extra",
            response,
            json!({"Book": {"properties": {"extra": {"type": "string"}}}}),
        ),
        (
            "itself",
            plain(),
            json!({"A": {"type": "array", "items": reference("A")}, "B": reference("A")}),
        ),
        (
            "circle",
            plain(),
            json!({"A": {"allOf": [reference("A"), {"type": "object"}]}}),
        ),
    ];
    let lines = cases.map(|(name, operation, schemas)| {
        let error = normalise(contract(operation, schemas), &mut Notes::default()).unwrap_err();
        format!("{name}: {error:#}")
    });
    insta::assert_snapshot!(lines.join("\n"));
    let mut twice = contract(plain(), json!({}));
    twice["paths"]["/new"] = json!({"get": {"operationId": "new"}});
    let error = normalise(twice, &mut Notes::default()).unwrap_err();
    insta::assert_snapshot!(error, @"GET /new: the Rust name of `new` is taken; give it another `operationId` with an overlay");
}
