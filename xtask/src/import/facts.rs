//! Takes the facts out of upstream's objects, and what they refer to along with them.
//!
//! One walker for every kind of object: the tables in [`shape`](super::shape) say what
//! is done with each keyword. Whatever is referred to by name becomes a component and waits
//! in a queue, so a schema that contains itself ends.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use anyhow::{Result, bail};
use serde_json::{Map, Value};

use super::checkout::{Checkout, Origin, Place};
use super::shape::{OnReference, Rule, SCHEMA, Section, Shape};
use crate::yaml::{Kind, Node};

/// Extensions that hold words for people, even if it is a single word.
const PROSE_EXTENSIONS: &[&str] = &["x-displayName"];

/// Values that were found elsewhere and belong into an object, by keyword.
pub(super) type Supplied = Map<String, Value>;

/// The walker and what it has met.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    pub(super) checkout: Checkout,
    names: &'a BTreeMap<String, String>,
    components: BTreeMap<(Section, String), Component>,
    /// Places of every component met, rivals for a name included.
    met: BTreeSet<(Section, String)>,
    queue: VecDeque<(Section, String, Place)>,
    schemes: BTreeSet<String>,
    warnings: Vec<String>,
}

/// What a name under `components` refers to.
#[derive(Debug)]
struct Component {
    id: String,
    value: Option<Value>,
}

/// The result of the walk.
#[derive(Debug)]
pub(super) struct Harvest {
    /// `components`, without the security schemes.
    pub(super) components: Map<String, Value>,
    /// What the vendor should know.
    pub(super) warnings: Vec<String>,
}

impl<'a> Facts<'a> {
    /// A walker over a checkout; `names` overrule the stems of files.
    pub(super) fn new(checkout: Checkout, names: &'a BTreeMap<String, String>) -> Self {
        Facts {
            checkout,
            names,
            components: BTreeMap::new(),
            met: BTreeSet::new(),
            queue: VecDeque::new(),
            schemes: BTreeSet::new(),
            warnings: Vec::new(),
        }
    }

    /// The facts of one object. `supplied` fills what the shape leaves to others.
    pub(super) fn object(
        &mut self,
        shape: &'static Shape,
        place: &Place,
        mut supplied: Supplied,
    ) -> Result<Value> {
        expect_mapping(place, shape.name)?;
        let mut facts = Map::new();
        let place = match (place.reference()?, shape.reference) {
            (None, _) => place.clone(),
            (Some((text, origin)), OnReference::Inline) => {
                self.checkout.follow(place, text, &origin, is_reference)?
            }
            (Some((text, origin)), OnReference::Component(section)) => {
                let name = self.component(section, place, text, &origin)?;
                facts.insert("$ref".to_owned(), pointer_to(section, &name));
                if section != Section::Schemas {
                    // OpenAPI 3.0 gives siblings of this reference no meaning at all.
                    return Ok(Value::Object(facts));
                }
                place.clone()
            }
        };
        self.warn_of_unknown(shape, &place);
        for (keyword, rule) in shape.rules() {
            let value = match (rule, place.node.get(keyword)) {
                (Rule::Extensions, _) => {
                    self.extensions(&place, &mut supplied, &mut facts);
                    None
                }
                (Rule::Elsewhere, _) => supplied.remove(keyword),
                (Rule::Blank, _) => Some(Value::from("")),
                (Rule::Prose, _) | (_, None) => None,
                // Only a default can mean null.
                (Rule::Fact, Some(node)) if !node.is_null() || keyword == "default" => {
                    Some(node.to_json())
                }
                (_, Some(node)) if node.is_null() => {
                    self.warnings.push(format!(
                        "{}: `{keyword}` of a {} is empty, and left out",
                        place.line(node.line),
                        shape.name
                    ));
                    None
                }
                (rule, Some(node)) => self.keyword(shape, keyword, rule, &place.inside(node))?,
            };
            if let Some(value) = value {
                facts.insert(keyword.to_owned(), value);
            }
        }
        Ok(Value::Object(facts))
    }

