//! Deleting a campaign.

use std::future::IntoFuture;

use certs_raw::v3;
use futures_core::future::BoxFuture;

use super::CampaignHandle;
use crate::error::{Error, Result};
use crate::model::CampaignStatus;

impl CampaignHandle {
    /// Begins to delete the campaign (`POST /campaigns/delete`). A campaign that reviewers work
    /// on is not deleted: complete it first. Await the result to send.
    pub fn delete(&self) -> DeleteCampaign {
        DeleteCampaign {
            campaign: self.clone(),
            checks: true,
        }
    }
}

/// A deletion that is about to be sent. Await it.
///
/// # Errors
///
/// Refused before anything is sent if, as a look at the campaign shows, it is active, activating
/// or completing. Otherwise whatever the calls meet; if the answer is lost, the campaign is
/// `CANCELING` or not found.
#[derive(Clone, Debug)]
#[must_use = "the campaign is deleted when this is awaited"]
pub struct DeleteCampaign {
    campaign: CampaignHandle,
    checks: bool,
}

impl DeleteCampaign {
    /// Does not look at the campaign first. The service refuses what it does not allow.
    pub fn unchecked(mut self) -> Self {
        self.checks = false;
        self
    }

    async fn run(self) -> Result<()> {
        let Self { campaign, checks } = self;
        let operation = v3::builder::DeleteCampaigns::OPERATION;
        if checks {
            let in_use = [
                CampaignStatus::Active,
                CampaignStatus::Activating,
                CampaignStatus::Completing,
            ];
            let status = campaign.get().await?.status;
            if let Some(status) = status.filter(|status| in_use.contains(status)) {
                let why = format!(
                    "campaign {} is {status}: reviewers work on it. Complete it first",
                    campaign.id
                );
                return Err(Error::refused(why).during(campaign.api.operation(operation)));
            }
        }
        let request = || {
            let ids = vec![campaign.path_id()?];
            let body = v3::types::CampaignsDeleteRequest { ids };
            Ok(campaign.api.raw().delete_campaigns().body(body).request()?)
        };
        campaign.start(operation, request).await
    }
}

impl IntoFuture for DeleteCampaign {
    type Output = Result<()>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
