//! Puts one version's contract together: one self-contained OpenAPI document of facts.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, anyhow, bail};
use serde_json::{Map, Value, json};

use super::checkout::{Checkout, Origin, Place};
use super::facts::{Facts, Supplied, expect_list, is_reference};
use super::filters::{self, Composite};
use super::select::{self, Outcome, Selected};
use super::shape::{OPERATION, PATH_ITEM, Rule, SECURITY_SCHEME, SERVER, Section, Shape};
use crate::manifest::Version;
use crate::{contract, yaml};

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
    let origin = Origin::Manifest {
        version: version.name().to_owned(),
    };
    let mut roots = Vec::new();
    for root in &version.selection.roots {
        let root = checkout.document(root, &origin)?;
        check_openapi_version(&root)?;
        roots.push(root);
    }
    let Some(first) = roots.first() else {
        bail!("{origin}: the selection has no `roots`");
    };
    let Outcome {
        operations,
        mut notes,
        warnings,
    } = select::select(&mut checkout, version, &roots, date)?;

    let mut facts = Facts::new(checkout, &version.selection.names);
    for warning in warnings {
        facts.warn(warning);
    }
    let api_version = required(first, "info")
        .and_then(|info| required(&info, "version"))?
        .node
        .to_json();
    let openapi = required(first, "openapi")?.node.to_json();
    let mut head = Map::new();
    for root in &roots {
        let found = facts.object(&ROOT, root, Supplied::new())?;
        for (keyword, fact) in found.as_object().into_iter().flatten() {
            agree(version, &mut head, (keyword, fact.clone()), &roots, root)?;
        }
    }
    let paths = paths(&mut facts, &operations)?;
    let schemes = security_schemes(&mut facts, version, &roots)?;

    let harvest = facts.finish()?;
    let warnings = harvest.warnings.iter();
    notes.extend(warnings.map(|warning| format!("warning: {warning}")));
    let mut components = harvest.components;
    let schemas = components
        .get(Section::Schemas.name())
        .and_then(Value::as_object)
        .map_or(0, Map::len);
    if !schemes.is_empty() {
        components.insert("securitySchemes".to_owned(), schemes.into());
    }

    let mut document = Map::new();
    document.insert("openapi".to_owned(), openapi);
    document.insert(
        "info".to_owned(),
        json!({ "title": version.title, "version": api_version }),
    );
    document.append(&mut head);
    document.insert("paths".to_owned(), paths.into());
    document.insert("components".to_owned(), components.into());
    let document = Value::from(document);
    contract::Contract::checked(&document)
        .with_context(|| format!("the contract of version {}", version.name()))?;
    Ok(Contract {
        document,
        operations: operations.len(),
        schemas,
        notes,
    })
}

/// What the roots of one version have in common. Everything else in them is either dealt
/// with on its own or of no interest.
static ROOT: Shape = Shape {
    name: "root document",
    reference: super::shape::OnReference::Inline,
    keywords: &[
        ("servers", Rule::List(&SERVER)),
        ("security", Rule::Security),
        ("openapi info paths components", Rule::Elsewhere),
        ("tags externalDocs", Rule::Prose),
    ],
};

fn check_openapi_version(root: &Place) -> Result<()> {
    let openapi = required(root, "openapi")?;
    match openapi.node.as_str() {
        Some(text) if text.starts_with("3.0.") => Ok(()),
        _ => bail!(
            "{}: OpenAPI {}; import understands 3.0",
            openapi.origin(),
            openapi.node.to_json()
        ),
    }
}

fn required(place: &Place, keyword: &'static str) -> Result<Place> {
    let node = place.node.get(keyword);
    let missing = || format!("{}: the root document has no `{keyword}`", place.origin());
    node.map(|node| place.inside(node)).with_context(missing)
}

/// Adds a fact of a root, which must not contradict those of the roots before it.
fn agree(
    version: &Version,
    known: &mut Map<String, Value>,
    (what, fact): (&str, Value),
    roots: &[Place],
    root: &Place,
) -> Result<()> {
    if known.get(what).is_some_and(|known| *known != fact) {
        let (version, root) = (version.name(), root.id());
        let first = roots.first().map(Place::id).unwrap_or_default();
        bail!("the roots of version {version} disagree about `{what}`: {first} and {root}");
    }
    known.insert(what.to_owned(), fact);
    Ok(())
}

fn paths(facts: &mut Facts<'_>, operations: &[Selected]) -> Result<Map<String, Value>> {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for selected in operations {
        let operation = operation(facts, selected)?;
        let item = match paths.get_mut(selected.path.as_str()) {
            Some(item) => item,
            None => {
                let item = facts.object(&PATH_ITEM, &selected.item, Supplied::new())?;
                let Value::Object(item) = item else {
                    continue;
                };
                paths.entry(&selected.path).or_insert(item)
            }
        };
        item.insert(selected.method.to_owned(), operation);
    }
    Ok(paths
        .into_iter()
        .map(|(path, item)| (path.to_owned(), item.into()))
        .collect())
}

