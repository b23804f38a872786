//! Completing a campaign.

use certs_raw::v3::{self, enums::CampaignCompleteOptionsAutoCompleteAction as Action};

use super::CampaignHandle;
use super::transition::Transition;
use crate::api::awaited::awaited;
use crate::error::Result;
use crate::model::CampaignStatus;

const COMPLETE: Transition = Transition {
    operation: v3::builder::CompleteCampaign::OPERATION,
    rule: "that is ACTIVE and past due can be completed. Wait for its deadline, or set an earlier \
           one",
    is_allowed: |campaign, now| {
        let is_due = campaign.deadline.is_none() || campaign.is_past_due(now);
        is_due && campaign.may_be(&CampaignStatus::Active)
    },
};

impl CampaignHandle {
    /// Starts completing a campaign that is past due: open items are approved, or
    /// [revoked](Complete::revoke_open), and everything is signed off (`POST
    /// /campaigns/{id}/complete`). The request is sent when the result is awaited. **This cannot be
    /// undone.**
    ///
    /// ```
    /// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
    /// # example_of_a_campaign(async |_, campaign| {
    /// let error = campaign.complete().revoke_open().await.unwrap_err();
    /// assert_eq!(error.kind(), certs::ErrorKind::Refused, "its deadline is later");
    /// # Ok(()) });
    /// ```
    pub fn complete(&self) -> Complete {
        Complete {
            campaign: self.clone(),
            revokes: false,
            unchecked: false,
        }
    }
}

/// Completes a campaign when it is awaited.
///
/// # Errors
///
/// Refused before anything is sent if the campaign is not active or not past due. Other errors are
/// those of any call. If the response is lost, the campaign's status shows whether it is being
/// completed.
#[derive(Clone, Debug)]
#[must_use = "the campaign is completed when this is awaited"]
pub struct Complete {
    campaign: CampaignHandle,
    revokes: bool,
    unchecked: bool,
}

impl Complete {
    /// Revokes the open items. By default, they are approved.
    pub fn revoke_open(mut self) -> Self {
        self.revokes = true;
        self
    }

    /// Sends without reading the campaign first, and leaves the checks to the service.
    pub fn unchecked(mut self) -> Self {
        self.unchecked = true;
        self
    }

    async fn run(self) -> Result<()> {
        let Self {
            campaign,
            revokes,
            unchecked,
        } = self;
        let action = if revokes {
            Action::Revoke
        } else {
            Action::Approve
        };
        let request = || {
            let options = v3::types::CampaignCompleteOptions {
                auto_complete_action: Some(action),
            };
            let request = campaign.api.raw().complete_campaign();
            Ok(request.id(campaign.path_id()?).body(options).request()?)
        };
        campaign.begin(&COMPLETE, unchecked, request).await
    }
}

awaited!(Complete -> ());
