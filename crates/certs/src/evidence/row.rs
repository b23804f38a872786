//! The row of a review item, with everything that an auditor asks for.

mod from_item;

use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::columns::columns;
use super::reassignments::ReassignmentStep;
use super::rfc3339;
#[cfg(feature = "schemars")]
use crate::model::schema::{self, plain_descriptions};
use crate::model::{
    CampaignType, Decision, Id, MandatoryCommentRequirement, ObjectType, Phase, ReviewerType,
};

/// One review item, with the certification that it is part of: whose access, what access, who
/// reviewed it, what they decided and why.
///
/// A row is complete in itself: it repeats what its certification says. It is flat, and the
/// fields are the columns of CSV and Parquet files, in this order and under these names; the
/// keys of JSON Lines are the same. Names are in snake case, unlike the API's, because a
/// row is not a type of the API, and because databases fold the case of column names.
///
/// A value that the service does not give is `None`: `null` in JSON Lines and Parquet, empty in
/// CSV. Every row has all keys. Times are RFC 3339 in UTC; enumerations are the service's own
/// texts, including those that this version does not know.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub struct EvidenceRow {
    /// The certification's id.
    pub certification_id: Option<String>,
    /// The certification's name.
    pub certification_name: Option<String>,
    /// The certification's phase: staged, active, signed.
    pub certification_phase: Option<Phase>,
    /// Whether every decision of the certification was made.
    pub certification_completed: Option<bool>,
    /// When the certification was created.
    #[serde(default, with = "rfc3339::optional")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time_or_null"))]
    pub certification_created: Option<Timestamp>,
    /// When the certification was last changed.
    #[serde(default, with = "rfc3339::optional")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time_or_null"))]
    pub certification_modified: Option<Timestamp>,
    /// When the decisions were due.
    #[serde(default, with = "rfc3339::optional")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time_or_null"))]
    pub certification_due: Option<Timestamp>,
    /// When the reviewer signed off. `None` before that.
    #[serde(default, with = "rfc3339::optional")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time_or_null"))]
    pub certification_signed: Option<Timestamp>,

    /// The campaign's id.
    pub campaign_id: Option<String>,
    /// The campaign's name.
    pub campaign_name: Option<String>,
    /// What the campaign reviews, and by whom.
    pub campaign_type: Option<CampaignType>,
    /// The campaign's description.
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
    /// The reassignments that led here, oldest first, as far back as the selected certifications
    /// show: a certification names the one that it came from. A list in JSON Lines, the same list
    /// as JSON text in CSV and Parquet.
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

    /// The type of access: entitlement, access profile, role.
    pub access_type: Option<ObjectType>,
    /// The id of the access.
    pub access_id: Option<String>,
    /// The name of the access.
    pub access_name: Option<String>,
    /// The description of the access.
    pub access_description: Option<String>,
    /// Whether the access itself is marked as privileged.
    pub access_privileged: Option<bool>,
    /// Whether the access, or anything that it grants, is marked as privileged. A role that is
    /// not marked can contain privileged entitlements.
    pub grants_privileged: Option<bool>,
    /// How many distinct entitlements the access grants, directly or through access profiles; 1 for
    /// an entitlement.
    #[serde(default)]
    pub entitlements_granted: u64,
    /// Whether the access is governed as cloud access. `None` for roles.
    pub access_cloud_governed: Option<bool>,
    /// Whether the access can be revoked. `None` for access profiles.
    pub access_revocable: Option<bool>,
    /// When the identity's access ends. `None` for entitlements, and if it does not.
    #[serde(default, with = "rfc3339::optional")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time_or_null"))]
    pub access_end_date: Option<Timestamp>,
    /// The id of the access's owner.
    pub access_owner_id: Option<String>,
    /// The name of the access's owner.
    pub access_owner_name: Option<String>,
    /// The email address of the access's owner.
    pub access_owner_email: Option<String>,
    /// The id of the access's source. For access profiles and roles, the sources of the
    /// entitlements that they grant, each once, with `; ` between them.
    pub source_id: Option<String>,
    /// The name of the access's source, or the names of its sources.
    pub source_name: Option<String>,
    /// The type of the access's source, or the types of its sources, in the words of their
    /// connectors.
    pub source_type: Option<String>,
    /// The account attribute that holds an entitlement.
    pub attribute_name: Option<String>,
    /// The attribute's value that represents an entitlement.
    pub attribute_value: Option<String>,
    /// The id of the account through which the identity holds an entitlement.
    pub account_id: Option<String>,
    /// The name of that account.
    pub account_name: Option<String>,
    /// The account's id on the source.
    pub account_native_identity: Option<String>,

    /// The decision. `None` if there is none.
    pub decision: Option<Decision>,
    /// The reviewer's comment on the decision.
    pub comment: Option<String>,
    /// The recommendation of access intelligence. The specification declares it for requests only,
    /// but responses have been seen to carry it; JSON text if it has another form.
    pub recommendation: Option<String>,
    /// The reasons for the recommendation, one on each line.
    pub recommendation_reasons: Option<String>,
    /// When the recommendation was made.
    #[serde(default, with = "rfc3339::optional")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time_or_null"))]
    pub recommended_at: Option<Timestamp>,

    /// When the service's response about the item was read, by this machine's clock.
    #[serde(with = "rfc3339")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time"))]
    pub read_at: Timestamp,
}

columns! {
    EvidenceRow:
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
    json reassignment_trail,
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
    flag grants_privileged,
    count entitlements_granted,
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

/// An id as the value of a column.
pub(super) fn id_text(id: &Id) -> Option<String> {
    id.get().map(str::to_owned)
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
        let record = serde_json::to_value(EvidenceRow::default()).unwrap();
        let mut keys: Vec<_> = record.as_object().unwrap().keys().cloned().collect();
        let mut columns = EvidenceRow::columns().to_vec();
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
        let record = EvidenceRow {
            reassignment_trail: vec![step],
            ..EvidenceRow::default()
        };
        let mut json = serde_json::to_value(&record).unwrap();
        assert_eq!(
            serde_json::from_value::<EvidenceRow>(json.clone()).unwrap(),
            record
        );
        json["reassignment_trail"] = json["reassignment_trail"].to_string().into();
        assert_eq!(serde_json::from_value::<EvidenceRow>(json).unwrap(), record);
    }
}