fn operation(facts: &mut Facts<'_>, selected: &Selected) -> Result<Value> {
    let mut supplied = Supplied::new();
    let parameters = parameters(facts, selected)?;
    for parameter in parameters
        .iter()
        .filter(|parameter| parameter.place == "query")
    {
        let (origin, name, id) = (&parameter.origin, &parameter.name, &selected.id);
        let unread = |problem| anyhow!("{origin}: `{name}` of {id}: {problem}");
        match name.as_str() {
            "filters" => {
                let found = filters::filters(&parameter.description).map_err(unread)?;
                supplied.insert("x-filters".to_owned(), json!(found.fields));
                if let Some(Composite { operators, single }) = found.composite {
                    let composite = json!({ "operators": operators, "single": single });
                    supplied.insert("x-filters-composite".to_owned(), composite);
                }
            }
            "sorters" => {
                let fields = filters::sorters(&parameter.description).map_err(unread)?;
                supplied.insert("x-sorters".to_owned(), json!(fields));
            }
            _ => {}
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
    origin: Origin,
}

/// All parameters: those of the path in the order of the path, then the others by name.
fn parameters(facts: &mut Facts<'_>, selected: &Selected) -> Result<Vec<Parameter>> {
    let mut found: Vec<Parameter> = Vec::new();
    let is_twin = |a: &Parameter, b: &Parameter| a.place == b.place && a.name == b.name;
    for parameter in listed(facts, &selected.operation)? {
        let Some(twin) = found.iter().find(|known| is_twin(known, &parameter)) else {
            found.push(parameter);
            continue;
        };
        let (origin, place, name) = (&parameter.origin, &parameter.place, &parameter.name);
        let twice = format!("{origin}: the {place} parameter `{name}` is given twice");
        if twin.facts != parameter.facts {
            bail!("{twice}, with different facts");
        }
        facts.warn(twice);
    }
    // An operation's own parameter overrules the one of its path item.
    for parameter in listed(facts, &selected.item)? {
        if !found.iter().any(|known| is_twin(known, &parameter)) {
            found.push(parameter);
        }
    }
    let rank = |parameter: &Parameter| {
        let place = ["path", "query", "header", "cookie"]
            .iter()
            .position(|place| *place == parameter.place);
        let position = match parameter.place.as_str() {
            "path" => selected.path.find(&format!("{{{}}}", parameter.name)),
            _ => None,
        };
        (place, position, parameter.name.clone())
    };
    found.sort_by_key(rank);
    Ok(found)
}

fn listed(facts: &mut Facts<'_>, owner: &Place) -> Result<Vec<Parameter>> {
    let Some(list) = owner.node.get("parameters").filter(|list| !list.is_null()) else {
        return Ok(Vec::new());
    };
    expect_list(&owner.inside(list), "parameters")?;
    let mut found = Vec::new();
    for item in list.items() {
        let place = owner.inside(item);
        let resolved = match place.reference()? {
            Some((text, origin)) => facts.checkout.follow(&place, text, &origin, is_reference)?,
            None => place.clone(),
        };
        let text = |keyword| {
            let text = resolved.node.get(keyword).and_then(|node| node.as_str());
            let missing = || format!("{}: a parameter has no `{keyword}`", resolved.origin());
            text.map(str::to_owned).with_context(missing)
        };
        let (description, origin) = prose(&resolved);
        found.push(Parameter {
            place: text("in")?,
            name: text("name")?,
            description,
            facts: facts.object(Section::Parameters.shape(), &place, Supplied::new())?,
            origin,
        });
    }
    Ok(found)
}

/// A parameter's description, or its schema's, and its place; empty if it has no description.
fn prose(parameter: &Place) -> (String, Origin) {
    let schema = parameter.node.get("schema");
    for owner in [Some(&parameter.node), schema].into_iter().flatten() {
        let entry = owner
            .entries()
            .iter()
            .find(|entry| entry.key == "description");
        if let Some(entry) = entry
            && let Some(text) = entry.value.as_str()
        {
            return (text.to_owned(), parameter.line(entry.line));
        }
    }
    (String::new(), parameter.origin())
}

/// The security schemes that something requires, by name.
fn security_schemes(
    facts: &mut Facts<'_>,
    version: &Version,
    roots: &[Place],
) -> Result<Map<String, Value>> {
    let mut found = Map::new();
    for name in facts.schemes().clone() {
        for root in roots {
            let schemes = root.node.get("components");
            let schemes = schemes.and_then(|components| components.get("securitySchemes"));
            if let Some(scheme) = schemes.and_then(|schemes| schemes.get(&name)) {
                let scheme = root.inside(scheme);
                let scheme = facts.object(&SECURITY_SCHEME, &scheme, Supplied::new())?;
                agree(version, &mut found, (&name, scheme), roots, root)?;
            }
        }
        if !found.contains_key(&name) {
            facts.warn(format!(
                "version {}: no root declares the security scheme `{name}`",
                version.name()
            ));
        }
    }
    Ok(found)
}
