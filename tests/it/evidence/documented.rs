//! The documentation of formats agrees with the schemas.

use std::fmt::Write as _;
use std::path::Path;

use certs::evidence::{EvidenceRow, GrantRow};
use schemars::{JsonSchema, schema_for};
use serde_json::Value;

/// The columns as a table for the documentation.
fn table<R: JsonSchema>(columns: &[&str]) -> String {
    let schema = schema_for!(R).to_value();
    let mut table = "| column | type | what it is |\n|---|---|---|\n".to_owned();
    for column in columns {
        let property = &schema["properties"][column];
        let is_of = |name: &str| property.to_string().contains(&format!("\"{name}\""));
        let kind = if is_of("boolean") {
            "truth value"
        } else if is_of("integer") {
            "number"
        } else if is_of("date-time") {
            "time"
        } else if is_of("array") {
            "list"
        } else {
            "text"
        };
        let text = property["description"].as_str().unwrap_or_default();
        writeln!(
            table,
            "| `{column}` | {kind} | {} |",
            text.replace('\n', " ")
        )
        .unwrap();
    }
    table
}

#[test]
fn the_tables_of_columns_are_those_of_the_types() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/certs/src/evidence");
    for (file, expected) in [
        (
            "row/columns.md",
            table::<EvidenceRow>(EvidenceRow::columns()),
        ),
        ("grant/columns.md", table::<GrantRow>(GrantRow::columns())),
    ] {
        let path = folder.join(file);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&path, &expected).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(
            written,
            expected,
            "run this test with UPDATE_DOCS=1 to write {}",
            path.display()
        );
    }
}

#[test]
fn schemas_have_no_property_that_is_not_a_column() {
    for (schema, columns) in [
        (schema_for!(EvidenceRow), EvidenceRow::columns()),
        (schema_for!(GrantRow), GrantRow::columns()),
    ] {
        let properties = schema.get("properties").and_then(Value::as_object).unwrap();
        assert!(properties.keys().all(|key| columns.contains(&key.as_str())));
        assert_eq!(properties.len(), columns.len());
    }
}
