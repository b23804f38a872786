//! Whatever the service does to a field, the caller gets the response.
//!
//! The bodies are made from the contract, so a field of a new release is covered at once. The test
//! fails for a field that the model lacks, because a null in it would be kept.

use std::fmt;
use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::support::assert_no_failures;
use crate::support::canned::Canned;
use crate::support::contract::{Contract, Operation, contracts, kind, sample};
use crate::support::facade::{call, decode_raw, of_response, unified};

/// A response that differs in one place from the documented shape.
struct Variant {
    whole: Rc<Value>,
    pointer: String,
    twist: Twist,
    /// The schema of the place.
    schema: Value,
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
    /// A value of another type, and what it decodes to.
    OtherType(Value, Value),
}

/// Every place of a schema, with the twists that apply there.
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
    // The response itself and the records of a page contain everything else.
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

/// A value of every JSON type other than the schema's. Nearly all are kept unchanged.
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
    let Some(schema) = operation.response() else {
        return Vec::new();
    };
    let mut found = vec![(String::new(), Twist::Nothing, schema.clone())];
    twists(schema, "", &mut found);
    let whole = Rc::new(sample(schema));
    let found = found.into_iter();
    let variants = found.map(|(pointer, twist, schema)| Variant {
        whole: Rc::clone(&whole),
        pointer,
        twist,
        schema,
    });
    variants.collect()
}

impl Variant {
    /// The operations whose responses are tested.
    fn body(&self) -> Value {
        match &self.twist {
            Twist::Missing => self.without(),
            Twist::Null => self.with(Value::Null),
            Twist::DateWithoutZone => self.with("2026-04-05T06:07:08.091".into()),
            Twist::OtherType(given, _) => self.with(given.clone()),
            Twist::NullElement => self.changed(|list| {
                list.as_array_mut().unwrap().insert(0, Value::Null);
            }),
            _ => self.read(),
        }
    }

    /// Decodes the response into the generated types and encodes it again. `None` if only the model
    /// can decode it.
    fn raw(&self) -> Option<Value> {
        match self.twist {
            Twist::Missing | Twist::Null => Some(self.without()),
            Twist::OtherType(..) => None,
            _ => Some(self.body()),
        }
    }

    /// Decodes the response into the model and encodes it again.
    fn model(&self) -> Value {
        match &self.twist {
            // The model has no absent lists, only empty ones.
            Twist::Missing | Twist::Null if kind(&self.schema) == "array" => self.with(json!([])),
            Twist::Missing | Twist::Null => self.without(),
            Twist::OtherType(_, read) => self.with(read.clone()),
            Twist::Nothing | Twist::NullElement | Twist::DateWithoutZone => {
                Value::clone(&self.whole)
            }
            _ => self.read(),
        }
    }

    /// The expected result of a twist that all decode alike.
    fn read(&self) -> Value {
        match self.twist {
            Twist::UnknownField => self.changed(|object| {
                let novelty = json!({ "deep": [1, null, "x"] });
                object
                    .as_object_mut()
                    .unwrap()
                    .insert("novelty".to_owned(), novelty);
            }),
            Twist::UnknownValue => self.with("SOMETHING_NEW".into()),
            // The field is absent, and `extra` has the text under the same name.
            Twist::NoDate => self.with("the day after tomorrow".into()),
            _ => Value::clone(&self.whole),
        }
    }

    fn with(&self, value: Value) -> Value {
        self.changed(|place| *place = value)
    }

    fn changed(&self, change: impl FnOnce(&mut Value)) -> Value {
        let mut value = Value::clone(&self.whole);
        change(value.pointer_mut(&self.pointer).unwrap());
        value
    }

    fn without(&self) -> Value {
        let (parent, name) = self.pointer.rsplit_once('/').unwrap();
        let mut value = Value::clone(&self.whole);
        let parent = value.pointer_mut(parent).unwrap();
        parent.as_object_mut().unwrap().remove(name);
        value
    }

