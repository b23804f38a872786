//! The ways to write a report.

mod group;
mod json;
mod markdown;
mod text;

use super::change::Diff;

pub(crate) use markdown::{markdown, sections};

/// How a report is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For a terminal.
    #[default]
    Text,
    /// For a changelog or a pull request.
    Markdown,
    /// For a program.
    Json,
}

/// Writes a report; without a line break at the end.
pub(super) fn render(diff: &Diff, format: Format) -> String {
    match format {
        Format::Text => text::text(diff),
        Format::Markdown => markdown(diff, 2),
        Format::Json => json::json(diff),
    }
}
