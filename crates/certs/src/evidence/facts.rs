//! What the service says about an item and its certification, as a record.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde_json::Value;

use super::record::{EvidenceRecord, ReassignmentStep};
use crate::model::{
    AccessReviewItem, AccessSummary, CampaignReference, Certification, Extra, IdentityReference,
    Reassignment, Recommendation,
};

/// An id that the model has as the empty string is missing.
pub(super) fn known(id: &str) -> Option<String> {
    (!id.is_empty()).then(|| id.to_owned())
}

/// Where certifications came from, for those that a reassignment made.
#[derive(Debug, Default)]
pub(super) struct Trails(HashMap<String, ReassignmentStep>);

impl Trails {
    pub(super) fn note(&mut self, certification: &Certification) {
        if let Some(reassignment) = &certification.reassignment {
            self.0.insert(certification.id.clone(), step(reassignment));
        }
    }

    /// The reassignments that led to a certification, the first of them first.
    fn to(&self, certification: &str) -> Vec<ReassignmentStep> {
        let mut steps = Vec::new();
        let mut seen = HashSet::new();
        let mut place = Some(certification);
        // The service has no loops in it, but that is not ours to rely on.
        while let Some(step) = place
            .filter(|place| seen.insert(*place))
            .and_then(|place| self.0.get(place))
        {
            steps.push(step.clone());
            place = step.certification_id.as_deref();
        }
        steps.reverse();
        steps
    }
}

fn step(reassignment: &Reassignment) -> ReassignmentStep {
    let from = reassignment.from.as_ref();
    let reviewer = from.and_then(|from| from.reviewer.as_ref());
    ReassignmentStep {
        certification_id: from.and_then(|from| known(&from.id)),
        certification_name: from.and_then(|from| from.name.clone()),
        reviewer_id: reviewer.and_then(|reviewer| known(&reviewer.id)),
        reviewer_name: reviewer.and_then(|reviewer| reviewer.name.clone()),
        comment: reassignment.comment.clone(),
    }
}

/// What all records of a certification have in common.
pub(super) fn of_certification(certification: &Certification, trails: &Trails) -> EvidenceRecord {
    let campaign = certification.campaign.as_ref();
    let reviewer = certification.reviewer.as_ref();
    let last = certification.reassignment.as_deref().map(step);
    let last = last.unwrap_or_default();
    EvidenceRecord {
        certification_id: known(&certification.id),
        certification_name: certification.name.clone(),
        certification_phase: certification.phase.clone(),
        certification_completed: certification.completed,
        certification_created: certification.created,
        certification_modified: certification.modified,
        certification_due: certification.due,
        certification_signed: certification.signed,
        reviewer_id: reviewer.and_then(|reviewer| known(&reviewer.id)),
        reviewer_name: reviewer.and_then(|reviewer| reviewer.name.clone()),
        reviewer_email: reviewer.and_then(|reviewer| reviewer.email.clone()),
        reviewer_type: reviewer.and_then(|reviewer| reviewer.reviewer_type.clone()),
        reassigned_from_certification_id: last.certification_id,
        reassigned_from_reviewer_id: last.reviewer_id,
        reassigned_from_reviewer_name: last.reviewer_name,
        reassignment_comment: last.comment,
        reassignment_trail: trails.to(&certification.id),
        ..campaign.map(of_campaign).unwrap_or_default()
    }
}

fn of_campaign(campaign: &CampaignReference) -> EvidenceRecord {
    EvidenceRecord {
        campaign_id: known(&campaign.id),
        campaign_name: campaign.name.clone(),
        campaign_type: campaign.campaign_type.clone(),
        campaign_description: campaign.description.clone(),
        campaign_comment_requirement: campaign.mandatory_comment_requirement.clone(),
        ..EvidenceRecord::default()
    }
}

/// The record of an item. `common` is what [`of_certification`] made.
pub(super) fn of_item(
    item: AccessReviewItem,
    common: &EvidenceRecord,
    read_at: Timestamp,
) -> EvidenceRecord {
    let identity = item.identity_summary;
    let advice = advice(&item.extra);
    let common = EvidenceRecord {
        item_id: known(&item.id),
        item_completed: item.completed,
        item_new_access: item.new_access,
        identity_id: identity.as_ref().and_then(|i| i.identity_id.clone()),
        identity_summary_id: identity.as_ref().and_then(|i| known(&i.id)),
        identity_name: identity.and_then(|i| i.name),
        decision: item.decision,
        comment: item.comments,
        recommendation: advice.recommendation,
        recommendation_reasons: (!advice.reasons.is_empty()).then(|| advice.reasons.join("\n")),
        recommended_at: advice.timestamp,
        read_at,
        ..common.clone()
    };
    match item.access_summary {
        Some(access) => with_access(access, common),
        None => common,
    }
}

