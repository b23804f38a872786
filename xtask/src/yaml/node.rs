//! The tree that the loader builds: JSON's kinds of value, each with its place.

use std::rc::Rc;

use serde_json::Value;

/// A value and its place in the file.
#[derive(Debug)]
pub(crate) struct Node {
    /// The value itself.
    pub(crate) kind: Kind,
    /// Line, from 1.
    pub(crate) line: usize,
    /// How many values this one holds, itself included, with aliases written out.
    pub(super) size: usize,
}

/// The kinds of value that JSON knows.
#[derive(Debug)]
pub(crate) enum Kind {
    /// `null`, `~`, or nothing.
    Null,
    /// `true` or `false`, and none of YAML 1.1's other words for them.
    Bool(bool),
    /// A number that JSON can hold.
    Number(serde_json::Number),
    /// Everything else that is a scalar.
    String(String),
    /// A list.
    Sequence(Vec<Rc<Node>>),
    /// A mapping in the order of the file; no key comes twice.
    Mapping(Vec<Entry>),
}

/// One key of a mapping.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The key as written: `200` and `'200'` are the same key.
    pub(crate) key: String,
    /// Line of the key, from 1.
    pub(crate) line: usize,
    /// Its value.
    pub(crate) value: Rc<Node>,
}

impl Node {
    /// The value under `key`, if this is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Rc<Node>> {
        self.entries()
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.value)
    }

    /// The entries of a mapping; empty for any other kind.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; empty for any other kind.
    pub(crate) fn items(&self) -> &[Rc<Node>] {
        match &self.kind {
            Kind::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The text of a string.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether there is no value.
    pub(crate) fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// What kind of value this is, in words for an error message.
    pub(crate) fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::Null => "nothing",
            Kind::Bool(_) => "a boolean",
            Kind::Number(_) => "a number",
            Kind::String(_) => "a string",
            Kind::Sequence(_) => "a list",
            Kind::Mapping(_) => "a mapping",
        }
    }

    /// The same value without places.
    pub(crate) fn to_json(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Number(value) => Value::Number(value.clone()),
            Kind::String(value) => Value::String(value.clone()),
            Kind::Sequence(items) => items.iter().map(|item| item.to_json()).collect(),
            Kind::Mapping(entries) => entries
                .iter()
                .map(|entry| (entry.key.clone(), entry.value.to_json()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }
}
