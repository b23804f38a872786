//! Tables for people.

use comfy_table::{ColumnConstraint, ContentArrangement, Row, Table, presets};
use console::{Term, measure_text_width, style};

use super::{Field, Value};

/// Aligned columns, one line a record. On a terminal they are cut to its width, and urgent records
/// are red.
pub(super) fn of(records: Vec<(Vec<Field>, bool)>) -> String {
    let Some((first, _)) = records.first() else {
        return String::new();
    };
    let mut columns: Vec<_> = (0..first.len())
        .filter_map(|place| Column::new(place, &records))
        .collect();
    if let Some(width) = width() {
        fit(&mut columns, width.into());
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if let Some(width) = width() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(width);
    }
    table.set_header(line(columns.iter().map(|column| column.heading.to_owned())));
    for (fields, _) in &records {
        table.add_row(line(
            columns.iter().map(|column| cell(&fields[column.place])),
        ));
    }
    for (place, Column { is_whole, .. }) in columns.iter().enumerate() {
        if let Some(column) = table.column_mut(place) {
            column.set_padding((0, GAP));
            if *is_whole {
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

/// The blanks after a column.
const GAP: u16 = 2;

/// A column of a table.
struct Column {
    /// The place of its field in each record.
    place: usize,
    heading: &'static str,
    /// The width of its widest cell.
    width: usize,
    is_whole: bool,
    is_minor: bool,
}

impl Column {
    /// `None` if tables do not show the field, or no record has it.
    fn new(place: usize, records: &[(Vec<Field>, bool)]) -> Option<Self> {
        let field = &records.first()?.0[place];
        let cells = records.iter().map(|(fields, _)| cell(&fields[place]));
        let width = cells.map(|cell| measure_text_width(&cell)).max()?;
        let heading = field.heading.filter(|_| width > 0)?;
        Some(Self {
            place,
            heading,
            width: width.max(heading.len()),
            is_whole: field.is_whole,
            is_minor: field.is_minor,
        })
    }
}

/// Omits minor columns, the last first, until the others fit or no minor one is left.
fn fit(columns: &mut Vec<Column>, width: usize) {
    let needed = |columns: &[Column]| -> usize {
        let widths = columns.iter().map(|column| column.width + usize::from(GAP));
        widths.sum()
    };
    while needed(columns) > width {
        let Some(minor) = columns.iter().rposition(|column| column.is_minor) else {
            return;
        };
        columns.remove(minor);
    }
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

/// Makes text from the tenant safe for a terminal: it cannot move the cursor or set colours.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_tenant_sends_controls_the_terminal() {
        assert_eq!(
            printable("a\x1b[2Jb\u{9b}c\rd"),
            "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d"
        );
        let field = Field::text("name", Some("one\nline\x07")).column("NAME");
        let table = of(vec![(vec![field], false)]);
        assert_eq!(table, "NAME\none line\u{fffd}\n");
    }

    #[test]
    fn minor_columns_make_room_from_the_right() {
        let column = |width, is_minor| Column {
            place: width,
            heading: "",
            width,
            is_whole: false,
            is_minor,
        };
        let left = |width| {
            let mut columns = vec![column(10, false), column(11, true), column(12, true)];
            fit(&mut columns, width);
            columns
                .iter()
                .map(|column| column.place)
                .collect::<Vec<_>>()
        };
        assert_eq!(left(39), [10, 11, 12]);
        assert_eq!(left(38), [10, 11]);
        assert_eq!(left(24), [10]);
        assert_eq!(left(5), [10]);
    }
}
