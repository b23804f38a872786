//! Operations and their parameters: import expects each, and the client offers it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result};
use heck::{ToLowerCamelCase as _, ToSnakeCase as _, ToUpperCamelCase as _};
use serde_json::Value;

use super::sources::{self, Call, Declaration, File};
use super::{BLANK, CLIENT, Input, Lines, MANIFEST, MODEL, Stage, Write, method_name, rust_name};
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
    let blanks = text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.contains(&blank));
    let blanks: Vec<String> = blanks.map(|(at, _)| (at + 1).to_string()).collect();
    if !blanks.is_empty() {
        let what = format!(
            "say why one client does for both, in line {}",
            blanks.join(", ")
        );
        lines.add(Stage::Manifest, "", MANIFEST, what);
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

/// `named` are the files that may name an operation: the client's, and those of the tests. Returns
/// the ids of operations that have another id now, with that.
pub(super) fn find(
    input: &Input<'_>,
    client: &[File],
    named: &[File],
    model: &[Declaration],
    lines: &mut Lines,
) -> BTreeMap<String, String> {
    let mut renamings = BTreeMap::new();
    let version = input.version.name();
    let contract = Contract(&input.noted.contract);
    let operations = contract.operations();
    let all = calls(client, version);
    let of = |id: &str| -> Vec<&Call> {
        let own = all.iter().filter(|call| call.operation == id);
        own.collect()
    };
    let is_known = |call: &&Call| {
        operations
            .iter()
            .any(|it| method_name(it.id) == call.operation)
    };
    let mut unknown: Vec<&Call> = all.iter().filter(|call| !is_known(call)).collect();
    for operation in &operations {
        let at = operation.at();
        let id = method_name(operation.id);
        let calls = of(&id);
        let Some(file) = calls.first().map(|call| call.file.as_str()) else {
            if let Some(old) = former(operation, &unknown).map(|call| call.operation.clone()) {
                unknown.retain(|call| call.operation != old);
                let old_id = old.trim_end_matches('_').to_lower_camel_case();
                renamed(version, [&old, &old_id], operation.id, named, lines);
                renamings.insert(old_id, operation.id.to_owned());
            } else {
                let what = format!("{at}: no call makes it; offer `{id}`");
                let file = neighbour(operation, &operations, &all).unwrap_or(CLIENT);
                lines.add(Stage::Calls, version, file, what);
            }
            continue;
        };
        for parameter in operation.parameters() {
            let mut found = about(&parameter, &calls, client);
            found.extend(unnamed_values(contract, &id, &parameter, client, model));
            for what in found {
                lines.add(Stage::Calls, version, file, format!("{at}: {what}"));
            }
        }
        if let Some(what) = unread(operation, &calls, model) {
            lines.add(Stage::Calls, version, file, format!("{at} {what}"));
        }
        if let Some(body) = operation.body() {
            for name in unsent(contract, body, client) {
                let what = format!("{at}: nothing sends `{name}`; offer it");
                lines.add(Stage::Calls, version, file, what);
            }
            incomplete(version, contract, body, (client, model), lines);
        }
        deprecation(version, operation, file, client, lines);
    }
    for call in unknown {
        let (file, id) = (format!("{}:{}", call.file, call.line), &call.operation);
        let what = format!("no operation is called `{id}`; remove the call, and what offers it");
        lines.add(Stage::Calls, version, &file, what);
    }
    renamings
}

/// Operations that the tests between the crates do not call, in each file that knows most of them by
/// their ids.
pub(super) fn untested(
    input: &Input<'_>,
    tests: &[File],
    renamings: &BTreeMap<String, String>,
    lines: &mut Lines,
) {
    let operations = Contract(&input.noted.contract).operations();
    for file in tests {
        let is_known = |operation: &Operation<'_>| {
            let is_renamed = renamings.values().any(|new| new == operation.id);
            is_renamed || file.mentions.texts.contains(operation.id)
        };
        let unknown: Vec<_> = operations.iter().filter(|it| !is_known(it)).collect();
        if 2 * unknown.len() >= operations.len() {
            continue;
        }
        for operation in unknown {
            let what = format!("{}: call `{}` there, too", operation.at(), operation.id);
            lines.add(Stage::Tests, input.version.name(), &file.path, what);
        }
    }
}

