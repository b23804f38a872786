//! A contract that asks for nothing, edits of it, and what each of them leaves to do.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use xtask::diff::levels::{OperationChange, SchemaChange, Then};
use xtask::manifest::Manifest;
use xtask::todo::{Line, Stage, of_contracts, scaffold, text};
use xtask::{Workspace, diff, generate};

const MODEL: &str = r#"//! Books.

record! {
    /// A book.
    pub struct Book {
        /// Its id.
        pub id: Id => "id",
        /// Its title.
        pub title: Option<String> => "title",
        /// Its pages.
        pub pages: Option<i32> => "pages",
        /// How many there are.
        pub copies: Option<i32> => "copies",
        /// What it costs.
        pub price: Option<f64> => "price",
        /// When it is due.
        pub due: Option<Timestamp> => "due",
        /// How it is bound.
        pub cover: Option<Cover> => "cover",
        /// Who wrote it.
        pub authors: Vec<Author> => "authors",
    }
}

open_enum! {
    /// How a book is bound.
    pub enum Cover {
        /// Soft.
        Soft => "SOFT",
        /// Hard.
        Hard => "HARD",
    }
}

record! {
    /// Who wrote a book.
    pub struct Author {
        /// The name.
        pub name: Option<String> => "name",
    }
}

/// A loan to ask for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Loan {
    /// The book's id.
    pub book: String,
    /// How many days.
    pub days: Option<i32>,
}
"#;

const VOCABULARY: &str = r#"vocabulary! {
    pub(super) mod v3 = "v3" at "library" {
        mod book for Books = "listBooks" {
            /// The book's title.
            title: String => "title" [eq, sw] sort;
        }

        mod right for Rights = "getIdentityCertificationItemPermissions" {
            /// The title.
            title: String => "title" [eq] -> Term;
        }
    }
}
"#;

const CALLS: &str = r#"//! Calls.
pub const MAX_PAGE_SIZE: u32 = 250;
fn list(api: &Api) {
    let call = paged!(api.raw().list_books().limit(1).sorters("y"), query);
    if is_filtered { call.filters("x") } else { call }
}
fn rights(api: &Api) -> Result<Vec<Right>> { api.raw().get_identity_certification_item_permissions().filters("x") }
fn get(api: &Api) -> Result<Book> { api.raw().get_book().id("a") }
fn lend(api: &Api) { api.raw().lend_books().id("a").body(raw::LoanDto { book, days }) }
const TOKEN: &str = "/oauth/token";
"#;

const SIMULATOR: &str = r#"//! A library.
const MAX_LIMIT: u32 = 250;
const ENDPOINTS: [&str; 3] = ["/rights", "/books", "/books/{id}"];
const LOANS: Endpoint = MANAGE.post("/books/{id}/loans", v3::library::lend);
fn lend() -> Success { Success::one(&json!({})) }
const WORDS: [&str; 6] = ["limit", "filters", "sorters", "title", "books:read", "/oauth/token"];
struct Book { id, title, pages, copies, price, due, cover, authors, name, book, days }
"#;

const OVERLAY: &str = "\
overlay: 1.0.0
x-role: documentation
x-reason: A test.
actions:
  - target: $.paths['/books'].get
    update: {summary: List}
  - target: $.paths['/books/{id}'].get
    update: {summary: Get}
  - target: $.paths['/books/{id}/loans'].post
    update: {summary: Lend}
  - target: $.paths['/rights'].get
    update: {summary: Rights}
  - target: $.components.schemas.BookDto
    update: {description: A book., x-model: Book}
  - target: $.components.schemas.CoverDto
    update: {description: A cover.}
  - target: $.components.schemas.AuthorDto
    update: {description: An author.}
  - target: $.components.schemas.LoanDto
    update: {description: A loan., x-model: Loan}
";

const MANIFEST: &str = r#"[version.v3]
title = "Library"
contract = "v3.yaml"
overlays = ["overlays/v3-docs.yaml"]
sha256 = ""

[version.v3.source]
repository = ""
commit = ""
date = ""

[version.v3.selection]
roots = ["v3.yaml"]
operations = [
  { at = "GET /books" },
  { at = "GET /rights" },
  { at = "GET /books/{id}" },
  { at = "POST /books/{id}/loans" },
]
"#;

