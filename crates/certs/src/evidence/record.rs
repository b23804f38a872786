//! One review item with everything that an auditor asks about it.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::time_text;
#[cfg(feature = "schemars")]
use crate::model::schema::{self, plain_descriptions};
use crate::model::{
    CampaignType, Decision, MandatoryCommentRequirement, ObjectType, Phase, ReviewerType,
};

/// One review item, with the certification that it is part of: whose access, what access, who
/// reviewed it, what they decided and why.
///
/// A record stands for itself: it repeats what its certification says. It is flat, and the
/// fields are the columns of CSV and Parquet files, in this order and under these names; the
/// keys of JSON Lines are the same. Names are in snake case, unlike the API's, because a
/// record is no type of the API, and because databases fold the case of column names. New
/// columns are added at the end.
///
/// What the service does not say is `None`: `null` in JSON Lines and Parquet, nothing in
/// CSV. All keys are there in every record. Times are RFC 3339 in UTC; enumerations are the
/// service's own texts, also those that this version does not know.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub struct EvidenceRecord {
    /// The certification's id.
    pub certification_id: Option<String>,
    /// The certification's name.
    pub certification_name: Option<String>,
    /// Where the certification was in its life.
    pub certification_phase: Option<Phase>,
    /// Whether every decision of the certification was made.
    pub certification_completed: Option<bool>,
    /// When the certification was created.
    #[serde(default, with = "time_text::optional")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time_or_null"))]
    pub certification_created: Option<Timestamp>,
    /// When the certification was last changed.
    #[serde(default, with = "time_text::optional")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time_or_null"))]
    pub certification_modified: Option<Timestamp>,
    /// When the decisions were due.
    #[serde(default, with = "time_text::optional")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time_or_null"))]
    pub certification_due: Option<Timestamp>,
    /// When the reviewer signed off. `None` if that is still to come.
    #[serde(default, with = "time_text::optional")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time_or_null"))]
    pub certification_signed: Option<Timestamp>,

    /// The campaign's id.
    pub campaign_id: Option<String>,
    /// The campaign's name.
    pub campaign_name: Option<String>,
    /// What the campaign reviews, and by whom.
    pub campaign_type: Option<CampaignType>,
    /// The administrator's words about the campaign.
    pub campaign_description: Option<String>,
    /// Which decisions of the campaign need a comment.
    pub campaign_comment_requirement: Option<MandatoryCommentRequirement>,

    /// The id of the identity or governance group that reviews.
    pub reviewer_id: Option<String>,
    /// The reviewer's name.
    pub reviewer_name: Option<String>,
    /// The reviewer's email address.
    pub reviewer_email: Option<String>,
    /// Whether an identity or a governance group reviews.
    pub reviewer_type: Option<ReviewerType>,

    /// The certification from which the last reassignment took the items. `None` if there was
    /// none.
    pub reassigned_from_certification_id: Option<String>,
    /// The id of the reviewer before the last reassignment.
    pub reassigned_from_reviewer_id: Option<String>,
    /// The name of the reviewer before the last reassignment.
    pub reassigned_from_reviewer_name: Option<String>,
    /// The reason that was given for the last reassignment.
    pub reassignment_comment: Option<String>,
    /// The reassignments that led here, the first of them first, as far back as the selected
    /// certifications tell: a certification names the one that it came from. A list in JSON
    /// Lines, the same list as JSON text in CSV and Parquet.
    #[serde(default, deserialize_with = "trail")]
    pub reassignment_trail: Vec<ReassignmentStep>,

    /// The review item's id.
    pub item_id: Option<String>,
    /// Whether the item was decided.
    pub item_completed: Option<bool>,
    /// Whether the identity had gained the access only recently.
    pub item_new_access: Option<bool>,

    /// The id of the identity that holds the access.
    pub identity_id: Option<String>,
    /// The name of the identity that holds the access.
    pub identity_name: Option<String>,
    /// The id of the identity's part of the certification.
    pub identity_summary_id: Option<String>,

    /// The sort of access: entitlement, access profile, role.
    pub access_type: Option<ObjectType>,
    /// The id of the access.
    pub access_id: Option<String>,
    /// The name of the access.
    pub access_name: Option<String>,
    /// What the access is for.
    pub access_description: Option<String>,
    /// Whether the access gives unusually far-reaching rights.
    pub access_privileged: Option<bool>,
    /// Whether the access is governed as cloud access. `None` for roles.
    pub access_cloud_governed: Option<bool>,
    /// Whether the access can be taken away. `None` for access profiles.
    pub access_revocable: Option<bool>,
    /// When the identity's access ends. `None` for entitlements, and if it does not.
    #[serde(default, with = "time_text::optional")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time_or_null"))]
    pub access_end_date: Option<Timestamp>,
    /// The id of the identity that answers for the access.
    pub access_owner_id: Option<String>,
    /// The name of the identity that answers for the access.
    pub access_owner_name: Option<String>,
    /// The email address of the identity that answers for the access.
    pub access_owner_email: Option<String>,
    /// The id of the source of an entitlement; the service names none for other access.
    pub source_id: Option<String>,
    /// The name of the source of an entitlement.
    pub source_name: Option<String>,
    /// The sort of source, in the words of its connector.
    pub source_type: Option<String>,
    /// The account attribute that holds an entitlement.
    pub attribute_name: Option<String>,
    /// The attribute's value that stands for an entitlement.
    pub attribute_value: Option<String>,
    /// The id of the account through which the identity holds an entitlement.
    pub account_id: Option<String>,
    /// The name of that account.
    pub account_name: Option<String>,
    /// What the source itself calls that account.
    pub account_native_identity: Option<String>,

    /// What was decided. `None` if nothing was.
    pub decision: Option<Decision>,
    /// The reviewer's comment on the decision.
    pub comment: Option<String>,
    /// What access intelligence recommended. The specification has recommendations only on
    /// their way to the service; this is what an answer carried all the same, and JSON text
    /// if it was not in that form.
    pub recommendation: Option<String>,
    /// The reasons for the recommendation, one a line.
    pub recommendation_reasons: Option<String>,
    /// When the recommendation was made.
    #[serde(default, with = "time_text::optional")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time_or_null"))]
    pub recommended_at: Option<Timestamp>,

    /// When the service's answer about the item was read, by this machine's clock.
    #[serde(with = "time_text")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time"))]
    pub read_at: Timestamp,
}

