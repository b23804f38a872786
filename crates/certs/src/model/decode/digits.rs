//! Keeps whole numbers of more than 64 bits exact, which `serde_json` rounds.

use std::cell::Cell;
use std::ops::Range;

use serde_json::Value;

use super::parts::skip_string;

/// A floating point number from here on, 2⁶³, may be a whole number that `serde_json` has rounded.
const LIMIT: f64 = 9_223_372_036_854_775_808.0;

thread_local! {
    /// Whether such a number was read, on this thread, since decoding began. Decoding does not
    /// await anything, so it stays on its thread.
    static MAY_BE_ROUNDED: Cell<bool> = const { Cell::new(false) };
}

/// Decodes a text with all digits of its whole numbers. If some may have been rounded, or were too
/// large for a floating point number, which fails, decodes it again with these numbers in quotes.
/// Searching each text in advance would cost far more.
pub(super) fn with_all_digits<T, E>(
    text: &str,
    decode: impl Fn(&str) -> Result<T, E>,
) -> Result<T, E> {
    MAY_BE_ROUNDED.set(false);
    let decoded = decode(text);
    if (decoded.is_err() || MAY_BE_ROUNDED.get())
        && let Some(quoted) = in_quotes(text)
    {
        return decode(&quoted);
    }
    decoded
}

/// Must be called with every number that is decoded as a floating point number.
pub(in crate::model) fn note(number: f64) {
    if number.abs() >= LIMIT {
        MAY_BE_ROUNDED.set(true);
    }
}

/// The same for the numbers in a value.
pub(in crate::model) fn note_all(value: &Value) {
    match value {
        Value::Number(number) if number.is_f64() => note(number.as_f64().unwrap_or_default()),
        Value::Array(elements) => elements.iter().for_each(note_all),
        Value::Object(members) => members.values().for_each(note_all),
        _ => {}
    }
}

/// The text with whole numbers of more than 64 bits in quotes, if it has any.
fn in_quotes(text: &str) -> Option<String> {
    let mut quoted = String::new();
    let mut copied = 0;
    for number in long_numbers(text)? {
        quoted += &text[copied..number.start];
        quoted += "\"";
        quoted += &text[number.clone()];
        quoted += "\"";
        copied = number.end;
    }
    quoted += &text[copied..];
    (copied > 0).then_some(quoted)
}

/// The places of whole numbers that do not fit into 64 bits; `None` if a string has no end.
fn long_numbers(text: &str) -> Option<Vec<Range<usize>>> {
    let mut found = Vec::new();
    let mut bytes = text.as_bytes().iter().enumerate();
    while let Some((start, byte)) = bytes.next() {
        match byte {
            b'"' => skip_string(&mut bytes)?,
            b'-' | b'0'..=b'9' => {
                let rest = &text[start..];
                let end =
                    rest.find(|c: char| !matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E'));
                let number = &rest[..end.unwrap_or(rest.len())];
                let is_key = rest[number.len()..].trim_start().starts_with(':');
                if is_long(number) && !is_key {
                    found.push(start..start + number.len());
                }
                if number.len() > 1 {
                    bytes.nth(number.len() - 2);
                }
            }
            _ => {}
        }
    }
    Some(found)
}

fn is_long(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number);
    digits.starts_with(|first| matches!(first, '1'..='9'))
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && number.parse::<i64>().is_err()
        && number.parse::<u64>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_would_be_rounded_are_quoted() {
        let text =
            r#"{"a":18446744073709551616,"b":[-9223372036854775809,1],"c":123456789012345678901}"#;
        assert_eq!(
            in_quotes(text).unwrap(),
            r#"{"a":"18446744073709551616","b":["-9223372036854775809",1],"c":"123456789012345678901"}"#
        );
        assert_eq!(
            in_quotes("123456789012345678901").unwrap(),
            r#""123456789012345678901""#
        );
    }

    #[test]
    fn everything_else_is_left_alone() {
        for text in [
            "",
            "7",
            "18446744073709551615",
            "-9223372036854775808",
            r#"{"id":"123456789012345678901234567890","b":12}"#,
            r#"{"id":"\"12345678901234567890123"}"#,
            "123456789012345678901.5",
            "123456789012345678901e5",
            "0000000000000000000000000",
            "-",
            "\"123456789012345678901",
            // Not JSON, and quotes must not make it that.
            "{18446744073709551616 : 1}",
        ] {
            assert_eq!(in_quotes(text), None, "{text}");
        }
    }

    #[test]
    fn only_numbers_that_may_be_rounded_are_read_again() {
        let reads = |text: &str| {
            let reads = Cell::new(0);
            let read = with_all_digits(text, |text| {
                reads.set(reads.get() + 1);
                serde_json::from_str(text).map(|value| note_all(&value))
            });
            read.unwrap();
            reads.get()
        };
        assert_eq!(
            reads(r#"{"a":[0.5,-1e18,18446744073709551615,-9223372036854775808]}"#),
            1
        );
        assert_eq!(reads(r#"{"a":[1e300]}"#), 1);
        assert_eq!(reads(r#"{"a":[18446744073709551616]}"#), 2);
        assert_eq!(reads("-9223372036854775809"), 2);
        assert_eq!(reads(&"9".repeat(400)), 2);
    }
}
