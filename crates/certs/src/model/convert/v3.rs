//! V3's types.

use super::shared::shared_conversions;
use super::{date, under, wire_date};

shared_conversions!(v3);

pub(crate) fn certification(raw: raw::IdentityCertificationDto) -> model::Certification {
    let raw::IdentityCertificationDto {
        campaign: campaign_ref,
        completed,
        created,
        decisions_made,
        decisions_total,
        due,
        error_message,
        has_errors,
        id,
        identities_completed,
        identities_total,
        modified,
        name,
        phase,
        reassignment: reassigned,
        reviewer: by,
        signed,
        mut extra,
    } = raw;
    model::Certification {
        id: id.unwrap_or_default(),
        name,
        campaign: under(&mut extra, "campaignRef", campaign_ref.map(campaign)),
        completed,
        identities_completed: under(&mut extra, "entitiesCompleted", identities_completed),
        identities_total: under(&mut extra, "entitiesTotal", identities_total),
        created: date(&mut extra, "created", created),
        modified: date(&mut extra, "modified", modified),
        decisions_made,
        decisions_total,
        due: date(&mut extra, "due", due),
        signed: date(&mut extra, "signed", signed),
        reviewer: by.map(reviewer),
        reassignment: reassigned.map(|raw| Box::new(reassignment(raw))),
        has_errors,
        error_message,
        phase: phase.map(|phase| open(phase.as_str())),
        extra,
    }
}

fn reviewer(raw: raw::Reviewer) -> model::Reviewer {
    let raw::Reviewer {
        created,
        email,
        id,
        modified,
        name,
        type_,
        mut extra,
    } = raw;
    model::Reviewer {
        id: id.unwrap_or_default(),
        name,
        email,
        reviewer_type: type_.map(|kind| open(kind.as_str())),
        created: date(&mut extra, "created", created),
        modified: date(&mut extra, "modified", modified),
        extra,
    }
}

pub(crate) fn access_review_item(raw: raw::AccessReviewItem) -> model::AccessReviewItem {
    let raw::AccessReviewItem {
        access_summary: access,
        comments,
        completed,
        decision,
        id,
        identity_summary: identity,
        new_access,
        extra,
    } = raw;
    model::AccessReviewItem {
        access_summary: access.map(access_summary),
        identity_summary: identity.map(identity_summary),
        id: id.unwrap_or_default(),
        completed,
        new_access,
        decision: decision.map(|decision| open(decision.as_str())),
        comments,
        extra,
    }
}

pub(crate) fn identity_summary(raw: raw::CertificationIdentitySummary) -> model::IdentitySummary {
    let raw::CertificationIdentitySummary {
        completed,
        id,
        identity_id,
        name,
        extra,
    } = raw;
    model::IdentitySummary {
        id: id.unwrap_or_default(),
        name,
        identity_id,
        completed,
        extra,
    }
}

pub(crate) fn access_summary(raw: raw::AccessSummary) -> model::AccessSummary {
    let raw::AccessSummary {
        access,
        access_profile: profile,
        entitlement: held,
        role: of,
        extra,
    } = raw;
    model::AccessSummary {
        access: access.map(access_reference),
        entitlement: held.map(|raw| Box::new(entitlement(raw))),
        access_profile: profile.map(|raw| Box::new(access_profile(raw))),
        role: of.map(|raw| Box::new(role(raw))),
        extra,
    }
}

fn access_reference(raw: raw::AccessSummaryAccess) -> model::AccessReference {
    let raw::AccessSummaryAccess {
        id,
        name,
        type_,
        extra,
    } = raw;
    model::AccessReference {
        kind: type_.map(|kind| open(kind.as_str())),
        id: id.unwrap_or_default(),
        name,
        extra,
    }
}

fn entitlement(raw: raw::ReviewableEntitlement) -> model::Entitlement {
    let raw::ReviewableEntitlement {
        account: held_by,
        attribute_name,
        attribute_value,
        cloud_governed,
        contains_data_access,
        data_access: data,
        description,
        has_permissions,
        id,
        is_permission,
        name,
        owner,
        privileged,
        revocable,
        source_id,
        source_name,
        source_schema_object_type,
        source_type,
        extra,
    } = raw;
    model::Entitlement {
        id: id.unwrap_or_default(),
        name,
        description,
        privileged,
        owner: owner.map(identity_reference),
        attribute_name,
        attribute_value,
        source_schema_object_type,
        source_name,
        source_type,
        source_id,
        has_permissions,
        is_permission,
        revocable,
        cloud_governed,
        contains_data_access,
        data_access: data.map(|raw| Box::new(data_access(raw))),
        account: held_by.map(|raw| Box::new(account(raw))),
        extra,
    }
}

fn data_access(raw: raw::DataAccess) -> model::DataAccess {
    let raw::DataAccess {
        categories,
        impact_score,
        policies,
        extra,
    } = raw;
    model::DataAccess {
        policies: list(policies, |raw| {
            let raw::DataAccessPoliciesItem { value, extra } = raw;
            model::DataAccessPolicy { value, extra }
        }),
        categories: list(categories, |raw| {
            let raw::DataAccessCategoriesItem {
                match_count,
                value,
                extra,
            } = raw;
            model::DataAccessCategory {
                value,
                match_count,
                extra,
            }
        }),
        impact_score: impact_score.map(|raw| {
            let raw::DataAccessImpactScore { value, extra } = raw;
            model::ImpactScore { value, extra }
        }),
        extra,
    }
}

