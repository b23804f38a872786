//! Enums that may grow.

use std::collections::BTreeSet;

use heck::ToPascalCase as _;
use serde_json::Value;

use super::names::free_name;
use super::schemas;

/// An enum to be written with `open_enum!` in place of the generator's closed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenEnum {
    /// The Rust name, which is the name of its component.
    pub name: String,
    /// What its documentation says, if an overlay says anything.
    pub description: Option<String>,
    /// The known values, in the contract's order.
    pub variants: Vec<Variant>,
}

/// One known value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Its name in Rust.
    pub name: String,
    /// Its text on the wire.
    pub text: String,
}

/// Leaves enums to text: numbers and booleans that are listed stay plain numbers and
/// booleans.
///
/// Nothing is gained by a type for them, and a closed one would fail on the next value.
/// A text that YAML took for something else (`yes`, `1`) is text on the wire. A null among the
/// values is not a variant that Rust could have: `nullable` says it instead.
pub(super) fn only_text(document: &mut Value) {
    schemas::visit_all(document, |schema| {
        let kind = schemas::text(schema, "type").to_owned();
        let Some(Value::Array(mut values)) = schema.get_mut("enum").map(Value::take) else {
            return;
        };
        let count = values.len();
        values.retain(|value| !value.is_null());
        if values.len() < count {
            schema.insert("nullable".into(), true.into());
        }
        for value in values
            .iter_mut()
            .filter(|value| kind == "string" && !value.is_string())
        {
            *value = value.to_string().into();
        }
        let mut seen = BTreeSet::new();
        values.retain(|value| seen.insert(value.to_string()));
        let is_text =
            ["", "string"].contains(&kind.as_str()) && values.iter().all(Value::is_string);
        if is_text && !values.is_empty() {
            schema.insert("enum".into(), values.into());
        } else {
            schema.shift_remove("enum");
        }
    });
}

/// Lists the enums among the components, by name.
pub(super) fn list(document: &Value) -> Vec<OpenEnum> {
    let enums = schemas::components(document).filter_map(|(name, schema)| {
        let values = schema.get("enum")?.as_array()?.iter();
        Some(OpenEnum {
            name: name.clone(),
            description: schema["description"].as_str().map(str::to_owned),
            variants: variants(values.filter_map(Value::as_str)),
        })
    });
    enums.collect()
}

/// Names of variants, each different and none of them taken by the macro.
fn variants<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<Variant> {
    let mut taken = BTreeSet::from(["Unrecognized".to_owned()]);
    texts
        .map(|text| {
            let name = free_name(&variant_name(text), |name| taken.contains(name));
            taken.insert(name.clone());
            Variant {
                name,
                text: text.to_owned(),
            }
        })
        .collect()
}

/// The name of a value in Rust, but for a number where two values would have one name.
pub(crate) fn variant_name(text: &str) -> String {
    let name = text.to_pascal_case();
    if name.is_empty() {
        let name = if text.is_empty() { "Empty" } else { "Value" };
        return name.to_owned();
    }
    // A digit cannot begin a name, and `Self` is taken by the language.
    let names = [name.clone(), format!("Value{name}")].into_iter();
    let mut names = names.filter(|name| syn::parse_str::<syn::Ident>(name).is_ok());
    names.next().unwrap_or_else(|| "Value".to_owned())
}