fn contract() -> Value {
    let schema = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let text = json!({"type": "string"});
    let response = |schema: Value| json!({"200": {"description": "", "content": {"application/json": {"schema": schema}}}});
    let id = json!({"in": "path", "name": "id", "required": true, "schema": text});
    json!({
        "openapi": "3.0.1",
        "info": {"title": "Library", "version": "1"},
        "servers": [{"url": "https://library.example.org/v3"}],
        "paths": {
            "/books": {"get": {
                "operationId": "listBooks",
                "security": [{"token": ["books:read"]}],
                "x-filters": {"title": ["eq", "sw"]},
                "x-sorters": ["title"],
                "parameters": [
                    {"in": "query", "name": "filters", "schema": text},
                    {"in": "query", "name": "limit", "schema": {
                        "type": "integer", "format": "int32", "default": 250, "maximum": 250,
                    }},
                    {"in": "query", "name": "sorters", "schema": text},
                ],
                "responses": response(json!({"type": "array", "items": schema("BookDto")})),
            }},
            "/rights": {"get": {
                "operationId": "getIdentityCertificationItemPermissions",
                "x-filters": {"title": ["eq"]},
                "x-filters-composite": {"operators": ["and", "or"], "single": true},
                "parameters": [{"in": "query", "name": "filters", "schema": text}],
                "responses": response(json!({"type": "array", "items": schema("BookDto")})),
            }},
            "/books/{id}": {"get": {
                "operationId": "getBook",
                "parameters": [id],
                "responses": response(schema("BookDto")),
            }},
            "/books/{id}/loans": {"post": {
                "operationId": "lendBooks",
                "parameters": [id],
                "requestBody": {"required": true, "content": {"application/json": {
                    "schema": schema("LoanDto"),
                }}},
                "responses": response(schema("BookDto")),
            }},
        },
        "components": {
            "schemas": {
                "BookDto": {"type": "object", "properties": {
                    "id": text,
                    "title": text,
                    "pages": {"type": "integer", "format": "int32"},
                    "copies": {"type": "integer"},
                    "price": {"type": "number"},
                    "due": {"type": "string", "format": "date-time"},
                    "cover": schema("CoverDto"),
                    "authors": {"type": "array", "items": schema("AuthorDto")},
                }},
                "AuthorDto": {"type": "object", "properties": {"name": text}},
                "CoverDto": {"type": "string", "enum": ["SOFT", "HARD"]},
                "LoanDto": {"type": "object", "required": ["book"], "properties": {
                    "book": text, "days": {"type": "integer", "format": "int32"},
                }},
            },
            "securitySchemes": {"token": {"type": "oauth2", "flows": {"clientCredentials": {
                "tokenUrl": "https://library.example.org/oauth/token", "scopes": {},
            }}}},
        },
    })
}

struct House(TempDir);

impl House {
    fn new() -> Self {
        let house = House(TempDir::new().unwrap());
        for (file, text) in [
            ("crates/certs/src/model/book.rs", MODEL),
            ("crates/certs/src/filter/vocabulary.rs", VOCABULARY),
            ("crates/certs/src/api/books.rs", CALLS),
            ("crates/certs-sim/src/library.rs", SIMULATOR),
            ("openapi/overlays/v3-docs.yaml", OVERLAY),
            ("openapi/manifest.toml", MANIFEST),
        ] {
            house.write(file, text);
        }
        house
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.0.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Adds beta, with the same contract.
    fn write_beta(&self) {
        self.write("openapi/overlays/beta-docs.yaml", OVERLAY);
        let of_beta = MANIFEST.replace("version.v3", "version.beta");
        let of_beta = of_beta.replace("v3-docs", "beta-docs");
        self.write("openapi/manifest.toml", &format!("{MANIFEST}\n{of_beta}"));
    }

    fn open(&self, contract: Value) -> Vec<Line> {
        self.open_all(&[("v3", contract)])
    }

    fn open_all(&self, contracts: &[(&str, Value)]) -> Vec<Line> {
        of_contracts(&Workspace::at(self.0.path()), contracts).unwrap()
    }
}

/// An edit and what it is about.
type Edit = (&'static str, fn(&mut Value));

fn at<'a>(contract: &'a mut Value, pointer: &str) -> &'a mut Value {
    let found = contract.pointer_mut(pointer);
    found.unwrap_or_else(|| panic!("the contract has no {pointer}"))
}

fn schema<'a>(contract: &'a mut Value, name: &str) -> &'a mut Value {
    at(contract, &format!("/components/schemas/{name}"))
}

fn book(contract: &mut Value) -> &mut Value {
    at(contract, "/components/schemas/BookDto/properties")
}

fn list(contract: &mut Value) -> &mut Value {
    at(contract, "/paths/~1books/get")
}

fn lend(contract: &mut Value) -> &mut Value {
    at(contract, "/paths/~1books~1{id}~1loans/post")
}

fn remove(value: &mut Value, key: &str) -> Value {
    value.as_object_mut().unwrap().shift_remove(key).unwrap()
}

