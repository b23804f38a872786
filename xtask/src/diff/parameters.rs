//! Parameters of an operation: in its path, its query, its headers.

use std::collections::BTreeMap;

use serde_json::Value;

use super::change::{Changes, flipped, from_to};
use super::levels::{Direction, OperationChange::*};
use super::operations::{Pair, renamed_path_parameters};
use super::schemas::{Schemas, described};
use crate::contract::{Contract, Operation, Parameter, both};

pub(super) fn compare(pair: &Pair<'_>, changes: &mut Changes) {
    let (old, new) = (pair.old.contract, pair.new.contract);
    let mut before = parameters(&pair.old);
    let mut after = parameters(&pair.new);
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
                changes.operation(PathParamRenamed, &at, [id], detail);
            }
            one((old, &before), (new, &after), &at, id, changes);
        }
    }
    let at =
        |parameter: &Parameter<'_>| format!("{operation} {}:{}", parameter.place, parameter.name);
    for (key, parameter) in &before {
        match after.get(key) {
            Some(now) => one((old, parameter), (new, now), &at(parameter), id, changes),
            None => {
                let detail = described_parameter(old, parameter);
                changes.operation(ParamRemoved, &at(parameter), [id], detail);
            }
        }
    }
    for (_, parameter) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
        let change = if parameter.is_required() {
            RequiredParamAdded
        } else {
            ParamAdded
        };
        let detail = described_parameter(new, parameter);
        changes.operation(change, &at(parameter), [id], detail);
    }
}

/// An operation's parameters, by place (`query`) and name.
fn parameters<'c>(operation: &Operation<'c>) -> BTreeMap<(&'c str, &'c str), Parameter<'c>> {
    let parameters = operation.parameters().into_iter();
    parameters
        .map(|parameter| ((parameter.place, parameter.name), parameter))
        .collect()
}

fn described_parameter(contract: Contract<'_>, parameter: &Parameter<'_>) -> String {
    schema(parameter).map_or(String::new(), |schema| described(contract, schema))
}

/// A parameter's schema, which may be under a media type.
fn schema<'c>(parameter: &Parameter<'c>) -> Option<&'c Value> {
    parameter.node.get("schema").or_else(|| {
        let content = parameter.node.get("content")?.as_object()?;
        content.values().next()?.get("schema")
    })
}

fn one<'c>(
    (old, before): (Contract<'c>, &Parameter<'c>),
    (new, after): (Contract<'c>, &Parameter<'c>),
    at: &str,
    id: &str,
    changes: &mut Changes,
) {
    let mut report = |change, detail: String| changes.operation(change, at, [id], detail);
    let required = [ParamBecameRequired, ParamBecameOptional];
    let deprecated = [ParamDeprecated, ParamUndeprecated];
    for change in [
        flipped(before.is_required(), after.is_required(), required),
        flipped(before.is_deprecated(), after.is_deprecated(), deprecated),
    ] {
        change
            .into_iter()
            .for_each(|change| report(change, String::new()));
    }
    if style(before) != style(after) {
        let detail = format!("{} -> {}", style(before), style(after));
        report(ParamStyleChanged, detail);
    }
    for (name, (before, after)) in both(before.node, after.node) {
        if name.starts_with("x-") && before != after {
            let detail = format!("{name}: {}", from_to(before, after));
            report(ExtensionChanged, detail);
        }
    }
    if let (Some(before), Some(after)) = (schema(before), schema(after)) {
        let (old, new) = ((old, before), (new, after));
        Schemas::compare(old, new, Direction::Param, at, id, changes);
    }
}

/// How the values are written, with the defaults that OpenAPI 3.0 has for each place.
fn style(parameter: &Parameter<'_>) -> String {
    let default = match parameter.place {
        "query" | "cookie" => "form",
        _ => "simple",
    };
    let node = parameter.node;
    let style = node["style"].as_str().unwrap_or(default);
    let explode = node["explode"].as_bool().unwrap_or(style == "form");
    let mut text = format!("{style}{}", if explode { ", exploded" } else { "" });
    if node.get("content").is_some() {
        text = "serialized content".to_owned();
    }
    for flag in ["allowReserved", "allowEmptyValue"] {
        if node[flag] == true {
            text = format!("{text}, {flag}");
        }
    }
    text
}
