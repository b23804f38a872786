//! The output of verbs on standard output: records, as a table for people or in a format for
//! programs.

mod table;

use std::io::{self, Write as _};

use certs::Timestamp;
use clap::ValueEnum;
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::status::Result;
use crate::time::Clock;

/// How records are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns for people, cut to the terminal
    #[default]
    Table,
    /// One JSON array
    Json,
    /// One JSON object per line
    Jsonl,
    /// Comma-separated values with a header
    Csv,
}

/// Something that is printed as a line of a table, or as a JSON object.
pub(crate) trait Record {
    /// Its fields, the same for all records of a type.
    fn fields(&self, clock: &Clock) -> Vec<Field>;

    /// Whether it is urgent.
    fn is_urgent(&self, _: &Clock) -> bool {
        false
    }
}

/// A field of a record.
#[derive(Debug)]
pub(crate) struct Field {
    name: &'static str,
    value: Value,
    /// The heading of its column, if tables have one for it.
    heading: Option<&'static str>,
    /// The text that a table shows instead of the value.
    shown: Option<String>,
    /// Whether tables always show it in full.
    is_whole: bool,
    /// Whether tables omit it if they are too narrow.
    is_minor: bool,
}

#[derive(Debug)]
enum Value {
    Text(Option<String>),
    Number(i64),
    Flag(bool),
    Time(Option<Timestamp>),
    List(Vec<String>),
}

impl Field {
    /// A field that only programs see.
    pub(crate) fn text(name: &'static str, text: Option<impl Into<String>>) -> Self {
        Self::new(name, Value::Text(text.map(Into::into)))
    }

    pub(crate) fn number(name: &'static str, number: impl TryInto<i64>) -> Self {
        Self::new(name, Value::Number(number.try_into().unwrap_or(i64::MAX)))
    }

    pub(crate) fn flag(name: &'static str, is_set: bool) -> Self {
        Self::new(name, Value::Flag(is_set))
    }

    pub(crate) fn time(name: &'static str, time: Option<Timestamp>) -> Self {
        Self::new(name, Value::Time(time))
    }

    pub(crate) fn list(name: &'static str, list: Vec<String>) -> Self {
        Self::new(name, Value::List(list))
    }

    fn new(name: &'static str, value: Value) -> Self {
        Self {
            name,
            value,
            heading: None,
            shown: None,
            is_whole: false,
            is_minor: false,
        }
    }

    /// Gives it a column in tables.
    pub(crate) fn column(mut self, heading: &'static str) -> Self {
        self.heading = Some(heading);
        self
    }

    /// The same, for an id or a number, which is useless if it is cut.
    pub(crate) fn whole_column(mut self, heading: &'static str) -> Self {
        self.is_whole = true;
        self.column(heading)
    }

    /// Omits its column if the terminal is too narrow for all columns.
    pub(crate) fn minor(mut self) -> Self {
        self.is_minor = true;
        self
    }

    /// The text that tables show for it.
    pub(crate) fn shown(mut self, text: impl Into<String>) -> Self {
        self.shown = Some(text.into());
        self
    }

    fn plain(&self) -> String {
        match &self.value {
            Value::Text(text) => text.clone().unwrap_or_default(),
            Value::Number(number) => number.to_string(),
            Value::Flag(flag) => flag.to_string(),
            Value::Time(time) => time.map(|time| time.to_string()).unwrap_or_default(),
            Value::List(list) => list.join("; "),
        }
    }
}

/// Prints records in the format that the command line asks for.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) format: Format,
    pub(crate) clock: Clock,
}

impl Output {
    /// Whether a person reads it.
    pub(crate) fn is_for_people(&self) -> bool {
        self.format == Format::Table
    }