const EDITS: &[Edit] = &[
    ("a field more, of an enumeration", |c| {
        book(c)["genre"] = json!({"type": "string", "enum": ["NOVEL", "CRIME_STORY"]});
    }),
    ("a field more, of an object", |c| {
        book(c)["publisher"] = json!({"$ref": "#/components/schemas/PublisherDto"});
        schema(c, "AuthorDto");
        at(c, "/components/schemas")["PublisherDto"] =
            json!({"type": "object", "properties": {"name": {"type": "string"}}});
    }),
    ("a field less", |c| drop(remove(book(c), "pages"))),
    ("integer to text", |c| {
        book(c)["pages"] = json!({"type": "string"})
    }),
    ("integer to number", |c| {
        book(c)["pages"] = json!({"type": "number"})
    }),
    ("number to integer", |c| {
        book(c)["price"] = json!({"type": "integer"})
    }),
    ("int32 to int64", |c| {
        book(c)["pages"]["format"] = "int64".into()
    }),
    ("a moment becomes a day", |c| {
        book(c)["due"]["format"] = "date".into()
    }),
    ("a moment becomes any text", |c| {
        drop(remove(&mut book(c)["due"], "format"))
    }),
    ("text becomes a moment", |c| {
        book(c)["title"]["format"] = "date-time".into()
    }),
    ("a format is declared", |c| {
        book(c)["copies"]["format"] = "int64".into()
    }),
    ("a value more", |c| {
        schema(c, "CoverDto")["enum"] = json!(["SOFT", "HARD", "NO_COVER"])
    }),
    ("a value less", |c| {
        schema(c, "CoverDto")["enum"] = json!(["SOFT"])
    }),
    ("text becomes an enumeration", |c| {
        book(c)["title"]["enum"] = json!(["A", "B"])
    }),
    ("a field is deprecated", |c| {
        book(c)["pages"]["deprecated"] = true.into()
    }),
    ("a field of two shapes", |c| {
        book(c)["shelf"] = json!({"oneOf": [{"type": "string"}, {"type": "integer"}]});
    }),
    ("a schema with another name", |c| {
        let author = remove(at(c, "/components/schemas"), "AuthorDto");
        at(c, "/components/schemas")["AuthorDtoV2"] = author;
        book(c)["authors"]["items"]["$ref"] = "#/components/schemas/AuthorDtoV2".into();
    }),
    ("a schema of a body with another name", |c| {
        let loan = remove(at(c, "/components/schemas"), "LoanDto");
        at(c, "/components/schemas")["LoanDtoV2"] = loan;
        let body = at(c, "/paths/~1books~1{id}~1loans/post/requestBody/content");
        body["application/json"]["schema"]["$ref"] = "#/components/schemas/LoanDtoV2".into();
    }),
    ("a field more in a body", |c| {
        schema(c, "LoanDto")["properties"]["shelfMark"] = json!({"type": "string"});
    }),
    ("a required field more in a body", |c| {
        let loan = schema(c, "LoanDto");
        loan["properties"]["reader"] = json!({"type": "string"});
        loan["required"] = json!(["book", "reader"]);
    }),
    ("a field of a body becomes required", |c| {
        schema(c, "LoanDto")["required"] = json!(["book", "days"]);
    }),
    ("the largest page", |c| {
        list(c)["parameters"][1]["schema"]["maximum"] = 100.into()
    }),
    ("a larger page", |c| {
        list(c)["parameters"][1]["schema"]["maximum"] = 500.into()
    }),
    ("a pattern", |c| {
        list(c)["parameters"][0]["schema"]["pattern"] = "[a-z]*".into()
    }),
    ("the default page", |c| {
        list(c)["parameters"][1]["schema"]["default"] = 50.into()
    }),
    ("a limit of text", |c| {
        list(c)["parameters"][0]["schema"]["maxLength"] = 80.into()
    }),
    ("an operation with a body more", |c| {
        let lend = lend(c).clone();
        let operation = at(c, "/paths");
        operation["/books/{id}/returns"] = json!({"post": lend});
        operation["/books/{id}/returns"]["post"]["operationId"] = "returnBook".into();
        let body = &mut operation["/books/{id}/returns"]["post"]["requestBody"];
        body["content"]["application/json"]["schema"] =
            json!({"type": "object", "properties": {"damage": {"type": "string"}}});
    }),
    ("an operation with another id", |c| {
        list(c)["operationId"] = "searchBooks".into()
    }),
    ("a deprecated operation", |c| {
        list(c)["deprecated"] = true.into()
    }),
    ("a parameter more", |c| {
        let parameters = list(c)["parameters"].as_array_mut().unwrap();
        parameters.push(json!({"in": "query", "name": "shelf-mark", "schema": {"type": "string"}}));
    }),
    (
        "a parameter more, which another call of the file sets",
        |c| {
            let limit = list(c)["parameters"][1].clone();
            let parameters = &mut at(c, "/paths/~1books~1{id}/get")["parameters"];
            parameters.as_array_mut().unwrap().push(limit);
        },
    ),
    ("a required parameter more", |c| {
        let parameters = list(c)["parameters"].as_array_mut().unwrap();
        parameters.push(json!({
            "in": "query", "name": "hall", "required": true, "schema": {"type": "string"},
        }));
    }),
    ("a parameter becomes required", |c| {
        list(c)["parameters"][0]["required"] = true.into()
    }),
    ("a deprecated parameter", |c| {
        list(c)["parameters"][0]["deprecated"] = true.into()
    }),
    ("a parameter of certain values", |c| {
        list(c)["parameters"][2]["schema"]["enum"] = json!(["UP", "DOWN"]);
    }),
    ("a filter field more", |c| {
        list(c)["x-filters"]["author.name"] = json!(["eq", "in"])
    }),
    ("a filter field less", |c| {
        drop(remove(&mut list(c)["x-filters"], "title"))
    }),
    ("a comparison more", |c| {
        list(c)["x-filters"]["title"] = json!(["eq", "in", "sw"])
    }),
    ("a comparison less", |c| {
        list(c)["x-filters"]["title"] = json!(["eq"])
    }),
    ("an order more", |c| {
        list(c)["x-sorters"] = json!(["due", "title"])
    }),
    ("an order less", |c| drop(remove(list(c), "x-sorters"))),
    ("comparisons are joined once", |c| {
        list(c)["x-filters-composite"] = json!({"operators": ["and"], "single": true});
    }),
    ("comparisons are joined freely", |c| {
        let rights = at(c, "/paths/~1rights/get");
        drop(remove(rights, "x-filters-composite"));
    }),
    ("another scope", |c| {
        list(c)["security"] = json!([{"token": ["books:list"]}])
    }),
    ("tokens from elsewhere", |c| {
        let flows = at(
            c,
            "/components/securitySchemes/token/flows/clientCredentials",
        );
        flows["tokenUrl"] = "https://library.example.org/token".into();
    }),
    ("another success", |c| {
        let success = remove(&mut lend(c)["responses"], "200");
        lend(c)["responses"]["202"] = success;
    }),
    ("no response any more", |c| {
        drop(remove(&mut lend(c)["responses"]["200"], "content"));
    }),
    ("no JSON any more", |c| {
        let content = &mut lend(c)["responses"]["200"]["content"];
        let json = remove(content, "application/json");
        content["text/csv"] = json;
    }),
    ("a required body more", |c| {
        let body = lend(c)["requestBody"].clone();
        at(c, "/paths/~1books~1{id}/get")["requestBody"] = body;
        let content = at(c, "/paths/~1books~1{id}/get/requestBody/content");
        content["application/json"]["schema"] =
            json!({"type": "object", "properties": {"reason": {"type": "string"}}});
    }),
    ("a body more", |c| {
        let body = lend(c)["requestBody"].clone();
        let get = at(c, "/paths/~1books~1{id}/get");
        get["requestBody"] = body;
        get["requestBody"]["required"] = false.into();
        get["requestBody"]["content"]["application/json"]["schema"] =
            json!({"type": "object", "properties": {"reason": {"type": "string"}}});
    }),
];