    /// Takes the facts of all components that are still waiting, and of those that they
    /// refer to.
    pub(super) fn finish(mut self) -> Result<Harvest> {
        let mut rivals = Vec::new();
        while let Some((section, name, place)) = self.queue.pop_front() {
            let value = self.object(section.shape(), &place, Supplied::new())?;
            match self.components.get_mut(&(section, name.clone())) {
                Some(component) if component.id == place.id() => component.value = Some(value),
                _ => rivals.push((section, name, place.id(), value)),
            }
        }
        // A copy of a file does not clash: they are compared by facts, once both sides are known.
        for (section, name, id, value) in rivals {
            let Some(component) = self.components.get(&(section, name.clone())) else {
                continue;
            };
            if component.value.as_ref() != Some(&value) {
                bail!(
                    "two different {} are called `{name}`: {} and {id}; \
                     give one of the files another name in `names` of the manifest",
                    section.name(),
                    component.id
                );
            }
        }
        let mut sections: BTreeMap<Section, Map<String, Value>> = BTreeMap::new();
        for ((section, name), component) in self.components {
            sections
                .entry(section)
                .or_default()
                .insert(name, component.value.unwrap_or(Value::Null));
        }
        let mut warnings = self.checkout.into_warnings();
        warnings.append(&mut self.warnings);
        Ok(Harvest {
            components: sections
                .into_iter()
                .map(|(section, components)| (section.name().to_owned(), components.into()))
                .collect(),
            warnings,
        })
    }

    /// The security schemes that operations, or the document, require.
    pub(super) fn schemes(&self) -> &BTreeSet<String> {
        &self.schemes
    }

    /// Remembers something for the report.
    pub(super) fn warn(&mut self, warning: String) {
        self.warnings.push(warning);
    }

    fn keyword(
        &mut self,
        shape: &'static Shape,
        keyword: &str,
        rule: &'static Rule,
        place: &Place,
    ) -> Result<Option<Value>> {
        let node = &place.node;
        Ok(Some(match rule {
            Rule::One(inner) => self.object(inner, place, Supplied::new())?,
            Rule::SchemaOrBool => match node.kind {
                Kind::Bool(value) => value.into(),
                _ => self.object(&SCHEMA, place, Supplied::new())?,
            },
            Rule::List(inner) => {
                expect_list(place, keyword)?;
                let mut items = Vec::new();
                for item in node.items() {
                    items.push(self.object(inner, &place.inside(item), Supplied::new())?);
                }
                items.into()
            }
            Rule::Map(inner) => {
                expect_mapping(place, keyword)?;
                let mut values = BTreeMap::new();
                for entry in node.entries() {
                    let value = self.object(inner, &place.inside(&entry.value), Supplied::new())?;
                    values.insert(entry.key.clone(), value);
                }
                values.into_iter().collect::<Map<_, _>>().into()
            }
            Rule::Set => {
                if !matches!(node.kind, Kind::Sequence(_)) {
                    // `required: true` on a schema is a slip: only parameters have that.
                    self.warnings.push(format!(
                        "{}: `{keyword}` of a {} must be a list, not {}; left out",
                        place.origin(),
                        shape.name,
                        node.kind_name()
                    ));
                    return Ok(None);
                }
                strings(place, keyword)?
                    .into_iter()
                    .collect::<BTreeSet<_>>()
                    .into_iter()
                    .collect()
            }
            Rule::Scopes => {
                expect_mapping(place, keyword)?;
                let scopes: BTreeSet<_> = node.entries().iter().map(|entry| &entry.key).collect();
                scopes
                    .into_iter()
                    .map(|scope| (scope.clone(), Value::from("")))
                    .collect::<Map<_, _>>()
                    .into()
            }
            Rule::Security => {
                expect_list(place, keyword)?;
                let mut alternatives = Vec::new();
                for alternative in node.items() {
                    alternatives.push(self.requirement(&place.inside(alternative))?);
                }
                alternatives.into()
            }
            Rule::SchemaNames => {
                expect_mapping(place, keyword)?;
                let mut names = BTreeMap::new();
                for entry in node.entries() {
                    let target = self.schema_name(&place.inside(&entry.value))?;
                    names.insert(entry.key.clone(), target);
                }
                names.into_iter().collect::<Map<_, _>>().into()
            }
            Rule::Fact | Rule::Prose | Rule::Blank | Rule::Elsewhere | Rule::Extensions => {
                return Ok(None);
            }
        }))
    }

    /// One alternative of `security`: schemes with their scopes.
    fn requirement(&mut self, place: &Place) -> Result<Value> {
        expect_mapping(place, "security")?;
        let mut schemes = BTreeMap::new();
        for entry in place.node.entries() {
            let scopes: BTreeSet<_> = strings(&place.inside(&entry.value), &entry.key)?
                .into_iter()
                .collect();
            self.schemes.insert(entry.key.clone());
            schemes.insert(entry.key.clone(), scopes.into_iter().collect::<Value>());
        }
        Ok(schemes.into_iter().collect::<Map<_, _>>().into())
    }

