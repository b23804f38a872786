//! The lines of a journal, and a reader of them.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::spec::{CallSpec, ItemSpec};
use crate::error::{Error, Result};
use crate::time;

/// Raised when a journal of one version cannot be continued by another.
const FORMAT: u32 = 3;

/// The beginning of every journal.
const BEGINNING: &[u8] = br#"{"event":"journal","format":"#;

/// The number of a part in its journal.
pub(crate) type PartId = u64;

/// The content of a line: the documentation of [`Journal`](super::Journal#lines) has a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum Line {
    Journal {
        format: u32,
        tenant: String,
        certs: String,
    },
    Call {
        call: u64,
        #[serde(flatten)]
        spec: CallSpec,
    },
    Part {
        call: u64,
        part: PartId,
        items: Vec<ItemSpec>,
    },
    Planned {
        call: u64,
        parts: u64,
    },
    Sending {
        part: PartId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        items: Option<Vec<String>>,
    },
    Task {
        part: PartId,
        #[serde(flatten)]
        task: TaskRef,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        items: Option<Vec<String>>,
    },
    Ended {
        part: PartId,
        end: End,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        items: Option<Vec<String>>,
    },
    Dropped {
        call: u64,
    },
    Torn,
}

/// The task that does a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TaskRef {
    pub(crate) task: String,
    /// Whether the response that named the task was lost, and the task found afterwards. It may be
    /// somebody else's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) found: bool,
}

/// How an item ended: that documentation has a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum End {
    Applied,
    AppliedUnverified,
    Refused,
    Lost,
    NotApplied,
    ChangedMeanwhile,
    Unknown,
}

/// The part of the first line that every format has.
#[derive(Deserialize)]
struct Header {
    format: u32,
}

#[derive(Serialize)]
struct Stamped<'a> {
    #[serde(flatten)]
    line: &'a Line,
    at: Timestamp,
}

impl Line {
    pub(super) fn header(tenant: String) -> Self {
        Self::Journal {
            format: FORMAT,
            tenant,
            certs: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// Lines as text, each with the time.
pub(super) fn text(lines: &[Line]) -> Result<Vec<u8>> {
    let at = time::wall_clock();
    let mut text = Vec::new();
    for line in lines {
        serde_json::to_writer(&mut text, &Stamped { line, at })
            .map_err(|error| Error::journal("the journal could not be written", error))?;
        text.push(b'\n');
    }
    Ok(text)
}

/// How the text of a journal ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tail {
    /// Whole lines.
    #[default]
    Clean,
    /// Perhaps with a part of a line.
    Torn,
}

impl Tail {
    /// The text to write before the next line.
    pub(super) fn repair(self) -> Result<Vec<u8>> {
        let mut repaired = Vec::new();
        if self == Self::Torn {
            repaired.push(b'\n');
            repaired.extend(text(&[Line::Torn])?);
        }
        Ok(repaired)
    }
}

/// Reads a journal line by line. A line that broke off is the last one, or is followed by one that
/// says so; any other line that cannot be read is damage.
pub(super) fn read(text: &[u8], mut each: impl FnMut(Line)) -> Result<Tail> {
    let is_end = |byte: &u8| *byte == b'\n';
    let first = text.split(is_end).next().unwrap_or_default();
    if !begins_like_one(first) {
        return Err(foreign());
    }
    // Another format may have other fields.
    if let Ok(Header { format }) = serde_json::from_slice(first) {
        check_format(format)?;
    }
    let is_torn = |line: &serde_json::Result<Line>| matches!(line, Ok(Line::Torn));
    let whole = text.split_inclusive(is_end);
    let whole = whole
        .filter_map(|line| line.strip_suffix(b"\n"))
        .enumerate();
    let mut lines = whole
        .map(|(number, line)| (number, line.is_empty(), serde_json::from_slice(line)))
        .peekable();
    let (mut header, mut is_first, mut is_after_torn) = (None, true, false);
    while let Some((number, is_empty, line)) = lines.next() {
        let was_torn = std::mem::take(&mut is_after_torn);
        if is_torn(&line) || lines.next_if(|(_, _, next)| is_torn(next)).is_some() {
            is_after_torn = true;
            continue;
        }
        if is_empty {
            continue;
        }
        let line = line.map_err(|error| {
            let what = format!("line {} of the journal is damaged", number + 1);
            Error::journal(what, error)
        })?;
        if let Line::Journal { tenant, .. } = &line {
            // The first one broke off, or seemed to, so it was written again.
            if was_torn && header.as_ref() == Some(tenant) {
                continue;
            }
            header.get_or_insert_with(|| tenant.clone());
        }
        check(&line, is_first)?;
        is_first = false;
        each(line);
    }
    Ok(if text.is_empty() || text.ends_with(b"\n") {
        Tail::Clean
    } else {
        Tail::Torn
    })
}

/// Whether the first line, as far as it was written, is that of a journal.
fn begins_like_one(line: &[u8]) -> bool {
    let common = line.len().min(BEGINNING.len());
    line[..common] == BEGINNING[..common]
}

fn check(line: &Line, is_first: bool) -> Result<()> {
    match line {
        Line::Journal { .. } if !is_first => {
            Err(Error::journal_says("two journals are in one file"))
        }
        Line::Journal { format, .. } => check_format(*format),
        _ if is_first => Err(foreign()),
        _ => Ok(()),
    }
}

fn check_format(format: u32) -> Result<()> {
    let why = match format.cmp(&FORMAT) {
        Ordering::Greater => {
            "the journal was begun by a newer version of this crate. Use that version"
        }
        Ordering::Less => {
            "the journal was begun by an older version of this crate, in a format that this one \
             does not read. Finish it with the version that its first line names"
        }
        Ordering::Equal => return Ok(()),
    };
    Err(Error::journal_says(why))
}

fn foreign() -> Error {
    Error::journal_says(
        "the file is not a journal, and was not changed. Name a journal, or a file \
                         that does not exist",
    )
}
