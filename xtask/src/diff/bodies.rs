//! What an operation sends and what it answers.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::change::Changes;
use super::contract::Contract;
use super::levels::{Direction, OperationChange};
use super::operations::Pair;
use super::schemas::Schemas;

/// Compares bodies, statuses and headers of one operation.
pub(super) fn compare(old: &Contract, new: &Contract, pair: &Pair<'_>, changes: &mut Changes) {
    let mut comparison = Comparison {
        old,
        new,
        pair,
        changes,
    };
    comparison.request();
    comparison.responses();
}

struct Comparison<'c, 'o> {
    old: &'c Contract,
    new: &'c Contract,
    pair: &'o Pair<'c>,
    changes: &'o mut Changes,
}

type Content<'c> = Option<&'c Map<String, Value>>;

impl<'c> Comparison<'c, '_> {
    fn report(&mut self, change: OperationChange, place: &str, detail: impl Into<String>) {
        let at = match place {
            "" => self.pair.new.at(),
            place => format!("{} {place}", self.pair.new.at()),
        };
        self.changes
            .operation(change, &at, [self.pair.new.id], detail);
    }

    fn schemas(&mut self, old: &'c Value, new: &'c Value, direction: Direction, place: &str) {
        let at = format!("{} {place}", self.pair.new.at());
        Schemas::compare(
            (self.old, old),
            (self.new, new),
            direction,
            &at,
            self.pair.new.id,
            self.changes,
        );
    }

    fn request(&mut self) {
        let body = |contract: &'c Contract, node: &'c Map<String, Value>| {
            let body = contract.resolve(node.get("requestBody")?);
            body.as_object()
        };
        let old = body(self.old, self.pair.old.node);
        let new = body(self.new, self.pair.new.node);
        let is_required =
            |body: &Map<String, Value>| body.get("required") == Some(&Value::Bool(true));
        match (old, new) {
            (None, None) => {}
            (Some(_), None) => self.report(OperationChange::RequestBodyRemoved, "body", ""),
            (None, Some(new)) => {
                let change = if is_required(new) {
                    OperationChange::RequiredRequestBodyAdded
                } else {
                    OperationChange::RequestBodyAdded
                };
                self.report(change, "body", "");
            }
            (Some(old), Some(new)) => {
                match (is_required(old), is_required(new)) {
                    (false, true) => {
                        self.report(OperationChange::RequestBodyBecameRequired, "body", "");
                    }
                    (true, false) => {
                        self.report(OperationChange::RequestBodyBecameOptional, "body", "");
                    }
                    _ => {}
                }
                self.content(content(old), content(new), Direction::Request, "body");
            }
        }
    }

    fn responses(&mut self) {
        let responses = |node: &'c Map<String, Value>| node.get("responses")?.as_object();
        let old = responses(self.pair.old.node);
        let new = responses(self.pair.new.node);
        let statuses: BTreeSet<&String> = old
            .into_iter()
            .chain(new)
            .flat_map(|responses| responses.keys())
            .collect();
        for status in statuses {
            let is_success = status.starts_with('2');
            let response = |contract: &'c Contract, responses: Content<'c>| {
                contract.resolve(responses?.get(status)?).as_object()
            };
            match (response(self.old, old), response(self.new, new)) {
                (Some(old), Some(new)) => self.response(status, is_success, old, new),
                (Some(_), None) if is_success => {
                    self.report(OperationChange::SuccessStatusRemoved, status, "");
                }
                (Some(_), None) => self.report(OperationChange::ErrorStatusRemoved, status, ""),
                (None, Some(_)) if is_success => {
                    self.report(OperationChange::SuccessStatusAdded, status, "");
                }
                (None, Some(_)) => self.report(OperationChange::ErrorStatusAdded, status, ""),
                (None, None) => {}
            }
        }
    }

    fn response(
        &mut self,
        status: &str,
        is_success: bool,
        old: &'c Map<String, Value>,
        new: &'c Map<String, Value>,
    ) {
        let place = format!("{status} body");
        let direction = if is_success {
            Direction::Response
        } else {
            Direction::Error
        };
        let (before, after) = (content(old), content(new));
        match (before.is_some(), after.is_some()) {
            (true, false) if is_success => {
                self.report(OperationChange::ResponseBodyRemoved, &place, "");
            }
            (false, true) if is_success => {
                self.report(OperationChange::ResponseBodyAdded, &place, "");
            }
            (true, false) => self.report(OperationChange::ErrorBodyChanged, &place, "removed"),
            (false, true) => self.report(OperationChange::ErrorBodyChanged, &place, "added"),
            _ => self.content(before, after, direction, &place),
        }
        self.headers(status, old, new);
    }

    /// Compares media types and the schemas of those that both have.
    fn content(&mut self, old: Content<'c>, new: Content<'c>, direction: Direction, place: &str) {
        let (removed, added) = match direction {
            Direction::Response => (
                OperationChange::ResponseContentTypeRemoved,
                OperationChange::ResponseContentTypeAdded,
            ),
            Direction::Error => (
                OperationChange::ErrorBodyChanged,
                OperationChange::ErrorBodyChanged,
            ),
            _ => (
                OperationChange::RequestContentTypeRemoved,
                OperationChange::RequestContentTypeAdded,
            ),
        };
        let types = |content: Content<'c>| -> BTreeSet<&'c str> {
            let types = content.into_iter().flatten();
            types.map(|(name, _)| name.as_str()).collect()
        };
        for name in types(old).difference(&types(new)) {
            self.report(removed, place, format!("{name} removed"));
        }
        for name in types(new).difference(&types(old)) {
            self.report(added, place, format!("{name} added"));
        }
        for name in types(old).intersection(&types(new)) {
            let schema = |content: Content<'c>| content?.get(*name)?.get("schema");
            static ANYTHING: std::sync::LazyLock<Value> =
                std::sync::LazyLock::new(|| Value::Object(Map::new()));
            match (schema(old), schema(new)) {
                (None, None) => {}
                // Without a schema, anything goes.
                (before, after) => self.schemas(
                    before.unwrap_or(&ANYTHING),
                    after.unwrap_or(&ANYTHING),
                    direction,
                    place,
                ),
            }
        }
    }

    fn headers(&mut self, status: &str, old: &'c Map<String, Value>, new: &'c Map<String, Value>) {
        let headers = |response: &'c Map<String, Value>| response.get("headers")?.as_object();
        let (old, new) = (headers(old), headers(new));
        let names: BTreeSet<&String> = old
            .into_iter()
            .chain(new)
            .flat_map(|headers| headers.keys())
            .collect();
        for name in names {
            let place = format!("{status} header:{name}");
            let header = |headers: Content<'c>| headers?.get(name);
            match (header(old), header(new)) {
                (Some(_), None) => self.report(OperationChange::ResponseHeaderRemoved, &place, ""),
                (None, Some(_)) => self.report(OperationChange::ResponseHeaderAdded, &place, ""),
                (Some(before), Some(after)) => {
                    let schema = |contract: &'c Contract, header: &'c Value| {
                        contract.resolve(header).get("schema")
                    };
                    if let (Some(before), Some(after)) =
                        (schema(self.old, before), schema(self.new, after))
                    {
                        self.schemas(before, after, Direction::Header, &place);
                    }
                }
                (None, None) => {}
            }
        }
    }
}

/// The media types of a body; none if it has no body.
fn content(body: &Map<String, Value>) -> Content<'_> {
    let content = body.get("content").and_then(Value::as_object);
    content.filter(|content| !content.is_empty())
}
