//! One side of a comparison: a self-contained OpenAPI document whose references all lead
//! somewhere.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

/// Longer chains of references or of `allOf` can only be circles.
const MAX_CHAIN: usize = 32;

const METHODS: [&str; 8] = [
    "get", "post", "put", "patch", "delete", "head", "options", "trace",
];

/// A contract that can be compared.
#[derive(Debug)]
pub(super) struct Contract {
    document: Value,
}

/// One operation of a contract.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operation<'a> {
    pub(super) method: &'static str,
    pub(super) path: &'a str,
    /// Its id; empty if it has none.
    pub(super) id: &'a str,
    pub(super) node: &'a Map<String, Value>,
    /// The path item that it is in.
    pub(super) item: &'a Map<String, Value>,
}

impl Operation<'_> {
    /// `METHOD /path`.
    pub(super) fn at(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }
}

impl Contract {
    /// Checks that the document can be walked without looking back: it is OpenAPI 3.0 and
    /// its references lead to something, in the document itself and not in a circle.
    pub(super) fn new(document: Value) -> Result<Self> {
        let version = document.get("openapi").and_then(Value::as_str);
        if !version.is_some_and(|version| version.starts_with("3.0")) {
            bail!("it is no OpenAPI 3.0 document");
        }
        if !document.get("paths").is_some_and(Value::is_object) {
            bail!("it has no `paths`");
        }
        let contract = Contract { document };
        contract.check(&contract.document)?;
        for (name, _) in contract.schemas().into_iter().flatten() {
            contract
                .check_parts(name, &mut vec![name])
                .with_context(|| format!("the schema `{name}`"))?;
        }
        Ok(contract)
    }

    fn check(&self, node: &Value) -> Result<()> {
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

    fn check_chain(&self, reference: &str) -> Result<()> {
        let mut next = reference;
        for _ in 0..MAX_CHAIN {
            let pointer = next.strip_prefix('#').with_context(|| {
                format!("`{next}` leads out of the document; compare contracts that `cargo xtask import` wrote, or give the checkout and --version")
            })?;
            let target = self
                .document
                .pointer(pointer)
                .with_context(|| format!("`{next}` leads nowhere"))?;
            match target.get("$ref").and_then(Value::as_str) {
                Some(further) => next = further,
                None => return Ok(()),
            }
        }
        bail!("`{reference}` leads in a circle")
    }

    /// Refuses a schema that has itself among the members of its `allOf`.
    fn check_parts<'a>(&'a self, name: &'a str, above: &mut Vec<&'a str>) -> Result<()> {
        let members = self
            .schema(name)
            .and_then(|schema| schema.get("allOf"))
            .and_then(Value::as_array);
        for member in members.into_iter().flatten() {
            let Some(next) = schema_name(member) else {
                continue;
            };
            if above.contains(&next) || above.len() > MAX_CHAIN {
                bail!("is made of itself: {} -> {next}", above.join(" -> "));
            }
            above.push(next);
            self.check_parts(next, above)?;
            above.pop();
        }
        Ok(())
    }

    /// A member of the document's root.
    pub(super) fn root(&self, keyword: &str) -> Option<&Value> {
        self.document.get(keyword)
    }

    fn schemas(&self) -> Option<&Map<String, Value>> {
        self.document.pointer("/components/schemas")?.as_object()
    }

    fn schema(&self, name: &str) -> Option<&Value> {
        self.schemas()?.get(name)
    }

    /// Whether a schema of that name is among the components.
    pub(super) fn has_schema(&self, name: &str) -> bool {
        self.schema(name).is_some()
    }

    /// The security schemes that it declares.
    pub(super) fn security_schemes(&self) -> Option<&Map<String, Value>> {
        self.document
            .pointer("/components/securitySchemes")
            .and_then(Value::as_object)
    }

    /// The node itself, or what it refers to in the end.
    pub(super) fn resolve<'a>(&'a self, node: &'a Value) -> &'a Value {
        let mut node = node;
        // `new` has seen that every chain ends.
        while let Some(target) = self.target(node) {
            node = target;
        }
        node
    }

    /// What a reference refers to, one step on.
    pub(super) fn target<'a>(&'a self, node: &Value) -> Option<&'a Value> {
        let reference = node.get("$ref")?.as_str()?;
        self.document.pointer(reference.strip_prefix('#')?)
    }

    /// Every operation, by path.
    pub(super) fn operations(&self) -> Vec<Operation<'_>> {
        let mut found = Vec::new();
        let paths = self.document.get("paths").and_then(Value::as_object);
        for (path, item) in paths.into_iter().flatten() {
            let Some(item) = self.resolve(item).as_object() else {
                continue;
            };
            for method in METHODS {
                let Some(node) = item.get(method).and_then(Value::as_object) else {
                    continue;
                };
                let id = node.get("operationId").and_then(Value::as_str);
                found.push(Operation {
                    method,
                    path,
                    id: id.unwrap_or_default(),
                    node,
                    item,
                });
            }
        }
        found
    }

    /// The ids of all operations.
    pub(super) fn operation_ids(&self) -> BTreeSet<&str> {
        self.operations()
            .iter()
            .map(|operation| operation.id)
            .collect()
    }
}

/// The component that a schema refers to.
pub(super) fn schema_name(schema: &Value) -> Option<&str> {
    schema
        .get("$ref")?
        .as_str()?
        .strip_prefix("#/components/schemas/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn error(schemas: Value) -> String {
        let document = json!({"openapi": "3.0.1", "paths": {}, "components": {"schemas": schemas}});
        format!("{:#}", Contract::new(document).unwrap_err())
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        let say = |document: Value| format!("{:#}", Contract::new(document).unwrap_err());
        insta::assert_snapshot!(say(json!({"swagger": "2.0"})), @"it is no OpenAPI 3.0 document");
        insta::assert_snapshot!(say(json!({"openapi": "3.0.0"})), @"it has no `paths`");
        let reference = |to: &str| json!({"$ref": to});
        insta::assert_snapshot!(error(json!({"A": reference("./a.yaml")})), @"`./a.yaml` leads out of the document; compare contracts that `cargo xtask import` wrote, or give the checkout and --version");
        insta::assert_snapshot!(error(json!({"A": reference("#/components/schemas/B")})), @"`#/components/schemas/B` leads nowhere");
        insta::assert_snapshot!(error(json!({"A": reference("#/components/schemas/A")})), @"`#/components/schemas/A` leads in a circle");
        insta::assert_snapshot!(error(json!({
            "A": {"allOf": [reference("#/components/schemas/B")]},
            "B": {"allOf": [reference("#/components/schemas/A")]},
        })), @"the schema `A`: is made of itself: A -> B -> A");
    }
}
