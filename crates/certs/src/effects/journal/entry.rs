//! The lines of a journal.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::effect::{Effect, EffectId, End};
use crate::error::{Error, Result};
use crate::time;

/// Raised when a journal of one version cannot be continued by another.
const FORMAT: u32 = 1;

/// What a line says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum Entry {
    /// The first line.
    Journal {
        format: u32,
        tenant: String,
        /// The version of this crate that began it, for people.
        certs: String,
    },
    /// An effect is part of a call.
    Planned {
        call: u64,
        id: EffectId,
        effect: Effect,
    },
    /// The plan of a call is complete: from here on it may be sent.
    Begun { call: u64, effects: u64 },
    /// An effect is about to be sent.
    Sending { id: EffectId },
    /// An effect, or only these items of it, came to an end.
    Ended {
        id: EffectId,
        end: End,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        items: Option<Vec<String>>,
    },
    /// A call whose plan is not complete is given up.
    Dropped { call: u64 },
    /// The lines before this one broke off in a crash.
    Torn,
}

#[derive(Serialize)]
struct Written<'a> {
    at: Timestamp,
    #[serde(flatten)]
    entry: &'a Entry,
}

impl Entry {
    pub(super) fn header(tenant: String) -> Self {
        Self::Journal {
            format: FORMAT,
            tenant,
            certs: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// Entries as lines, each with the time.
pub(super) fn lines(entries: &[Entry]) -> Result<Vec<u8>> {
    let at = time::wall_clock();
    let mut text = Vec::new();
    for entry in entries {
        serde_json::to_writer(&mut text, &Written { at, entry })
            .map_err(|error| Error::journal("the journal could not be written", error))?;
        text.push(b'\n');
    }
    Ok(text)
}

/// What a journal says, and how it ends.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) entries: Vec<Entry>,
    pub(super) end: JournalEnd,
}

/// How the text of a journal ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct JournalEnd {
    /// Without a line feed.
    pub(super) mid_line: bool,
    /// With a line, or several, that cannot be read.
    pub(super) torn: bool,
}

/// Reads a journal. Lines that cannot be read are the traces of a crash if they are the last
/// ones, or were when somebody went on and said so; elsewhere, the file is damaged.
pub(super) fn read(text: &[u8]) -> Result<Read> {
    let mut entries = Vec::new();
    let mut torn: Option<(usize, serde_json::Error)> = None;
    for (number, line) in text.split(|byte| *byte == b'\n').enumerate() {
        if line.is_empty() {
            continue;
        }
        match serde_json::from_slice(line) {
            Ok(Entry::Torn) => torn = None,
            Ok(entry) => {
                if let Some((number, error)) = torn {
                    return Err(unreadable(number, error));
                }
                check(&entry, entries.is_empty())?;
                entries.push(entry);
            }
            Err(error) => torn = torn.or(Some((number, error))),
        }
    }
    // One whose very first line is unreadable is something else, unless it has no end.
    let mid_line = text.last().is_some_and(|last| *last != b'\n');
    if let Some((number, error)) = torn.take_if(|_| entries.is_empty() && !mid_line) {
        return Err(unreadable(number, error));
    }
    Ok(Read {
        entries,
        end: JournalEnd {
            mid_line,
            torn: torn.is_some(),
        },
    })
}

fn check(entry: &Entry, is_first: bool) -> Result<()> {
    let refuse = |why: &str| Err(Error::journal_says(why));
    match entry {
        Entry::Journal { format, .. } if is_first && *format > FORMAT => {
            refuse("the journal was begun by a newer version of this crate, and needs it")
        }
        Entry::Journal { .. } if !is_first => refuse("two journals stand in one file"),
        Entry::Journal { .. } => Ok(()),
        _ if is_first => refuse("the file is no journal: it does not begin like one"),
        _ => Ok(()),
    }
}

fn unreadable(number: usize, error: serde_json::Error) -> Error {
    let what = format!("line {} of the journal cannot be read", number + 1);
    Error::journal(what, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal() -> Vec<Entry> {
        vec![
            Entry::header("acme.api.identitynow.com".to_owned()),
            Entry::Planned {
                call: 1,
                id: 1,
                effect: Effect::SignOff {
                    certification: "c-1".to_owned(),
                    checked: true,
                    waits: false,
                },
            },
            Entry::Begun {
                call: 1,
                effects: 1,
            },
            Entry::Sending { id: 1 },
            Entry::Ended {
                id: 1,
                end: End::Refused("open decisions, „offen“".to_owned()),
                items: None,
            },
        ]
    }

    #[test]
    fn what_is_written_is_read() {
        let text = lines(&journal()).unwrap();
        let read = read(&text).unwrap();
        assert_eq!(read.entries, journal());
        assert_eq!(read.end, JournalEnd::default());
    }

    /// Wherever a crash cuts it off, and whoever goes on: what was whole is read, then and
    /// later.
    #[test]
    fn a_torn_end_counts_for_nothing() {
        let text = lines(&journal()).unwrap();
        for cut in 0..text.len() {
            let (cut_off, whole) = (&text[..cut], text[..cut].split(|byte| *byte == b'\n'));
            let whole = whole
                .filter(|line| serde_json::from_slice::<Entry>(line).is_ok())
                .count();
            let first = read(cut_off).unwrap();
            assert_eq!(first.entries, journal()[..whole], "cut at {cut}");

            let mut continued = cut_off.to_vec();
            continued.extend(crate::effects::journal::log::repair(first.end).unwrap());
            let added = match whole {
                0 => lines(&journal()[..1]),
                _ => lines(&[Entry::Sending { id: 9 }]),
            };
            continued.extend(added.unwrap());
            let again = read(&continued).unwrap();
            assert_eq!(again.entries.len(), whole + 1, "cut at {cut}");
            assert_eq!(again.end, JournalEnd::default());
        }
    }

    #[test]
    fn damage_elsewhere_is_an_error_that_says_where() {
        let mut text = lines(&journal()[..2]).unwrap();
        text.extend(b"{\"event\":\"sen\n");
        text.extend(lines(&journal()[2..]).unwrap());
        let error = read(&text).unwrap_err();
        assert!(error.is_journal());
        assert!(error.to_string().contains("line 3"), "{error}");
    }

    #[test]
    fn what_is_no_journal_is_refused() {
        for text in ["hello\n", "{}\n", "{\"event\":\"sending\",\"id\":1}\n"] {
            assert!(read(text.as_bytes()).unwrap_err().is_journal(), "{text}");
        }
        let newer = r#"{"event":"journal","format":2,"tenant":"t","certs":"9.0.0"}"#;
        let error = read(newer.as_bytes()).unwrap_err();
        assert!(error.to_string().contains("newer version"), "{error}");
    }
}