/// One reassignment: from which certification and reviewer, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub struct ReassignmentStep {
    /// The certification that the items were in before.
    pub certification_id: Option<String>,
    /// Its name.
    pub certification_name: Option<String>,
    /// Who reviewed it: the id.
    pub reviewer_id: Option<String>,
    /// Who reviewed it: the name.
    pub reviewer_name: Option<String>,
    /// The reason that was given.
    pub comment: Option<String>,
}

/// A value in a table.
#[derive(Debug, PartialEq)]
pub(super) enum Cell<'a> {
    /// What somebody wrote.
    Text(Option<Cow<'a, str>>),
    Flag(Option<bool>),
    Time(Option<Timestamp>),
}

/// Names each field once and takes the record apart without `..`: one that is forgotten, or
/// added to the struct only, does not compile.
macro_rules! columns {
    ($($kind:ident $field:ident,)+) => {
        /// The names of the columns, in order.
        const COLUMNS: &[&str] = &[$(stringify!($field)),+];

        impl EvidenceRecord {
            /// The record as a row, in the order of [`columns`](Self::columns).
            pub(super) fn cells(&self) -> [Cell<'_>; COLUMNS.len()] {
                let Self { $($field),+ } = self;
                [$(columns!(@ $kind $field)),+]
            }
        }
    };
    (@ text $field:ident) => { Cell::Text($field.as_deref().map(Cow::Borrowed)) };
    (@ name $field:ident) => { Cell::Text($field.as_ref().map(|name| name.as_str().into())) };
    (@ flag $field:ident) => { Cell::Flag(*$field) };
    (@ time $field:ident) => { Cell::Time(*$field) };
    (@ always $field:ident) => { Cell::Time(Some(*$field)) };
    (@ trail $field:ident) => { Cell::Text(trail_text($field)) };
}

