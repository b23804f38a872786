//! What the steps make of our own contracts, together.

use serde_json::Value;

use super::{Notes, normalise, schemas};
use crate::manifest::Manifest;
use crate::workspace::Workspace;
use crate::{overlay, yaml};

/// Method, path, id, parameters, body and answer of every operation, one a line.
fn operations(document: &Value) -> String {
    let mut lines = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for method in schemas::METHODS {
            let Some(operation) = item.get(method) else {
                continue;
            };
            let parameters: Vec<_> = operation["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|parameter| {
                    let text = |key: &str| parameter[key].as_str().unwrap_or_default();
                    format!(
                        "{}:{} {}",
                        text("in"),
                        text("name"),
                        type_of(&parameter["schema"])
                    )
                })
                .collect();
            let json = |node: &Value| type_of(&node["content"]["application/json"]["schema"]);
            let responses = operation["responses"].as_object();
            let answers: Vec<_> = responses
                .into_iter()
                .flatten()
                .map(|(status, response)| format!("{status} {}", json(response)))
                .collect();
            lines.push(format!(
                "{} {path} {} ({}) {} -> {}",
                method.to_uppercase(),
                operation["operationId"].as_str().unwrap_or_default(),
                parameters.join(", "),
                operation.get("requestBody").map_or(String::new(), json),
                answers.join(", ")
            ));
        }
    }
    lines.join("\n")
}

fn type_of(schema: &Value) -> String {
    let nullable = if schema["nullable"] == true { "?" } else { "" };
    if let Some(only) = schema["allOf"].as_array().and_then(|all| all.first()) {
        return format!("{}{nullable}", type_of(only));
    }
    if let Some(name) = schema.as_object().and_then(schemas::reference) {
        return format!("{name}{nullable}");
    }
    match schema["type"].as_str() {
        Some("array") => format!("[{}]{nullable}", type_of(&schema["items"])),
        Some(kind) => format!("{kind}{nullable}"),
        None => "-".to_owned(),
    }
}

#[test]
fn operations_of_the_vendored_contracts() {
    let workspace = Workspace::here();
    let manifest = Manifest::load(&workspace.openapi()).unwrap();
    for version in manifest.clients() {
        let mut contract = yaml::load_json(&version.contract_path()).unwrap();
        let mut notes = Notes::default();
        for path in version.overlay_paths() {
            let overlay = yaml::load_json(&path).unwrap();
            overlay::apply(&mut contract, &overlay, "overlay", &mut notes).unwrap();
        }
        let normalised = normalise(contract, &mut notes).unwrap();
        insta::assert_snapshot!(
            format!("operations_{}", version.name()),
            operations(&normalised.document)
        );
        assert_eq!(notes, Notes::default());
    }
}
