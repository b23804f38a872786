//! What the simulator has to speak: it mentions every operation, scope, parameter and field of the
//! contracts. Whether it uses them rightly, the tests between the crates say.

use std::collections::BTreeSet;

use heck::ToSnakeCase as _;
use serde_json::Value;

use super::model::innermost;
use super::sources::{self, Declaration, Entry, File, Member, Reader, nearest};
use super::{CLIENT, Input, Lines, SIMULATOR, Stage, Write};
use crate::contract::{Contract, Operation, Property, View, entries, list, texts};

/// Where the simulator reads requests and writes responses.
const ENDPOINTS: &str = "crates/certs-sim/src/api";

/// The status of a simulator's response, by the word that makes it. Any other is 200.
const STATUSES: [(&str, &str); 2] = [("accepted", "202"), ("nothing", "204")];

pub(super) fn find(input: &Input<'_>, client: &[File], simulator: &[File], lines: &mut Lines) {
    let contract = Contract(&input.noted.contract);
    let mut search = Search {
        contract,
        version: input.version.name(),
        files: simulator,
        readers: sources::readers(simulator),
        declarations: sources::declarations(simulator),
        operations: contract.operations(),
        seen: BTreeSet::new(),
        lines,
    };
    search.token_paths(client);
    for operation in search.operations.clone() {
        if search.knows(operation.path) {
            search.operation(&operation);
        } else {
            search.endpoint(&operation);
        }
    }
}

struct Search<'a, 'l> {
    contract: Contract<'a>,
    version: &'l str,
    files: &'l [File],
    readers: Vec<Reader<'l>>,
    declarations: Vec<Declaration>,
    operations: Vec<Operation<'a>>,
    seen: BTreeSet<*const Value>,
    lines: &'l mut Lines,
}

impl<'a, 'l> Search<'a, 'l> {
    fn knows(&self, text: &str) -> bool {
        self.files
            .iter()
            .any(|file| file.mentions.texts.contains(text))
    }

    /// Adds a line about a file, or about the one that has most of something.
    fn add(&mut self, file: Option<&str>, neighbours: &[&str], what: String) {
        let file = file
            .or_else(|| self.nearest(neighbours))
            .unwrap_or(SIMULATOR);
        self.lines.add(Stage::Simulator, self.version, file, what);
    }

    /// The entry of an operation in a table of endpoints, and the file with the table.
    fn entry(&self, operation: &Operation<'_>) -> Option<(&'l File, Entry)> {
        let Operation { method, path, .. } = *operation;
        let mut files = self.files.iter();
        files.find_map(|file| Some((file, sources::entry(file, method, path)?)))
    }

    /// The file with the function that an entry names, and the status that it returns.
    fn handler(&self, entry: &Entry) -> Option<(&'l File, &'static str)> {
        let of_module = format!("/{}.rs", entry.module);
        let mut files = self
            .files
            .iter()
            .filter(|file| file.path.ends_with(&of_module));
        let (file, body) =
            files.find_map(|file| Some((file, sources::function(file, &entry.name)?)))?;
        let mut statuses = STATUSES.iter();
        let status = statuses.find(|(word, _)| body.words.contains(*word));
        Some((file, status.map_or("200", |(_, status)| status)))
    }

