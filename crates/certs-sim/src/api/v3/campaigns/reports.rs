//! Reports of campaigns, their configuration, and remediation scans.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{find, require_admin};
use crate::api::body::{self, Object};
use crate::api::endpoint::Call;
use crate::api::success::Success;
use crate::api::time::Time;
use crate::error::ApiError;
use crate::state::State;
use crate::state::campaign::Report;
use crate::view::ReportType;

const COLUMNS: &str = "identityAttributeColumns";

/// `CampaignReport`.
fn dto(kind: ReportType, last: Option<&Report>, now: Timestamp) -> Value {
    let Some(report) = last else {
        return json!({ "reportType": kind });
    };
    let is_ready = report.ends <= now;
    json!({
        "id": report.id,
        "name": kind,
        "type": "REPORT_RESULT",
        "status": if is_ready { "SUCCESS" } else { "PENDING" },
        "reportType": kind,
        "lastRunAt": Time(report.started),
    })
}

/// One of each kind. Those that were never run have no result.
pub(crate) fn list(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let campaign = find(state, call)?;
    let reports = &state.campaigns[campaign].reports;
    let kinds = ReportType::SPELLINGS.iter().copied();
    let records: Vec<_> = kinds
        .filter_map(ReportType::from_wire)
        .map(|kind| {
            let last = reports.iter().find(|report| report.kind == kind);
            dto(kind, last, call.now)
        })
        .collect();
    Success::one(&records)
}

pub(crate) fn run(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    let campaign = find(state, call)?;
    let text = call.path("type");
    let kind = ReportType::from_wire(text).ok_or_else(|| {
        ApiError::illegal(format!(
            "The report is \"{text}\", but it must be one of: {}.",
            ReportType::SPELLINGS.join(", ")
        ))
    })?;
    state.run_report(campaign, kind, call.now);
    Success::accepted(&json!({}))
}

/// Accepts the request. The result would need the tenant's identity data.
pub(crate) fn scan(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    find(state, call)?;
    Success::accepted(&json!({}))
}

pub(crate) fn configuration(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    require_admin(call)?;
    Success::one(&json!({ COLUMNS: state.report_columns }))
}

pub(crate) fn configure(state: &mut State, call: &Call) -> Result<Success, ApiError> {
    require_admin(call)?;
    let value = body::parse(call)?;
    let columns = Object::read(&value, "")?.optional_texts(COLUMNS)?;
    state.report_columns = columns;
    configuration(state, call)
}
