//! A contract for reading: a self-contained OpenAPI document whose references all resolve.

mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::iter::once;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

pub(crate) use view::{Property, View, shown, wrapped};

/// Where schemas are that have a name.
const SCHEMAS: &str = "#/components/schemas/";

/// Longer chains of references or of `allOf` can only be circles.
const MAX_CHAIN: usize = 32;

/// The methods of a path item, in canonical order.
pub(crate) const METHODS: [&str; 8] = [
    "get", "post", "put", "patch", "delete", "head", "options", "trace",
];

#[derive(Clone, Copy, Debug)]
pub(crate) struct Contract<'a>(pub(crate) &'a Value);

#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation<'a> {
    pub(crate) contract: Contract<'a>,
    pub(crate) method: &'static str,
    pub(crate) path: &'a str,
    /// Its id; empty if it has none.
    pub(crate) id: &'a str,
    pub(crate) node: &'a Value,
    pub(crate) item: &'a Value,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameter<'a> {
    pub(crate) place: &'a str,
    pub(crate) name: &'a str,
    pub(crate) node: &'a Value,
    pub(crate) schema: &'a Value,
}

impl<'a> Operation<'a> {
    /// `GET /certifications`.
    pub(crate) fn at(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    pub(crate) fn is_deprecated(&self) -> bool {
        self.node["deprecated"] == true
    }

    /// Its own parameters, after those of its path.
    pub(crate) fn parameters(&self) -> Vec<Parameter<'a>> {
        let owners = [self.item, self.node].into_iter();
        let listed = owners.flat_map(|owner| list(&owner["parameters"]));
        let parameters = listed.map(|node| self.contract.resolve(node));
        parameters
            .filter_map(|node| {
                Some(Parameter {
                    place: node["in"].as_str()?,
                    name: node["name"].as_str()?,
                    node,
                    schema: self.contract.resolved(&node["schema"]),
                })
            })
            .collect()
    }

    /// The schema of its JSON body.
    pub(crate) fn body(&self) -> Option<&'a Value> {
        let body = self.contract.resolved(&self.node["requestBody"]);
        body.pointer("/content/application~1json/schema")
    }

    /// The statuses of success.
    pub(crate) fn successes(&self) -> Vec<&'a str> {
        let statuses = entries(&self.node["responses"]).map(|(status, _)| status);
        statuses.filter(|status| status.starts_with('2')).collect()
    }

    /// The schema of what a successful call returns.
    pub(crate) fn response(&self) -> Option<&'a Value> {
        let mut responses = entries(&self.node["responses"]);
        let (_, response) = responses.find(|(status, _)| status.starts_with('2'))?;
        let response = self.contract.resolved(response);
        response.pointer("/content/application~1json/schema")
    }

    /// The fields that it filters by, with their operators.
    pub(crate) fn filters(&self) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
        let fields = entries(&self.node["x-filters"]);
        fields
            .map(|(field, operators)| (field, texts(operators).collect()))
            .collect()
    }

    /// The fields that it sorts by.
    pub(crate) fn sorters(&self) -> BTreeSet<&'a str> {
        texts(&self.node["x-sorters"]).collect()
    }
}

impl Parameter<'_> {
    /// What it is called in Rust, before that is made an identifier.
    pub(crate) fn rust_name(&self) -> &str {
        self.node["x-rust-name"].as_str().unwrap_or(self.name)
    }

    pub(crate) fn is_required(&self) -> bool {
        self.node["required"] == true
    }

    pub(crate) fn is_deprecated(&self) -> bool {
        self.node["deprecated"] == true
    }
}

impl<'a> Contract<'a> {
    /// Checks that the document can be walked without looking back: it is OpenAPI 3.0 and
    /// its references lead to something, in the document itself and not in a circle.
    pub(crate) fn checked(document: &'a Value) -> Result<Self> {
        let version = document.get("openapi").and_then(Value::as_str);
        if !version.is_some_and(|version| version.starts_with("3.0")) {
            bail!("it is not an OpenAPI 3.0 document");
        }
        if !document.get("paths").is_some_and(Value::is_object) {
            bail!("it has no `paths`");
        }
        let contract = Contract(document);
        contract.check(document)?;
        for (name, _) in entries(&document["components"]["schemas"]) {
            contract
                .check_parts(name, &mut vec![name])
                .with_context(|| format!("the schema `{name}`"))?;
        }
        Ok(contract)
    }

    fn check(self, node: &Value) -> Result<()> {
        match node {
            Value::Object(map) => {
                if let Some(Value::String(reference)) = map.get("$ref") {
                    self.check_chain(reference)?;
                }
                map.values().try_for_each(|value| self.check(value))
            }
            Value::Array(list) => list.iter().try_for_each(|value| self.check(value)),
            _ => Ok(()),
        }
    }

    fn check_chain(self, reference: &str) -> Result<()> {
        let mut next = reference;
        for _ in 0..MAX_CHAIN {
            let pointer = next.strip_prefix('#').with_context(|| {
                format!("`{next}` leads out of the document; compare contracts that `cargo xtask import` wrote, or give the checkout and --version")
            })?;
            let target = self
                .0
                .pointer(pointer)
                .with_context(|| format!("`{next}` leads nowhere"))?;
            match target.get("$ref").and_then(Value::as_str) {
                Some(further) => next = further,
                None => return Ok(()),
            }
        }
        bail!("`{reference}` leads in a circle")
    }

