//! Versions that are like another, and how much they may differ.

use serde_json::{Value, json};
use xtask::like::{compare, unlisted};
use xtask::manifest::{self, Manifest, Version};
use xtask::{Workspace, generate};

const MANIFEST: &str = r#"
[version.v3]
title = ""
contract = "v3.yaml"
sha256 = ""
source = { repository = "", commit = "", date = "" }
selection = { roots = ["v3"], operations = [{ at = "GET /books/{id}" }] }

[version.v1]
title = ""
like = "v3"
path = "/{service}/v1/{rest}"
contract = "v1.yaml"
sha256 = ""
source = { repository = "", commit = "", date = "" }
selection = { roots = ["v1"] }
"#;

/// A contract with one operation, whose response has a `title` and these fields besides.
fn contract(server: &str, path: &str, id: &str, more: Value) -> Value {
    let mut properties = json!({"title": {"type": "string"}});
    properties
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    json!({
        "openapi": "3.0.1",
        "servers": [{"url": server}],
        "paths": {path: {"get": {"operationId": id, "responses": {"200": {
            "description": "",
            "content": {"application/json": {"schema": {
                "type": "object", "properties": properties,
            }}},
        }}}}},
    })
}

fn compared(differences: &str, of_v1: Value) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let text = format!("{MANIFEST}differences = [{differences}]\n");
    std::fs::write(dir.path().join("manifest.toml"), text)?;
    let manifest = Manifest::load(dir.path())?;
    let version = manifest.version("v1")?;
    let v3 = contract("https://{tenant}/v3", "/books/{id}", "getBook", json!({}));
    compare(version, version.likeness().unwrap(), of_v1, v3)
}

fn v1(more: Value) -> Value {
    contract("https://{tenant}", "/books/v1/{id}", "getBookV1", more)
}

#[test]
fn paths_by_the_rule_and_names_are_no_difference() {
    compared("", v1(json!({}))).unwrap();
}

