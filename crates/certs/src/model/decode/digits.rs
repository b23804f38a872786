//! Keeps whole numbers of more than 64 bits exact.

use std::borrow::Cow;
use std::ops::Range;

use super::parts::skip_string;

/// No whole number of fewer digits needs more than 64 bits.
const LONG: usize = 19;

/// The text, with whole numbers of more than 64 bits in quotes: as a number, `serde_json` would
/// round them.
pub(super) fn with_all_digits(text: &str) -> Cow<'_, str> {
    if !has_long_number(text.as_bytes()) {
        return text.into();
    }
    let mut quoted = String::new();
    let mut copied = 0;
    for number in long_numbers(text).unwrap_or_default() {
        quoted += &text[copied..number.start];
        quoted += "\"";
        quoted += &text[number.clone()];
        quoted += "\"";
        copied = number.end;
    }
    if copied == 0 {
        return text.into();
    }
    quoted += &text[copied..];
    quoted.into()
}

/// Whether the text may have a number of [`LONG`] digits; long ids do not count. To find that many
/// digits in a row, it is enough to test every [`LONG`]th byte.
fn has_long_number(text: &[u8]) -> bool {
    let mut at = LONG - 1;
    while let Some(byte) = text.get(at) {
        if byte.is_ascii_digit() {
            let digits = |byte: &&u8| byte.is_ascii_digit();
            let before = text[..at].iter().rev().take_while(digits).count();
            let from_here = text[at..].iter().take_while(digits).count();
            let preceding = text[..at - before].last();
            if before + from_here >= LONG
                && preceding.is_none_or(|byte| b"[,:- \t\r\n".contains(byte))
            {
                return true;
            }
            at += from_here;
        }
        at += LONG;
    }
    false
}

/// Where whole numbers are that do not fit into 64 bits; `None` if a string has no end.
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
                if is_long(number) {
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
    digits.len() >= LONG
        && !digits.starts_with('0')
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
            with_all_digits(text),
            r#"{"a":"18446744073709551616","b":["-9223372036854775809",1],"c":"123456789012345678901"}"#
        );
        assert_eq!(
            with_all_digits("123456789012345678901"),
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
        ] {
            assert!(matches!(with_all_digits(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn a_long_number_is_found_wherever_it_is() {
        for before in 0..60 {
            for length in LONG - 2..60 {
                let text = format!("{}:{}x", "x".repeat(before), "7".repeat(length));
                assert_eq!(has_long_number(text.as_bytes()), length >= LONG, "{text}");
                let id = text.replace(':', "\"");
                assert!(!has_long_number(id.as_bytes()), "{id}");
            }
        }
    }
}
