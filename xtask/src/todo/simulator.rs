//! What the simulator has to speak: it mentions every operation, scope, parameter and field of the
//! contracts. Whether it uses them rightly, the tests between the crates say.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::model::innermost;
use super::sources::{self, Declaration, Entry, File, Member, Reader, nearest};
use super::{CLIENT, Input, Lines, SIMULATOR, Stage, Write, rust_name};
use crate::contract::{Contract, Operation, Property, View, entries, list, texts};

/// Where the simulator reads requests and writes responses.
const ENDPOINTS: &str = "crates/certs-sim/src/api";

/// The status of a simulator's response, by the word that makes it. Any other is 200.
const STATUSES: [(&str, &str); 2] = [("accepted", "202"), ("nothing", "204")];

/// How a field of a body is read whose type says all about it.
const READS: [&str; 6] = [
    "flag",
    "optional_flag",
    "optional_text",
    "optional_time",
    "optional_whole",
    "text",
];

pub(super) fn find(input: &Input<'_>, client: &[File], simulator: &[File], lines: &mut Lines) {
    let contract = Contract(&input.noted.contract);
    let mut search = Search {
        contract,
        version: input.version.name(),
        files: simulator,
        readers: sources::readers(simulator),
        entries: sources::entries(simulator),
        scopes: sources::spellings(simulator),
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
    search.gone();
}

struct Search<'a, 'l> {
    contract: Contract<'a>,
    version: &'l str,
    files: &'l [File],
    readers: Vec<Reader<'l>>,
    entries: Vec<Entry<'l>>,
    /// The scopes by the names of their variants.
    scopes: BTreeMap<String, String>,
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

    /// The entry of an operation in a table of endpoints.
    fn entry(&self, operation: &Operation<'_>) -> Option<&Entry<'l>> {
        let is_it = |it: &&Entry<'_>| it.method == operation.method && it.path == operation.path;
        self.entries.iter().find(is_it)
    }

    /// The file with the function that an entry names, and the status that it returns.
    fn handler(&self, entry: &Entry<'_>) -> Option<(&'l File, &'static str)> {
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

    /// What the simulator serves and filters by although the contract does not have it.
    fn gone(&mut self) {
        let mut found = Vec::new();
        let mut declared: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for entry in &self.entries {
            let mut operations = self.operations.iter();
            let is_it = |it: &&Operation<'_>| it.method == entry.method && it.path == entry.path;
            let Some(operation) = operations.find(is_it) else {
                let what = format!(
                    "the contract does not have {} {}; remove it",
                    entry.method.to_uppercase(),
                    entry.path
                );
                found.push((format!("{}:{}", entry.file.path, entry.line), what));
                continue;
            };
            if let Some((file, _)) = self.handler(entry) {
                let fields = operation.filters().into_keys();
                declared.entry(&file.path).or_default().extend(fields);
            }
        }
        // What several versions share may have rules that only another one needs.
        let own = format!("/{}/", self.version);
        let files = self.files.iter().filter(|file| file.path.contains(&own));
        for file in files {
            let Some(declared) = declared.get(file.path.as_str()) else {
                continue;
            };
            for (field, line) in sources::rules(file) {
                if !declared.contains(field.as_str()) {
                    let what = format!("nothing filters by `{field}` any more; remove its rule");
                    found.push((format!("{}:{line}", file.path), what));
                }
            }
        }
        for (file, what) in found {
            self.add(Some(&file), &[], what);
        }
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
        let Some(entry) = neighbour else {
            let paths: Vec<&str> = self.operations.iter().map(|other| other.path).collect();
            return self.add(None, &paths, what);
        };
        let Operation { method, path, .. } = operation;
        let mut names = path.split('/').filter(|segment| !segment.starts_with('{'));
        let module = rust_name(names.next_back().unwrap_or_default());
        let (guard, line, file) = (&entry.guard, entry.after, entry.file);
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
        let handler = entry.and_then(|entry| self.handler(entry));
        let file = handler.map(|(file, _)| file.path.as_str());
        let (status, by) = match (entry, handler) {
            (Some(Entry { module, name, .. }), Some((_, status))) => {
                (status, format!("`{module}::{name}`"))
            }
            (
                Some(Entry {
                    file, module, name, ..
                }),
                None,
            ) => {
                let file = format!("{}/{module}.rs", file.path.trim_end_matches(".rs"));
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
        self.guard(operation);
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
            missing.extend(filters.keys().filter(|field| !rules.contains_key(**field)));
            if let Some(sortable) = self.sortable(file) {
                let sorters = operation.sorters().into_iter();
                missing.extend(sorters.filter(|field| !sortable.contains(*field)));
            }
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

    /// What the lists of a file are sorted by: it says so itself, or a module that it uses does.
    fn sortable(&self, file: &File) -> Option<BTreeSet<String>> {
        let is_used = |other: &&File| {
            let name = other.path.rsplit('/').next().unwrap_or_default();
            file.mentions(name.trim_end_matches(".rs"))
        };
        let mut used = self.files.iter().filter(is_used);
        sources::sortable(file).or_else(|| used.find_map(sources::sortable))
    }

    /// Which scopes an operation asks for.
    fn guard(&mut self, operation: &Operation<'a>) {
        let at = operation.at();
        let expected: BTreeSet<&str> = scopes(&operation.node["security"]).into_iter().collect();
        let unknown: Vec<&str> = expected
            .iter()
            .copied()
            .filter(|it| !self.knows(it))
            .collect();
        let security = self.operations.iter().map(|other| &other.node["security"]);
        let all: Vec<&str> = security.flat_map(scopes).collect();
        for scope in &unknown {
            let what = format!("{at}: the scope `{scope}` is not known; ask for it");
            self.add(None, &all, what);
        }
        let Some(entry) = self.entry(operation) else {
            return;
        };
        let guards = sources::guards(entry.file);
        let of = |guard: &BTreeSet<String>| -> BTreeSet<&str> {
            let scopes = guard.iter().filter_map(|word| self.scopes.get(word));
            scopes.map(String::as_str).collect()
        };
        let held = guards.get(&entry.guard).map(of);
        if !unknown.is_empty() || held.is_none_or(|held| held == expected) {
            return;
        }
        let expected_text: Vec<&str> = expected.iter().copied().collect();
        let what = format!(
            "{at} asks for {}, unlike `{}`",
            expected_text.join(", "),
            entry.guard
        );
        let other = guards.iter().find(|(_, guard)| of(guard) == expected);
        let write = other.map(|(other, _)| {
            let (old, new) = (format!("{}.", entry.guard), format!("{other}."));
            Write::Instead(entry.line, old, new)
        });
        let (stage, version, file) = (Stage::Simulator, self.version, &entry.file.path);
        self.lines
            .insert(stage, version, file, what, write.into_iter().collect());
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
        let words: Vec<String> = properties.keys().map(|name| rust_name(name)).collect();
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
            let word = rust_name(name);
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
            let is_read = |name: &&&str| reader.fields.contains_key(**name);
            names.iter().filter(is_read).count()
        };
        let reader = self.readers.iter().max_by_key(count);
        let reader = reader.filter(|reader| count(reader) > 0).cloned();
        for (name, property) in &properties {
            let of_items = self.contract.items(property.schema);
            for value in self.contract.values(of_items).unwrap_or_default() {
                if !self.knows(value) {
                    let what = format!("{place}: nothing accepts `{value}` as `{name}`");
                    self.add(None, &names, what);
                }
            }
            let expected = self.reading(*property);
            let Some(reader) = &reader else {
                if !self.files.iter().any(|file| file.mentions(name)) {
                    self.add(None, &names, format!("{place}: nothing reads `{name}`"));
                }
                self.read(place, property.schema);
                continue;
            };
            match (reader.fields.get(*name), expected) {
                (Some((how, line)), Some(expected)) => {
                    // It may insist on what the contract leaves optional.
                    let fits = how == expected || format!("optional_{how}") == expected;
                    if READS.contains(&how.as_str()) && !fits {
                        let file = format!("{}:{line}", reader.file.path);
                        let what = format!("{place}: read `{name}` with `{expected}`, not `{how}`");
                        self.add(Some(&file), &[], what);
                    }
                }
                (None, _) if reader.file.mentions(name) => {}
                (None, Some(read)) => {
                    let text = format!("    {}.{read}(\"{name}\")?;", reader.object);
                    let write = vec![Write::Before(reader.after, text)];
                    let what = format!("{place}: nothing reads `{name}`");
                    let (stage, version) = (Stage::Simulator, self.version);
                    self.lines
                        .insert(stage, version, &reader.file.path, what, write);
                }
                (None, None) => {
                    let what = format!("{place}: nothing reads `{name}`");
                    self.add(Some(&reader.file.path), &[], what);
                }
                (Some(_), None) => {}
            }
            self.read(place, property.schema);
        }
        let is_own = |reader: &Reader<'_>| 2 * count(&reader) > reader.fields.len();
        if let Some(reader) = reader.filter(is_own) {
            for (name, (_, line)) in &reader.fields {
                if !properties.contains_key(name.as_str()) {
                    let file = format!("{}:{line}", reader.file.path);
                    let what = format!("{place} does not have `{name}` any more; do not read it");
                    self.add(Some(&file), &[], what);
                }
            }
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
