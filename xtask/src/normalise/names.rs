//! Names in Rust: of components, properties and parameters.
//!
//! The generator derives every name by a rule and does not check whether two come out
//! alike, or whether one is taken by its own code. So names that would clash are changed
//! before it sees them, and what goes over the wire is put back into its output.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use heck::{ToPascalCase as _, ToSnakeCase as _};
use serde_json::Value;

use super::schemas::{self, list_mut, text};
use crate::contract::entries;

/// The field that keeps what the specification does not name.
const REST: &str = "extra";

/// The extension by which an overlay spells a parameter right.
const RUST_NAME: &str = "x-rust-name";

/// In a parameter that has another name in Rust, by [`name_parameters`]: the one on the wire.
pub(crate) const WIRE_NAME: &str = "x-wire-name";

/// Methods of a builder, and variables where it builds the request.
const TAKEN: [&str; 6] = ["new", "request", "send", "body", "client", "url"];

/// The name that the generator gives to a type.
pub(crate) fn type_name(text: &str) -> String {
    let name = plain(text).to_pascal_case();
    match name.chars().next() {
        None => "X".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("X{name}"),
        Some(_) if name == "Self" => "Self_".to_owned(),
        Some(_) => name,
    }
}

/// The name that the generator gives to a field or a method, but for the underscore after
/// a keyword.
pub(crate) fn field_name(text: &str) -> String {
    match plain(text).to_snake_case() {
        empty if empty.is_empty() => "x".to_owned(),
        name if name.starts_with(|first: char| first.is_ascii_digit()) => format!("x{name}"),
        name => name,
    }
}

/// Characters that no identifier has become breaks between words.
fn plain(text: &str) -> String {
    text.replace('\'', "")
        .replace(|char: char| !(char.is_alphanumeric() || char == '_'), "-")
}

/// The first of `name`, `name2`, `name3`, … that is free.
pub(super) fn free_name(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|n: u32| format!("{name}{n}"));
    std::iter::once(name.to_owned())
        .chain(numbered)
        .find(|name| !is_taken(name))
        .unwrap_or_else(|| name.to_owned())
}

/// Names every component as its Rust type will be named: the generator knows replaced types by that.
/// Refuses names that would be one, or mean something else in generated code.
pub(super) fn name_components(document: &mut Value) -> Result<()> {
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

/// Refuses properties whose fields would have the same name, or that of the field for the rest. All
/// objects are components by now.
pub(super) fn have_fields_of_their_own(document: &Value) -> Result<()> {
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

/// Gives parameters the name that an overlay set as `x-rust-name`: the generator derives the Rust
/// name from the wire name and knows no other way. Refuses names that would clash in a builder.
pub(super) fn name_parameters(document: &mut Value) -> Result<()> {
    for (at, operation) in schemas::operations_mut(document) {
        let mut taken: BTreeSet<String> = TAKEN.map(str::to_owned).into();
        let parameters = list_mut(operation.get_mut("parameters"));
        for parameter in parameters.filter_map(Value::as_object_mut) {
            let said = parameter.shift_remove(RUST_NAME);
            let wire = text(parameter, "name").to_owned();
            let rust = match said {
                None => wire.clone(),
                Some(Value::String(rust)) if text(parameter, "in") == "query" => rust,
                Some(said) => bail!(
                    "{at}: `{RUST_NAME}` is a name for a query parameter; `{wire}` is not one, or {said} \
                     is not a name"
                ),
            };
            if !taken.insert(field_name(&rust)) {
                bail!(
                    "{at}: the Rust name of `{wire}` is taken; give it another as `{RUST_NAME}` in an overlay"
                );
            }
            if rust != wire {
                parameter.insert("name".into(), rust.into());
                parameter.insert(WIRE_NAME.into(), wire.into());
            }
        }
    }
    Ok(())
}