#[test]
fn what_asks_for_nothing_leaves_nothing_to_do() {
    assert_eq!(
        text(&House::new().open(contract())),
        "nothing is left to do"
    );
}

#[test]
fn every_edit_leaves_something_to_do() {
    let house = House::new();
    let mut report = Vec::new();
    for (name, edit) in EDITS {
        let mut edited = contract();
        edit(&mut edited);
        report.push(format!("# {name}\n{}", text(&house.open(edited))));
    }
    insta::assert_snapshot!(report.join("\n\n"));
}

/// What one version lacks is not hidden by what another has, under the same name or another.
#[test]
fn a_version_is_not_judged_by_what_another_has() {
    let house = House::new();
    let title = r#"Option<String> => "title""#;
    let either = MODEL.replace(title, &format!(r#"{title} | "label""#));
    house.write("crates/certs/src/model/book.rs", &either);
    house.write(
        "crates/certs/src/api/beta.rs",
        "fn renew(api: &Api) { api.raw_beta().renew_book().id(\"a\").hall(\"b\") }",
    );
    house.write(
        "crates/certs-sim/src/beta.rs",
        r#"const WORDS: [&str; 4] = ["/books/{id}/renewal", "hall", "label", "genre"];"#,
    );
    house.write_beta();

    let mut beta = contract();
    let title = remove(book(&mut beta), "title");
    book(&mut beta)["label"] = title;
    let mut v3 = contract();
    drop(remove(book(&mut v3), "title"));
    drop(remove(book(&mut v3), "pages"));
    book(&mut v3)["genre"] = json!({"type": "string"});
    for contract in [&mut beta, &mut v3] {
        let mut renewal = at(contract, "/paths/~1books~1{id}/get").clone();
        renewal["operationId"] = "renewBook".into();
        at(contract, "/paths")["/books/{id}/renewal"] = json!({"post": renewal});
    }
    let open = house.open_all(&[("v3", v3), ("beta", beta)]);
    let of_v3 = open.iter().filter(|line| {
        let is_new = line.stage != Stage::Manifest && line.stage != Stage::Overlays;
        is_new && !line.versions.iter().any(|version| version == "beta")
    });
    let of_v3: Vec<String> = of_v3.map(Line::to_string).collect();
    insta::assert_snapshot!(of_v3.join("\n"));
}

#[test]
fn a_member_whose_versions_disagree_reads_any_json() {
    let house = House::new();
    house.write_beta();
    let mut v3 = contract();
    book(&mut v3)["pages"] = json!({"type": "string"});
    let all = [("v3", v3), ("beta", contract())];
    let lines = |house: &House| {
        let open = house.open_all(&all);
        let model = open.iter().filter(|line| line.what.contains("::pages"));
        model.map(Line::to_string).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(lines(&house), @"crates/certs/src/model/book.rs:11: v3: `Book::pages` is `Option<i32>`, but BookDto.pages is string, unlike BookDto.pages of beta: `Option<serde_json::Value>` reads both");
    let any = MODEL.replace("pages: Option<i32>", "pages: Option<serde_json::Value>");
    assert_ne!(any, MODEL);
    house.write("crates/certs/src/model/book.rs", &any);
    assert_eq!(lines(&house), "");
}

#[test]
fn the_simulator_responds_as_the_contract_says() {
    let house = House::new();
    house.write(
        "crates/certs-sim/src/api/book.rs",
        "#[derive(Serialize)]\n#[serde(rename_all = \"camelCase\")]\nstruct Book {\n    id: Id,\n    \
         title: Text,\n    pages: u32,\n    copies: u32,\n    price: u32,\n    due: Option<Time>,\n    \
         cover: Cover,\n    authors: Vec<Author>,\n}\nconst GENRE: &str = \"genre\";\n",
    );
    let mut edited = contract();
    drop(remove(book(&mut edited), "title"));
    book(&mut edited)["genre"] = json!({"type": "string"});
    book(&mut edited)["pages"] = json!({"type": "string"});
    book(&mut edited)["due"]["format"] = "date".into();
    let open = house.open(edited);
    let of_simulator = open.iter().filter(|line| line.stage == Stage::Simulator);
    let lines: Vec<String> = of_simulator.map(Line::to_string).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    crates/certs-sim/src/api/book.rs: v3: GET /books: nothing returns `genre`
    crates/certs-sim/src/api/book.rs:5: v3: GET /books does not have `title` any more; leave it out
    crates/certs-sim/src/api/book.rs:6: v3: GET /books: `pages` is string now, but `u32` here
    crates/certs-sim/src/api/book.rs:9: v3: GET /books: `due` is string (date) now, but `Option<Time>` here
    ");
}

#[test]
fn a_version_may_have_a_limit_of_its_own() {
    let house = House::new();
    let own = format!("{SIMULATOR}const V3_MAX_LIMIT: u32 = 100;\n");
    house.write("crates/certs-sim/src/library.rs", &own);
    let mut edited = contract();
    list(&mut edited)["parameters"][1]["schema"]["maximum"] = 100.into();
    list(&mut edited)["parameters"][1]["schema"]["default"] = 100.into();
    let open = text(&house.open(edited));
    assert!(open.contains("`MAX_PAGE_SIZE` is 250"), "{open}");
    assert!(!open.contains("MAX_LIMIT"), "{open}");
}

/// One constant cannot hold both.
#[test]
fn a_default_that_is_not_the_maximum_has_a_constant_of_its_own() {
    let house = House::new();
    let mut edited = contract();
    list(&mut edited)["parameters"][1]["schema"]["default"] = 50.into();
    let open = text(&house.open(edited.clone()));
    assert!(open.contains("add `DEFAULT_PAGE_SIZE`"), "{open}");
    assert!(open.contains("add `DEFAULT_LIMIT`"), "{open}");
    let simulator = format!("{SIMULATOR}const DEFAULT_LIMIT: u32 = 50;\n");
    house.write("crates/certs-sim/src/library.rs", &simulator);
    let calls = format!("{CALLS}const DEFAULT_PAGE_SIZE: u32 = 50;\n");
    house.write("crates/certs/src/api/books.rs", &calls);
    let open = house.open(edited);
    assert!(open.is_empty(), "{}", text(&open));
}

/// Otherwise a program compiles that cannot read the response.
#[test]
fn a_call_reads_a_list_if_the_response_is_one() {
    let house = House::new();
    let mut edited = contract();
    let paths = at(&mut edited, "/paths");
    for path in ["/books", "/rights", "/books/{id}"] {
        let content = &mut paths[path]["get"]["responses"]["200"]["content"];
        let schema = &mut content["application/json"]["schema"];
        *schema = match schema.get("type") {
            Some(_) => json!({"type": "object", "properties": {"items": *schema}}),
            None => json!({"type": "array", "items": *schema}),
        };
    }
    let open = house.open(edited);
    let lines: Vec<String> = open.iter().map(Line::to_string).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    crates/certs/src/api/books.rs: v3: GET /books does not respond with a list, but `paged!` makes the call; say in an overlay or in the client where its records are
    crates/certs/src/api/books.rs: v3: GET /books/{id} responds with a list, but the call does not return a `Vec`
    crates/certs/src/api/books.rs: v3: GET /rights does not respond with a list, but the call returns a `Vec`
    crates/certs-sim/src: v3: GET /books: nothing returns `items`
    crates/certs-sim/src: v3: GET /rights: nothing returns `items`
    "#);
}

/// A call that nothing serves any more does not compile: the list says so first.
#[test]
fn an_operation_that_has_gone_is_removed() {
    let house = House::new();
    let endpoint = "READ.get(\"/books/{id}\", library::get),";
    house.write(
        "crates/certs-sim/src/api/v3.rs",
        &format!("const ENDPOINTS: &[Endpoint] = &[\n    {endpoint}\n];"),
    );
    let mut edited = contract();
    drop(remove(at(&mut edited, "/paths"), "/books/{id}"));
    let open = house.open(edited);
    let lines: Vec<String> = open.iter().map(Line::to_string).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    openapi/overlays/v3-docs.yaml: v3: `$.paths['/books/{id}'].get` matches nothing any more; remove its sentence
    crates/certs/src/api/books.rs:8: v3: no operation is called `get_book`; remove the call, and what offers it
    crates/certs-sim/src/api/v3.rs:2: v3: the contract does not have GET /books/{id}; remove it
    "#);
}

/// The new id of an operation is written wherever the old one is, in the tests between the crates,
/// too; an operation that sends something else is another one.
#[test]
fn an_operation_with_another_id_is_renamed_everywhere() {
    let house = House::new();
    let book = "fn get(api: &Api) {\n    let call = builder::LendBooks::OPERATION;\n}\n";
    house.write("crates/certs/src/api/lend.rs", book);
    house.write("tests/it/lend.rs", "const KNOWN: [&str; 4] = [\n    \"lendBooks\",\n    \"listBooks\", \"getBook\", \"getIdentityCertificationItemPermissions\"\n];\n");
    let mut edited = contract();
    lend(&mut edited)["operationId"] = "borrow".into();
    let mut other = at(&mut edited, "/paths/~1books~1{id}/get").clone();
    other["operationId"] = "getLoan".into();
    at(&mut edited, "/paths")["/books/{id}/loan"] = json!({"get": other});
    let open = house.open(edited);
    let stages = [Stage::Calls, Stage::Tests];
    let calls = open.iter().filter(|line| stages.contains(&line.stage));
    let lines: Vec<String> = calls.map(Line::to_string).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    crates/certs/src/api/books.rs: v3: GET /books/{id}/loan: no call makes it; offer `get_loan`
    crates/certs/src/api/books.rs: v3: the operation `lendBooks` is called `borrow` now; in line 9, `.lend_books` becomes `.borrow`
    crates/certs/src/api/lend.rs: v3: the operation `lendBooks` is called `borrow` now; in line 2, `builder::LendBooks` becomes `builder::Borrow`
    tests/it/lend.rs: v3: the operation `lendBooks` is called `borrow` now; in line 2, `"lendBooks"` becomes `"borrow"`
    tests/it/lend.rs: v3: GET /books/{id}/loan: call `getLoan` there, too
    "#);
}

/// Its own guard says which scopes an operation asks for, not the first that knows them.
#[test]
fn a_simulator_that_asks_for_other_things_is_changed() {
    let house = House::new();
    house.write(
        "crates/certs-sim/src/api/v3.rs",
        "const READ: Guard = Guard::scopes(&[Scope::Read]);\n\
         const WRITE: Guard = Guard::scopes(&[Scope::Write]);\n\
         const ENDPOINTS: &[Endpoint] = &[\n    READ.get(\"/books\", books::list),\n];\n\
         fn as_str(self) -> &str { match self { Self::Read => \"books:read\", Self::Write => \"books:write\" } }\n",
    );
    house.write(
        "crates/certs-sim/src/api/v3/books.rs",
        "const RULES: &[Rule] = &[Rule::text(\"title\", Title, EQ), Rule::text(\"due\", Due, EQ)];\n\
         const SORTABLE: &Sortable<Field> = &[(\"title\", Field::Title)];\n\
         fn list() -> Success { Success::many() }\n",
    );
    house.write(
        "crates/certs-sim/src/api/v3/loans.rs",
        "fn read(value: &Value) -> Loan {\n    let object = Object::read(value, \"\")?;\n    Loan {\n        \
         book: object.text(\"book\")?,\n        days: object.optional_text(\"days\")?,\n        \
         why: object.text(\"why\")?,\n    }\n}\n",
    );
    let mut edited = contract();
    list(&mut edited)["security"] = json!([{"token": ["books:write"]}]);
    list(&mut edited)["x-sorters"] = json!(["title", "due"]);
    let days = &mut schema(&mut edited, "LoanDto")["properties"]["days"];
    *days = json!({"type": "string", "format": "date-time", "enum": ["TODAY"]});
    let open = house.open(edited);
    let of_simulator = open.iter().filter(|line| line.stage == Stage::Simulator);
    let lines: Vec<String> = of_simulator.map(Line::to_string).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    crates/certs-sim/src/api/v3.rs: v3: GET /books asks for books:write, unlike `READ`; in line 4, `READ.` becomes `WRITE.`
    crates/certs-sim/src/api/v3/books.rs: v3: GET /books: it has no rule for `due`; filter or sort by it
    crates/certs-sim/src/api/v3/books.rs:1: v3: nothing filters by `due` any more; remove its rule
    crates/certs-sim/src/api/v3/loans.rs: v3: POST /books/{id}/loans: nothing accepts `TODAY` as `days`
    crates/certs-sim/src/api/v3/loans.rs:5: v3: POST /books/{id}/loans: read `days` with `optional_time`, not `optional_text`
    crates/certs-sim/src/api/v3/loans.rs:6: v3: POST /books/{id}/loans does not have `why` any more; do not read it
    "#);
}

/// What is begun compiles, whatever the vendor calls its fields and values.
#[test]
fn names_that_are_none_in_rust_are_changed() {
    let house = House::new();
    let mut edited = contract();
    book(&mut edited)["match"] = json!({"type": "string"});
    book(&mut edited)["2nd"] = json!({"type": "string"});
    book(&mut edited)["self"] = json!({"type": "string"});
    book(&mut edited)["mood"] = json!({"type": "string", "enum": ["very good", "30_DAYS", ""]});
    let open = text(&house.open(edited));
    for line in [
        "pub match_: Option<String> => \"match\",",
        "pub x2nd: Option<String> => \"2nd\",",
        "pub self_: Option<String> => \"self\",",
        "VeryGood => \"very good\",",
        "Value30Days => \"30_DAYS\",",
        "Empty => \"\",",
    ] {
        assert!(open.contains(line), "{line}\n{open}");
    }
}

/// What the table of levels says is found is found.
#[test]
fn each_code_that_is_listed_has_an_edit_that_is() {
    let house = House::new();
    let mut found = BTreeSet::new();
    for (name, edit) in EDITS {
        let mut edited = contract();
        edit(&mut edited);
        let open = house.open(edited.clone());
        assert!(!open.is_empty(), "{name} leaves nothing to do");
        for change in diff::compare(contract(), edited).unwrap().changes {
            if let Then::Listed(finder) = change.then {
                let is_by = |line: &Line| line.finders().contains(&finder);
                assert!(
                    open.iter().any(is_by),
                    "{name}: {change}: nothing of {finder:?}"
                );
                found.insert(change.code);
            }
        }
    }
    let is_listed = |then| matches!(then, Then::Listed(_));
    let of_schemas = SchemaChange::ALL.iter().map(|change| change.row());
    let of_schemas = of_schemas.filter(|row| is_listed(row.then));
    // No limit is a pattern.
    found.insert("limit-changed".to_owned());
    let mut missing: Vec<String> = of_schemas
        .filter(|row| !found.iter().any(|code| code.ends_with(row.code)))
        .map(|row| row.code.to_owned())
        .collect();
    let of_operations = OperationChange::ALL.iter().map(|change| change.row());
    missing.extend(
        of_operations
            .filter(|row| is_listed(row.then))
            .map(|row| row.code.to_owned())
            .filter(|code| !found.contains(code)),
    );
    assert!(missing.is_empty(), "no edit has {missing:?}");
    assert!(found.len() > 30);
}

/// Edits that something else stops, and not a line of the list.
const STOPS: &[Edit] = &[
    ("an operation less", |c| {
        drop(remove(at(c, "/paths"), "/books/{id}/loans"));
    }),
    ("an operation elsewhere", |c| {
        let loans = remove(at(c, "/paths"), "/books/{id}/loans");
        at(c, "/paths")["/books/{id}/loan"] = loans;
    }),
    ("a parameter less", |c| {
        drop(list(c)["parameters"].as_array_mut().unwrap().remove(2))
    }),
    ("a parameter of another type", |c| {
        list(c)["parameters"][1]["schema"] =
            json!({"type": "string", "maximum": 250, "default": 250});
    }),
    ("a path's parameter with another name", |c| {
        let mut item = remove(at(c, "/paths"), "/books/{id}");
        item["get"]["parameters"][0]["name"] = "bookId".into();
        at(c, "/paths")["/books/{bookId}"] = item;
    }),
    ("a body less", |c| drop(remove(lend(c), "requestBody"))),
    ("a body that is not JSON", |c| {
        let content = &mut lend(c)["requestBody"]["content"];
        let json = remove(content, "application/json");
        content["text/csv"] = json;
    }),
];

/// What the table of levels says is stopped is: import expects an operation that has gone, the
/// generator refuses, or what the client calls is not generated any more.
#[test]
fn each_code_that_stops_a_release_does() {
    let house = House::new();
    let workspace = Workspace::at(house.0.path());
    let manifest = Manifest::load(&workspace.openapi()).unwrap();
    let version = manifest.version("v3").unwrap();
    let methods = |contract: Value| {
        let generated = generate::one(&workspace, version, contract)?;
        let lines = generated.source.lines().map(|line| line.trim().to_owned());
        let methods =
            lines.filter(|line| line.starts_with("pub fn ") || line.starts_with("V: std"));
        anyhow::Ok(methods.collect::<Vec<_>>())
    };
    let before = methods(contract()).unwrap();
    let mut report = Vec::new();
    let mut codes = BTreeSet::new();
    for (name, edit) in STOPS {
        let mut edited = contract();
        edit(&mut edited);
        let paths = edited["paths"].as_object().unwrap();
        let operations = &version.selection.operations;
        let gone = operations.iter().find(|expected| {
            let path = expected.at.split_once(' ').unwrap().1;
            // What a path calls its parameter is import's to follow, by `formerly`.
            !paths.contains_key(path) && !paths.contains_key(&path.replace("{id}", "{bookId}"))
        });
        let why = match (gone, methods(edited.clone())) {
            (Some(gone), _) => format!("import expects {}", gone.at),
            (None, Err(error)) => format!("{error:#}"),
            (None, Ok(after)) => {
                let gone = before.iter().filter(|line| {
                    let count =
                        |lines: &[String]| lines.iter().filter(|other| other == line).count();
                    count(&after) < count(&before)
                });
                let gone: BTreeSet<&str> = gone.map(String::as_str).collect();
                gone.into_iter().collect::<Vec<_>>().join(" ")
            }
        };
        assert!(!why.is_empty(), "{name} stops nothing");
        report.push(format!("{name}: {why}"));
        let changes = diff::compare(contract(), edited).unwrap().changes;
        let stops = changes
            .into_iter()
            .filter(|change| matches!(change.then, Then::Stops(_)));
        codes.extend(stops.map(|change| change.code));
    }
    insta::assert_snapshot!(report.join("\n"));
    let all = OperationChange::ALL.iter().map(|change| change.row());
    let all = all.filter(|row| matches!(row.then, Then::Stops(_)));
    let missing: Vec<_> = all
        .map(|row| row.code)
        .filter(|code| !codes.contains(*code))
        .collect();
    assert!(missing.is_empty(), "no edit has {missing:?}");
    assert!(codes.contains("param-type-changed"));
}

#[test]
fn what_can_be_begun_is() {
    let house = House::new();
    let mut edited = contract();
    book(&mut edited)["genre"] = json!({"type": "string", "enum": ["NOVEL", "CRIME_STORY"]});
    schema(&mut edited, "CoverDto")["enum"] = json!(["SOFT", "HARD", "NO_COVER"]);
    list(&mut edited)["x-filters"]["author.name"] = json!(["eq", "in"]);
    let lend = lend(&mut edited).clone();
    at(&mut edited, "/paths")["/books/{id}/returns"] = json!({"post": lend});
    at(&mut edited, "/paths")["/books/{id}/returns"]["post"]["operationId"] = "returnBook".into();

    let workspace = Workspace::at(house.0.path());
    let files = scaffold(&workspace, &house.open(edited.clone())).unwrap();
    let mut report = Vec::new();
    for file in files {
        let now = fs::read_to_string(house.0.path().join(&file)).unwrap();
        let before = [MODEL, VOCABULARY, OVERLAY, MANIFEST, SIMULATOR].join("\n");
        let new = now
            .lines()
            .filter(|line| !before.contains(line) || line.contains('…'));
        report.push(format!("# {file}\n{}", new.collect::<Vec<_>>().join("\n")));
    }
    report.push(text(&house.open(edited)));
    insta::assert_snapshot!(report.join("\n\n"));
}

/// A function that makes a body is given what the body has; its callers hand that on.
#[test]
fn callers_hand_on_what_a_body_needs() {
    let house = House::new();
    let convert = "fn loan(\n    book: String,\n    days: i32,\n) -> raw::Book {\n    raw::Book {\n        book,\n        days,\n    }\n}\n";
    house.write("crates/certs/src/model/convert.rs", convert);
    let call = "fn send(it: Book) -> raw::Book {\n    convert::loan(it.book, it.days)\n}\n";
    house.write("crates/certs/src/review/lend.rs", call);
    let mut edited = contract();
    let loan = remove(at(&mut edited, "/components/schemas"), "LoanDto");
    at(&mut edited, "/components/schemas")["Book"] = loan;
    lend(&mut edited)["requestBody"]["content"]["application/json"]["schema"] =
        json!({"$ref": "#/components/schemas/Book"});
    schema(&mut edited, "Book")["properties"]["reader"] = json!({"type": "string"});
    house.write(
        "crates/certs/src/model/book.rs",
        &MODEL.replace("struct Book", "struct Volume"),
    );
    let workspace = Workspace::at(house.0.path());
    let calls = |house: &House| {
        let open = house.open(edited.clone());
        let calls = open.iter().filter(|line| line.file.contains("/review/"));
        calls.map(Line::to_string).collect::<Vec<_>>().join("\n")
    };
    let before = calls(&house);
    insta::assert_snapshot!(before, @"crates/certs/src/review/lend.rs:2: v3: `loan` takes more of `Book`; hand it on");
    scaffold(&workspace, &house.open(edited.clone())).unwrap();
    assert_eq!(calls(&house), before);
    let done = call.replace("it.days", "it.days, it.reader");
    house.write("crates/certs/src/review/lend.rs", &done);
    assert_eq!(calls(&house), "");
}

/// In the model as serde wants it, where the client writes the body down, and where the simulator
/// reads it.
#[test]
fn what_is_begun_in_a_body_is_begun_everywhere() {
    let house = House::new();
    house.write(
        "crates/certs/src/model/convert.rs",
        "fn lend(\n    loan: Loan,\n) -> raw::Loan {\n    let Loan {\n        book,\n        days,\n    } = loan;\n    \
         raw::Loan {\n        book,\n        days,\n    }\n}\n\n\
         impl Loan {\n    fn new(book: String) -> Self {\n        Self {\n            book,\n            \
         days: None,\n        }\n    }\n}\n",
    );
    house.write(
        "crates/certs-sim/src/api/lend.rs",
        "fn read(value: &Value) -> Loan {\n    let object = Object::read(value, \"\")?;\n    Loan {\n        \
         book: object.text(\"book\")?,\n        days: object.optional_whole(\"days\")?,\n    }\n}\n",
    );
    let mut edited = contract();
    let loan = remove(at(&mut edited, "/components/schemas"), "LoanDto");
    at(&mut edited, "/components/schemas")["Loan"] = loan;
    lend(&mut edited)["requestBody"]["content"]["application/json"]["schema"] =
        json!({"$ref": "#/components/schemas/Loan"});
    let overlay = OVERLAY.replace("LoanDto", "Loan");
    house.write("openapi/overlays/v3-docs.yaml", &overlay);
    let loan = schema(&mut edited, "Loan");
    loan["properties"]["readerId"] = json!({"type": "string"});
    loan["properties"]["until"] = json!({"type": "string", "format": "date-time"});
    loan["required"] = json!(["book", "readerId"]);

    let workspace = Workspace::at(house.0.path());
    let files = scaffold(&workspace, &house.open(edited.clone())).unwrap();
    let begun = files.iter().map(|file| {
        let now = fs::read_to_string(house.0.path().join(file)).unwrap();
        syn::parse_file(&now).unwrap();
        let begin = now.find("/// A loan to ask for.").unwrap_or_default();
        format!("# {file}\n{}", &now[begin..])
    });
    insta::assert_snapshot!(begun.collect::<Vec<_>>().join("\n"));
    // What only a person knows stays on the list.
    let open = house.open(edited);
    let left = open.iter().filter(|line| line.stage == Stage::Calls);
    let left: Vec<String> = left.map(Line::to_string).collect();
    insta::assert_snapshot!(left.join("\n"), @"crates/certs/src/model/convert.rs: v3: `Loan` lacks `reader_id` in line 20; say what it is there, before line 24");
}
