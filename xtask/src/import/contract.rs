//! Puts one version's contract together: one self-contained OpenAPI document of facts.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};
use std::iter::once;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::checkout::{Checkout, Place};
use super::facts::{Facts, Object};
use super::filters::{self, Composite};
use super::select::{self, Operation};
use super::shape::{OPERATION, PARAMETER, PATH_ITEM, ROOT, SECURITY_SCHEME};
use crate::contract::{self, entries, list};
use crate::manifest::Version;
use crate::yaml;

/// A contract in memory, and what there is to say about it.
#[derive(Debug)]
pub(crate) struct Contract {
    /// The document; its keys are in canonical order.
    pub(crate) document: Value,
    pub(crate) operations: usize,
    pub(crate) schemas: usize,
    /// What a maintainer should know: operations that are new or not there, oddities in the
    /// vendor's files.
    pub(crate) notes: Vec<String>,
}

impl Contract {
    /// The contract as it is vendored.
    pub(crate) fn to_yaml(&self) -> Result<String> {
        Ok(format!(
            "# Written by `cargo xtask import`: facts from the vendor's specifications, without\n\
             # their texts. Do not edit; corrections belong in overlays/.\n{}",
            yaml::to_yaml(&self.document)?
        ))
    }
}

/// Reads one version's contract from a checkout. Writes nothing.
///
/// `date` is the day of the release, if it is known; see [`select::select`].
pub(super) fn read(
    mut checkout: Checkout,
    version: &Version,
    date: Option<&str>,
) -> Result<Contract> {
    let origin = format!("[version.{}] of the manifest", version.name());
    let mut roots = Vec::new();
    for root in &version.selection.roots {
        let root = checkout.document(root, &origin)?;
        let openapi = required(&root, "openapi")?;
        let text = openapi.node.as_str();
        if !text.is_some_and(|text| text.starts_with("3.0.")) {
            let (origin, openapi) = (openapi.origin(), openapi.node.to_json());
            bail!("{origin}: OpenAPI {openapi}; import understands 3.0");
        }
        roots.push(root);
    }
    let first = roots.first();
    let first = first.with_context(|| format!("{origin}: the selection has no `roots`"))?;
    // Adds a fact of a root, which must not contradict those of the roots before it.
    let agree = |known: &mut Value, what: &str, fact: Value, root: &Place| {
        if known.get(what).is_some_and(|known| *known != fact) {
            let (version, first, root) = (version.name(), first.id(), root.id());
            bail!("the roots of version {version} disagree about `{what}`: {first} and {root}");
        }
        known[what] = fact;
        Ok(())
    };
    let selected = select::select(&mut checkout, version, &roots, date)?;

    let mut facts = Facts::new(checkout, &version.selection.names, selected.warnings);
    let api_version = required(&required(first, "info")?, "version")?;
    let mut document = json!({
        "openapi": required(first, "openapi")?.node.to_json(),
        "info": { "title": version.title, "version": api_version.node.to_json() },
    });
    for root in &roots {
        for (keyword, fact) in facts.object(&ROOT, root, Object::new())? {
            agree(&mut document, &keyword, fact, root)?;
        }
    }
    document["paths"] = paths(&mut facts, &selected.operations)?;

    let mut schemes = json!({});
    for name in required_schemes(&document) {
        for root in &roots {
            let scheme = root
                .get("components")
                .and_then(|components| components.get("securitySchemes")?.get(&name));
            if let Some(scheme) = scheme {
                let scheme = facts.object(&SECURITY_SCHEME, &scheme, Object::new())?;
                agree(&mut schemes, &name, scheme.into(), root)?;
            }
        }
        if schemes.get(&name).is_none() {
            let version = version.name();
            facts.warnings.push(format!(
                "version {version}: no root declares the security scheme `{name}`"
            ));
        }
    }
    let mut components = facts.finish()?;
    let schemas = components
        .get("schemas")
        .map_or(0, |schemas| entries(schemas).count());
    if schemes != json!({}) {
        components.insert("securitySchemes".to_owned(), schemes);
    }
    document["components"] = components.into();
    contract::Contract::checked(&document)
        .with_context(|| format!("the contract of version {}", version.name()))?;
    let warnings = facts.checkout.warnings.iter().chain(&facts.warnings);
    let warnings = warnings.map(|warning| format!("warning: {warning}"));
    Ok(Contract {
        document,
        operations: selected.operations.len(),
        schemas,
        notes: selected.notes.into_iter().chain(warnings).collect(),
    })
}

fn required(place: &Place, keyword: &'static str) -> Result<Place> {
    let missing = || format!("{}: the root document has no `{keyword}`", place.origin());
    place.get(keyword).with_context(missing)
}

