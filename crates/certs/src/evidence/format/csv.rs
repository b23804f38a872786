//! CSV after RFC 4180, with formulas made harmless for spreadsheets.

use std::borrow::Cow;

use csv_core::{Terminator, WriteResult, Writer, WriterBuilder};

use super::Encode;
use crate::error::Result;
use crate::evidence::columns::{Cell, Row};
use crate::model::timestamp;

/// The manifest's note about CSV files.
pub(super) const NOTE: &str = "RFC 4180: comma-separated, CRLF, UTF-8, one header row. A text that a \
    spreadsheet could take for a formula has one apostrophe (') before it: one that begins with a \
    tab or a line break, or, after any blanks, with =, +, -, @ or the full-width form of one of \
    these. To get the original text, take one apostrophe away from a cell that begins with \
    apostrophes followed by such a text. Null and empty text look the same.";

pub(super) struct Csv {
    writer: Writer,
    byte_order_mark: bool,
}

impl Csv {
    pub(super) fn new(byte_order_mark: bool) -> Self {
        Self {
            writer: WriterBuilder::new().terminator(Terminator::CRLF).build(),
            byte_order_mark,
        }
    }

    fn row<'a>(&mut self, cells: impl IntoIterator<Item = Cow<'a, str>>, out: &mut Vec<u8>) {
        for (place, cell) in cells.into_iter().enumerate() {
            if place > 0 {
                put(out, |room| self.writer.delimiter(room));
            }
            let mut rest = cell.as_bytes();
            put(out, |room| {
                let (result, read, written) = self.writer.field(rest, room);
                rest = &rest[read..];
                (result, written)
            });
        }
        put(out, |room| self.writer.terminator(room));
    }
}

/// Calls the writer, which fills a buffer, until it has written everything.
fn put(out: &mut Vec<u8>, mut write: impl FnMut(&mut [u8]) -> (WriteResult, usize)) {
    let mut room = [0; 512];
    loop {
        let (result, written) = write(&mut room);
        out.extend_from_slice(&room[..written]);
        if matches!(result, WriteResult::InputEmpty) {
            return;
        }
    }
}

impl<R: Row> Encode<R> for Csv {
    fn begin(&mut self, out: &mut Vec<u8>) -> Result<()> {
        if self.byte_order_mark {
            out.extend_from_slice("\u{feff}".as_bytes());
        }
        self.row(R::COLUMNS.iter().copied().map(Cow::Borrowed), out);
        Ok(())
    }

    fn encode(&mut self, rows: &[R], out: &mut Vec<u8>) -> Result<()> {
        for row in rows {
            self.row(row.cells().map(shown), out);
        }
        Ok(())
    }
}

fn shown(cell: Cell<'_>) -> Cow<'_, str> {
    match cell {
        Cell::Text(Some(text)) => defused(text),
        Cell::Flag(Some(true)) => "true".into(),
        Cell::Flag(Some(false)) => "false".into(),
        Cell::Count(count) => count.to_string().into(),
        // Written by this crate, so it cannot be a formula.
        Cell::Time(Some(time)) => timestamp::format(time).into(),
        Cell::Text(None) | Cell::Flag(None) | Cell::Time(None) => "".into(),
    }
}

/// Makes spreadsheets show a text instead of evaluating it, whoever wrote it. Follows OWASP's list
/// of how formulas begin, with two additions: full-width forms, which spreadsheets of East Asian
/// locales treat alike, and leading blanks, which some remove. A text that already has an
/// apostrophe before such a beginning gets another one, so that removing one always restores the
/// original.
fn defused(text: Cow<'_, str>) -> Cow<'_, str> {
    if looks_like_a_formula(text.trim_start_matches('\'')) {
        format!("'{text}").into()
    } else {
        text
    }
}

fn looks_like_a_formula(text: &str) -> bool {
    const BEGINNINGS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    let is_blank = |c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}';
    text.starts_with(['\t', '\r', '\n'])
        || text.trim_start_matches(is_blank).starts_with(BEGINNINGS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused_and_nothing_else_is_touched() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\rx", "'\rx"),
            ("\nx", "'\nx"),
            ("  =1", "'  =1"),
            ("\u{feff}=1", "'\u{feff}=1"),
            ("\u{a0}\u{0}-1", "'\u{a0}\u{0}-1"),
            ("＝1", "'＝1"),
            ("＠A1", "'＠A1"),
            ("'=1", "''=1"),
            ("'t Hooft", "'t Hooft"),
            ("'", "'"),
            ("a=1", "a=1"),
            (" a", " a"),
            ("", ""),
        ] {
            assert_eq!(defused(text.into()), cell, "{text:?}");
        }
    }

    #[test]
    fn a_cell_longer_than_the_buffer_is_written_whole() {
        let text = "\"long\", ".repeat(500);
        let mut out = Vec::new();
        Csv::new(false).row(["a".into(), text.as_str().into(), "".into()], &mut out);
        let expected = format!("a,\"{}\",\r\n", text.replace('"', "\"\""));
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
