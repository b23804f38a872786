//! Differences between small contracts: an edit, and the report about it.

use serde_json::{Value, json};

use xtask::diff::{Format, Options, compare, render, run};

/// A contract with one of everything. An edit of it is one side of a test.
fn contract() -> Value {
    json!({
        "openapi": "3.0.1",
        "info": {"title": "Library", "version": "1"},
        "servers": [{"url": "https://library.example.org/v3"}],
        "security": [{"token": ["read"]}],
        "paths": {
            "/books": {"get": {
                "operationId": "listBooks",
                "x-filters": {"title": ["eq", "sw"], "id": ["eq"]},
                "x-filters-composite": {"operators": ["and", "or"], "single": false},
                "x-sorters": ["title"],
                "parameters": [
                    {"$ref": "#/components/parameters/limit"},
                    {"in": "query", "name": "filters", "schema": {"type": "string"}},
                ],
                "responses": {
                    "200": {
                        "headers": {"X-Total": {"schema": {"type": "integer"}}},
                        "content": {"application/json": {"schema": {
                            "type": "array", "items": {"$ref": "#/components/schemas/Book"},
                        }}},
                    },
                    "400": {"$ref": "#/components/responses/400"},
                },
            }},
            "/books/{id}": {
                "parameters": [{"in": "path", "name": "id", "required": true, "schema": {"type": "string"}}],
                "get": {
                    "operationId": "getBook",
                    "responses": {"200": {"content": {"application/json": {"schema": {
                        "$ref": "#/components/schemas/Book",
                    }}}}},
                },
            },
            "/books/{id}/loans": {"post": {
                "operationId": "lendBook",
                "security": [{"token": ["write"]}],
                "parameters": [
                    {"in": "path", "name": "id", "required": true, "schema": {"type": "string"}},
                    {"$ref": "#/components/parameters/limit"},
                ],
                "requestBody": {"required": true, "content": {"application/json": {"schema": {
                    "$ref": "#/components/schemas/Loan",
                }}}},
                "responses": {"200": {"content": {"application/json": {"schema": {
                    "$ref": "#/components/schemas/Loan",
                }}}}},
            }},
        },
        "components": {
            "schemas": {
                "Book": {
                    "type": "object",
                    "required": ["id", "title"],
                    "properties": {
                        "id": {"type": "string"},
                        "title": {"type": "string"},
                        "pages": {"type": "integer"},
                        "cover": {"$ref": "#/components/schemas/Cover"},
                        "sequel": {"$ref": "#/components/schemas/Book"},
                        "authors": {"type": "array", "items": {"type": "object", "properties": {
                            "name": {"type": "string"},
                        }}},
                        "due": {"type": "string", "format": "date-time"},
                    },
                },
                "Cover": {"type": "string", "enum": ["SOFT", "HARD"]},
                "Loan": {
                    "type": "object",
                    "required": ["reader"],
                    "properties": {
                        "reader": {"type": "string", "maxLength": 40},
                        "days": {"type": "integer", "format": "int32", "minimum": 1, "default": 14},
                        "kind": {"type": "string", "enum": ["HOME", "ROOM"]},
                    },
                },
                "Problem": {"type": "object", "properties": {"message": {"type": "string"}}},
            },
            "parameters": {
                "limit": {"in": "query", "name": "limit", "schema": {"type": "integer", "maximum": 250}},
            },
            "responses": {"400": {"content": {"application/json": {"schema": {
                "$ref": "#/components/schemas/Problem",
            }}}}},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    })
}

/// The report about an `edit`.
fn after(edit: impl FnOnce(&mut Value)) -> String {
    let mut new = contract();
    edit(&mut new);
    let diff = compare(contract(), new).unwrap();
    let lines: Vec<_> = diff
        .changes
        .iter()
        .map(|change| {
            let operations = Vec::from_iter(change.operations.iter().cloned()).join(", ");
            format!("{} {change} ({operations})", change.level)
        })
        .collect();
    lines.join("\n")
}

fn schema<'a>(document: &'a mut Value, name: &str) -> &'a mut Value {
    &mut document["components"]["schemas"][name]
}

fn property<'a>(document: &'a mut Value, name: &str, property: &str) -> &'a mut Value {
    &mut schema(document, name)["properties"][property]
}

fn remove(node: &mut Value, key: &str) -> Value {
    node.as_object_mut().unwrap().shift_remove(key).unwrap()
}

/// One edit a name, and a snapshot of the report about it.
macro_rules! edits {
    ($($name:ident($document:ident) $edit:block)*) => {
        $(
            #[test]
            fn $name() {
                insta::assert_snapshot!(stringify!($name), after(|$document| $edit));
            }
        )*
    };
}

