//! Operations and their parameters: import expects each, and the client offers it.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result};
use heck::{ToSnakeCase as _, ToUpperCamelCase as _};
use serde_json::Value;

use super::sources::{self, Call, Declaration, File, Site};
use super::{BLANK, CLIENT, Input, Lines, MANIFEST, MODEL, Stage, Write};
use crate::contract::{Contract, Operation, Parameter, schema_name};
use crate::workspace::Workspace;

/// Query parameters that the macro `paged!` sets for all lists.
const PAGED: [&str; 4] = ["count", "filters", "limit", "offset"];

/// The method that sends a call whose response is not read.
const UNREAD: &str = "order";

/// Operations that import selects by their tag and does not expect.
pub(super) fn unlisted(
    workspace: &Workspace,
    inputs: &[Input<'_>],
    lines: &mut Lines,
) -> Result<()> {
    let path = workspace.root().join(MANIFEST);
    let text = fs::read_to_string(path).with_context(|| format!("{MANIFEST} cannot be read"))?;
    let blank = format!("because = \"{BLANK}\"");
    for (at, _) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.contains(&blank))
    {
        let file = format!("{MANIFEST}:{}", at + 1);
        let what = "say why one client does for both".to_owned();
        lines.add(Stage::Manifest, "", &file, what);
    }
    for input in inputs {
        let version = input.version.name();
        let expected = &input.version.selection.operations;
        for operation in Contract(&input.noted.contract).operations() {
            let at = operation.at();
            let is_listed = expected
                .iter()
                .any(|expected| expected.at == at || expected.formerly.contains(&at));
            if !is_listed {
                let end = end_of_operations(&text, version).into_iter();
                let write = end.map(|end| Write::Before(end, format!("  {{ at = \"{at}\" }},")));
                let what = format!("{at} is new; import has to expect it");
                lines.insert(Stage::Manifest, version, MANIFEST, what, write.collect());
            }
        }
    }
    Ok(())
}

/// The line of the bracket that closes a version's operations.
fn end_of_operations(manifest: &str, version: &str) -> Option<usize> {
    let table = format!("[version.{version}.selection]");
    let mut lines = manifest.lines().enumerate();
    lines.find(|(_, line)| line.trim() == table)?;
    lines.find(|(_, line)| line.starts_with("operations = ["))?;
    lines
        .find(|(_, line)| line.trim() == "]")
        .map(|(at, _)| at + 1)
}

pub(super) fn find(input: &Input<'_>, client: &[File], model: &[Declaration], lines: &mut Lines) {
    let version = input.version.name();
    let contract = Contract(&input.noted.contract);
    for operation in contract.operations() {
        let at = operation.at();
        let id = operation.id.to_snake_case();
        let sites = sites(client, version, &id);
        let Some(file) = sites.first().map(|site| site.file.as_str()) else {
            match was(contract, version, &id, client) {
                Some(call) => {
                    let what = format!(
                        "{at}: no call makes it; `{}`, which no operation is called any more, may be it",
                        call.name
                    );
                    let write = Write::Instead(call.line, call.name, id);
                    lines.insert(Stage::Calls, version, &call.file, what, vec![write]);
                }
                None => {
                    let what = format!("{at}: no call makes it; offer `{id}`");
                    let file = neighbour(contract, &operation, client).unwrap_or(CLIENT);
                    lines.add(Stage::Calls, version, file, what);
                }
            }
            continue;
        };
        for parameter in operation.parameters() {
            let mut found = about(&parameter, &sites, client);
            found.extend(unnamed_values(contract, &id, &parameter, client, model));
            for what in found {
                lines.add(Stage::Calls, version, file, format!("{at}: {what}"));
            }
        }
        let is_unread = |site: &Site| site.function.words.contains(UNREAD);
        if operation.response().is_none() && !sites.iter().any(is_unread) {
            let what = format!("{at} does not return JSON; send it with `{UNREAD}`");
            lines.add(Stage::Calls, version, file, what);
        }
        if let Some(response) = operation.response() {
            let is_list = contract.resolved(response)["type"] == "array";
            let what = match sites.iter().find(|site| site.reads_list != is_list) {
                Some(_) if is_list => format!("{at} responds with a list; read one"),
                Some(_) => format!(
                    "{at} does not respond with a list any more, but one is read; say in an overlay or \
                     in the client where its records are"
                ),
                None => String::new(),
            };
            if !what.is_empty() {
                lines.add(Stage::Calls, version, file, what);
            }
        }
        if let Some(body) = operation.body() {
            for name in unsent(contract, body, client) {
                let what = format!("{at}: nothing sends `{name}`; offer it");
                lines.add(Stage::Calls, version, file, what);
            }
            incomplete(version, contract, body, (client, model), lines);
        }
        deprecation(version, &operation, &id, client, lines);
    }
}

