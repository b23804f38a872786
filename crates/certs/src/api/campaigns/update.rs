//! Changing a campaign.

use certs_raw::v3;
use jiff::Timestamp;
use serde_json::Value;

use super::CampaignHandle;
use crate::api::awaited::awaited;
use crate::api::patch::Patch;
use crate::error::Result;
use crate::model::Campaign;
use crate::model::convert::wire_date;

/// What to do about a change that the service refuses.
const RULE: &str = "Only a STAGED campaign can be changed, and the deadline of an ACTIVE one";

impl CampaignHandle {
    /// Changes the campaign (`PATCH /campaigns/{id}`). The request is sent when the result is
    /// awaited.
    ///
    /// ```
    /// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
    /// # example_of_a_campaign(async |_, campaign| {
    /// let later = "2099-12-31T23:59:59Z".parse()?;
    /// let changed = campaign.update().deadline(later).await?;
    /// assert_eq!(changed.deadline, Some(later));
    /// # Ok(()) });
    /// ```
    pub fn update(&self) -> UpdateCampaign {
        UpdateCampaign {
            campaign: self.clone(),
            patch: Patch::default(),
        }
    }
}

/// Changes a campaign when it is awaited, and returns the changed campaign in its slim form.
///
/// While the campaign is staged, everything can be changed; once it is active, only the deadline.
///
/// # Errors
///
/// Refused if there is nothing to change. Other errors are those of any call, such as an invalid
/// request if the campaign's status does not allow the change.
#[derive(Clone, Debug)]
#[must_use = "the campaign is changed when this is awaited"]
pub struct UpdateCampaign {
    campaign: CampaignHandle,
    patch: Patch,
}

impl UpdateCampaign {
    /// Changes the name.
    pub fn name(self, name: impl Into<String>) -> Self {
        self.set("/name", name.into())
    }

    /// Changes the description.
    pub fn description(self, description: impl Into<String>) -> Self {
        self.set("/description", description.into())
    }

    /// Moves the deadline.
    pub fn deadline(self, deadline: Timestamp) -> Self {
        self.set("/deadline", wire_date(deadline))
    }

    /// Sets whether reviewers get emails.
    pub fn email_notification_enabled(self, enabled: bool) -> Self {
        self.set("/emailNotificationEnabled", enabled)
    }

    /// Sets whether open items may be revoked at the end.
    pub fn auto_revoke_allowed(self, allowed: bool) -> Self {
        self.set("/autoRevokeAllowed", allowed)
    }

    /// Sets whether reviewers see recommendations.
    pub fn recommendations_enabled(self, enabled: bool) -> Self {
        self.set("/recommendationsEnabled", enabled)
    }

    fn set(mut self, path: &str, value: impl Into<Value>) -> Self {
        self.patch.replace(path, value);
        self
    }

    async fn run(self) -> Result<Campaign> {
        let Self { campaign, patch } = self;
        let api = &campaign.api;
        let request = || {
            let request = api.raw().update_campaign().id(campaign.path_id()?);
            Ok(request.body(patch.into_raw()?).request()?)
        };
        let operation = v3::builder::UpdateCampaign::OPERATION;
        let changed = api.set(operation, request, async || campaign.get().await);
        changed.await.map_err(|error| error.advise(RULE))
    }
}

awaited!(UpdateCampaign -> Campaign);
