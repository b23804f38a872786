//! What a schema says, however it is written: behind references, in the members of an
//! `allOf`, with or without a type, with null as a keyword or as a value.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Contract, entries, list, schema_name, texts};

/// A schema with all its parts combined.
#[derive(Debug, Default)]
pub(crate) struct View<'a> {
    /// The component through which it was reached.
    pub(crate) name: Option<&'a str>,
    /// Whether the place that refers to it, or the schema on the spot, allows null.
    pub(crate) nullable_here: bool,
    /// Whether the component allows null, wherever it is used.
    pub(crate) nullable_in_component: bool,
    /// Keywords with a single value.
    keywords: BTreeMap<&'a str, &'a Value>,
    pub(crate) properties: BTreeMap<&'a str, Property<'a>>,
    /// Names of properties that must be there, declared or not.
    pub(crate) required: BTreeSet<&'a str>,
    /// Elements of a list.
    pub(crate) items: Option<&'a Value>,
    /// What `additionalProperties` says.
    pub(crate) others: Option<&'a Value>,
    /// Members of `oneOf` and `anyOf`.
    pub(crate) variants: Vec<&'a Value>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Property<'a> {
    pub(crate) schema: &'a Value,
    pub(crate) is_required: bool,
    /// The component that declares it, if that is another one than the schema it was
    /// found in: a member of its `allOf`.
    pub(crate) home: Option<&'a str>,
}

const STRUCTURE: [&str; 10] = [
    "$ref",
    "allOf",
    "oneOf",
    "anyOf",
    "properties",
    "required",
    "items",
    "additionalProperties",
    "nullable",
    "description",
];

impl<'a> View<'a> {
    /// Puts a schema together.
    pub(crate) fn of(contract: Contract<'a>, schema: &'a Value) -> Self {
        let mut view = View::default();
        let mut node = schema;
        loop {
            let allows_null = allows_null(node);
            if view.name.is_none() {
                view.nullable_here |= allows_null;
            } else {
                view.nullable_in_component |= allows_null;
            }
            let next = match contract.target(node) {
                Some(target) => Some((node, target)),
                None => {
                    let inner = node.as_object().and_then(wrapped);
                    inner.and_then(|inner| Some((inner, contract.target(inner)?)))
                }
            };
            let Some((reference, target)) = next else {
                break;
            };
            if view.name.is_none() {
                view.name = schema_name(reference);
            }
            node = target;
        }
        view.absorb(contract, node, None);
        for (name, property) in &mut view.properties {
            property.is_required = view.required.contains(name);
        }
        view
    }

    fn absorb(&mut self, contract: Contract<'a>, node: &'a Value, home: Option<&'a str>) {
        let Some(map) = node.as_object() else {
            return;
        };
        for (keyword, value) in map {
            if !STRUCTURE.contains(&keyword.as_str()) {
                self.keywords.entry(keyword).or_insert(value);
            }
        }
        for (name, schema) in entries(&node["properties"]) {
            self.properties.entry(name).or_insert(Property {
                schema,
                is_required: false,
                home,
            });
        }
        self.required.extend(texts(&node["required"]));
        self.items = self.items.or(map.get("items"));
        self.others = self.others.or(map.get("additionalProperties"));
        self.variants
            .extend(list(&node["oneOf"]).chain(list(&node["anyOf"])));
        for member in list(&node["allOf"]) {
            let home = schema_name(member).or(home);
            self.nullable_in_component |= allows_null(member);
            self.absorb(contract, contract.resolve(member), home);
        }
    }

    /// Whether null is a value, for whatever reason.
    pub(crate) fn nullable(&self) -> bool {
        self.nullable_here || self.nullable_in_component
    }

    /// The type, written or implied; `None` for a schema that takes anything.
    pub(crate) fn kind(&self) -> Option<&'a str> {
        if let Some(kind) = self.text("type") {
            return Some(kind);
        }
        if !self.properties.is_empty() {
            return Some("object");
        }
        if self.items.is_some() {
            return Some("array");
        }
        let values = self.keywords.get("enum")?.as_array()?;
        let texts = |value: &Value| value.is_string() || value.is_null();
        values.iter().all(texts).then_some("string")
    }

    /// The values of an enumeration, without null.
    pub(crate) fn values(&self) -> Option<BTreeSet<String>> {
        let values = self.keywords.get("enum")?.as_array()?;
        let values = values.iter().filter(|value| !value.is_null());
        Some(values.map(shown).collect())
    }

    pub(crate) fn keyword(&self, keyword: &str) -> Option<&'a Value> {
        self.keywords.get(keyword).copied()
    }

    pub(crate) fn text(&self, keyword: &str) -> Option<&'a str> {
        self.keyword(keyword).and_then(Value::as_str)
    }

    /// Whether a keyword is there and true.
    pub(crate) fn flag(&self, keyword: &str) -> bool {
        self.keyword(keyword).and_then(Value::as_bool) == Some(true)
    }

    pub(crate) fn extensions(&self) -> impl Iterator<Item = &'a str> {
        let keywords = self.keywords.keys().copied();
        keywords.filter(|keyword| keyword.starts_with("x-"))
    }
}

/// `nullable`, or null among the values of an enumeration.
fn allows_null(node: &Value) -> bool {
    list(&node["enum"]).any(Value::is_null) || node["nullable"] == true
}

/// The reference inside a schema that only wraps it in an `allOf`, as is done to say
/// something beside it.
pub(crate) fn wrapped(schema: &Map<String, Value>) -> Option<&Value> {
    let [member] = schema.get("allOf")?.as_array()?.as_slice() else {
        return None;
    };
    schema_name(member)?;
    let says_more = ["properties", "required", "items", "oneOf", "anyOf", "enum"];
    (!says_more
        .iter()
        .any(|keyword| schema.contains_key(*keyword)))
    .then_some(member)
}

/// A value as reports write it.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
