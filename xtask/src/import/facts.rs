//! Takes the facts out of upstream's objects, and what they refer to along with them.
//!
//! One walker for every kind of object: the tables in [`shape`](super::shape) say what
//! is done with each keyword. Whatever is referred to by name becomes a component and waits
//! in a queue, so a schema that contains itself ends.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use anyhow::{Result, bail};
use serde_json::{Map, Value};

use super::checkout::{Checkout, Place, is_reference};
use super::shape::{Rule, SCHEMA, Section, Shape};
use crate::yaml::{Entry, Kind, Node};

/// Extensions that hold words for people, even if it is a single word.
const PROSE_EXTENSIONS: &[&str] = &["x-displayName"];

/// The facts of an object, by keyword.
pub(super) type Object = Map<String, Value>;

/// The walker and what it has met.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    pub(super) checkout: Checkout,
    names: &'a BTreeMap<String, String>,
    /// The facts of each place that has a name. The first of these places is the component.
    components: BTreeMap<(Section, String), Vec<(String, Object)>>,
    met: BTreeSet<(Section, String)>,
    queue: VecDeque<(Section, String, Place)>,
    /// What the vendor should know.
    pub(super) warnings: Vec<String>,
}

impl<'a> Facts<'a> {
    /// A walker over a checkout; `names` overrule the stems of files.
    pub(super) fn new(
        checkout: Checkout,
        names: &'a BTreeMap<String, String>,
        warnings: Vec<String>,
    ) -> Self {
        Facts {
            checkout,
            names,
            components: BTreeMap::new(),
            met: BTreeSet::new(),
            queue: VecDeque::new(),
            warnings,
        }
    }

    /// The facts of one object. `supplied` are those that the shape leaves to others.
    pub(super) fn object(
        &mut self,
        shape: &'static Shape,
        place: &Place,
        supplied: Object,
    ) -> Result<Object> {
        let mut facts = Object::new();
        let place = match (place.get("$ref"), shape.section) {
            (None, _) => place.clone(),
            (Some(_), None) => self.checkout.followed(place)?,
            (Some(reference), Some(section)) => {
                facts.insert("$ref".to_owned(), self.component(section, &reference)?);
                if section != Section::Schemas {
                    // OpenAPI 3.0 gives siblings of this reference no meaning at all.
                    return Ok(facts);
                }
                place.clone()
            }
        };
        let mut rest = self.extensions(shape, &place)?;
        rest.extend(supplied);
        for (keyword, rule) in shape.rules() {
            let value = match (rule, place.get(keyword)) {
                (Rule::Extensions, _) => {
                    facts.extend(rest.split_off("x-"));
                    None
                }
                (Rule::Elsewhere, _) => rest.remove(keyword),
                (Rule::Blank, _) => Some("".into()),
                (Rule::Prose, _) | (_, None) => None,
                // Only a default can mean null.
                (_, Some(place)) if place.node.is_null() && keyword != "default" => {
                    let (origin, name) = (place.origin(), shape.name);
                    self.warnings.push(format!(
                        "{origin}: `{keyword}` of a {name} is empty, and left out"
                    ));
                    None
                }
                (rule, Some(place)) => self.value(shape, keyword, rule, &place)?,
            };
            facts.extend(value.map(|value| (keyword.to_owned(), value)));
        }
        Ok(facts)
    }

    /// The facts of one value; none if there are none.
    fn value(
        &mut self,
        shape: &Shape,
        keyword: &str,
        rule: &'static Rule,
        place: &Place,
    ) -> Result<Option<Value>> {
        let node = &place.node;
        Ok(Some(match rule {
            Rule::Prose | Rule::Elsewhere | Rule::Extensions => return Ok(None),
            Rule::Blank => "".into(),
            Rule::Fact => node.to_json(),
            Rule::SchemaOrBool if matches!(node.kind, Kind::Bool(_)) => node.to_json(),
            Rule::SchemaOrBool => self.object(&SCHEMA, place, Object::new())?.into(),
            Rule::One(inner) => self.object(inner, place, Object::new())?.into(),
            // `required: true` on a schema is a slip: only parameters have that.
            Rule::Set if !matches!(node.kind, Kind::Sequence(_)) => {
                let (origin, kind, name) = (place.origin(), node.kind_name(), shape.name);
                self.warnings.push(format!(
                    "{origin}: `{keyword}` of a {name} must be a list, not {kind}; left out"
                ));
                return Ok(None);
            }
            Rule::Set => {
                let text = |item: Place| match item.node.as_str() {
                    Some(text) => Ok(text.to_owned()),
                    None => Err(item.wrong_kind(keyword, "a list of strings")),
                };
                let texts: BTreeSet<_> = place.items(keyword)?.map(text).collect::<Result<_>>()?;
                texts.into_iter().collect()
            }
            Rule::List(rule) => {
                let mut items = Vec::new();
                for item in place.items(keyword)? {
                    items.extend(self.value(shape, keyword, rule, &item)?);
                }
                items.into()
            }
            Rule::Map(rule) => {
                let mut values = BTreeMap::new();
                for Entry { key, value, .. } in place.entries(keyword)? {
                    let value = self.value(shape, key, rule, &place.inside(value))?;
                    values.extend(value.map(|value| (key.clone(), value)));
                }
                Object::from_iter(values).into()
            }
            Rule::SchemaName => match node.as_str().unwrap_or_default().trim() {
                text if text.contains(['/', '#']) || text.ends_with(".yaml") => {
                    self.component(Section::Schemas, place)?
                }
                _ => node.to_json(),
            },
        }))
    }

