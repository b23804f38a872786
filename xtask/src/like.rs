//! Versions that are like another: they have no client of their own, because the other version's
//! does for both. That is true as long as their contracts differ only in what is known.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::diff::Change;
use crate::manifest::{Difference, Likeness, Manifest, PathRule, Version};
use crate::todo::BLANK;
use crate::{diff, yaml};

/// Codes, by their ends, of changes that only affect names in Rust. Nothing is generated from a
/// version that is like another.
const NAMES: [&str; 4] = [
    "extension-changed",
    "operation-id-changed",
    "schema-renamed",
    "type-replaced",
];

/// Why one client is enough for both, for the codes, by their ends, where the reason is always the
/// same.
const REASONS: [(&str, &str); 5] = [
    ("response-property-added", "It is kept in `extra`."),
    (
        "response-property-removed",
        "Every field of the model may be absent or null.",
    ),
    (
        "response-enum-value-added",
        "The model keeps a value that it does not name.",
    ),
    (
        "response-enum-value-removed",
        "The model may name a value that is not returned.",
    ),
    ("deprecated", "What is deprecated works."),
];

/// Compares each version that is like another with that one, as they are vendored. Says in one line
/// what was compared; nothing if there is no such version.
pub(crate) fn check(manifest: &Manifest) -> Result<Option<String>> {
    let mut compared = Vec::new();
    let vendored = |version: &Version| {
        version.verify()?;
        yaml::load_json(&version.contract_path())
    };
    for version in manifest.versions() {
        let Some(likeness) = version.likeness() else {
            continue;
        };
        let other = vendored(manifest.version(&likeness.version)?)?;
        compare(version, likeness, vendored(version)?, other)?;
        compared.push(format!("{} like {}", version.name(), likeness.version));
    }
    Ok((!compared.is_empty()).then(|| compared.join(", ")))
}

/// The differences between the contracts of a version and of the one that it is like.
fn differences(
    version: &Version,
    likeness: &Likeness,
    contract: Value,
    mut other: Value,
) -> Result<Vec<Change>> {
    let (name, like) = (version.name(), &likeness.version);
    servers(&mut other, |url| path_start(url).to_owned());
    let contract = without_rule(contract, &likeness.path);
    let mut changes = diff::compare(other, contract)
        .with_context(|| format!("version {name} cannot be compared with {like}"))?
        .changes;
    changes.retain(|change| !NAMES.iter().any(|end| change.code.ends_with(end)));
    Ok(changes)
}

/// The differences that the manifest does not list yet, with the reason if it is always the same.
pub(crate) fn unlisted(
    version: &Version,
    likeness: &Likeness,
    contract: Value,
    other: Value,
) -> Result<Vec<Difference>> {
    let changes = differences(version, likeness, contract, other)?.into_iter();
    let unlisted = changes.filter_map(|change| {
        let is = change.to_string();
        let reason = REASONS.iter().find(|(end, _)| change.code.ends_with(end));
        let because = reason.map_or(BLANK, |(_, because)| because).to_owned();
        let is_known = likeness.differences.iter().any(|known| known.covers(&is));
        (!is_known).then_some(Difference { is, because })
    });
    Ok(unlisted.collect())
}

/// Fails if the contracts differ in something that the manifest does not list, or if it lists
/// something in which they do not differ.
pub(crate) fn compare(
    version: &Version,
    likeness: &Likeness,
    contract: Value,
    other: Value,
) -> Result<()> {
    let (name, like) = (version.name(), &likeness.version);
    let found = differences(version, likeness, contract, other)?;
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    let known = || likeness.differences.iter();
    let mut problems = Vec::new();
    for line in &found {
        if !known().any(|known| known.covers(line)) {
            problems.push(format!(
                "{name} differs from {like}: {line}\n    if the client of {like} does for both, add \
                 to `differences` of [version.{name}] in openapi/manifest.toml: {{ is = {}, because \
                 = \"…\" }}; if not, {name} is not like {like}: remove `like`, and give it a client",
                toml_edit::Value::from(line.as_str())
            ));
        }
    }
    for known in known().filter(|known| !found.iter().any(|line| known.covers(line))) {
        problems.push(format!(
            "{name} does not differ from {like} any more in this: {}\n    remove it from \
             `differences` of [version.{name}] in openapi/manifest.toml",
            known.is
        ));
    }
    for Difference { is, .. } in known().filter(|known| known.because.trim().is_empty()) {
        problems.push(format!(
            "{name}: a known difference has no reason: {is}; say in `because` why one client does \
             for both"
        ));
    }
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    Ok(())
}

/// The contract with its paths and servers as the other version would have them.
fn without_rule(mut contract: Value, rule: &PathRule) -> Value {
    servers(&mut contract, |url| {
        let plain = url.strip_suffix(&rule.base).unwrap_or(url);
        plain.to_owned()
    });
    if let Some(Value::Object(paths)) = contract.get_mut("paths") {
        *paths = std::mem::take(paths)
            .into_iter()
            .map(|(path, item)| (rule.undo(&path), item))
            .collect();
    }
    contract
}

fn servers(contract: &mut Value, url: impl Fn(&str) -> String) {
    let servers = contract.get_mut("servers").and_then(Value::as_array_mut);
    for server in servers.into_iter().flatten() {
        if let Some(Value::String(text)) = server.get_mut("url") {
            *text = url(text);
        }
    }
}

/// A URL up to its path.
fn path_start(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let path = url.get(host..).and_then(|rest| rest.find('/'));
    path.and_then(|path| url.get(..host + path)).unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::generate;
    use crate::workspace::Workspace;

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

    fn compared(differences: &str, of_v1: Value) -> Result<()> {
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
        let text = crate::manifest::with_differences(&text, "v1", &more);
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
}
