//! The formats of evidence.

mod csv;
mod json_lines;
#[cfg(feature = "parquet")]
mod parquet;

use serde::{Deserialize, Serialize};

use super::columns::Row;
use crate::error::{Error, Result};
#[cfg(feature = "schemars")]
use crate::model::schema::plain_descriptions;

/// A format of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub enum EvidenceFormat {
    /// A JSON object a line.
    JsonLines,
    /// Comma-separated values after RFC 4180.
    Csv,
    /// Apache Parquet. Written with the feature `parquet`.
    Parquet,
    /// A report for people: `report.html` in a folder. It is not a table and has no rows.
    Html,
}

/// Turns rows into bytes, which it appends to `out`, at once or later.
pub(super) trait Encode<R>: Send {
    /// Writes what precedes the first row.
    fn begin(&mut self, _out: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }

    fn encode(&mut self, rows: &[R], out: &mut Vec<u8>) -> Result<()>;

    /// Writes what was held back, and what follows the last row.
    fn finish(&mut self, _out: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }
}

impl EvidenceFormat {
    /// Makes the encoder for rows of a type. The byte order mark is for CSV.
    pub(super) fn encoder<R: Row>(self, byte_order_mark: bool) -> Result<Box<dyn Encode<R>>> {
        Ok(match self {
            Self::JsonLines => Box::new(json_lines::JsonLines),
            Self::Csv => Box::new(csv::Csv::new(byte_order_mark)),
            #[cfg(feature = "parquet")]
            Self::Parquet => Box::new(parquet::Parquet::new::<R>()?),
            #[cfg(not(feature = "parquet"))]
            Self::Parquet => {
                let why = "Parquet is written with the feature `parquet` of the crate `certs`";
                return Err(Error::refused(why));
            }
            Self::Html => {
                let why = "evidence: the report is written into a folder only: use `write_to`";
                return Err(Error::refused(why));
            }
        })
    }

    /// The manifest's note about the format, for readers of the file.
    pub(super) fn note(self) -> Option<&'static str> {
        match self {
            Self::Csv => Some(csv::NOTE),
            #[cfg(feature = "parquet")]
            Self::Parquet => Some(parquet::NOTE),
            #[cfg(not(feature = "parquet"))]
            Self::Parquet => None,
            Self::JsonLines | Self::Html => None,
        }
    }
}

/// A row that a format cannot take.
fn not_encodable(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::output(format!("a row could not be encoded: {error}"), error)
}