    /// Takes the facts of all components that are still waiting, and of those that they
    /// refer to: `components`, without the security schemes.
    pub(super) fn finish(&mut self) -> Result<Object> {
        while let Some((section, name, place)) = self.queue.pop_front() {
            let facts = self.object(section.named().1, &place, Object::new())?;
            let rivals = self.components.entry((section, name)).or_default();
            rivals.push((place.id(), facts));
        }
        let mut sections: BTreeMap<Section, Object> = BTreeMap::new();
        for ((section, name), rivals) in std::mem::take(&mut self.components) {
            let mut rivals = rivals.into_iter();
            let Some((id, facts)) = rivals.next() else {
                continue;
            };
            // A copy of a file does not clash.
            if let Some((other, _)) = rivals.find(|(_, others)| *others != facts) {
                bail!(
                    "two different {} are called `{name}`: {id} and {other}; \
                     give one of the files another name in `names` of the manifest",
                    section.named().0
                );
            }
            sections
                .entry(section)
                .or_default()
                .insert(name, facts.into());
        }
        let sections = sections.into_iter();
        Ok(sections
            .map(|(section, components)| (section.named().0.to_owned(), components.into()))
            .collect())
    }

    /// The component that a reference means, by its place in the contract; queues it if it is new.
    fn component(&mut self, section: Section, reference: &Place) -> Result<Value> {
        let is_mere = match section {
            Section::Schemas => is_mere_schema,
            _ => is_reference,
        };
        let place = self.checkout.follow(reference, is_mere)?;
        let name = self.name(&place, reference)?;
        let pointer = format!("#/components/{}/{name}", section.named().0);
        if self.met.insert((section, place.id())) {
            self.queue.push_back((section, name, place));
        }
        Ok(pointer.into())
    }

    /// The last step of the pointer, or the stem of the file.
    fn name(&self, place: &Place, reference: &Place) -> Result<String> {
        let stem = || {
            let file = place.file.rsplit('/').next().unwrap_or(&place.file);
            file.rsplit_once('.').map_or(file, |(stem, _)| stem)
        };
        let given = self.names.get(&place.id()).or(place.pointer.last());
        let name = given.map_or_else(stem, String::as_str);
        let allowed = |char: char| char.is_ascii_alphanumeric() || "._-".contains(char);
        if name.is_empty() || !name.chars().all(allowed) {
            bail!(
                "{}: `{name}` cannot be the name of a component; \
                 give {} another in `names` of the manifest",
                reference.origin(),
                place.file
            );
        }
        Ok(name.to_owned())
    }

    /// The `x-` keywords that hold facts: none of their strings is a sentence. Warns of others, and
    /// of keywords that the shape does not have.
    fn extensions(&mut self, shape: &Shape, place: &Place) -> Result<BTreeMap<String, Value>> {
        let mut kept = BTreeMap::new();
        for Entry {
            key, line, value, ..
        } in place.entries(shape.name)?
        {
            let origin = place.line(*line);
            let wrong = if !key.starts_with("x-") {
                let is_known = shape.rule(key).is_some() || key == "$ref";
                (!is_known)
                    .then(|| format!("OpenAPI 3.0 has no `{key}` in a {}; left out", shape.name))
            } else if PROSE_EXTENSIONS.contains(&key.as_str()) {
                None
            } else if is_wordless(value) {
                kept.insert(key.clone(), value.to_json());
                None
            } else {
                Some(format!(
                    "`{key}` holds prose or references, and is left out"
                ))
            };
            self.warnings
                .extend(wrong.map(|wrong| format!("{origin}: {wrong}")));
        }
        Ok(kept)
    }
}

/// Whether a schema is a reference and says nothing more: prose beside it does not count,
/// `nullable` does.
fn is_mere_schema(node: &Node) -> bool {
    is_reference(node)
        && node.entries().iter().all(|entry| {
            entry.key == "$ref" || matches!(SCHEMA.rule(&entry.key), Some(Rule::Prose))
        })
}

/// Whether no string in a value has a space in it.
fn is_wordless(node: &Node) -> bool {
    match &node.kind {
        Kind::String(text) => !text.trim().contains(char::is_whitespace),
        Kind::Sequence(items) => items.iter().all(|item| is_wordless(item)),
        Kind::Mapping(entries) => entries
            .iter()
            .all(|entry| entry.key != "$ref" && is_wordless(&entry.value)),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::NotJson(_) => true,
    }
}
