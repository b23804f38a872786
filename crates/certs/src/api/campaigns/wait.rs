//! Waiting until a campaign has a status.

use std::future::IntoFuture;
use std::time::Duration;

use certs_raw::v3;
use futures_core::future::BoxFuture;

use super::CampaignHandle;
use crate::api::poll::{Poll, is_passing};
use crate::api::tasks::DEFAULT_TIMEOUT;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Campaign, CampaignStatus};

impl CampaignHandle {
    /// Waits until the campaign has this status: `Staged` after it was created, `Active` after it
    /// was activated, `Completed` after it was completed. Await the result.
    pub fn wait_until(&self, status: CampaignStatus) -> WaitForCampaign {
        WaitForCampaign {
            campaign: self.clone(),
            status,
            timeout: DEFAULT_TIMEOUT,
        }
    }
}

/// A wait for a campaign's status. Await it to get the campaign.
///
/// It looks again and again, as [`WaitForTask`](crate::WaitForTask) does, for at most 10 minutes
/// unless [`timeout`](Self::timeout) says otherwise. Dropping it changes nothing.
///
/// # Errors
///
/// [`ErrorKind::TaskFailed`] if the campaign's status is `ERROR`, with its alerts among the
/// [`causes`](Error::causes), or one from which it does not come back; [`ErrorKind::TaskPending`]
/// if it does not have the status in time; and whatever a look meets that another look would meet
/// as well.
#[derive(Clone, Debug)]
#[must_use = "nothing is waited for until this is awaited"]
pub struct WaitForCampaign {
    campaign: CampaignHandle,
    status: CampaignStatus,
    timeout: Duration,
}

impl WaitForCampaign {
    /// For how long to wait at most. Zero means to look once.
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
        let id = &campaign.id;
        let until = until(
            timeout,
            || campaign.get(),
            |found: &Campaign| {
                let Some(status) = &found.status else {
                    return Ok(Seen::NotYet("unknown".to_owned()));
                };
                if *status == wanted {
                    Ok(Seen::Done)
                } else if never_again(status, &wanted) {
                    let causes = found.alerts.iter().flat_map(|alert| &alert.localizations);
                    let why = format!("campaign {id} is {status} and will not be {wanted}");
                    let causes = causes.cloned().collect();
                    Err(Error::task(ErrorKind::TaskFailed, why, causes))
                } else {
                    Ok(Seen::NotYet(status.to_string()))
                }
            },
        );
        let waited = until.await.and_then(|waited| match waited {
            Waited::Done(campaign) => Ok(campaign),
            Waited::TimeIsUp(last) => {
                Err(last.error(&format!("campaign {id} is not {wanted}"), timeout))
            }
        });
        let operation = campaign.api.operation(v3::builder::GetCampaign::OPERATION);
        waited.map_err(|error| error.during(operation))
    }
}

impl IntoFuture for WaitForCampaign {
    type Output = Result<Campaign>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// Whether a campaign with this status is never going to have that one: it failed, or is past it.
fn never_again(status: &CampaignStatus, wanted: &CampaignStatus) -> bool {
    const LIFE: [CampaignStatus; 7] = [
        CampaignStatus::Pending,
        CampaignStatus::Staged,
        CampaignStatus::Activating,
        CampaignStatus::Active,
        CampaignStatus::Completing,
        CampaignStatus::Completed,
        CampaignStatus::Archived,
    ];
    let place = |of: &CampaignStatus| LIFE.iter().position(|other| other == of);
    match (place(status), place(wanted)) {
        (Some(is), Some(wanted)) => is > wanted,
        _ => matches!(status, CampaignStatus::Error | CampaignStatus::Canceling),
    }
}

/// What a look shows.
pub(super) enum Seen {
    Done,
    /// Not what is waited for; how it is instead.
    NotYet(String),
}

/// How a wait ended.
pub(super) enum Waited<T> {
    Done(T),
    TimeIsUp(LastLook),
}

/// What the last look showed.
#[derive(Debug)]
pub(super) enum LastLook {
    Nothing,
    NotYet(String),
    Failure(Error),
}

impl LastLook {
    /// The error of a wait that took too long.
    pub(super) fn error(self, what: &str, timeout: Duration) -> Error {
        let pending = |seen: &str| {
            let why = format!("{what} after {timeout:?}; {seen}. Wait again, it goes on");
            Error::task(ErrorKind::TaskPending, why, Vec::new())
        };
        match self {
            Self::Nothing => pending("nothing was answered in that time"),
            Self::NotYet(status) => pending(&format!("its status is {status}")),
            Self::Failure(cause) => {
                pending(&format!("the last look at it failed ({cause})")).because_of(cause)
            }
        }
    }
}

/// Looks until `judge` says that it is done, or time is up. A look that finds the service out of
/// reach does not end the wait.
pub(super) async fn until<T, F>(
    timeout: Duration,
    look: impl Fn() -> F,
    judge: impl Fn(&T) -> Result<Seen>,
) -> Result<Waited<T>>
where
    F: Future<Output = Result<T>>,
{
    let mut poll = Poll::new(timeout);
    let mut last = LastLook::Nothing;
    loop {
        let Some(found) = poll.look(look()).await else {
            return Ok(Waited::TimeIsUp(last));
        };
        let mut at_least = None;
        last = match found {
            Ok(found) => match judge(&found)? {
                Seen::Done => return Ok(Waited::Done(found)),
                Seen::NotYet(status) => LastLook::NotYet(status),
            },
            Err(error) if is_passing(&error) && !timeout.is_zero() => {
                at_least = error.retry_after();
                LastLook::Failure(error)
            }
            Err(error) => return Err(error),
        };
        if !poll.pause(at_least).await {
            return Ok(Waited::TimeIsUp(last));
        }
    }
}
