//! Nothing that the service does to a field of an answer costs the caller the answer.
//!
//! The bodies are made from the contract: a field that the next release brings is
//! covered as soon as it stands there.

use serde_json::{Value, json};

use crate::support::assert_no_failures;
use crate::support::canned::Canned;
use crate::support::contract::{Contract, Operation, contracts, kind, sample};
use crate::support::facade::{call, decode_raw, unified};

/// An answer that differs in one place from the documented shape.
struct Variant {
    /// Where and how, for whoever reads the failure.
    what: String,
    body: Value,
    /// What the generated types make of it, encoded again.
    raw: Value,
    /// What the model makes of it, encoded again.
    model: Value,
}

#[derive(Clone, Copy, PartialEq)]
enum Twist {
    Missing,
    Null,
    NullElement,
    UnknownField,
    UnknownValue,
    DateWithoutZone,
    NoDate,
}

/// Every place of a schema with what can happen there.
fn twists(schema: &Value, pointer: &str, found: &mut Vec<(String, Twist, Value)>) {
    let here: &[Twist] = match kind(schema) {
        "object" => &[Twist::UnknownField],
        "array" => &[Twist::NullElement],
        "string" if schema["enum"].is_array() => &[Twist::UnknownValue],
        "string" if schema["format"] == "date-time" => &[Twist::DateWithoutZone, Twist::NoDate],
        _ => &[],
    };
    found.extend(
        here.iter()
            .map(|twist| (pointer.to_owned(), *twist, schema.clone())),
    );
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let pointer = format!("{pointer}/{name}");
        found.push((pointer.clone(), Twist::Missing, property.clone()));
        found.push((pointer.clone(), Twist::Null, property.clone()));
        twists(property, &pointer, found);
    }
    if let Some(items) = schema.get("items") {
        twists(items, &format!("{pointer}/0"), found);
    }
}

fn variants(operation: &Operation) -> Vec<Variant> {
    let schema = operation.answer();
    let mut found = Vec::new();
    twists(schema, "", &mut found);
    let whole = sample(schema);
    found
        .into_iter()
        .map(|(pointer, twist, schema)| variant(&whole, &pointer, twist, &schema))
        .collect()
}

fn variant(whole: &Value, pointer: &str, twist: Twist, schema: &Value) -> Variant {
    let (mut body, mut raw, mut model) = (whole.clone(), whole.clone(), whole.clone());
    match twist {
        Twist::Missing | Twist::Null => {
            if twist == Twist::Missing {
                remove(&mut body, pointer);
            } else {
                *at(&mut body, pointer) = Value::Null;
            }
            remove(&mut raw, pointer);
            // The model has no absent lists, only empty ones.
            if kind(schema) == "array" {
                *at(&mut model, pointer) = json!([]);
            } else {
                remove(&mut model, pointer);
            }
        }
        Twist::NullElement => {
            for value in [&mut body, &mut raw] {
                at(value, pointer)
                    .as_array_mut()
                    .unwrap()
                    .insert(0, Value::Null);
            }
        }
        Twist::UnknownField => {
            for value in [&mut body, &mut raw, &mut model] {
                let fields = at(value, pointer).as_object_mut().unwrap();
                fields.insert("novelty".to_owned(), json!({ "deep": [1, null, "x"] }));
            }
        }
        Twist::UnknownValue => {
            for value in [&mut body, &mut raw, &mut model] {
                *at(value, pointer) = "SOMETHING_NEW".into();
            }
        }
        Twist::DateWithoutZone => {
            for value in [&mut body, &mut raw] {
                *at(value, pointer) = "2026-04-05T06:07:08.091".into();
            }
        }
        // The field is absent, and the text is kept where unknown fields are: under the
        // same name.
        Twist::NoDate => {
            for value in [&mut body, &mut raw, &mut model] {
                *at(value, pointer) = "the day after tomorrow".into();
            }
        }
    }
    let how = match twist {
        Twist::Missing => "missing",
        Twist::Null => "null",
        Twist::NullElement => "a null among its elements",
        Twist::UnknownField => "an unknown field",
        Twist::UnknownValue => "an unknown value",
        Twist::DateWithoutZone => "a date without zone",
        Twist::NoDate => "no date",
    };
    Variant {
        what: format!("`{pointer}`: {how}"),
        body,
        raw,
        model,
    }
}

fn at<'a>(value: &'a mut Value, pointer: &str) -> &'a mut Value {
    value.pointer_mut(pointer).unwrap()
}

fn remove(value: &mut Value, pointer: &str) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    at(value, parent).as_object_mut().unwrap().remove(name);
}

fn each_operation() -> Vec<(&'static str, Operation)> {
    let each = contracts().into_iter().flat_map(|contract| {
        let operations = contract.operations().into_iter();
        operations.map(move |operation| (contract.version, operation))
    });
    each.collect()
}

#[test]
fn the_generated_types_survive_every_twist() {
    let mut failures = Vec::new();
    for (version, operation) in each_operation() {
        for variant in variants(&operation) {
            let place = format!("{version} {} {}", operation.id, variant.what);
            match decode_raw(version, &operation.id, &variant.body) {
                Ok(decoded) if decoded == variant.raw => {}
                Ok(decoded) => failures.push(format!("{place}: became {decoded}")),
                Err(error) => failures.push(format!("{place}: {error}")),
            }
        }
    }
    assert_no_failures(failures);
}

#[tokio::test]
async fn the_facade_survives_every_twist() {
    let server = Canned::start();
    let client = server.client();
    let mut failures = Vec::new();
    for (version, operation) in each_operation() {
        for variant in variants(&operation) {
            let place = format!("{version} {} {}", operation.id, variant.what);
            server.answer_json(&variant.body);
            let expected = unified(version, &operation.id, variant.model);
            match call(&client, version, &operation.id).await {
                Ok(outcome) if outcome == expected => {}
                Ok(outcome) => failures.push(format!("{place}: became {outcome}")),
                Err(error) => failures.push(format!("{place}: {error}")),
            }
        }
    }
    assert_no_failures(failures);
}

#[test]
fn the_twists_reach_the_deepest_fields() {
    let v3 = Contract::load("v3");
    let items = variants(&v3.named("listIdentityAccessReviewItems"));
    let reached = |place: &str| items.iter().any(|variant| variant.what.starts_with(place));
    let account = "/0/accessSummary/role/accessProfiles/0/entitlements/0/account";
    assert!(reached(&format!("`{account}/owner/displayName`: null")));
    assert!(reached(&format!("`{account}/type`: an unknown value")));
    assert!(reached(&format!("`{account}/created`: no date")));
    assert!(reached("`/0/decision`: missing"));
    assert!(reached("``: a null among its elements"));
}
