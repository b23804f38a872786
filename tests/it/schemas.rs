//! The JSON Schemas of the model, and whether responses conform to them.

use certs::evidence::{EvidenceRow, GrantRow, Manifest};
use certs::model::{
    AccessReviewItem, AccessSummary, Certification, DecisionSummary, ErrorMessage,
    IdentityReference, IdentitySummary, Permission, ReviewDecision, Task,
};
use insta::assert_json_snapshot;
use schemars::{JsonSchema, schema_for};
use serde_json::Value;

use crate::support::assert_no_failures;
use crate::support::facade::{of_response, unified};
use crate::support::walk::{slow_tenant, walk};

#[test]
fn schemas_of_the_model() {
    // The order of keys depends on features that other crates of a build enable.
    let mut settings = insta::Settings::clone_current();
    settings.set_sort_maps(true);
    let _guard = settings.bind_to_scope();
    assert_json_snapshot!("certification", schema_for!(Certification));
    assert_json_snapshot!("access_review_item", schema_for!(AccessReviewItem));
    assert_json_snapshot!("access_summary", schema_for!(AccessSummary));
    assert_json_snapshot!("identity_summary", schema_for!(IdentitySummary));
    assert_json_snapshot!("decision_summary", schema_for!(DecisionSummary));
    assert_json_snapshot!("identity_reference", schema_for!(IdentityReference));
    assert_json_snapshot!("permission", schema_for!(Permission));
    assert_json_snapshot!("task", schema_for!(Task));
    assert_json_snapshot!("error_message", schema_for!(ErrorMessage));
    assert_json_snapshot!("review_decision", schema_for!(ReviewDecision));
    assert_json_snapshot!("evidence_row", schema_for!(EvidenceRow));
    assert_json_snapshot!("evidence_grant_row", schema_for!(GrantRow));
    assert_json_snapshot!("evidence_manifest", schema_for!(Manifest));
}

/// The schema of an operation's response, or of one record if that is a list.
fn schema(operation: &str) -> Value {
    fn of<T: JsonSchema>() -> Value {
        schema_for!(T).to_value()
    }
    of_response!(operation, of())
}

/// Beta's fields have V3's names in the model.
#[tokio::test]
async fn the_simulators_responses_are_as_the_schemas_say() {
    let sim = slow_tenant().await;
    let mut failures = Vec::new();
    for mut recorded in walk(&sim).await {
        let says_nothing = recorded
            .body
            .as_object()
            .is_none_or(serde_json::Map::is_empty);
        if says_nothing && !recorded.body.is_array() {
            continue;
        }
        // The records are inside the response.
        if recorded.operation == "listCampaignFilters" {
            recorded.body = recorded.body["items"].take();
        }
        let schema = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema(recorded.operation))
            .unwrap();
        let records = match unified(recorded.version, recorded.operation, recorded.body) {
            Value::Array(records) => records,
            record => vec![record],
        };
        for record in records {
            let place = format!("{} {}", recorded.version, recorded.operation);
            let errors = schema.iter_errors(&record);
            failures.extend(errors.map(|e| format!("{place} {}: {e}", e.instance_path())));
        }
    }
    assert_no_failures(failures);
}
