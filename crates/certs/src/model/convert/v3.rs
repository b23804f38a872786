//! Conversions to V3's request types.

use super::shared::shared_conversions;
use super::wire_date;

shared_conversions!(v3);

pub(crate) fn review_decision(decision: model::ReviewDecision) -> raw::ReviewDecision {
    let model::ReviewDecision {
        id,
        decision,
        proposed_end_date,
        bulk,
        recommendation,
        comments,
        origin: _,
    } = decision;
    raw::ReviewDecision {
        bulk,
        comments,
        decision: open(decision.as_str()),
        id: id.to_string(),
        proposed_end_date: proposed_end_date.map(wire_date),
        recommendation: recommendation.map(|recommendation| {
            let model::Recommendation {
                recommendation,
                reasons,
                timestamp,
            } = recommendation;
            raw::ReviewRecommendation {
                reasons,
                recommendation,
                timestamp: timestamp.map(wire_date),
            }
        }),
    }
}

pub(crate) fn access_type(
    access_type: model::AccessType,
) -> certs_raw::v3::enums::GetIdentityAccessSummariesType {
    open(access_type.as_str())
}

pub(crate) fn report_type(report_type: &model::ReportType) -> certs_raw::v3::enums::ReportType {
    open(report_type.as_str())
}

pub(crate) fn admin_reassign(
    certification_ids: Vec<String>,
    to: String,
    reason: String,
) -> raw::AdminReviewReassign {
    raw::AdminReviewReassign {
        certification_ids,
        reason: Some(reason),
        reassign_to: Some(raw::AdminReviewReassignReassignTo {
            id: Some(to),
            type_: Some(certs_raw::v3::enums::AdminReviewReassignReassignToType::Identity),
        }),
    }
}
