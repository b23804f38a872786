//! Bodies that the generator can write and read.

use anyhow::{Result, bail};
use serde_json::{Map, Value, json};

use crate::normalise::notes::Notes;
use crate::normalise::schemas::{self, entries_mut};

const JSON: &str = "application/json";

/// In an operation whose body is JSON that the service knows by another media type, by
/// [`digestible_bodies`]: that media type.
pub(crate) const MEDIA_TYPE: &str = "x-media-type";

/// Leaves JSON of each request body: the generated clients send nothing else. JSON without a schema
/// is any JSON. The generator knows one media type of JSON; another one is kept beside the body.
pub(in crate::normalise) fn digestible_bodies(document: &mut Value) -> Result<()> {
    for (at, operation) in schemas::operations_mut(document) {
        for (_, response) in entries_mut(operation.get_mut("responses")) {
            let content = entries_mut(response.get_mut("content"));
            content
                .filter(|(name, _)| essence(name) == JSON)
                .for_each(|(_, media)| any_json(media));
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
            let sent = Vec::from_iter(content.keys().map(String::as_str)).join(", ");
            bail!(
                "{at}: it sends {sent}, which the generator cannot write; remove the operation with \
                 an overlay"
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
        let mut kinds = responses.values().map(kind);
        let Some(kept) = kinds.find(|kind| !kind.is_empty()) else {
            continue;
        };
        let mut dropped = Vec::new();
        responses.retain(|status, response| {
            let is_kept = kind(response) == kept;
            if !is_kept {
                dropped.push(status.clone());
            }
            is_kept
        });
        if !dropped.is_empty() {
            notes.add(format!(
                "{at}: successes of several kinds; the client does not expect {}",
                dropped.join(", ")
            ));
        }
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
