//! What the simulator has to speak: it mentions every operation, scope, parameter and field of the
//! contracts. Whether it uses them rightly, the tests between the crates say.

use std::collections::BTreeSet;

use heck::ToSnakeCase as _;
use serde_json::Value;

use super::contract::{Contract, entries};
use super::sources::File;
use super::{CLIENT, Input, Lines, SIMULATOR, Stage};

/// What the simulator answers when a call goes well.
const SUCCESS: &str = "200";

/// Operations for which it is something else.
const SUCCESSES: [(&str, &[&str]); 11] = [
    ("completeCampaign", &["202"]),
    ("createCampaign", &["202"]),
    ("deleteCampaignFilters", &["204"]),
    ("deleteCampaignTemplate", &["204"]),
    ("deleteCampaignTemplateSchedule", &["204"]),
    ("deleteCampaigns", &["202"]),
    ("move", &["202"]),
    ("setCampaignTemplateSchedule", &["204"]),
    ("startCampaign", &["202"]),
    ("startCampaignRemediationScan", &["202"]),
    ("startCampaignReport", &["202"]),
];

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

pub(super) fn find(inputs: &[Input<'_>], client: &[File], simulator: &[File], lines: &mut Lines) {
    let known = Known(simulator);
    let mut seen = BTreeSet::new();
    for input in inputs {
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
        let mut add = |what| lines.add(Stage::Simulator, version, SIMULATOR, what);
        for operation in contract.operations() {
            let at = operation.at();
            if !known.text(operation.path) {
                add(format!("{at}: there is no such endpoint; add it"));
                continue;
            }
            let successes = contract.successes(&operation);
            if successes != [SUCCESS] && !SUCCESSES.contains(&(operation.id, &successes)) {
                add(format!(
                    "{at} succeeds with {}; answer that, then say so in SUCCESSES in \
                     xtask/src/todo/simulator.rs",
                    successes.join(" or ")
                ));
            }
            for scope in scopes(&operation.node["security"]) {
                if !known.text(scope) {
                    add(format!(
                        "{at}: the scope `{scope}` is not known; ask for it"
                    ));
                }
            }
            for parameter in contract.parameters(&operation) {
                if parameter.place == "query" && !known.text(parameter.name) {
                    let name = parameter.name;
                    add(format!("{at}: the parameter `{name}` is not read"));
                }
            }
            let filters = entries(&operation.node["x-filters"]).map(|(field, _)| field);
            let sorters = operation.node["x-sorters"].as_array().into_iter().flatten();
            for field in filters.chain(sorters.filter_map(Value::as_str)) {
                if !known.text(field) {
                    add(format!(
                        "{at}: it has no rule for `{field}`; filter or sort by it"
                    ));
                }
            }
            for schema in [contract.answer(&operation), contract.body(&operation)]
                .into_iter()
                .flatten()
            {
                fields(contract, &at, schema, known, &mut seen, &mut add);
            }
        }
    }
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
    add: &mut impl FnMut(String),
) {
    let schema = contract.resolved(schema);
    if !seen.insert(schema) {
        return;
    }
    if let Some(items) = schema.get("items") {
        fields(contract, place, items, known, seen, add);
    }
    for (name, property) in contract.properties(schema) {
        if !known.text(name) && !known.word(&name.to_snake_case()) {
            add(format!(
                "{place}: nothing is called `{name}`; answer with it, or read it"
            ));
        }
        fields(contract, place, property.schema, known, seen, add);
    }
}