#[test]
fn a_difference_has_to_be_listed_with_a_reason() {
    let subtitled = || v1(json!({"subtitle": {"type": "string"}}));
    let known = "{ is = \"response-property-added GET /books/{id} 200 body.subtitle: string\"";
    compared(&format!("{known}, because = \"Extra.\" }}"), subtitled()).unwrap();
    let error = compared("", subtitled()).unwrap_err();
    insta::assert_snapshot!(error.to_string(), @r#"
    v1 differs from v3: response-property-added GET /books/{id} 200 body.subtitle: string
        if the client of v3 does for both, add to `differences` of [version.v1] in openapi/manifest.toml: { is = "response-property-added GET /books/{id} 200 body.subtitle: string", because = "…" }; if not, v1 is not like v3: remove `like`, and give it a client
    "#);
    let error = compared(&format!("{known}, because = \" \" }}"), subtitled()).unwrap_err();
    insta::assert_snapshot!(error.to_string(), @"v1: a known difference has no reason: response-property-added GET /books/{id} 200 body.subtitle: string; say in `because` why one client does for both");
    let error = compared(&format!("{known}, because = \"Extra.\" }}"), v1(json!({})));
    insta::assert_snapshot!(error.unwrap_err().to_string(), @r"
    v1 does not differ from v3 any more in this: response-property-added GET /books/{id} 200 body.subtitle: string
        remove it from `differences` of [version.v1] in openapi/manifest.toml
    ");
}

#[test]
fn what_is_not_listed_can_be() {
    let dir = tempfile::tempdir().unwrap();
    let text = format!("{MANIFEST}differences = [\n]\n");
    let load = |text: &str| {
        std::fs::write(dir.path().join("manifest.toml"), text).unwrap();
        Manifest::load(dir.path()).unwrap()
    };
    let manifest = load(&text);
    let version = manifest.version("v1").unwrap();
    let v3 = || contract("https://{tenant}/v3", "/books/{id}", "getBook", json!({}));
    let mut of_v1 = v1(json!({"subtitle": {"type": "string"}}));
    let get = &mut of_v1["paths"]["/books/v1/{id}"]["get"];
    get["deprecated"] = true.into();
    get["x-sorters"] = json!(["title"]);
    let more = unlisted(version, version.likeness().unwrap(), of_v1.clone(), v3()).unwrap();
    let text = manifest::with_differences(&text, "v1", &more);
    insta::assert_snapshot!(text.split_once("differences").unwrap().1, @r#"
     = [
      { is = "operation-deprecated GET /books/{id}", because = "What is deprecated works." },
      { is = "response-property-added GET /books/{id} 200 body.subtitle: string", because = "It is kept in `extra`." },
      { is = "sorter-added GET /books/{id} query:sorters: title", because = "…" },
    ]
    "#);
    let manifest = load(&text);
    let version = manifest.version("v1").unwrap();
    compare(version, version.likeness().unwrap(), of_v1, v3()).unwrap();
}

/// A caller who does not use what only V3 has does not meet the difference.
#[test]
fn what_the_other_version_offers_besides_has_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("manifest.toml"), MANIFEST).unwrap();
    let manifest = Manifest::load(dir.path()).unwrap();
    let version = manifest.version("v1").unwrap();
    let with_body = |mut contract: Value, path: &str, loan: Value| {
        let body = json!({"schema": {"$ref": "#/components/schemas/Loan"}});
        contract["paths"][path]["get"]["requestBody"] =
            json!({"content": {"application/json": body}});
        contract["components"]["schemas"]["Loan"] = loan;
        contract
    };
    let of_v1 = with_body(v1(json!({})), "/books/v1/{id}", json!({"type": "object"}));
    let text = json!({"type": "string"});
    let v3 = contract("https://{tenant}/v3", "/books/{id}", "getBook", json!({}));
    let mut v3 = with_body(
        v3,
        "/books/{id}",
        json!({
            "type": "object", "required": ["reader"], "properties": {"reader": text, "days": text},
        }),
    );
    v3["paths"]["/books/{id}"]["get"]["x-filters"] = json!({"title": ["eq"]});
    v3["paths"]["/readers"] = json!({"get": {"operationId": "listReaders", "responses": {}}});
    let more = unlisted(version, version.likeness().unwrap(), of_v1, v3).unwrap();
    let more: Vec<_> = more
        .iter()
        .map(|more| format!("{}: {}", more.is, more.because))
        .collect();
    insta::assert_snapshot!(more.join("\n"), @r"
    operation-removed GET /readers: listReaders: A call of it is an error: not found.
    request-property-removed Loan.days: string: The client leaves out what it does not set.
    request-property-removed Loan.reader: string, required: …
    filter-field-removed GET /books/{id} query:filters: title: The service refuses a filter by it, and the error says so.
    ");
}

#[test]
fn a_reason_may_be_given_for_all_changes_of_a_kind() {
    let more = || v1(json!({"subtitle": {"type": "string"}, "pages": {"type": "integer"}}));
    let known = |is: &str| format!("{{ is = \"{is}\", because = \"Extra.\" }}");
    compared(&known("response-property-added *"), more()).unwrap();
    let error = compared(&known("response-property *"), more()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("does not differ from v3 any more in this: response-property *")
    );
}

/// So no type is called as their schemas are: `Accessreviewitem`.
#[test]
fn nothing_is_generated_from_a_version_that_is_like_another() {
    let workspace = Workspace::here();
    let manifest = Manifest::load(&workspace.openapi()).unwrap();
    let clients: Vec<_> = manifest.clients().map(Version::name).collect();
    assert_eq!(clients, ["beta", "v3"]);
    let options = generate::Options {
        version: Some("v1".to_owned()),
        ..generate::Options::default()
    };
    let error = generate::run(&options, &workspace).unwrap_err();
    insta::assert_snapshot!(error, @"it uses the client of `v3`; generate that one");
}

#[test]
fn another_path_or_server_is_a_difference() {
    let v2 = contract(
        "https://{tenant}/v9",
        "/books/v2/{id}",
        "getBook",
        json!({}),
    );
    insta::assert_snapshot!(compared("", v2).unwrap_err().to_string(), @r#"
    v1 differs from v3: operation-moved GET /books/v2/{id}: /books/{id} -> /books/v2/{id}
        if the client of v3 does for both, add to `differences` of [version.v1] in openapi/manifest.toml: { is = "operation-moved GET /books/v2/{id}: /books/{id} -> /books/v2/{id}", because = "…" }; if not, v1 is not like v3: remove `like`, and give it a client
    v1 differs from v3: servers-changed servers: https://{tenant} -> https://{tenant}/v9
        if the client of v3 does for both, add to `differences` of [version.v1] in openapi/manifest.toml: { is = "servers-changed servers: https://{tenant} -> https://{tenant}/v9", because = "…" }; if not, v1 is not like v3: remove `like`, and give it a client
    "#);
}