    /// Prints all of them.
    pub(crate) fn all<R: Record>(&self, records: &[&R]) -> Result<()> {
        let fields = records.iter().map(|record| record.fields(&self.clock));
        let mut out = io::stdout().lock();
        match self.format {
            Format::Table => {
                let urgent = records.iter().map(|record| record.is_urgent(&self.clock));
                out.write_all(table::of(fields.zip(urgent).collect()).as_bytes())?;
            }
            Format::Json => {
                let objects: Vec<_> = fields.map(Object).collect();
                serde_json::to_writer_pretty(&mut out, &objects).map_err(io::Error::from)?;
                writeln!(out)?;
            }
            Format::Jsonl => {
                for fields in fields {
                    serde_json::to_writer(&mut out, &Object(fields)).map_err(io::Error::from)?;
                    writeln!(out)?;
                }
            }
            Format::Csv => write_csv(&mut out, fields)?,
        }
        Ok(out.flush()?)
    }

    /// Prints one record: for people a line for each field.
    pub(crate) fn one<R: Record>(&self, record: &R) -> Result<()> {
        if self.format == Format::Csv {
            return self.all(&[record]);
        }
        let fields = record.fields(&self.clock);
        let mut out = io::stdout().lock();
        match self.format {
            Format::Table => out.write_all(table::list_of(&fields).as_bytes())?,
            Format::Json => {
                serde_json::to_writer_pretty(&mut out, &Object(fields)).map_err(io::Error::from)?;
                writeln!(out)?;
            }
            Format::Jsonl | Format::Csv => {
                serde_json::to_writer(&mut out, &Object(fields)).map_err(io::Error::from)?;
                writeln!(out)?;
            }
        }
        Ok(out.flush()?)
    }

    /// Prints a line for people; programs do not see it.
    pub(crate) fn line(&self, text: impl AsRef<str>) -> Result<()> {
        if self.format == Format::Table {
            let mut out = io::stdout().lock();
            writeln!(out, "{}", table::printable(text.as_ref()))?;
            out.flush()?;
        }
        Ok(())
    }
}

/// A record as a JSON object, its fields in their order.
struct Object(Vec<Field>);

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for field in &self.0 {
            match &field.value {
                Value::Text(text) => map.serialize_entry(field.name, text)?,
                Value::Number(number) => map.serialize_entry(field.name, number)?,
                Value::Flag(flag) => map.serialize_entry(field.name, flag)?,
                Value::Time(time) => map.serialize_entry(field.name, time)?,
                Value::List(list) => map.serialize_entry(field.name, list)?,
            }
        }
        map.end()
    }
}

fn write_csv(out: impl io::Write, records: impl Iterator<Item = Vec<Field>>) -> Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let mut has_header = false;
    for fields in records {
        if !has_header {
            let names = fields.iter().map(|field| field.name);
            writer.write_record(names).map_err(written)?;
            has_header = true;
        }
        let cells = fields.iter().map(|field| guarded(field.plain()));
        writer.write_record(cells).map_err(written)?;
    }
    Ok(writer.flush()?)
}

/// Why a record was not written.
fn written(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Spreadsheets evaluate text that begins like a formula, and anybody can name an entitlement like
/// that. Evidence has the same apostrophe; [`unguarded`] removes it.
fn guarded(cell: String) -> String {
    if is_formula(cell.trim_start_matches('\'')) {
        format!("'{cell}")
    } else {
        cell
    }
}

/// A cell as it was before it was [guarded].
pub(crate) fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

fn is_formula(text: &str) -> bool {
    let first = |c: char| "=+-@＝＋－＠".contains(c);
    text.starts_with(['\t', '\r', '\n']) || text.trim_start().starts_with(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_escaped_and_read_back() {
        for (cell, guarded_cell) in [
            ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
            (" @x", "' @x"),
            ("'=x", "''=x"),
            ("O'Neill", "O'Neill"),
            ("'quoted'", "'quoted'"),
        ] {
            assert_eq!(guarded(cell.to_owned()), guarded_cell);
            assert_eq!(unguarded(guarded_cell), cell);
        }
    }
}
