//! Waiting until a campaign has a status.

use std::time::Duration;

use certs_raw::v3;

use super::CampaignHandle;
use crate::api::awaited::awaited;
use crate::api::poll;
use crate::api::tasks::DEFAULT_TIMEOUT;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Campaign, CampaignStatus};

impl CampaignHandle {
    /// Waits until the campaign has this status: `Staged` after it was created, `Active` after it
    /// was activated, `Completed` after it was completed. The wait begins when the result is
    /// awaited.
    pub fn wait_until(&self, status: CampaignStatus) -> WaitForCampaign {
        WaitForCampaign {
            campaign: self.clone(),
            status,
            timeout: DEFAULT_TIMEOUT,
        }
    }
}

/// Waits for a campaign's status when it is awaited, and returns the campaign.
///
/// It polls as [`WaitForTask`](crate::WaitForTask) does, for at most 10 minutes or the
/// [`timeout`](Self::timeout). Dropping it changes nothing.
///
/// # Errors
///
/// [`ErrorKind::TaskFailed`] if the campaign's status is `ERROR`, with its alerts among the
/// [`causes`](Error::causes), or if it can no longer reach the status;
/// [`ErrorKind::TaskPending`] if it does not reach it in time. Errors that polling again would not
/// resolve are returned at once.
#[derive(Clone, Debug)]
#[must_use = "the wait begins when this is awaited"]
pub struct WaitForCampaign {
    campaign: CampaignHandle,
    status: CampaignStatus,
    timeout: Duration,
}

impl WaitForCampaign {
    /// Sets the longest time to wait. Zero means to poll once.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    async fn run(self) -> Result<Campaign> {
        let Self {
            campaign,
            status: wanted,
            timeout,
        } = self;
        let is_not = format!("campaign {} is not {wanted}", campaign.id);
        let pending = |found: &Campaign| match &found.status {
            Some(status) if *status == wanted => Ok(None),
            Some(status) if cannot_reach(status, &wanted) => {
                let causes = found.alerts.iter().flat_map(|alert| &alert.localizations);
                let why = format!("{is_not} and will not be, as it is {status}");
                let causes = causes.cloned().collect();
                Err(Error::task(ErrorKind::TaskFailed, why, causes))
            }
            Some(status) => Ok(Some(status.to_string())),
            None => Ok(Some("unknown".to_owned())),
        };
        let found = poll::until(timeout, &is_not, || campaign.get(), pending);
        let operation = campaign.api.operation(v3::builder::GetCampaign::OPERATION);
        found.await.map_err(|error| error.during(operation))
    }
}

awaited!(WaitForCampaign -> Campaign);

/// Whether a campaign with this status can no longer reach the wanted one, because it failed or is
/// past it.
fn cannot_reach(status: &CampaignStatus, wanted: &CampaignStatus) -> bool {
    const LIFECYCLE: [CampaignStatus; 7] = [
        CampaignStatus::Pending,
        CampaignStatus::Staged,
        CampaignStatus::Activating,
        CampaignStatus::Active,
        CampaignStatus::Completing,
        CampaignStatus::Completed,
        CampaignStatus::Archived,
    ];
    let place = |of: &CampaignStatus| LIFECYCLE.iter().position(|other| other == of);
    match (place(status), place(wanted)) {
        (Some(is), Some(wanted)) => is > wanted,
        _ => matches!(status, CampaignStatus::Error | CampaignStatus::Canceling),
    }
}