edits! {
    an_operation_removed(d) { remove(&mut d["paths"], "/books/{id}/loans"); }
    an_operation_added(d) {
        d["paths"]["/readers"] = json!({"get": {"operationId": "listReaders", "responses": {}}});
    }
    an_operation_renamed(d) { d["paths"]["/books"]["get"]["operationId"] = "findBooks".into(); }
    an_operation_moved_to_the_singular(d) {
        let item = remove(&mut d["paths"], "/books/{id}/loans");
        d["paths"]["/books/{id}/loan"] = item;
    }
    an_operation_moved_and_renamed(d) {
        let mut item = remove(&mut d["paths"], "/books/{id}/loans");
        item["post"]["operationId"] = "lendBookV1".into();
        d["paths"]["/books/v1/{id}/loans"] = item;
    }
    a_path_parameter_renamed(d) {
        let mut item = remove(&mut d["paths"], "/books/{id}");
        item["parameters"][0]["name"] = "bookId".into();
        d["paths"]["/books/{bookId}"] = item;
    }
    an_operation_deprecated(d) { d["paths"]["/books"]["get"]["deprecated"] = true.into(); }
    security_by_default_and_by_operation(d) {
        d["security"] = json!([{"token": ["read:all"]}]);
        d["paths"]["/books"]["get"]["security"] = json!([{"token": ["read"]}]);
        d["components"]["securitySchemes"]["token"]["scheme"] = "basic".into();
    }
    servers(d) { d["servers"][0]["url"] = "https://library.example.org/v4".into(); }
    levels_of_users(d) {
        d["paths"]["/books"]["get"]["x-sailpoint-userLevels"] = json!(["CLERK"]);
        d["paths"]["/books"]["get"]["x-rank"] = 3.into();
    }
    a_shared_parameter_tightened(d) {
        d["components"]["parameters"]["limit"]["schema"]["maximum"] = 100.into();
    }
    a_shared_parameter_loosened(d) {
        d["components"]["parameters"]["limit"]["schema"]["maximum"] = 500.into();
    }
    a_shared_parameter_on_the_spot(d) {
        let limit = d["components"]["parameters"]["limit"].clone();
        d["paths"]["/books"]["get"]["parameters"][0] = limit;
    }
    parameters_added_and_removed(d) {
        d["paths"]["/books"]["get"]["parameters"] = json!([
            {"in": "query", "name": "shelf", "required": true, "schema": {"type": "string"}},
            {"in": "header", "name": "X-Trace", "schema": {"type": "string"}},
            {"in": "query", "name": "filters", "required": true, "schema": {"type": "array", "items": {"type": "string"}}},
        ]);
    }
    a_parameter_written_in_another_way(d) {
        d["paths"]["/books"]["get"]["parameters"][1]["style"] = "pipeDelimited".into();
    }
    filters_and_sorters(d) {
        let get = &mut d["paths"]["/books"]["get"];
        get["x-filters"] = json!({"title": ["eq", "co"], "author": ["in", "eq"]});
        get["x-filters-composite"] = json!({"operators": ["and"], "single": true});
        get["x-sorters"] = json!(["author"]);
    }
    a_property_removed_and_one_added(d) {
        remove(&mut schema(d, "Book")["properties"], "pages");
        schema(d, "Book")["properties"]["weight"] = json!({"type": "number"});
    }
    properties_that_may_be_missing(d) { schema(d, "Book")["required"] = json!([]); }
    properties_that_may_be_null(d) {
        for name in ["id", "title", "authors"] {
            property(d, "Book", name)["nullable"] = true.into();
        }
    }
    a_component_that_may_be_null(d) { schema(d, "Cover")["nullable"] = true.into(); }
    null_beside_a_reference(d) { property(d, "Book", "cover")["nullable"] = true.into(); }
    types_and_formats(d) {
        property(d, "Book", "pages")["format"] = "int32".into();
        property(d, "Book", "title")["type"] = "integer".into();
        property(d, "Book", "due")["format"] = "date".into();
        property(d, "Loan", "days")["format"] = "int64".into();
        property(d, "Loan", "reader")["format"] = "card-number".into();
    }
    enumerations(d) {
        schema(d, "Cover")["enum"] = json!(["SOFT", "LEATHER"]);
        property(d, "Loan", "kind")["enum"] = json!(["HOME", "STAFF"]);
    }
    an_enumeration_without_a_type(d) { remove(schema(d, "Cover"), "type"); }
    text_that_becomes_an_enumeration(d) {
        property(d, "Loan", "reader")["enum"] = json!(["ME"]);
        remove(property(d, "Loan", "kind"), "enum");
    }
    limits_and_defaults_of_what_goes_both_ways(d) {
        property(d, "Loan", "days")["minimum"] = 2.into();
        property(d, "Loan", "days")["default"] = 7.into();
        remove(property(d, "Loan", "reader"), "maxLength");
    }
    a_request_that_asks_for_more(d) {
        schema(d, "Loan")["required"] = json!(["reader", "kind", "undeclared", "desk"]);
        schema(d, "Loan")["properties"]["desk"] = json!({"type": "string"});
    }
    a_property_on_its_way_out(d) {
        property(d, "Book", "pages")["deprecated"] = true.into();
        property(d, "Loan", "kind")["readOnly"] = true.into();
    }
    a_component_renamed(d) {
        let book = remove(&mut d["components"]["schemas"], "Book");
        d["components"]["schemas"]["BookDto"] = book;
        *d = serde_json::from_str(&d.to_string().replace("schemas/Book\"", "schemas/BookDto\"")).unwrap();
    }
    a_component_in_place_of_an_inline_schema(d) {
        let author = remove(property(d, "Book", "authors"), "items");
        d["components"]["schemas"]["Author"] = author;
        property(d, "Book", "authors")["items"] = json!({"$ref": "#/components/schemas/Author"});
    }
    a_named_list_in_place_of_an_inline_one(d) {
        let authors = remove(&mut schema(d, "Book")["properties"], "authors");
        d["components"]["schemas"]["Authors"] = authors;
        schema(d, "Book")["properties"]["authors"] = json!({"$ref": "#/components/schemas/Authors"});
    }
    another_component(d) {
        *property(d, "Book", "cover") = json!({"$ref": "#/components/schemas/Problem"});
    }
    properties_taken_from_a_base(d) {
        let id = remove(&mut schema(d, "Book")["properties"], "id");
        d["components"]["schemas"]["Base"] = json!({"type": "object", "properties": {"id": id}});
        schema(d, "Book")["allOf"] = json!([{"$ref": "#/components/schemas/Base"}]);
    }
    elements_of_a_list(d) {
        property(d, "Book", "authors")["items"] = json!({"type": "string"});
    }
    a_loop_gets_longer(d) {
        schema(d, "Book")["properties"]["prequel"] = json!({"$ref": "#/components/schemas/Book"});
    }
    what_errors_say(d) {
        remove(&mut schema(d, "Problem")["properties"], "message");
        schema(d, "Problem")["properties"]["code"] = json!({"type": "integer"});
    }
    statuses(d) {
        let responses = &mut d["paths"]["/books/{id}"]["get"]["responses"];
        let ok = remove(responses, "200");
        responses["206"] = ok;
        responses["404"] = json!({"description": ""});
        remove(&mut d["paths"]["/books"]["get"]["responses"], "400");
    }
    bodies(d) {
        remove(&mut d["paths"]["/books/{id}/loans"]["post"], "requestBody");
        d["paths"]["/books/{id}"]["get"]["requestBody"] =
            json!({"required": true, "content": {"application/json": {"schema": {}}}});
        remove(&mut d["paths"]["/books/{id}"]["get"]["responses"]["200"], "content");
    }
    media_types(d) {
        let content = &mut d["paths"]["/books/{id}/loans"]["post"]["requestBody"]["content"];
        let body = remove(content, "application/json");
        content["text/plain"] = body;
    }
    headers_of_responses(d) {
        d["paths"]["/books"]["get"]["responses"]["200"]["headers"] =
            json!({"X-Count": {"schema": {"type": "integer"}}});
    }
}

