//! Every format returns the records unchanged.

use std::fmt::Write as _;
use std::path::Path;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Int64Type, TimestampMicrosecondType};
use arrow_array::{Array as _, RecordBatch};
use axum::body::Body;
use axum::http::{Response, Uri};
use certs::evidence::{EvidenceFormat, EvidenceRow, GrantRow};
use jiff::Timestamp;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::support::canned::Canned;

/// The batches of a file, read with the format's own library.
fn batches(bytes: Vec<u8>) -> Vec<RecordBatch> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(axum::body::Bytes::from(bytes)).unwrap();
    builder.build().unwrap().map(Result::unwrap).collect()
}

/// A value of a batch, as JSON.
fn value(batch: &RecordBatch, column: usize, row: usize) -> Value {
    let column = batch.column(column);
    if column.is_null(row) {
        return Value::Null;
    }
    if let Some(texts) = column.as_string_opt::<i32>() {
        texts.value(row).into()
    } else if let Some(flags) = column.as_boolean_opt() {
        flags.value(row).into()
    } else if let Some(counts) = column.as_primitive_opt::<Int64Type>() {
        counts.value(row).into()
    } else {
        let times = column.as_primitive::<TimestampMicrosecondType>();
        let time = Timestamp::from_microsecond(times.value(row)).unwrap();
        time.to_string().into()
    }
}

fn from_parquet<R: DeserializeOwned>(bytes: Vec<u8>) -> Vec<R> {
    let mut records = Vec::new();
    for batch in batches(bytes) {
        let schema = batch.schema();
        for row in 0..batch.num_rows() {
            let fields = schema.fields().iter().enumerate();
            let record: Map<_, _> = fields
                .map(|(column, field)| (field.name().clone(), value(&batch, column, row)))
                .collect();
            records.push(serde_json::from_value(record.into()).unwrap());
        }
    }
    records
}

/// The schema, and the values of each row that are not null.
pub(super) fn parquet_as_text(path: &Path) -> String {
    let mut text = String::new();
    for batch in batches(std::fs::read(path).unwrap()) {
        let schema = batch.schema();
        for field in schema.fields() {
            writeln!(text, "{}: {}", field.name(), field.data_type()).unwrap();
        }
        for row in 0..batch.num_rows() {
            text.push('\n');
            for (column, field) in schema.fields().iter().enumerate() {
                let value = value(&batch, column, row);
                if field.name() != "read_at" && !value.is_null() {
                    writeln!(text, "{} = {value}", field.name()).unwrap();
                }
            }
        }
    }
    text
}

fn from_json_lines<R: DeserializeOwned>(bytes: &[u8]) -> Vec<R> {
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'));
    text.split_terminator('\n')
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The rows, without the apostrophes for spreadsheets, removed as the manifest's note says.
fn from_csv<R: DeserializeOwned>(bytes: &[u8], columns: &[&str]) -> Vec<R> {
    let mut reader = csv::Reader::from_reader(bytes);
    assert_eq!(reader.headers().unwrap(), columns);
    let headers = reader.headers().unwrap().clone();
    let rows = reader.records().map(|row| {
        let row: csv::StringRecord = row.unwrap().iter().map(original).collect();
        row.deserialize(Some(&headers)).unwrap()
    });
    rows.collect()
}

fn original(cell: &str) -> &str {
    let beneath = cell.trim_start_matches('\'');
    let is_blank = |c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}';
    let computed = beneath.starts_with(['\t', '\r', '\n'])
        || beneath
            .trim_start_matches(is_blank)
            .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    match cell.strip_prefix('\'') {
        Some(cell) if computed => cell,
        _ => {
            assert!(!computed, "a spreadsheet computes {cell:?}");
            cell
        }
    }
}

/// Ordinary and hostile texts.
fn text() -> impl Strategy<Value = Value> {
    prop_oneof![
        2 => Just(Value::Null),
        2 => "\\PC{1,12}".prop_map(Value::from),
        2 => "[='+@ \t\r\n\",;a-]{1,6}".prop_map(Value::from),
        1 => "['\u{feff}\u{a0}＝＋－＠=]{1,4}".prop_map(Value::from),
    ]
}

