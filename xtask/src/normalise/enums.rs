//! Enums that may grow.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::schemas::{self, Schema};

/// An enum to be written with `open_enum!` in place of the generator's closed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OpenEnum {
    /// The Rust name, which is the name of its component.
    pub(crate) name: String,
    /// What its documentation says, if an overlay says anything.
    pub(crate) description: Option<String>,
    /// The known values as on the wire, in the contract's order.
    pub(crate) values: Vec<String>,
}

/// Makes every enum a component and lists them.
///
/// A closed enum fails a whole page on one new value, and the vendor adds values
/// without notice. The generator can replace a type only by its component name, so an
/// inline enum is lifted to one that is named after where it stood: `campaignType` of
/// `CampaignReference` becomes `CampaignReferenceCampaignType`.
pub(super) fn lift(document: &mut Value) -> Result<Vec<OpenEnum>> {
    let mut lifted = BTreeMap::new();
    if let Some(Value::Object(components)) = document.pointer_mut("/components/schemas") {
        for (name, schema) in components.iter_mut() {
            lift_inside(name, schema, &mut lifted)?;
        }
        for (name, schema) in &lifted {
            if components.insert(name.clone(), schema.clone()).is_some() {
                bail!("an inline enum would be named `{name}`, and a component has that name");
            }
        }
    }
    lift_parameters(document)?;

    let mut enums = Vec::new();
    if let Some(Value::Object(components)) = document.pointer("/components/schemas") {
        for (name, schema) in components {
            if let Some(values) = schema.get("enum") {
                enums.push(open_enum(name, schema, values)?);
            }
        }
    }
    enums.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(enums)
}

fn lift_inside(name: &str, schema: &mut Value, lifted: &mut BTreeMap<String, Value>) -> Result<()> {
    let Value::Object(schema) = schema else {
        return Ok(());
    };
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (property, inner) in properties {
            lift_one(&format!("{name}{}", pascal_case(property)), inner, lifted)?;
        }
    }
    if let Some(items) = schema.get_mut("items") {
        lift_one(&format!("{name}Item"), items, lifted)?;
    }
    Ok(())
}

fn lift_one(name: &str, schema: &mut Value, lifted: &mut BTreeMap<String, Value>) -> Result<()> {
    lift_inside(name, schema, lifted)?;
    let Some(map) = schema.as_object_mut() else {
        return Ok(());
    };
    if !map.contains_key("enum") {
        return Ok(());
    }
    let nullable = map.shift_remove("nullable") == Some(true.into());
    if lifted
        .insert(name.to_owned(), Value::Object(map.clone()))
        .is_some()
    {
        bail!("two inline enums would both be named `{name}`");
    }
    *schema = referring_to(name, nullable);
    Ok(())
}

fn referring_to(name: &str, nullable: bool) -> Value {
    let reference = json!({"$ref": format!("#/components/schemas/{name}")});
    if nullable {
        json!({"nullable": true, "allOf": [reference]})
    } else {
        reference
    }
}

/// The enum of a parameter is named after operation and parameter.
fn lift_parameters(document: &mut Value) -> Result<()> {
    let mut found: Vec<(String, Value)> = Vec::new();
    for operation in schemas::operations_mut(document) {
        let id = operation
            .get("operationId")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        for parameter in parameters(operation) {
            let Some(name) = parameter.get("name").and_then(Value::as_str) else {
                continue;
            };
            let name = pascal_case(&id) + &pascal_case(name);
            if let Some(schema) = parameter.get_mut("schema")
                && schema.get("enum").is_some()
            {
                found.push((
                    name.clone(),
                    std::mem::replace(schema, referring_to(&name, false)),
                ));
            }
        }
    }
    let components = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
        .context("the contract has no component schemas")?;
    for (name, schema) in found {
        if components.insert(name.clone(), schema).is_some() {
            bail!("the enum of a parameter would be named `{name}`, and a component has that name");
        }
    }
    Ok(())
}

fn parameters(operation: &mut Schema) -> impl Iterator<Item = &mut Schema> {
    operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
}

fn open_enum(name: &str, schema: &Value, values: &Value) -> Result<OpenEnum> {
    let values = values
        .as_array()
        .into_iter()
        .flatten()
        .map(|value| value.as_str().map(str::to_owned))
        .collect::<Option<Vec<_>>>()
        .with_context(|| format!("the enum `{name}` has a value that is not text: {values}"))?;
    Ok(OpenEnum {
        name: name.to_owned(),
        description: schema
            .get("description")
            .and_then(Value::as_str)
            .map(str::to_owned),
        values,
    })
}

/// `ROLE_COMPOSITION`, `access-profile` and `campaignType` in the case of Rust types.
pub(crate) fn pascal_case(text: &str) -> String {
    let all_upper = !text.chars().any(char::is_lowercase);
    let mut out = String::new();
    let mut start = true;
    for c in text.chars() {
        if !c.is_alphanumeric() {
            start = true;
        } else if start {
            out.extend(c.to_uppercase());
            start = false;
        } else if all_upper {
            out.extend(c.to_lowercase());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_enums_become_components() {
        let mut document = json!({
            "paths": {"/a/{type}": {"get": {
                "operationId": "getA",
                "parameters": [{"name": "type", "schema": {"type": "string", "enum": ["ROLE"]}}],
            }}},
            "components": {"schemas": {
                "Account": {"properties": {"owner": {"properties": {
                    "type": {"type": "string", "enum": ["IDENTITY"], "nullable": true},
                }}}},
                "Phase": {"type": "string", "enum": ["STAGED", "ACTIVE"]},
            }},
        });
        let enums = lift(&mut document).unwrap();
        let names: Vec<_> = enums.iter().map(|e| e.name.as_str()).collect();
        assert_eq!(names, ["AccountOwnerType", "GetAType", "Phase"]);
        assert_eq!(enums[2].values, ["STAGED", "ACTIVE"]);
        assert_eq!(
            document["components"]["schemas"]["Account"]["properties"]["owner"]["properties"]["type"],
            json!({"nullable": true, "allOf": [{"$ref": "#/components/schemas/AccountOwnerType"}]})
        );
        assert_eq!(
            document["paths"]["/a/{type}"]["get"]["parameters"][0]["schema"],
            json!({"$ref": "#/components/schemas/GetAType"})
        );
    }

    #[test]
    fn a_name_that_is_taken_is_refused() {
        let mut document = json!({"paths": {}, "components": {"schemas": {
            "Task": {"properties": {"status": {"enum": ["QUEUED"]}}},
            "TaskStatus": {"type": "object"},
        }}});
        let error = lift(&mut document).unwrap_err();
        assert!(error.to_string().contains("`TaskStatus`"), "{error}");
    }

    #[test]
    fn names_in_the_case_of_rust_types() {
        for (wire, rust) in [
            ("ROLE_COMPOSITION", "RoleComposition"),
            ("access-profile", "AccessProfile"),
            ("campaignType", "CampaignType"),
            ("IDENTITY", "Identity"),
        ] {
            assert_eq!(pascal_case(wire), rust);
        }
    }
}
