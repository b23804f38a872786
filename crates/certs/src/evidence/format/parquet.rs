//! Parquet, for tools that read millions of rows.

use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use super::{Encode, not_encodable};
use crate::error::Result;
use crate::evidence::columns::{Cell, Row};

/// The manifest's note about Parquet files.
pub(super) const NOTE: &str = "Snappy-compressed; times are UTC in microseconds.";

/// A row group is kept in memory until it is full. Readers process row groups in parallel, so they
/// should not be small either: DuckDB recommends at least 100,000 rows; memory allows only a
/// fraction of that.
const ROWS_OF_A_GROUP: usize = 50_000;

/// The limit in bytes of memory, including dictionaries, for records with long or many different
/// texts.
const BYTES_OF_A_GROUP: usize = 16 << 20;

const UTC: &str = "UTC";

pub(super) struct Parquet {
    /// It writes into memory, from which each finished row group is taken.
    writer: Option<ArrowWriter<Vec<u8>>>,
    schema: SchemaRef,
}

impl Parquet {
    pub(super) fn new<R: Row>() -> Result<Self> {
        let schema = schema::<R>();
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(ROWS_OF_A_GROUP))
            // Dictionaries are the default: most columns repeat few texts. Statistics of every
            // page would be kept until the end.
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_offset_index_disabled(true)
            .build();
        let writer = ArrowWriter::try_new(Vec::new(), Arc::clone(&schema), Some(properties));
        Ok(Self {
            writer: Some(writer.map_err(not_encodable)?),
            schema,
        })
    }
}

impl<R: Row> Encode<R> for Parquet {
    fn encode(&mut self, rows: &[R], out: &mut Vec<u8>) -> Result<()> {
        let Some(writer) = &mut self.writer else {
            return Ok(());
        };
        if rows.is_empty() {
            return Ok(());
        }
        let batch = batch(&self.schema, rows).map_err(not_encodable)?;
        writer.write(&batch).map_err(not_encodable)?;
        if writer.memory_size() > BYTES_OF_A_GROUP {
            writer.flush().map_err(not_encodable)?;
        }
        out.append(writer.inner_mut());
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<()> {
        if let Some(writer) = self.writer.take() {
            out.append(&mut writer.into_inner().map_err(not_encodable)?);
        }
        Ok(())
    }
}

fn schema<R: Row>() -> SchemaRef {
    let example = R::default();
    let columns = R::COLUMNS.iter().zip(example.cells());
    let fields = columns.map(|(name, cell)| {
        let data_type = match cell {
            Cell::Text(_) => DataType::Utf8,
            Cell::Flag(_) => DataType::Boolean,
            Cell::Count(_) => DataType::Int64,
            Cell::Time(_) => DataType::Timestamp(TimeUnit::Microsecond, Some(UTC.into())),
        };
        Field::new(*name, data_type, true)
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// A column that grows.
enum Column {
    Texts(StringBuilder),
    Flags(BooleanBuilder),
    Counts(Int64Builder),
    Times(TimestampMicrosecondBuilder),
}

impl Column {
    fn of(data_type: &DataType) -> Self {
        match data_type {
            DataType::Boolean => Self::Flags(BooleanBuilder::new()),
            DataType::Int64 => Self::Counts(Int64Builder::new()),
            DataType::Timestamp(..) => {
                Self::Times(TimestampMicrosecondBuilder::new().with_timezone(UTC))
            }
            _ => Self::Texts(StringBuilder::new()),
        }
    }

    fn push(&mut self, cell: &Cell<'_>) {
        match (self, cell) {
            (Self::Texts(column), Cell::Text(text)) => column.append_option(text.as_deref()),
            (Self::Flags(column), Cell::Flag(flag)) => column.append_option(*flag),
            (Self::Counts(column), Cell::Count(count)) => {
                column.append_option(i64::try_from(*count).ok());
            }
            (Self::Times(column), Cell::Time(time)) => {
                column.append_option(time.map(|time| time.as_microsecond()));
            }
            (Self::Texts(_) | Self::Flags(_) | Self::Counts(_) | Self::Times(_), _) => {
                unreachable!("the columns are those of `schema`, which asks the cells")
            }
        }
    }

    fn finish(self) -> ArrayRef {
        match self {
            Self::Texts(mut column) => Arc::new(column.finish()),
            Self::Flags(mut column) => Arc::new(column.finish()),
            Self::Counts(mut column) => Arc::new(column.finish()),
            Self::Times(mut column) => Arc::new(column.finish()),
        }
    }
}

fn batch<R: Row>(
    schema: &SchemaRef,
    rows: &[R],
) -> std::result::Result<RecordBatch, arrow_schema::ArrowError> {
    let fields = schema.fields().iter();
    let mut columns: Vec<_> = fields.map(|field| Column::of(field.data_type())).collect();
    for row in rows {
        for (column, cell) in columns.iter_mut().zip(row.cells()) {
            column.push(&cell);
        }
    }
    let columns = columns.into_iter().map(Column::finish).collect();
    RecordBatch::try_new(Arc::clone(schema), columns)
}
