//! Tables that people have filled in: CSV as spreadsheets write it.
//!
//! The delimiter is a comma, a semicolon or a tab, whichever the header has most of. A byte order
//! mark is skipped, UTF-16 is accepted, and the case of headers does not matter. Errors name the
//! line, the column and what to write instead.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::names;
use crate::output::unguarded;
use crate::status::{Failure, Result};

/// A column that a verb knows, and the headers that mean it.
#[derive(Debug)]
pub(crate) struct Column {
    /// Its name in errors and help.
    pub(crate) name: &'static str,
    /// Other headers, in lower case and without blanks, hyphens and underscores.
    pub(crate) others: &'static [&'static str],
}

/// A table.
#[derive(Debug)]
pub(crate) struct Sheet {
    path: PathBuf,
    pub(crate) rows: Vec<Row>,
    /// The problems of rows so far.
    problems: Vec<Problem>,
}

/// A row, its cells by the names of the columns.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) line: u64,
    cells: Vec<(&'static str, String)>,
}

/// A problem of a row.
#[derive(Debug)]
struct Problem {
    line: u64,
    column: Option<&'static str>,
    why: String,
}

impl Row {
    /// The text of a cell. A blank cell has none.
    pub(crate) fn get(&self, column: &str) -> Option<&str> {
        let cell = self.cells.iter().find(|(name, _)| *name == column);
        cell.map(|(_, text)| text.as_str())
            .filter(|text| !text.is_empty())
    }
}

impl Sheet {
    /// Reads a file. Malformed rows are problems; a missing required column is an error.
    pub(crate) fn read(path: &Path, known: &'static [Column]) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|error| {
            Failure::error(format!("{} cannot be read: {error}", path.display()))
        })?;
        let text = decoded(&bytes)
            .map_err(|why| Failure::error(format!("{}, {why}", path.display())))?
            // With CRLF, the reader would report the line before a record as its line.
            .replace("\r\n", "\n");
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter(&text))
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let unreadable = |error: csv::Error| Failure::error(format!("{}: {error}", path.display()));
        let header = reader.headers().map_err(unreadable)?.clone();
        let columns: Vec<_> = header.iter().map(|name| recognised(name, known)).collect();
        for (place, column) in columns.iter().enumerate() {
            if let Some(name) = column
                && columns[..place].contains(column)
            {
                return Err(Failure::error(format!(
                    "{}, line 1: two columns mean `{name}`: remove one of them",
                    path.display()
                )));
            }
        }
        if columns.iter().all(Option::is_none) {
            let names: Vec<_> = known.iter().map(|column| column.name).collect();
            return Err(Failure::error(format!(
                "{}, line 1: the first line has to name the columns. Known are {}",
                path.display(),
                names.join(", ")
            )));
        }
        let mut sheet = Self {
            path: path.to_owned(),
            rows: Vec::new(),
            problems: Vec::new(),
        };
        for record in reader.records() {
            let record = record.map_err(unreadable)?;
            let line = record.position().map_or(0, csv::Position::line);
            if record.iter().all(str::is_empty) {
                continue;
            }
            if record.len() != header.len() {
                let (cells, columns) = (record.len(), header.len());
                let why = format!(
                    "it has {cells} cells, and the header has {columns}: put a text that holds the \
                     delimiter into double quotes"
                );
                sheet.problem(line, None, why);
                continue;
            }
            let cells = columns.iter().zip(&record);
            let cells =
                cells.filter_map(|(name, cell)| Some(((*name)?, unguarded(cell).to_owned())));
            sheet.rows.push(Row {
                line,
                cells: cells.collect(),
            });
        }
        Ok(sheet)
    }

    /// Whether any row has a value in this column.
    pub(crate) fn uses(&self, column: &str) -> bool {
        self.rows.iter().any(|row| row.get(column).is_some())
    }

    /// Adds a problem of a row.
    pub(crate) fn problem(
        &mut self,
        line: u64,
        column: Option<&'static str>,
        why: impl Into<String>,
    ) {
        self.problems.push(Problem {
            line,
            column,
            why: why.into(),
        });
    }

    /// Prints the problems, if any, and returns the number of rows with problems, or an error
    /// unless these rows are to be skipped.
    pub(crate) fn check(&mut self, skip: bool) -> Result<usize> {
        const SHOWN: usize = 50;

        self.problems.sort_by_key(|problem| problem.line);
        for problem in self.problems.iter().take(SHOWN) {
            eprintln!("{}, {problem}", self.path.display());
        }
        let mut lines: Vec<_> = self.problems.iter().map(|problem| problem.line).collect();
        lines.dedup();
        if self.problems.len() > SHOWN {
            eprintln!("… and {} more", self.problems.len() - SHOWN);
        }
        if lines.is_empty() || skip {
            return Ok(lines.len());
        }
        let count = if lines.len() == 1 {
            "1 row is".to_owned()
        } else {
            format!("{} rows are", lines.len())
        };
        Err(Failure::error(format!(
            "{count} wrong, so nothing was sent. Correct them, or add --skip-bad-rows to skip \
             them"
        )))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(column) = self.column {
            write!(f, ", column `{column}`")?;
        }
        write!(f, ": {}", self.why)
    }
}

