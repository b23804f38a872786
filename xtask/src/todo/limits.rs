//! Limits and defaults of what is sent, which the client and the simulator hold as constants.

use std::collections::BTreeMap;

use serde_json::Value;

use super::contract::Contract;
use super::sources::{File, constant};
use super::{CLIENT, Input, Lines, SIMULATOR, Stage};

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

/// What holds a limit.
enum Held {
    /// Constants of this name in the client and in the simulator.
    By(&'static str, &'static str),
    /// Both are written for this value, as JSON has it.
    At(&'static str),
}

/// What holds each limit of what is sent. A place that begins with `*` is the end of several.
const LIMITS: [(&str, Held); 26] = [
    (
        "*.accessConstraints maxItems",
        Held::By("MAX_ACCESS_CONSTRAINTS", "MAX_ACCESS_CONSTRAINTS"),
    ),
    ("*.autoRevokeAllowed default", Held::At("false")),
    ("*.emailNotificationEnabled default", Held::At("false")),
    ("*.isSystemFilter default", Held::At("false")),
    ("*.negateResult default", Held::At("false")),
    ("*.recommendationsEnabled default", Held::At("false")),
    ("*.recordChildMatches default", Held::At("false")),
    ("*.scheduled default", Held::At("false")),
    ("*.shortCircuit default", Held::At("false")),
    ("*.sunsetCommentsRequired default", Held::At("true")),
    ("*.suppressMatchedItems default", Held::At("false")),
    (
        "completeCampaign body.autoCompleteAction default",
        Held::At("\"APPROVE\""),
    ),
    (
        "makeIdentityDecision body maxItems",
        Held::By("MAX_DECISIONS", "MAX_DECISIONS"),
    ),
    ("makeIdentityDecision body minItems", Held::At("1")),
    (
        "move body.certificationIds maxItems",
        Held::By("MAX_CERTIFICATIONS", "MAX_CERTIFICATIONS"),
    ),
    ("move body.certificationIds minItems", Held::At("1")),
    ("query:count default", Held::At("false")),
    (
        "query:limit default",
        Held::By("MAX_PAGE_SIZE", "MAX_LIMIT"),
    ),
    (
        "query:limit maximum",
        Held::By("MAX_PAGE_SIZE", "MAX_LIMIT"),
    ),
    ("query:limit minimum", Held::At("0")),
    ("query:offset default", Held::At("0")),
    ("query:offset minimum", Held::At("0")),
    ("query:includeSystemFilters default", Held::At("true")),
    ("query:start default", Held::At("0")),
    ("query:start minimum", Held::At("0")),
    ("startCampaign body.timeZone default", Held::At("\"Z\"")),
];

pub(super) fn find(inputs: &[Input<'_>], client: &[File], simulator: &[File], lines: &mut Lines) {
    for input in inputs {
        let version = input.version.name();
        for (place, value) in declared(Contract(&input.noted.contract)) {
            let held = LIMITS
                .iter()
                .find(|(known, _)| match known.strip_prefix('*') {
                    Some(end) => place.ends_with(end),
                    None => *known == place,
                });
            let text = value.to_string();
            match (held, value.as_u64()) {
                (Some((_, Held::At(known))), _) if text == *known => {}
                (Some((_, Held::By(in_client, in_simulator))), Some(number)) => {
                    let sides = [
                        (Stage::Calls, CLIENT, client, in_client),
                        (Stage::Simulator, SIMULATOR, simulator, in_simulator),
                    ];
                    for (stage, folder, files, name) in sides {
                        let (file, what) = match constant(files, name) {
                            Some(found) if found.value == number => continue,
                            Some(found) => (
                                format!("{}:{}", found.file, found.line),
                                format!("{place} is {number}, but `{name}` is {}", found.value),
                            ),
                            None => (
                                folder.to_owned(),
                                format!("{place} is {number}; no constant `{name}` holds it"),
                            ),
                        };
                        lines.add(stage, version, &file, what);
                    }
                }
                _ => lines.add(
                    Stage::Calls,
                    version,
                    CLIENT,
                    format!(
                        "{place} is {text}; hold it in the client and in the simulator, and say \
                         in LIMITS of xtask/src/todo/limits.rs how"
                    ),
                ),
            }
        }
    }
}

/// Every limit of a parameter or of a list that is a body, by its place.
fn declared(contract: Contract<'_>) -> BTreeMap<String, &Value> {
    let mut found = BTreeMap::new();
    for operation in contract.operations() {
        for parameter in contract.parameters(&operation) {
            let place = format!("{}:{}", parameter.place, parameter.name);
            limits(&place, parameter.schema, &mut found);
        }
        if let Some(body) = contract.body(&operation) {
            within(
                contract,
                &format!("{} body", operation.id),
                body,
                0,
                &mut found,
            );
        }
    }
    found
}

fn within<'a>(
    contract: Contract<'a>,
    place: &str,
    schema: &'a Value,
    depth: usize,
    found: &mut BTreeMap<String, &'a Value>,
) {
    // Deeper, there are only circles.
    if depth > 8 {
        return;
    }
    let schema = contract.resolved(schema);
    limits(place, schema, found);
    if let Some(items) = schema.get("items") {
        within(contract, &format!("{place}[]"), items, depth + 1, found);
    }
    for (name, property) in contract.properties(schema) {
        within(
            contract,
            &format!("{place}.{name}"),
            property.schema,
            depth + 1,
            found,
        );
    }
}

fn limits<'a>(place: &str, schema: &'a Value, found: &mut BTreeMap<String, &'a Value>) {
    for keyword in KEYWORDS {
        if let Some(value) = schema.get(keyword) {
            found.insert(format!("{place} {keyword}"), value);
        }
    }
}