    /// Refuses a schema that is itself, or has itself among the members of its `allOf`. One that
    /// contains itself in a property is finite for finite data.
    fn check_parts(self, name: &'a str, above: &mut Vec<&'a str>) -> Result<()> {
        let schema = self.schema(name).into_iter();
        let parts = schema.flat_map(|schema| once(schema).chain(list(&schema["allOf"])));
        let target = |part: &'a Value| part["$ref"].as_str()?.strip_prefix(SCHEMAS);
        for next in parts.filter_map(target) {
            if above.contains(&next) || above.len() > MAX_CHAIN {
                bail!("is made of itself: {} -> {next}", above.join(" -> "));
            }
            above.push(next);
            self.check_parts(next, above)?;
            above.pop();
        }
        Ok(())
    }

    pub(crate) fn operation_ids(self) -> BTreeSet<&'a str> {
        let operations = self.operations().into_iter();
        operations.map(|operation| operation.id).collect()
    }

    /// A schema among the components.
    pub(crate) fn schema(self, name: &str) -> Option<&'a Value> {
        self.0.get("components")?.get("schemas")?.get(name)
    }

    /// The node itself, or what it refers to in the end.
    pub(crate) fn resolve(self, node: &'a Value) -> &'a Value {
        let chain = std::iter::successors(Some(node), |node| self.target(node));
        chain.take(MAX_CHAIN).last().unwrap_or(node)
    }

    /// What a reference refers to, one step on.
    pub(crate) fn target(self, node: &Value) -> Option<&'a Value> {
        let reference = node.get("$ref")?.as_str()?;
        self.0.pointer(reference.strip_prefix('#')?)
    }

    /// Every operation, by path.
    pub(crate) fn operations(self) -> Vec<Operation<'a>> {
        let mut found = Vec::new();
        for (path, item) in entries(&self.0["paths"]) {
            let item = self.resolve(item);
            let operations = METHODS
                .iter()
                .filter_map(|method| Some((*method, item.get(method)?)));
            found.extend(operations.map(|(method, node)| Operation {
                contract: self,
                method,
                path,
                id: node["operationId"].as_str().unwrap_or_default(),
                node,
                item,
            }));
        }
        found
    }

    /// The schemas that have this keyword, by name.
    pub(crate) fn schemas_with(self, keyword: &str) -> Vec<(&'a str, &'a str, &'a Value)> {
        let schemas = entries(&self.0["components"]["schemas"]);
        schemas
            .filter_map(|(name, schema)| Some((name, schema.get(keyword)?.as_str()?, schema)))
            .collect()
    }

    /// The node itself, or what it refers to in the end. A single part in an `allOf`
    /// is what the schema is.
    pub(crate) fn resolved(self, node: &'a Value) -> &'a Value {
        let next = |node: &&'a Value| {
            let only = match node["allOf"].as_array().map(Vec::as_slice) {
                Some([only]) if node.get("properties").is_none() => Some(only),
                _ => None,
            };
            self.target(node).or(only)
        };
        let chain = std::iter::successors(Some(node), next);
        chain.take(MAX_CHAIN).last().unwrap_or(node)
    }

    /// The schema of a list's elements; of anything else, itself.
    pub(crate) fn items(self, schema: &'a Value) -> &'a Value {
        let resolved = self.resolved(schema);
        match resolved.get("items") {
            Some(items) if resolved["type"] == "array" => items,
            _ => schema,
        }
    }

    /// The properties of an object, those of the parts of an `allOf` included.
    pub(crate) fn properties(self, schema: &'a Value) -> BTreeMap<&'a str, Property<'a>> {
        View::of(self, schema).properties
    }

    /// The values of an enumeration, `null` aside.
    pub(crate) fn values(self, schema: &'a Value) -> Option<Vec<&'a str>> {
        let values = self.resolved(schema)["enum"].as_array()?;
        Some(values.iter().filter_map(Value::as_str).collect())
    }
}

/// The members of two objects, by name.
pub(crate) fn both<'a>(
    old: &'a Value,
    new: &'a Value,
) -> BTreeMap<&'a str, (Option<&'a Value>, Option<&'a Value>)> {
    let names = entries(old).chain(entries(new)).map(|(name, _)| name);
    names
        .map(|name| (name, (old.get(name), new.get(name))))
        .collect()
}

/// The members of an object, in their order; none of anything else.
pub(crate) fn entries(node: &Value) -> impl Iterator<Item = (&str, &Value)> {
    node.as_object()
        .into_iter()
        .flat_map(Map::iter)
        .map(|(name, value)| (name.as_str(), value))
}

/// The elements of a list; none of anything else.
pub(crate) fn list(node: &Value) -> impl Iterator<Item = &Value> {
    node.as_array().into_iter().flatten()
}

pub(crate) fn texts(node: &Value) -> impl Iterator<Item = &str> {
    list(node).filter_map(Value::as_str)
}

/// The component that a schema refers to.
pub(crate) fn schema_name(schema: &Value) -> Option<&str> {
    let reference = schema
        .get("$ref")
        .or_else(|| schema.pointer("/allOf/0/$ref"));
    let reference = reference?.as_str()?;
    reference.strip_prefix(SCHEMAS)
}
