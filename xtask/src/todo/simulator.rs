//! What the simulator has to speak: it mentions every operation, scope, parameter and field of the
//! contracts. Whether it uses them rightly, the tests between the crates say.

use std::collections::BTreeSet;

use heck::ToSnakeCase as _;
use serde_json::Value;

use super::sources::{self, File, nearest};
use super::{CLIENT, Input, Lines, SIMULATOR, Stage};
use crate::contract::{Contract, Operation, entries};

/// Where the simulator reads requests and writes answers.
const ENDPOINTS: &str = "crates/certs-sim/src/api";

/// The status of a simulator's answer, by the word that makes it. Any other is 200.
const STATUSES: [(&str, &str); 2] = [("accepted", "202"), ("nothing", "204")];

/// What the simulator's sources mention.
#[derive(Clone, Copy)]
struct Known<'a>(&'a [File]);

impl Known<'_> {
    fn text(self, text: &str) -> bool {
        self.0.iter().any(|file| file.mentions.texts.contains(text))
    }

    fn word(self, word: &str) -> bool {
        self.0.iter().any(|file| file.mentions.words.contains(word))
    }
}

pub(super) fn find(input: &Input<'_>, client: &[File], simulator: &[File], lines: &mut Lines) {
    let known = Known(simulator);
    let mut seen = BTreeSet::new();
    let version = input.version.name();
    let contract = Contract(&input.noted.contract);
    for path in token_paths(&input.noted.contract) {
        let sides = [
            (Stage::Calls, CLIENT, client),
            (Stage::Simulator, SIMULATOR, simulator),
        ];
        for (stage, folder, files) in sides {
            let mut texts = files.iter().flat_map(|file| &file.mentions.texts);
            // It may follow the address in a format.
            if !texts.any(|text| text == path || text.ends_with(&format!("}}{path}"))) {
                lines.add(
                    stage,
                    version,
                    folder,
                    format!("tokens come from `{path}` now"),
                );
            }
        }
    }
    // In a file that is known, or beside what it has most of.
    let mut add = |file: Option<&str>, neighbours: &[&str], what| {
        let files = simulator.iter();
        let is_endpoint = |file: &&File| file.path.starts_with(ENDPOINTS);
        let endpoints = files.clone().filter(is_endpoint);
        let file = file.or_else(|| nearest(endpoints, neighbours));
        let file = file.or_else(|| nearest(files, neighbours));
        let file = file.unwrap_or(SIMULATOR);
        lines.add(Stage::Simulator, version, file, what);
    };
    let operations = contract.operations();
    let paths: Vec<&str> = operations.iter().map(|operation| operation.path).collect();
    let all = operations
        .iter()
        .map(|operation| &operation.node["security"]);
    let all: Vec<&str> = all.flat_map(scopes).collect();
    for operation in &operations {
        let at = operation.at();
        if !known.text(operation.path) {
            add(
                None,
                &paths,
                format!("{at}: there is no such endpoint; add it"),
            );
            continue;
        }
        let successes = contract.successes(operation);
        let handler = handler(simulator, operation);
        let file = handler.as_ref().map(|(file, ..)| file.path.as_str());
        let (status, by) = match &handler {
            Some((file, module, name)) => (status(file, name), format!("`{module}::{name}`")),
            None => ("200", "the simulator".to_owned()),
        };
        if successes != [status] {
            let what = format!(
                "{at} succeeds with {}, but {by} answers {status}",
                successes.join(" or ")
            );
            add(file, &[operation.path], what);
        }
        for scope in scopes(&operation.node["security"]) {
            if !known.text(scope) {
                let what = format!("{at}: the scope `{scope}` is not known; ask for it");
                add(None, &all, what);
            }
        }
        for parameter in contract.parameters(operation) {
            if parameter.place == "query" && !known.text(parameter.name) {
                let name = parameter.name;
                let what = format!("{at}: the parameter `{name}` is not read");
                add(file, &[operation.path], what);
            }
        }
        let filters = entries(&operation.node["x-filters"]).map(|(field, _)| field);
        let filters: Vec<&str> = filters.collect();
        let sorters = operation.node["x-sorters"].as_array().into_iter().flatten();
        let sorters = sorters.filter_map(Value::as_str);
        let listed: Vec<&str> = filters.iter().copied().chain(sorters).collect();
        let mut missing: BTreeSet<&str> = listed.iter().copied().collect();
        missing.retain(|field| !known.text(field));
        if let Some((file, ..)) = &handler {
            let rules = sources::rules(&file.tokens);
            missing.extend(filters.iter().filter(|field| !rules.contains(**field)));
        }
        for field in missing {
            let what = format!("{at}: it has no rule for `{field}`; filter or sort by it");
            add(file, &listed, what);
        }
        for schema in [contract.answer(operation), contract.body(operation)]
            .into_iter()
            .flatten()
        {
            fields(contract, &at, schema, known, &mut seen, &mut add);
        }
    }
}

