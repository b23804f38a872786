//! Schemas made of other schemas.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::notes::Notes;
use super::schemas::{self, Schema};

/// Takes a reference out of an `allOf` that has nothing else.
///
/// That is how `nullable` is written beside a reference in OpenAPI 3.0. Merged, the type
/// would be a copy without the component's name.
pub(super) fn unwrap_lone_references(document: &mut Value) {
    const STRUCTURE: [&str; 7] = [
        "properties",
        "required",
        "items",
        "additionalProperties",
        "oneOf",
        "anyOf",
        "enum",
    ];
    schemas::visit_all(document, &mut |schema| {
        let reference = match schema
            .get("allOf")
            .and_then(Value::as_array)
            .map(Vec::as_slice)
        {
            Some([Value::Object(member)]) if member.len() == 1 => member.get("$ref").cloned(),
            _ => None,
        };
        if let Some(reference) = reference
            && !STRUCTURE
                .iter()
                .any(|keyword| schema.contains_key(*keyword))
        {
            schema.shift_remove("allOf");
            // The component says which type it is.
            schema.shift_remove("type");
            schema.insert("$ref".into(), reference);
        }
    });
}

/// Leaves a component that is only another name for itself, directly or through other names, as a
/// JSON value: nothing says what it holds.
pub(super) fn names_of_themselves_are_values(document: &mut Value, notes: &mut Notes) {
    let names: BTreeMap<String, String> = schemas::components(document)
        .into_iter()
        .flatten()
        .filter_map(|(name, schema)| {
            let other = schemas::reference(schema.as_object()?)?;
            Some((name.clone(), other.to_owned()))
        })
        .collect();
    let ends = |name: &String| {
        let steps = std::iter::successors(Some(name), |name| names.get(*name));
        steps.take(names.len() + 1).count() <= names.len()
    };
    let Some(Value::Object(components)) = document.pointer_mut("/components/schemas") else {
        return;
    };
    for name in names.keys().filter(|name| !ends(name)) {
        notes.add(format!(
            "#/components/schemas/{name}: it refers only to itself, and is a JSON value in Rust; \
             say in an overlay what it holds"
        ));
        components.insert(name.clone(), json!({}));
    }
}

/// Merges every `allOf` into one plain object.
///
/// The generator would embed the members as fields named after their position, a shape
/// that no JSON has.
pub(super) fn flatten_all_of(document: &mut Value, notes: &mut Notes) -> Result<()> {
    let components = schemas::components(document).cloned().unwrap_or_default();
    let mut outcome = Ok(());
    schemas::visit_places(document, &mut |place, schema| {
        if outcome.is_ok() && schema.contains_key("allOf") {
            let mut merge = Merge {
                components: &components,
                place,
                notes,
            };
            outcome = merge
                .merged(schema, 0)
                .with_context(|| place.to_owned())
                .map(|flat| *schema = flat);
        }
    });
    outcome
}

/// `allOf` may name a component that has an `allOf` of its own, to any depth but not
/// in a circle.
const MAX_DEPTH: usize = 16;

struct Merge<'a> {
    components: &'a Schema,
    place: &'a str,
    notes: &'a mut Notes,
}