fn with_access(access: AccessSummary, mut record: EvidenceRecord) -> EvidenceRecord {
    if let Some(access) = access.access {
        record.access_type = access.kind;
        record.access_id = known(&access.id);
        record.access_name = access.name;
    }
    // One of the three is there.
    if let Some(entitlement) = access.entitlement {
        record.access_description = entitlement.description;
        record.access_privileged = entitlement.privileged;
        record.access_cloud_governed = entitlement.cloud_governed;
        record.access_revocable = entitlement.revocable;
        own(&mut record, entitlement.owner);
        record.source_id = entitlement.source_id;
        record.source_name = entitlement.source_name;
        record.source_type = entitlement.source_type;
        record.attribute_name = entitlement.attribute_name;
        record.attribute_value = entitlement.attribute_value;
        if let Some(account) = entitlement.account {
            record.account_id = known(&account.id);
            record.account_name = account.name;
            record.account_native_identity = account.native_identity;
        }
    } else if let Some(profile) = access.access_profile {
        record.access_description = profile.description;
        record.access_privileged = profile.privileged;
        record.access_cloud_governed = profile.cloud_governed;
        record.access_end_date = profile.end_date;
        own(&mut record, profile.owner);
    } else if let Some(role) = access.role {
        record.access_description = role.description;
        record.access_privileged = role.privileged;
        record.access_revocable = role.revocable;
        record.access_end_date = role.end_date;
        own(&mut record, role.owner);
    }
    record
}

fn own(record: &mut EvidenceRecord, owner: Option<IdentityReference>) {
    let Some(owner) = owner else { return };
    record.access_owner_id = known(&owner.id);
    record.access_owner_name = owner.name;
    record.access_owner_email = owner.email;
}

/// The specification has no recommendation in answers. One that comes all the same is read in
/// the form in which requests have it; in any other form, its text is kept.
fn advice(extra: &Extra) -> Recommendation {
    match extra.get("recommendation") {
        None | Some(Value::Null) => Recommendation::default(),
        Some(Value::String(text)) => Recommendation::new(text),
        Some(value) => serde_json::from_value::<Recommendation>(value.clone())
            .ok()
            .filter(|read| read.recommendation.is_some())
            .unwrap_or_else(|| Recommendation::new(value.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_recommendation_is_kept_in_whatever_form_it_comes() {
        let record = |recommendation: Value| {
            let item = json!({ "id": "i", "recommendation": recommendation });
            let item: AccessReviewItem = serde_json::from_value(item).unwrap();
            let record = of_item(item, &EvidenceRecord::default(), Timestamp::UNIX_EPOCH);
            (
                record.recommendation,
                record.recommendation_reasons,
                record.recommended_at,
            )
        };
        let text = |text: &str| Some(text.to_owned());
        let full = json!({
            "recommendation": "REVOKE",
            "reasons": ["nobody else has it", "unused"],
            "timestamp": "2026-01-02T03:04:05Z",
        });
        let when = "2026-01-02T03:04:05Z".parse().ok();
        assert_eq!(
            record(full),
            (text("REVOKE"), text("nobody else has it\nunused"), when)
        );
        assert_eq!(record(json!("APPROVE")), (text("APPROVE"), None, None));
        assert_eq!(
            record(json!({ "score": 7 })),
            (text(r#"{"score":7}"#), None, None)
        );
        assert_eq!(record(json!(null)), (None, None, None));
    }

    #[test]
    fn a_trail_is_followed_back_and_ends_in_a_loop() {
        let certification = |id: &str, from: &str| -> Certification {
            let reassignment = json!({ "from": { "id": from }, "comment": format!("to {id}") });
            serde_json::from_value(json!({ "id": id, "reassignment": reassignment })).unwrap()
        };
        let mut trails = Trails::default();
        trails.note(&certification("c", "b"));
        trails.note(&certification("b", "a"));
        let comments = |trails: &Trails| {
            let steps = trails.to("c").into_iter();
            steps.filter_map(|step| step.comment).collect::<Vec<_>>()
        };
        assert_eq!(comments(&trails), ["to b", "to c"]);
        trails.note(&certification("a", "c"));
        assert_eq!(comments(&trails), ["to a", "to b", "to c"]);
    }
}
