//! The contract, read independently of the generator.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

pub(crate) const VERSIONS: [&str; 2] = ["v3", "beta"];

/// One version's contract, with our corrections of its types.
pub(crate) struct Contract {
    pub(crate) version: &'static str,
    document: Value,
}

pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    /// The schemas of the responses by status, without references.
    pub(crate) responses: BTreeMap<u16, Value>,
    /// The schema of the request's body, without references.
    pub(crate) request: Option<Value>,
    /// The parameters in the query.
    pub(crate) query: Vec<Parameter>,
    /// The scopes of which a token needs one.
    pub(crate) scopes: Vec<String>,
    pub(crate) filters: BTreeMap<String, Vec<String>>,
    pub(crate) sorters: Vec<String>,
}

/// A parameter in the query.
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) is_required: bool,
    /// The schema of its values.
    pub(crate) schema: Value,
}

impl Operation {
    /// The status of a success, and the schema of its response.
    pub(crate) fn success(&self) -> (u16, &Value) {
        let mut successes = self
            .responses
            .iter()
            .filter(|(status, _)| **status / 100 == 2);
        match (successes.next(), successes.next()) {
            (Some((status, schema)), None) => (*status, schema),
            _ => panic!("{} does not succeed with one status", self.id),
        }
    }

    /// The schema of a successful response, if it has a body.
    pub(crate) fn response(&self) -> Option<&Value> {
        let (_, schema) = self.success();
        let is_empty = kind(schema) == "object" && schema.get("properties").is_none();
        (!schema.is_null() && !is_empty).then_some(schema)
    }

    /// The query parameter of this name.
    pub(crate) fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.query.iter().find(|parameter| parameter.name == name)
    }
}

/// Both contracts.
pub(crate) fn contracts() -> [Contract; 2] {
    VERSIONS.map(Contract::load)
}

impl Contract {
    pub(crate) fn load(version: &'static str) -> Self {
        let document = xtask::contract(version).unwrap();
        Self { version, document }
    }

    pub(crate) fn operations(&self) -> Vec<Operation> {
        let mut operations = Vec::new();
        for (path, methods) in object(&self.document["paths"]) {
            for (method, operation) in object(methods) {
                operations.push(self.operation(method, path, operation));
            }
        }
        operations
    }

    pub(crate) fn named(&self, id: &str) -> Operation {
        let found = self.operations().into_iter().find(|o| o.id == id);
        found.unwrap_or_else(|| panic!("{} has no {id}", self.version))
    }

    /// The values of every enumeration, by the place where it is declared:
    /// `CampaignReference.campaignType`.
    pub(crate) fn enums(&self) -> BTreeMap<String, Vec<String>> {
        let mut enums = BTreeMap::new();
        for (name, schema) in object(&self.document["components"]["schemas"]) {
            collect_enums(name, schema, &mut enums);
        }
        enums
    }

    fn operation(&self, method: &str, path: &str, operation: &Value) -> Operation {
        let responses = object(&operation["responses"])
            .iter()
            .map(|(status, response)| {
                let response = self.dereferenced(response);
                let schema = &response["content"]["application/json"]["schema"];
                let schema = match schema {
                    Value::Null => Value::Null,
                    schema => self.resolved(schema),
                };
                (status.parse().unwrap(), schema)
            })
            .collect();
        let content = operation["requestBody"]["content"].as_object();
        let media = content.and_then(|content| content.values().next());
        let request = media.map_or(&Value::Null, |media| &media["schema"]);
        let texts = |list: &Value| -> Vec<String> {
            let list = list.as_array().into_iter().flatten();
            list.map(|text| text.as_str().unwrap().to_owned()).collect()
        };
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let query = parameters
            .map(|parameter| self.dereferenced(parameter))
            .filter(|parameter| parameter["in"] == "query")
            .map(|parameter| Parameter {
                name: parameter["name"].as_str().unwrap().to_owned(),
                is_required: parameter["required"] == true,
                schema: self.resolved(&parameter["schema"]),
            })
            .collect();
        let security = operation["security"].as_array().into_iter().flatten();
        let scopes = security.flat_map(|schemes| object(schemes).values().flat_map(texts));
        let filters = operation["x-filters"].as_object().into_iter().flatten();
        Operation {
            id: operation["operationId"].as_str().unwrap().to_owned(),
            method: method.to_uppercase(),
            path: path.to_owned(),
            responses,
            request: (!request.is_null()).then(|| {
                let mut request = self.resolved(request);
                without_read_only(&mut request);
                request
            }),
            query,
            scopes: scopes.collect(),
            filters: filters
                .map(|(field, operators)| (field.clone(), texts(operators)))
                .collect(),
            sorters: texts(&operation["x-sorters"]),
        }
    }