impl Merge<'_> {
    fn merged(&mut self, schema: &Schema, depth: usize) -> Result<Schema> {
        if depth > MAX_DEPTH {
            bail!("an `allOf` refers to itself, directly or through other schemas");
        }
        let mut flat = schema.clone();
        let Some(Value::Array(members)) = flat.shift_remove("allOf") else {
            return Ok(flat);
        };
        for member in members {
            let Value::Object(mut member) = member else {
                bail!("a member of `allOf` is not a schema: {member}");
            };
            // A component may be nothing but a name for another one.
            for _ in 0..MAX_DEPTH {
                let Some(name) = schemas::reference(&member) else {
                    break;
                };
                member = self
                    .components
                    .get(name)
                    .and_then(Value::as_object)
                    .with_context(|| format!("`allOf` refers to `{name}`, which no component is"))?
                    .clone();
            }
            let member = self.merged(&member, depth + 1)?;
            self.absorb(&mut flat, member);
        }
        Ok(flat)
    }

    /// Adds what a member says. Where two disagree, the first applies: the schema
    /// itself, then its members in their order.
    fn absorb(&mut self, flat: &mut Schema, member: Schema) {
        for (key, value) in member {
            match (flat.get_mut(&key), value) {
                (None, value) => {
                    flat.insert(key, value);
                }
                (Some(Value::Object(ours)), Value::Object(theirs)) if key == "properties" => {
                    for (name, property) in theirs {
                        match ours.get_mut(&name) {
                            None => {
                                ours.insert(name, property);
                            }
                            Some(ours) if *ours == property => {}
                            Some(Value::Object(ours))
                                if is_object(ours) && property.is_object() =>
                            {
                                if let Value::Object(property) = property {
                                    self.absorb(ours, property);
                                }
                            }
                            Some(_) => self.disagree(&format!("the property `{name}`")),
                        }
                    }
                }
                (Some(Value::Array(ours)), Value::Array(theirs)) if key == "required" => {
                    ours.extend(
                        theirs
                            .into_iter()
                            .filter(|name| !ours.contains(name))
                            .collect::<Vec<_>>(),
                    );
                }
                (Some(ours), theirs) if *ours == theirs => {}
                // What the outer schema says of itself wins over what a member says.
                (Some(_), _) if key == "description" => {}
                (Some(_), _) => self.disagree(&format!("`{key}`")),
            }
        }
    }

    fn disagree(&mut self, about: &str) {
        self.notes.add(format!(
            "{}: the parts of an `allOf` disagree about {about}; the first one holds",
            self.place
        ));
    }
}

fn is_object(schema: &Schema) -> bool {
    schema.contains_key("properties")
}

/// Makes what can have several shapes a JSON value, for its reader or writer to interpret.
///
/// An enum of the shapes would fail on one that the specification does not have, and what
/// the generator makes of overlapping shapes is nothing that anyone could use.
pub(super) fn unions_are_values(document: &mut Value, notes: &mut Notes) {
    schemas::visit_places(document, &mut |place, schema| {
        let mut members: Vec<Value> = Vec::new();
        for keyword in ["oneOf", "anyOf"] {
            if let Some(Value::Array(found)) = schema.shift_remove(keyword) {
                members.extend(found);
            }
        }
        if members.is_empty() {
            return;
        }
        // Beside properties, the shapes only say which of them go together.
        if is_object(schema) {
            return;
        }
        let nullable = schema.get("nullable") == Some(&true.into());
        if let [Value::Object(only)] = members.as_slice() {
            *schema = only.clone();
        } else {
            notes.add(format!(
                "{place}: one of {} shapes, which is a JSON value in Rust; decide in an overlay: \
                 `remove: true` what lists the shapes, and `update` with the properties that are \
                 read, or with nothing to keep the JSON value",
                members.len()
            ));
            schema.clear();
        }
        if nullable {
            schema.insert("nullable".into(), true.into());
        }
    });
}

/// Lets maps hold anything.
///
/// Values of one type cannot be had with the map that keeps the order of keys, and an
/// object that refuses what it does not know would break on the next release.
pub(super) fn maps_hold_values(document: &mut Value) {
    schemas::visit_all(document, &mut |schema| {
        match schema.get("additionalProperties") {
            None => {}
            Some(Value::Bool(false)) => {
                schema.shift_remove("additionalProperties");
            }
            // True is the default, for which the generator makes no field.
            Some(Value::Bool(true)) => {}
            Some(_) => {
                schema.insert("additionalProperties".into(), json!({}));
            }
        }
    });
}

/// Puts each component that is a plain list in the places that refer to it.
///
/// As a component it becomes a newtype around a `Vec`, which every caller would have to
/// unwrap, and which cannot be made to accept a null. A list that contains itself has to
/// stay one; lists in lists in lists, beyond any use, become a JSON value.
pub(super) fn inline_array_aliases(document: &mut Value, notes: &mut Notes) {
    let lists: Schema = schemas::components(document)
        .into_iter()
        .flatten()
        .filter(|(_, schema)| schema.get("type") == Some(&Value::from("array")))
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    let too_deep = nested_too_deep(&lists);
    for name in &too_deep {
        notes.add(format!(
            "#/components/schemas/{name}: lists within lists, more than {MAX_NESTED} deep, which \
             are a JSON value in Rust"
        ));
    }
    let aliases: Schema = lists
        .iter()
        .filter(|(name, _)| !contains_itself(name, &lists))
        .map(|(name, schema)| {
            let schema = if too_deep.contains(name) {
                json!({})
            } else {
                schema.clone()
            };
            (name.clone(), schema)
        })
        .collect();
    schemas::visit_all(document, &mut |schema| {
        if let Some(Value::Object(list)) =
            schemas::reference(schema).and_then(|name| aliases.get(name))
        {
            let beside = std::mem::replace(schema, list.clone());
            schema.extend(beside.into_iter().filter(|(key, _)| key != "$ref"));
        }
    });
    if let Some(Value::Object(components)) = document.pointer_mut("/components/schemas") {
        components.retain(|name, _| !aliases.contains_key(name));
    }
}