fn account(raw: raw::ReviewableEntitlementAccount) -> model::Account {
    let raw::ReviewableEntitlementAccount {
        activity_insights: activity,
        created,
        description,
        disabled,
        governance_group_id,
        id,
        locked,
        modified,
        name,
        native_identity,
        owner,
        type_,
        mut extra,
    } = raw;
    model::Account {
        native_identity,
        disabled,
        locked,
        kind: type_.map(|kind| open(kind.as_str())),
        id: id.unwrap_or_default(),
        name,
        created: date(&mut extra, "created", created),
        modified: date(&mut extra, "modified", modified),
        activity_insights: activity.map(activity_insights),
        description,
        governance_group_id,
        owner: owner.map(account_owner),
        extra,
    }
}

fn account_owner(raw: raw::ReviewableEntitlementAccountOwner) -> model::AccountOwner {
    let raw::ReviewableEntitlementAccountOwner {
        display_name,
        id,
        type_,
        extra,
    } = raw;
    model::AccountOwner {
        id: id.unwrap_or_default(),
        kind: type_.map(|kind| open(kind.as_str())),
        display_name,
        extra,
    }
}

fn activity_insights(raw: raw::ActivityInsights) -> model::ActivityInsights {
    let raw::ActivityInsights {
        account_id,
        usage_days,
        usage_days_state,
        extra,
    } = raw;
    model::ActivityInsights {
        account_id,
        usage_days,
        usage_days_state: usage_days_state.map(|state| open(state.as_str())),
        extra,
    }
}

fn access_profile(raw: raw::ReviewableAccessProfile) -> model::AccessProfile {
    let raw::ReviewableAccessProfile {
        cloud_governed,
        created,
        description,
        end_date,
        entitlements,
        id,
        modified,
        name,
        owner,
        privileged,
        mut extra,
    } = raw;
    model::AccessProfile {
        id: id.unwrap_or_default(),
        name,
        description,
        privileged,
        cloud_governed,
        end_date: date(&mut extra, "endDate", end_date),
        owner: owner.map(identity_reference),
        entitlements: list(entitlements, entitlement),
        created: date(&mut extra, "created", created),
        modified: date(&mut extra, "modified", modified),
        extra,
    }
}

fn role(raw: raw::ReviewableRole) -> model::Role {
    let raw::ReviewableRole {
        access_profiles,
        description,
        end_date,
        entitlements,
        id,
        name,
        owner,
        privileged,
        revocable,
        mut extra,
    } = raw;
    model::Role {
        id: id.unwrap_or_default(),
        name,
        description,
        privileged,
        owner: owner.map(identity_reference),
        revocable,
        end_date: date(&mut extra, "endDate", end_date),
        access_profiles: list(access_profiles, access_profile),
        entitlements: list(entitlements, entitlement),
        extra,
    }
}

pub(crate) fn task(raw: raw::CertificationTask) -> model::Task {
    let raw::CertificationTask {
        created,
        errors,
        id,
        reassignment_trail_dt_os: trails,
        status,
        target_id,
        target_type,
        type_,
        mut extra,
    } = raw;
    model::Task {
        id: id.unwrap_or_default(),
        task_type: type_.map(|kind| open(kind.as_str())),
        target_type: target_type.map(|kind| open(kind.as_str())),
        target_id: under(&mut extra, "certificationId", target_id),
        status: status.map(|status| open(status.as_str())),
        errors: list(errors, error_message),
        reassignment_trails: list(trails, reassignment_trail),
        created: date(&mut extra, "created", created),
        extra,
    }
}

fn error_message(raw: raw::ErrorMessageDto) -> model::ErrorMessage {
    let raw::ErrorMessageDto {
        locale,
        locale_origin,
        text,
        extra,
    } = raw;
    model::ErrorMessage {
        locale,
        locale_origin: locale_origin.map(|origin| open(origin.as_str())),
        text,
        extra,
    }
}

fn reassignment_trail(raw: raw::ReassignmentTrailDto) -> model::ReassignmentTrail {
    let raw::ReassignmentTrailDto {
        new_owner,
        previous_owner,
        reassignment_type,
        extra,
    } = raw;
    model::ReassignmentTrail {
        previous_owner,
        new_owner,
        reassignment_type,
        extra,
    }
}

pub(crate) fn decision_summary(raw: raw::IdentityCertDecisionSummary) -> model::DecisionSummary {
    let raw::IdentityCertDecisionSummary {
        access_profile_decisions_made,
        access_profile_decisions_total,
        access_profiles_approved,
        access_profiles_revoked,
        account_decisions_made,
        account_decisions_total,
        accounts_approved,
        accounts_revoked,
        entitlement_decisions_made,
        entitlement_decisions_total,
        entitlements_approved,
        entitlements_revoked,
        role_decisions_made,
        role_decisions_total,
        roles_approved,
        roles_revoked,
        extra,
    } = raw;
    model::DecisionSummary {
        entitlement_decisions_made,
        access_profile_decisions_made,
        role_decisions_made,
        account_decisions_made,
        entitlement_decisions_total,
        access_profile_decisions_total,
        role_decisions_total,
        account_decisions_total,
        entitlements_approved,
        entitlements_revoked,
        access_profiles_approved,
        access_profiles_revoked,
        roles_approved,
        roles_revoked,
        accounts_approved,
        accounts_revoked,
        extra,
    }
}

pub(crate) fn review_decision(decision: model::ReviewDecision) -> raw::ReviewDecision {
    let model::ReviewDecision {
        id,
        decision,
        proposed_end_date,
        bulk,
        recommendation,
        comments,
    } = decision;
    raw::ReviewDecision {
        bulk,
        comments,
        decision: open(decision.as_str()),
        id,
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