/// The security schemes that the document, or an operation, requires.
fn required_schemes(document: &Value) -> BTreeSet<String> {
    let operations = contract::Contract(document).operations().into_iter();
    let owners = once(document).chain(operations.map(|operation| operation.node));
    let alternatives = owners.flat_map(|owner| list(&owner["security"]));
    let schemes = alternatives.flat_map(entries);
    schemes.map(|(name, _)| name.to_owned()).collect()
}

fn paths(facts: &mut Facts<'_>, operations: &[Operation]) -> Result<Value> {
    let mut paths: BTreeMap<&str, Object> = BTreeMap::new();
    for selected in operations {
        let operation = operation(facts, selected)?;
        let item = match paths.entry(&selected.path) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                new.insert(facts.object(&PATH_ITEM, &selected.item, Object::new())?)
            }
        };
        item.insert(selected.method.to_owned(), operation.into());
    }
    Ok(json!(paths))
}

fn operation(facts: &mut Facts<'_>, selected: &Operation) -> Result<Object> {
    let mut supplied = Object::new();
    let parameters = parameters(facts, selected)?;
    for parameter in parameters
        .iter()
        .filter(|parameter| parameter.place == "query")
    {
        let Parameter {
            name,
            description,
            origin,
            ..
        } = parameter;
        let unread = || format!("{origin}: `{name}` of {}", selected.id);
        if name == "filters" {
            let found = filters::filters(description).with_context(unread)?;
            supplied.insert("x-filters".to_owned(), json!(found.fields));
            if let Some(Composite { operators, single }) = found.composite {
                let composite = json!({ "operators": operators, "single": single });
                supplied.insert("x-filters-composite".to_owned(), composite);
            }
        } else if name == "sorters" {
            let fields = filters::sorters(description).with_context(unread)?;
            supplied.insert("x-sorters".to_owned(), json!(fields));
        }
    }
    if !parameters.is_empty() {
        let parameters = parameters.into_iter().map(|parameter| parameter.facts);
        supplied.insert("parameters".to_owned(), parameters.collect());
    }
    facts.object(&OPERATION, &selected.operation, supplied)
}

/// A parameter of an operation, its own or its path item's.
struct Parameter {
    place: String,
    name: String,
    description: String,
    facts: Value,
    origin: String,
}

/// All parameters, by their place and name.
fn parameters(facts: &mut Facts<'_>, selected: &Operation) -> Result<Vec<Parameter>> {
    let mut found: Vec<Parameter> = Vec::new();
    let is_twin = |a: &Parameter, b: &Parameter| a.place == b.place && a.name == b.name;
    let own = listed(facts, &selected.operation)?
        .into_iter()
        .map(|own| (true, own));
    let of_path = listed(facts, &selected.item)?
        .into_iter()
        .map(|of_path| (false, of_path));
    for (is_own, parameter) in own.chain(of_path) {
        let Some(twin) = found.iter().find(|known| is_twin(known, &parameter)) else {
            found.push(parameter);
            continue;
        };
        // An operation's own parameter overrules the one of its path item.
        if is_own {
            let Parameter {
                origin,
                place,
                name,
                ..
            } = &parameter;
            let twice = format!("{origin}: the {place} parameter `{name}` is given twice");
            if twin.facts != parameter.facts {
                bail!("{twice}, with different facts");
            }
            facts.warnings.push(twice);
        }
    }
    let rank = |place: &str| {
        ["path", "query", "header", "cookie"]
            .iter()
            .position(|known| *known == place)
    };
    found.sort_by_key(|parameter| (rank(&parameter.place), parameter.name.clone()));
    Ok(found)
}

fn listed(facts: &mut Facts<'_>, owner: &Place) -> Result<Vec<Parameter>> {
    let Some(list) = owner.get("parameters").filter(|list| !list.node.is_null()) else {
        return Ok(Vec::new());
    };
    let parameter = |place: Place| {
        let resolved = facts.checkout.followed(&place)?;
        let text = |keyword| {
            let text = resolved.node.get(keyword).and_then(|node| node.as_str());
            let missing = || format!("{}: a parameter has no `{keyword}`", resolved.origin());
            text.map(str::to_owned).with_context(missing)
        };
        let (description, origin) = prose(&resolved);
        Ok(Parameter {
            place: text("in")?,
            name: text("name")?,
            description,
            facts: facts.object(&PARAMETER, &place, Object::new())?.into(),
            origin,
        })
    };
    list.items("parameters")?.map(parameter).collect()
}

/// A parameter's description, or its schema's, and its place; empty if it has no description.
fn prose(parameter: &Place) -> (String, String) {
    let owners = [Some(&parameter.node), parameter.node.get("schema")];
    let mut entries = owners
        .into_iter()
        .flatten()
        .flat_map(|owner| owner.entries());
    let description = entries.find_map(|entry| {
        let text = entry
            .value
            .as_str()
            .filter(|_| entry.key == "description")?;
        Some((text.to_owned(), parameter.line(entry.line)))
    });
    description.unwrap_or_else(|| (String::new(), parameter.origin()))
}
