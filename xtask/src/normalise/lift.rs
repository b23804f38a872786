//! Everything that becomes a named type of its own is a component.

use serde_json::Value;

use super::direction::Received;
use super::names::{free_name, type_name};
use super::nullable::taken;
use super::schemas::{self, Schema, entries_mut, list_mut, text};

/// Makes every enum and every object a component, named after where it was:
/// `campaignType` of `CampaignReference` becomes `CampaignReferenceCampaignType`.
///
/// The generator can replace a type only by its component's name, and it does not see
/// that the name it makes up for an inline type is taken.
pub(super) fn lift(document: &mut Value, received: &mut Received) {
    let Some(Value::Object(components)) = document.pointer_mut("/components/schemas") else {
        return;
    };
    let mut lifting = Lifting {
        components: std::mem::take(components),
        received,
    };
    for name in Vec::from_iter(lifting.components.keys().cloned()) {
        let is_received = lifting.received.contains(&name);
        let mut schema = lifting.components[&name].clone();
        lifting.inside(is_received, &name, &mut schema);
        lifting.components.insert(name, schema);
    }
    for (_, operation) in schemas::operations_mut(document) {
        let id = text(operation, "operationId").to_owned();
        for parameter in list_mut(operation.get_mut("parameters")) {
            let name = format!("{id}-{}", parameter["name"].as_str().unwrap_or_default());
            if let Some(schema) = parameter.get_mut("schema") {
                lifting.one(false, &name, schema);
            }
        }
        if let Some(body) = operation.get_mut("requestBody") {
            lifting.body(false, &format!("{id}-body"), body);
        }
        for (_, response) in entries_mut(operation.get_mut("responses")) {
            lifting.body(true, &format!("{id}-response"), response);
        }
    }
    lifting.components.sort_keys();
    document["components"]["schemas"] = lifting.components.into();
}

struct Lifting<'a> {
    components: Schema,
    received: &'a mut Received,
}

impl Lifting<'_> {
    fn body(&mut self, is_received: bool, name: &str, body: &mut Value) {
        for (_, media) in entries_mut(body.get_mut("content")) {
            if let Some(schema) = media.get_mut("schema") {
                self.one(is_received, name, schema);
            }
        }
    }

    /// Lifts what is inside a schema that has this name.
    fn inside(&mut self, is_received: bool, name: &str, schema: &mut Value) {
        for (property, inner) in entries_mut(schema.get_mut("properties")) {
            self.one(is_received, &format!("{name}-{property}"), inner);
        }
        if let Some(items) = schema.get_mut("items") {
            self.one(is_received, &format!("{name}Item"), items);
        }
    }

    fn one(&mut self, is_received: bool, name: &str, schema: &mut Value) {
        let name = type_name(name);
        let is_type = schema.get("enum").is_some() || schema.get("properties").is_some();
        if !is_type {
            return self.inside(is_received, &name, schema);
        }
        let free = free_name(&name, |name| self.components.contains_key(name));
        // The name is taken from now on, also for what is inside.
        self.components.insert(free.clone(), Value::Null);
        self.inside(is_received, &free, schema);
        let nullable = taken(schema);
        let lifted = std::mem::replace(schema, schemas::referring_to(&free));
        if nullable {
            schema["nullable"] = true.into();
        }
        if is_received {
            self.received.insert(free.clone());
        }
        self.components.insert(free, lifted);
    }
}