/// The calls of a version's client: `raw_beta()` is the generated client of beta, and `raw()` that
/// of the version without such a method.
fn calls(client: &[File], version: &str) -> Vec<Call> {
    let own = format!("raw_{version}");
    let mut calls = sources::calls(client);
    let has_own = client.iter().any(|file| file.mentions(&own));
    let own = if has_own { &own } else { "raw" };
    calls.retain(|call| call.client == own);
    calls
}

/// The call that an operation most probably had under another id: one of an operation that the
/// contract does not have, that sends a body if this one has one, and sets the same in its path.
fn former<'c>(operation: &Operation<'_>, unknown: &[&'c Call]) -> Option<&'c Call> {
    let parameters = operation.parameters().into_iter();
    let in_path = parameters.filter(|parameter| parameter.place == "path");
    let set: Vec<String> = in_path.map(|it| method_name(it.rust_name())).collect();
    let is_like = |call: &&&Call| {
        let words = &call.function.words;
        words.contains("body") == operation.body().is_some()
            && set.iter().all(|word| words.contains(word))
    };
    let id = operation.id.to_snake_case();
    let in_common = |call: &&&Call| {
        let words = call.operation.split('_');
        words
            .filter(|word| id.split('_').any(|own| own == *word))
            .count()
    };
    unknown
        .iter()
        .filter(is_like)
        .max_by_key(in_common)
        .copied()
}

/// Where an operation is named that has another id now: by its method, its builder, or its id.
fn renamed(version: &str, [method, id]: [&str; 2], new: &str, named: &[File], lines: &mut Lines) {
    let [old_type, new_type] = [id, new].map(str::to_upper_camel_case);
    let instead =
        |from: String, to: String| move |line| Write::Instead(line, from.clone(), to.clone());
    for file in named {
        let methods = sources::lines_of(file, &[".", method]).into_iter();
        let builders = sources::lines_of(file, &["builder", ":", ":", &old_type]).into_iter();
        let ids = sources::lines_of_text(file, id).into_iter();
        let writes: Vec<_> = methods
            .map(instead(
                format!(".{method}"),
                format!(".{}", method_name(new)),
            ))
            .chain(builders.map(instead(
                format!("builder::{old_type}"),
                format!("builder::{new_type}"),
            )))
            .chain(ids.map(instead(format!("{id:?}"), format!("{new:?}"))))
            .collect();
        if !writes.is_empty() {
            let what = format!("the operation `{id}` is called `{new}` now");
            lines.insert(Stage::Calls, version, &file.path, what, writes);
        }
    }
}

/// How the client reads a response that is something else.
fn unread(operation: &Operation<'_>, calls: &[&Call], model: &[Declaration]) -> Option<String> {
    let is_paged = |call: &&Call| call.block.words.contains("paged");
    let Some(response) = operation.response() else {
        let is_unread = |call: &&Call| call.function.words.contains(UNREAD);
        let is_unread = calls.iter().any(is_unread);
        return (!is_unread).then(|| format!("does not return JSON; send it with `{UNREAD}`"));
    };
    let is_list = operation.contract.resolved(response)["type"] == "array";
    let properties = operation.contract.properties(response);
    // A type of the model that has a list of the object: the call returns the records of that.
    let is_around = |it: &Declaration| {
        let mut members = properties.keys().filter_map(|name| it.member(name));
        members.any(|member| member.kind.starts_with("Vec<"))
    };
    let is_inside = |call: &Call| {
        let mut around = model.iter().filter(|it| is_around(it));
        !is_list && around.any(|it| call.function.words.contains(&it.name))
    };
    let reads_list =
        |call: &&Call| is_paged(call) || (call.returned.contains("Vec") && !is_inside(call));
    let paged = calls.iter().any(is_paged);
    let what = match (is_list, calls.iter().any(reads_list)) {
        (true, false) => "responds with a list, but the call does not return a `Vec`",
        (false, true) if paged => {
            "does not respond with a list, but `paged!` makes the call; say in an overlay or in \
             the client where its records are"
        }
        (false, true) => "does not respond with a list, but the call returns a `Vec`",
        _ => return None,
    };
    Some(what.to_owned())
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
    sendable(contract, body).filter(move |name| !is_mentioned(&rust_name(name)))
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
            let is_own = member(name).is_some_and(|member| words.contains(&member.name));
            !(is_own || words.contains(&rust_name(name)))
        };
        let missing: Vec<&str> = sendable(contract, body).filter(lacks).collect();
        // Something else may have the same name.
        if 2 * missing.len() > all {
            continue;
        }
        let mut added = 0;
        for name in missing {
            let word = rust_name(name);
            let body = &contract.properties(contract.items(body))[name];
            let is_none = literal.is_own && !body.is_required;
            let value = if is_none { ": None" } else { "" };
            let end = literal.end;
            let indent = " ".repeat(end.column + 4);
            let mut write = Vec::new();
            let mut what = format!("`{of}` lacks `{word}` in line {}", literal.line);
            // A conversion hands on what it has taken apart; elsewhere, a person has to say.
            if literal.is_made && !is_none {
                what.push_str(&format!("; say what it is there, before line {}", end.line));
            } else if literal.line < end.line {
                write.push(Write::Before(end.line, format!("{indent}{word}{value},")));
            }
            // What a function is given for each of the other fields, it is given for this one.
            let is_text = contract.resolved(body.schema)["type"] == "string";
            if let (Some(function), true, None) = (&literal.function, is_text, own) {
                let end = function.end;
                let indent = " ".repeat(end.column + 4);
                added += 1;
                let kind = if body.is_required {
                    "String"
                } else {
                    "Option<String>"
                };
                write.push(Write::Before(end.line, format!("{indent}{word}: {kind},")));
            }
            lines.insert(Stage::Calls, version, &literal.file, what, write);
        }
        if let (Some(function), None) = (&literal.function, own) {
            for call in function.short_calls(client, function.arity + added) {
                let what = format!("`{}` takes more of `{of}`; hand it on", function.name);
                lines.add(Stage::Calls, version, &call, what);
            }
        }
    }
}