/// Finds the known column of a header.
fn recognised(header: &str, known: &'static [Column]) -> Option<&'static str> {
    let plain = plain(header);
    let is =
        |column: &&Column| plain == self::plain(column.name) || column.others.contains(&&*plain);
    known.iter().find(is).map(|column| column.name)
}

fn plain(header: &str) -> String {
    let letters = header
        .chars()
        .filter(|c| !matches!(c, ' ' | '_' | '-' | '.'));
    letters.flat_map(char::to_lowercase).collect()
}

fn delimiter(text: &str) -> u8 {
    let header = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let count = |delimiter: &u8| header.bytes().filter(|byte| byte == delimiter).count();
    // `max_by_key` returns the last of equal ones, so the comma wins a tie.
    b"\t;,".iter().copied().max_by_key(count).unwrap_or(b',')
}

/// The text of a file; the error says which line is not text.
fn decoded(bytes: &[u8]) -> std::result::Result<String, String> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<_> = bytes
            .as_chunks::<2>()
            .0
            .iter()
            .map(|pair| unit(*pair))
            .collect();
        String::from_utf16(&units).map_err(|_| {
            "it begins as UTF-16, but is not valid \
                                                UTF-16"
                .to_owned()
        })
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => match std::str::from_utf8(rest) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => {
                let line = rest[..error.valid_up_to()]
                    .iter()
                    .filter(|b| **b == b'\n')
                    .count()
                    + 1;
                Err(format!(
                    "line {line}: it is not UTF-8: save the table as `CSV UTF-8`"
                ))
            }
        },
    }
}

/// `there is no identity "Jon"; did you mean …`
pub(crate) fn unknown<'a>(
    what: &str,
    wanted: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> String {
    format!(
        "there is no {what} `{wanted}`{}",
        names::suggestion(wanted, names)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[Column] = &[
        Column {
            name: "item",
            others: &["itemid", "id"],
        },
        Column {
            name: "comment",
            others: &["comments"],
        },
    ];

    fn read(bytes: &[u8]) -> Result<Sheet> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        Sheet::read(file.path(), KNOWN)
    }

    #[test]
    fn tables_of_spreadsheets_are_read() {
        let utf16: Vec<_> = "\u{feff}Item ID\tComments\r\na\tÄrger\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for bytes in [
            "item,comment\na,Ärger\n".as_bytes(),
            "\u{feff}ITEM_ID;COMMENT\r\na;Ärger\r\n\r\n;\r\n".as_bytes(),
            "note,Id,Comments\nx,a,\" Ärger \"\n".as_bytes(),
            &utf16,
        ] {
            let sheet = read(bytes).unwrap();
            let rows: Vec<_> = sheet
                .rows
                .iter()
                .map(|row| (row.line, row.get("item"), row.get("comment")))
                .collect();
            assert_eq!(rows, [(2, Some("a"), Some("Ärger"))]);
        }
    }

    #[test]
    fn mistakes_name_their_line() {
        let sheet = read(b"item,comment\na,b,c\nd,e\n").unwrap();
        assert_eq!(sheet.rows.len(), 1);
        let problem = sheet.problems[0].to_string();
        assert!(
            problem.starts_with("line 2: it has 3 cells, and the header has 2"),
            "{problem}"
        );
        for (bytes, why) in [
            (&b"item,comment\na,\xff\n"[..], "line 2: it is not UTF-8"),
            (b"a,b\n1,2\n", "Known are item, comment"),
            (b"id,item\n1,2\n", "two columns mean `item`"),
        ] {
            let error = read(bytes).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }
}