/// The call of an operation that the contract does not have, if it may be that of this id: the one
/// with most words in common.
fn was(contract: Contract<'_>, version: &str, id: &str, client: &[File]) -> Option<Call> {
    let ids = contract.operation_ids();
    let ids: BTreeSet<String> = ids.into_iter().map(|id| id.to_snake_case()).collect();
    let words: BTreeSet<&str> = id.split('_').collect();
    let common = |call: &Call| {
        let of_call = call.name.split('_');
        of_call.filter(|word| words.contains(word)).count()
    };
    let own = format!("raw_{version}");
    let has_own = client.iter().any(|file| file.mentions(&own));
    let raw = if has_own { &own } else { "raw" };
    let calls = sources::calls(client, raw).into_iter();
    let gone = calls.filter(|call| !ids.contains(call.name.trim_end_matches('_')));
    gone.filter(|call| common(call) > 0).max_by_key(common)
}

/// Where a version's client makes a call: `raw_beta()` is the generated client of beta, and `raw()`
/// that of the version without such a method.
fn sites(client: &[File], version: &str, id: &str) -> Vec<Site> {
    let own = format!("raw_{version}");
    let is_default = !client.iter().any(|file| file.mentions(&own));
    let mut sites = sources::sites(client, id);
    sites.retain(|site| {
        let mut others = site
            .block
            .words
            .iter()
            .filter(|word| word.starts_with("raw_"));
        if is_default {
            others.next().is_none()
        } else {
            others.any(|word| *word == own)
        }
    });
    sites
}

/// The properties of a body that may be sent.
fn sendable<'a>(contract: Contract<'a>, body: &'a Value) -> impl Iterator<Item = &'a str> {
    let properties = contract.properties(contract.items(body)).into_iter();
    properties
        .filter(move |(_, property)| contract.resolved(property.schema)["readOnly"] != true)
        .map(|(name, _)| name)
}

/// Those that the client does not mention.
fn unsent<'a>(
    contract: Contract<'a>,
    body: &'a Value,
    client: &[File],
) -> impl Iterator<Item = &'a str> {
    let is_mentioned = |word: &str| client.iter().any(|file| file.mentions(word));
    sendable(contract, body).filter(move |name| !is_mentioned(&name.to_snake_case()))
}

/// The places that write a body down, or take it apart, without one of its fields.
fn incomplete(
    version: &str,
    contract: Contract<'_>,
    body: &Value,
    (client, model): (&[File], &[Declaration]),
    lines: &mut Lines,
) {
    let of = schema_name(contract.items(body)).unwrap_or_default();
    let of = of.to_upper_camel_case();
    let own = model.iter().find(|declaration| declaration.name == of);
    let all = sendable(contract, body).count();
    for literal in sources::literals(client, &of) {
        let member = |name: &str| own.and_then(|declaration| declaration.member(name));
        let lacks = |name: &&str| {
            let words = &literal.words;
            let word = name.to_snake_case();
            let is_own = member(name).is_some_and(|member| words.contains(&member.name));
            !(is_own || words.contains(&word) || words.contains(&format!("{word}_")))
        };
        let missing: Vec<&str> = sendable(contract, body).filter(lacks).collect();
        // Something else may have the same name.
        if 2 * missing.len() > all {
            continue;
        }
        for name in missing {
            let word = name.to_snake_case();
            let body = &contract.properties(contract.items(body))[name];
            let is_none = literal.is_own && !body.is_required;
            let value = if is_none { ": None" } else { "" };
            let end = literal.end;
            let indent = " ".repeat(end.column + 4);
            let mut write = Vec::new();
            if literal.line < end.line {
                write.push(Write::Before(end.line, format!("{indent}{word}{value},")));
            }
            // What a function is given for each of the other fields, it is given for this one.
            let is_text = contract.resolved(body.schema)["type"] == "string";
            if let (Some(end), true, None) = (literal.parameters, is_text, own) {
                let indent = " ".repeat(end.column + 4);
                let kind = if body.is_required {
                    "String"
                } else {
                    "Option<String>"
                };
                write.push(Write::Before(end.line, format!("{indent}{word}: {kind},")));
            }
            let what = format!("`{of}` lacks `{word}` in line {}", literal.line);
            lines.insert(Stage::Calls, version, &literal.file, what, write);
        }
    }
}

