//! Makes rows from an item and its certification.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::Value;

use super::{EvidenceRow, id_text};
use crate::evidence::reassignments::{ReassignmentStep, Reassignments};
use crate::model::{
    AccessReviewItem, AccessSummary, CampaignReference, Certification, Grant, IdentityReference,
    Recommendation,
};

impl EvidenceRow {
    /// What all rows of a certification have in common.
    pub(in crate::evidence) fn of_certification(
        certification: &Certification,
        reassignments: &Reassignments,
    ) -> Self {
        let campaign = certification.campaign.as_ref();
        let reviewer = certification.reviewer.as_ref();
        let last = certification.reassignment.as_deref();
        let last = last.map(ReassignmentStep::of).unwrap_or_default();
        Self {
            certification_id: id_text(&certification.id),
            certification_name: certification.name.clone(),
            certification_phase: certification.phase.clone(),
            certification_completed: certification.completed,
            certification_created: certification.created,
            certification_modified: certification.modified,
            certification_due: certification.due,
            certification_signed: certification.signed,
            reviewer_id: reviewer.and_then(|reviewer| id_text(&reviewer.id)),
            reviewer_name: reviewer.and_then(|reviewer| reviewer.name.clone()),
            reviewer_email: reviewer.and_then(|reviewer| reviewer.email.clone()),
            reviewer_type: reviewer.and_then(|reviewer| reviewer.reviewer_type.clone()),
            reassigned_from_certification_id: last.certification_id,
            reassigned_from_reviewer_id: last.reviewer_id,
            reassigned_from_reviewer_name: last.reviewer_name,
            reassignment_comment: last.comment,
            reassignment_trail: reassignments.trail(&certification.id),
            ..campaign.map(Self::of_campaign).unwrap_or_default()
        }
    }

    fn of_campaign(campaign: &CampaignReference) -> Self {
        Self {
            campaign_id: id_text(&campaign.id),
            campaign_name: campaign.name.clone(),
            campaign_type: campaign.campaign_type.clone(),
            campaign_description: campaign.description.clone(),
            campaign_comment_requirement: campaign.mandatory_comment_requirement.clone(),
            ..Self::default()
        }
    }