#[test]
fn nothing_differs_where_only_the_spelling_does() {
    let said = after(|d| {
        // The same null, at the component and at its use.
        schema(d, "Cover")["enum"] = json!(["HARD", "SOFT"]);
        // The same list of parameters in another order.
        let get = &mut d["paths"]["/books"]["get"];
        get["parameters"].as_array_mut().unwrap().reverse();
        // The same schema, wrapped.
        *property(d, "Book", "cover") = json!({"allOf": [{"$ref": "#/components/schemas/Cover"}]});
        // A schema that nothing uses.
        d["components"]["schemas"]["Unused"] = json!({"type": "object"});
        // Words for people.
        schema(d, "Book")["description"] = "A book.".into();
    });
    assert_eq!(said, "");
    let diff = compare(contract(), contract()).unwrap();
    insta::assert_snapshot!(render(&diff, Format::Text), @"no difference");
    insta::assert_snapshot!(render(&diff, Format::Markdown), @"Nothing has changed.");
    insta::assert_snapshot!(render(&diff, Format::Json), @r#"
    {
      "level": "none",
      "changes": []
    }
    "#);
}

#[test]
fn null_moves_from_the_use_to_the_component() {
    let mut old = contract();
    property(&mut old, "Book", "cover")["nullable"] = true.into();
    let mut new = contract();
    schema(&mut new, "Cover")["nullable"] = true.into();
    assert_eq!(compare(old, new).unwrap().changes, []);
}

/// A little of everything, in each format.
fn everything() -> (Value, Value) {
    let mut new = contract();
    new["components"]["parameters"]["limit"]["schema"]["maximum"] = 100.into();
    remove(&mut schema(&mut new, "Book")["properties"], "pages");
    schema(&mut new, "Cover")["enum"] = json!(["SOFT", "HARD", "LEA`THER"]);
    property(&mut new, "Book", "title")["nullable"] = true.into();
    new["paths"]["/readers"] = json!({"get": {"operationId": "listReaders", "responses": {}}});
    (contract(), new)
}

#[test]
fn a_report_in_three_formats() {
    let (old, new) = everything();
    let diff = compare(old, new).unwrap();
    insta::assert_snapshot!("report_text", render(&diff, Format::Text));
    insta::assert_snapshot!("report_markdown", render(&diff, Format::Markdown));
    insta::assert_snapshot!("report_json", render(&diff, Format::Json));
}

#[test]
fn sides_that_cannot_be_compared_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("old.yaml");
    std::fs::write(&file, contract().to_string()).unwrap();
    let error = |new: &std::path::Path| {
        let options = Options {
            old: file.clone(),
            new: new.to_owned(),
            version: None,
            format: Format::Text,
        };
        let error = format!("{:#}", run(&options, dir.path()).unwrap_err());
        error.replace(&dir.path().display().to_string(), "[dir]")
    };
    let other = dir.path().join("new.yaml");
    insta::assert_snapshot!(error(&other), @"cannot compare [dir]/new.yaml: give a contract, or the folder of a checkout of the vendor's repository: [dir]/new.yaml: No such file or directory (os error 2)");
    std::fs::write(&other, "openapi: 3.1.0\n").unwrap();
    insta::assert_snapshot!(error(&other), @"the newer contract cannot be compared: it is not an OpenAPI 3.0 document");
    std::fs::write(&other, "a: b: c\n").unwrap();
    insta::assert_snapshot!(error(&other), @"cannot compare [dir]/new.yaml: give a contract, or the folder of a checkout of the vendor's repository: [dir]/new.yaml:1:5: not valid YAML: mapping values are not allowed in this context");
    insta::assert_snapshot!(error(dir.path()), @"cannot compare [dir]: [dir] is a checkout: say which version of the API with --version");
}

