//! The row of a grant: an entitlement that a review item grants, and the path to it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::columns::columns;
use super::row::id_text;
use super::{EvidenceRow, rfc3339};
#[cfg(feature = "schemars")]
use crate::model::schema::{self, plain_descriptions};
use crate::model::{Decision, Grant, ObjectType};

/// One entitlement that the access of a review item grants: the entitlement under review itself,
/// or one inside the role or access profile under review.
///
/// An item has one row for each path to an entitlement: if two access profiles of a role contain
/// it, it has two rows, with a [`path`](Self::path) each. Columns, keys and times are as in
/// [`EvidenceRow`]; `item_id` joins the two.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub struct GrantRow {
    /// The campaign's id.
    pub campaign_id: Option<String>,
    /// The campaign's name.
    pub campaign_name: Option<String>,
    /// The certification's id.
    pub certification_id: Option<String>,
    /// The review item's id.
    pub item_id: Option<String>,
    /// The id of the identity that holds the access.
    pub identity_id: Option<String>,
    /// The name of the identity that holds the access.
    pub identity_name: Option<String>,
    /// The type of the access under review: entitlement, access profile, role.
    pub access_type: Option<ObjectType>,
    /// The id of the access under review.
    pub access_id: Option<String>,
    /// The name of the access under review.
    pub access_name: Option<String>,
    /// The decision about the item. `None` if there is none.
    pub decision: Option<Decision>,

    /// The path from the access under review to the entitlement: the names along it, or ids where
    /// there is no name, with ` > ` between them.
    pub path: String,
    /// The id of the role that contains the entitlement, directly or in an access profile.
    pub role_id: Option<String>,
    /// The name of that role.
    pub role_name: Option<String>,
    /// The id of the access profile that contains the entitlement.
    pub access_profile_id: Option<String>,
    /// The name of that access profile.
    pub access_profile_name: Option<String>,

    /// The entitlement's id.
    pub entitlement_id: Option<String>,
    /// The entitlement's name.
    pub entitlement_name: Option<String>,
    /// The description of the entitlement.
    pub entitlement_description: Option<String>,
    /// Whether the entitlement is marked as privileged.
    pub privileged: Option<bool>,
    /// The id of the entitlement's source.
    pub source_id: Option<String>,
    /// The name of the entitlement's source.
    pub source_name: Option<String>,
    /// The type of the source, in the words of its connector.
    pub source_type: Option<String>,
    /// The account attribute that holds the entitlement.
    pub attribute_name: Option<String>,
    /// The attribute's value that represents the entitlement.
    pub attribute_value: Option<String>,

    /// When the service's response about the item was read, by this machine's clock.
    #[serde(with = "rfc3339")]
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::time"))]
    pub read_at: Timestamp,
}

columns! {
    GrantRow:
    text campaign_id,
    text campaign_name,
    text certification_id,
    text item_id,
    text identity_id,
    text identity_name,
    name access_type,
    text access_id,
    text access_name,
    name decision,
    given path,
    text role_id,
    text role_name,
    text access_profile_id,
    text access_profile_name,
    text entitlement_id,
    text entitlement_name,
    text entitlement_description,
    flag privileged,
    text source_id,
    text source_name,
    text source_type,
    text attribute_name,
    text attribute_value,
    always read_at,
}

impl GrantRow {
    /// The row of a grant of the item that `item` is the row of.
    pub(super) fn new(grant: Grant<'_>, item: &EvidenceRow) -> Self {
        let Grant {
            role,
            access_profile,
            entitlement,
            ..
        } = grant;
        Self {
            campaign_id: item.campaign_id.clone(),
            campaign_name: item.campaign_name.clone(),
            certification_id: item.certification_id.clone(),
            item_id: item.item_id.clone(),
            identity_id: item.identity_id.clone(),
            identity_name: item.identity_name.clone(),
            access_type: item.access_type.clone(),
            access_id: item.access_id.clone(),
            access_name: item.access_name.clone(),
            decision: item.decision.clone(),
            path: grant.to_string(),
            role_id: role.and_then(|role| id_text(&role.id)),
            role_name: role.and_then(|role| role.name.clone()),
            access_profile_id: access_profile.and_then(|profile| id_text(&profile.id)),
            access_profile_name: access_profile.and_then(|profile| profile.name.clone()),
            entitlement_id: id_text(&entitlement.id),
            entitlement_name: entitlement.name.clone(),
            entitlement_description: entitlement.description.clone(),
            privileged: entitlement.privileged,
            source_id: id_text(&entitlement.source_id),
            source_name: entitlement.source_name.clone(),
            source_type: entitlement.source_type.clone(),
            attribute_name: entitlement.attribute_name.clone(),
            attribute_value: entitlement.attribute_value.clone(),
            read_at: item.read_at,
        }
    }
}
