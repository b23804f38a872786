//! Reads the bodies of failed calls.
//!
//! The service has one documented shape for most of them, two more for 401 and 429, and gateways
//! and proxies have others. This module makes all of them readable.

use std::cmp::Reverse;
use std::collections::HashSet;

use serde_json::Value;

use super::ApiError;
use super::display::one_line;
use super::redact::redact;
use crate::model::ErrorMessage;

/// No error of the service is longer; a proxy's page may be.
const MAX_BODY: usize = 64 * 1024;

/// How many texts are taken from a response of another shape.
const MAX_TEXTS: usize = 10;

/// How much of a text that is not JSON is repeated.
const MAX_TEXT: usize = 300;

/// The fields in which the platform's services and gateways put their messages, in lower case and
/// without `_`.
const TEXTS: [&str; 17] = [
    "cause",
    "causes",
    "description",
    "detail",
    "details",
    "detailmessage",
    "error",
    "errordescription",
    "errormessage",
    "errors",
    "faultstring",
    "formattedmsg",
    "message",
    "messages",
    "reason",
    "text",
    "title",
];

/// Reads an error body, without the secret that it may repeat.
pub(super) fn read(body: &[u8], secret: &str) -> ApiError {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let body = &body[..body.len().min(MAX_BODY)];
    match serde_json::from_slice(body) {
        Ok(value @ Value::Array(_)) => ApiError {
            messages: said_in(&value, secret),
            ..ApiError::default()
        },
        Ok(Value::Object(object)) => {
            let text = |key: &str| match object.get(key)? {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            };
            let list = |key: &str| {
                let list = object.get(key).and_then(Value::as_array);
                list.into_iter()
                    .flatten()
                    .filter_map(message)
                    .collect::<Vec<_>>()
            };
            let mut api = ApiError {
                detail_code: text("detailCode"),
                tracking_id: text("trackingId"),
                messages: list("messages"),
                causes: list("causes"),
            };
            api.for_each_text(|text| *text = redact(text, secret));
            if !api.says_something() {
                api.messages.extend(said_in(&Value::Object(object), secret));
            }
            api
        }
        _ => ApiError {
            messages: foreign(body, secret).into_iter().collect(),
            ..ApiError::default()
        },
    }
}

/// The messages in a response of any other shape, the most informative first.
fn said_in(value: &Value, secret: &str) -> Vec<ErrorMessage> {
    let mut texts = Vec::new();
    find_texts("message", value, &mut texts);
    // `Forbidden` says less than the sentence beside it.
    texts.sort_by_key(|text| Reverse(text.split_whitespace().count()));
    let mut known = HashSet::new();
    texts.retain(|text| known.insert(*text));
    texts
        .into_iter()
        .take(MAX_TEXTS)
        .map(|text| said(&redact(text, secret)))
        .collect()
}

