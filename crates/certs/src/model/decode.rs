//! Decodes responses: one record, or a page of them.

pub(super) mod digits;
mod error;
mod parts;

use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::Value;

use super::Id;
use super::record::{Record, read_into};
use digits::with_all_digits;
use parts::parts;

pub(crate) use error::DecodeError;

/// Decodes a response.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeError> {
    let body = without_mark(body);
    // One check of the whole text costs less than one of each string in it.
    let Ok(text) = std::str::from_utf8(body) else {
        return Err(explained(body, None));
    };
    with_all_digits(text, |text| serde_json::from_str(text))
        .map_err(|error| explained(body, Some(&error)))
}

/// The records of a page.
#[derive(Debug)]
pub(crate) struct Records<T> {
    pub(crate) items: Vec<T>,
    /// The number of elements of the page, readable or not.
    pub(crate) received: usize,
    /// The positions of elements without a record: nulls, and records that could not be read.
    pub(crate) gaps: Vec<usize>,
    /// The records that could not be read.
    pub(crate) unreadable: Vec<Unreadable>,
}

/// A record of a page that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// Its place in the page, counted from 0.
    pub(crate) place: usize,
    /// Its id, if that could be read.
    pub(crate) id: Id,
    pub(crate) error: DecodeError,
}

/// Decodes a page of at most `max_records` records.
///
/// A record that cannot be read is reported in [`unreadable`](Records::unreadable) if `lenient`,
/// whatever it holds; otherwise it fails the page.
pub(crate) fn decode_page<T: Record>(
    body: &[u8],
    max_records: usize,
    lenient: bool,
) -> Result<Records<T>, DecodeError> {
    if let Ok(text) = std::str::from_utf8(without_mark(body)) {
        match with_all_digits(text, |text| page(text, max_records)) {
            Ok(records) => return Ok(records),
            Err(received) if received > max_records => {
                return Err(DecodeError::too_many(max_records));
            }
            Err(_) => {}
        }
    }
    one_by_one(body, max_records, lenient)
}

/// The records of a page, or how many it has up to the one where reading failed.
fn page<T: Record>(text: &str, max_records: usize) -> Result<Records<T>, usize> {
    let mut records = Records::default();
    let mut json = serde_json::Deserializer::from_str(text);
    let page = PageSeed {
        records: &mut records,
        max_records,
    };
    match page.deserialize(&mut json).and_then(|()| json.end()) {
        Ok(()) => Ok(records),
        Err(_) => Err(records.received),
    }
}

/// Decodes a page in which something cannot be read.
pub(crate) fn one_by_one<T: DeserializeOwned>(
    body: &[u8],
    max_records: usize,
    lenient: bool,
) -> Result<Records<T>, DecodeError> {
    let body = without_mark(body).trim_ascii();
    let Some(each) = body
        .starts_with(b"[")
        .then(|| parts(body, max_records))
        .flatten()
    else {
        // Either the page itself is broken, and parsing it again shows where; or it has more
        // records than `parts` accepts.
        return Err(match serde_json::from_slice::<Vec<IgnoredAny>>(body) {
            Ok(_) => DecodeError::too_many(max_records),
            Err(error) => explained(body, Some(&error)),
        });
    };
    let mut records = Records::default();
    for (place, part) in each.into_iter().enumerate() {
        match decode(part) {
            Ok(record) => records.push(record),
            Err(error) => {
                let unreadable = Unreadable {
                    place,
                    id: id_of(part),
                    error,
                };
                if !lenient {
                    return Err(DecodeError::in_page(unreadable));
                }
                records.push(None);
                records.unreadable.push(unreadable);
            }
        }
    }
    Ok(records)
}

/// Says why a body could not be decoded: the place where it is not JSON, or the reason why its type
/// did not accept it.
///
/// A record accepts any content, so the place is found without its type: searching with the type
/// would compile the model once more.
fn explained(body: &[u8], mismatch: Option<&serde_json::Error>) -> DecodeError {
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize::<_, Value>(&mut json);
    let error = match read {
        Err(error) => {
            let path = error.path().to_string();
            return DecodeError::new(body, &path, &error.into_inner());
        }
        Ok(_) => json.end().err(),
    };
    match error.as_ref().or(mismatch) {
        Some(error) => DecodeError::new(body, ".", error),
        None => DecodeError::new(body, ".", &serde::de::Error::custom("not as specified")),
    }
}

/// The id of a record that cannot be read as a whole.
fn id_of(record: &[u8]) -> Id {
    let read = |member: &[u8]| {
        let value = member.strip_prefix(br#""id""#)?.trim_ascii_start();
        serde_json::from_slice(value.strip_prefix(b":")?).ok()
    };
    let is_object = record.starts_with(b"{");
    let members = is_object.then(|| parts(record, usize::MAX)).flatten();
    let mut members = members.into_iter().flatten();
    members.find_map(read).unwrap_or_default()
}

/// Whether a response is a web page instead of JSON.
pub(crate) fn is_web_page(body: &[u8]) -> bool {
    without_mark(body.trim_ascii_start())
        .trim_ascii_start()
        .starts_with(b"<")
}

/// Some gateways write a byte order mark before JSON.
fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body)
}

impl<T> Records<T> {
    fn push(&mut self, record: Option<T>) {
        match record {
            Some(record) => self.items.push(record),
            None => self.gaps.push(self.received),
        }
        self.received += 1;
    }
}

impl<T> Default for Records<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            received: 0,
            gaps: Vec::new(),
            unreadable: Vec::new(),
        }
    }
}

/// Reads records until there are too many.
struct PageSeed<'a, T> {
    records: &'a mut Records<T>,
    max_records: usize,
}

impl<'de, T: Record> DeserializeSeed<'de> for PageSeed<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: Record> Visitor<'de> for PageSeed<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut page: A) -> Result<(), A::Error> {
        while let Some(()) = page.next_element_seed(RecordSeed(self.records))? {
            if self.records.received > self.max_records {
                return Err(serde::de::Error::custom("too many records"));
            }
        }
        Ok(())
    }
}

/// Reads a record in its place at the end of the list; nulls are gaps.
struct RecordSeed<'a, T>(&'a mut Records<T>);

impl<'de, T: Record> DeserializeSeed<'de> for RecordSeed<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, T: Record> Visitor<'de> for RecordSeed<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_none<E>(self) -> Result<(), E> {
        self.0.push(None);
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let place = self.0.items.len();
        self.0.push(Some(T::default()));
        read_into(&mut self.0.items[place], deserializer)
    }
}