fn time() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        (-60_000_000_000_000_000_i64..250_000_000_000_000_000).prop_map(|time| {
            Timestamp::from_microsecond(time)
                .unwrap()
                .to_string()
                .into()
        }),
    ]
}

fn flag() -> impl Strategy<Value = Value> {
    prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from)]
}

/// An item in the service's form, with arbitrary texts.
fn item() -> impl Strategy<Value = Value> {
    let access = (text(), text(), text(), flag(), time(), text());
    (text(), text(), text(), text(), flag(), access, 0..3_u8).prop_map(
        |(identity, decision, comments, owner, completed, access, kind)| {
            let (name, description, source, privileged, end, native) = access;
            let details = json!({
                "description": description, "privileged": privileged, "endDate": end,
                "sourceName": source, "owner": { "id": "o", "name": owner },
                "account": { "id": "a", "nativeIdentity": native },
            });
            let mut summary = json!({ "access": { "id": "x", "name": name, "type": decision } });
            let kind = ["entitlement", "accessProfile", "role"][usize::from(kind)];
            summary[kind] = details.clone();
            if kind != "entitlement" {
                summary[kind]["entitlements"] = json!([details]);
            }
            json!({
                "completed": completed, "decision": decision, "comments": comments,
                "identitySummary": { "id": "s", "name": identity },
                "accessSummary": summary, "recommendation": owner,
            })
        },
    )
}

fn certification() -> impl Strategy<Value = Value> {
    (text(), text(), text(), time(), flag(), text()).prop_map(
        |(name, campaign, reviewer, signed, completed, comment)| {
            json!([{
                "id": "c", "name": name, "signed": signed, "completed": completed, "phase": name,
                "campaign": { "id": "ca", "name": campaign },
                "reviewer": { "id": "r", "name": reviewer, "type": reviewer },
                "reassignment": { "comment": comment, "from": { "id": "f", "name": comment } },
            }])
        },
    )
}

async fn service(certifications: Value, items: Vec<Value>) -> Canned {
    let items: Value = items
        .into_iter()
        .enumerate()
        .map(|(place, mut item)| {
            item["id"] = format!("i{place}").into();
            item
        })
        .collect();
    Canned::with(move |uri: Uri| {
        let body = match uri.path() {
            "/v3/certifications" => &certifications,
            _ => &items,
        };
        let count = body.as_array().unwrap().len();
        let response = Response::builder()
            .header("content-type", "application/json")
            .header("x-total-count", count);
        response.body(Body::from(body.to_string())).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// CSV cannot distinguish an empty text from a missing one, so there are no empty texts here.
    #[test]
    fn every_record_comes_back_from_every_format(
        certification in certification(),
        items in proptest::collection::vec(item(), 0..6),
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let service = service(certification, items.clone()).await;
            let [mut lines, mut csv, mut parquet] = [Vec::new(), Vec::new(), Vec::new()];
            let mut grants = [Vec::new(), Vec::new(), Vec::new()];
            let [grant_lines, grant_csv, grant_parquet] = &mut grants;
            let manifest = service
                .client()
                .evidence()
                .byte_order_mark()
                .json_lines("lines", &mut lines)
                .csv("csv", &mut csv)
                .parquet("parquet", &mut parquet)
                .grants_to("grant lines", EvidenceFormat::JsonLines, grant_lines)
                .grants_to("grant csv", EvidenceFormat::Csv, grant_csv)
                .grants_to("grant parquet", EvidenceFormat::Parquet, grant_parquet)
                .write()
                .await
                .unwrap();
            assert!(manifest.complete, "{:?}", manifest.discrepancies);
            let rows: Vec<EvidenceRow> = from_json_lines(&lines);
            assert_eq!(rows.len(), items.len());
            assert!(csv.starts_with(b"\xef\xbb\xbf"));
            assert_eq!(from_csv::<EvidenceRow>(&csv[3..], EvidenceRow::columns()), rows);
            assert_eq!(from_parquet::<EvidenceRow>(parquet), rows);

            let [lines, csv, parquet] = grants;
            let rows: Vec<GrantRow> = from_json_lines(&lines);
            assert_eq!(rows.len(), items.len());
            assert_eq!(from_csv::<GrantRow>(&csv[3..], GrantRow::columns()), rows);
            assert_eq!(from_parquet::<GrantRow>(parquet), rows);
        });
    }
}