    /// A schema named by a string: by reference, or already by its component's name.
    fn schema_name(&mut self, place: &Place) -> Result<Value> {
        let text = place.node.as_str().unwrap_or_default().trim();
        if text.contains(['/', '#']) || text.ends_with(".yaml") {
            let name = self.component(Section::Schemas, place, text, &place.origin())?;
            return Ok(pointer_to(Section::Schemas, &name));
        }
        Ok(place.node.to_json())
    }

    /// The name of the component that a reference means; queues it if it is new.
    fn component(
        &mut self,
        section: Section,
        from: &Place,
        text: &str,
        origin: &Origin,
    ) -> Result<String> {
        let place = match section {
            Section::Schemas => self.checkout.follow(from, text, origin, is_mere_schema)?,
            _ => self.checkout.follow(from, text, origin, is_reference)?,
        };
        let name = self.name(&place, origin)?;
        let id = place.id();
        if self.met.insert((section, id.clone())) {
            self.components
                .entry((section, name.clone()))
                .or_insert(Component { id, value: None });
            self.queue.push_back((section, name.clone(), place));
        }
        Ok(name)
    }

    /// The last step of the pointer, or the stem of the file.
    fn name(&self, place: &Place, origin: &Origin) -> Result<String> {
        let name = match (self.names.get(&place.id()), place.pointer.last()) {
            (Some(name), _) | (None, Some(name)) => name.as_str(),
            (None, None) => {
                let file = place.file.rsplit('/').next().unwrap_or(&place.file);
                file.rsplit_once('.').map_or(file, |(stem, _)| stem)
            }
        };
        let allowed = |char: char| char.is_ascii_alphanumeric() || "._-".contains(char);
        if name.is_empty() || !name.chars().all(allowed) {
            bail!(
                "{origin}: `{name}` cannot be the name of a component; \
                 give {} another in `names` of the manifest",
                place.file
            );
        }
        Ok(name.to_owned())
    }

    /// Keeps the `x-` keywords that hold facts: none of their strings is a sentence.
    fn extensions(
        &mut self,
        place: &Place,
        supplied: &mut Supplied,
        facts: &mut Map<String, Value>,
    ) {
        let mut kept: BTreeMap<String, Value> = BTreeMap::new();
        for entry in place.node.entries() {
            if !entry.key.starts_with("x-") || PROSE_EXTENSIONS.contains(&entry.key.as_str()) {
                continue;
            }
            if is_wordless(&entry.value) {
                kept.insert(entry.key.clone(), entry.value.to_json());
            } else {
                self.warnings.push(format!(
                    "{}: `{}` holds prose or references, and is left out",
                    place.line(entry.line),
                    entry.key
                ));
            }
        }
        let (ours, rest) = std::mem::take(supplied)
            .into_iter()
            .partition(|(keyword, _)| keyword.starts_with("x-"));
        *supplied = rest;
        kept.extend::<Supplied>(ours);
        facts.extend(kept);
    }

    fn warn_of_unknown(&mut self, shape: &Shape, place: &Place) {
        for entry in place.node.entries() {
            let known = shape.rule(&entry.key).is_some()
                || entry.key.starts_with("x-")
                || entry.key == "$ref";
            if !known {
                self.warnings.push(format!(
                    "{}: OpenAPI 3.0 has no `{}` in a {}; left out",
                    place.line(entry.line),
                    entry.key,
                    shape.name
                ));
            }
        }
    }
}

fn strings(place: &Place, what: &str) -> Result<Vec<String>> {
    expect_list(place, what)?;
    place
        .node
        .items()
        .iter()
        .map(|item| {
            item.as_str()
                .map(str::to_owned)
                .ok_or_else(|| place.wrong_kind(item, what, "a list of strings"))
        })
        .collect()
}

/// Fails unless a place has a mapping; `what` names it in the message.
pub(super) fn expect_mapping(place: &Place, what: &str) -> Result<()> {
    match place.node.kind {
        Kind::Mapping(_) => Ok(()),
        _ => Err(place.wrong_kind(&place.node, what, "a mapping")),
    }
}

/// Fails unless a place has a list; `what` names it in the message.
pub(super) fn expect_list(place: &Place, what: &str) -> Result<()> {
    match place.node.kind {
        Kind::Sequence(_) => Ok(()),
        _ => Err(place.wrong_kind(&place.node, what, "a list")),
    }
}

fn pointer_to(section: Section, name: &str) -> Value {
    format!("#/components/{}/{name}", section.name()).into()
}

/// Whether a place is a reference; what is beside it has no meaning.
pub(super) fn is_reference(node: &Node) -> bool {
    node.get("$ref").is_some()
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
        Kind::Null | Kind::Bool(_) | Kind::Number(_) => true,
    }
}