/// The texts under names that are known to hold them, however deep they are.
fn find_texts<'a>(name: &str, value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => {
            let name = name.replace('_', "").to_ascii_lowercase();
            let text = text.trim();
            if !text.is_empty() && TEXTS.contains(&name.as_str()) {
                found.push(text);
            }
        }
        Value::Array(values) => values.iter().for_each(|it| find_texts(name, it, found)),
        Value::Object(members) => {
            members
                .iter()
                .for_each(|(name, it)| find_texts(name, it, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn message(value: &Value) -> Option<ErrorMessage> {
    match value {
        Value::String(text) => Some(said(text)),
        value => serde_json::from_value(value.clone()).ok(),
    }
}

fn said(text: &str) -> ErrorMessage {
    ErrorMessage {
        text: Some(text.trim().to_owned()),
        ..ErrorMessage::default()
    }
}

/// The message of a response that is not a JSON object: a page's title, or the first of the text.
fn foreign(body: &[u8], secret: &str) -> Option<ErrorMessage> {
    // Redacted before it is cut off, which could leave a part of a secret.
    let text = redact(&String::from_utf8_lossy(body), secret);
    let lower = text.to_ascii_lowercase();
    if lower.contains("<html") || lower.contains("<!doctype") {
        let title = lower.find("<title>").and_then(|start| {
            let start = start + "<title>".len();
            let end = lower[start..].find("</title>")? + start;
            text.get(start..end)
        });
        return Some(said(&match title.map(first_line) {
            Some(title) if !title.is_empty() => format!("an HTML page, `{title}`"),
            _ => "an HTML page".to_owned(),
        }));
    }
    let text = first_line(&text);
    (!text.is_empty()).then(|| said(&text))
}

fn first_line(text: &str) -> String {
    let line = one_line(text);
    match line.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(body: &str) -> Vec<String> {
        read(body.as_bytes(), "")
            .messages
            .into_iter()
            .filter_map(|message| message.text)
            .collect()
    }

    #[test]
    fn the_documented_shape_is_kept_whole() {
        let api = read(
            br#"{"detailCode": "400.1.3 Illegal value", "trackingId": "e7ea",
                "messages": [{"locale": "en-US", "localeOrigin": "DEFAULT", "text": "Wrong."}],
                "causes": [{"locale": null, "localeOrigin": null, "text": "limit"}]}"#,
            "",
        );
        assert_eq!(api.detail_code.as_deref(), Some("400.1.3 Illegal value"));
        assert_eq!(api.tracking_id.as_deref(), Some("e7ea"));
        assert_eq!(api.messages[0].locale.as_deref(), Some("en-US"));
        assert_eq!(api.causes[0].text.as_deref(), Some("limit"));
        let numbers = read(br#"{"detailCode": 400.1, "trackingId": 17}"#, "");
        assert_eq!(numbers.detail_code.as_deref(), Some("400.1"));
        assert_eq!(numbers.tracking_id.as_deref(), Some("17"));
    }

    #[test]
    fn every_other_shape_becomes_a_message() {
        for (body, text) in [
            (
                r#"{"error": "JWT validation failed: JWT is expired"}"#,
                "JWT validation failed: JWT is expired",
            ),
            (
                r#"{"error": "invalid_client", "error_description": "Bad secret"}"#,
                "Bad secret",
            ),
            (
                r#"{"message": " Rate Limit Exceeded "}"#,
                "Rate Limit Exceeded",
            ),
            (r#"{"detailMessage": "a"}"#, "a"),
            (r#"{"errorMessage": "b"}"#, "b"),
            (r#"{"formatted_msg": "c"}"#, "c"),
            (
                "<html><head><TITLE>502 Bad\n Gateway</TITLE></head></html>",
                "an HTML page, `502 Bad Gateway`",
            ),
            ("<!DOCTYPE html><p>x", "an HTML page"),
            ("upstream connect error", "upstream connect error"),
            (r#""just text""#, r#""just text""#),
        ] {
            assert_eq!(texts(body)[0], text, "{body}");
        }
        let gateway = r#"{"error": "Forbidden", "message": "IP address not allowed"}"#;
        assert_eq!(texts(gateway), ["IP address not allowed", "Forbidden"]);
        for (nested, said) in [
            (
                r#"{"error": {"code": 3, "message": "No seat left"}}"#,
                "No seat left",
            ),
            (r#"{"errors": ["a", {"detail": "a b"}]}"#, "a b; a"),
            (
                r#"{"fault": {"faultstring": "Invalid key", "detail": {"errorcode": "x"}}}"#,
                "Invalid key",
            ),
            (
                r#"{"Message": "User is not authorized"}"#,
                "User is not authorized",
            ),
            (
                r#"{"title": "Bad", "detail": "The date is over"}"#,
                "The date is over; Bad",
            ),
            (r#"[{"message": "in a list"}]"#, "in a list"),
            (r#"{"messages": [{"text": " "}], "error": "e"}"#, " ; e"),
            (
                r#"{"messages": [], "error": "same", "message": "same"}"#,
                "same",
            ),
            (
                r#"{"messages": {"text": "not in a list"}}"#,
                "not in a list",
            ),
            (r#"{"causes": "nor this"}"#, "nor this"),
        ] {
            assert_eq!(texts(nested).join("; "), said, "{nested}");
        }
        assert!(texts("").is_empty());
        assert!(texts(" \n ").is_empty());
        assert!(texts("{}").is_empty());
    }

    #[test]
    fn nulls_in_messages_are_survived() {
        let api = read(
            br#"{"messages": [null, {"text": null}, "plain"], "causes": null}"#,
            "",
        );
        assert_eq!(api.messages.len(), 2);
        assert_eq!(api.messages[1].text.as_deref(), Some("plain"));
    }
}
