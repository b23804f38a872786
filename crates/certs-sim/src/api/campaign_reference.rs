//! References to campaigns in certifications, the same in every version.

use serde::Serialize;

use crate::id::Id;
use crate::state::campaign::Campaign;
use crate::text::Text;
use crate::view::{CampaignType, CommentRequirement};

/// `CampaignReference`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CampaignReference<'a> {
    id: Id,
    name: &'a Text,
    #[serde(rename = "type")]
    kind: &'static str,
    campaign_type: CampaignType,
    description: Option<&'a str>,
    correlated_status: &'static str,
    mandatory_comment_requirement: CommentRequirement,
}

impl<'a> CampaignReference<'a> {
    pub(crate) fn new(campaign: &'a Campaign) -> Self {
        Self {
            id: campaign.id,
            name: &campaign.name,
            kind: "CAMPAIGN",
            campaign_type: campaign.kind,
            description: campaign.description.as_deref(),
            correlated_status: if campaign.correlated {
                "CORRELATED"
            } else {
                "UNCORRELATED"
            },
            mandatory_comment_requirement: campaign.comments,
        }
    }
}
