//! Our corrections of and additions to a contract, as OpenAPI Overlay 1.0 documents.
//!
//! An overlay that no longer applies is an error: when the vendor fixes a typo that we
//! corrected, the next release says so instead of correcting nothing for years.

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};
use serde_json_path::JsonPath;

/// Applies every action of `overlay` to `document`, in order. `name` is the overlay's
/// file, for errors.
pub(crate) fn apply(document: &mut Value, overlay: &Value, name: &str) -> Result<()> {
    if !overlay
        .get("overlay")
        .and_then(Value::as_str)
        .is_some_and(|v| v.starts_with("1.0"))
    {
        bail!("{name} is not an OpenAPI Overlay 1.0 document: it lacks `overlay: 1.0.0`");
    }
    let actions = overlay
        .get("actions")
        .and_then(Value::as_array)
        .with_context(|| format!("{name} has no list of `actions`"))?;
    let reason_for_all = reason_in(overlay);
    for (n, action) in actions.iter().enumerate() {
        apply_action(document, action, reason_for_all)
            .with_context(|| format!("action {} of {name} does not apply", n + 1))?;
    }
    Ok(())
}

/// Why an action is there: its own `x-reason`, or the one of the whole overlay.
fn reason_in(node: &Value) -> Option<&str> {
    node.get("x-reason").and_then(Value::as_str)
}

fn apply_action(document: &mut Value, action: &Value, reason_for_all: Option<&str>) -> Result<()> {
    let target = action
        .get("target")
        .and_then(Value::as_str)
        .context("it has no `target`")?;
    let reason = reason_in(action).or(reason_for_all);
    let reason = reason.with_context(|| format!("`{target}` has no `x-reason`: say why"))?;

    let path = JsonPath::parse(target).with_context(|| format!("`{target}` is no JSONPath"))?;
    let pointers: Vec<String> = path
        .query_located(document)
        .locations()
        .map(|place| place.to_json_pointer())
        .collect();
    if pointers.is_empty() {
        bail!(
            "`{target}` matches nothing any more. It was there because: {reason} \
             Remove the action, or mend its target"
        );
    }
    let before = document.clone();
    match (action.get("update"), action.get("remove")) {
        (Some(update), None) => {
            for pointer in &pointers {
                if let Some(place) = document.pointer_mut(pointer) {
                    merge(place, update);
                }
            }
        }
        (None, Some(Value::Bool(true))) => {
            // From the last to the first, so that places in one list stay where they are.
            for pointer in pointers.iter().rev() {
                remove(document, pointer)?;
            }
        }
        _ => bail!("`{target}` has to have either `update` or `remove: true`"),
    }
    if *document == before {
        bail!(
            "`{target}` changes nothing any more: the contract says the same by now. It was \
             there because: {reason} Remove the action"
        );
    }
    Ok(())
}

/// Objects merge, lists grow, everything else is replaced: the rules of the standard.
fn merge(place: &mut Value, update: &Value) {
    match (place, update) {
        (Value::Object(place), Value::Object(update)) => {
            for (key, value) in update {
                match place.get_mut(key) {
                    Some(inner) => merge(inner, value),
                    None => {
                        place.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (Value::Array(place), Value::Array(update)) => place.extend(update.iter().cloned()),
        (Value::Array(place), update) => place.push(update.clone()),
        (place, update) => *place = update.clone(),
    }
}

fn remove(document: &mut Value, pointer: &str) -> Result<()> {
    let (parent, last) = pointer
        .rsplit_once('/')
        .context("the whole document cannot be removed")?;
    let key = last.replace("~1", "/").replace("~0", "~");
    match document.pointer_mut(parent) {
        Some(Value::Object(map)) => remove_key(map, &key),
        Some(Value::Array(list)) => {
            let index: usize = key.parse()?;
            (index < list.len()).then(|| list.remove(index)).is_some()
        }
        _ => false,
    }
    .then_some(())
    .with_context(|| format!("{pointer} cannot be removed"))
}

fn remove_key(map: &mut Map<String, Value>, key: &str) -> bool {
    map.shift_remove(key).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn overlay(action: Value) -> Value {
        json!({"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": [action]})
    }

    fn contract() -> Value {
        json!({"paths": {"/a": {"get": {"parameters": [
            {"in": "query", "name": "nmae"}, {"in": "query", "name": "limit"},
        ]}}}})
    }

    fn error(action: Value) -> String {
        let error = apply(&mut contract(), &overlay(action), "o.yaml").unwrap_err();
        format!("{error:#}")
    }

    #[test]
    fn an_update_merges_where_its_target_matches() {
        let mut document = contract();
        let action = json!({
            "target": "$.paths['/a'].get.parameters[?@.name == 'nmae']",
            "x-reason": "Spelt wrong.",
            "update": {"x-rust-name": "name"},
        });
        apply(&mut document, &overlay(action), "o.yaml").unwrap();
        assert_eq!(
            document["paths"]["/a"]["get"]["parameters"][0],
            json!({"in": "query", "name": "nmae", "x-rust-name": "name"})
        );
    }

    #[test]
    fn a_remove_takes_out_every_match() {
        let mut document = contract();
        let action = json!({"target": "$.paths['/a'].get.parameters[*]", "x-reason": "Gone.", "remove": true});
        apply(&mut document, &overlay(action), "o.yaml").unwrap();
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
        })), @"action 1 of o.yaml does not apply: `$.paths['/a'].get.parameters[0]` changes nothing any more: the contract says the same by now. It was there because: Spelt wrong. Remove the action");
    }

    #[test]
    fn an_action_without_a_reason_is_an_error() {
        assert!(error(json!({"target": "$.paths", "update": {}})).contains("no `x-reason`"));
    }
}
