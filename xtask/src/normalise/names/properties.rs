//! Names of properties.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use serde_json::Value;

use super::field_name;
use crate::contract::entries;
use crate::normalise::schemas;

/// The field that keeps what the specification does not name.
const REST: &str = "extra";

/// Refuses properties whose fields would have the same name, or that of the field for the rest. All
/// objects are components by now.
pub(in crate::normalise) fn have_fields_of_their_own(document: &Value) -> Result<()> {
    for (of, schema) in schemas::components(document) {
        let mut taken: BTreeSet<String> = BTreeSet::new();
        if schema.get("additionalProperties").is_some() {
            taken.insert(REST.to_owned());
        }
        for (name, _) in entries(&schema["properties"]) {
            if !taken.insert(field_name(name)) {
                bail!(
                    "`{name}` of {of} would be another field called `{}`; remove it with an \
                     overlay: a response keeps it in `{REST}`",
                    field_name(name)
                );
            }
        }
    }
    Ok(())
}
