//! Nothing that the service does to a field of an answer costs the caller the answer.
//!
//! The bodies are made from the contract: a field that the next release brings is
//! covered as soon as it is there. One that the model does not have fails here: a null in it
//! would be kept.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::support::assert_no_failures;
use crate::support::canned::Canned;
use crate::support::contract::{Contract, Operation, contracts, kind, sample};
use crate::support::facade::{call, decode_raw, of_answer, unified};

/// An answer that differs in one place from the documented shape.
struct Variant {
    /// Where and how, for whoever reads the failure.
    what: String,
    /// How many steps lead to the place.
    depth: usize,
    body: Value,
    /// What the generated types make of it, encoded again. `None` if only the model survives
    /// it.
    raw: Option<Value>,
    /// What the model makes of it, encoded again.
    model: Value,
}

#[derive(Clone, PartialEq)]
enum Twist {
    Nothing,
    Missing,
    Null,
    NullElement,
    UnknownField,
    UnknownValue,
    DateWithoutZone,
    NoDate,
    /// A value of another type, and what the model makes of it.
    OtherType(Value, Value),
}

/// Every place of a schema with what can happen there.
fn twists(schema: &Value, pointer: &str, found: &mut Vec<(String, Twist, Value)>) {
    let mut here = match kind(schema) {
        "object" => vec![Twist::UnknownField],
        "array" => vec![Twist::NullElement],
        "string" if schema["enum"].is_array() => vec![Twist::UnknownValue],
        "string" if schema["format"] == "date-time" => {
            vec![Twist::DateWithoutZone, Twist::NoDate]
        }
        _ => Vec::new(),
    };
    // The answer itself and the records of a page are what everything else is in.
    if !matches!(pointer, "" | "/0") {
        here.extend(other_types(schema));
    }
    found.extend(
        here.into_iter()
            .map(|twist| (pointer.to_owned(), twist, schema.clone())),
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

/// A value of every type of JSON that is not the schema's. All but a few are kept as they are.
fn other_types(schema: &Value) -> Vec<Twist> {
    let kind = kind(schema);
    let values = [
        ("boolean", json!(true)),
        ("integer", json!(7)),
        ("number", json!(7.5)),
        ("string", json!("some text")),
        ("array", json!([["deep"], null])),
        ("object", json!({ "deep": [1, null] })),
    ];
    let mut read: Vec<(Value, Value)> = values
        .into_iter()
        .filter(|(other, _)| *other != kind)
        .map(|(_, value)| (value.clone(), value))
        .collect();
    match kind {
        "integer" => read.extend([
            (json!(17.0), json!(17)),
            (json!("17"), json!(17)),
            (json!("17.0"), json!(17)),
            (json!(-0.0), json!(0)),
        ]),
        "boolean" => read.extend([(json!("true"), json!(true)), (json!("false"), json!(false))]),
        // An `ErrorMessage`, which beta sends as its text alone.
        "object" if schema["properties"].get("localeOrigin").is_some() => {
            let text = |(given, _): &(Value, Value)| given.is_string();
            read.retain(|read| !text(read));
            read.push((json!("some text"), json!({ "text": "some text" })));
        }
        _ => {}
    }
    read.into_iter()
        .map(|(given, model)| Twist::OtherType(given, model))
        .collect()
}

fn variants(operation: &Operation) -> Vec<Variant> {
    let Some(schema) = operation.answer() else {
        return Vec::new();
    };
    let mut found = vec![(String::new(), Twist::Nothing, schema.clone())];
    twists(schema, "", &mut found);
    let whole = sample(schema);
    found
        .into_iter()
        .map(|(pointer, twist, schema)| variant(&whole, &pointer, &twist, &schema))
        .collect()
}

fn variant(whole: &Value, pointer: &str, twist: &Twist, schema: &Value) -> Variant {
    let (mut body, mut raw, mut model) = (whole.clone(), whole.clone(), whole.clone());
    match twist {
        Twist::Nothing => {}
        Twist::Missing | Twist::Null => {
            if *twist == Twist::Missing {
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
        Twist::OtherType(given, read) => {
            *at(&mut body, pointer) = given.clone();
            *at(&mut model, pointer) = read.clone();
        }
    }
    let how = match twist {
        Twist::Nothing => "as documented",
        Twist::Missing => "missing",
        Twist::Null => "null",
        Twist::NullElement => "a null among its elements",
        Twist::UnknownField => "an unknown field",
        Twist::UnknownValue => "an unknown value",
        Twist::DateWithoutZone => "a date without zone",
        Twist::NoDate => "not a date",
        Twist::OtherType(given, _) => &given.to_string(),
    };
    Variant {
        what: format!("`{pointer}`: {how}"),
        depth: pointer.matches('/').count(),
        body,
        // The generated types are read strictly.
        raw: (!matches!(twist, Twist::OtherType(..))).then_some(raw),
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
        // The records of the one are in its answer, and the other leaves out what a campaign has
        // else: both are covered by those that answer one record.
        let operations = operations.filter(|operation| {
            !["listCampaignFilters", "updateCampaign"].contains(&operation.id.as_str())
        });
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
            let Some(raw) = variant.raw else { continue };
            match decode_raw(version, &operation.id, &variant.body) {
                Ok(decoded) if decoded == raw => {}
                Ok(decoded) => failures.push(format!("{place}: became {decoded}")),
                Err(error) => failures.push(format!("{place}: {error}")),
            }
        }
    }
    assert_no_failures(failures);
}

/// Of the outer fields: what is further inside is up to the model alone.
#[tokio::test(start_paused = true)]
async fn the_facade_survives_every_twist() {
    const OUTER: usize = 3;

    let server = Canned::start();
    let client = server.client();
    let mut failures = Vec::new();
    for (version, operation) in each_operation() {
        let variants = variants(&operation).into_iter();
        for variant in variants.filter(|variant| variant.depth <= OUTER) {
            let place = format!("{version} {} {}", operation.id, variant.what);
            server.answer_json(&variant.body);
            let expected = unified(version, &operation.id, variant.model);
            match call(&client, version, &operation.id).await {
                Ok(outcome) if outcome == expected => {}
                Ok(outcome) => failures.push(format!("{place}: became {outcome}")),
                // What does not show that it is done is not called done.
                Err(error) if error.may_have_taken_effect() && hides_success(&place) => {}
                Err(error) => failures.push(format!("{place}: {error}")),
            }
        }
    }
    assert_no_failures(failures);
}

/// Whether an answer to a write lacks what shows that it is done.
fn hides_success(place: &str) -> bool {
    place.contains(" signOffIdentityCertification `/signed`: ")
        || place.contains(" submitReassignCertsAsync `/id`: ")
        || place.contains(" move `/id`: ")
        // It says that no decision is made.
        || place.contains(" makeIdentityDecision `/decisionsMade`: -0.0")
}

#[test]
fn the_model_survives_every_twist() {
    fn again<T: DeserializeOwned + Serialize>(record: &Value) -> serde_json::Result<Value> {
        serde_json::to_value(serde_json::from_str::<T>(&record.to_string())?)
    }
    let record = |answer: &Value| answer.get(0).unwrap_or(answer).clone();
    let mut failures = Vec::new();
    for (version, operation) in each_operation() {
        if version != "v3" {
            continue;
        }
        for variant in variants(&operation) {
            let place = format!("{} {}", operation.id, variant.what);
            let answered = record(&variant.body);
            if answered.is_null() {
                continue;
            }
            match of_answer!(&operation.id, again(&answered)) {
                Ok(read) if read == record(&variant.model) => {}
                Ok(read) => failures.push(format!("{place}: became {read}")),
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
    assert!(reached(&format!("`{account}/created`: not a date")));
    assert!(reached(&format!("`{account}/created`: true")));
    assert!(reached(&format!("`{account}/owner`: [[")));
    assert!(reached("`/0/decision`: missing"));
    assert!(reached("``: a null among its elements"));
}
