//! The access that items and access summaries are about.

use super::{FieldValue, Matchable};
use crate::filter::endpoint::AccessSummaries;
use crate::model::{AccessReference, AccessSummary, ObjectType};

impl Matchable for AccessSummaries {
    type Record = AccessSummary;

    fn value<'a>(summary: &'a AccessSummary, field: &str) -> Option<FieldValue<'a>> {
        match field {
            // How far the decisions are, the records do not say.
            "completed" => None,
            _ => value(Some(summary), field),
        }
    }
}

/// The value of a field that items and access summaries have in common.
pub(super) fn value<'a>(summary: Option<&'a AccessSummary>, field: &str) -> Option<FieldValue<'a>> {
    Some(match field {
        "access.id" => {
            access(summary).map_or(FieldValue::Missing, |access| FieldValue::id(&access.id))
        }
        "access.name" => {
            FieldValue::text(access(summary).and_then(|access| access.name.as_deref()))
        }
        "entitlement.sourceName" => FieldValue::text(entitlement_source(summary)),
        "accessProfile.sourceName" => FieldValue::text(access_profile_source(summary)),
        _ => return None,
    })
}

pub(super) fn access_type(summary: Option<&AccessSummary>) -> FieldValue<'_> {
    let kind = access(summary).and_then(|access| access.kind.as_ref());
    FieldValue::text(kind.map(ObjectType::as_str))
}

fn access(summary: Option<&AccessSummary>) -> Option<&AccessReference> {
    summary?.access.as_ref()
}

fn entitlement_source(summary: Option<&AccessSummary>) -> Option<&str> {
    summary?.entitlement.as_ref()?.source_name.as_deref()
}

/// An access profile is made from one source, which its entitlements name.
fn access_profile_source(summary: Option<&AccessSummary>) -> Option<&str> {
    let entitlements = &summary?.access_profile.as_ref()?.entitlements;
    entitlements
        .iter()
        .find_map(|entitlement| entitlement.source_name.as_deref())
}
