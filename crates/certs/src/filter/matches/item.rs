//! Access review items, and the identities that they are about.

use super::{FieldValue, Matchable, access};
use crate::filter::endpoint::{DecisionSummaries, IdentitySummaries, Items};
use crate::model::{AccessReviewItem, IdentitySummary};

impl Matchable for Items {
    type Record = AccessReviewItem;

    fn value<'a>(item: &'a AccessReviewItem, field: &str) -> Option<FieldValue<'a>> {
        let access_summary = item.access_summary.as_ref();
        Some(match field {
            "id" => FieldValue::id(&item.id),
            "type" | "access.type" => access::access_type(access_summary),
            "completed" => FieldValue::bool(item.completed),
            "identitySummary.id" => identity_summary_id(item),
            "identitySummary.name" => FieldValue::text(item.identity_name()),
            _ => return access::value(access_summary, field),
        })
    }
}

/// The items whose decisions are counted.
impl Matchable for DecisionSummaries {
    type Record = AccessReviewItem;

    fn value<'a>(item: &'a AccessReviewItem, field: &str) -> Option<FieldValue<'a>> {
        match field {
            "identitySummary.id" => Some(identity_summary_id(item)),
            _ => None,
        }
    }
}

impl Matchable for IdentitySummaries {
    type Record = IdentitySummary;

    fn value<'a>(summary: &'a IdentitySummary, field: &str) -> Option<FieldValue<'a>> {
        Some(match field {
            "id" => FieldValue::id(&summary.id),
            "completed" => FieldValue::bool(summary.completed),
            "name" => FieldValue::text(summary.name.as_deref()),
            _ => return None,
        })
    }
}

fn identity_summary_id(item: &AccessReviewItem) -> FieldValue<'_> {
    let summary = item.identity_summary.as_ref();
    summary.map_or(FieldValue::Missing, |summary| FieldValue::id(&summary.id))
}
