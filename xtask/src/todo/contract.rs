//! A contract as the other modules read it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Longer chains of references can only be circles.
const MAX_CHAIN: usize = 32;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// A contract with its overlays applied.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contract<'a>(pub(super) &'a Value);

/// An operation.
#[derive(Clone, Debug)]
pub(super) struct Operation<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) id: &'a str,
    pub(super) node: &'a Value,
}

/// A parameter of an operation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameter<'a> {
    pub(super) place: &'a str,
    pub(super) name: &'a str,
    /// What it is called in Rust, before that is made an identifier.
    pub(super) rust_name: &'a str,
    pub(super) is_required: bool,
    pub(super) is_deprecated: bool,
    pub(super) schema: &'a Value,
}

/// A property of an object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Property<'a> {
    pub(super) schema: &'a Value,
    pub(super) is_required: bool,
}

impl Operation<'_> {
    /// `GET /certifications`.
    pub(super) fn at(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    pub(super) fn is_deprecated(&self) -> bool {
        self.node["deprecated"] == true
    }
}

impl<'a> Contract<'a> {
    pub(super) fn operations(self) -> Vec<Operation<'a>> {
        let mut found = Vec::new();
        for (path, item) in entries(&self.0["paths"]) {
            for method in METHODS {
                if let Some(node) = item.get(method) {
                    found.push(Operation {
                        method,
                        path,
                        id: node["operationId"].as_str().unwrap_or_default(),
                        node,
                    });
                }
            }
        }
        found
    }

    pub(super) fn parameters(self, operation: &Operation<'a>) -> Vec<Parameter<'a>> {
        let listed = operation.node["parameters"]
            .as_array()
            .into_iter()
            .flatten();
        listed
            .filter_map(|parameter| {
                let parameter = self.resolved(parameter);
                let name = parameter["name"].as_str()?;
                Some(Parameter {
                    place: parameter["in"].as_str()?,
                    name,
                    rust_name: parameter["x-rust-name"].as_str().unwrap_or(name),
                    is_required: parameter["required"] == true,
                    is_deprecated: parameter["deprecated"] == true,
                    schema: self.resolved(&parameter["schema"]),
                })
            })
            .collect()
    }

    /// The schema of an operation's JSON body.
    pub(super) fn body(self, operation: &Operation<'a>) -> Option<&'a Value> {
        let body = self.resolved(&operation.node["requestBody"]);
        body.pointer("/content/application~1json/schema")
    }

    /// The statuses of success.
    pub(super) fn successes(self, operation: &Operation<'a>) -> Vec<&'a str> {
        let statuses = entries(&operation.node["responses"]).map(|(status, _)| status);
        statuses.filter(|status| status.starts_with('2')).collect()
    }

    /// The schema of what a successful call answers.
    pub(super) fn answer(self, operation: &Operation<'a>) -> Option<&'a Value> {
        let mut answers = entries(&operation.node["responses"]);
        let (_, answer) = answers.find(|(status, _)| status.starts_with('2'))?;
        self.resolved(answer)
            .pointer("/content/application~1json/schema")
    }

    /// The schemas that have this keyword, by name.
    pub(super) fn schemas_with(self, keyword: &str) -> Vec<(&'a str, &'a str, &'a Value)> {
        let schemas = entries(&self.0["components"]["schemas"]);
        schemas
            .filter_map(|(name, schema)| Some((name, schema.get(keyword)?.as_str()?, schema)))
            .collect()
    }

    /// The node itself, or what it refers to in the end. A single part in an `allOf`
    /// is what the schema is.
    pub(super) fn resolved(self, node: &'a Value) -> &'a Value {
        let mut node = node;
        for _ in 0..MAX_CHAIN {
            let next = match node.get("$ref").and_then(Value::as_str) {
                Some(reference) => {
                    let pointer = reference.strip_prefix('#');
                    pointer.and_then(|pointer| self.0.pointer(pointer))
                }
                None => match node
                    .get("allOf")
                    .and_then(Value::as_array)
                    .map(Vec::as_slice)
                {
                    Some([only]) if node.get("properties").is_none() => Some(only),
                    _ => None,
                },
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node
    }

    /// The schema of a list's elements; of anything else, itself.
    pub(super) fn items(self, schema: &'a Value) -> &'a Value {
        let resolved = self.resolved(schema);
        match resolved.get("items") {
            Some(items) if resolved["type"] == "array" => items,
            _ => schema,
        }
    }

    /// The properties of an object, those of the parts of an `allOf` included.
    pub(super) fn properties(self, schema: &'a Value) -> BTreeMap<&'a str, Property<'a>> {
        let mut found = BTreeMap::new();
        self.collect_properties(schema, &mut found, 0);
        found
    }

    fn collect_properties(
        self,
        schema: &'a Value,
        found: &mut BTreeMap<&'a str, Property<'a>>,
        depth: usize,
    ) {
        if depth > MAX_CHAIN {
            return;
        }
        let schema = self.resolved(schema);
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.collect_properties(part, found, depth + 1);
        }
        let required = schema["required"].as_array();
        for (name, property) in entries(&schema["properties"]) {
            let is_required =
                required.is_some_and(|required| required.iter().any(|other| other == name));
            found.insert(
                name,
                Property {
                    schema: property,
                    is_required,
                },
            );
        }
    }

    /// The values of an enumeration, `null` aside.
    pub(super) fn values(self, schema: &'a Value) -> Option<Vec<&'a str>> {
        let values = self.resolved(schema)["enum"].as_array()?;
        Some(values.iter().filter_map(Value::as_str).collect())
    }
}

/// The members of an object, in their order; none of anything else.
pub(super) fn entries(node: &Value) -> impl Iterator<Item = (&str, &Value)> {
    node.as_object()
        .into_iter()
        .flat_map(Map::iter)
        .map(|(name, value)| (name.as_str(), value))
}

/// The component that a schema refers to.
pub(super) fn schema_name(schema: &Value) -> Option<&str> {
    let reference = schema
        .get("$ref")
        .or_else(|| schema.pointer("/allOf/0/$ref"));
    let reference = reference?.as_str()?;
    reference.strip_prefix("#/components/schemas/")
}
