//! Deleting a campaign.

use certs_raw::v3;

use super::CampaignHandle;
use super::transition::Transition;
use crate::api::awaited::awaited;
use crate::error::Result;
use crate::model::CampaignStatus;

const DELETE: Transition = Transition {
    operation: v3::builder::DeleteCampaigns::OPERATION,
    rule: "that reviewers do not work on can be deleted. Complete it first",
    is_allowed: |campaign, _| {
        let in_use = [
            CampaignStatus::Active,
            CampaignStatus::Activating,
            CampaignStatus::Completing,
        ];
        !in_use.iter().any(|status| campaign.is_in(status))
    },
};

impl CampaignHandle {
    /// Starts deleting the campaign (`POST /campaigns/delete`). A campaign that reviewers work on
    /// cannot be deleted: complete it first. The request is sent when the result is awaited.
    pub fn delete(&self) -> DeleteCampaign {
        DeleteCampaign {
            campaign: self.clone(),
            unchecked: false,
        }
    }
}

/// Deletes a campaign when it is awaited.
///
/// # Errors
///
/// Refused before anything is sent if the campaign is active, activating or completing. Other
/// errors are those of any call. If the response is lost, read the campaign: once the service
/// deletes it, its status is `CANCELING` or it is not found.
#[derive(Clone, Debug)]
#[must_use = "the campaign is deleted when this is awaited"]
pub struct DeleteCampaign {
    campaign: CampaignHandle,
    unchecked: bool,
}

impl DeleteCampaign {
    /// Sends without reading the campaign first, and leaves the checks to the service.
    pub fn unchecked(mut self) -> Self {
        self.unchecked = true;
        self
    }

    async fn run(self) -> Result<()> {
        let Self {
            campaign,
            unchecked,
        } = self;
        let request = || {
            let ids = vec![campaign.path_id()?];
            let body = v3::types::CampaignsDeleteRequest { ids };
            Ok(campaign.api.raw().delete_campaigns().body(body).request()?)
        };
        campaign.begin(&DELETE, unchecked, request).await
    }
}

awaited!(DeleteCampaign -> ());
