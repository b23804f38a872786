//! Overlays: what they change, and when they stop.

use anyhow::Result;
use serde_json::{Value, json};
use xtask::normalise::Notes;
use xtask::overlay::apply;

fn overlay(action: Value) -> Value {
    json!({"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": [action]})
}

fn contract() -> Value {
    json!({"paths": {"/a": {"get": {"parameters": [
        {"in": "query", "name": "nmae"}, {"in": "query", "name": "limit"},
    ]}}}})
}

/// The contract after an overlay, and the notes.
fn applied(overlay: &Value) -> Result<(Value, Notes)> {
    let (mut document, mut notes) = (contract(), Notes::default());
    apply(&mut document, overlay, "o.yaml", &mut notes)?;
    Ok((document, notes))
}

fn error(action: Value) -> String {
    format!("{:#}", applied(&overlay(action)).unwrap_err())
}

#[test]
fn an_update_merges_where_its_target_matches() {
    let action = json!({
        "target": "$.paths['/a'].get.parameters[?@.name == 'nmae']",
        "x-reason": "Spelt wrong.",
        "update": {"x-rust-name": "name"},
    });
    let (document, _) = applied(&overlay(action)).unwrap();
    assert_eq!(
        document["paths"]["/a"]["get"]["parameters"][0],
        json!({"in": "query", "name": "nmae", "x-rust-name": "name"})
    );
}

#[test]
fn a_remove_takes_out_every_match() {
    let action =
        json!({"target": "$.paths['/a'].get.parameters[*]", "x-reason": "Gone.", "remove": true});
    let (document, _) = applied(&overlay(action)).unwrap();
    assert_eq!(document["paths"]["/a"]["get"]["parameters"], json!([]));
}

#[test]
fn a_target_that_matches_nothing_is_an_error() {
    insta::assert_snapshot!(error(json!({
        "target": "$.paths['/b']", "x-reason": "Spelt wrong.", "update": {"x": 1},
    })), @"action 1 of o.yaml does not apply: `$.paths['/b']` matches nothing any more. It was there because: Spelt wrong. Remove the action, or mend its target");
}

#[test]
fn an_update_that_changes_nothing_is_an_error() {
    insta::assert_snapshot!(error(json!({
        "target": "$.paths['/a'].get.parameters[0]", "x-reason": "Spelt wrong.",
        "update": {"name": "nmae"},
    })), @"action 1 of o.yaml does not apply: `$.paths['/a'].get.parameters[0]` changes nothing any more: the contract says the same by now. It was there because: Spelt wrong. Remove the action, or mend its target");
}

#[test]
fn what_is_no_action_is_an_error() {
    insta::assert_snapshot!(error(json!({"target": "$.paths", "update": {}})), @"action 1 of o.yaml, for `$.paths`, cannot be read: say why it is there in `x-reason`");
    insta::assert_snapshot!(error(json!({"x-reason": "Because.", "update": {}})), @"action 1 of o.yaml, for ``, cannot be read: missing field `target`");
    insta::assert_snapshot!(error(json!({"target": "paths", "x-reason": "Because.", "update": {}})), @"action 1 of o.yaml, for `paths`, cannot be read: at position 0, parser error");
    insta::assert_snapshot!(error(json!({"target": "$.paths", "x-reason": "Because."})), @"action 1 of o.yaml, for `$.paths`, cannot be read: say either `update` or `remove: true`");
    insta::assert_snapshot!(error(json!({"target": "$.paths", "x-reason": "Because.", "remove": true, "x-when": 1})), @"action 1 of o.yaml, for `$.paths`, cannot be read: invalid type: integer `1`, expected a string representing a JSON Path query");
}

#[test]
fn what_is_no_overlay_is_an_error() {
    let error = |overlay: Value| format!("{:#}", applied(&overlay).unwrap_err());
    insta::assert_snapshot!(error(json!({"overlay": "2.0", "actions": []})), @"o.yaml is an overlay of version 2.0, not 1.0");
    insta::assert_snapshot!(error(json!({"overlay": "1.0.0"})), @"o.yaml is not an OpenAPI Overlay 1.0 document: missing field `actions`");
    insta::assert_snapshot!(error(json!({"overlay": "1.0.0", "x-role": "prose"})), @"o.yaml is not an OpenAPI Overlay 1.0 document: unknown variant `prose`, expected `documentation`");
}

#[test]
fn an_action_is_passed_over_when_what_it_corrects_is_not_there() {
    let applied = |when: &str| {
        applied(&overlay(json!({
            "target": "$.paths['/b']", "x-reason": "Gone.", "remove": true, "x-when": when,
        })))
    };
    let unchanged = (contract(), Notes::default());
    assert_eq!(applied("$.paths['/b']").unwrap(), unchanged);
    assert!(applied("$.paths['/a']").is_err());
}

#[test]
fn a_sentence_for_what_is_not_there_is_noted() {
    let mut overlay = overlay(json!({
        "target": "$.paths['/b']", "x-reason": "Sentences.", "update": {"summary": "B"},
    }));
    overlay["x-role"] = "documentation".into();
    let (document, notes) = applied(&overlay).unwrap();
    assert_eq!(document, contract());
    insta::assert_snapshot!(notes.lines().join("\n"), @"o.yaml: the sentence for `$.paths['/b']` applies to nothing; remove it");
}
