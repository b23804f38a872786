//! Names of components.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use serde_json::Value;

use super::type_name;
use crate::normalise::schemas;

/// Names every component as its Rust type will be named: the generator knows replaced types by that.
/// Refuses names that would be one, or mean something else in generated code.
pub(in crate::normalise) fn name_components(document: &mut Value) -> Result<()> {
    let mut taken = BTreeSet::from(["Default".to_owned()]);
    for (name, _) in schemas::components(document) {
        if !taken.insert(type_name(name)) {
            bail!(
                "the schema `{name}` would be another type called `{}`; give its file another name \
                 in `names` of the manifest",
                type_name(name)
            );
        }
    }
    if let Some(Value::Object(components)) = document.pointer_mut("/components/schemas") {
        let named = std::mem::take(components).into_iter();
        components.extend(named.map(|(name, schema)| (type_name(&name), schema)));
    }
    schemas::visit_all(document, |schema| {
        if let Some(name) = schemas::reference(schema) {
            let mut reference = schemas::referring_to(&type_name(name));
            schema.insert("$ref".into(), reference["$ref"].take());
        }
    });
    Ok(())
}