/// What is to do about a parameter.
fn about(parameter: &Parameter<'_>, sites: &[Site], client: &[File]) -> Vec<String> {
    let Parameter { name, place, .. } = *parameter;
    let mut found = Vec::new();
    if place == "path" {
        return found;
    }
    let word = parameter.rust_name().to_snake_case();
    let is_set = |site: &Site| {
        let is_paged = PAGED.contains(&name) && site.block.words.contains("paged");
        is_paged || site.block.words.contains(&word)
    };
    let is_optional = |site: &Site| !(is_set(site) && site.always.contains(&word));
    if parameter.is_required() && sites.iter().any(is_optional) {
        found.push(format!(
            "the {place} parameter `{name}` is required: without it, every call is refused; make it \
             an argument of the call, and set it with `.{word}(…)`"
        ));
    } else if !sites.iter().any(is_set) {
        found.push(format!(
            "the {place} parameter `{name}` is not offered; set it with `.{word}(…)`"
        ));
    }
    let says_so = |text: &String| {
        let text = text.to_lowercase();
        text.contains("deprecated") && (text.contains(name) || text.contains(&word))
    };
    if parameter.is_deprecated()
        && !client
            .iter()
            .any(|file| file.mentions.texts.iter().any(says_so))
    {
        found.push(format!(
            "`{name}` is deprecated; say so where it is set, with its name"
        ));
    }
    found
}

/// The values of a parameter are an enum of the model, or those of a file that makes the call.
fn unnamed_values(
    contract: Contract<'_>,
    id: &str,
    parameter: &Parameter<'_>,
    client: &[File],
    model: &[Declaration],
) -> Option<String> {
    let values = contract.values(parameter.schema)?;
    let is_it = |declaration: &Declaration| {
        let members = declaration.members.iter();
        let known: BTreeSet<&str> = members.flat_map(|m| &m.json).map(String::as_str).collect();
        declaration.is_enum && known == values.iter().copied().collect()
    };
    let has_each = |file: &File| {
        let mut variants = values.iter().map(|value| value.to_upper_camel_case());
        file.mentions(id) && variants.all(|variant| file.mentions(&variant))
    };
    let is_named = model.iter().any(is_it) || client.iter().any(has_each);
    (!is_named).then(|| {
        format!(
            "`{}` is one of {}; no enum of {MODEL} has just these",
            parameter.name,
            values.join(", ")
        )
    })
}

/// What is deprecated says so.
fn deprecation(
    version: &str,
    operation: &Operation<'_>,
    id: &str,
    client: &[File],
    lines: &mut Lines,
) {
    let says_so = |file: &&File| {
        let mut texts = file.mentions.texts.iter();
        texts.any(|text| text.to_lowercase().contains("deprecated"))
    };
    // The view of a deprecated version says so for all its operations.
    let view = client
        .iter()
        .filter(|file| file.path.ends_with(&format!("/{version}.rs")));
    let mut files = client.iter().filter(|file| file.mentions(id)).chain(view);
    if operation.is_deprecated() && !files.any(|file| says_so(&file)) {
        lines.add(
            Stage::Calls,
            version,
            file_of(client, id).unwrap_or(CLIENT),
            format!(
                "{} is deprecated; say so, and what replaces it, where `{id}` is called",
                operation.at()
            ),
        );
    }
}

/// The file with the call whose path is most like that of an operation.
fn neighbour<'f>(
    contract: Contract<'_>,
    operation: &Operation<'_>,
    client: &'f [File],
) -> Option<&'f str> {
    let same = |other: &Operation<'_>| {
        let segments = operation.path.split('/').zip(other.path.split('/'));
        segments.take_while(|(one, other)| one == other).count()
    };
    let mut others = contract.operations();
    others.sort_by_key(|other| std::cmp::Reverse(same(other)));
    let mut ids = others.iter().map(|other| other.id.to_snake_case());
    ids.find_map(|id| file_of(client, &id))
}

/// The first file that mentions an operation by its name in Rust.
fn file_of<'f>(client: &'f [File], id: &str) -> Option<&'f str> {
    let file = client.iter().find(|file| file.mentions(id));
    file.map(|file| file.path.as_str())
}
