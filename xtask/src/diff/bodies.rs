//! What an operation sends and what it returns.

use serde_json::Value;

use super::levels::{Direction, OperationChange::*};
use super::operations::Pair;
use crate::contract::{Operation, both};

static ANYTHING: Value = Value::Bool(true);

/// Compares bodies, statuses and headers of one operation.
pub(super) fn compare(pair: &mut Pair<'_, '_>) {
    request(pair);
    for (status, responses) in both(&pair.old.node["responses"], &pair.new.node["responses"]) {
        let is_success = status.starts_with('2');
        let change = match responses {
            (Some(old), Some(new)) => {
                let (old, new) = resolve(pair, old, new);
                response(pair, status, is_success, old, new);
                continue;
            }
            (Some(_), _) if is_success => SuccessStatusRemoved,
            (Some(_), _) => ErrorStatusRemoved,
            _ if is_success => SuccessStatusAdded,
            _ => ErrorStatusAdded,
        };
        pair.report(change, status, "");
    }
}

fn resolve<'c>(pair: &Pair<'c, '_>, old: &'c Value, new: &'c Value) -> (&'c Value, &'c Value) {
    (
        pair.old.contract.resolve(old),
        pair.new.contract.resolve(new),
    )
}

fn request(pair: &mut Pair<'_, '_>) {
    fn body<'c>(operation: &Operation<'c>) -> Option<&'c Value> {
        let body = operation.node.get("requestBody")?;
        Some(operation.contract.resolve(body))
    }
    let (old, new) = (body(&pair.old), body(&pair.new));
    let is_required = |body: &Value| body["required"] == true;
    let change = match (old.map(is_required), new.map(is_required)) {
        (Some(_), None) => Some(RequestBodyRemoved),
        (None, Some(true)) => Some(RequiredRequestBodyAdded),
        (None, Some(false)) => Some(RequestBodyAdded),
        (Some(false), Some(true)) => Some(RequestBodyBecameRequired),
        (Some(true), Some(false)) => Some(RequestBodyBecameOptional),
        _ => None,
    };
    if let Some(change) = change {
        pair.report(change, "body", "");
    }
    if let (Some(old), Some(new)) = (old, new) {
        let (old, new) = (&old["content"], &new["content"]);
        content(pair, old, new, Direction::Request, "body");
    }
}

fn response<'c>(
    pair: &mut Pair<'c, '_>,
    status: &str,
    is_success: bool,
    old: &'c Value,
    new: &'c Value,
) {
    let part = format!("{status} body");
    let (before, after) = (&old["content"], &new["content"]);
    let is_there = |content: &Value| content.as_object().is_some_and(|types| !types.is_empty());
    match (is_there(before), is_there(after)) {
        (true, false) if is_success => pair.report(ResponseBodyRemoved, &part, ""),
        (false, true) if is_success => pair.report(ResponseBodyAdded, &part, ""),
        (true, false) => pair.report(ErrorBodyChanged, &part, "removed"),
        (false, true) => pair.report(ErrorBodyChanged, &part, "added"),
        _ if is_success => content(pair, before, after, Direction::Response, &part),
        _ => content(pair, before, after, Direction::Error, &part),
    }
    for (name, headers) in both(&old["headers"], &new["headers"]) {
        let part = format!("{status} header:{name}");
        match headers {
            (Some(before), Some(after)) => {
                let (before, after) = resolve(pair, before, after);
                if let (Some(before), Some(after)) = (before.get("schema"), after.get("schema")) {
                    pair.schemas(before, after, Direction::Header, &part);
                }
            }
            (Some(_), _) => pair.report(ResponseHeaderRemoved, &part, ""),
            _ => pair.report(ResponseHeaderAdded, &part, ""),
        }
    }
}

/// Compares media types and the schemas of those that both have.
fn content<'c>(
    pair: &mut Pair<'c, '_>,
    old: &'c Value,
    new: &'c Value,
    direction: Direction,
    part: &str,
) {
    let (removed, added) = match direction {
        Direction::Response => (ResponseContentTypeRemoved, ResponseContentTypeAdded),
        Direction::Error => (ErrorBodyChanged, ErrorBodyChanged),
        _ => (RequestContentTypeRemoved, RequestContentTypeAdded),
    };
    for (name, media) in both(old, new) {
        match media {
            (Some(before), Some(after)) => {
                // Without a schema, anything goes.
                let schema = |media: &'c Value| media.get("schema").unwrap_or(&ANYTHING);
                pair.schemas(schema(before), schema(after), direction, part);
            }
            (Some(_), _) => pair.report(removed, part, format!("{name} removed")),
            _ => pair.report(added, part, format!("{name} added")),
        }
    }
}