    /// The row of an item, which grants this. `common` is what
    /// [`of_certification`](Self::of_certification) made.
    pub(in crate::evidence) fn of_item(
        item: &AccessReviewItem,
        grants: &[Grant<'_>],
        common: &Self,
        read_at: Timestamp,
    ) -> Self {
        let identity = item.identity_summary.as_ref();
        let summary = item.access_summary.as_ref();
        let advice = recommendation(item);
        let mut row = Self {
            item_id: id_text(&item.id),
            item_completed: item.completed,
            item_new_access: item.new_access,
            identity_id: identity.and_then(|identity| id_text(&identity.identity_id)),
            identity_summary_id: identity.and_then(|identity| id_text(&identity.id)),
            identity_name: identity.and_then(|identity| identity.name.clone()),
            access_type: item.access_type().cloned(),
            access_id: item.access_id().map(str::to_owned),
            access_name: item.access_name().map(str::to_owned),
            grants_privileged: summary.map(AccessSummary::is_privileged),
            entitlements_granted: different_entitlements(grants),
            decision: item.decision.clone(),
            comment: item.comments.clone(),
            recommendation: advice.recommendation,
            recommendation_reasons: (!advice.reasons.is_empty()).then(|| advice.reasons.join("\n")),
            recommended_at: advice.timestamp,
            read_at,
            ..common.clone()
        };
        row.set_sources(grants);
        if let Some(summary) = summary {
            row.set_details(summary);
        }
        row
    }

    /// The sources of everything that is granted, each once.
    fn set_sources(&mut self, grants: &[Grant<'_>]) {
        let mut sources = Vec::new();
        for Grant { entitlement, .. } in grants {
            let source = [
                entitlement.source_id.get(),
                entitlement.source_name.as_deref(),
                entitlement.source_type.as_deref(),
            ];
            if source.iter().any(Option::is_some) && !sources.contains(&source) {
                sources.push(source);
            }
        }
        let joined = |part: usize| {
            let parts: Vec<_> = sources.iter().filter_map(|source| source[part]).collect();
            (!parts.is_empty()).then(|| parts.join("; "))
        };
        self.source_id = joined(0);
        self.source_name = joined(1);
        self.source_type = joined(2);
    }

    /// The details of the access, from whichever of the three it has.
    fn set_details(&mut self, summary: &AccessSummary) {
        if let Some(entitlement) = summary.entitlement.as_deref() {
            self.access_description = entitlement.description.clone();
            self.access_privileged = entitlement.privileged;
            self.access_cloud_governed = entitlement.cloud_governed;
            self.access_revocable = entitlement.revocable;
            self.set_owner(entitlement.owner.as_ref());
            self.attribute_name = entitlement.attribute_name.clone();
            self.attribute_value = entitlement.attribute_value.clone();
            if let Some(account) = entitlement.account.as_deref() {
                self.account_id = id_text(&account.id);
                self.account_name = account.name.clone();
                self.account_native_identity = account.native_identity.clone();
            }
        } else if let Some(profile) = summary.access_profile.as_deref() {
            self.access_description = profile.description.clone();
            self.access_privileged = profile.privileged;
            self.access_cloud_governed = profile.cloud_governed;
            self.access_end_date = profile.end_date;
            self.set_owner(profile.owner.as_ref());
        } else if let Some(role) = summary.role.as_deref() {
            self.access_description = role.description.clone();
            self.access_privileged = role.privileged;
            self.access_revocable = role.revocable;
            self.access_end_date = role.end_date;
            self.set_owner(role.owner.as_ref());
        }
    }

    fn set_owner(&mut self, owner: Option<&IdentityReference>) {
        self.access_owner_id = owner.and_then(|owner| id_text(&owner.id));
        self.access_owner_name = owner.and_then(|owner| owner.name.clone());
        self.access_owner_email = owner.and_then(|owner| owner.email.clone());
    }
}

/// The number of distinct entitlements. Those without an id count as distinct.
fn different_entitlements(grants: &[Grant<'_>]) -> u64 {
    let mut ids = HashSet::new();
    let different = grants.iter().filter(|grant| {
        let id = grant.entitlement.id.get();
        id.is_none_or(|id| ids.insert(id))
    });
    different.count() as u64
}

/// What the service recommends; the JSON text of a recommendation in a form that is not known.
fn recommendation(item: &AccessReviewItem) -> Recommendation {
    let read = item.recommendation();
    read.filter(|read| read.recommendation.is_some())
        .unwrap_or_else(|| match item.extra.get("recommendation") {
            None | Some(Value::Null) => Recommendation::default(),
            Some(value) => Recommendation::new(value.to_string()),
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(item: Value) -> EvidenceRow {
        let item: AccessReviewItem = serde_json::from_value(item).unwrap();
        let common = EvidenceRow::default();
        let grants: Vec<_> = item.grants().collect();
        EvidenceRow::of_item(&item, &grants, &common, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_recommendation_is_kept_in_whatever_form_it_comes() {
        let read = |recommendation: Value| {
            let row = row(json!({ "id": "i", "recommendation": recommendation }));
            (
                row.recommendation,
                row.recommendation_reasons,
                row.recommended_at,
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
            read(full),
            (text("REVOKE"), text("nobody else has it\nunused"), when)
        );
        assert_eq!(read(json!("APPROVE")), (text("APPROVE"), None, None));
        assert_eq!(
            read(json!({ "score": 7 })),
            (text(r#"{"score":7}"#), None, None)
        );
        assert_eq!(read(json!(null)), (None, None, None));
    }

    #[test]
    fn a_role_has_the_sources_and_privileges_of_what_it_contains() {
        let entitlement = |id: &str, source: &str, privileged: bool| json!({ "id": id, "sourceId": source, "sourceName": source, "privileged": privileged });
        let row = row(json!({ "accessSummary": { "role": {
            "id": "r", "privileged": false,
            "entitlements": [entitlement("a", "AD", false), entitlement("b", "AD", false)],
            "accessProfiles": [
                { "entitlements": [entitlement("a", "AD", false), entitlement("c", "SAP", true)] },
            ],
        }}}));
        assert_eq!(row.source_name.as_deref(), Some("AD; SAP"));
        assert_eq!(row.entitlements_granted, 3);
        assert_eq!(row.access_privileged, Some(false));
        assert_eq!(row.grants_privileged, Some(true));
    }
}
