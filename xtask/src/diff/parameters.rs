//! Parameters of an operation: in its path, its query, its headers.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::change::Changes;
use super::contract::{Contract, Operation};
use super::levels::{Direction, OperationChange};
use super::operations::{Pair, renamed_path_parameters};
use super::schemas::{Schemas, described};
use super::view::shown;

/// Parameters by place (`query`) and name.
type Parameters<'c> = BTreeMap<(&'c str, &'c str), &'c Map<String, Value>>;

/// Compares the parameters of one operation.
pub(super) fn compare(old: &Contract, new: &Contract, pair: &Pair<'_>, changes: &mut Changes) {
    let mut before = parameters(old, &pair.old);
    let mut after = parameters(new, &pair.new);
    let (id, operation) = (pair.new.id, pair.new.at());

    // A path has places, not names: the same place is the same parameter.
    for (old_name, new_name) in renamed_path_parameters(pair) {
        let both = (
            before.remove(&("path", old_name)),
            after.remove(&("path", new_name)),
        );
        if let (Some(before), Some(after)) = both {
            let at = format!("{operation} path:{new_name}");
            if old_name != new_name {
                let detail = format!("{old_name} -> {new_name}");
                changes.operation(OperationChange::PathParamRenamed, &at, [id], detail);
            }
            one((old, before), (new, after), "path", &at, id, changes);
        }
    }
    for (key, parameter) in &before {
        let at = format!("{operation} {}:{}", key.0, key.1);
        match after.get(key) {
            Some(now) => one((old, parameter), (new, now), key.0, &at, id, changes),
            None => {
                let detail = described_parameter(old, parameter);
                changes.operation(OperationChange::ParamRemoved, &at, [id], detail);
            }
        }
    }
    for (key, parameter) in &after {
        if before.contains_key(key) {
            continue;
        }
        let change = if is_required(parameter) {
            OperationChange::RequiredParamAdded
        } else {
            OperationChange::ParamAdded
        };
        let at = format!("{operation} {}:{}", key.0, key.1);
        changes.operation(change, &at, [id], described_parameter(new, parameter));
    }
}

/// An operation's own parameters, and those of its path that it does not overrule.
fn parameters<'c>(contract: &'c Contract, operation: &Operation<'c>) -> Parameters<'c> {
    let mut found = Parameters::new();
    for owner in [operation.item, operation.node] {
        let list = owner.get("parameters").and_then(Value::as_array);
        for parameter in list.into_iter().flatten() {
            let Some(parameter) = contract.resolve(parameter).as_object() else {
                continue;
            };
            let text = |keyword| parameter.get(keyword).and_then(Value::as_str);
            if let (Some(place), Some(name)) = (text("in"), text("name")) {
                found.insert((place, name), parameter);
            }
        }
    }
    found
}

fn is_required(parameter: &Map<String, Value>) -> bool {
    parameter.get("required") == Some(&Value::Bool(true))
}

fn described_parameter(contract: &Contract, parameter: &Map<String, Value>) -> String {
    schema(parameter).map_or(String::new(), |schema| described(contract, schema))
}

/// A parameter's schema, which may be under a media type.
fn schema(parameter: &Map<String, Value>) -> Option<&Value> {
    parameter.get("schema").or_else(|| {
        let content = parameter.get("content")?.as_object()?;
        content.values().next()?.get("schema")
    })
}

fn one(
    old: (&Contract, &Map<String, Value>),
    new: (&Contract, &Map<String, Value>),
    place: &str,
    at: &str,
    id: &str,
    changes: &mut Changes,
) {
    let ((old_contract, before), (new_contract, after)) = (old, new);
    let mut report = |change, detail: String| changes.operation(change, at, [id], detail);
    match (is_required(before), is_required(after)) {
        (false, true) => report(OperationChange::ParamBecameRequired, String::new()),
        (true, false) => report(OperationChange::ParamBecameOptional, String::new()),
        _ => {}
    }
    let is_deprecated =
        |parameter: &Map<String, Value>| parameter.get("deprecated") == Some(&Value::Bool(true));
    match (is_deprecated(before), is_deprecated(after)) {
        (false, true) => report(OperationChange::ParamDeprecated, String::new()),
        (true, false) => report(OperationChange::ParamUndeprecated, String::new()),
        _ => {}
    }
    if style(before, place) != style(after, place) {
        let detail = format!("{} -> {}", style(before, place), style(after, place));
        report(OperationChange::ParamStyleChanged, detail);
    }
    let extensions = before.keys().chain(after.keys());
    for name in extensions.filter(|name| name.starts_with("x-")) {
        let word =
            |parameter: &Map<String, Value>| parameter.get(name).map_or("none".to_owned(), shown);
        if before.get(name) != after.get(name) {
            let detail = format!("{name}: {} -> {}", word(before), word(after));
            report(OperationChange::ExtensionChanged, detail);
        }
    }
    if let (Some(before), Some(after)) = (schema(before), schema(after)) {
        Schemas::compare(
            (old_contract, before),
            (new_contract, after),
            Direction::Param,
            at,
            id,
            changes,
        );
    }
}

/// How the values are written, with the defaults that OpenAPI 3.0 has for each place.
fn style(parameter: &Map<String, Value>, place: &str) -> String {
    let default = match place {
        "query" | "cookie" => "form",
        _ => "simple",
    };
    let style = parameter
        .get("style")
        .and_then(Value::as_str)
        .unwrap_or(default);
    let explode = parameter
        .get("explode")
        .and_then(Value::as_bool)
        .unwrap_or(style == "form");
    let mut text = format!("{style}{}", if explode { ", exploded" } else { "" });
    if parameter.contains_key("content") {
        text = "serialized content".to_owned();
    }
    for flag in ["allowReserved", "allowEmptyValue"] {
        if parameter.get(flag) == Some(&Value::Bool(true)) {
            text = format!("{text}, {flag}");
        }
    }
    text
}