#[test]
fn what_responses_and_errors_share_changes_once() {
    let shared = |mut document: Value| {
        let responses = &mut document["paths"]["/books/{id}"]["get"]["responses"];
        responses["404"] = responses["200"].clone();
        document
    };
    let mut new = shared(contract());
    remove(&mut schema(&mut new, "Book")["properties"], "pages");
    let changes = compare(shared(contract()), new).unwrap().changes;
    let changes: Vec<_> = changes.iter().map(ToString::to_string).collect();
    assert_eq!(changes, ["response-property-removed Book.pages: integer"]);
}

#[test]
fn what_is_not_a_whole_contract_is_refused() {
    let error = |document: Value| {
        let error = format!("{:#}", compare(contract(), document).unwrap_err());
        let reason = error.strip_prefix("the newer contract cannot be compared: ");
        reason.unwrap().to_owned()
    };
    let of_schemas = |schemas: Value| {
        error(json!({"openapi": "3.0.1", "paths": {}, "components": {"schemas": schemas}}))
    };
    let reference = |to: &str| json!({"$ref": to});
    insta::assert_snapshot!(error(json!({"swagger": "2.0"})), @"it is not an OpenAPI 3.0 document");
    insta::assert_snapshot!(error(json!({"openapi": "3.0.0"})), @"it has no `paths`");
    insta::assert_snapshot!(of_schemas(json!({"A": reference("./a.yaml")})), @"`./a.yaml` leads out of the document; compare contracts that `cargo xtask import` wrote, or give the checkout and --version");
    insta::assert_snapshot!(of_schemas(json!({"A": reference("#/components/schemas/B")})), @"`#/components/schemas/B` leads nowhere");
    insta::assert_snapshot!(of_schemas(json!({"A": reference("#/components/schemas/A")})), @"`#/components/schemas/A` leads in a circle");
    insta::assert_snapshot!(of_schemas(json!({
        "A": {"allOf": [reference("#/components/schemas/B")]},
        "B": {"nullable": true, "$ref": "#/components/schemas/A"},
    })), @"the schema `A`: is made of itself: A -> B -> A");
}
