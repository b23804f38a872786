//! Our corrections of and additions to a contract, as OpenAPI Overlay 1.0 documents.
//!
//! An overlay that no longer applies is an error: when the vendor fixes a typo that we
//! corrected, the next release says so instead of correcting nothing for years. Two kinds
//! of action are excused: one whose `x-when` matches nothing, since what it corrects is not
//! in this release; and a sentence of documentation, which is noted and not missed.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use serde_json_path::JsonPath;

use crate::normalise::{Note, Notes};

/// In an overlay: what it is for. `documentation` is the only word.
const ROLE: &str = "x-role";
/// In an action: a JSONPath. If it matches nothing, the action is passed over.
const WHEN: &str = "x-when";

/// Applies every action of `overlay` to `document`, in order. `name` is the overlay's
/// file, for errors.
pub fn apply(document: &mut Value, overlay: &Value, name: &str, notes: &mut Notes) -> Result<()> {
    let version = overlay["overlay"].as_str();
    if !version.is_some_and(|version| version.starts_with("1.0")) {
        bail!("{name} is not an OpenAPI Overlay 1.0 document: it lacks `overlay: 1.0.0`");
    }
    let is_documentation = match overlay.get(ROLE) {
        None => false,
        Some(role) if role == "documentation" => true,
        Some(role) => bail!("{name} has an unknown `{ROLE}`: {role}; known is `documentation`"),
    };
    let actions = overlay["actions"].as_array();
    let actions = actions.with_context(|| format!("{name} has no list of `actions`"))?;
    let reason_for_all = reason_in(overlay);
    for (n, action) in actions.iter().enumerate() {
        let action = Action::read(action, reason_for_all)
            .with_context(|| format!("action {} of {name} cannot be read", n + 1))?;
        if !action.is_called_for(document) {
            continue;
        }
        if let Err(what) = action.apply(document) {
            let Action { target, reason, .. } = action;
            if !is_documentation {
                bail!(
                    "action {} of {name} does not apply: `{target}` {what}. It was there because: \
                     {reason} Remove the action, or mend its target",
                    n + 1
                );
            }
            notes.add(Note::StaleSentence {
                overlay: name.to_owned(),
                target: target.to_owned(),
            });
        }
    }
    Ok(())
}

/// Why an action is there: its own `x-reason`, or the one of the whole overlay.
fn reason_in(node: &Value) -> Option<&str> {
    node["x-reason"].as_str()
}

/// One action, checked for form.
#[derive(Debug)]
struct Action<'a> {
    target: &'a str,
    path: JsonPath,
    when: Option<JsonPath>,
    reason: &'a str,
    change: Change<'a>,
}

#[derive(Debug)]
enum Change<'a> {
    Update(&'a Value),
    Remove,
}

impl<'a> Action<'a> {
    fn read(action: &'a Value, reason_for_all: Option<&'a str>) -> Result<Self> {
        let target = action["target"].as_str().context("it has no `target`")?;
        let reason = reason_in(action).or(reason_for_all);
        let reason = reason.with_context(|| format!("`{target}` has no `x-reason`: say why"))?;
        let parse = |text: &str| {
            JsonPath::parse(text).with_context(|| format!("`{text}` is not a JSONPath"))
        };
        let when = match action.get(WHEN) {
            None => None,
            Some(Value::String(when)) => Some(parse(when)?),
            Some(other) => bail!("`{WHEN}` of `{target}` is not a JSONPath: {other}"),
        };
        let change = match (action.get("update"), action.get("remove")) {
            (Some(update), None) => Change::Update(update),
            (None, Some(Value::Bool(true))) => Change::Remove,
            _ => bail!("`{target}` has to have either `update` or `remove: true`"),
        };
        Ok(Action {
            target,
            path: parse(target)?,
            when,
            reason,
            change,
        })
    }

    /// Whether the document has what it corrects.
    fn is_called_for(&self, document: &Value) -> bool {
        match &self.when {
            Some(when) => !when.query(document).is_empty(),
            None => true,
        }
    }

    /// Changes the document, or says why the action does not do anything any more.
    fn apply(&self, document: &mut Value) -> Result<(), &'static str> {
        let pointers: Vec<String> = self
            .path
            .query_located(document)
            .locations()
            .map(|place| place.to_json_pointer())
            .collect();
        if pointers.is_empty() {
            return Err("matches nothing any more");
        }
        let before = document.clone();
        match self.change {
            Change::Update(update) => {
                for pointer in &pointers {
                    if let Some(place) = document.pointer_mut(pointer) {
                        merge(place, update);
                    }
                }
            }
            Change::Remove => {
                // From the last to the first, so that places in one list stay where they are.
                for pointer in pointers.iter().rev() {
                    remove(document, pointer);
                }
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