    fn nearest(&self, neighbours: &[&str]) -> Option<&'l str> {
        let is_endpoint = |file: &&File| file.path.starts_with(ENDPOINTS);
        let endpoints = self.files.iter().filter(is_endpoint);
        nearest(endpoints, neighbours).or_else(|| nearest(self.files.iter(), neighbours))
    }

    fn token_paths(&mut self, client: &[File]) {
        let sides = [
            (Stage::Calls, CLIENT, client),
            (Stage::Simulator, SIMULATOR, self.files),
        ];
        for path in token_paths(self.contract.0) {
            for (stage, folder, files) in sides {
                let mut texts = files.iter().flat_map(|file| &file.mentions.texts);
                // It may follow the address in a format.
                if !texts.any(|text| text == path || text.ends_with(&format!("}}{path}"))) {
                    let what = format!("tokens come from `{path}` now");
                    self.lines.add(stage, self.version, folder, what);
                }
            }
        }
    }

    /// An operation that no table of endpoints has.
    fn endpoint(&mut self, operation: &Operation<'_>) {
        let what = format!("{}: there is no such endpoint; add it", operation.at());
        let alike = self.operations.iter().filter(|other| {
            let is_same = |key: &str| other.node[key] == operation.node[key];
            is_same("security") && other.path != operation.path
        });
        let same = |other: &&Operation<'_>| {
            let segments = operation.path.split('/').zip(other.path.split('/'));
            segments.take_while(|(one, other)| one == other).count()
        };
        let neighbour = alike.max_by_key(same).and_then(|other| self.entry(other));
        let Some((file, entry)) = neighbour else {
            let paths: Vec<&str> = self.operations.iter().map(|other| other.path).collect();
            return self.add(None, &paths, what);
        };
        let Operation { method, path, .. } = operation;
        let mut names = path.split('/').filter(|segment| !segment.starts_with('{'));
        let module = names.next_back().unwrap_or_default().to_snake_case();
        let (guard, line) = (&entry.guard, entry.after);
        let text = format!("    {guard}.{method}(\"{path}\", {module}::{method}),");
        let mut write = vec![Write::Before(line, text)];
        let mut modules = sources::lines_of(file, &["mod"]).into_iter();
        let first = modules
            .next()
            .filter(|_| !file.mentions.words.contains(&module));
        write.extend(first.map(|line| Write::Before(line, format!("mod {module};"))));
        let file = &file.path;
        self.lines
            .insert(Stage::Simulator, self.version, file, what, write);
    }

    /// What an operation returns, asks for, reads, and filters by.
    fn operation(&mut self, operation: &Operation<'a>) {
        let at = operation.at();
        let successes = operation.successes();
        let entry = self.entry(operation);
        let handler = entry.as_ref().and_then(|(_, entry)| self.handler(entry));
        let file = handler.map(|(file, _)| file.path.as_str());
        let (status, by) = match (&entry, handler) {
            (Some((_, Entry { module, name, .. })), Some((_, status))) => {
                (status, format!("`{module}::{name}`"))
            }
            (Some((table, Entry { module, name, .. })), None) => {
                let file = format!("{}/{module}.rs", table.path.trim_end_matches(".rs"));
                let what = format!("{at}: write `{name}`, which serves it");
                return self.add(Some(&file), &[], what);
            }
            (None, _) => ("200", "the simulator".to_owned()),
        };
        if successes != [status] {
            let expected = successes.join(" or ");
            let what = format!("{at} succeeds with {expected}, but {by} returns {status}");
            self.add(file, &[operation.path], what);
        }
        let asked: BTreeSet<&str> = scopes(&operation.node["security"]).into_iter().collect();
        let guard = entry.as_ref().and_then(|(table, Entry { guard, .. })| {
            Some((table, guard, sources::scopes(table, self.files, guard)?))
        });
        if let Some((table, guard, scopes)) = guard
            && !scopes.iter().map(String::as_str).eq(asked.iter().copied())
        {
            let words = |scopes: Vec<&str>| match scopes.join(", ") {
                none if none.is_empty() => "no scope".to_owned(),
                scopes => scopes,
            };
            let asked = words(asked.into_iter().collect());
            let here = words(scopes.iter().map(String::as_str).collect());
            let what = format!("{at} asks for {asked}, but `{guard}` for {here}");
            self.add(Some(&table.path), &[], what);
        }
        for parameter in operation.parameters() {
            let name = parameter.name;
            if parameter.place == "query" && !self.knows(name) {
                let what = format!("{at}: the parameter `{name}` is not read");
                self.add(file, &[operation.path], what);
            }
        }
        let filters = operation.filters();
        let sorters = operation.sorters().into_iter();
        let listed: Vec<&str> = filters.keys().copied().chain(sorters).collect();
        let mut missing: BTreeSet<&str> = listed.iter().copied().collect();
        missing.retain(|field| !self.knows(field));
        if let Some((file, _)) = handler {
            let rules = sources::rules(file);
            missing.extend(filters.keys().filter(|field| !rules.contains(**field)));
        }
        for field in missing {
            let what = format!("{at}: it has no rule for `{field}`; filter or sort by it");
            self.add(file, &listed, what);
        }
        if let Some(schema) = operation.response() {
            self.returned(&at, schema);
        }
        if let Some(body) = operation.body() {
            self.read(&at, body);
        }
    }

    /// The schema that this one refers to, the first time.
    fn unseen(&mut self, schema: &'a Value) -> Option<&'a Value> {
        let schema = self.contract.resolved(schema);
        self.seen.insert(schema).then_some(schema)
    }

    /// What is returned: by the struct that has most of its properties, if one has nearly all.
    fn returned(&mut self, place: &str, schema: &'a Value) {
        let Some(schema) = self.unseen(schema) else {
            return;
        };
        if let Some(items) = schema.get("items") {
            self.returned(place, items);
        }
        let properties = self.contract.properties(schema);
        let words: Vec<String> = properties.keys().map(|name| name.to_snake_case()).collect();
        let neighbours: Vec<&str> = words.iter().map(String::as_str).collect();
        let shared = |own: &&Declaration| {
            let members = own.members.iter().flat_map(|member| &member.json);
            members
                .filter(|name| properties.contains_key(name.as_str()))
                .count()
        };
        let own = self.declarations.iter().max_by_key(shared).cloned();
        let own = own.filter(|own| 5 * shared(&own) >= 4 * properties.len().max(own.members.len()));
        // It may be required without being declared.
        let required = View::of(self.contract, schema).required;
        let is_there = |name: &str| properties.contains_key(name) || required.contains(name);
        for own in own.iter() {
            for member in &own.members {
                let gone = member.json.first().filter(|name| !is_there(name));
                if let Some(name) = gone {
                    let what = format!("{place} does not have `{name}` any more; leave it out");
                    self.add(Some(&own.at(member.line)), &[], what);
                }
            }
        }
        for (name, property) in properties {
            let word = name.to_snake_case();
            let member = own.as_ref().and_then(|own| Some((own, own.member(name)?)));
            let mut files = self.files.iter();
            let is_known = match &own {
                Some(_) => member.is_some(),
                None => files.any(|file| file.mentions(name) || file.mentions(&word)),
            };
            if !is_known {
                let what = format!("{place}: nothing returns `{name}`");
                self.add(own.as_ref().map(|own| &*own.file), &neighbours, what);
            }
            if let Some((own, Member { kind, line, .. })) = member
                && let Some(found) = self.mismatch(kind, property.schema)
            {
                let what = format!("{place}: `{name}` is {found} now, but `{kind}` here");
                self.add(Some(&own.at(*line)), &[], what);
            }
            self.returned(place, property.schema);
        }
    }

    /// What a property is, if a field of this type is not returned as that.
    fn mismatch(&self, kind: &str, schema: &'a Value) -> Option<String> {
        let schema = self.contract.resolved(schema);
        let wanted = schema["type"].as_str()?;
        let format = schema["format"].as_str();
        let fits = match innermost(kind) {
            "bool" => wanted == "boolean",
            "i32" | "i64" | "u32" | "u64" | "usize" => ["integer", "number"].contains(&wanted),
            "Time" => wanted == "string" && format == Some("date-time"),
            _ => true,
        };
        let format = format.map_or(String::new(), |format| format!(" ({format})"));
        (!fits).then(|| format!("{wanted}{format}"))
    }

    /// What is read of a body, by the object that most of its properties are read from.
    fn read(&mut self, place: &str, schema: &'a Value) {
        let Some(schema) = self.unseen(schema) else {
            return;
        };
        if let Some(items) = schema.get("items") {
            self.read(place, items);
        }
        let properties = self.contract.properties(schema);
        let names: Vec<&str> = properties.keys().copied().collect();
        let count = |reader: &&Reader<'_>| {
            let is_read = |name: &&&str| reader.names.contains(**name);
            names.iter().filter(is_read).count()
        };
        let reader = self.readers.iter().max_by_key(count);
        let reader = reader.filter(|reader| count(reader) > 0);
        let reader = reader.map(|it| (it.file, it.object.clone(), it.after));
        for (name, property) in properties {
            let is_known = match &reader {
                Some((file, ..)) => file.mentions(name),
                None => self.files.iter().any(|file| file.mentions(name)),
            };
            let what = format!("{place}: nothing reads `{name}`");
            match (&reader, self.reading(property)) {
                _ if is_known => {}
                (Some((file, object, line)), Some(read)) => {
                    let text = format!("    {object}.{read}(\"{name}\")?;");
                    let write = vec![Write::Before(*line, text)];
                    let (stage, version) = (Stage::Simulator, self.version);
                    self.lines.insert(stage, version, &file.path, what, write);
                }
                _ => self.add(None, &names, what),
            }
            self.read(place, property.schema);
        }
    }

    /// How a field of a body is read that changes nothing: it has to be what it should.
    fn reading(&self, property: Property<'_>) -> Option<&'static str> {
        let schema = self.contract.resolved(property.schema);
        let is_moment = schema["format"] == "date-time";
        match (schema["type"].as_str()?, property.is_required) {
            ("string", true) if !is_moment => Some("text"),
            ("string", false) if is_moment => Some("optional_time"),
            ("string", false) => Some("optional_text"),
            ("boolean", true) => Some("flag"),
            ("boolean", false) => Some("optional_flag"),
            ("integer", false) => Some("optional_whole"),
            _ => None,
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
    let requirements = list(security).flat_map(entries);
    requirements.flat_map(|(_, scopes)| texts(scopes)).collect()
}
