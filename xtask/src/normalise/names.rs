//! Names in Rust: of components, properties and parameters.
//!
//! The generator derives every name by a rule and does not check whether two come out
//! alike, or whether one is taken by its own code. So names that would clash are changed
//! before it sees them, and what goes over the wire is put back into its output.

mod components;
mod parameters;
mod properties;

use heck::{ToPascalCase as _, ToSnakeCase as _};

pub(super) use components::name_components;
pub(crate) use parameters::WIRE_NAME;
pub(super) use parameters::name_parameters;
pub(super) use properties::have_fields_of_their_own;

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