/// The function that answers an operation: its file, its module and its name.
fn handler<'f>(files: &'f [File], operation: &Operation<'_>) -> Option<(&'f File, String, String)> {
    let mut files = files.iter();
    let mut with_path = files
        .clone()
        .filter(|file| file.mentions.texts.contains(operation.path));
    let named = |file: &File| sources::handler(&file.tokens, operation.method, operation.path);
    let [module, name] = with_path.find_map(named)?;
    let of_module = format!("/{module}.rs");
    let file = files.find(|file| {
        file.path.ends_with(&of_module) && sources::function(&file.tokens, &name).is_some()
    })?;
    Some((file, module, name))
}

/// The status with which a function answers.
fn status(file: &File, name: &str) -> &'static str {
    let words = sources::function(&file.tokens, name)
        .unwrap_or_default()
        .words;
    let status = STATUSES.iter().find(|(word, _)| words.contains(*word));
    status.map_or("200", |(_, status)| status)
}

/// The paths of the addresses where tokens come from.
fn token_paths(contract: &Value) -> BTreeSet<&str> {
    let schemes = entries(&contract["components"]["securitySchemes"]);
    let flows = schemes.flat_map(|(_, scheme)| entries(&scheme["flows"]));
    let urls = flows.filter_map(|(_, flow)| flow["tokenUrl"].as_str());
    urls.filter_map(|url| {
        let host = url.find("://").map_or(0, |at| at + 3);
        let path = url.get(host..)?.find('/')?;
        url.get(host + path..)
    })
    .collect()
}

fn scopes(security: &Value) -> Vec<&str> {
    let requirements = security.as_array().into_iter().flatten();
    requirements
        .flat_map(entries)
        .flat_map(|(_, scopes)| scopes.as_array().into_iter().flatten())
        .filter_map(Value::as_str)
        .collect()
}

/// Properties that the simulator neither writes nor reads under any name.
fn fields<'a>(
    contract: Contract<'a>,
    place: &str,
    schema: &'a Value,
    known: Known<'_>,
    seen: &mut BTreeSet<*const Value>,
    add: &mut impl FnMut(Option<&str>, &[&str], String),
) {
    let schema = contract.resolved(schema);
    if !seen.insert(schema) {
        return;
    }
    if let Some(items) = schema.get("items") {
        fields(contract, place, items, known, seen, add);
    }
    let properties = contract.properties(schema);
    let neighbours: Vec<String> = properties.keys().map(|name| name.to_snake_case()).collect();
    let neighbours: Vec<&str> = neighbours.iter().map(String::as_str).collect();
    for (name, property) in properties {
        if !known.text(name) && !known.word(&name.to_snake_case()) {
            let what = format!("{place}: nothing is called `{name}`; answer with it, or read it");
            add(None, &neighbours, what);
        }
        fields(contract, place, property.schema, known, seen, add);
    }
}