/// How deep components that are lists may be nested.
const MAX_NESTED: usize = 8;

/// The lists that hold lists of lists, deeper than that, without containing themselves.
fn nested_too_deep(lists: &Schema) -> BTreeSet<String> {
    let mut inner: BTreeMap<&String, Vec<String>> = BTreeMap::new();
    for (name, list) in lists {
        let mut found = Vec::new();
        schemas::visit_schema(&mut list.clone(), &mut |schema| {
            found.extend(schemas::reference(schema).map(str::to_owned));
        });
        inner.insert(name, found);
    }
    let mut depths: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..=MAX_NESTED {
        let deeper = |found: &Vec<String>| {
            let depths = found.iter().map(|name| depths.get(name.as_str()).copied());
            1 + depths.flatten().max().unwrap_or(0)
        };
        depths = inner
            .iter()
            .map(|(name, found)| (name.as_str(), deeper(found)))
            .collect();
    }
    depths
        .into_iter()
        .filter(|(name, depth)| *depth > MAX_NESTED && !contains_itself(name, lists))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// Whether putting a list in its places would never end.
fn contains_itself(name: &str, lists: &Schema) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![name.to_owned()];
    while let Some(next) = open.pop() {
        let Some(mut list) = lists.get(&next).cloned() else {
            continue;
        };
        let mut found = false;
        schemas::visit_schema(&mut list, &mut |schema| {
            if let Some(inner) = schemas::reference(schema) {
                found |= inner == name;
                if seen.insert(inner.to_owned()) {
                    open.push(inner.to_owned());
                }
            }
        });
        if found {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schemas(schemas: Value) -> Value {
        json!({"components": {"schemas": schemas}})
    }

    #[test]
    fn all_of_becomes_one_object() {
        let mut document = schemas(json!({
            "Base": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
            "Middle": {"allOf": [{"$ref": "#/components/schemas/Base"}]},
            "Whole": {"type": "object", "allOf": [
                {"$ref": "#/components/schemas/Middle"},
                {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
            ]},
        }));
        flatten_all_of(&mut document, &mut Notes::default()).unwrap();
        assert_eq!(
            document["components"]["schemas"]["Whole"],
            json!({
                "type": "object",
                "required": ["id", "name"],
                "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
            })
        );
    }

    #[test]
    fn where_members_disagree_the_first_holds_and_somebody_is_told() {
        let mut document = schemas(json!({
            "Whole": {"allOf": [
                {"properties": {"id": {"type": "string"}, "a": {"properties": {"b": {}}}}},
                {"properties": {"id": {"type": "integer"}, "a": {"properties": {"c": {}}}}},
            ]},
        }));
        let mut notes = Notes::default();
        flatten_all_of(&mut document, &mut notes).unwrap();
        assert_eq!(
            document["components"]["schemas"]["Whole"]["properties"],
            json!({"id": {"type": "string"}, "a": {"properties": {"b": {}, "c": {}}}})
        );
        assert_eq!(
            notes.lines(),
            [
                "#/components/schemas/Whole: the parts of an `allOf` disagree about the property \
              `id`; the first one holds"
            ]
        );
    }

    #[test]
    fn a_lone_reference_keeps_its_name() {
        let mut document = schemas(json!({
            "A": {"properties": {"b": {
                "type": "object", "nullable": true, "allOf": [{"$ref": "#/components/schemas/B"}],
            }}},
        }));
        unwrap_lone_references(&mut document);
        assert_eq!(
            document["components"]["schemas"]["A"]["properties"]["b"],
            json!({"nullable": true, "$ref": "#/components/schemas/B"})
        );
    }

    #[test]
    fn what_has_several_shapes_is_a_value() {
        let mut document = schemas(json!({
            "Any": {"type": "object", "nullable": true, "oneOf": [{"type": "string"}, {"type": "object"}]},
            "Only": {"anyOf": [{"type": "string"}]},
            "Object": {"properties": {"a": {}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
        }));
        let mut notes = Notes::default();
        unions_are_values(&mut document, &mut notes);
        assert_eq!(
            document,
            schemas(json!({
                "Any": {"nullable": true},
                "Only": {"type": "string"},
                "Object": {"properties": {"a": {}}},
            }))
        );
        assert_eq!(
            notes.lines(),
            [
                "#/components/schemas/Any: one of 2 shapes, which is a JSON value in Rust; decide in \
                 an overlay: `remove: true` what lists the shapes, and `update` with the properties \
                 that are read, or with nothing to keep the JSON value"
            ]
        );
    }

    #[test]
    fn maps_hold_anything() {
        let mut document = schemas(json!({
            "Map": {"additionalProperties": {"type": "string"}},
            "Closed": {"properties": {"a": {}}, "additionalProperties": false},
        }));
        maps_hold_values(&mut document);
        assert_eq!(
            document,
            schemas(json!({
                "Map": {"additionalProperties": {}},
                "Closed": {"properties": {"a": {}}},
            }))
        );
    }

    #[test]
    fn a_list_of_itself_stays_a_type() {
        let mut document = schemas(json!({
            "Tree": {"type": "array", "items": {"$ref": "#/components/schemas/Branch"}},
            "Branch": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
            "Leaves": {"type": "array", "items": {"type": "string"}},
        }));
        inline_array_aliases(&mut document, &mut Notes::default());
        let names: Vec<_> = schemas::components(&document).unwrap().keys().collect();
        assert_eq!(names, ["Tree", "Branch"]);
    }

    #[test]
    fn an_all_of_without_an_end_is_refused() {
        let mut document = schemas(json!({
            "Snake": {"allOf": [{"$ref": "#/components/schemas/Snake"}]},
        }));
        let error = flatten_all_of(&mut document, &mut Notes::default()).unwrap_err();
        insta::assert_snapshot!(format!("{error:#}"), @"#/components/schemas/Snake: an `allOf` refers to itself, directly or through other schemas");
    }

    #[test]
    fn a_list_stands_where_its_alias_stood() {
        let mut document = schemas(json!({
            "Names": {"type": "array", "items": {"type": "string"}},
            "Owner": {"type": "object", "properties": {
                "names": {"$ref": "#/components/schemas/Names", "nullable": true},
            }},
        }));
        inline_array_aliases(&mut document, &mut Notes::default());
        assert_eq!(
            document,
            schemas(json!({
                "Owner": {"type": "object", "properties": {
                    "names": {"type": "array", "items": {"type": "string"}, "nullable": true},
                }},
            }))
        );
    }

    #[test]
    fn a_component_that_is_itself_is_a_value_and_told() {
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let mut document = schemas(json!({
            "Itself": reference("Itself"),
            "Left": reference("Right"),
            "Right": reference("Left"),
            "LeadsThere": reference("Left"),
            "Alias": reference("Text"),
            "Text": {"type": "string"},
        }));
        let mut notes = Notes::default();
        names_of_themselves_are_values(&mut document, &mut notes);
        let components = &document["components"]["schemas"];
        for name in ["Itself", "Left", "Right", "LeadsThere"] {
            assert_eq!(components[name], json!({}), "{name}");
        }
        assert_eq!(components["Alias"], reference("Text"));
        assert_eq!(notes.lines().len(), 4);
    }

    #[test]
    fn a_long_chain_of_lists_ends_in_a_value() {
        let mut lists: Schema = (0..300)
            .map(|n| {
                let inner = json!({"$ref": format!("#/components/schemas/L{}", n + 1)});
                (format!("L{n}"), json!({"type": "array", "items": inner}))
            })
            .collect();
        lists.insert("L300".to_owned(), json!({"type": "string"}));
        lists.insert(
            "Holder".to_owned(),
            json!({"properties": {"all": {"$ref": "#/components/schemas/L0"}}}),
        );
        let mut document = schemas(lists.into());
        let mut notes = Notes::default();
        inline_array_aliases(&mut document, &mut notes);
        let components = &document["components"]["schemas"];
        assert_eq!(components["Holder"]["properties"]["all"], json!({}));
        assert_eq!(components.as_object().unwrap().len(), 2);
        assert_eq!(notes.lines().len(), 300 - MAX_NESTED);
    }
}