    fn dereferenced<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value.get("$ref").and_then(Value::as_str) {
            Some(reference) => {
                let pointer = reference.strip_prefix('#').unwrap();
                self.document.pointer(pointer).unwrap()
            }
            None => value,
        }
    }

    /// The schema with all references resolved, `allOf` merged, and `nullable` written as JSON
    /// Schema does. No schema of the contracts contains itself.
    fn resolved(&self, schema: &Value) -> Value {
        let target = self.dereferenced(schema);
        let mut resolved = Map::new();
        for part in target["allOf"].as_array().into_iter().flatten() {
            merge(&mut resolved, self.resolved(part));
        }
        for (key, value) in object(target) {
            let value = match key.as_str() {
                "allOf" | "nullable" => continue,
                "properties" => {
                    let properties = object(value).iter();
                    properties
                        .map(|(name, property)| (name.clone(), self.resolved(property)))
                        .collect()
                }
                "items" => self.resolved(value),
                _ => value.clone(),
            };
            merge(&mut resolved, json!({ key: value }));
        }
        let is_nullable = |schema: &Value| schema["nullable"] == true;
        if is_nullable(schema) || is_nullable(target) {
            let kind = resolved["type"].clone();
            resolved.insert("type".to_owned(), json!([kind, "null"]));
        }
        resolved.into()
    }
}

/// Removes requirements for fields that only the service sets.
fn without_read_only(schema: &mut Value) {
    let properties = schema["properties"].clone();
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| properties[name.as_str().unwrap()]["readOnly"] != true);
    }
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (_, property) in properties.into_iter().flatten() {
        without_read_only(property);
    }
}

/// The type of the values of a resolved schema, apart from null.
pub(crate) fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::Array(kinds) => kinds[0].as_str().unwrap(),
        kind => kind.as_str().unwrap_or("any"),
    }
}

/// A value with every field of a resolved schema.
pub(crate) fn sample(schema: &Value) -> Value {
    match kind(schema) {
        "object" => schema["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, property)| (name.clone(), sample(property)))
            .collect(),
        "array" => json!([sample(&schema["items"])]),
        "string" if schema["enum"].is_array() => schema["enum"][0].clone(),
        "string" if schema["format"] == "date-time" => "2026-04-05T06:07:08.091Z".into(),
        // What has several shapes may be text.
        "string" | "any" => "some text".into(),
        "integer" => 17.into(),
        "boolean" => true.into(),
        other => panic!("no sample of {other}: {schema}"),
    }
}

fn collect_enums(place: &str, schema: &Value, enums: &mut BTreeMap<String, Vec<String>>) {
    if let Some(values) = schema["enum"].as_array() {
        // `null` among the values also means nullable.
        let texts = values.iter().filter_map(Value::as_str);
        enums.insert(place.to_owned(), texts.map(str::to_owned).collect());
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        collect_enums(&format!("{place}.{name}"), property, enums);
    }
    if let Some(items) = schema.get("items") {
        collect_enums(&format!("{place}[]"), items, enums);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        collect_enums(place, part, enums);
    }
}

fn merge(into: &mut Map<String, Value>, from: Value) {
    let Value::Object(from) = from else {
        panic!("only objects are merged, not {from}");
    };
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Object(into)), value @ Value::Object(_)) => merge(into, value),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

fn object(value: &Value) -> &Map<String, Value> {
    value
        .as_object()
        .unwrap_or_else(|| panic!("not an object: {value}"))
}
