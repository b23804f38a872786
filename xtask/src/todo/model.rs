//! Fields and values: what the contracts declare has a place in the client's model, and what the
//! model declares is in a contract.
//!
//! An overlay says which type of the model a schema is read into (`x-model`); from there the types
//! of fields lead on.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToLowerCamelCase as _;
use serde_json::Value;

use super::sources::{self, Declaration, File, Member};
use super::{BLANK, END, Input, Lines, MODEL, Stage, Write, docs_of, rust_name};
use crate::contract::{Contract, Property, schema_name};
use crate::normalise::{type_name, variant_name};
use crate::workspace::Workspace;

/// In a schema, by our overlays: the client's model type for it.
pub(crate) const KEYWORD: &str = "x-model";

/// The versions that have a type, and those that have each of its names in JSON.
#[derive(Default)]
struct Met {
    versions: BTreeSet<String>,
    names: BTreeMap<String, BTreeSet<String>>,
}

/// By a member and its type: the versions and places that it is read from, each with what is there
/// if the type is not made for that.
type Places = BTreeMap<(String, String), Vec<((String, String), Option<String>)>>;

/// Says at which places the model keeps as JSON what may have several shapes.
pub(super) fn find(
    workspace: &Workspace,
    inputs: &[Input<'_>],
    model: &[Declaration],
    client: &[File],
    lines: &mut Lines,
) -> BTreeSet<String> {
    let mut decided = BTreeSet::new();
    let root = format!("{MODEL}.rs");
    let root = client.iter().find(|file| file.path == root);
    let by_name: BTreeMap<&str, &Declaration> = model
        .iter()
        .map(|declaration| (declaration.name.as_str(), declaration))
        .collect();
    let (mut met, mut places) = (BTreeMap::new(), BTreeMap::new());
    for input in inputs {
        let contract = Contract(&input.noted.contract);
        let mut walk = Walk {
            contract,
            version: input.version.name(),
            model: &by_name,
            met: &mut met,
            places: &mut places,
            seen: BTreeSet::new(),
            decided: &mut decided,
            lines,
        };
        let (received, sent) = roots(contract);
        for (schema, node) in received {
            if node.get(KEYWORD).is_none() && !contract.properties(node).is_empty() {
                let what = format!(
                    "which type of {MODEL} represents `{schema}`? Say so beside its sentence: \
                     `{KEYWORD}: …`"
                );
                let docs = docs_of(workspace, input);
                walk.lines.add(Stage::Overlays, walk.version, &docs, what);
            }
        }
        for (schema, of, node) in contract.schemas_with(KEYWORD) {
            let is_sent = sent.contains(schema);
            match by_name.get(of) {
                Some(declaration) => walk.object((schema, schema), node, declaration, is_sent),
                None => walk.lines.add(
                    Stage::Model,
                    walk.version,
                    &format!("{MODEL}.rs"),
                    format!("{schema}: its overlay says `{KEYWORD}: {of}`; declare that type"),
                ),
            }
        }
    }
    mismatches(&places, lines);
    for declaration in model {
        if let Some(met) = met.get(&declaration.name) {
            for member in &declaration.members {
                gone(declaration, member, met, lines);
            }
            unexported(declaration, root, lines);
        }
        if declaration.attributes.contains(&format!("doc=\"{BLANK}\"")) {
            let what = format!("say what `{}` is", declaration.name);
            lines.add(Stage::Model, "", &declaration.file, what);
        }
        for member in &declaration.members {
            unsaid(declaration, member, met.get(&declaration.name), lines);
        }
    }
    decided
}

/// The components that responses begin with, and the names of all that only bodies are made of.
fn roots(contract: Contract<'_>) -> (BTreeMap<&str, &Value>, BTreeSet<&str>) {
    let (mut received, mut sent) = (BTreeMap::new(), BTreeSet::new());
    for operation in contract.operations() {
        if let Some(schema) = operation.response() {
            let schema = contract.items(schema);
            if let Some(name) = schema_name(schema) {
                received.insert(name, contract.resolved(schema));
            }
        }
        if let Some(body) = operation.body() {
            let mut open = vec![contract.items(body)];
            while let Some(schema) = open.pop() {
                // It is received, too, and read leniently: what is sent is made by a builder.
                if contract.resolved(schema)["x-direction"] == "response" {
                    continue;
                }
                let is_new = schema_name(schema).is_none_or(|name| sent.insert(name));
                if is_new {
                    let properties = contract.properties(schema).into_values();
                    open.extend(properties.map(|property| contract.items(property.schema)));
                }
            }
        }
    }
    (received, sent)
}

/// Members whose types are not made for what they are read from.
fn mismatches(places: &Places, lines: &mut Lines) {
    for ((file, member), places) in places {
        let other = places.iter().find(|(_, found)| found.is_none());
        for ((version, place), found) in places {
            let Some(found) = found else { continue };
            let mut what = format!("{member}, but {place} is {found}");
            if let Some(((version, place), _)) = other {
                what.push_str(&format!(
                    ", unlike {place} of {version}: `Option<serde_json::Value>` reads both"
                ));
            }
            lines.add(Stage::Model, version, file, what);
        }
    }
}

/// A member that no contract has any more, under some of its names or under all.
fn gone(declaration: &Declaration, member: &Member, met: &Met, lines: &mut Lines) {
    let at = declaration.at(member.line);
    let of = &declaration.name;
    let is_met = |name: &String| met.names.contains_key(name);
    for (n, name) in member.json.iter().enumerate() {
        let what = if !member.json.iter().any(is_met) && n == 0 {
            let field = &member.name;
            format!("no contract has `{name}` of `{of}` any more; remove `{field}`")
        } else if member.json.iter().any(is_met) && !is_met(name) {
            let field = &member.name;
            format!("no contract calls `{of}::{field}` `{name}` any more; remove that name")
        } else {
            continue;
        };
        lines.add(Stage::Model, "", &at, what);
    }
}

/// What the documentation of a member has to say and does not: what it is, and which versions have
/// it if not all that have its type do.
fn unsaid(declaration: &Declaration, member: &Member, met: Option<&Met>, lines: &mut Lines) {
    let of = format!("`{}::{}`", declaration.name, member.name);
    let docs = member.docs.to_lowercase();
    let have = |met: &Met| -> BTreeSet<String> {
        let names = member.json.iter().filter_map(|name| met.names.get(name));
        names.flatten().cloned().collect()
    };
    // Each place returns some of the values of an enumeration.
    let met = met.filter(|_| !declaration.is_enum);
    let have = met.map(|met| (have(met), met.versions.len()));
    let have = have.filter(|(have, all)| !have.is_empty() && have.len() < *all);
    let only = have.filter(|(have, _)| {
        !(docs.contains("only") && have.iter().all(|version| docs.contains(version)))
    });
    let only = only.map(|(have, _)| have.into_iter().collect::<Vec<_>>().join(" and "));
    let what = match (docs.trim() == BLANK, only) {
        (true, None) => format!("say what {of} is"),
        (true, Some(only)) => format!("say what {of} is, and that it is in {only} only"),
        (false, Some(only)) => format!("{of} is in {only} only; say so in its documentation"),
        (false, None) => return,
    };
    lines.add(Stage::Model, "", &declaration.at(member.line), what);
}

/// A type that responses or bodies have, and that users cannot name.
fn unexported(declaration: &Declaration, root: Option<&File>, lines: &mut Lines) {
    let name = &declaration.name;
    let Some(root) = root.filter(|root| declaration.is_public && !root.mentions(name)) else {
        return;
    };
    let module = declaration.file.rsplit('/').next().unwrap_or_default();
    let module = module.trim_end_matches(".rs");
    let before = sources::lines_of(root, &["use", module])
        .into_iter()
        .take(1);
    let write = before.map(|before| Write::Before(before, format!("pub use {module}::{name};")));
    let what = format!("`{name}` is not exported");
    lines.insert(Stage::Model, "", &root.path, what, write.collect());
}

/// How the fields of a type are declared.
#[derive(Clone, Copy)]
struct Style {
    /// For serde, and not in `record!`.
    is_plain: bool,
    /// With one that is called `kind` in JSON, which is what `type` is called otherwise.
    has_kind: bool,
}

struct Walk<'a, 'l> {
    contract: Contract<'a>,
    version: &'a str,
    model: &'l BTreeMap<&'l str, &'l Declaration>,
    met: &'l mut BTreeMap<String, Met>,
    places: &'l mut Places,
    /// What was compared already, by the schema's place in memory.
    seen: BTreeSet<(*const Value, &'l str)>,
    decided: &'l mut BTreeSet<String>,
    lines: &'l mut Lines,
}

impl<'a, 'l> Walk<'a, 'l> {
    fn add(&mut self, file: &str, what: String, write: Vec<Write>) {
        let (stage, version) = (Stage::Model, self.version);
        self.lines.insert(stage, version, file, what, write);
    }

    fn meet(&mut self, of: &Declaration, name: &str) {
        let met = self.met.entry(of.name.clone()).or_default();
        met.versions.insert(self.version.to_owned());
        let versions = met.names.entry(name.to_owned()).or_default();
        versions.insert(self.version.to_owned());
    }

    fn object(
        &mut self,
        (component, place): (&str, &str),
        schema: &'a Value,
        declaration: &'l Declaration,
        is_sent: bool,
    ) {
        let schema = self.contract.resolved(schema);
        if !self.seen.insert((schema, declaration.name.as_str())) {
            return;
        }
        let of = &declaration.name;
        for (name, property) in self.contract.properties(schema) {
            let place = format!("{place}.{name}");
            let Some(member) = declaration.member(name) else {
                self.missing(&place, name, property, declaration);
                continue;
            };
            self.meet(declaration, name);
            if innermost(&member.kind) == "Value" {
                self.decided.insert(format!(
                    "#/components/schemas/{component}/properties/{name}"
                ));
            }
            let member_at = format!("`{of}::{}`", member.name);
            let file = declaration.at(member.line);
            if self.contract.resolved(property.schema)["deprecated"] == true
                && !member.docs.to_lowercase().contains("deprecated")
            {
                let what = format!("{member_at} is deprecated; say so in its documentation");
                self.add(&file, what, Vec::new());
            }
            if is_sent && property.is_required && member.kind.starts_with("Option<") {
                let what = format!("{member_at} is `{}`, but {place} is required", member.kind);
                self.add(&file, what, Vec::new());
            }
            let found = self.mismatch(property.schema, member);
            let is_read = found.is_none();
            let key = (file, format!("{member_at} is `{}`", member.kind));
            let place_of = (self.version.to_owned(), place.clone());
            self.places.entry(key).or_default().push((place_of, found));
            if !is_read {
                continue;
            }
            let inner = self.contract.resolved(self.contract.items(property.schema));
            if let Some(next) = self.model.get(innermost(&member.kind)).copied() {
                if next.is_enum {
                    self.values(&place, inner, next);
                } else if inner["type"] != "string" {
                    let own = schema_name(self.contract.items(property.schema));
                    self.object((own.unwrap_or_default(), &place), inner, next, is_sent);
                }
            }
        }
    }

    /// Values that an enumeration of the model does not have.
    fn values(&mut self, place: &str, schema: &'a Value, declaration: &'l Declaration) {
        for value in self.contract.values(schema).unwrap_or_default() {
            self.meet(declaration, value);
            if declaration.member(value).is_none() {
                let text = if declaration.is_plain {
                    format!("    /// {BLANK}\n    {},", variant_name(value))
                } else {
                    variant(value)
                };
                let write = Write::Before(declaration.end, text);
                let what = format!("{place}: `{}` lacks `{value}`", declaration.name);
                self.add(&declaration.file, what, vec![write]);
            }
        }
    }

    /// A property without a field.
    fn missing(
        &mut self,
        place: &str,
        name: &str,
        property: Property<'a>,
        declaration: &'l Declaration,
    ) {
        let mut declarations = BTreeMap::new();
        let style = Style {
            is_plain: declaration.is_plain,
            has_kind: declaration.member("kind").is_some(),
        };
        let field = self.field(name, property, style, &mut declarations);
        let mut write = vec![Write::Before(declaration.end, field)];
        let mut what = format!("{place}: `{}` has no field for it", declaration.name);
        if !declarations.is_empty() {
            let names: Vec<String> = declarations.keys().map(|of| format!("`{of}`")).collect();
            what.push_str(&format!(", and the model no {}", names.join(", ")));
        }
        write.extend(
            declarations
                .into_values()
                .map(|text| Write::Before(END, format!("\n{text}"))),
        );
        self.add(&declaration.file, what, write);
    }

    /// The lines of a field, and the declarations of the types that the model does not have yet.
    fn field(
        &self,
        name: &str,
        property: Property<'a>,
        Style { is_plain, has_kind }: Style,
        declarations: &mut BTreeMap<String, String>,
    ) -> String {
        let schema = property.schema;
        let inner = self.contract.resolved(self.contract.items(schema));
        let own = schema_name(self.contract.items(schema)).unwrap_or(name);
        let own = type_name(own);
        let kind = match inner["type"].as_str() {
            Some("string") if inner["enum"].is_array() => own.clone(),
            Some("string") if inner["format"] == "date-time" => "Timestamp".to_owned(),
            Some("string") if is_id(name) => "Id".to_owned(),
            Some("string") => "String".to_owned(),
            Some("boolean") => "bool".to_owned(),
            Some("integer") if inner["format"] == "int64" => "i64".to_owned(),
            Some("integer") => "i32".to_owned(),
            Some("number") => "f64".to_owned(),
            _ if !self.contract.properties(inner).is_empty() => own.clone(),
            _ => "serde_json::Value".to_owned(),
        };
        if kind == own && !self.model.contains_key(own.as_str()) && !declarations.contains_key(&own)
        {
            self.declare(&own, inner, declarations);
        }
        let is_list = self.contract.resolved(schema)["type"] == "array";
        // An `Id` may itself be missing.
        let is_bare = if is_plain {
            property.is_required
        } else {
            kind == "Id"
        };
        let wrapped = match (is_list, is_bare) {
            (true, _) => format!("Vec<{kind}>"),
            (false, true) => kind.clone(),
            (false, false) => format!("Option<{kind}>"),
        };
        let field = if name == "type" && !has_kind {
            "kind".to_owned()
        } else {
            rust_name(name)
        };
        if !is_plain {
            return format!("        /// {BLANK}\n        pub {field}: {wrapped} => \"{name}\",");
        }
        let mut serde = Vec::new();
        if field.to_lower_camel_case() != name {
            serde.push(format!("rename = \"{name}\""));
        }
        if wrapped == "Option<Timestamp>" {
            serde.push("with = \"timestamp\"".to_owned());
        }
        if wrapped.starts_with("Option<") {
            serde.push("default, skip_serializing_if = \"Option::is_none\"".to_owned());
        }
        let mut text = format!("    /// {BLANK}\n");
        if !serde.is_empty() {
            text.push_str(&format!("    #[serde({})]\n", serde.join(", ")));
        }
        text + &format!("    pub {field}: {wrapped},")
    }

    /// The declaration of a type that the model does not have yet, and of those in it.
    fn declare(&self, name: &str, schema: &'a Value, declarations: &mut BTreeMap<String, String>) {
        // Schemas can be circles.
        declarations.insert(name.to_owned(), String::new());
        let (declare, what, members) = match self.contract.values(schema) {
            Some(values) => (
                "open_enum",
                "enum",
                values.into_iter().map(variant).collect::<Vec<_>>(),
            ),
            None => {
                let properties = self.contract.properties(schema);
                let style = Style {
                    is_plain: false,
                    has_kind: properties.contains_key("kind"),
                };
                let fields = properties.into_iter();
                let fields = fields.map(|(name, of)| self.field(name, of, style, declarations));
                ("record", "struct", fields.collect())
            }
        };
        let text = format!(
            "{declare}! {{\n    /// {BLANK}\n    pub {what} {name} {{\n{}\n    }}\n}}",
            members.join("\n")
        );
        declarations.insert(name.to_owned(), text);
    }

    /// What a property is, if its field is not made for that.
    fn mismatch(&self, schema: &'a Value, member: &Member) -> Option<String> {
        let schema = self.contract.resolved(schema);
        let is_list = schema["type"] == "array";
        let inner = self.contract.resolved(self.contract.items(schema));
        let kind = inner["type"].as_str()?;
        let format = inner["format"].as_str().unwrap_or_default();
        let has_values = inner["enum"].is_array();
        let name = innermost(&member.kind);
        let fits = match name {
            "Value" => return None,
            "bool" => kind == "boolean",
            "i32" | "u32" => kind == "integer" && format != "int64",
            "i64" | "u64" | "usize" => kind == "integer",
            "f64" => kind == "number",
            "Timestamp" => kind == "string" && format == "date-time",
            "String" | "Id" => kind == "string" && format != "date-time" && !has_values,
            _ => match self.model.get(name) {
                // It keeps texts that it does not name.
                Some(declared) if declared.is_enum => kind == "string",
                // A record that is mostly text may be written as text.
                Some(_) => kind == "object" || kind == "string",
                None => true,
            },
        };
        if fits && is_list == member.kind.contains("Vec<") {
            return None;
        }
        let mut found = kind.to_owned();
        if has_values {
            found = format!(
                "one of {} texts",
                inner["enum"].as_array().map_or(0, Vec::len)
            );
        } else if !format.is_empty() {
            found = format!("{kind} ({format})");
        }
        Some(if is_list {
            format!("a list of {found}")
        } else {
            found
        })
    }
}

/// Whether a property of this name holds an id, or ids.
fn is_id(name: &str) -> bool {
    name == "id" || name.ends_with("Id") || name.ends_with("Ids")
}

/// The lines of a value in `open_enum!`.
fn variant(value: &str) -> String {
    let variant = variant_name(value);
    format!("        /// {BLANK}\n        {variant} => {value:?},")
}

/// `Reviewer` of `Option<Box<Reviewer>>`.
pub(super) fn innermost(kind: &str) -> &str {
    let inner = kind.rsplit('<').next().unwrap_or(kind);
    let inner = inner.split('>').next().unwrap_or(inner);
    inner.rsplit("::").next().unwrap_or(inner)
}
