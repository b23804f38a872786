//! YAML in and out: a strict reader that knows where everything is, and a writer with one spelling
//! for each value.
//!
//! Import reads files that other people write by hand, so what two readers could understand
//! differently is refused: a key with two values, a tab as indentation, a second document, a merge
//! key. What is written means the same to every YAML 1.2 reader.

use std::fmt;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_saphyr::{
    DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy, SerializerOptions, Spanned,
};

use crate::deep_stack;

/// A value and its place in the file.
#[derive(Debug)]
pub struct Node {
    pub(crate) kind: Kind,
    /// Line, from 1.
    pub(crate) line: u64,
}

/// The kinds of value that JSON knows.
#[derive(Debug)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Number(serde_json::Number),
    String(String),
    Sequence(Vec<Arc<Node>>),
    /// In the order of the file; no key comes twice.
    Mapping(Vec<Entry>),
    /// A number that JSON does not have.
    NotJson(f64),
}

#[derive(Debug)]
pub(crate) struct Entry {
    /// The key as written: `200` and `'200'` are the same key.
    pub(crate) key: String,
    /// Line of the key, from 1.
    pub(crate) line: u64,
    pub(crate) value: Arc<Node>,
    /// Line on which the key comes again, and whether with the same value.
    repeated: Option<(u64, bool)>,
}

impl Node {
    /// The value under `key`, if this is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Arc<Node>> {
        let mut entries = self.entries().iter();
        entries
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
    pub(crate) fn items(&self) -> &[Arc<Node>] {
        match &self.kind {
            Kind::Sequence(items) => items,
            _ => &[],
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// What kind of value this is, in words for an error message.
    pub(crate) fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::Null => "nothing",
            Kind::Bool(_) => "a boolean",
            Kind::Number(_) | Kind::NotJson(_) => "a number",
            Kind::String(_) => "a string",
            Kind::Sequence(_) => "a list",
            Kind::Mapping(_) => "a mapping",
        }
    }

    /// The same value without places.
    pub fn to_json(&self) -> Value {
        match &self.kind {
            Kind::Null | Kind::NotJson(_) => Value::Null,
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

    /// Fails if two readers could understand it differently, or if JSON cannot hold it. A mistake in
    /// an example does not matter: nothing reads examples, except where a property is called
    /// `example`. Adds a warning for a key that is given twice.
    fn check(&self, file: &str, are_properties: bool, warnings: &mut Vec<String>) -> Result<()> {
        if let Kind::NotJson(text) = &self.kind {
            bail!("{file}:{}: `{text}` has no JSON form", self.line);
        }
        for Entry {
            key,
            line,
            value,
            repeated,
        } in self.entries()
        {
            match repeated {
                _ if !are_properties && matches!(key.as_str(), "example" | "examples") => continue,
                Some((again, true)) => warnings.push(format!(
                    "{file}:{again}: key `{key}` was already given on line {line}, with the same value"
                )),
                Some((again, false)) => bail!(
                    "{file}:{again}: key `{key}` has another value on line {line}; keep one of the two"
                ),
                None => {}
            }
            value.check(file, !are_properties && key == "properties", warnings)?;
        }
        self.items()
            .iter()
            .try_for_each(|item| item.check(file, false, warnings))
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::deserialize(deserializer)?;
        let line = spanned.referenced.line();
        Ok(Node {
            kind: spanned.value,
            line,
        })
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Kind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON can hold")
    }

    fn visit_unit<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Kind, E> {
        Ok(Kind::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Kind, E> {
        Ok(Kind::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Kind, E> {
        Ok(Kind::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Kind, E> {
        let number = serde_json::Number::from_f64(value);
        Ok(number.map_or_else(|| Kind::NotJson(value), Kind::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Kind, E> {
        Ok(Kind::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Kind, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(Arc::new(item));
        }
        Ok(Kind::Sequence(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Kind, A::Error> {
        let mut entries: Vec<Entry> = Vec::new();
        while let Some(key) = map.next_key::<Spanned<String>>()? {
            let line = key.referenced.line();
            let value = map.next_value::<Node>()?;
            match entries.iter_mut().find(|entry| entry.key == key.value) {
                Some(Entry {
                    repeated: Some((_, false)),
                    ..
                }) => {}
                Some(first) => {
                    let is_same = first.value.to_json() == value.to_json();
                    first.repeated = Some((line, is_same));
                }
                None => entries.push(Entry {
                    key: key.value,
                    line,
                    value: Arc::new(value),
                    repeated: None,
                }),
            }
        }
        Ok(Kind::Mapping(entries))
    }
}

/// Reads one YAML document; `file` is the name that errors use. Beside it comes what its author
/// should know: keys that are given twice with the same value.
pub fn load(file: &str, bytes: &[u8]) -> Result<(Arc<Node>, Vec<String>)> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        anyhow!("{file}:{line}: not UTF-8; save the file as UTF-8")
    })?;
    let root = deep_stack::with(|| parse(text));
    let root = root.map_err(|problem| anyhow!("{file}{problem}"))?;
    if root.is_null() {
        bail!("{file}:1:1: the file holds no value");
    }
    let mut warnings = Vec::new();
    root.check(file, false, &mut warnings)?;
    Ok((Arc::new(root), warnings))
}

/// Reads a value, or says where in the text that is not possible, and why.
fn parse(text: &str) -> Result<Node, String> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_depth: MAX_DEPTH, max_nodes: MAX_VALUES },
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        merge_keys: MergeKeyPolicy::Error,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        null_as_string: true,
        reject_unsupported_tags: true,
        strict_booleans: true,
        underscored_numbers_as_strings: true,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let why = error.to_string();
        let why = why.split(" at line ").next().unwrap_or(&why);
        let place = error.location();
        let place = place.map_or(String::new(), |at| {
            format!(":{}:{}", at.line(), at.column())
        });
        format!("{place}: not valid YAML: {why}")
    })
}

/// Deep enough for any specification, shallow enough to walk by recursion.
const MAX_DEPTH: usize = 128;
/// Bounds what aliases of aliases can expand to. The largest root documents have a tenth.
const MAX_VALUES: usize = 1_000_000;
/// The largest file of the vendor has a hundredth.
pub const MAX_BYTES: u64 = 16 << 20;

/// The bytes of a file, unless it would fill the memory.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let shown = || path.display().to_string();
    if fs::metadata(path).with_context(shown)?.len() > MAX_BYTES {
        bail!("{}: it has more than {MAX_BYTES} bytes", shown());
    }
    fs::read(path).with_context(shown)
}

/// Reads one of our own files: a contract or an overlay.
///
/// Keys keep the order of the file. A key given twice is an error here even if both
/// values agree: the file is ours to mend.
pub fn load_json(path: &Path) -> Result<Value> {
    let (root, repeated) = load(&path.display().to_string(), &read(path)?)?;
    match repeated.first() {
        Some(warning) => bail!("{warning}; keep one of the two"),
        None => Ok(root.to_json()),
    }
}

/// Writes a value as YAML: block style, two spaces, keys in the order given, each text on one line.
pub fn to_yaml(value: &Value) -> Result<String> {
    let mut options = SerializerOptions::default();
    options.compact_list_indent = false;
    options.prefer_block_scalars = false;
    options.yaml_12 = true;
    options.no_lang_directive = true;
    serde_saphyr::to_string_with_options(value, options).context("it cannot be written as YAML")
}
