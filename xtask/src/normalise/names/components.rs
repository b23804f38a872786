//! Names of components.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use serde_json::{Map, Value};

use super::type_name;
use crate::normalise::schemas;

/// Names every component as its Rust type will be named: the generator knows replaced types by that.
/// Refuses names that would be one, or mean something else in generated code.
pub(in crate::normalise) fn name_components(document: &mut Value) -> Result<()> {
    let mut taken = BTreeSet::from(["Default".to_owned()]);
    for (name, _) in schemas::components(document).into_iter().flatten() {
        if !taken.insert(type_name(name)) {
            bail!(
                "the schema `{name}` would be another type called `{}`; give its file another name \
                 in `names` of the manifest",
                type_name(name)
            );
        }
    }
    if let Some(Value::Object(components)) = document.pointer_mut("/components/schemas") {
        *components = std::mem::take(components)
            .into_iter()
            .map(|(name, schema)| (type_name(&name), schema))
            .collect::<Map<_, _>>();
    }
    schemas::visit_all(document, &mut |schema| {
        if let Some(name) = schemas::reference(schema) {
            let reference = schemas::referring_to(&type_name(name));
            schema.insert("$ref".into(), reference["$ref"].clone());
        }
    });
    Ok(())
}
