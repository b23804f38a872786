//! Completing a campaign.

use std::future::IntoFuture;

use certs_raw::v3;
use futures_core::future::BoxFuture;

use super::CampaignHandle;
use crate::error::{Error, Result};
use crate::model::CampaignStatus;
use crate::time;

impl CampaignHandle {
    /// Begins to complete a campaign that is past due: open items are approved, or
    /// [revoked](Complete::revoke_open), and everything is signed off
    /// (`POST /campaigns/{id}/complete`). Await the result to send. **This cannot be undone.**
    ///
    /// ```
    /// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
    /// # example(async |client, review| {
    /// # let id = review.get().await?.campaign_id().unwrap().to_owned();
    /// let error = client.campaign(id).complete().revoke_open().await.unwrap_err();
    /// assert!(error.to_string().contains("not past due"), "{error}");
    /// # Ok(()) });
    /// ```
    pub fn complete(&self) -> Complete {
        Complete {
            campaign: self.clone(),
            revokes: false,
            checks: true,
        }
    }
}

/// Completes a campaign when it is awaited.
///
/// # Errors
///
/// Refused before anything is sent if the campaign is not active or not past due. Otherwise the errors of a call. If the answer is lost, the campaign's status shows
/// whether it is being completed.
#[derive(Clone, Debug)]
#[must_use = "the campaign is completed when this is awaited"]
pub struct Complete {
    campaign: CampaignHandle,
    revokes: bool,
    checks: bool,
}

impl Complete {
    /// Revokes what nobody has decided on. By default it is approved.
    pub fn revoke_open(mut self) -> Self {
        self.revokes = true;
        self
    }

    /// Does not read the campaign first. The service refuses what it does not allow.
    pub fn unchecked(mut self) -> Self {
        self.checks = false;
        self
    }

    async fn run(self) -> Result<()> {
        let Self {
            campaign,
            revokes,
            checks,
        } = self;
        let operation = v3::builder::CompleteCampaign::OPERATION;
        if checks {
            let active = CampaignStatus::Active;
            let found = campaign.require(operation, &active, "completed").await?;
            if let Some(deadline) = found.deadline
                && !found.is_past_due(time::wall_clock())
            {
                let why = format!(
                    "campaign {} is not past due: its deadline is {deadline}. Wait for it, or set \
                     an earlier one",
                    campaign.id
                );
                return Err(Error::refused(why).during(campaign.api.operation(operation)));
            }
        }
        let action = if revokes {
            v3::enums::CampaignCompleteOptionsAutoCompleteAction::Revoke
        } else {
            v3::enums::CampaignCompleteOptionsAutoCompleteAction::Approve
        };
        let options = v3::types::CampaignCompleteOptions {
            auto_complete_action: Some(action),
        };
        let request = || {
            let request = campaign.api.raw().complete_campaign();
            Ok(request.id(campaign.path_id()?).body(options).request()?)
        };
        campaign.start(operation, request).await
    }
}

impl IntoFuture for Complete {
    type Output = Result<()>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
