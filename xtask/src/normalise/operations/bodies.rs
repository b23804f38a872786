//! Bodies that the generator can write and read.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{each, field_name};
use crate::normalise::notes::Notes;

const JSON: &str = "application/json";

/// A body that is JSON, and that the service knows by another media type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MediaType {
    /// The id of the operation that sends it, as the generator writes it.
    pub(crate) operation: String,
    /// Its name, such as `application/json-patch+json`.
    pub(crate) name: String,
}

/// Leaves JSON of each request body: the generated clients send nothing else. An operation that
/// takes no JSON is left out. JSON without a schema is any JSON. The generator knows one media type
/// of JSON; the others are put back with the list that this returns.
pub(in crate::normalise) fn digestible_bodies(
    document: &mut Value,
    notes: &mut Notes,
) -> Vec<MediaType> {
    let mut others = Vec::new();
    each(document, |at, operation| {
        let id = operation.get("operationId").and_then(Value::as_str);
        let id = field_name(id.unwrap_or_default());
        let responses = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        for (_, response) in responses.into_iter().flatten() {
            if let Some(Value::Object(content)) = response.get_mut("content") {
                for (_, media) in content.iter_mut().filter(|(name, _)| essence(name) == JSON) {
                    any_json(media);
                }
            }
        }
        let content = operation
            .get_mut("requestBody")
            .and_then(|body| body.get_mut("content"));
        let Some(Value::Object(content)) = content.filter(|content| *content != &json!({})) else {
            operation.shift_remove("requestBody");
            return true;
        };
        let is_plain = content.keys().any(|name| essence(name) == JSON);
        let json = content
            .iter_mut()
            .find(|(name, _)| essence(name) == JSON || !is_plain && is_json(name));
        if let Some((name, media)) = json {
            if !is_plain {
                others.push(MediaType {
                    operation: id,
                    name: essence(name).to_owned(),
                });
            }
            any_json(media);
            *content = Map::from_iter([(JSON.to_owned(), media.take())]);
            return true;
        }
        let sent: Vec<_> = content.keys().map(String::as_str).collect();
        notes.add(format!(
            "{at}: it sends {}, which the generator cannot write; the operation is left out",
            sent.join(", ")
        ));
        false
    });
    others
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
/// The success with the lowest status that has a body decides; another one with another
/// body, or none, is an unexpected answer to the client.
pub(in crate::normalise) fn one_kind_of_success(document: &mut Value, notes: &mut Notes) {
    each(document, |at, operation| {
        let Some(Value::Object(responses)) = operation.get_mut("responses") else {
            return true;
        };
        let kinds: BTreeSet<String> = responses.values().map(kind).collect();
        if kinds.len() < 2 {
            return true;
        }
        let Some(kept) = responses.values().map(kind).find(|kind| !kind.is_empty()) else {
            return true;
        };
        let dropped: Vec<String> = responses
            .iter()
            .filter(|(_, response)| kind(response) != kept)
            .map(|(status, _)| status.clone())
            .collect();
        notes.add(format!(
            "{at}: successes of several kinds; the client does not expect {}",
            dropped.join(", ")
        ));
        responses.retain(|status, _| !dropped.contains(status));
        true
    });
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

#[cfg(test)]
mod tests {
    use super::*;

    fn sending(content: Value) -> Value {
        json!({"paths": {"/a": {"put": {"requestBody": {"content": content}, "responses": {}}}}})
    }

    fn digested(content: Value) -> (Value, Vec<String>) {
        let mut document = sending(content);
        let mut notes = Notes::default();
        digestible_bodies(&mut document, &mut notes);
        (document["paths"]["/a"]["put"].clone(), notes.lines())
    }

    #[test]
    fn json_is_left() {
        let schema = json!({"schema": {"type": "object"}});
        let (put, notes) = digested(json!({
            "multipart/form-data": schema, "application/json; charset=utf-8": schema,
        }));
        assert_eq!(put["requestBody"]["content"], json!({JSON: schema}));
        assert!(notes.is_empty());

        let (put, _) = digested(json!({"application/json": {}}));
        assert_eq!(put["requestBody"]["content"], json!({JSON: {"schema": {}}}));
    }

    #[test]
    fn another_media_type_of_json_is_remembered() {
        let schema = json!({"schema": {"type": "object"}});
        let mut document = sending(json!({"application/json-patch+json": schema}));
        document["paths"]["/a"]["put"]["operationId"] = "putA".into();
        let mut notes = Notes::default();
        let others = digestible_bodies(&mut document, &mut notes);
        assert_eq!(
            document["paths"]["/a"]["put"]["requestBody"]["content"],
            json!({JSON: schema})
        );
        let [MediaType { operation, name }] = &others[..] else {
            panic!("{others:?}")
        };
        assert_eq!(
            (&**operation, &**name),
            ("put_a", "application/json-patch+json")
        );
        assert_eq!(notes.lines(), Vec::<String>::new());
    }

    #[test]
    fn what_cannot_be_sent_is_left_out() {
        let (put, notes) = digested(json!({"multipart/form-data": {}}));
        assert_eq!(put, Value::Null);
        assert_eq!(
            notes,
            [
                "PUT /a: it sends multipart/form-data, which the generator cannot write; the \
              operation is left out"
            ]
        );
    }

    #[test]
    fn one_kind_of_success_is_left() {
        let body = |schema: Value| json!({"content": {JSON: {"schema": schema}}});
        let mut document = json!({"paths": {"/a": {"get": {"responses": {
            "200": body(json!({"type": "string"})),
            "201": body(json!({"type": "string"})),
            "202": body(json!({"type": "integer"})),
            "204": {},
        }}}}});
        let mut notes = Notes::default();
        one_kind_of_success(&mut document, &mut notes);
        let responses = document["paths"]["/a"]["get"]["responses"]
            .as_object()
            .unwrap();
        assert_eq!(responses.keys().collect::<Vec<_>>(), ["200", "201"]);
        assert_eq!(
            notes.lines(),
            ["GET /a: successes of several kinds; the client does not expect 202, 204"]
        );
    }
}