columns! {
    text certification_id,
    text certification_name,
    name certification_phase,
    flag certification_completed,
    time certification_created,
    time certification_modified,
    time certification_due,
    time certification_signed,
    text campaign_id,
    text campaign_name,
    name campaign_type,
    text campaign_description,
    name campaign_comment_requirement,
    text reviewer_id,
    text reviewer_name,
    text reviewer_email,
    name reviewer_type,
    text reassigned_from_certification_id,
    text reassigned_from_reviewer_id,
    text reassigned_from_reviewer_name,
    text reassignment_comment,
    trail reassignment_trail,
    text item_id,
    flag item_completed,
    flag item_new_access,
    text identity_id,
    text identity_name,
    text identity_summary_id,
    name access_type,
    text access_id,
    text access_name,
    text access_description,
    flag access_privileged,
    flag access_cloud_governed,
    flag access_revocable,
    time access_end_date,
    text access_owner_id,
    text access_owner_name,
    text access_owner_email,
    text source_id,
    text source_name,
    text source_type,
    text attribute_name,
    text attribute_value,
    text account_id,
    text account_name,
    text account_native_identity,
    name decision,
    text comment,
    text recommendation,
    text recommendation_reasons,
    time recommended_at,
    always read_at,
}

impl EvidenceRecord {
    /// The names of the columns in CSV and Parquet files, in order.
    ///
    /// ```
    /// use certs::evidence::EvidenceRecord;
    ///
    /// assert_eq!(EvidenceRecord::columns()[0], "certification_id");
    /// ```
    #[must_use]
    pub const fn columns() -> &'static [&'static str] {
        COLUMNS
    }
}

fn trail_text(steps: &[ReassignmentStep]) -> Option<Cow<'_, str>> {
    if steps.is_empty() {
        return None;
    }
    // Texts and nothing else: there is nothing in them that JSON could not hold.
    serde_json::to_string(steps).ok().map(Cow::Owned)
}

/// A list, or a list as JSON text, so that rows of a table can be read back.
fn trail<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ReassignmentStep>, D::Error> {
    let steps = match Value::deserialize(deserializer)? {
        Value::Null => return Ok(Vec::new()),
        Value::String(text) if text.is_empty() => return Ok(Vec::new()),
        Value::String(text) => serde_json::from_str(&text),
        list => serde_json::from_value(list),
    };
    steps.map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_keys_are_the_same() {
        let record = serde_json::to_value(EvidenceRecord::default()).unwrap();
        let mut keys: Vec<_> = record.as_object().unwrap().keys().cloned().collect();
        let mut columns = EvidenceRecord::columns().to_vec();
        keys.sort();
        columns.sort_unstable();
        assert_eq!(keys, columns);
    }

    #[test]
    fn the_trail_is_read_as_a_list_and_as_text() {
        let step = ReassignmentStep {
            reviewer_name: Some("Ada".to_owned()),
            ..ReassignmentStep::default()
        };
        let record = EvidenceRecord {
            reassignment_trail: vec![step],
            ..EvidenceRecord::default()
        };
        let mut json = serde_json::to_value(&record).unwrap();
        assert_eq!(
            serde_json::from_value::<EvidenceRecord>(json.clone()).unwrap(),
            record
        );
        json["reassignment_trail"] = json["reassignment_trail"].to_string().into();
        assert_eq!(
            serde_json::from_value::<EvidenceRecord>(json).unwrap(),
            record
        );
    }
}