    /// The number of steps to the place.
    fn depth(&self) -> usize {
        self.pointer.matches('/').count()
    }
}

/// The place and the twist, for messages.
impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match &self.twist {
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
        write!(f, "`{}`: {how}", self.pointer)
    }
}

fn each_operation() -> Vec<(&'static str, Operation)> {
    let each = contracts().into_iter().flat_map(|contract| {
        let operations = contract.operations().into_iter();
        // The first wraps its records, and the second omits fields of a campaign: operations that
        // return one record cover both.
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
            let place = format!("{version} {} {variant}", operation.id);
            let Some(raw) = variant.raw() else { continue };
            match decode_raw(version, &operation.id, &variant.body()) {
                Ok(decoded) if decoded == raw => {}
                Ok(decoded) => failures.push(format!("{place}: became {decoded}")),
                Err(error) => failures.push(format!("{place}: {error}")),
            }
        }
    }
    assert_no_failures(failures);
}

/// Twists of outer fields. Nested ones depend on the model alone, which the test above covers.
#[tokio::test(start_paused = true)]
async fn the_facade_survives_every_twist() {
    const OUTER: usize = 3;

    let server = Canned::start();
    let client = server.client();
    let mut failures = Vec::new();
    for (version, operation) in each_operation() {
        let variants = variants(&operation).into_iter();
        for variant in variants.filter(|variant| variant.depth() <= OUTER) {
            let place = format!("{version} {} {variant}", operation.id);
            server.respond_json(&variant.body());
            let expected = unified(version, &operation.id, variant.model());
            match call(&client, version, &operation.id).await {
                Ok(outcome) if outcome == expected => {}
                Ok(outcome) => failures.push(format!("{place}: became {outcome}")),
                // A write whose response does not show that it is done is not reported as done.
                Err(error) if error.may_have_taken_effect() && hides_success(&place) => {}
                Err(error) => failures.push(format!("{place}: {error}")),
            }
        }
    }
    assert_no_failures(failures);
}

/// Whether the response to a write lacks the fields that show that it is done.
fn hides_success(place: &str) -> bool {
    place.contains(" signOffIdentityCertification `/signed`: ")
        || place.contains(" submitReassignCertsAsync `/id`: ")
        || place.contains(" move `/id`: ")
        // The response counts no decisions.
        || place.contains(" makeIdentityDecision `/decisionsMade`: -0.0")
}

#[test]
fn the_model_survives_every_twist() {
    fn again<T: DeserializeOwned + Serialize>(record: &Value) -> serde_json::Result<Value> {
        serde_json::to_value(serde_json::from_str::<T>(&record.to_string())?)
    }
    let record = |response: &Value| response.get(0).unwrap_or(response).clone();
    let mut failures = Vec::new();
    for (version, operation) in each_operation() {
        if version != "v3" {
            continue;
        }
        for variant in variants(&operation) {
            let place = format!("{} {variant}", operation.id);
            let response = record(&variant.body());
            if response.is_null() {
                continue;
            }
            match of_response!(&operation.id, again(&response)) {
                Ok(read) if read == record(&variant.model()) => {}
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
    let places: Vec<String> = items.iter().map(Variant::to_string).collect();
    let reached = |start: &str| places.iter().any(|place| place.starts_with(start));
    let account = "/0/accessSummary/role/accessProfiles/0/entitlements/0/account";
    assert!(reached(&format!("`{account}/owner/displayName`: null")));
    assert!(reached(&format!("`{account}/type`: an unknown value")));
    assert!(reached(&format!("`{account}/created`: not a date")));
    assert!(reached(&format!("`{account}/created`: true")));
    assert!(reached(&format!("`{account}/owner`: [[")));
    assert!(reached("`/0/decision`: missing"));
    assert!(reached("``: a null among its elements"));
}
