//! Our corrections of and additions to a contract, as OpenAPI Overlay 1.0 documents.
//!
//! An overlay that no longer applies is an error: when the vendor fixes a typo that we
//! corrected, the next release says so instead of correcting nothing for years. Two kinds
//! of action are excused: one whose `x-when` matches nothing, since what it corrects is not
//! in this release; and a sentence of documentation, which is noted and not missed.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use serde_json_path::JsonPath;

use crate::normalise::{Note, Notes};

/// What is read of an overlay.
#[derive(Deserialize)]
struct Overlay {
    /// The version of the standard.
    overlay: String,
    /// What it is for, if that is special.
    #[serde(rename = "x-role")]
    role: Option<Role>,
    /// Why its actions are there, unless they say so themselves.
    #[serde(rename = "x-reason")]
    reason: Option<String>,
    actions: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Role {
    Documentation,
}

#[derive(Deserialize)]
struct Action {
    target: JsonPath,
    /// If it matches nothing, the action is passed over.
    #[serde(rename = "x-when")]
    when: Option<JsonPath>,
    #[serde(rename = "x-reason")]
    reason: Option<String>,
    update: Option<Value>,
    #[serde(default)]
    remove: bool,
}

/// Applies every action of `overlay` to `document`, in order. `name` is the overlay's
/// file, for errors.
pub fn apply(document: &mut Value, overlay: &Value, name: &str, notes: &mut Notes) -> Result<()> {
    let overlay = Overlay::deserialize(overlay)
        .with_context(|| format!("{name} is not an OpenAPI Overlay 1.0 document"))?;
    if !overlay.overlay.starts_with("1.0") {
        bail!(
            "{name} is an overlay of version {}, not 1.0",
            overlay.overlay
        );
    }
    for (n, value) in overlay.actions.iter().enumerate() {
        let (n, target) = (n + 1, value["target"].as_str().unwrap_or_default());
        let cannot_be_read = || format!("action {n} of {name}, for `{target}`, cannot be read");
        let action = Action::deserialize(value).with_context(cannot_be_read)?;
        if action.update.is_some() == action.remove {
            bail!(
                "{}: say either `update` or `remove: true`",
                cannot_be_read()
            );
        }
        let Some(reason) = action.reason.as_ref().or(overlay.reason.as_ref()) else {
            bail!("{}: say why it is there in `x-reason`", cannot_be_read());
        };
        let is_called_for = |when: &JsonPath| !when.query(document).is_empty();
        if !action.when.as_ref().is_none_or(is_called_for) {
            continue;
        }
        let Err(what) = action.apply(document) else {
            continue;
        };
        if overlay.role.is_none() {
            bail!(
                "action {n} of {name} does not apply: `{target}` {what}. It was there because: \
                 {reason} Remove the action, or mend its target",
            );
        }
        notes.add(Note::StaleSentence {
            overlay: name.to_owned(),
            target: target.to_owned(),
        });
    }
    Ok(())
}

impl Action {
    /// Changes the document, or says why the action does not do anything any more.
    fn apply(&self, document: &mut Value) -> Result<(), &'static str> {
        let before = document.clone();
        let found = self.target.query_located(&before);
        let places = found.locations().map(|place| place.to_json_pointer());
        let pointers: Vec<String> = places.collect();
        if pointers.is_empty() {
            return Err("matches nothing any more");
        }
        // From the last to the first, so that places in one list stay where they are.
        for pointer in pointers.iter().rev() {
            match (&self.update, document.pointer_mut(pointer)) {
                (None, _) => remove(document, pointer),
                (Some(update), Some(place)) => merge(place, update),
                (Some(_), None) => {}
            }
        }
        if *document == before {
            return Err("changes nothing any more: the contract says the same by now");
        }
        Ok(())
    }
}

/// Objects merge, lists grow, everything else is replaced: the rules of the standard.
fn merge(place: &mut Value, update: &Value) {
    match (place, update) {
        (Value::Object(place), Value::Object(update)) => {
            for (key, value) in update {
                merge(place.entry(key).or_insert(Value::Null), value);
            }
        }
        (Value::Array(place), Value::Array(update)) => place.extend(update.iter().cloned()),
        (Value::Array(place), update) => place.push(update.clone()),
        (place, update) => *place = update.clone(),
    }
}

/// Removes what is at a pointer that was found in the document. The whole document
/// stays: what is left of it would be no document.
fn remove(document: &mut Value, pointer: &str) {
    let Some((parent, last)) = pointer.rsplit_once('/') else {
        return;
    };
    let key = last.replace("~1", "/").replace("~0", "~");
    match document.pointer_mut(parent) {
        Some(Value::Object(map)) => {
            map.shift_remove(&key);
        }
        Some(Value::Array(list)) => {
            if let Ok(index) = key.parse::<usize>()
                && index < list.len()
            {
                list.remove(index);
            }
        }
        _ => {}
    }
}