/// What is to do about a parameter.
fn about(parameter: &Parameter<'_>, calls: &[&Call], client: &[File]) -> Vec<String> {
    let Parameter { name, place, .. } = *parameter;
    let mut found = Vec::new();
    if place == "path" {
        return found;
    }
    let word = method_name(parameter.rust_name());
    let is_set = |call: &&Call| {
        let is_paged = PAGED.contains(&name) && call.block.words.contains("paged");
        is_paged || call.block.words.contains(&word)
    };
    let is_optional = |call: &&Call| !(is_set(call) && call.always.contains(&word));
    if parameter.is_required() && calls.iter().any(is_optional) {
        found.push(format!(
            "the {place} parameter `{name}` is required: without it, every call is refused; make it \
             an argument of the call, and set it with `.{word}(…)`"
        ));
    } else if !calls.iter().any(is_set) {
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
    file: &str,
    client: &[File],
    lines: &mut Lines,
) {
    let id = method_name(operation.id);
    let says_so = |file: &File| {
        let mut texts = file.mentions.texts.iter();
        texts.any(|text| text.to_lowercase().contains("deprecated"))
    };
    // The view of a deprecated version says so for all its operations.
    let view = format!("/{version}.rs");
    let mut files = client.iter();
    let is_said =
        files.any(|file| (file.mentions(&id) || file.path.ends_with(&view)) && says_so(file));
    if operation.is_deprecated() && !is_said {
        let at = operation.at();
        let what =
            format!("{at} is deprecated; say so, and what replaces it, where `{id}` is called");
        lines.add(Stage::Calls, version, file, what);
    }
}

/// The file with the call whose path is most like that of an operation.
fn neighbour<'c>(
    operation: &Operation<'_>,
    operations: &[Operation<'_>],
    calls: &'c [Call],
) -> Option<&'c str> {
    let same = |other: &&Operation<'_>| {
        let segments = operation.path.split('/').zip(other.path.split('/'));
        segments.take_while(|(one, other)| one == other).count()
    };
    let mut others: Vec<_> = operations.iter().collect();
    others.sort_by_key(|other| std::cmp::Reverse(same(other)));
    let mut ids = others.into_iter().map(|other| method_name(other.id));
    let call = ids.find_map(|id| calls.iter().find(|call| call.operation == id));
    call.map(|call| call.file.as_str())
}
