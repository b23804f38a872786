//! Date-times on the wire: RFC 3339, read leniently and written in one form.

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, civil};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serializer};

/// Reads a date-time; `None` if the text is not one.
///
/// RFC 3339 first. Text without an offset is UTC, and a bare date is its midnight in
/// UTC: the service writes UTC everywhere, so a missing offset means that.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    if let Some(timestamp) = usual(text) {
        return Some(timestamp);
    }
    if let Ok(timestamp) = text.parse() {
        return Some(timestamp);
    }
    let local: civil::DateTime = text.parse().ok()?;
    Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// Reads the one form that the service itself writes, `2018-06-25T20:22:28.104Z`: a page has many
/// dates, and this takes a tenth of the time.
fn usual(text: &str) -> Option<Timestamp> {
    let text: &[u8; 24] = text.as_bytes().try_into().ok()?;
    let separators = [
        (4, b'-'),
        (7, b'-'),
        (10, b'T'),
        (13, b':'),
        (16, b':'),
        (19, b'.'),
        (23, b'Z'),
    ];
    if separators.iter().any(|(at, byte)| text[*at] != *byte) {
        return None;
    }
    let number = |from: usize, to: usize| {
        text[from..to].iter().try_fold(0_i16, |number, digit| {
            digit
                .is_ascii_digit()
                .then(|| number * 10 + i16::from(digit - b'0'))
        })
    };
    let two = |from| number(from, from + 2).and_then(|number| i8::try_from(number).ok());
    let date = civil::DateTime::new(
        number(0, 4)?,
        two(5)?,
        two(8)?,
        two(11)?,
        two(14)?,
        two(17)?,
        i32::from(number(20, 23)?) * 1_000_000,
    );
    Offset::UTC.to_timestamp(date.ok()?).ok()
}

/// Writes a date-time in UTC with three, six or nine fractional digits: the fewest that
/// lose nothing, and never fewer than the three that the service itself writes.
pub(crate) fn format(timestamp: Timestamp) -> String {
    match timestamp.subsec_nanosecond() {
        nanoseconds if nanoseconds % 1_000_000 == 0 => format!("{timestamp:.3}"),
        nanoseconds if nanoseconds % 1_000 == 0 => format!("{timestamp:.6}"),
        _ => format!("{timestamp:.9}"),
    }
}

// For `#[serde(with = "timestamp")]` in requests: an unreadable end date must not become a decision
// without one.
pub(crate) fn deserialize<'de, D>(deserializer: D) -> Result<Option<Timestamp>, D::Error>
where
    D: Deserializer<'de>,
{
    let Some(text) = Option::<String>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let not_a_date = || D::Error::custom(format!("`{text}` is not a date"));
    parse(&text).map(Some).ok_or_else(not_a_date)
}

pub(crate) fn serialize<S>(timestamp: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error>
where
    S: Serializer,
{
    match timestamp {
        Some(timestamp) => serializer.serialize_str(&format(*timestamp)),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reformat(text: &str) -> Option<String> {
        parse(text).map(format)
    }

    #[test]
    fn what_the_service_writes_comes_back_unchanged() {
        for text in [
            "2018-06-25T20:22:28.104Z",
            "2021-12-25T00:00:00.000Z",
            "1969-12-31T23:59:59.999Z",
            "2026-11-22T01:02:03.000400Z",
            "2026-11-22T01:02:03.000000005Z",
        ] {
            assert_eq!(reformat(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn the_usual_form_is_read_as_any_other_is() {
        for text in [
            "2018-06-25T20:22:28.104Z",
            "0000-01-01T00:00:00.000Z",
            "9999-12-30T22:00:00.999Z",
            "2024-02-29T23:59:59.999Z",
            "2023-02-29T00:00:00.000Z",
            "2026-12-31T23:59:60.000Z",
            "2026-12-31T24:00:00.000Z",
            "2026-13-01T00:00:00.000Z",
            "2026-00-01T00:00:00.000Z",
            "2026-01-01T00:60:00.000Z",
            "2026-01-01 00:00:00.000Z",
            "+026-01-01T00:00:00.000Z",
            "2026-01-01T00:00:00.00éZ",
        ] {
            if let Some(timestamp) = usual(text) {
                assert_eq!(text.parse().ok(), Some(timestamp), "{text}");
            }
        }
        assert!(usual("2018-06-25T20:22:28.104Z").is_some());
    }

    #[test]
    fn other_spellings_are_read_too() {
        for (text, expected) in [
            ("2026-11-22T03:02:03+02:00", "2026-11-22T01:02:03.000Z"),
            ("2026-11-22T01:02:03.5+0000", "2026-11-22T01:02:03.500Z"),
            ("2026-11-22T01:02:03.5", "2026-11-22T01:02:03.500Z"),
            ("2026-11-22 01:02:03", "2026-11-22T01:02:03.000Z"),
            ("2026-11-22", "2026-11-22T00:00:00.000Z"),
        ] {
            assert_eq!(reformat(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn text_that_is_not_a_date_is_not_read() {
        for text in ["", "soon", "2026-13-01", "2026-11-22T25:00:00Z"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
