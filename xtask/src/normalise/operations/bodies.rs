//! Bodies that the generator can write and read.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use serde_json::{Map, Value, json};

use crate::normalise::notes::Notes;
use crate::normalise::schemas;

const JSON: &str = "application/json";

/// In an operation whose body is JSON that the service knows by another media type, by
/// [`digestible_bodies`]: that media type.
pub(crate) const MEDIA_TYPE: &str = "x-media-type";

/// Leaves JSON of each request body: the generated clients send nothing else. JSON without a schema
/// is any JSON. The generator knows one media type of JSON; another one is kept beside the body.
pub(in crate::normalise) fn digestible_bodies(document: &mut Value) -> Result<()> {
    for (at, operation) in schemas::operations_mut(document) {
        let responses = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        for (_, response) in responses.into_iter().flatten() {
            let content = response.get_mut("content").and_then(Value::as_object_mut);
            for (name, media) in content.into_iter().flatten() {
                if essence(name) == JSON {
                    any_json(media);
                }
            }
        }
        let body = operation.get_mut("requestBody");
        let Some(Value::Object(content)) = body.and_then(|body| body.get_mut("content")) else {
            continue;
        };
        let is_plain = content.keys().any(|name| essence(name) == JSON);
        let json = content
            .iter_mut()
            .find(|(name, _)| essence(name) == JSON || !is_plain && is_json(name));
        let Some((name, media)) = json else {
            let sent: Vec<_> = content.keys().map(String::as_str).collect();
            bail!(
                "{at}: it sends {}, which the generator cannot write; remove the operation with an \
                 overlay",
                sent.join(", ")
            );
        };
        let other = (!is_plain).then(|| essence(name).to_owned());
        any_json(media);
        *content = Map::from_iter([(JSON.to_owned(), media.take())]);
        if let Some(other) = other {
            operation.insert(MEDIA_TYPE.into(), other.into());
        }
    }
    Ok(())
}

/// Whether a media type says by its suffix that it is JSON.
fn is_json(name: &str) -> bool {
    let name = essence(name);
    name.starts_with("application/") && name.ends_with("+json")
}

/// A media type without its parameters.
fn essence(name: &str) -> &str {
    name.split(';').next().unwrap_or(name).trim()
}

fn any_json(media: &mut Value) {
    if let Value::Object(media) = media {
        media.shift_remove("encoding");
        media.entry("schema").or_insert_with(|| json!({}));
    }
}

/// Leaves successes of one kind: the generated call returns one type.
///
/// The success with the lowest status that has a body decides; another one with another body, or
/// none, is an unexpected response to the client.
pub(in crate::normalise) fn one_kind_of_success(document: &mut Value, notes: &mut Notes) {
    for (at, operation) in schemas::operations_mut(document) {
        let Some(Value::Object(responses)) = operation.get_mut("responses") else {
            continue;
        };
        let kinds: BTreeSet<String> = responses.values().map(kind).collect();
        let kept = responses.values().map(kind).find(|kind| !kind.is_empty());
        let Some(kept) = kept.filter(|_| kinds.len() > 1) else {
            continue;
        };
        let dropped = responses
            .iter()
            .filter(|(_, response)| kind(response) != kept);
        let dropped: Vec<String> = dropped.map(|(status, _)| status.clone()).collect();
        notes.add(format!(
            "{at}: successes of several kinds; the client does not expect {}",
            dropped.join(", ")
        ));
        responses.retain(|status, _| !dropped.contains(status));
    }
}

/// The kinds of bodies: JSON with a schema, anything else, nothing.
fn kind(response: &Value) -> String {
    let Some(Value::Object(content)) = response.get("content") else {
        return String::new();
    };
    match content.iter().find(|(name, _)| essence(name) == JSON) {
        Some((_, media)) => media["schema"].to_string(),
        None if content.is_empty() => String::new(),
        None => "bytes".to_owned(),
    }
}
