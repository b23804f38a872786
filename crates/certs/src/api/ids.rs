//! Checks ids for paths, divides them among URLs of limited length, and shows them in messages.

use std::borrow::Borrow;
use std::fmt;

use super::list::MAX_PAGE_SIZE;
use crate::error::{Error, Result};
use crate::model::Id;

/// The longest id that a call accepts, in bytes. The service's have 32 or 36; errors repeat them.
const MAX_ID: usize = 256;

/// The text of an id that a request needs. A missing, blank or overlong one is refused.
pub(crate) fn required(what: impl fmt::Display, id: &Id) -> Result<&str> {
    match id.get() {
        Some(id) if id.len() > MAX_ID => Err(Error::refused(format!(
            "the {what} has {} bytes, and an id has at most {MAX_ID}: check what was passed",
            id.len()
        ))),
        Some(id) if !id.trim().is_empty() => Ok(id),
        _ => Err(Error::refused(Id::missing(what))),
    }
}

/// Checks an id before it goes into a path. Ids are percent-encoded there, but a few texts mean
/// something to every URL parser, encoded or not.
pub(crate) fn path_id(what: &str, id: impl Into<Id>) -> Result<String> {
    let id = id.into();
    let id = required(what, &id)?;
    let why = match id {
        "." | ".." => "consists of dots, which a URL reads as another path",
        id if id.contains('\\') => "has a backslash, which a URL reads as a slash",
        _ => return Ok(id.to_owned()),
    };
    Err(Error::refused(format!("the {what} `{id}` {why}")))
}

/// How long the ids of one request may be, encoded. Many servers and proxies accept URLs of
/// no more than 4 kB or 8 kB.
const MAX_LENGTH: usize = 3_000;

/// What surrounds an id in the query: two quotes and a comma, encoded.
const AROUND_ID: usize = 9;

/// Cuts ids, in their order, so that each part fits into a page and into a URL.
pub(crate) fn parts<S: Borrow<str>>(mut ids: &[S]) -> impl Iterator<Item = &[S]> {
    std::iter::from_fn(move || {
        let mut length = 0;
        let fitting = ids
            .iter()
            .take(MAX_PAGE_SIZE as usize)
            .take_while(|id| {
                length += encoded_length((*id).borrow()) + AROUND_ID;
                length <= MAX_LENGTH
            })
            .count();
        // An id that is too long even alone gets a part of its own.
        let (part, rest) = ids.split_at(fitting.max(1).min(ids.len()));
        ids = rest;
        (!part.is_empty()).then_some(part)
    })
}

/// The greatest length that an id can have in a URL.
fn encoded_length(id: &str) -> usize {
    let length = |byte: u8| if byte.is_ascii_alphanumeric() { 1 } else { 3 };
    id.bytes().map(length).sum()
}

/// The first few ids, or their substitutes, for a message; and how many more there are.
pub(crate) fn first(ids: &[impl ToString], few: usize) -> String {
    let named: Vec<_> = ids.iter().take(few).map(ToString::to_string).collect();
    let named = named.join(", ");
    match ids.len().saturating_sub(few) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_ids_are_missing() {
        for id in ["", " ", "\t\r\n", "\u{a0}"] {
            let error = path_id("task id", id).unwrap_err().to_string();
            assert!(error.contains("the task id is missing"), "{error}");
        }
        assert_eq!(path_id("task id", " a ").unwrap(), " a ");
    }

    #[test]
    fn ids_are_cut_to_what_a_url_holds() {
        let long = "x".repeat(2 * MAX_LENGTH);
        let usual = "2c9180867a0d2a9e017a0d2d6c8e0001".to_owned();
        let mut ids = vec![usual.as_str(); 300];
        ids.insert(100, &long);
        let cut: Vec<_> = parts(&ids).collect();
        assert_eq!(cut.concat(), ids);
        for part in cut {
            let length: usize = part.iter().map(|id| encoded_length(id) + AROUND_ID).sum();
            assert!(length <= MAX_LENGTH || part.len() == 1, "{length}");
        }
        assert_eq!(parts::<&str>(&[]).count(), 0);
    }
}
