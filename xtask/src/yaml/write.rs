//! One spelling for each value.
//!
//! Block style, two spaces, keys in the order given. A string is written plain only if
//! no reader, YAML 1.1 or 1.2, could take it for anything else.

use std::fmt::Write as _;

use serde_json::{Number, Value};

/// Words that YAML 1.1 or 1.2 reads as a boolean or as null, in lower case.
const RESERVED: &[&str] = &["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

/// Writes a value as YAML; ends with a newline.
pub(crate) fn to_canonical_yaml(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(map) if !map.is_empty() => mapping(&mut out, map, 0),
        Value::Array(items) if !items.is_empty() => sequence(&mut out, items, 0),
        other => {
            scalar(&mut out, other);
            out.push('\n');
        }
    }
    out
}

fn mapping(out: &mut String, map: &serde_json::Map<String, Value>, indent: usize) {
    for (index, (key, value)) in map.iter().enumerate() {
        // The first key of a mapping in a list stands on the line of its dash.
        if index > 0 || out.is_empty() || out.ends_with('\n') {
            pad(out, indent);
        }
        string(out, key);
        out.push(':');
        nested(out, value, indent + 2);
    }
}

fn sequence(out: &mut String, items: &[Value], indent: usize) {
    for item in items {
        pad(out, indent);
        out.push('-');
        match item {
            Value::Object(map) if !map.is_empty() => {
                out.push(' ');
                mapping(out, map, indent + 2);
            }
            other => nested(out, other, indent + 2),
        }
    }
}

fn nested(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            out.push('\n');
            mapping(out, map, indent);
        }
        Value::Array(items) if !items.is_empty() => {
            out.push('\n');
            sequence(out, items, indent);
        }
        other => {
            out.push(' ');
            scalar(out, other);
            out.push('\n');
        }
    }
}

fn pad(out: &mut String, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
}

fn scalar(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(value) => number(out, value),
        Value::String(value) => string(out, value),
        // Only empty collections get here: full ones have lines of their own.
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
    }
}

/// YAML 1.1 wants a dot in the mantissa and a sign in the exponent, or it reads a string.
fn number(out: &mut String, value: &Number) {
    let text = value.to_string();
    let Some((mantissa, exponent)) = text.split_once('e') else {
        out.push_str(&text);
        return;
    };
    out.push_str(mantissa);
    if !mantissa.contains('.') {
        out.push_str(".0");
    }
    out.push('e');
    if !exponent.starts_with(['-', '+']) {
        out.push('+');
    }
    out.push_str(exponent);
}

fn string(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
    } else if text
        .chars()
        .all(|char| char.is_ascii_graphic() || char == ' ')
    {
        out.push('\'');
        out.push_str(&text.replace('\'', "''"));
        out.push('\'');
    } else {
        out.push('"');
        for char in text.chars() {
            escape(out, char);
        }
        out.push('"');
    }
}

/// Narrower than YAML's own rule: a letter, `/`, `$` or `_` first, so that nothing that
/// begins like a number, a date or an indicator is plain.
fn is_plain(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || "/$_".contains(first))
        && text
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || " /$_-.,:{}*+()".contains(char))
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains("  ")
        && !RESERVED.contains(&text.to_ascii_lowercase().as_str())
}

fn escape(out: &mut String, char: char) {
    match char {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        ' ' => out.push(' '),
        char if char.is_ascii_graphic() || (!char.is_ascii() && char.is_alphanumeric()) => {
            out.push(char);
        }
        // Writing to a String cannot fail.
        char if u32::from(char) <= 0xffff => {
            let _ = write!(out, "\\u{:04x}", u32::from(char));
        }
        char => {
            let _ = write!(out, "\\U{:08x}", u32::from(char));
        }
    }
}
