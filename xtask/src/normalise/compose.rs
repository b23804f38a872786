//! Schemas made of other schemas.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::notes::{Note, Notes};
use super::schemas::{self, Schema};
use crate::contract::{Contract, wrapped};

/// Takes a reference out of an `allOf` that has nothing else.
///
/// That is how `nullable` is written beside a reference in OpenAPI 3.0. Merged, the type
/// would be a copy without the component's name.
pub(super) fn unwrap_lone_references(document: &mut Value) {
    schemas::visit_all(document, |schema| {
        if let Some(Value::Object(reference)) = wrapped(schema).cloned() {
            schema.shift_remove("allOf");
            // The component says which type it is.
            schema.shift_remove("type");
            schema.extend(reference);
        }
    });
}

/// Merges every `allOf` into one plain object. Where its members disagree, the first one applies.
///
/// The generator would embed the members as fields named after their position, a shape
/// that no JSON has.
pub(super) fn flatten_all_of(document: &mut Value, notes: &mut Notes) -> Result<()> {
    let whole = document.clone();
    schemas::visit_places(document, &mut |place, schema| {
        let mut disagreements = Vec::new();
        *schema = merged(schema, Contract(&whole), &mut disagreements)
            .with_context(|| place.to_owned())?;
        for about in disagreements {
            notes.add(format!(
                "{place}: the parts of an `allOf` disagree about `{about}`; the first one holds"
            ));
        }
        Ok(())
    })
}

fn merged(schema: &Schema, whole: Contract<'_>, disagreements: &mut Vec<String>) -> Result<Schema> {
    let mut flat = schema.clone();
    let Some(Value::Array(members)) = flat.shift_remove("allOf") else {
        return Ok(flat);
    };
    for member in &members {
        // A component may be nothing but a name for another one.
        let member = whole
            .target(member)
            .map_or(member, |target| whole.resolve(target));
        let member = member
            .as_object()
            .context("a member of `allOf` is not a schema")?;
        absorb(
            &mut flat,
            merged(member, whole, disagreements)?,
            disagreements,
        );
    }
    Ok(flat)
}

/// Adds what a member says and the schema does not.
fn absorb(flat: &mut Schema, member: Schema, disagreements: &mut Vec<String>) {
    for (key, value) in member {
        match (key.as_str(), flat.get_mut(&key), value) {
            (_, None, value) => {
                flat.insert(key, value);
            }
            ("properties", Some(Value::Object(ours)), Value::Object(theirs)) => {
                for (name, property) in theirs {
                    if *ours.entry(name.clone()).or_insert_with(|| property.clone()) != property {
                        disagreements.push(name);
                    }
                }
            }
            ("required", Some(Value::Array(ours)), Value::Array(mut theirs)) => {
                theirs.retain(|name| !ours.contains(name));
                ours.append(&mut theirs);
            }
            // What the outer schema says of itself wins over what a member says.
            ("description", ..) => {}
            (_, Some(ours), theirs) if *ours == theirs => {}
            _ => disagreements.push(key),
        }
    }
}

/// Makes what can have several shapes a JSON value, for its reader or writer to interpret.
///
/// An enum of the shapes would fail on one that the specification does not have, and what
/// the generator makes of overlapping shapes is nothing that anyone could use.
pub(super) fn unions_are_values(document: &mut Value, notes: &mut Notes) -> Result<()> {
    schemas::visit_places(document, &mut |place, schema| {
        let mut members: Vec<Value> = Vec::new();
        for keyword in ["oneOf", "anyOf"] {
            if let Some(Value::Array(found)) = schema.shift_remove(keyword) {
                members.extend(found);
            }
        }
        // Beside properties, the shapes only say which of them go together.
        if members.is_empty() || schema.contains_key("properties") {
            return Ok(());
        }
        let nullable = schema.get("nullable") == Some(&true.into());
        if let [Value::Object(only)] = members.as_slice() {
            *schema = only.clone();
        } else {
            notes.add(Note::Union {
                place: place.to_owned(),
                shapes: members.len(),
            });
            schema.clear();
        }
        if nullable {
            schema.insert("nullable".into(), true.into());
        }
        Ok(())
    })
}

/// Puts each component that is a plain list in the places that refer to it.
///
/// As a component it becomes a newtype around a `Vec`, which every caller would have to
/// unwrap, and which cannot be made to accept a null.
pub(super) fn inline_array_aliases(document: &mut Value) -> Result<()> {
    let Some(Value::Object(components)) = document.pointer_mut("/components/schemas") else {
        return Ok(());
    };
    let is_list = |(_, schema): &(String, Value)| schema["type"] == "array";
    let (lists, others): (Schema, Schema) =
        std::mem::take(components).into_iter().partition(is_list);
    *components = others;
    schemas::visit_places(document, &mut |place, schema| {
        if place.len() > MAX_PLACE {
            let begin = place.split("/items/items").next().unwrap_or(place);
            bail!("{begin} is a list of itself; remove its `items` with an overlay");
        }
        let list = schemas::reference(schema).and_then(|name| lists.get(name)?.as_object());
        if let Some(list) = list {
            let beside = std::mem::replace(schema, list.clone());
            schema.extend(beside.into_iter().filter(|(key, _)| key != "$ref"));
        }
        Ok(())
    })
}

/// A longer place can only be in a circle.
const MAX_PLACE: usize = 1000;
