//! Reviewers, the same in both versions.

use super::{FieldValue, Matchable};
use crate::filter::endpoint::{BetaReviewers, Reviewers};
use crate::model::IdentityReference;

impl Matchable for Reviewers {
    type Record = IdentityReference;

    fn value<'a>(reviewer: &'a IdentityReference, field: &str) -> Option<FieldValue<'a>> {
        value(reviewer, field)
    }
}

impl Matchable for BetaReviewers {
    type Record = IdentityReference;

    fn value<'a>(reviewer: &'a IdentityReference, field: &str) -> Option<FieldValue<'a>> {
        value(reviewer, field)
    }
}

fn value<'a>(reviewer: &'a IdentityReference, field: &str) -> Option<FieldValue<'a>> {
    Some(match field {
        "id" => FieldValue::id(&reviewer.id),
        "name" => FieldValue::text(reviewer.name.as_deref()),
        "email" => FieldValue::text(reviewer.email.as_deref()),
        _ => return None,
    })
}
