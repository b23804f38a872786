//! Everything that becomes a named type of its own is a component.

use serde_json::{Map, Value};

use super::direction::{Direction, Directions};
use super::names::{free_name, type_name};
use super::schemas::{self, Schema};

/// Makes every enum and every object a component, named after where it was:
/// `campaignType` of `CampaignReference` becomes `CampaignReferenceCampaignType`.
///
/// The generator can replace a type only by its component's name, and it does not see
/// that the name it makes up for an inline type is taken.
pub(super) fn lift(document: &mut Value, directions: &mut Directions) {
    let Some(Value::Object(components)) = document.pointer_mut("/components/schemas") else {
        return;
    };
    let mut components = std::mem::take(components);
    for name in components.keys().cloned().collect::<Vec<_>>() {
        let direction = directions.get(&name).copied();
        let mut lifting = Lifting {
            components: &mut components,
            directions,
            direction,
        };
        let Some(mut schema) = lifting.components.get(&name).cloned() else {
            continue;
        };
        lifting.inside(&name, &mut schema);
        lifting.components.insert(name, schema);
    }
    for (_, operation) in schemas::operations_mut(document) {
        lift_from_operation(operation, &mut components, directions);
    }
    components.sort_keys();
    document["components"]["schemas"] = components.into();
}

fn lift_from_operation(
    operation: &mut Schema,
    components: &mut Map<String, Value>,
    directions: &mut Directions,
) {
    let id = operation
        .get("operationId")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let mut lift = |direction, name: &str, schema: &mut Value| {
        let mut lifting = Lifting {
            components: &mut *components,
            directions: &mut *directions,
            direction,
        };
        lifting.one(&type_name(name), schema);
    };
    let parameters = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        let name = parameter.get("name").and_then(Value::as_str);
        let name = format!("{id}-{}", name.unwrap_or_default());
        if let Some(schema) = parameter.get_mut("schema") {
            lift(None, &name, schema);
        }
    }
    if let Some(body) = operation.get_mut("requestBody") {
        for schema in schemas_of(body) {
            lift(Some(Direction::Request), &format!("{id}-body"), schema);
        }
    }
    let responses = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut);
    for (_, response) in responses.into_iter().flatten() {
        for schema in schemas_of(response) {
            lift(Some(Direction::Response), &format!("{id}-response"), schema);
        }
    }
}

fn schemas_of(body: &mut Value) -> impl Iterator<Item = &mut Value> {
    body.get_mut("content")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
        .filter_map(|(_, media)| media.get_mut("schema"))
}

struct Lifting<'a> {
    components: &'a mut Map<String, Value>,
    directions: &'a mut Directions,
    direction: Option<Direction>,
}

impl Lifting<'_> {
    /// Lifts what is inside a schema that has this name.
    fn inside(&mut self, name: &str, schema: &mut Value) {
        let Value::Object(schema) = schema else {
            return;
        };
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            for (property, inner) in properties {
                self.one(&type_name(&format!("{name}-{property}")), inner);
            }
        }
        if let Some(items) = schema.get_mut("items") {
            self.one(&format!("{name}Item"), items);
        }
    }

    fn one(&mut self, name: &str, schema: &mut Value) {
        let is_type = schema.get("enum").is_some() || schema.get("properties").is_some();
        if !is_type {
            self.inside(name, schema);
            return;
        }
        let free = free_name(name, |name| self.components.contains_key(name));
        // The name is taken from now on, also for what is inside.
        self.components.insert(free.clone(), Value::Null);
        self.inside(&free, schema);
        let nullable = schema
            .as_object_mut()
            .and_then(|schema| schema.shift_remove("nullable"))
            == Some(true.into());
        let lifted = std::mem::replace(schema, schemas::referring_to(&free));
        if nullable {
            schema["nullable"] = true.into();
        }
        if let Some(direction) = self.direction {
            self.directions.insert(free.clone(), direction);
        }
        self.components.insert(free, lifted);
    }
}
