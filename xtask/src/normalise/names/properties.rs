//! Names of properties.

use std::collections::BTreeSet;

use serde_json::Value;

use super::field_name;
use crate::normalise::schemas::Schema;

/// A property that the generator knows by another name than the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PropertyRename {
    /// The struct that has it.
    pub(crate) of: String,
    /// The name that the generator was given.
    pub(crate) rust: String,
    /// The name on the wire.
    pub(crate) wire: String,
}

/// The field that keeps what the specification does not name.
const REST: &str = "extra";

/// Renames properties whose fields would have the same name, or that of the field for
/// the rest. All objects are components by now.
pub(in crate::normalise) fn name_properties(document: &mut Value) -> Vec<PropertyRename> {
    let mut renames = Vec::new();
    if let Some(Value::Object(components)) = document.pointer_mut("/components/schemas") {
        for (name, schema) in components {
            if let Value::Object(schema) = schema {
                name_fields(name, schema, &mut renames);
            }
        }
    }
    renames
}

fn name_fields(of: &str, schema: &mut Schema, renames: &mut Vec<PropertyRename>) {
    let has_rest = schema.contains_key("additionalProperties");
    let Some(Value::Object(properties)) = schema.get_mut("properties") else {
        return;
    };
    let mut taken: BTreeSet<String> = BTreeSet::new();
    if has_rest {
        taken.insert(REST.to_owned());
    }
    let mut given = Vec::new();
    for wire in properties.keys() {
        let field = field_name(wire);
        if taken.insert(field.clone()) {
            continue;
        }
        // The hyphen makes sure that the generator writes the name down, and thus where.
        let rust = (2..)
            .map(|n: u32| format!("{field}-{n}"))
            .find(|rust| taken.insert(field_name(rust)))
            .unwrap_or_else(|| wire.clone());
        given.push((wire.clone(), rust));
    }
    if given.is_empty() {
        return;
    }
    let name_of = |wire: &str| {
        let found = given.iter().find(|(known, _)| known == wire);
        found.map_or(wire.to_owned(), |(_, rust)| rust.clone())
    };
    *properties = std::mem::take(properties)
        .into_iter()
        .map(|(wire, property)| (name_of(&wire), property))
        .collect();
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        for name in required {
            if let Some(wire) = name.as_str() {
                *name = name_of(wire).into();
            }
        }
    }
    renames.extend(given.into_iter().map(|(wire, rust)| PropertyRename {
        of: of.to_owned(),
        rust,
        wire,
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_of_one_struct_have_different_names() {
        let mut document = json!({"components": {"schemas": {"A": {
            "required": ["a_b"],
            "properties": {"a-b": {}, "aB": {}, "a_b": {}, "extra": {}, "other": {}},
            "additionalProperties": {},
        }}}});
        let renames = name_properties(&mut document);
        let pairs: Vec<_> = renames
            .iter()
            .map(|rename| (rename.wire.as_str(), rename.rust.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [("aB", "a_b-2"), ("a_b", "a_b-3"), ("extra", "extra-2")]
        );
        let schema = &document["components"]["schemas"]["A"];
        assert_eq!(schema["required"], json!(["a_b-3"]));
        assert!(schema["properties"].get("aB").is_none());
        assert!(schema["properties"].get("a_b-2").is_some());
    }
}
