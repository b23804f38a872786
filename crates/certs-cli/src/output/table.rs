//! Tables for people.

use comfy_table::{ColumnConstraint, ContentArrangement, Row, Table, presets};
use console::{Term, style};

use super::{Field, Value};

/// Aligned columns, one line a record. On a terminal they are cut to its width, and what is
/// urgent is red.
pub(super) fn of(records: Vec<(Vec<Field>, bool)>) -> String {
    let shown: Vec<_> = (0..records.first().map_or(0, |(fields, _)| fields.len()))
        .filter(|place| {
            // What nobody has needs no column.
            let mut fields = records.iter().map(|(fields, _)| &fields[*place]);
            fields.any(|field| field.heading.is_some() && !cell(field).is_empty())
        })
        .collect();
    let Some((first, _)) = records.first() else {
        return String::new();
    };
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if let Some(width) = width() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(width);
    }
    let headings = shown.iter().filter_map(|place| first[*place].heading);
    table.set_header(line(headings.map(str::to_owned)));
    for (fields, _) in &records {
        table.add_row(line(shown.iter().map(|place| cell(&fields[*place]))));
    }
    for (column, place) in shown.iter().enumerate() {
        if let Some(column) = table.column_mut(column) {
            column.set_padding((0, 2));
            if first[*place].is_whole {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
    }
    let urgent = std::iter::once(false).chain(records.iter().map(|(_, is_urgent)| *is_urgent));
    let mut text = String::new();
    for (place, (line, is_urgent)) in table.lines().zip(urgent).enumerate() {
        let line = line.trim_end();
        let styled = style(line).force_styling(has_colours());
        text += &match (place, is_urgent) {
            (0, _) => styled.bold().to_string(),
            (_, true) => styled.red().to_string(),
            _ => line.to_owned(),
        };
        text.push('\n');
    }
    text
}

/// A line for each field that tables show.
pub(super) fn list_of(fields: &[Field]) -> String {
    let shown = fields
        .iter()
        .filter_map(|field| Some((field.heading?, field)));
    let shown: Vec<_> = shown.collect();
    let headings = shown.iter().map(|(heading, _)| heading.chars().count());
    let width = headings.max().unwrap_or(0);
    let line = |(heading, field): &(&str, &Field)| format!("{heading:width$}  {}\n", cell(field));
    shown.iter().map(line).collect()
}

/// What tenants send is text for a terminal: nothing in it may move the cursor or set colours.
pub(super) fn printable(text: &str) -> String {
    let printable = |c: char| {
        if c.is_control() && c != '\n' {
            '\u{fffd}'
        } else {
            c
        }
    };
    text.chars().map(printable).collect()
}

fn line(cells: impl Iterator<Item = String>) -> Row {
    let mut row = Row::from(cells.collect::<Vec<_>>());
    row.max_height(1);
    row
}

fn cell(field: &Field) -> String {
    let text = match (&field.shown, &field.value) {
        (Some(shown), _) => shown.clone(),
        (None, Value::Flag(flag)) => if *flag { "yes" } else { "" }.to_owned(),
        (None, _) => field.plain(),
    };
    // A line is a record.
    printable(&text).replace('\n', " ")
}

/// The terminal's width, if standard output is one.
fn width() -> Option<u16> {
    let term = Term::stdout();
    term.is_term().then(|| term.size().1)
}

/// Not when piped, and not with `NO_COLOR`.
fn has_colours() -> bool {
    let is_off = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !is_off && console::colors_enabled()
}
