//! What an operation sends and what it returns.

use serde_json::Value;

use super::change::Changes;
use super::levels::{Direction, OperationChange, OperationChange::*};
use super::operations::Pair;
use super::schemas::Schemas;
use crate::contract::{Operation, both};

/// Compares bodies, statuses and headers of one operation.
pub(super) fn compare(pair: &Pair<'_>, changes: &mut Changes) {
    let mut comparison = Comparison { pair, changes };
    comparison.request();
    comparison.responses();
}

struct Comparison<'c, 'o> {
    pair: &'o Pair<'c>,
    changes: &'o mut Changes,
}

static ANYTHING: Value = Value::Bool(true);

impl<'c> Comparison<'c, '_> {
    fn report(&mut self, change: OperationChange, place: &str, detail: impl Into<String>) {
        let at = format!("{} {place}", self.pair.new.at());
        self.changes
            .operation(change, &at, [self.pair.new.id], detail);
    }

    fn schemas(&mut self, old: &'c Value, new: &'c Value, direction: Direction, place: &str) {
        let at = format!("{} {place}", self.pair.new.at());
        Schemas::compare(
            (self.pair.old.contract, old),
            (self.pair.new.contract, new),
            direction,
            &at,
            self.pair.new.id,
            self.changes,
        );
    }

    fn resolve(&self, old: &'c Value, new: &'c Value) -> (&'c Value, &'c Value) {
        let (before, after) = (self.pair.old.contract, self.pair.new.contract);
        (before.resolve(old), after.resolve(new))
    }

    fn request(&mut self) {
        let body = |operation: &Operation<'c>| {
            Some(
                operation
                    .contract
                    .resolve(operation.node.get("requestBody")?),
            )
        };
        let (old, new) = (body(&self.pair.old), body(&self.pair.new));
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
            self.report(change, "body", "");
        }
        if let (Some(old), Some(new)) = (old, new) {
            self.content(&old["content"], &new["content"], Direction::Request, "body");
        }
    }

    fn responses(&mut self) {
        let pair = self.pair;
        for (status, responses) in both(&pair.old.node["responses"], &pair.new.node["responses"]) {
            let is_success = status.starts_with('2');
            let change = match responses {
                (Some(old), Some(new)) => {
                    let (old, new) = self.resolve(old, new);
                    self.response(status, is_success, old, new);
                    continue;
                }
                (Some(_), _) if is_success => SuccessStatusRemoved,
                (Some(_), _) => ErrorStatusRemoved,
                _ if is_success => SuccessStatusAdded,
                _ => ErrorStatusAdded,
            };
            self.report(change, status, "");
        }
    }

    fn response(&mut self, status: &str, is_success: bool, old: &'c Value, new: &'c Value) {
        let place = format!("{status} body");
        let direction = if is_success {
            Direction::Response
        } else {
            Direction::Error
        };
        let (before, after) = (&old["content"], &new["content"]);
        let is_there = |content: &Value| content.as_object().is_some_and(|types| !types.is_empty());
        match (is_there(before), is_there(after)) {
            (true, false) if is_success => {
                self.report(ResponseBodyRemoved, &place, "");
            }
            (false, true) if is_success => {
                self.report(ResponseBodyAdded, &place, "");
            }
            (true, false) => self.report(ErrorBodyChanged, &place, "removed"),
            (false, true) => self.report(ErrorBodyChanged, &place, "added"),
            _ => self.content(before, after, direction, &place),
        }
        for (name, headers) in both(&old["headers"], &new["headers"]) {
            let place = format!("{status} header:{name}");
            match headers {
                (Some(before), Some(after)) => {
                    let (before, after) = self.resolve(before, after);
                    if let (Some(before), Some(after)) = (before.get("schema"), after.get("schema"))
                    {
                        self.schemas(before, after, Direction::Header, &place);
                    }
                }
                (Some(_), _) => self.report(ResponseHeaderRemoved, &place, ""),
                _ => self.report(ResponseHeaderAdded, &place, ""),
            }
        }
    }

    /// Compares media types and the schemas of those that both have.
    fn content(&mut self, old: &'c Value, new: &'c Value, direction: Direction, place: &str) {
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
                    self.schemas(schema(before), schema(after), direction, place);
                }
                (Some(_), _) => self.report(removed, place, format!("{name} removed")),
                _ => self.report(added, place, format!("{name} added")),
            }
        }
    }
}
