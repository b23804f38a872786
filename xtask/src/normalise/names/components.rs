//! Names of components.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{free_name, type_name};
use crate::normalise::schemas;

/// Names that the generator's own code means by something else.
const TAKEN: [&str; 1] = ["Default"];

/// Names every component as its Rust type will be named, each differently.
///
/// The generator would give two components that differ only in case or in a hyphen the
/// same type; and it knows replaced types by their Rust name.
pub(in crate::normalise) fn name_components(document: &mut Value) {
    let Some(components) = schemas::components(document) else {
        return;
    };
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    // A component whose name is a Rust name already keeps it.
    let (fixed, others): (Vec<_>, Vec<_>) = components
        .keys()
        .partition(|name| type_name(name) == **name);
    for name in fixed.into_iter().chain(others) {
        let free = free_name(&type_name(name), |candidate| {
            TAKEN.contains(&candidate) || names.values().any(|taken| taken == candidate)
        });
        names.insert(name.clone(), free);
    }
    rename(document, &names);
}

fn rename(document: &mut Value, names: &BTreeMap<String, String>) {
    if let Some(Value::Object(components)) = document.pointer_mut("/components/schemas") {
        let renamed: Map<_, _> = std::mem::take(components)
            .into_iter()
            .map(|(name, schema)| (names.get(&name).cloned().unwrap_or(name), schema))
            .collect();
        *components = renamed;
    }
    schemas::visit_all(document, &mut |schema| {
        if let Some(name) = schemas::reference(schema).and_then(|name| names.get(name)) {
            let reference = schemas::referring_to(name);
            schema.insert("$ref".to_owned(), reference["$ref"].clone());
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn components_that_would_be_one_type_get_names_of_their_own() {
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let mut document = json!({"components": {"schemas": {
            "loan-dto": {"type": "string"},
            "LoanDTO": {"type": "integer"},
            "LoanDto": {"type": "boolean"},
            "Holder": {"properties": {
                "a": reference("loan-dto"), "b": reference("LoanDTO"), "c": reference("LoanDto"),
            }},
        }}});
        name_components(&mut document);
        let schemas = &document["components"]["schemas"];
        let type_behind = |property: &str| {
            let reference = schemas["Holder"]["properties"][property]["$ref"]
                .as_str()
                .unwrap();
            let name = reference.rsplit('/').next().unwrap();
            (name.to_owned(), schemas[name]["type"].clone())
        };
        assert_eq!(type_behind("a"), ("LoanDto2".into(), json!("string")));
        assert_eq!(type_behind("b"), ("LoanDto3".into(), json!("integer")));
        assert_eq!(type_behind("c"), ("LoanDto".into(), json!("boolean")));
    }
}
