//! Parameters of an operation: in its path, its query, its headers.

use std::collections::BTreeMap;

use serde_json::Value;

use super::change::{flipped, from_to};
use super::levels::{Direction, OperationChange::*};
use super::operations::{Pair, path_parameters};
use super::schemas::described;
use crate::contract::{Operation, Parameter, both};

pub(super) fn compare(pair: &mut Pair<'_, '_>) {
    let (mut before, mut after) = (parameters(&pair.old), parameters(&pair.new));
    // A path has places, not names: the same place is the same parameter.
    for (old_name, new_name) in path_parameters(pair) {
        let old = before.remove(&("path", old_name));
        if let (Some(old), Some(new)) = (old, after.remove(&("path", new_name))) {
            if old_name != new_name {
                let detail = format!("{old_name} -> {new_name}");
                pair.report(PathParamRenamed, &part(&new), detail);
            }
            one(pair, &old, &new);
        }
    }
    for (key, old) in before {
        match after.remove(&key) {
            Some(new) => one(pair, &old, &new),
            None => {
                let schema = schema(&old).map(|schema| described(pair.old.contract, schema));
                pair.report(ParamRemoved, &part(&old), schema.unwrap_or_default());
            }
        }
    }
    for new in after.into_values() {
        let change = if new.is_required() {
            RequiredParamAdded
        } else {
            ParamAdded
        };
        let schema = schema(&new).map(|schema| described(pair.new.contract, schema));
        pair.report(change, &part(&new), schema.unwrap_or_default());
    }
}

/// An operation's parameters, by place (`query`) and name.
fn parameters<'c>(operation: &Operation<'c>) -> BTreeMap<(&'c str, &'c str), Parameter<'c>> {
    let parameters = operation.parameters().into_iter();
    parameters
        .map(|parameter| ((parameter.place, parameter.name), parameter))
        .collect()
}

/// `query:limit`
fn part(parameter: &Parameter<'_>) -> String {
    format!("{}:{}", parameter.place, parameter.name)
}

/// A parameter's schema, which may be under a media type.
fn schema<'c>(parameter: &Parameter<'c>) -> Option<&'c Value> {
    parameter.node.get("schema").or_else(|| {
        let content = parameter.node.get("content")?.as_object()?;
        content.values().next()?.get("schema")
    })
}

fn one<'c>(pair: &mut Pair<'c, '_>, before: &Parameter<'c>, after: &Parameter<'c>) {
    let part = part(after);
    let required = [ParamBecameRequired, ParamBecameOptional];
    let deprecated = [ParamDeprecated, ParamUndeprecated];
    for change in [
        flipped(before.is_required(), after.is_required(), required),
        flipped(before.is_deprecated(), after.is_deprecated(), deprecated),
    ] {
        change
            .into_iter()
            .for_each(|change| pair.report(change, &part, ""));
    }
    if style(before) != style(after) {
        let detail = format!("{} -> {}", style(before), style(after));
        pair.report(ParamStyleChanged, &part, detail);
    }
    for (name, (before, after)) in both(before.node, after.node) {
        if name.starts_with("x-") && before != after {
            let detail = format!("{name}: {}", from_to(before, after));
            pair.report(ExtensionChanged, &part, detail);
        }
    }
    if let (Some(before), Some(after)) = (schema(before), schema(after)) {
        pair.schemas(before, after, Direction::Param, &part);
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
