//! Limits and defaults of what is sent, which the client and the simulator hold as constants.

use std::collections::BTreeMap;

use heck::ToShoutySnakeCase as _;
use serde_json::Value;

use super::sources::{Constant, File, constants};
use super::{CLIENT, Input, Lines, SIMULATOR, Stage};
use crate::contract::{Contract, schema_name};

/// The keywords that limit a value, and the one that says what leaving it out means.
const KEYWORDS: [&str; 10] = [
    "default",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "pattern",
];

/// What client and simulator are written for and no number holds, by the last name of its place.
const HELD: [(&str, &str); 4] = [
    // What is done with open items when a campaign is completed.
    ("autoCompleteAction", "\"APPROVE\""),
    ("includeSystemFilters", "true"),
    ("sunsetCommentsRequired", "true"),
    // An offset that is left out is UTC's.
    ("timeZone", "\"Z\""),
];

/// What the client calls the constant of another name in the simulator: users see it.
const PUBLIC: [(&str, &str); 1] = [("MAX_LIMIT", "MAX_PAGE_SIZE")];

/// A limit or a default of what is sent.
struct Limit<'a> {
    /// `makeIdentityDecision body maxItems`
    place: String,
    /// What is limited: a parameter, a property, or the schema of a list's items.
    name: &'a str,
    keyword: &'static str,
    value: &'a Value,
}

impl Limit<'_> {
    /// What needs no constant: numbers that are counted from nothing, flags that are not set, lists
    /// with something in them, which the simulator asks for of every list.
    fn goes_without_saying(&self) -> bool {
        match self.keyword {
            "default" => *self.value == 0 || *self.value == false,
            "minimum" => *self.value == 0,
            "minItems" => *self.value == 1,
            _ => false,
        }
    }

    /// The number that a constant holds.
    fn number(&self) -> Option<u64> {
        let is_held = self.keyword.starts_with("max") || self.keyword == "default";
        self.value.as_u64().filter(|_| is_held)
    }

    /// `MAX_DECISIONS` for a list of `ReviewDecision`, `MAX_CERTIFICATIONS` for `certificationIds`.
    fn constant(&self) -> String {
        let name = self.name.trim_end_matches("Ids").to_shouty_snake_case();
        let name = if self.keyword == "maxItems" && !name.ends_with('S') {
            let last = name.rsplit('_').next().unwrap_or_default();
            format!("{last}S")
        } else {
            name
        };
        format!("MAX_{name}")
    }
}

pub(super) fn find(input: &Input<'_>, client: &[File], simulator: &[File], lines: &mut Lines) {
    let version = input.version.name();
    let limits = declared(Contract(&input.noted.contract)).into_values();
    for limit in limits.filter(|limit| !limit.goes_without_saying()) {
        let Limit {
            place, name, value, ..
        } = &limit;
        if HELD.contains(&(name, &value.to_string())) {
            continue;
        }
        let Some(number) = limit.number() else {
            let what = format!(
                "{place} is {value}; hold it in the client and in the simulator, then add it to HELD \
                 in xtask/src/todo/limits.rs"
            );
            lines.add(Stage::Calls, version, CLIENT, what);
            continue;
        };
        let name = limit.constant();
        let public = PUBLIC.iter().find(|(of, _)| *of == name);
        let in_client = public.map_or(name.as_str(), |(_, public)| public);
        let sides = [
            (Stage::Calls, CLIENT, client, in_client),
            (Stage::Simulator, SIMULATOR, simulator, &name),
        ];
        for (stage, folder, files, name) in sides {
            let default = name.replacen("MAX", "DEFAULT", 1);
            // A default that is not the maximum has a constant of its own, and so has a version that
            // limits otherwise than the rest.
            let mut names = vec![name];
            if limit.keyword == "default" {
                names.insert(0, &default);
            }
            let own: Vec<_> = names
                .iter()
                .map(|name| format!("{}_{name}", version.to_shouty_snake_case()))
                .collect();
            let candidates = own.iter().map(String::as_str).chain(names.iter().copied());
            let (name, found) = candidates
                .map(|name| (name, constants(files, name)))
                .find(|(_, found)| !found.is_empty())
                .unwrap_or((name, Vec::new()));
            if found.is_empty() {
                let what = format!("{place} is {number}; no constant `{name}` holds it");
                lines.add(stage, version, folder, what);
            }
            for constant in found.iter().filter(|constant| constant.value != number) {
                let Constant { file, line, value } = constant;
                let mut what = format!("{place} is {number}, but `{name}` is {value}");
                if limit.keyword == "default" && name.contains("MAX") {
                    what.push_str(&format!("; if the maximum is still that, add `{default}`"));
                }
                lines.add(stage, version, &format!("{file}:{line}"), what);
            }
        }
    }
}

/// Every limit of a parameter, and of a body and what is in it, by its place.
fn declared(contract: Contract<'_>) -> BTreeMap<String, Limit<'_>> {
    let mut found = BTreeMap::new();
    for operation in contract.operations() {
        for parameter in operation.parameters() {
            let place = format!("{}:{}", parameter.place, parameter.name);
            limits(&place, parameter.name, parameter.schema, &mut found);
        }
        if let Some(body) = operation.body() {
            let place = format!("{} body", operation.id);
            within(contract, &place, "", body, &mut found);
        }
    }
    found
}

fn within<'a>(
    contract: Contract<'a>,
    place: &str,
    name: &'a str,
    schema: &'a Value,
    found: &mut BTreeMap<String, Limit<'a>>,
) {
    // Deeper, there are only circles.
    if place.split(['.', '[']).count() > 8 {
        return;
    }
    let schema = contract.resolved(schema);
    let items = schema.get("items");
    let of_items = items.and_then(schema_name).filter(|_| name.is_empty());
    limits(place, of_items.unwrap_or(name), schema, found);
    if let Some(items) = items {
        within(contract, &format!("{place}[]"), name, items, found);
    }
    for (name, property) in contract.properties(schema) {
        let place = format!("{place}.{name}");
        within(contract, &place, name, property.schema, found);
    }
}

fn limits<'a>(
    place: &str,
    name: &'a str,
    schema: &'a Value,
    found: &mut BTreeMap<String, Limit<'a>>,
) {
    for keyword in KEYWORDS {
        if let Some(value) = schema.get(keyword) {
            let place = format!("{place} {keyword}");
            let limit = Limit {
                place: place.clone(),
                name,
                keyword,
                value,
            };
            found.insert(place, limit);
        }
    }
}
